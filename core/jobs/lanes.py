"""The lanes of the queue: trainings and searches in one, taggings in the other; in each one job at a time is worked on.

What differs between them stands here as figures and sentences; how a job is claimed, followed and ended does not.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["training", "suspects", "tagging"]
"""What a job is for: a new version, a list of training garments whose label is unlikely, or the tags of a batch."""

Ending = Literal["finished", "failed", "cancelled", "interrupted"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Lane:
    """What holds for the jobs that wait for each other."""

    name: str
    """What people call its work, and the kind of its worker's lock."""
    kinds: tuple[Kind, ...]
    """Of its jobs."""
    slot: int
    """Of the job that is worked on; unique over all lanes."""
    waiting_slot: int | None
    """Of the one job that may wait; None: any number waits, without a slot."""
    starting_seconds: float
    """How long a worker may take from its launch to claiming its job: on a busy machine imports alone take long."""
    max_attempts: int
    """Workers that may die of a job, one after the other, without getting any further. With 1 a person tries again."""
    can_end_at_once: bool
    """Whether a worker that was told to stop may end where it stands; else it ends after what it has in hand."""
    gave_up: str
    """Told of a job whose last worker died, with `subject` in place of {}."""
    what_remains: str
    """Told of every job that ended before its time."""
    ended_by_hand: Ending
    """How a job ends whose process a person ended."""
    cancel_action: str
    """What the log calls it when somebody has a job stop."""


TRAINING = Lane(
    name="training",
    kinds=("training", "suspects"),
    slot=1,
    waiting_slot=2,
    starting_seconds=120.0,
    max_attempts=1,
    can_end_at_once=True,
    gave_up=(
        "{} was interrupted: its process ended, as it does when the computer restarts or memory runs out. "
        "The live version is untouched."
    ),
    what_remains="The live version is untouched.",
    ended_by_hand="interrupted",
    cancel_action="cancel",
)
TAGGING = Lane(
    name="tagging",
    kinds=("tagging",),
    slot=3,
    waiting_slot=None,
    starting_seconds=45.0,
    max_attempts=3,
    can_end_at_once=False,
    gave_up=(
        "{} stopped 3 times without getting any further, as it does when memory runs out. What is tagged already stays."
    ),
    what_remains="What is tagged already stays.",
    ended_by_hand="cancelled",
    cancel_action="stop-tagging",
)
LANES = (TRAINING, TAGGING)


def subject(kind: Kind) -> str:
    """What a job of that kind is called at the beginning of a sentence."""
    return {"training": "The training", "suspects": "The search for wrong labels", "tagging": "The tagging"}[kind]


def gave_up(kind: Kind) -> str:
    """What is told of a job of that kind whose last worker died."""
    return of(kind).gave_up.format(subject(kind))


def of(kind: Kind) -> Lane:
    """The lane of jobs of that kind."""
    return next(lane for lane in LANES if kind in lane.kinds)
