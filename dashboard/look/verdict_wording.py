"""What people say of garments, as sentences and short marks. Pure: plain text that may hold names anybody chose."""

from collections.abc import Sequence

from core.quality import review, scores
from core.words import sentences
from dashboard.look import phrases, theme

second_score, too_few = sentences.second_score, sentences.too_few

KINDS = {
    review.MODEL_WRONG: "Model is wrong",
    review.LABEL_WRONG: "Label is wrong",
    review.CANNOT_TELL: "Cannot tell",
    review.DISAGREEMENT: "People disagree",
    review.WITHDRAWN: "Taken back",
}
"""What can be said of a garment, and what it can be afterwards."""
SIGNS = {review.MODEL_WRONG: "✕", review.LABEL_WRONG: "✎", review.CANNOT_TELL: "?", review.DISAGREEMENT: "≠"}
"""The sign before a mark, so that it can be told apart without reading or colour."""
FILTERS = {
    **{kind: KINDS[kind] for kind in review.STATES},
    "nobody": "No verdict yet",
    "not-mine": "Not judged by me",
    "mine": "Judged by me",
}
"""Name on screen of each filter by what people said."""
COLLEAGUE = "A colleague has looked at this garment too."
BOTH_KINDS = (
    "Verdicts on test garments count in the score above and are never learned; those on training garments, from the "
    "doubted labels, are learned and count in no score."
)
IS_LEARNED = "The next training learns the labels that you change and leaves out what nobody can tell."
ONLY_THE_SCORE = "A verdict here changes only the score after review. The model never learns from it."
KEYS = (
    "The label stays: it is right",
    "The label changes: it becomes what the model says",
    "Nobody can tell from this picture",
    "The label changes: choose the right category",
)
"""What the keys 1, 2, 3 and 4 say, as the help of their buttons; the same of every list of garments."""
SPOKEN_OF = "Somebody spoke on this garment while you were looking: decide beside it."
"""Calls to what `conflict` asks."""
ALL_JUDGED = "All garments in this view have a verdict."


def mark(kind: str, category: str | None) -> str:
    """The own verdict on a tile: "Model is wrong", "Label is wrong: Coat"."""
    return f"{KINDS[kind]}: {category}" if category else KINDS[kind]


def said(who: str, kind: str, category: str | None) -> str:
    """What somebody says: "Grace: label is wrong, it is Coat"."""
    end = f", it is {category}" if category else ""
    return f"{who}: {KINDS[kind].lower()}{end}"


def saved(garments: Sequence[int]) -> str:
    """The quiet word after a verdict was stored; it stands beside the next garment, so it names its own."""
    return f"Saved: garment {garments[0]:,}" if len(garments) == 1 else f"Saved · {phrases.garments(len(garments))}"


def undo(kind: str, category: str | None, num_garments: int) -> str:
    """What the button that takes the last thing back would take back."""
    what = f"label is wrong, it is {category}" if category else KINDS[kind].lower()
    return f"Takes back the last thing you said: {what}, {phrases.garments(num_garments)}. Up to 20 in a row."


def selected(num_garments: int) -> str:
    """What the buttons beside it do."""
    return "Apply to 1 selected" if num_garments == 1 else f"Apply to {num_garments:,} selected"


def left_out(kind: str, num_garments: int) -> str:
    """Why some garments got no verdict."""
    verb = "was" if num_garments == 1 else "were"
    why = (
        "the model says what the label says, so it is not the model alone that is wrong"
        if kind == review.MODEL_WRONG
        else "the label already names that category"
    )
    return f"{phrases.garments(num_garments)} {verb} left out: {why}."


def not_stored(num_verdicts: int) -> str:
    """The strip that stands while verdicts cannot be stored."""
    if not num_verdicts:
        return "What you took back is not stored yet."
    verdicts = "Your last verdict is" if num_verdicts == 1 else f"Your last {num_verdicts:,} verdicts are"
    return f"{verdicts} kept here but not stored yet."


def needs_name(num_verdicts: int) -> str:
    """Why a name is asked for."""
    verdicts = "Your verdict is" if num_verdicts == 1 else f"Your {num_verdicts:,} verdicts are"
    return f"{verdicts} kept here. Who are you?"


def conflict(garments: Sequence[int], theirs: str, kind: str, category: str | None) -> str:
    """What both say where somebody spoke in the meantime."""
    which = f"garment {garments[0]:,}" if len(garments) == 1 else f"{len(garments):,} of these garments"
    mine = said("You", kind, category)
    return f"Somebody spoke on {which} while you were looking, so nothing is stored yet. {theirs}. {mine}."


def kept_in_list(num_garments: int) -> str:
    """Why garments that no longer pass the filter are still listed."""
    verb = "stays" if num_garments == 1 else "stay"
    return f"{phrases.garments(num_garments)} you have judged since {verb} in the list."


def first_score(result: scores.Accuracy) -> str:
    """The score by the labels that the garments came with."""
    return (
        f"By the original labels: {theme.of_hundred(result.accuracy, decimals=1)} of 100 "
        f"({theme.between(result.low, result.high)}; {phrases.garments(result.num_garments)})."
    )


def what_counts(found: review.TwoScores) -> str:
    """What the reviewed garments came to."""
    return (
        f"{found.num_reviewed:,} test garment{'s' * (found.num_reviewed != 1)} reviewed: "
        f"{found.num_relabelled:,} with another category than the label, {found.num_cannot_tell:,} that nobody can "
        f"tell, {found.num_disagreements:,} in dispute. "
        "The model never learns from verdicts on these garments."
    )


def waiting(num_garments: int) -> str:
    """The card of what waits for a person."""
    return "Nothing waits" if not num_garments else phrases.garments(num_garments)


def waiting_why(num_garments: int, sure: int) -> str:
    """Why those garments wait."""
    how = f" of which the model was at least {sure} % sure" if sure else ""
    if not num_garments:
        return f"No mistake{how} is without your verdict."
    differs = f"The model was at least {sure} % sure and differs from the label" if sure else "The tag differs"
    return f"{differs}. Often it is the label that is wrong."


def which(position: int, split: str) -> str:
    """A garment by its number, and whether it judges or teaches."""
    return f"{'Test' if split == 'test' else 'Training'} garment {position:,}"


def disputes(num_shown: int, num_all: int) -> str:
    """How many disagreements there are, and how many of them that person may see."""
    if not num_all and not num_shown:
        return "Nobody disagrees about a garment of this test."
    hidden = max(num_all - num_shown, 0)
    shown = f"People disagree about {phrases.garments(num_shown)} that you have judged."
    if not hidden:
        return shown
    more = f"{hidden:,} more {'shows' if hidden == 1 else 'show'} only to those who judged them."
    return f"{shown} {more}"
