"""Tags from elsewhere given back with what people said of them, so that the other system can learn from it.

The rows of the file as they stood there, under the same names of columns, and beside them what people say: brought in
again, the file is the same version.
"""

import io
from typing import Any

import numpy as np
import pandas as pd

from core import errors
from core.elsewhere import version_files
from core.quality import review
from core.retail import spreadsheet
from core.store import Store
from core.store.base import artefacts
from core.store.runs import file_reader, file_writer
from core.store.runs.runs import Run
from core.store.verdicts import verdict_tables

VERDICT, CORRECTED, REVIEWERS = "verdict", "corrected_category", "reviewers"
"""Columns that are added: what most people say of the tag; the category that they say it is; how many looked."""
ADDED = (VERDICT, CORRECTED, REVIEWERS)


def table(store: Store, run: Run) -> pd.DataFrame:
    """The rows of the file that could be used, with `ADDED` beside its columns; cells as the file had them.

    Raises:
        errors.ElsewhereRefused: the version was trained here.
        errors.ArtefactCorrupt: a file is missing or changed.
    """
    if run.elsewhere is None:
        raise errors.ElsewhereRefused(f"Version {run.version} was trained here. Its tags leave with `export`.")
    given = pd.read_parquet(artefacts.verified(store.home, run.artefact, file_writer.GIVEN))
    garments = given.pop(version_files.GARMENT).to_numpy(dtype=np.int64)
    said = _said(store, run)
    nothing = {VERDICT: "", CORRECTED: "", REVIEWERS: 0}
    added = [said.get(garment, nothing) for garment in garments.tolist()]
    names = {name: _free(name, given) for name in ADDED}
    return given.assign(**{names[name]: [each[name] for each in added] for name in ADDED})


def _free(name: str, given: pd.DataFrame) -> str:
    """That name, or one like it where the file has such a column already."""
    while name in given.columns:
        name = f"{name}_here"
    return name


def _said(store: Store, run: Run) -> dict[int, dict[str, Any]]:
    """Garment -> what people say of it, of those of which anybody does."""
    keys = file_reader.load_keys(store, run, "test")
    labels = file_reader.load_labels(store, run, "test")
    states = review.garment_states(verdict_tables.current(store))
    asked = states["garment"].tolist()
    found: dict[int, dict[str, Any]] = {}
    for number, place in zip(*(array.tolist() for array in keys.positions(asked)), strict=True):
        state, category, num_people = states.iloc[number][["state", "category", "num_people"]]
        is_label = state == review.MODEL_WRONG  # where the tag is wrong, the label is what it is
        told = run.class_names[labels[place]] if is_label else category or ""
        found[place] = {VERDICT: str(state), CORRECTED: told, REVIEWERS: int(num_people)}
    return found


def as_csv(found: pd.DataFrame) -> bytes:
    """The table as a CSV that spreadsheets open without computing a cell of it."""
    columns = [str(name) for name in found.columns]
    cells = (
        ["" if cell is None or cell != cell else str(cell) for cell in row] for row in found.itertuples(index=False)
    )
    return spreadsheet.as_csv(columns, cells)


def as_parquet(found: pd.DataFrame) -> bytes:
    """The table as parquet, with numbers as numbers."""
    content = io.BytesIO()
    found.to_parquet(content, index=False)
    return content.getvalue()
