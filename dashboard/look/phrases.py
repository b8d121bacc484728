"""Numbers and findings as sentences that a merchandiser reads. Pure: no Streamlit, no file, no clock.

Sentences are plain text and may hold names that anybody chose; `markdown` is the one door to the screen.
"""

import re

from core.words import sentences
from dashboard.look import theme

date, moment, garments = sentences.date, sentences.moment, sentences.garments
share_of_mistakes = sentences.share_of_mistakes

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_WORD_JOINER = "\N{WORD JOINER}"

ORDER_NAMES = {
    "most-sure": "Most sure and wrong",
    "hardest": "Hardest to call",
    "spread": "Spread over kinds",
    "cost": "Most expensive",
}
"""Name on screen of each order of a list of garments."""
IN_TURN = "By number"
"""Name of the usual order where it is not known how sure a tag is."""

CHOICES = {
    "real": "real category",
    "tagged": "tagged category",
    "sure": "confidence",
    "verdict": "verdicts",
}
"""Choices in the address that need other words on screen."""

MAP_HELP = """
**Rows** say what a garment really is, **columns** what the model said. Grey cells on the diagonal are correct tags.

Every orange cell is one kind of mistake: the stronger the orange, the more garments. The last column and the last row
add up the mistakes of a row and of a column.

Read a row to see where the garments of a category go; read a column to see what wrongly ends up in it.
"""


def markdown(text: str) -> str:
    """`text` so that Markdown shows exactly these characters: no link, colour, formula, picture or heading.

    A word joiner, which has no width, breaks up what Streamlit would still turn into links and emoji.
    """
    escaped = _PUNCTUATION.sub(r"\\\1", " ".join(text.split()))
    return re.sub(r"(:|@|www(?=\\\.))", rf"\1{_WORD_JOINER}", escaped, flags=re.IGNORECASE)


def duration(seconds: float) -> str:
    """A span of time: "40 s", "4 min", "1 h 10 min"."""
    if seconds < 59.5:
        return f"{max(round(seconds), 1)} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def ago(seconds: float) -> str:
    """How long ago: "just now", "2 min ago", "3 h ago", "5 days ago"."""
    if seconds < 45:
        return "just now"
    if seconds < 3570:
        return f"{max(round(seconds / 60), 1)} min ago"
    if seconds < 84600:
        return f"{max(round(seconds / 3600), 1)} h ago"
    days = max(round(seconds / 86400), 1)
    return "1 day ago" if days == 1 else f"{days} days ago"


def does_not_answer(seconds: float) -> str:
    """That nothing was heard of a training for so long, what that may mean, and what can be done."""
    return (
        f"It does not answer: nothing was heard of it for {duration(seconds)}. After the computer slept it goes "
        "on by itself. If it does not, end it."
    )


def version(number: int, is_live: bool, given_by: str = "") -> str:
    """A version as it is called everywhere: "version 3", "version 3 (live)", "version 3 (live, tags by cloud)"."""
    about = ", ".join(filter(None, ["live" * is_live, f"tags by {given_by}" * bool(given_by)]))
    return f"version {number} ({about})" if about else f"version {number}"


def cell(num_cell: int, num_real: int, real: str, tagged: str) -> str:
    """One cell of the confusion map as a sentence."""
    verb = "was" if num_cell == 1 else "were"
    if real == tagged:
        return f"{num_cell:,} of {num_real:,} {real} garments {verb} tagged correctly."
    return f"{num_cell:,} of {num_real:,} {real} garments {verb} tagged {tagged}."


def lost(num_lost: int, num_real: int, real: str) -> str:
    """The end of a row of the confusion map: garments of one real category that were tagged as another."""
    return (
        f"{num_lost:,} of {num_real:,} {real} garments {'was' if num_lost == 1 else 'were'} tagged as something else."
    )


def intruders(num_intruders: int, num_tagged: int, tagged: str) -> str:
    """The foot of a column: garments tagged as one category that are something else."""
    verb = "is" if num_intruders == 1 else "are"
    return f"{num_intruders:,} of {garments(num_tagged)} tagged {tagged} {verb} something else."


def found(recall: float) -> str:
    """The recall of a category in words."""
    return f"It finds {theme.of_hundred(recall)} of 100."


