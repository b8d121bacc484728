"""What mistakes cost as CSV: a row each real category, a column each category it may be tagged, in words. Pure.

The first cell is `really`; categories go by the model's names; what a right tag costs is left empty.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core import errors
from core.quality import cost
from core.retail import spreadsheet, tables

CORNER = "really"
"""Above the names of the rows."""


def to_csv(levels: NDArray[np.integer], class_names: Sequence[str]) -> bytes:
    """The levels (K, K) as CSV; cells are safe for a spreadsheet."""
    rows = [
        [name, *("" if real == tagged else cost.LEVELS[levels[real, tagged]] for tagged in range(len(class_names)))]
        for real, name in enumerate(class_names)
    ]
    return spreadsheet.as_csv([CORNER, *class_names], rows)


def from_csv(content: bytes, class_names: Sequence[str]) -> NDArray[np.int64]:
    """(K, K) levels of a file as `to_csv` writes it, rows and columns in any order.

    Raises:
        errors.CostsRefused: it is no such CSV; the message names the header, or every wrong row or cell.
    """
    table = _read(content, class_names)
    corner, *columns = table.header or ("",)
    if corner != CORNER or sorted(columns) != sorted(class_names):
        raise errors.CostsRefused(
            f"The header must be {','.join((CORNER, *class_names))}, got {','.join(table.header)[:400]!r}."
        )
    names = [row.cells[0] for row in table.rows]
    problems = _misfits(names, class_names)
    levels = np.full((len(class_names),) * 2, cost.NO_MATTER, dtype=np.int64)
    for name, row in zip(names, table.rows, strict=True):
        if len(row.cells) != len(table.header):
            problems.append(f"Line {row.number} has {len(row.cells)} cells, the header {len(table.header)}.")
        elif name in class_names:
            problems += _read_row(levels[class_names.index(name)], name, row.cells[1:], columns, class_names)
    if problems:
        raise errors.CostsRefused(" ".join(problems))
    return levels


def _read(content: bytes, class_names: Sequence[str]) -> tables.Table:
    try:
        return tables.read(content, (CORNER, *class_names))
    except ValueError as error:
        raise errors.CostsRefused(str(error)) from None


def _misfits(names: Sequence[str], class_names: Sequence[str]) -> list[str]:
    return [
        *(f"The category {name[:80]!r} is not one of the model's." for name in names if name not in class_names),
        *(f"The row of {name} is missing." for name in class_names if name not in names),
        *(f"{name} has two rows." for name in class_names if names.count(name) > 1),
    ]


def _read_row(
    levels: NDArray[np.int64], name: str, cells: Sequence[str], columns: Sequence[str], class_names: Sequence[str]
) -> list[str]:
    """Writes one row (K,); gives back what is wrong with it."""
    problems = []
    for column, cell in zip(columns, cells, strict=True):
        word = cell.strip().casefold()
        if column == name:
            if word not in ("", cost.LEVELS[cost.NO_MATTER]):
                problems.append(f"A right tag costs nothing: leave {name} tagged {column} empty, got {cell[:80]!r}.")
        elif word in cost.LEVELS:
            levels[class_names.index(column)] = cost.LEVELS.index(word)
        else:
            wanted = ", ".join(cost.LEVELS)
            problems.append(f"{name} tagged {column} must be one of {wanted}, got {cell[:80]!r}.")
    return problems
