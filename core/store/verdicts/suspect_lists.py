"""Lists of training garments whose label is probably wrong: found by a job, never changed, the newest one holds.

A list is an artefact with one table, and a row. Older lists keep their row; their files go with the next collection.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import pyarrow
import pyarrow.parquet
import sqlalchemy as sa
from numpy.typing import NDArray

from core import errors
from core.quality import list_worth, review, suspects
from core.store.base import artefacts, audit, database, schema
from core.store.base.store import Store
from core.store.verdicts import verdict_tables

TABLE_FILE = "suspects.parquet"
COLUMNS = {
    "position": "int64",
    "label": "int64",
    "suggested_class": "int64",
    "self_confidence": "float64",
    "suggested_confidence": "float64",
    "score": "float64",
}
"""Columns of a list that are numbers; `garment` and `similar` come besides."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SuspectList:
    """One list, without its rows."""

    number: int
    """1, 2, 3, ...; the last one of a catalogue holds."""
    identity: str
    """SHA-256 of recipe, garments, seed and code version: equal for searches with the same result."""
    catalogue_fingerprint: str
    """SHA-256 of the garments in all three splits: that of the versions whose training garments were judged."""
    class_names: tuple[str, ...]
    """The K names of the classes."""
    recipe: dict[str, Any]
    """Every field of the recipe that each of the models followed."""
    seed: int
    """Of everything random."""
    code_version: str
    """Of the code that can change the result."""
    artefact: str
    """Digest of the artefact that holds the table."""
    num_garments: int
    """Training garments that were judged."""
    num_suspects: int
    """Rows of the table."""
    seconds: float
    """How long it took, from reading the garments to the list."""
    created_at: datetime
    """When it was published, UTC."""
    created_by: str
    """Who asked for it."""


