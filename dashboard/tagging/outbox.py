"""What was decided on new garments in this session: on its way to the store, or stored a moment ago.

Whatever a person decides goes in here first and leaves only when the store has it, so that nothing is lost while the
name is missing or the database cannot be written: a request keeps its id until it is stored.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from core import errors
from core.store.batches import tag_decisions
from core.store.batches.batches import Batch
from dashboard.data import store
from dashboard.session import flags, person, request_ids

UNDO = "undo"
NUM_UNDONE = 20
"""So many of the last requests of this session can be taken back."""
_NUM_KNOWN = 2000
_WAITING, _DONE, _HANDLED, _NOTE, _WHY, _SEEN = (
    f"decisions-{name}" for name in ("waiting", "done", "handled", "note", "why", "seen")
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One thing to store."""

    id: str
    """Made before it was said, the same however often it is sent."""
    batch: Batch
    """The batch that was shown."""
    kind: str
    """accepted, changed, rejected, or `UNDO`."""
    positions: tuple[int, ...] = ()
    """Of the products."""
    category: str | None = None
    """Class name, where changed."""
    seen: int = 0
    """The batch's last decision when the products were shown."""
    undone: str = ""
    """Id of the request that an `UNDO` takes back."""


def next_id(name: str, about: Sequence[Hashable]) -> str:
    """The id of what a button will decide, the same until it was said."""
    return request_ids.of_button(f"decision-{name}", about, handled())


def saw(batch: Batch, number: int) -> None:
    """Notes the last decision of the batch that is on screen now: who decides next has seen it."""
    flags.set_flag(_SEEN, (batch.id, number))


def say(batch: Batch, positions: Sequence[int], kind: str, category: str | None, *, request_id: str) -> None:
    """Puts a decision on its way and stores it where it can be; the same request again says nothing new."""
    if request_id in handled() or not positions:
        return
    seen_of, number = flags.flag(_SEEN) or ("", 0)
    _take_in(
        Request(
            id=request_id, batch=batch, kind=kind, positions=tuple(positions), category=category,
            seen=number if seen_of == batch.id else 0,
        )
    )  # fmt: skip


def undo(batch: Batch, *, request_id: str) -> None:
    """Takes back what was decided last in this session; nothing where there is nothing."""
    if request_id in handled():
        return
    said = [request for request in waiting() if request.kind != UNDO and request.batch.id == batch.id]
    if said:
        flags.set_flag(_WAITING, tuple(request for request in waiting() if request.id != said[-1].id))
        _remember(request_id)
        return
    stored = [request for request in done() if request.batch.id == batch.id]
    if not stored:
        _remember(request_id)
        return
    flags.set_flag(_DONE, tuple(request for request in done() if request.id != stored[-1].id))
    _take_in(Request(id=request_id, batch=batch, kind=UNDO, positions=stored[-1].positions, undone=stored[-1].id))


def send() -> None:
    """Stores what waits, in its order; stops where it cannot be stored now."""
    if not person.is_known():
        return
    flags.set_flag(_WHY, None)
    while waiting():
        request = waiting()[0]
        try:
            _store(request)
        except (errors.DatabaseUnavailable, OSError) as error:
            flags.set_flag(_WHY, str(error))
            return
        except errors.GarmentsError as error:
            flags.set_flag(_NOTE, str(error))
        else:
            if request.kind != UNDO:
                flags.set_flag(_DONE, (*done(), request)[-NUM_UNDONE:])
        flags.set_flag(_WAITING, waiting()[1:])


def waiting() -> tuple[Request, ...]:
    """What is not stored yet, in the order of saying."""
    return flags.flag(_WAITING) or ()


def done() -> tuple[Request, ...]:
    """What was stored last in this session and can be undone, oldest first."""
    return flags.flag(_DONE) or ()


def handled() -> tuple[str, ...]:
    """Ids of the last requests that were taken in, oldest first."""
    return flags.flag(_HANDLED) or ()


def note() -> str:
    """Why the last decision was refused; empty where it was not."""
    return flags.flag(_NOTE) or ""


def why() -> str | None:
    """Why what waits could not be stored; None where it could, or the name is missing."""
    return flags.flag(_WHY) if waiting() else None


def num_waiting() -> int:
    """How many products wait."""
    return sum(len(request.positions) for request in waiting())


def _take_in(request: Request) -> None:
    flags.set_flag(_NOTE, "")
    _remember(request.id)
    flags.set_flag(_WAITING, (*waiting(), request))
    send()


def _store(request: Request) -> None:
    who = person.name()
    if request.kind == UNDO:
        tag_decisions.undo(store.store(), request.batch, request.undone, who=who, request_id=request.id)
        return
    tag_decisions.decide(
        store.store(),
        request.batch,
        request.positions,
        request.kind,
        category=request.category,
        seen=request.seen,
        who=who,
        request_id=request.id,
    )


def _remember(request_id: str) -> None:
    flags.set_flag(_HANDLED, (*handled(), request_id)[-_NUM_KNOWN:])
