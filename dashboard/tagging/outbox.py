"""What was decided on new garments in this session: on its way to the store, or stored a moment ago."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from core.store.batches import tag_decisions
from core.store.batches.batches import Batch
from dashboard.data import store
from dashboard.gallery.outbox import NUM_UNDONE, UNDO, Outbox
from dashboard.session import flags, person, request_ids

_SEEN: flags.Note[tuple[str, int]] = flags.Note("decisions-seen")


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


_CALLED: flags.Note[tuple[str, str]] = flags.Note("decisions-toast")

_OUTBOX: Outbox[Request] = Outbox("decisions")
waiting, done, handled, note, why = _OUTBOX.waiting, _OUTBOX.done, _OUTBOX.handled, _OUTBOX.note, _OUTBOX.why


def next_id(name: str, about: Sequence[Hashable]) -> str:
    """The id of what a button will decide, the same until it was said."""
    return request_ids.of_button(f"decision-{name}", about, handled())


def saw(batch: Batch, number: int) -> None:
    """Notes the last decision of the batch that is on screen now: who decides next has seen it."""
    _SEEN.set((batch.id, number))


def say(batch: Batch, positions: Sequence[int], kind: str, category: str | None, *, request_id: str) -> None:
    """Puts a decision on its way and stores it where it can be; the same request again says nothing new."""
    if request_id in handled() or not positions:
        return
    seen_of, number = _SEEN.get() or ("", 0)
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
        _OUTBOX.keep_waiting(request for request in waiting() if request.id != said[-1].id)
        _OUTBOX.remember(request_id)
        return
    stored = [request for request in done() if request.batch.id == batch.id]
    if not stored:
        _OUTBOX.remember(request_id)
        return
    _OUTBOX.keep_done(request for request in done() if request.id != stored[-1].id)
    _take_in(Request(id=request_id, batch=batch, kind=UNDO, positions=stored[-1].positions, undone=stored[-1].id))


def send() -> None:
    """Stores what waits, in its order; stops where it cannot be stored now."""
    _OUTBOX.send(_store)


def call_out() -> bool:
    """Whether the note is to be said wherever on the page somebody is: once each time it is made."""
    now = ("".join(handled()[-1:]), note())
    is_new = bool(note()) and _CALLED.get() != now
    _CALLED.set(now)
    return is_new


def num_waiting() -> int:
    """How many products wait."""
    return sum(len(request.positions) for request in waiting())


def _take_in(request: Request) -> None:
    _OUTBOX.say("")
    _OUTBOX.remember(request.id)
    _OUTBOX.put(request)
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
    _OUTBOX.keep_done((*done(), request)[-NUM_UNDONE:])