_SELECT = sa.select(*schema.suspect_lists.c, schema.catalogues.c.class_names).join(schema.catalogues)
_NEWEST_NUMBERS = sa.select(sa.func.max(schema.suspect_lists.c.number)).group_by(
    schema.suspect_lists.c.catalogue_fingerprint
)
NEWEST_ARTEFACTS = sa.select(schema.suspect_lists.c.artefact).where(schema.suspect_lists.c.number.in_(_NEWEST_NUMBERS))
"""Selects the digests of the lists that hold; their files are never collected."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchFacts:
    """What a search determines of its list; the columns of `schema.suspect_lists` of the same names."""

    identity: str
    """SHA-256 of everything that determines the list."""
    catalogue_fingerprint: str
    """SHA-256 of the garments that were judged."""
    recipe: dict[str, Any]
    """Every field of the recipe, as JSON."""
    seed: int
    """Of everything random."""
    code_version: str
    """See `core.model.code_version`."""
    num_garments: int
    """Garments that were judged."""
    seconds: float
    """Time it took."""


def publish(store: Store, table: pd.DataFrame, facts: SearchFacts, *, created_by: str) -> SuspectList:
    """Makes a list visible: one rename for its table, one transaction for its row and its line in the log.

    Args:
        store: where.
        table: the rows, as `load` gives them back.
        facts: what the search determines.
        created_by: who asked for it.
    """
    staging = artefacts.new_staging(store.home)
    table.to_parquet(staging / TABLE_FILE, index=False)
    artefact = artefacts.publish(store.home, staging)
    with database.write(store.engine) as connection:
        artefacts.bring_back(store.home, artefact)  # somebody may have cleaned up since it was written
        number = (connection.scalar(sa.select(sa.func.max(schema.suspect_lists.c.number))) or 0) + 1
        values = {"number": number, "artefact": artefact, "num_suspects": len(table), "created_by": created_by}
        values |= {"created_at": datetime.now(UTC)}
        connection.execute(
            sa.insert(schema.suspect_lists).values(
                **{field.name: getattr(facts, field.name) for field in fields(facts)}, **values
            )
        )
        after = {"suspects": len(table), "garments": facts.num_garments}
        audit.record(connection, who=created_by, action="find-suspects", subject="wrong labels", after=after)
        row = connection.execute(_SELECT.where(schema.suspect_lists.c.number == number)).mappings().one()
        return _suspect_list(row)


def newest(store: Store, catalogue_fingerprint: str) -> SuspectList | None:
    """The list that holds for the training garments of that catalogue; None before the first search."""
    ours = _SELECT.where(schema.suspect_lists.c.catalogue_fingerprint == catalogue_fingerprint)
    with database.read(store.engine) as connection:
        row = connection.execute(ours.order_by(schema.suspect_lists.c.number.desc()).limit(1)).mappings().first()
    return _suspect_list(row) if row else None


def all_newest(store: Store) -> list[SuspectList]:
    """The list that holds of each catalogue that has one."""
    holding = _SELECT.where(schema.suspect_lists.c.number.in_(_NEWEST_NUMBERS))
    with database.read(store.engine) as connection:
        rows = connection.execute(holding.order_by(schema.suspect_lists.c.number)).mappings()
        return [_suspect_list(row) for row in rows]


def load(store: Store, found: SuspectList) -> pd.DataFrame:
    """The rows of a list that holds, the least likely label first.

    Columns:
        position (int64): in the training split.
        label (int64): class index it carries.
        suggested_class (int64): the most probable of the other classes.
        self_confidence, suggested_confidence, score (float64, 0-1): see `core.quality.suspects`.
        garment (str): its key.
        similar (list of int): positions of up to three training garments whose pictures are alike, nearest first.

    Raises:
        errors.ArtefactCorrupt: the file is missing or changed.
    """
    path = artefacts.verified(store.home, found.artefact, TABLE_FILE)
    try:
        table: pd.DataFrame = pyarrow.parquet.read_table(path).to_pandas()
        similar = pd.Series([[int(position) for position in some] for some in table["similar"]], dtype=object)
        return table.astype(COLUMNS).assign(similar=similar)
    except (pyarrow.ArrowException, OSError, KeyError) as error:
        raise errors.ArtefactCorrupt(f"{path} is no list of suspects ({error}).") from None


def verify(store: Store, found: SuspectList) -> None:
    """Compares the files of a list that holds with what was published.

    Raises:
        errors.ArtefactCorrupt: one is missing or changed; the message names it.
    """
    for name in artefacts.manifest_of(store.home, found.artefact):
        artefacts.verified(store.home, found.artefact, name, afresh=True)


def states(store: Store, table: pd.DataFrame, stands_for: Mapping[str, str] | None = None) -> pd.DataFrame:
    """What people say today of the garments of a list: `core.quality.review.garment_states` of those they spoke of."""
    return review.garment_states(verdict_tables.current(store, table["garment"].tolist()), stands_for)


def hit_rate(store: Store, table: pd.DataFrame, stands_for: Mapping[str, str] | None = None) -> suspects.HitRate:
    """How often the list was right so far, by what people say today; `stands_for` as in `states`."""
    return suspects.hit_rate(states(store, table, stands_for))


def seed_of(found: SuspectList) -> int:
    """By which the garments are drawn that tell what the whole list is worth; the same as long as the list holds."""
    return zlib.crc32(found.identity.encode())


def worth(
    store: Store,
    found: SuspectList,
    table: pd.DataFrame,
    is_shown: NDArray[np.bool_] | None = None,
    stands_for: Mapping[str, str] | None = None,
) -> list_worth.Worth:
    """What people's decisions of today say of the whole list, or of the rows (N,) that they are shown."""
    said = states(store, table, stands_for).set_index("garment")["state"]
    known = table["garment"].map(said)
    is_wrong = np.where(known.isna(), np.nan, (known == review.LABEL_WRONG).astype(float))
    return list_worth.worth(is_wrong, seed_of(found), is_shown)


def _suspect_list(row: sa.RowMapping) -> SuspectList:
    return SuspectList(**{**row, "class_names": tuple(row["class_names"])})
