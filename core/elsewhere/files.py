"""The file that another system wrote, as a table: CSV, a workbook, parquet or JSON lines. It is not understood here.

JSON lines: https://jsonlines.org. An object in a line becomes columns; a list of tags with scores, as programs write
them, is kept as it stands for `columns` and `checking`.
"""

import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow
import pyarrow.parquet

from core import errors
from core.elsewhere import columns
from core.retail import tables

JSON_ENDINGS, PARQUET_ENDINGS = (".jsonl", ".ndjson"), (".parquet", ".pq")
ENDINGS = (*tables.ENDINGS, *PARQUET_ENDINGS, *JSON_ENDINGS)
"""Of the files that are read, in small letters."""
MOST_MB = 2000
"""Megabytes of one file."""
MOST_ROWS, MOST_COLUMNS = 5_000_000, 2000
LINE = "line"
"""Index of the table: where each row stands in the file, the header being 1; of parquet the row, from 1."""
_NESTED = ("probabilities", "scores", "probs")
"""Keys of JSON objects that hold a number for each category."""


def read(path: Path) -> pd.DataFrame:
    """The table of a file: text as text, numbers as numbers where the format knows them; indexed by `LINE`.

    Raises:
        errors.ElsewhereRefused: it is missing, too large, of another kind, or cannot be read; one sentence says why.
    """
    if not path.is_file():
        raise errors.ElsewhereRefused(f"There is no file {path}. Name the file with the predictions.")
    if not path.name.lower().endswith(ENDINGS):
        raise errors.ElsewhereRefused(f"{path.name} is none of {', '.join(ENDINGS)}. Save the predictions as one.")
    if path.stat().st_size > MOST_MB * 1_000_000:
        raise errors.ElsewhereRefused(f"{path.name} has more than {MOST_MB:,} MB. Split it into several files.")
    return of_content(path.name, path.read_bytes())


def of_content(name: str, content: bytes) -> pd.DataFrame:
    """The same of a file in memory.

    Raises:
        errors.ElsewhereRefused: see `read`.
    """
    ending = name.lower()
    try:
        if ending.endswith(PARQUET_ENDINGS):
            table = _parquet(content)
        elif ending.endswith(JSON_ENDINGS):
            table = _json_lines(content)
        else:
            table = _text(content)
    except (ValueError, pyarrow.ArrowException) as error:
        raise errors.ElsewhereRefused(f"{name}: {error}") from None
    if table.empty:
        raise errors.ElsewhereRefused(f"{name} holds no row. Export the predictions again, with a header.")
    if len(table) > MOST_ROWS or len(table.columns) > MOST_COLUMNS:
        raise errors.ElsewhereRefused(
            f"{name} has {len(table):,} rows and {len(table.columns):,} columns; at most {MOST_ROWS:,} and "
            f"{MOST_COLUMNS:,} are read. Split it into several files."
        )
    if twice := next((name for name in table.columns[table.columns.duplicated()]), None):
        raise errors.ElsewhereRefused(f"{name} has two columns {twice!r}. Rename one of them.")
    return table


def _text(content: bytes) -> pd.DataFrame:
    found = tables.read(content, columns.USUAL)
    if row := found.first_ragged():
        raise ValueError(f"Line {row.number} has {len(row.cells)} cells, the header {len(found.header)}.")
    numbers = pd.Index([row.number for row in found.rows], name=LINE)
    cells = zip(*(row.cells for row in found.rows), strict=True) if found.rows else [()] * len(found.header)
    # Written as in the file, so that what is given back has the same columns.
    return pd.DataFrame(dict(enumerate(cells)), index=numbers, dtype=object).set_axis(list(found.written), axis=1)


def _parquet(content: bytes) -> pd.DataFrame:
    table = pyarrow.parquet.read_table(io.BytesIO(content))
    nested = [field.name for field in table.schema if pyarrow.types.is_nested(field.type)]
    found = pd.DataFrame({name: _column(table[name]) for name in table.column_names})
    for name in nested:
        found = _flat(found, name, table[name].to_pylist())
    return found.set_axis(pd.RangeIndex(1, len(found) + 1, name=LINE), axis=0)


def _column(column: "pyarrow.ChunkedArray") -> Any:
    if pyarrow.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pyarrow.types.is_decimal(column.type):
        column = column.cast(pyarrow.float64())
    return column.to_pandas().to_numpy()


def _json_lines(content: bytes) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    numbers: list[int] = []
    for number, line in enumerate(content.decode("utf-8-sig", errors="replace").split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise ValueError(f"Line {number} is no JSON ({error}). Every line must be one object.") from None
        if not isinstance(row, dict):
            raise ValueError(f"Line {number} is no object, got {line[:60]!r}. Every line must be one object.")
        rows.append(row)
        numbers.append(number)
    found = pd.DataFrame(rows, index=pd.Index(numbers, name=LINE))
    for name in [name for name in found if str(name).lower() in _NESTED]:
        found = _flat(found, str(name), found[name].tolist())
    return found


def _flat(table: pd.DataFrame, name: str, cells: Sequence[Any]) -> pd.DataFrame:
    """The table with a column for each key of the objects in one column; lists stay lists."""
    if not all(isinstance(cell, dict) for cell in cells):
        return table.assign(**{name: pd.Series(list(cells), index=table.index, dtype=object)})
    inner = pd.DataFrame(list(cells), index=table.index)
    inner = inner.set_axis([f"{columns.PROBABILITY}{key}" for key in inner.columns], axis=1)
    return pd.concat([table.drop(columns=name), inner], axis=1)


def names(found: Iterable[object]) -> tuple[str, ...]:
    """Names of columns as text: parquet of pandas may name columns by numbers."""
    return tuple(map(str, found))
