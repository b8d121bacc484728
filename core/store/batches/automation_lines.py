"""The lines above which a version's tags are trusted, as people confirmed them. A history that only grows.

The last line of a version holds for everything it tags; before the first one nothing leaves without a person.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from core import errors
from core.access.roles import Action
from core.store.base import audit, database, permission, schema
from core.store.base.store import Store
from core.store.runs import runs
from core.store.verdicts import verdicts


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfirmedLine:
    """A line that a person stands by."""

    number: int
    """1, 2, 3, ... without gaps."""
    request_id: str
    """Of the request that stored it."""
    run_id: str
    """The version whose tags it is about."""
    lines: tuple[float, ...]
    """(K) one a class, in class order: tags of it at least so sure are trusted, 0-1; NaN trusts none of it."""
    max_wrong_in_100: float | None
    """The promise it was suggested for, `by_hand` left out; None where all of it was chosen by hand."""
    who: str
    """Who confirmed it."""
    confirmed_at: datetime
    """When, UTC."""
    by_hand: tuple[str, ...] = ()
    """Names of the classes whose line a person set in place of the suggested one."""
    mix: tuple[float, ...] | None = None
    """(K) how the shop's products were spread over the classes, in any unit; None: as the garments are."""

    @property
    def array(self) -> NDArray[np.float64]:
        """(K,) the lines, as `core.quality.automation_line.is_trusted` takes them."""
        return np.array(self.lines, dtype=np.float64)


@permission.needs(Action.SET)
def confirm(
    store: Store,
    run_id: str,
    lines: Sequence[float],
    *,
    who: str,
    request_id: str,
    max_wrong_in_100: float | None = None,
    by_hand: Sequence[str] = (),
    mix: Sequence[float] | None = None,
) -> ConfirmedLine:
    """Stores the line of a version; what is returned is on disk.

    Args:
        store: where.
        run_id: id of the version.
        lines: (K) one a class, 0-1; NaN trusts none of it.
        who: who stands by it.
        request_id: any text of 1-64 characters that no other request has; the same again changes nothing.
        max_wrong_in_100: the promise it was suggested for; None where it was chosen by hand.
        by_hand: names of the classes whose line was set by hand in place of the suggested one.
        mix: (K) how the shop's products are spread, each 0 or more, in any unit; None: as the garments are.

    Raises:
        errors.TaggingRefused: lines or a mix that are none, classes that the version does not know, a version without
            calibration, a request id of something else.
        errors.RunNotFound: no such version.
    """
    who = checked_person(who)
    check_request_id(request_id)
    values = {"lines": as_json(lines), "by_hand": list(by_hand), "mix": None if mix is None else [*map(float, mix)]}
    promise = None if max_wrong_in_100 is None else float(max_wrong_in_100)
    with database.write(store.engine) as connection:
        if held := _of_request(connection, request_id):
            return _as_before(held, run_id, values, who)
        _check(connection, run_id, values)
        before = _last(connection, run_id)
        number = (connection.scalar(sa.select(sa.func.max(schema.automation_lines.c.number))) or 0) + 1
        values |= {"number": number, "request_id": request_id, "run_id": run_id, "who": who}
        values |= {"max_wrong_in_100": promise, "confirmed_at": datetime.now(UTC)}
        connection.execute(sa.insert(schema.automation_lines).values(**values))
        version = runs.read(connection, run_id).version
        audit.record(
            connection, who=who, action="confirm-line", subject=f"version {version}",
            before=None if before is None else _told(as_json(before.lines), before.max_wrong_in_100, before.by_hand),
            after=_told(as_json(lines), promise, by_hand),
        )  # fmt: skip
        found = _of_request(connection, request_id)
    assert found is not None
    return found


def newest(store: Store, run_id: str) -> ConfirmedLine | None:
    """The line that holds for that version; None before anybody confirmed one."""
    with database.read(store.engine) as connection:
        return _last(connection, run_id)


def history(store: Store, run_id: str) -> list[ConfirmedLine]:
    """Every line that was confirmed for that version, the newest first."""
    with database.read(store.engine) as connection:
        return [_line(row) for row in connection.execute(_of_run(run_id)).mappings()]


def as_json(lines: Sequence[float]) -> list[float | None]:
    """Lines fit for JSON: None stands for one that trusts nothing."""
    return [None if math.isnan(line) else float(line) for line in lines]


