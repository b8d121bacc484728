"""The one reader of tables that people hand in: CSV, as an export of ours or as a spreadsheet saved it, and workbooks.

It takes commas, semicolons or tabs, or what a first line `sep=;` says, UTF-8 or UTF-16 with or without their mark, any
line ends, empty lines anywhere, names of columns in any order, in capitals or with blanks around them, and the
apostrophes that keep a spreadsheet from computing a cell (`core.retail.spreadsheet`). Workbooks are read by
`core.retail.workbooks`, in a limited process.
"""

import codecs
import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.retail import spreadsheet, workbooks

if TYPE_CHECKING:
    import _csv

ENDINGS = (".csv", ".tsv", ".txt", *workbooks.ENDINGS)
"""Of the files that `read` takes, in small letters."""
SEPARATORS = (",", ";", "\t")


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One line of a table."""

    number: int
    """Of the line in the file at which it ends; the header is 1."""
    cells: tuple[str, ...]
    """As people wrote them, without the apostrophes of `spreadsheet.safe_cell`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table that could be read; whether it is the right one is for the caller to say."""

    header: tuple[str, ...]
    """Names of its columns, those the caller knows as the caller writes them, others as they stand there; empty where
    the file is."""
    rows: tuple[Row, ...]
    """Its lines that are not empty, in order."""
    written: tuple[str, ...] = ()
    """The names of the columns as they stand in the file, without line ends and needless blanks."""

    def first_ragged(self) -> Row | None:
        """The first row that has more or fewer cells than the header; None where all fit."""
        return next((row for row in self.rows if len(row.cells) != len(self.header)), None)


_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"), (codecs.BOM_UTF8, "utf-8"),
)  # fmt: skip
_SAID = re.compile(r'"?sep=(.)"?[ \t]*(?:\r\n|\r|\n|$)', re.IGNORECASE)
"""A first line by which a spreadsheet is told what separates cells; it shows no such line."""
_LINE_END = re.compile(r"\r\n|\r|\n")
_SHORTENED = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.IGNORECASE)


def kept_number(cell: str, what: str) -> str:
    """A number that is a name, such as an SKU, as it was before a spreadsheet had it: ="00123" is 00123.

    Args:
        cell: as it stands in the file.
        what: where it stands, for the message: "Line 3 of the list".

    Raises:
        ValueError: a spreadsheet shortened it, 4006381333931 to 4.00638E+12; what was cut off cannot be known.
    """
    if cell.startswith('="') and cell.endswith('"') and len(cell) > 3:
        return cell[2:-1]
    if _SHORTENED.fullmatch(cell):
        raise ValueError(
            f"{what}: a spreadsheet shortened the number {cell}, and two different ones can look so. Format that "
            "column as text and export the file again, without opening it in between."
        )
    return cell


def read(content: bytes | str, columns: Sequence[str]) -> Table:
    """The table of a file.

    Args:
        content: the file.
        columns: names that its columns may have; the separator is the one that finds most of them.

    Raises:
        ValueError: it is no text in UTF-8, no CSV and no workbook; one sentence says where and what to do.
    """
    if isinstance(content, bytes) and workbooks.is_one(content):
        found = [Row(number=number, cells=_cells(cells)) for number, cells in workbooks.read(content)]
    else:
        found = _rows(content if isinstance(content, str) else _decoded(content), columns)
    if not found:
        return Table(header=(), rows=())
    first = found[0].cells
    written = tuple(" ".join(name.split()) for name in first)
    return Table(header=_named(first, columns), rows=tuple(found[1:]), written=written)


def number(cell: str, what: str) -> float:
    """A number with a decimal point or a decimal comma.

    Args:
        cell: as it stands in the file.
        what: where it stands, for the message: "Line 3, confidence".

    Raises:
        ValueError: it is none.
    """
    try:
        return float(cell.strip().replace(",", ".") if cell.count(",") == 1 and "." not in cell else cell)
    except ValueError:
        raise ValueError(f"{what} must be a number, such as 0.5 or 0,5; got {cell[:80]!r}.") from None


def _decoded(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _of(content.removeprefix(mark), encoding)
    # Letters of most languages and all separators have a byte of zero in UTF-16, on the same side.
    start = content[:200]
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(start) >= 4 and start[first::2].count(0) > 0.4 * len(start) / 2 and not start[1 - first :: 2].count(0):
            return _of(content, encoding)
    return _of(content, "utf-8")


def _of(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = 1 + len(_LINE_END.findall(content[: error.start].decode(encoding, errors="replace")))
        name = encoding.upper().removesuffix("-LE").removesuffix("-BE")
        raise ValueError(f"Line {line} is no text in {name}. Save the file as “CSV UTF-8”.") from None


def _rows(text: str, columns: Sequence[str]) -> list[Row]:
    text = text.removeprefix("\ufeff")
    said = _SAID.match(text)
    body = text[said.end() :] if said else text
    lines = _lines(body, said[1] if said else _separator(body, columns))
    before = 1 if said else 0
    try:
        return [Row(number=lines.line_num + before, cells=_cells(cells)) for cells in lines if any(cells)]
    except csv.Error as error:
        line = lines.line_num + before
        raise ValueError(f"Line {line} is no CSV ({error}). Save the file again as CSV.") from None


def _cells(cells: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(spreadsheet.original_cell, cells))


def _named(header: Sequence[str], columns: Sequence[str]) -> tuple[str, ...]:
    """The header, with every name that is one of `columns` but for capitals and blanks written as it is there."""
    # A column that is named exactly is meant, whatever stands beside it: shops have columns of their own.
    known = {name.strip().casefold(): name for name in columns if name not in header}
    plain = [spreadsheet.original_cell(name.strip()).casefold() for name in header]
    return tuple(name if name in columns else known.get(short, name) for name, short in zip(header, plain, strict=True))


def _separator(text: str, columns: Sequence[str]) -> str:
    """The separator by which the first line that is not empty names most of `columns`, then has most cells."""

    def found(separator: str) -> tuple[int, bool, int]:
        try:
            header = _cells(next(filter(any, _lines(text, separator)), []))
        except csv.Error:
            # Where no other makes two cells either, it may be the one that was meant: then what is wrong is said.
            return (0, False, 1 + text.count(separator))
        num_known = len(set(columns).intersection(_named(header, columns)))
        return (num_known, len(header) > 1, len(header))

    return max(SEPARATORS, key=found)


def _lines(text: str, separator: str) -> "_csv.Reader":
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
