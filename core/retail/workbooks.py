"""Workbooks of spreadsheet programs (xlsx, xlsb, xls, ods), read in a limited process: they come from anywhere.

`python -m core.retail.workbooks FILE` is that process: it writes the cells of the first sheet that is not hidden as
JSON, a line for each row.
"""

import datetime
import json
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from core import limited_process

ENDINGS = (".xlsx", ".xls", ".xlsb", ".xlsm", ".ods")
_ZIP, _OLE = b"PK\3\4", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PARTS = (b"xl/workbook.", b"opendocument.spreadsheet")
"""What the ZIP of a workbook holds, and no other ZIP: the name of its sheets' list, or its kind."""


def is_one(content: bytes) -> bool:
    """Whether a file is a workbook by its content."""
    return content.startswith(_OLE) or (content.startswith(_ZIP) and any(part in content for part in _PARTS))


def read(content: bytes) -> list[tuple[int, tuple[str, ...]]]:
    """Number and cells of each row of the first sheet that is not hidden, without those that are empty.

    Whole numbers stand without a point, days as 2027-01-31. What a spreadsheet made a number has lost its leading zeros
    there, in whatever form it is shown.

    Raises:
        ValueError: it cannot be read within the limits; one sentence says so.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "workbook")
        path.write_bytes(content)
        return limited_process.rows(__name__, path)


def unmerged(rows: list[list[str]], merged: Iterable[tuple[tuple[int, int], tuple[int, int]]]) -> list[list[str]]:
    """The rows with what stands in a merged cell in each of its places: a category beside several photos.

    Args:
        rows: cells of each row, from the first cell of the sheet on.
        merged: row and column of the first and the last place of each merged cell, from 0.
    """
    for (top, left), (bottom, right) in merged:
        for row in rows[top : bottom + 1]:
            row[left : right + 1] = [rows[top][left]] * len(row[left : right + 1])
    return rows


def text(cell: object) -> str:
    """A cell as people read it."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date().isoformat()
    return str(cell).strip()


def lines(path: str) -> Iterator[list[str]]:
    """The cells of each row.

    Raises:
        ValueError: it is no workbook, or a locked or damaged one.
    """
    import python_calamine

    try:
        with python_calamine.CalamineWorkbook.from_path(path) as book:
            visible = [
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.visible == python_calamine.SheetVisibleEnum.Visible
            ]
            sheet = book.get_sheet_by_name(visible[0])
            # With the empty area, so that cells stand where the ranges of merged ones say.
            rows = [[text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
            yield from unmerged(rows, sheet.merged_cell_ranges or ())
    except (python_calamine.CalamineError, OSError, StopIteration, IndexError) as error:
        raise ValueError(str(error) or type(error).__name__) from None


if __name__ == "__main__":
    sys.exit(limited_process.write_rows(map(json.dumps, lines(sys.argv[1]))))
