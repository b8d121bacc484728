"""What was said of garments in this session: on its way to the store, stored, or met by somebody else's verdict."""

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core import errors
from core.quality import review
from core.retail import spreadsheet
from core.store.runs.runs import Run
from core.store.verdicts import verdicts as stored_verdicts
from core.store.verdicts.verdict_lines import Verdict
from dashboard.data import store, stored_garments, verdicts
from dashboard.gallery.outbox import NUM_UNDONE, UNDO, Outbox
from dashboard.look import verdict_wording
from dashboard.session import flags, person, request_ids

_CONFLICTS: flags.Note["tuple[Conflict, ...]"] = flags.Note("verdicts-conflicts")
_SEEN: flags.Note[dict[str, int]] = flags.Note("verdicts-seen")


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One thing to store."""

    id: str
    """Made before it was said, the same however often it is sent."""
    group: str
    """Requests of one group were said at once, and are undone at once."""
    run: Run
    """The version that was shown."""
    kind: str
    """One of `review.KINDS`, withdrawn, or `UNDO`."""
    split: str = "test"
    """Where its garments are, "test" or "train"."""
    garments: tuple[int, ...] = ()
    """Positions in that split."""
    category: str | None = None
    """Class name that is right, where the label is wrong."""
    seen: tuple[tuple[str, int], ...] = ()
    """Key and last line of each garment when it was shown."""
    undone: str = ""
    """Id of the request that an `UNDO` takes back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Conflict:
    """A request that was not stored, because somebody spoke in the meantime."""

    request: Request
    """As it was said."""
    theirs: tuple[Verdict, ...]
    """The last lines of the garments on which somebody spoke."""


_OUTBOX: Outbox[Request] = Outbox("verdicts")
waiting, done_requests, handled = _OUTBOX.waiting, _OUTBOX.done, _OUTBOX.handled
why, last_note, is_known = _OUTBOX.why, _OUTBOX.note, _OUTBOX.is_known


# ---- saying ----------------------------------------------------------------------------------------------------------


def say(
    run: Run,
    garments: Sequence[int],
    kind: str,
    category: str | None = None,
    *,
    request_id: str,
    split: str = "test",
) -> None:
    """Puts a verdict on its way; garments of which it makes no sense are left out, and that is said.

    Args:
        run: the version shown.
        garments: positions in a split of its garments.
        kind: one of `review.KINDS`, or withdrawn.
        category: where the label is wrong, the right one; None: what was said of each garment instead of its label.
        request_id: the same again says nothing new.
        split: which split, "test" or "train".
    """
    if is_known(request_id):
        return
    parts = _by_category(run, garments, kind, category, split)
    seen, names = _SEEN.get() or {}, stored_garments.garment_keys(run, split)
    requests = [
        Request(
            id=request_id if not number else f"{request_id}.{number}",
            group=request_id,
            run=run,
            kind=kind,
            split=split,
            garments=tuple(some),
            category=right,
            seen=tuple((names[garment], seen.get(names[garment], 0)) for garment in some),
        )
        for number, (right, some) in enumerate(parts)
    ]
    num_left_out = len(garments) - sum(len(request.garments) for request in requests)
    _OUTBOX.say(verdict_wording.left_out(kind, num_left_out) if num_left_out else "")
    _OUTBOX.remember(request_id)
    _OUTBOX.put(*requests)


def undo(*, request_id: str) -> None:
    """Takes back what was said last in this session and not taken back yet; nothing where there is nothing."""
    if is_known(request_id):
        return
    _OUTBOX.remember(request_id)
    if said := [request for request in waiting() if request.kind != UNDO]:
        _OUTBOX.keep_waiting(request for request in waiting() if request.group != said[-1].group)
        return
    done = done_requests()
    last = [request for request in done if request.group == done[-1].group] if done else []
    undos = [
        Request(id=f"{request_id}.{number}", group=request_id, run=request.run, kind=UNDO, undone=request.id)
        for number, request in enumerate(reversed(last))
    ]
    _OUTBOX.keep_done(request for request in done if request not in last)
    _OUTBOX.put(*undos)


