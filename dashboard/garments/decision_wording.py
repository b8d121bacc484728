"""What can be decided about own photos, in words a merchandiser reads."""

from collections.abc import Sequence
from datetime import UTC, datetime

from core.catalogue.own import decisions
from core.catalogue.own.decisions import Decision
from dashboard.look import phrases

HOW = {
    "contradictions": "Each box holds photos that look the same. Say which category is right for all of them.",
    "near": "Each box holds photos of nearly the same picture: one photo saved anew, or different garments in the same "
    "pose. Keep different garments; of one that is there several times the first photo is enough.",
    "copies": "Each box holds one photo that is there more than once.",
    "counts": "A model learns little from few photos. Put a category together with another one, or leave it out.",
    "usable": "Nothing is learned from these. Mend them where they are, or say that they may stay out.",
}
"""Name of a check -> what is to be done with what it found."""
BOTH_RIGHT, LEAVE_ALL_OUT = "Each is right as it is", "Leave all of them out"
KEEP_ALL, LEAVE_COPIES_OUT = "Keep all", "Leave out all but the first"
MERGE, MERGE_INTO, LEAVE_OUT, KEEP = "Put together", "Put together with", "Leave it out", "Keep it as it is"
FIRST, COPY = "First", ""
"""Under photos that are nearly the same: which one stays where the others are left out."""
DECIDED_HOW = (
    "What was decided holds for trainings from now on, and also after new photos were brought in, as long as photo and "
    "category are the same there. Versions that learned before stay as they are."
)
KEPT, TAKEN_BACK = "Kept. What was decided stands below the checks.", "Taken back."
MOST_NAMED = 2
"""Photos that a sentence names."""
_BECAUSE = {
    "near": "nearly the same as others",
    "copies": "the same file again",
    "contradictions": "under two categories",
}


def all_are(category: str) -> str:
    """The button that gives all photos of a box one category."""
    return f"All are {category}"


def seen(num: int) -> str:
    """The button by which photos that cannot be used are asked about no more."""
    return "It may stay out" if num == 1 else f"These {num:,} may stay out"


def all_copies(num: int) -> str:
    """The button that leaves out every copy that was found."""
    return f"Leave out all {num:,} copies" if num != 1 else "Leave out the only copy"


def keep_everything(num: int) -> str:
    """The button that keeps the copies of every box."""
    return f"Keep all in {num:,} boxes" if num != 1 else "Keep all in the only box"


def boxes(first: int, last: int, num: int) -> str:
    """Which boxes are shown."""
    return f"Boxes {first:,} to {last:,} of {num:,}" if (first, last) != (1, num) else ""


def more(num: int) -> str:
    """How many further photos a box holds."""
    return f"and {num:,} more" if num else ""


def category(name: str, num: int) -> str:
    """The title of a box with the photos of a category."""
    return f"{name}: {num:,} photo{'s' * (num != 1)}"


def decided(num: int) -> str:
    """The title of what was decided."""
    return f"What was decided ({num:,})"


def sentence(decision: Decision) -> str:
    """What was decided."""
    num = len(decision.photos)
    photos = f"{num:,} photo{'s' * (num != 1)}"
    because = _BECAUSE.get(decision.check, "")
    return {
        decisions.RELABEL: f"{photos} that look the same: all are {decision.into}",
        decisions.LEAVE_OUT: f"{photos} left out, {because}",
        decisions.BOTH_RIGHT: f"{photos} that look the same: each category is right",
        decisions.KEEP_COPIES: f"{photos} that look nearly the same: all kept",
        decisions.SEEN: f"{photos} that cannot be used: may stay out",
        decisions.MERGE: f"{decision.category} put together with {decision.into}",
        decisions.LEAVE_OUT_CATEGORY: f"{decision.category} left out",
        decisions.KEEP_CATEGORY: f"{decision.category} kept as it is, though it is small",
    }[decision.kind]


def by(decision: Decision) -> str:
    """Who decided it and when, and which photos it is about."""
    when = phrases.moment(datetime.fromtimestamp(decision.at, UTC))
    return f"{decision.who}, {when}{_named([photo[0] for photo in decision.photos])}"


def _named(names: Sequence[str]) -> str:
    if not names:
        return ""
    rest = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return f": {', '.join(names[:MOST_NAMED])}{rest}"
