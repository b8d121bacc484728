"""Verdicts as CSV: every line of the history out, and lines back in with the checks that the screen makes.

An import stores all lines or none. A line that was stored before changes nothing, so a file can be imported again.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from core import errors
from core.access.roles import Action
from core.catalogue import CatalogueSplit, identity
from core.quality import review
from core.retail import spreadsheet, tables
from core.store.base import database, permission
from core.store.base.store import Store
from core.store.runs import file_reader, runs
from core.store.runs.runs import Run
from core.store.verdicts import verdict_lines, verdicts
from core.store.verdicts.verdict_lines import Saying, Subject, Verdict

COLUMNS = (
    "run", "split", "position", "kind", "category", "who",
    "said_at", "garment", "label", "predicted", "confidence", "request_id", "place",
)  # fmt: skip
"""In this order; an import needs the first six, and fills the others in or compares them where they are given."""
NEEDED = COLUMNS[:6]


@dataclass(frozen=True, kw_only=True, slots=True)
class Imported:
    """What an import did."""

    num_stored: int
    """Lines that are new in the history."""
    num_known: int
    """Lines that were stored before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    """One line of the file, checked as far as it can be without the history."""

    number: int
    saying: Saying
    who: str
    said_at: datetime | None
    request_id: str
    place: int


def to_csv(lines: list[Verdict]) -> str:
    """Those lines of the history, in that order, with a header; cells are safe for a spreadsheet."""
    rows = []
    for line in lines:
        cells = {name: getattr(line, name) for name in COLUMNS if name != "run"}
        cells |= {"run": line.run_id, "said_at": line.said_at.isoformat()}
        rows.append(["" if cells[name] is None else str(cells[name]) for name in COLUMNS])
    return spreadsheet.as_csv(COLUMNS, rows).decode("utf-8-sig")


@permission.needs(Action.REVIEW)
def from_csv(store: Store, content: bytes | str, *, entered_by: str) -> Imported:
    """Appends the lines of a CSV to the history, all or none, in their order.

    A line without `request_id` is known again by its content: the same line is stored once.

    Args:
        store: where.
        content: the file, with a header; `COLUMNS` in any order.
        entered_by: who imports; each line's own `who` stays whose verdict it is.

    Raises:
        errors.VerdictRefused: the header is wrong, or lines are; the message names every bad line by its number.
    """
    problems: list[str] = []
    lines = _parsed(store, content, problems)
    with database.write(store.engine) as connection:
        newest_before = verdict_lines.newest_number_in(connection)
        num_known = 0
        for line in lines:
            stored = {held.place: held for held in verdict_lines.of_request(connection, line.request_id)}
            try:
                if held := stored.get(line.place):
                    _refuse_another(held, line)
                    num_known += 1
                    continue
                _refuse_older(connection, line, newest_before)
            except errors.VerdictRefused as error:
                problems.append(f"line {line.number}: {error}")
                continue
            verdict_lines.append(
                connection,
                [line.saying],
                who=line.who,
                request_id=line.request_id,
                entered_by=entered_by,
                said_at=line.said_at,
                first_place=line.place,
            )
        if problems:
            # Raised inside the transaction, so that nothing of it stays.
            raise errors.VerdictRefused(f"Nothing was imported; {len(problems)} bad lines. {' '.join(problems)}")
    return Imported(num_stored=len(lines) - num_known, num_known=num_known)


def _parsed(store: Store, content: bytes | str, problems: list[str]) -> list[_Line]:
    garments = _Garments(store)
    lines: dict[tuple[str, int], _Line] = {}
    for number, row in _rows(content):
        try:
            line = _line(garments, number, row)
            first = lines.setdefault((line.request_id, line.place), line)
            if first is not line:
                raise errors.VerdictRefused(f"It repeats line {first.number}. Remove one of them.")
        except (errors.GarmentsError, ValueError) as error:
            problems.append(f"line {number}: {error}")
    return list(lines.values())


def _rows(content: bytes | str) -> Iterator[tuple[int, dict[str, str]]]:
    """Number of the line in the file (the header is 1) and its cells as they were before `safe_cell`."""
    try:
        table = tables.read(content, COLUMNS)
    except ValueError as error:
        raise errors.VerdictRefused(str(error)) from None
    header = table.header
    missing = [name for name in NEEDED if name not in header]
    unknown = [name for name in header if name not in COLUMNS]
    if missing or unknown or len(set(header)) != len(header):
        raise errors.VerdictRefused(
            f"The header must name {', '.join(NEEDED)}, and may name {', '.join(COLUMNS[6:])}; "
            f"got {','.join(header)[:200]!r}. `python -m core verdicts export` writes one."
        )
    if row := table.first_ragged():
        raise errors.VerdictRefused(f"Line {row.number} has {len(row.cells)} cells, the header {len(header)}.")
    for row in table.rows:
        yield row.number, dict(zip(header, row.cells, strict=True))