def _by_category(
    run: Run, garments: Sequence[int], kind: str, category: str | None, split: str
) -> list[tuple[str | None, list[int]]]:
    """The garments of which it makes sense, by the category that is right; as requests take one category each."""
    rows = verdicts.answers(run, garments, split)
    parts: dict[str | None, list[int]] = {}
    for garment, true, predicted in zip(garments, rows["true_class"], rows["predicted_class"], strict=True):
        if kind == review.MODEL_WRONG and true == predicted:
            continue
        right = (category or run.class_names[predicted]) if kind == review.LABEL_WRONG else None
        if right != run.class_names[true]:
            parts.setdefault(right, []).append(garment)
    return list(parts.items())


# ---- sending ---------------------------------------------------------------------------------------------------------


def send() -> None:
    """Stores what waits, in its order; stops where it cannot be stored now."""
    _OUTBOX.send(lambda request: _note_done(request, _store(request)), _note_refused)


def _store(request: Request) -> tuple[Verdict, ...]:
    who = person.name()
    if request.kind == UNDO:
        return stored_verdicts.undo(store.store(), request.undone, who=who, request_id=request.id)
    if request.kind == review.WITHDRAWN:
        return verdicts.withdraw(request.run, request.garments, who=who, request_id=request.id, split=request.split)
    return verdicts.save(
        request.run,
        request.garments,
        kind=request.kind,
        category=request.category,
        who=who,
        request_id=request.id,
        seen=dict(request.seen),
        split=request.split,
    )


def _note_refused(request: Request, error: errors.GarmentsError) -> None:
    if request.kind == UNDO or not isinstance(error, errors.VerdictConflict):
        _OUTBOX.say(str(error))
        return
    theirs = tuple(conflict.theirs for conflict in error.conflicts)
    _CONFLICTS.set((*conflicts(), Conflict(request=request, theirs=theirs)))


def _note_done(request: Request, lines: tuple[Verdict, ...]) -> None:
    numbers = {line.garment: line.number for line in lines}
    saw(numbers)
    # What was said next of the same garments was said knowing this.
    _OUTBOX.keep_waiting(_knowing(later, numbers) for later in waiting())
    if request.kind == UNDO:
        return
    groups = list(dict.fromkeys(done.group for done in (*done_requests(), request)))[-NUM_UNDONE:]
    _OUTBOX.keep_done(done for done in (*done_requests(), request) if done.group in groups)


def _knowing(request: Request, numbers: Mapping[str, int]) -> Request:
    seen = tuple((garment, numbers.get(garment, number)) for garment, number in request.seen)
    return dataclasses.replace(request, seen=seen)


def saw(numbers: dict[str, int]) -> None:
    """Notes the last line of garments as they are on screen now: who speaks next has seen it."""
    known = dict(_SEEN.get() or {})
    for garment, number in numbers.items():
        known[garment] = max(number, known.get(garment, 0))
    _SEEN.set(known)


# ---- what is here ----------------------------------------------------------------------------------------------------


def conflicts() -> tuple[Conflict, ...]:
    """What was not stored because somebody spoke in the meantime, oldest first."""
    return _CONFLICTS.get() or ()


def num_waiting() -> int:
    """How many verdicts wait, one a garment."""
    return sum(len(request.garments) for request in waiting())


def resolve(conflict: Conflict, *, mine: bool) -> None:
    """Ends a conflict: says it again knowing what they said, or says it only of the other garments."""
    _CONFLICTS.set(tuple(other for other in conflicts() if other is not conflict))
    known = {line.garment: line.number for line in conflict.theirs}
    saw(known)
    names = stored_garments.garment_keys(conflict.request.run, conflict.request.split)
    garments = tuple(garment for garment in conflict.request.garments if mine or names[garment] not in known)
    if garments and conflict.request.kind != UNDO:
        seen = {**dict(conflict.request.seen), **known}
        request = dataclasses.replace(
            conflict.request, id=request_ids.new(), garments=garments, seen=tuple(seen.items())
        )
        _OUTBOX.put(request)


def waiting_as_csv() -> bytes:
    """What waits, as a file that `python -m core verdicts import` reads: the same lines are stored once."""
    places: Counter[str] = Counter()
    rows = []
    for request in waiting():
        for garment in request.garments:
            cells = (
                request.run.id, request.split, garment, request.kind, request.category or "", person.name(), request.id,
                places[request.id],
            )  # fmt: skip
            places[request.id] += 1
            rows.append(cells)
    return spreadsheet.as_csv(verdicts.IMPORT_COLUMNS, rows)