def trusted(precision: float) -> str:
    """The precision of a category in words."""
    return f"Of 100 such tags, {theme.of_hundred(precision)} are right."


def guess(predicted: str) -> str:
    """The caption of a tile: what the model said; how sure it was stands behind it."""
    return f"Model: {predicted}"


def label(true: str) -> str:
    """The caption of a tile: what the catalogue says."""
    return f"Label: {true}"


def retagged(before: str, now: str) -> str:
    """The caption of a tile: what the version before said, and what this one says."""
    return f"{before} → {now}"


def retagged_sentence(before: str, now: str, true: str) -> str:
    """The same as it is read aloud, with the label."""
    return f"Before: {before}. Now: {now}. The label says {true}."


def order_name(order: str, *, says_how_sure: bool) -> str:
    """The name of an order on screen; without sureness the usual one is that of the garments."""
    return ORDER_NAMES.get(order, order) if says_how_sure or order != "most-sure" else IN_TURN


def verdict(true: str, predicted: str, confidence: float | None) -> str:
    """One garment in one sentence; without a confidence nobody knows how sure the tag is."""
    if confidence is None:
        return f"The label says {true}, {'and' if true == predicted else 'but'} the tag is {predicted}."
    sure = f"the model is {theme.percent(confidence)} sure of {predicted}"
    if true == predicted:
        return f"The label says {true}, and {sure}."
    return f"The label says {true}, but {sure}."


def chosen_kind(real: str | None, tagged: str | None, num_garments: int) -> str:
    """The text of the chip that stands for a chosen kind of garments: "Shirt → T-shirt/top · 118"."""
    if real is not None and real == tagged:
        return f"{real}, tagged correctly · {num_garments:,}"
    if real is None and tagged is None:
        return f"All mistakes · {num_garments:,}"
    if tagged is None:
        return f"{real} → anything else · {num_garments:,}"
    if real is None:
        return f"Anything else → {tagged} · {num_garments:,}"
    return f"{real} → {tagged} · {num_garments:,}"


def showing(first: int, last: int, num_listed: int, num_all: int, noun: str) -> str:
    """Which part of a list is on screen: "Showing 1 to 24 of 118 (of 796 mistakes in all)."."""
    if not num_listed:
        return f"None of {num_all:,} {noun} match."
    part = f"Showing {first:,} to {last:,} of {num_listed:,}"
    return f"{part} {noun}." if num_listed == num_all else f"{part} (of {num_all:,} {noun} in all)."


def no_match(num_filters: int) -> str:
    """What an empty list says."""
    if not num_filters:
        return "There is no mistake to show. Good."
    return "No mistakes match. " + ("1 filter is on." if num_filters == 1 else f"{num_filters} filters are on.")


def fallback(name: str, value: str, instead: str) -> str:
    """The notice for a value in the address that does not exist here; long values are cut."""
    short = value if len(value) <= 40 else value[:39] + "…"
    return (
        f"The address asks for the {CHOICES.get(name, name)} “{short}”, which is not here. Showing {instead} instead."
    )


def footer(
    run_version: str,
    recipe: str,
    trained_on: str,
    num_train: int,
    catalogue: str,
    num_test: int,
    corrections: str,
    *,
    is_from_elsewhere: bool = False,
) -> list[str]:
    """The parts of the strip at the foot of every page."""
    if is_from_elsewhere:
        return [
            run_version[:1].upper() + run_version[1:],
            f"tags given by {recipe}, brought in on {trained_on}",
            f"data: {catalogue}",
            f"judged on {garments(num_test)}",
        ]
    return [
        run_version[:1].upper() + run_version[1:],
        f"trained on {trained_on} with the recipe {recipe} on {garments(num_train)}",
        f"data: {catalogue}",
        f"label corrections included: {corrections}",
        f"judged on {garments(num_test)} it had never seen",
    ]


def corrections_included(num_corrections: int, num_left_out: int, num_people: int) -> str:
    """What people corrected that a version learned with: "212 of 3 people"; "none"."""
    if not num_corrections and not num_left_out:
        return "none"
    people = f"{num_corrections:,} of {num_people:,} {'person' if num_people == 1 else 'people'}"
    return f"{people}, {num_left_out:,} that nobody can tell left out" if num_left_out else people
