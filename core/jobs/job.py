"""One training that somebody asked for, as its row tells it. Knows no database."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from core.jobs.requests import Kind, TrainingRequest

Status = Literal["queued", "running", "finished", "failed", "cancelled", "interrupted"]

RUNNING_SLOT, WAITING_SLOT = 1, 2
"""Places in the queue: the one that is worked on, and the one that comes next. There is no third."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """A training that somebody asked for, as it stands."""

    id: str
    """12 hex digits."""
    recipe: str
    """Key in `RECIPES`."""
    catalogue: str | None
    """Key in `CATALOGUES`; None: the default."""
    seed: int
    """Of everything random."""
    epochs: int | None
    """Rounds; None: the recipe's own."""
    again: bool
    """Train even where the same run exists."""
    slot: int | None
    """`RUNNING_SLOT`, `WAITING_SLOT`, or None once it has ended."""
    status: Status
    """Where it stands."""
    stage: str
    """What it does, in words."""
    fraction: float
    """Share done, 0-1."""
    seconds_left: float | None
    """Estimate; None while unknown."""
    message: str
    """One sentence for people: a notice, or why it ended; may be empty."""
    details: str
    """What IT needs to know of a failure; may be empty."""
    cancel_requested: bool
    """Whether somebody asked it to stop."""
    started_by: str
    """Who asked for it."""
    created_at: datetime
    """When it was asked for, UTC."""
    started_at: datetime | None
    """When its worker began."""
    ended_at: datetime | None
    """When it ended, whichever way."""
    heartbeat_at: datetime
    """When it was last heard of."""
    run_id: str | None
    """The run it gave."""
    kind: Kind
    """What for."""

    @property
    def is_active(self) -> bool:
        """Whether it waits or works."""
        return self.status in ("queued", "running")

    @property
    def is_waiting(self) -> bool:
        """Whether it waits until the one before it has ended."""
        return self.is_active and self.slot == WAITING_SLOT

    @property
    def request(self) -> TrainingRequest:
        """What was asked for, ready to be submitted again."""
        return TrainingRequest(
            recipe=self.recipe,
            catalogue=self.catalogue,
            seed=self.seed,
            epochs=self.epochs,
            again=self.again,
            kind=self.kind,
        )

    @property
    def name(self) -> str:
        """What people call it by: the recipe of a training, else its kind."""
        return self.recipe if self.kind == "training" else self.kind
