"""The words that need one: what each means, with a garment as the example. Pure; the one place for every "?".

Texts are Markdown of ours, written for people who know garments and not machine learning.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """One word and its meaning."""

    name: str
    """The word as the screen writes it."""
    meaning: str
    """One sentence."""
    example: str
    """One sentence about garments."""


TERMS: dict[str, Term] = {
    "correct": Term(
        name="Tagged correctly",
        meaning="The model and the label name the same category, for a garment the model had never seen.",
        example="A garment labelled Coat and tagged Coat is correct; tagged Dress it is a mistake.",
    ),
    "label": Term(
        name="Label",
        meaning="The category written in the catalogue, by a person; labels can be wrong too.",
        example="A long shirt that somebody filed under Dress has the label Dress.",
    ),
    "interval": Term(
        name="Between … and …",
        meaning="Of ranges made like this one about 19 in 20 hold the true figure; analysts call it a 95 % confidence "
        "interval.",
        example="90 correct of 100 coats means between 83 and 94; 900 of 1,000 means between 88 and 92.",
    ),
    "find": Term(
        name="It finds … of 100",
        meaning="Of the garments that really are of a category, how many the model finds; analysts call it recall.",
        example="If 80 of 100 real coats are tagged Coat, it finds 80 of 100.",
    ),
    "trust": Term(
        name="Right, of 100 tags",
        meaning="Of the garments the model puts into a category, how many belong there; analysts call it precision.",
        example="If 100 garments are tagged Coat and 90 are coats, 90 of 100 are right.",
    ),
    "sure": Term(
        name="How sure",
        meaning="The model's own estimate of being right, from 0 to 100 %.",
        example="Of 10 garments tagged “Coat, 90 %”, about 9 should be coats.",
    ),
    "line": Term(
        name="Automation line",
        meaning="From this sureness on, a tag needs no person; a person confirms it, and below it people check.",
        example="With the line at 90 %, “Coat, 95 %” is ready at once and “Coat, 80 %” waits to be checked.",
    ),
    "not-recognised": Term(
        name="Not recognised in its photo",
        meaning="Unlike anything learned, in a photo of which something was noticed: busy, cut off, small. No tag.",
        example="A shirt on a wooden floor, where the model learned garments on plain white.",
    ),
    "not-ours": Term(
        name="Unlike all categories",
        meaning="It looks unlike anything the model learned, and the model is not sure of it, so it gets no tag.",
        example="A hat, a toy or a photo of a room, where the model learned shirts, shoes and bags.",
    ),
    "pair": Term(
        name="Mix-up",
        meaning="Two categories that the model takes for each other, both directions together. Of equally frequent "
        "ones that with the larger share stands first.",
        example="Coats tagged Pullover and pullovers tagged Coat are one mix-up.",
    ),
    "target": Term(
        name="Target line",
        meaning="What the team wants every category to reach in both of its figures.",
        example="With the line at 85, a model that finds 70 of 100 coats is clearly below it.",
    ),
    "verdict": Term(
        name="Verdict",
        meaning="What a person says of a garment that model and label disagree about: the model is wrong, the label is "
        "wrong, or nobody can tell.",
        example="A long shirt filed under Dress and tagged Shirt: the label is wrong, and Shirt is right.",
    ),
    "review": Term(
        name="After your team's review",
        meaning="The same score by the categories your team agrees on, two figures where nobody can tell; as mistakes "
        "are reviewed first, it promises nothing.",
        example="Where 30 of 900 mistakes on 10,000 garments were wrong labels, 91.0 becomes 91.3 of 100.",
    ),
    "theme": Term(
        name="Theme",
        meaning="Mistakes of one kind that the model sees as alike, found by their look alone; what they have in "
        "common is for people to say.",
        example="Of the shirts it misses, 40 may be sleeveless: one theme.",
    ),
    "watch": Term(
        name="Watch list",
        meaning="Garments that the team keeps under a name, so that every new version is asked about them.",
        example="“Sleeveless shirts”: version 3 tags 12 of 40 correctly, version 4 then 25.",
    ),
    "version": Term(
        name="Version",
        meaning="What one training made; the live version is the one that a person chose for use.",
        example="Version 2 may find more coats than version 1 and still wait until somebody makes it live.",
    ),
    "change": Term(
        name="Fixed, newly wrong",
        meaning="Garments that only one of two versions tags correctly, counted on the same garments.",
        example="A coat tagged Dress before and Coat now is fixed; the other way round it is newly wrong.",
    ),
    "clear": Term(
        name="Clear difference",
        meaning="A difference that luck alone would give in fewer than 5 of 100 cases (McNemar's exact test).",
        example="21 coats fixed and 15 newly wrong can be luck; 21 fixed and 5 newly wrong hardly.",
    ),
    "rail": Term(
        name="Safety check",
        meaning="What must hold before a version becomes live, checked by fixed rules on the same garments.",
        example="A version that is better overall but loses 30 of 1,000 shirts fails one and needs somebody who stands "
        "by it.",
    ),
    "looked": Term(
        name="Where it looked",
        meaning="The part of a photo without which the model is less sure of its tag, found by covering one part after "
        "the other. A hint, no proof.",
        example="If a photo tagged Dress falls from 90 to 40 % while the floor is covered, the tag hangs on the floor.",
    ),
    "next": Term(
        name="Next step",
        meaning="Chosen by a fixed rule: a newer version, garments in dispute, doubted labels, "
        "sure mistakes without your verdict, a frequent mix-up, a weak category.",
        example="If you have not judged 40 sure mistakes yet, the step opens those garments.",
    ),
}
"""Key (used in code) -> term, in the order in which they are read."""


def help_text(key: str) -> str:
    """What stands behind the "?" beside a figure: the meaning and the example, as Markdown.

    Args:
        key: of `TERMS`.
    """
    term = TERMS[key]
    return f"{term.meaning} *Example: {term.example}*"


def help_texts(*keys: str) -> str:
    """Several terms behind one "?", each with its name."""
    return "\n\n".join(f"**{TERMS[key].name}.** {help_text(key)}" for key in keys)


def whole() -> str:
    """All terms, one paragraph each, as Markdown."""
    return help_texts(*TERMS)