def of_json(content: Sequence[float | None]) -> tuple[float, ...]:
    """What `as_json` was called on."""
    return tuple(math.nan if line is None else float(line) for line in content)


def checked_person(who: str) -> str:
    """The name without blanks around it.

    Raises:
        errors.TaggingRefused: there is none, it is too long, or it holds line breaks or the like.
    """
    try:
        return verdicts.checked_person(who)
    except errors.VerdictRefused:
        raise errors.TaggingRefused(
            f"This needs a name of 1 to {verdicts.LONGEST_NAME} printable characters, got {who[:80]!r}."
        ) from None


def check_request_id(request_id: str) -> None:
    """Raises errors.TaggingRefused where the request id has no characters, or more than fit."""
    if not 0 < len(request_id) <= verdicts.LONGEST_REQUEST_ID:
        raise errors.TaggingRefused(
            f"A request id has 1 to {verdicts.LONGEST_REQUEST_ID} characters, got {len(request_id)}."
        )


def _told(lines: list[float | None], promise: float | None, by_hand: Sequence[str]) -> dict[str, Any]:
    """A line as the log tells it."""
    return {"lines": lines, "max_wrong_in_100": promise, "by_hand": list(by_hand)}


def _check(connection: sa.Connection, run_id: str, values: Mapping[str, Any]) -> None:
    found = sa.select(schema.runs.c.id).where(schema.runs.c.id == run_id)
    if connection.scalar(found) is None:
        raise errors.RunNotFound(f"No run {run_id[:80]!r}. `python -m core runs` lists them.")
    run = runs.read(connection, run_id)
    num_classes = len(run.class_names)
    for what, given in (("lines", values["lines"]), ("shares of a mix", values["mix"])):
        if given is not None and len(given) != num_classes:
            raise errors.TaggingRefused(
                f"Version {run.version} knows {num_classes} categories, got {len(given)} {what}."
            )
    if unknown := [name for name in values["by_hand"] if name not in run.class_names]:
        raise errors.TaggingRefused(f"Version {run.version} knows no category {unknown[0][:80]!r}.")
    if values["mix"] is not None:
        _check_mix(values["mix"])
    for line in values["lines"]:
        if line is not None and not 0 <= line <= 1:
            raise errors.TaggingRefused(f"A line lies between 0 and 1, got {line!r}; 0.9 means 90 % sure.")
    if run.temperature is None:
        raise errors.TaggingRefused(
            f"Version {run.version} is not calibrated, so its confidence says nothing. Train once more."
        )


def _check_mix(mix: Sequence[float]) -> None:
    if not all(math.isfinite(share) and share >= 0 for share in mix) or not any(mix):
        raise errors.TaggingRefused(f"A product mix is made of shares of 0 or more, and not all 0, got {list(mix)!r}.")


def _as_before(held: ConfirmedLine, run_id: str, values: Mapping[str, Any], who: str) -> ConfirmedLine:
    mix = None if held.mix is None else list(held.mix)
    before = {"lines": as_json(held.lines), "by_hand": list(held.by_hand), "mix": mix}
    if (held.run_id, held.who, before) != (run_id, who, values):
        raise errors.TaggingRefused(f"The request {held.request_id!r} confirmed another line before. Confirm it again.")
    return held


def _of_run(run_id: str) -> sa.Select[tuple[object, ...]]:
    lines = schema.automation_lines
    return sa.select(lines).where(lines.c.run_id == run_id).order_by(lines.c.number.desc())


def _last(connection: sa.Connection, run_id: str) -> ConfirmedLine | None:
    row = connection.execute(_of_run(run_id).limit(1)).mappings().first()
    return None if row is None else _line(row)


def _of_request(connection: sa.Connection, request_id: str) -> ConfirmedLine | None:
    lines = schema.automation_lines
    row = connection.execute(sa.select(lines).where(lines.c.request_id == request_id)).mappings().first()
    return None if row is None else _line(row)


def _line(row: sa.RowMapping) -> ConfirmedLine:
    mix = None if row["mix"] is None else tuple(row["mix"])
    held = {**row, "lines": of_json(row["lines"]), "by_hand": tuple(row["by_hand"] or ()), "mix": mix}
    return ConfirmedLine(**held)
