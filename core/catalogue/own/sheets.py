"""Lists that are spreadsheets (xlsx, xls, xlsb, ods) or XML feeds, read in a limited process: they come from anywhere.

`python -m core.catalogue.own.sheets FILE` is that process: it writes the cells of the first sheet, or of
the products, as JSON, a line for each row.
"""

import datetime
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from core import errors, limited_process
from core.catalogue.own import feeds
from core.retail.tables import Row, Table
from core.settings import PROJECT_ROOT

ENDINGS = (".xlsx", ".xls", ".xlsb", ".xlsm", ".ods", *feeds.ENDINGS)
SECONDS = 120.0
MOST_BYTES = 200_000_000
"""Of cells as text."""
_MEMORY_BYTES = 2 << 30


def read(path: Path) -> Table:
    """The first sheet of a spreadsheet that is not hidden or the products of a feed, every cell as text.

    Whole numbers stand without a point, days as 2027-01-31.

    What a spreadsheet made a number has lost its leading zeros there, in whatever form it is shown.

    Raises:
        ValueError: it cannot be read within the limits; one sentence says so.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-m", __name__, str(path.resolve())], cwd=PROJECT_ROOT,
            env=limited_process.environment(),
            capture_output=True, timeout=SECONDS,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ValueError(f"The file cannot be read ({error}). Save it as CSV.") from None
    if done.returncode or len(done.stdout) > MOST_BYTES:
        why = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["it is too large or damaged"]
        raise ValueError(f"The file cannot be read ({why[0][:200]}). Save it again, or as CSV.")
    found = [tuple(map(str, json.loads(line))) for line in done.stdout.splitlines()]
    numbered = [Row(number=number, cells=cells) for number, cells in enumerate(found, start=1) if any(cells)]
    if not numbered:
        return Table(header=(), rows=())
    return Table(header=numbered[0].cells, rows=tuple(numbered[1:]))


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


def _lines(path: str) -> Iterator[str]:
    if path.lower().endswith(feeds.ENDINGS):
        yield from map(json.dumps, feeds.lines(path))
        return
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
            yield from map(json.dumps, unmerged(rows, sheet.merged_cell_ranges or ()))
    except (python_calamine.CalamineError, OSError, StopIteration) as error:
        raise errors.CatalogueError(str(error) or type(error).__name__) from None


def main() -> int:
    """Writes the lines; what is wrong is the last line of the errors."""
    limited_process.limit(memory_bytes=_MEMORY_BYTES, file_bytes=MOST_BYTES)
    try:
        for line in _lines(sys.argv[1]):
            sys.stdout.write(line + "\n")
    except errors.CatalogueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
