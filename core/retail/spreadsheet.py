"""Cells of a CSV file that a spreadsheet may open: nothing that people wrote is computed there. Pure."""

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠", "'")


def safe_cell(text: str) -> str:
    """`text`, with an apostrophe in front where a spreadsheet would compute it; `original_cell` takes it off."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def original_cell(text: str) -> str:
    """What `safe_cell` was given; an apostrophe that it did not put there, as in 'Til Dawn, stays."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA_STARTS) else text


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[str | int | float]]) -> bytes:
    """The rows under their column names as CSV; texts are made safe, those names too, and numbers stay as they are."""
    # The mark lets spreadsheets read names with accents.
    return (as_lines([columns]) + as_lines(rows)).encode("utf-8-sig")


def as_lines(rows: Iterable[Sequence[str | int | float]]) -> str:
    """The rows without names, to go on with a file that `as_csv` began."""
    return "".join(_line([safe_cell(cell) if isinstance(cell, str) else cell for cell in row]) for row in rows)


def _line(cells: Sequence[str | int | float]) -> str:
    output = io.StringIO()
    # Written with both, so that either in a cell is quoted: else a spreadsheet begins a line, and a cell, in it.
    csv.writer(output, lineterminator="\r\n").writerow(cells)
    return output.getvalue().removesuffix("\r\n") + "\n"
