"""The list that comes with photos: a table of picture, SKU and title, by whatever headings. Pure."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from core import errors
from core.retail import list_columns, spreadsheet, tables, workbooks
from core.retail.list_columns import Columns, Head

COLUMNS = tuple(list_columns.EXACT.values())
ENDINGS = (".csv", ".tsv", *workbooks.ENDINGS)
"""Of the names of such files, in small letters."""
NUM_PREVIEWED = 3
"""First lines that show a person what a column holds."""
MOST_COLUMNS = 300
"""More than the exports of shops have."""
LONGEST_CELL = 500
LONGEST_TITLE = 255
"""Characters of a title that shops take."""
_JOINING = ("Cf", "BN")
"""Unicode's category and direction of characters that join or format and have no direction of their own."""
_NAMES = (*COLUMNS, *sorted(frozenset().union(*list_columns.USUAL.values()) - set(COLUMNS)))
"""Headings by which a list's separator is told."""
_TEMPLATE = [("jacket-front.jpg", "SKU-1001", "Rain jacket"), ("folder/shirt.png", "SKU-1002", "Linen shirt")]


Remembered = Callable[[Sequence[str]], Columns | None]
"""Gives what people said of the columns of lists with these headings; None where nobody has."""


def nothing(header: Sequence[str]) -> Columns | None:
    """What is remembered where nobody has said anything."""
    return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One product of the list."""

    number: int
    """Of the line in the file; the header is 1."""
    image_name: str
    """Name of its picture, with or without its folder."""
    sku: str
    """Its number in the shop; may be empty."""
    title: str
    """Its title in the shop; may be empty."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductList:
    """A list that could be read."""

    lines: tuple[Line, ...]
    """Its products, in order."""
    unused_columns: tuple[str, ...]
    """Names of further columns, which nobody reads."""
    head: Head
    """Its headings and first lines; their columns are known."""
    columns: Columns
    """Which column says what."""


def read(data: bytes, remembered: Remembered = nothing) -> ProductList:
    """The products of a list.

    Args:
        data: the file.
        remembered: what people said of columns; it comes before what the headings say.

    Raises:
        errors.TaggingRefused: it is no table, or one in which nothing can name a picture.
        errors.ListRefused: nobody knows which column is which, or lines are wrong; the message names what, and the
            next step.
    """
    try:
        table = tables.read(data, _NAMES)
    except ValueError as error:
        raise errors.TaggingRefused(f"The list: {error}") from None
    header = table.written
    _check_headings(header)
    if len(list_columns.usable(header)) < 2:
        raise errors.TaggingRefused(_unknown(header))
    columns = remembered(header) or list_columns.recognised(header)
    head = Head(header=header, rows=tuple(_shortened(row) for row in table.rows[:NUM_PREVIEWED]), columns=columns)
    if columns is None:
        raise errors.ListRefused(_unknown(header), head)
    try:
        lines = [_line(row, header, columns) for row in table.rows if any(map(str.strip, row.cells))]
        _refuse_repeated(lines)
    except errors.TaggingRefused as error:
        raise errors.ListRefused(str(error), head) from None
    unused = tuple(name for name in header if name not in columns.headings)
    return ProductList(lines=tuple(lines), unused_columns=unused, head=head, columns=columns)


def name_key(name: str) -> str:
    """Names of pictures as people compare them: without regard to capitals, to how accents are made, to which slash.

    Files of a Mac have accents apart from their letters, lists of a spreadsheet have both in one.
    """
    path = unicodedata.normalize("NFC", name.strip()).replace("\\", "/")
    return path.removeprefix("./").casefold()


def template() -> bytes:
    """A list to fill in."""
    return spreadsheet.as_csv(COLUMNS, _TEMPLATE)


def _check_headings(header: Sequence[str]) -> None:
    """People choose among them, and they are remembered."""
    if len(header) > MOST_COLUMNS:
        raise errors.TaggingRefused(
            f"The list has {len(header):,} columns; at most {MOST_COLUMNS} are read. Keep those of the photo, "
            "the SKU and the title."
        )
    for number, name in enumerate(header, start=1):
        if len(name) > LONGEST_CELL or not name.isprintable():
            raise errors.TaggingRefused(
                f"The heading of column {number} of the list must have at most {LONGEST_CELL} printable "
                f"characters, got {len(name):,}. Rename it."
            )


def _unknown(header: Sequence[str]) -> str:
    found = ", ".join(name or "(empty)" for name in header)[:200] or "nothing"
    doubled = [names for names in list_columns.candidates(header).values() if len(names) > 1]
    doubts = "".join(f"; {' and '.join(names)} may mean the same" for names in doubled)
    return (
        f"The first line of the list must name the columns {', '.join(COLUMNS)} (sku or title may be missing); it "
        f"names {found}{doubts}. Rename them, start from the template, or drop the list once on the page “Tag new "
        "garments” and say there which is which."
    )


def _shortened(row: tables.Row) -> tuple[str, ...]:
    """Its cells as they are previewed."""
    return tuple(cell[:LONGEST_CELL] for cell in row.cells[:MOST_COLUMNS])


def _line(row: tables.Row, header: Sequence[str], columns: Columns) -> Line:
    number = row.number
    if len(row.cells) != len(header):
        raise errors.TaggingRefused(
            f"Line {number} of the list has {len(row.cells)} cells, the first line {len(header)}."
        )
    found = {name: " ".join(cell.split()) for name, cell in zip(header, row.cells, strict=True)}
    photo, sku = (_cell(number, name, found) for name in (columns.photo, columns.sku))
    title = _cell(number, columns.title, found, is_title=True)
    if not photo:
        raise errors.TaggingRefused(f"Line {number} of the list names no picture. Fill in {columns.photo}.")
    try:
        sku = tables.kept_number(sku, f"Line {number} of the list")
    except ValueError as error:
        raise errors.TaggingRefused(str(error)) from None
    return Line(number=number, image_name=photo, sku=sku, title=title)


def _cell(number: int, name: str, found: Mapping[str, str], *, is_title: bool = False) -> str:
    """What stands in that column; empty where the list has none."""
    cell = found.get(name, "")
    most = LONGEST_TITLE if is_title else LONGEST_CELL
    if len(cell) > most or not (_is_plain_title(cell) if is_title else cell.isprintable()):
        raise errors.TaggingRefused(
            f"Line {number} of the list: {name} must have at most {most} printable characters, got {len(cell)}."
        )
    return cell


def _is_plain_title(text: str) -> bool:
    """Whether it can be printed, or holds what joins the parts of emoji and of some scripts and is never seen itself.

    What turns the direction of the text around is refused: a title could then pretend to be another one.
    """
    return all(
        character.isprintable() or (unicodedata.category(character), unicodedata.bidirectional(character)) == _JOINING
        for character in text
    )


def _refuse_repeated(lines: list[Line]) -> None:
    seen: dict[str, Line] = {}
    for line in lines:
        first = seen.setdefault(name_key(line.image_name), line)
        if first is not line:
            raise errors.TaggingRefused(
                f"Lines {first.number} and {line.number} of the list both name the picture {line.image_name!r}. "
                "Keep one of them."
            )
