"""Cells of a CSV file that a spreadsheet may open: nothing that people wrote is computed there. Pure."""

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠", "'")


def safe_cell(text: str) -> str:
    """`text`, with an apostrophe in front where a spreadsheet would compute it; `original_cell` takes it off."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def original_cell(text: str) -> str:
    """What `safe_cell` was given."""
    return text.removeprefix("'")


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[str | int | float]]) -> bytes:
    """The rows under their column names as CSV; texts are made safe, numbers stay as they are."""
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([safe_cell(cell) if isinstance(cell, str) else cell for cell in row])
    # The mark lets spreadsheets read names with accents.
    return output.getvalue().encode("utf-8-sig")