def _line(garments: "_Garments", number: int, row: Mapping[str, str]) -> _Line:
    run = garments.run(row["run"])
    subject = garments.subject(run, row)
    kind = row["kind"]
    if kind not in (*review.KINDS, review.WITHDRAWN):
        raise errors.VerdictRefused(f"A verdict is one of {', '.join(review.KINDS)}, got {kind[:80]!r}.")
    saying = Saying(subject=subject, run_id=run.id, kind=kind, category=row["category"] or None)
    verdicts.check(saying, run.class_names)
    who = verdicts.checked_person(row["who"])
    said_at = _instant(row["said_at"]) if row.get("said_at") else None
    content = [subject.garment, run.id, kind, saying.category, who, said_at and said_at.isoformat()]
    request_id = row.get("request_id") or hashlib.sha256(json.dumps(content).encode()).hexdigest()
    verdicts.check_request_id(request_id)
    place = _whole("place", row.get("place") or "0")
    return _Line(number=number, saying=saying, who=who, said_at=said_at, request_id=request_id, place=place)


class _Garments:
    """The garments and predictions of the versions that a file names, each read once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._runs: dict[str, Run] = {}
        self._splits: dict[tuple[str, str], tuple[CatalogueSplit, tuple[str, ...]]] = {}
        self._predictions: dict[str, pd.DataFrame] = {}

    def run(self, text: str) -> Run:
        """The version of that name."""
        if text not in self._runs:
            self._runs[text] = runs.find(self._store, text)
        return self._runs[text]

    def subject(self, run: Run, row: Mapping[str, str]) -> Subject:
        """The garment of a line; what the line says of it must be so."""
        split, position = row["split"], _whole("position", row["position"])
        if split not in verdict_lines.SPLITS:
            raise errors.VerdictRefused(f"The split is one of {', '.join(verdict_lines.SPLITS)}, got {split[:80]!r}.")
        garments, keys = self._split(run, split)
        if position >= len(garments):
            raise errors.VerdictRefused(f"{split} has {len(garments):,} garments, so none at position {position}.")
        label = garments.class_names[garments.labels[position]]
        predicted, confidence = self._said(run, split, position, row)
        for name, found in (("garment", keys[position]), ("label", label), ("predicted", predicted)):
            if row.get(name) and row[name] != found:
                raise errors.VerdictRefused(
                    f"The {name} at {split} {position} of version {run.version} is {found!r}, got {row[name][:80]!r}."
                )
        return Subject(
            garment=keys[position], label=label, split=split, position=position, seen=0,
            predicted=predicted, confidence=confidence,
        )  # fmt: skip

    def _split(self, run: Run, split: str) -> tuple[CatalogueSplit, tuple[str, ...]]:
        key = (run.catalogue_artefact, split)
        if key not in self._splits:
            garments = file_reader.load_split(self._store, run, split)
            self._splits[key] = garments, identity.garment_keys(garments)
        return self._splits[key]

    def _said(self, run: Run, split: str, position: int, row: Mapping[str, str]) -> tuple[str | None, float | None]:
        """What the version said: stored for test garments, as the line tells for others."""
        if split != "test":
            said = row.get("confidence", "")
            return row.get("predicted") or None, tables.number(said, "The confidence") if said else None
        if run.id not in self._predictions:
            self._predictions[run.id] = file_reader.load_predictions(self._store, run)
        found = self._predictions[run.id].iloc[position]
        return run.class_names[int(found["predicted_class"])], float(found["confidence"])


def _refuse_another(held: Verdict, line: _Line) -> None:
    before = (held.garment, held.run_id, held.kind, held.category, held.who)
    saying = line.saying
    if before != (saying.subject.garment, saying.run_id, saying.kind, saying.category, line.who):
        raise errors.VerdictRefused(f"The request {line.request_id!r} was stored before with another verdict.")


def _refuse_older(connection: Any, line: _Line, newest_before: int) -> None:
    """Refuses what would take the place of something newer that the same person said before this import."""
    garment = line.saying.subject.garment
    last = verdict_lines.last_numbers(connection, [garment], who=line.who, before=newest_before + 1)
    for held in verdict_lines.lines_of(connection, list(last.values())).values():
        if line.said_at is not None and line.said_at < held.said_at:
            raise errors.VerdictRefused(f"{line.who} said something newer of it at {held.said_at:%Y-%m-%d %H:%M} UTC.")


def _whole(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise errors.VerdictRefused(f"The {name} must be a whole number from 0, got {text[:80]!r}.")
    return int(text)


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
