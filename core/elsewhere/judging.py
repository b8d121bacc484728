"""Tags without labels, judged by people: some are drawn at random, and the score is then that of the sample.

A folder for each in the home: what was asked, the rows that were drawn, in the order in which they were, and a line for
each thing that people said, which is only ever added to.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import filelock
import numpy as np
import pandas as pd

from core import errors, file_names
from core.access.roles import Action
from core.catalogue import kept, table_files
from core.catalogue.own import adding
from core.elsewhere import pictures, reading
from core.elsewhere.records import Given
from core.store import Store
from core.store.base import audit, database, permission

if TYPE_CHECKING:
    from core.elsewhere import importing

FOLDER = "judging"
RIGHT, OTHER, CANNOT_TELL, WITHDRAWN = "right", "other", "cannot-tell", "withdrawn"
KINDS = (RIGHT, OTHER, CANNOT_TELL, WITHDRAWN)
"""What a person says of a tag: it is right, another category is, nobody can tell; or takes back what was said."""
FEWEST, USUAL, MOST = 30, 200, 5000
"""Pictures that may be drawn; with 200 the score is known to about 7 points."""
_COLUMNS = ("line", "picture", "predicted", "confidence", "place")


@dataclass(frozen=True, kw_only=True, slots=True)
class Judging:
    """Tags of which some are judged."""

    name: str
    """What the other system is called."""
    file: str
    """Path of the file with the tags."""
    pictures: str
    """Path of the folder with the pictures, or name of a catalogue that is here."""
    columns: dict[str, str]
    """Which column says what, where people said so."""
    who: str
    """Drew them."""
    class_names: tuple[str, ...]
    """The categories that the file knows."""
    num_rows: int
    """Rows of the file that can be used."""
    num_drawn: int
    """Drawn of them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What was said last of one that was drawn."""

    kind: str
    """One of `KINDS`, but not `WITHDRAWN`."""
    category: str
    """What it is; empty where nobody can tell."""
    who: str
    """Said so."""


@permission.needs(Action.REVIEW)
def start(
    store: Store, found: reading.Read, name: str, file: Path, said: str, columns: dict[str, str], *, num: int, who: str
) -> Judging:
    """Draws rows at random and keeps them to be judged.

    Args:
        store: where.
        found: the file, as it was read.
        name: what the other system is called.
        file: from which it was read; it must stay there until all are judged.
        said: where the pictures are, see `reading.where`.
        columns: which column says what, where people said so.
        num: how many to draw; fewer where there are fewer.
        who: draws them.

    Raises:
        errors.CatalogueError: the name is none.
        errors.ElsewhereRefused: the number is none, the rows have labels, or some are being judged under that name.
    """
    adding.check_name(name)
    if not FEWEST <= num <= MOST:
        raise errors.ElsewhereRefused(f"Between {FEWEST} and {MOST:,} pictures are drawn, got {num:,}.")
    if found.given.num_labelled:
        raise errors.ElsewhereRefused(
            f"{found.given.num_labelled:,} rows have a label, by which the tags are judged: bring them in as they are."
        )
    if name in names(store):
        raise errors.ElsewhereRefused(
            f"Tags of {name!r} are being judged already. Finish that, or choose another name."
        )
    digest = hashlib.sha256(f"{name} {len(found.given)}".encode()).digest()
    rng = np.random.default_rng(int.from_bytes(digest[:8], "big"))
    rows = rng.choice(len(found.given), size=min(num, len(found.given)), replace=False)
    judging = Judging(
        name=name, file=str(file.resolve()), pictures=said, columns=columns, who=who,
        class_names=found.given.class_names, num_rows=len(found.given), num_drawn=len(rows),
    )  # fmt: skip
    folder = _folder(store, name)
    with database.write(store.engine) as connection:
        after = {"drawn": judging.num_drawn, "tags": judging.num_rows}
        audit.record(connection, who=who, action="draw-tags", subject=name, after=after)
        folder.mkdir(parents=True, exist_ok=True)
        table_files.write(found.given.table.iloc[rows][list(_COLUMNS)], folder / "drawn.parquet")
        kept.write_whole(folder / "judging.json", json.dumps(asdict(judging)))
    return judging


def names(store: Store) -> list[str]:
    """Those that are being judged, sorted."""
    return sorted(path.parent.name for path in (store.home / FOLDER).glob("*/judging.json"))


def find(store: Store, name: str) -> Judging:
    """The one of that name.

    Raises:
        errors.ElsewhereRefused: there is none, or it cannot be read.
    """
    try:
        content = json.loads((_folder(store, name) / "judging.json").read_bytes())
        return Judging(**{**content, "class_names": tuple(content["class_names"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise errors.ElsewhereRefused(f"No tags of {name!r} are being judged ({error}).") from None


def drawn(store: Store, name: str) -> pd.DataFrame:
    """The rows that were drawn, in that order: line, picture, predicted, confidence, place.

    Raises:
        errors.ElsewhereRefused: their table is missing or damaged.
    """
    path = _folder(store, name) / "drawn.parquet"
    try:
        table = table_files.read(path)
        table_files.check(table, texts=("picture", "predicted"), numbers=("line", "place"), fractions=("confidence",))
        return table[list(_COLUMNS)]
    except (OSError, ValueError, KeyError) as error:
        raise errors.ElsewhereRefused(
            f"{path} cannot be read ({error}). Restore it from a backup, or give up these tags and draw again."
        ) from None


@permission.needs(Action.REVIEW)
def say(store: Store, name: str, places: Sequence[int], kind: str, category: str, *, who: str, request_id: str) -> None:
    """Writes down what a person says of some that were drawn; on disk when this returns, the same request once.

    Args:
        store: where.
        name: of the tags.
        places: in the order in which they were drawn, from 0.
        kind: one of `KINDS`.
        category: what they are; only where the kind is `OTHER`.
        who: says so.
        request_id: any text that no other request has.

    Raises:
        errors.ElsewhereRefused: it makes no sense; nothing is written.
    """
    judging = find(store, name)
    is_known = category in judging.class_names if kind == OTHER else not category
    if kind not in KINDS or not is_known or not all(0 <= place < judging.num_drawn for place in places):
        raise errors.ElsewhereRefused(f"That says nothing of these tags: {kind[:40]!r}, {category[:80]!r}.")
    line = {"places": list(places), "kind": kind, "category": category, "who": who, "request": request_id,
            "at": datetime.now(UTC).isoformat()}  # fmt: skip
    path = _folder(store, name) / "said.jsonl"
    with filelock.FileLock(store.home / "locks" / f"judging-{file_names.one(name)}.lock"):
        said = path.read_text(encoding="utf-8") if path.is_file() else ""
        if any(known["request"] == request_id for known in _lines(said)):
            return
        kept.write_whole(path, said + json.dumps(line) + "\n")


def answers(store: Store, name: str) -> dict[int, Answer]:
    """Place -> what was said last of it, of those of which anything stands."""
    path = _folder(store, name) / "said.jsonl"
    tags = drawn(store, name)["predicted"].tolist()
    found: dict[int, Answer] = {}
    for line in _lines(path.read_text(encoding="utf-8") if path.is_file() else ""):
        for place in line["places"]:
            found.pop(place, None)
            if line["kind"] != WITHDRAWN:
                category = tags[place] if line["kind"] == RIGHT else line["category"]
                found[place] = Answer(kind=line["kind"], category=category, who=line["who"])
    return found


@permission.needs(Action.REVIEW)
def publish(store: Store, name: str, *, who: str) -> "importing.Imported":
    """Makes a version of tags all of whose drawn pictures are judged: its score is that of the sample.

    Raises:
        errors.ElsewhereRefused: some are not judged yet, nobody could tell any, or the file is another one now.
        errors.GarmentsError: as `importing.publish` raises it.
    """
    from core.elsewhere import importing  # loads scipy, which who judges need not

    judging, said = find(store, name), answers(store, name)
    if missing := judging.num_drawn - len(said):
        raise errors.ElsewhereRefused(f"{missing:,} of {judging.num_drawn:,} are not judged yet.")
    found = reading.read(store, Path(judging.file), judging.pictures, judging.columns)
    rows = drawn(store, name)
    labels = {rows["line"].iat[place]: answer.category for place, answer in said.items() if answer.category}
    table = found.given.table
    tags = dict(zip(table["line"].tolist(), table["picture"].tolist(), strict=True))
    if any(tags.get(line) != picture for line, picture in zip(rows["line"], rows["picture"], strict=True)):
        raise errors.ElsewhereRefused(f"{judging.file} was changed since some were drawn. Draw again.")
    labelled = table.assign(label=table["line"].map(labels).fillna("").astype(object))
    given = Given(
        table=labelled, probabilities=found.given.probabilities, class_names=found.given.class_names,
        problems=found.given.problems,
    )  # fmt: skip
    done = importing.publish(store, replace(found, given=given), name, who=who, num_drawn=judging.num_drawn)
    _write_down(store, done.run.version, name, said, who=who)
    return done


def _write_down(store: Store, version: int, name: str, said: dict[int, Answer], *, who: str) -> None:
    """Who judged how many stands in the log once, also where the process died after the version was there."""
    subject = f"version {version}"
    if audit.entries(store, action="judge-tags", subject=subject, limit=1):
        return
    people = Counter(answer.who for answer in said.values())
    num_unclear = sum(answer.kind == CANNOT_TELL for answer in said.values())
    after = {"tags_of": name, "judged": dict(people.most_common()), "unclear": num_unclear}
    with database.write(store.engine) as connection:
        audit.record(connection, who=who, action="judge-tags", subject=subject, after=after)


@permission.needs(Action.REVIEW)
def stop(store: Store, name: str, *, who: str) -> None:
    """Gives the judging up: what was said waits in the trash.

    Raises:
        errors.ElsewhereRefused: there is none of that name.
    """
    judging, num_said = find(store, name), len(answers(store, name))
    with database.write(store.engine) as connection:
        after = {"judged": num_said, "drawn": judging.num_drawn}
        audit.record(connection, who=who, action="stop-judging", subject=name, after=after)
        forget(store, name)


@permission.needs(Action.REVIEW)
def forget(store: Store, name: str) -> None:
    """Puts what was said into the trash."""
    folder = _folder(store, name)
    if folder.is_dir():
        target = store.home / "trash" / f"judging-{name}-{datetime.now(UTC):%Y%m%d%H%M%S%f}"
        target.parent.mkdir(parents=True, exist_ok=True)
        folder.rename(target)


def where(store: Store, judging: Judging) -> pictures.InFolder | pictures.OfCatalogue:
    """Its pictures."""
    return reading.where(store, judging.pictures)


def _lines(said: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.splitlines() if line]


def _folder(store: Store, name: str) -> Path:
    return store.home / FOLDER / file_names.one(name)
