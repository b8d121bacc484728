"""One piece of work that somebody asked for, as its row tells it. Knows no database."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from core.jobs import lanes
from core.jobs.lanes import Ending, Kind, Lane
from core.jobs.requests import TrainingRequest

Status = Literal["queued", "running"] | Ending


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """A training, a search or a tagging that somebody asked for, as it stands."""

    id: str
    """12 hex digits."""
    recipe: str
    """Key in `RECIPES`; empty for a tagging."""
    catalogue: str | None
    """Key in `CATALOGUES`; None: the default."""
    seed: int
    """Of everything random."""
    epochs: int | None
    """Rounds; None: the recipe's own."""
    again: bool
    """Train even where the same run exists."""
    slot: int | None
    """Its lane's, or its lane's for the one that waits; None where any number waits, and once it has ended."""
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
    batch_number: int | None
    """The batch that is tagged; None for any other kind."""
    attempts: int
    """Workers begun since it last got any further; counted for taggings."""
    host: str | None = None
    """The computer that does it, for people; None: of before there were several."""
    place: str | None = None
    """The computer and home that do it."""
    owner: str | None = None
    """The worker that has it."""
    lease_until: datetime | None = None
    """Until when its worker may be silent, by the clock of the database."""
    clock: str | None = None
    """When it was last heard of, by the time since its computer was started."""

    @property
    def lane(self) -> Lane:
        """The jobs that it waits for, and that wait for it."""
        return lanes.of(self.kind)

    @property
    def is_active(self) -> bool:
        """Whether it waits or works."""
        return self.status in ("queued", "running")

    @property
    def is_waiting(self) -> bool:
        """Whether it waits until the one before it has ended."""
        return self.status == "queued" and self.slot != self.lane.slot

    @property
    def is_stopping(self) -> bool:
        """Whether it is worked on and about to stop."""
        return self.status == "running" and self.cancel_requested

    @property
    def request(self) -> TrainingRequest:
        """What was asked for, ready to be submitted again; of a training or a search."""
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

    @property
    def subject(self) -> str:
        """What the log calls it."""
        return f"training {self.id}" if self.batch_number is None else f"batch {self.batch_number}"
