"""What people say of garments: the model is wrong, the label is wrong, cannot tell. Every line stays.

What a person says of a garment today is their last line on it; to take it back is a new line. Whoever writes names the
last line of the garment they had seen, and if another one came since, nothing is written and they are shown both. A
request that is repeated, because its answer was lost, gives back what it stored the first time.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from core import errors, failpoints
from core.access.roles import Action
from core.quality import review
from core.store.base import database, people, permission
from core.store.base.store import Store
from core.store.verdicts import verdict_lines
from core.store.verdicts.verdict_lines import Saying, Subject, Verdict

LONGEST_NAME = 200
LONGEST_REQUEST_ID = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Conflict:
    """A garment on which somebody spoke since it was shown."""

    garment: str
    """Its key."""
    theirs: Verdict
    """Its last line; to decide anyway, save again with `seen` set to its number."""
    kind: str
    """What was about to be said."""
    category: str | None
    """The category that was about to be chosen."""


@permission.needs(Action.REVIEW)
def save(
    store: Store,
    subjects: Sequence[Subject],
    *,
    run_id: str,
    kind: str,
    category: str | None = None,
    who: str,
    request_id: str,
) -> tuple[Verdict, ...]:
    """Stores one verdict on one or many garments, all or none; what is returned is on disk.

    A garment that is named twice, or whose exact twin is, gets one line.

    Args:
        store: where.
        subjects: the garments, as they were shown.
        run_id: id of the version that was shown.
        kind: one of `review.KINDS`.
        category: the class name that is right; only, and always, where the label is wrong.
        who: whose verdict it is.
        request_id: any text of 1-64 characters that no other request has; the same again changes nothing.

    Raises:
        errors.VerdictRefused: it makes no sense, or the request id stands for something else; nothing is stored.
        errors.VerdictConflict: somebody spoke on one of the garments since it was shown; nothing is stored.
        errors.RunNotFound: no such run.
    """
    who = checked_person(who)
    check_request_id(request_id)
    if kind not in review.KINDS:
        raise errors.VerdictRefused(f"A verdict is one of {', '.join(review.KINDS)}, got {kind!r}.")
    once: dict[str, Subject] = {}
    for subject in subjects:
        once.setdefault(subject.garment, subject)
    sayings = [Saying(subject=subject, run_id=run_id, kind=kind, category=category) for subject in once.values()]
    if not sayings:
        raise errors.VerdictRefused("A verdict needs at least one garment. Select one.")
    with database.write(store.engine) as connection:
        if stored := verdict_lines.of_request(connection, request_id):
            return _as_before(stored, sayings, who)
        class_names = verdict_lines.class_names_of(connection, run_id)
        for saying in sayings:
            check(saying, class_names)
        _refuse_stale(connection, sayings)
        lines = verdict_lines.append(connection, sayings, who=who, request_id=request_id)
        failpoints.reach("verdict-committing")
    failpoints.reach("verdict-committed")
    return lines


@permission.needs(Action.REVIEW)
def undo(store: Store, undone_request_id: str, *, who: str, request_id: str) -> tuple[Verdict, ...]:
    """Takes back everything a request said: what that person said before holds again, or nothing if they had not.

    Others may have spoken since, that changes nothing. To undo an undo is to say it again.

    Args:
        store: where.
        undone_request_id: the request to take back.
        who: whose it is; only they can.
        request_id: of this request; the same again changes nothing.

    Raises:
        errors.VerdictRefused: no such request, or another person's.
        errors.VerdictConflict: that person has said something newer of one of the garments.
    """
    who = checked_person(who)
    check_request_id(request_id)
    with database.write(store.engine) as connection:
        undone = verdict_lines.of_request(connection, undone_request_id)
        if not undone or undone[0].who != who:
            raise errors.VerdictRefused(f"{who} has no verdicts of request {undone_request_id[:80]!r} to take back.")
        sayings = _sayings_of_undo(connection, undone)
        if stored := verdict_lines.of_request(connection, request_id):
            return _as_before(stored, sayings, who)
        _refuse_newer(connection, undone, sayings)
        return verdict_lines.append(connection, sayings, who=who, request_id=request_id)


@permission.needs(Action.REVIEW)
def withdraw(store: Store, garments: Sequence[str], *, who: str, request_id: str) -> tuple[Verdict, ...]:
    """Takes back what one person says of some garments, all or none: they say nothing of them from then on.

    Others may have spoken since, that changes nothing. `undo` of this request says it again.

    Args:
        store: where.
        garments: keys of the garments.
        who: whose verdicts they are.
        request_id: of this request; the same again changes nothing.

    Raises:
        errors.VerdictRefused: that person says nothing of one of the garments.
    """
    who = checked_person(who)
    check_request_id(request_id)
    with database.write(store.engine) as connection:
        stored = verdict_lines.of_request(connection, request_id)
        last = verdict_lines.last_numbers(
            connection, list(garments), who=who, before=stored[0].number if stored else None
        )
        lines = verdict_lines.lines_of(connection, list(last.values()))
        held = [lines[last[garment]] for garment in dict.fromkeys(garments) if garment in last]
        if len(held) < len(set(garments)) or any(line.kind == review.WITHDRAWN for line in held) or not held:
            raise errors.VerdictRefused(f"{who} says nothing of these garments that could be taken back.")
        sayings = [_saying_again(line, review.WITHDRAWN, None) for line in held]
        if stored:
            return _as_before(stored, sayings, who)
        return verdict_lines.append(connection, sayings, who=who, request_id=request_id)


def check(saying: Saying, class_names: Sequence[str]) -> None:
    """Refuses what makes no sense of a garment whose catalogue has these classes.

    Raises:
        errors.VerdictRefused: names what is wrong, the value, and the next step.
    """
    subject, kind, category = saying.subject, saying.kind, saying.category
    known = f"one of {', '.join(class_names)}"
    if not re.fullmatch(r"[0-9a-f]{64}", subject.garment):
        raise errors.VerdictRefused(f"A garment's key has 64 hex digits, got {subject.garment[:80]!r}.")
    if subject.split not in verdict_lines.SPLITS or subject.position < 0:
        raise errors.VerdictRefused(
            f"A garment stands in {', '.join(verdict_lines.SPLITS)} at 0 or later, "
            f"got {subject.split!r} at {subject.position!r}."
        )
    if subject.label not in class_names:
        raise errors.VerdictRefused(f"The label must be {known}, got {subject.label!r}.")
    if subject.predicted is not None and subject.predicted not in class_names:
        raise errors.VerdictRefused(f"What the model said must be {known}, got {subject.predicted!r}.")
    if subject.confidence is not None and not (math.isfinite(subject.confidence) and 0 <= subject.confidence <= 1):
        raise errors.VerdictRefused(f"The confidence must lie between 0 and 1, got {subject.confidence!r}.")
    if kind == review.LABEL_WRONG and (category not in class_names or category == subject.label):
        raise errors.VerdictRefused(
            f"Where the label {subject.label!r} is wrong, the right category must be another {known}; got {category!r}."
        )
    if kind != review.LABEL_WRONG and category is not None:
        raise errors.VerdictRefused(f"Only a wrong label has a right category, got {category!r} with {kind!r}.")
    if kind == review.MODEL_WRONG and subject.predicted == subject.label:
        raise errors.VerdictRefused(
            f"The model said {subject.predicted!r}, as the label does, so it is not the model alone that is wrong. "
            "Say that the label is wrong, or leave this garment out."
        )


def checked_person(who: str) -> str:
    """The name as `people.person` writes it.

    Raises:
        errors.VerdictRefused: there is none, it is too long, or it holds line breaks or the like.
    """
    name = people.person(who)
    if not who.strip().isprintable() or not (0 < len(name) <= LONGEST_NAME):
        raise errors.VerdictRefused(
            f"A verdict needs a name of 1 to {LONGEST_NAME} printable characters, got {who[:80]!r}."
        )
    return name


def check_request_id(request_id: str) -> None:
    """Raises errors.VerdictRefused where the request id has no characters, or more than fit."""
    if not 0 < len(request_id) <= LONGEST_REQUEST_ID:
        raise errors.VerdictRefused(
            f"A request id has 1 to {LONGEST_REQUEST_ID} characters, got {len(request_id)}: {request_id[:80]!r}."
        )


def _as_before(stored: tuple[Verdict, ...], sayings: Sequence[Saying], who: str) -> tuple[Verdict, ...]:
    """What the request stored the first time, if it says the same now."""
    before = [(line.garment, line.run_id, line.kind, line.category, line.who) for line in stored]
    now = [(saying.subject.garment, saying.run_id, saying.kind, saying.category, who) for saying in sayings]
    if before != now:
        raise errors.VerdictRefused(
            f"The request {stored[0].request_id!r} was stored before with other verdicts. Save again as a new request."
        )
    return stored


def _refuse_stale(connection: sa.Connection, sayings: Sequence[Saying]) -> None:
    last = verdict_lines.last_numbers(connection, [saying.subject.garment for saying in sayings])
    stale = [saying for saying in sayings if last.get(saying.subject.garment, 0) != saying.subject.seen]
    for saying in stale:
        if saying.subject.garment not in last:
            raise errors.VerdictRefused(f"No line {saying.subject.seen} of this garment exists. Show it again.")
    _raise_conflicts(connection, last, stale)


def _refuse_newer(connection: sa.Connection, undone: tuple[Verdict, ...], sayings: Sequence[Saying]) -> None:
    last = verdict_lines.last_numbers(connection, [line.garment for line in undone], who=undone[0].who)
    is_newer = [last[line.garment] != line.number for line in undone]
    _raise_conflicts(connection, last, [saying for saying, newer in zip(sayings, is_newer, strict=True) if newer])


def _raise_conflicts(connection: sa.Connection, last: Mapping[str, int], stale: Sequence[Saying]) -> None:
    if not stale:
        return
    theirs = verdict_lines.lines_of(connection, [last[saying.subject.garment] for saying in stale])
    conflicts = [
        Conflict(
            garment=saying.subject.garment,
            theirs=theirs[last[saying.subject.garment]],
            kind=saying.kind,
            category=saying.category,
        )
        for saying in stale
    ]
    first = conflicts[0]
    raise errors.VerdictConflict(
        f"{first.theirs.who} spoke since this was shown: {_said(first.theirs.kind, first.theirs.category)}; you: "
        f"{_said(first.kind, first.category)}. {len(conflicts)} garments; nothing was stored. Decide, and save again.",
        conflicts,
    )


def _said(kind: str, category: str | None) -> str:
    return kind if category is None else f"{kind} ({category})"


def _sayings_of_undo(connection: sa.Connection, undone: tuple[Verdict, ...]) -> list[Saying]:
    before = verdict_lines.last_numbers(
        connection, [line.garment for line in undone], who=undone[0].who, before=undone[0].number
    )
    earlier = verdict_lines.lines_of(connection, list(before.values()))
    sayings = []
    for line in undone:
        held = earlier.get(before.get(line.garment, 0))
        if held:
            sayings.append(_saying_again(held, held.kind, held.category))
        else:
            sayings.append(_saying_again(line, review.WITHDRAWN, None))
    return sayings


def _saying_again(line: Verdict, kind: str, category: str | None) -> Saying:
    """Another opinion of the garment of a line, as it was on screen then."""
    subject = Subject(**{name: getattr(line, name) for name in verdict_lines.OF_SUBJECT}, seen=0)
    return Saying(subject=subject, run_id=line.run_id, kind=kind, category=category)
