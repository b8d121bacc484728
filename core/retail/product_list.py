"""The list that comes with photos: a CSV file with `image_name`, `sku` and `title`. Pure."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from core import errors
from core.retail import spreadsheet, tables

COLUMNS = ("image_name", "sku", "title")
LONGEST_CELL = 500
LONGEST_TITLE = 255
"""Characters of a title that shops take."""
_JOINING = ("Cf", "BN")
"""Unicode's category and direction of characters that join or format and have no direction of their own."""
_TEMPLATE = [("jacket-front.jpg", "SKU-1001", "Rain jacket"), ("folder/shirt.png", "SKU-1002", "Linen shirt")]


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


def read(data: bytes) -> ProductList:
    """The products of a list.

    Raises:
        errors.TaggingRefused: the header is another one, or lines are wrong; the message names what, and the next step.
    """
    try:
        table = tables.read(data, COLUMNS)
    except ValueError as error:
        raise errors.TaggingRefused(f"The list: {error}") from None
    header = table.header
    _check_header(header)
    lines = [_line(row, header) for row in table.rows if any(map(str.strip, row.cells))]
    _refuse_repeated(lines)
    return ProductList(lines=tuple(lines), unused_columns=tuple(name for name in header if name not in COLUMNS))


def name_key(name: str) -> str:
    """Names of pictures as people compare them: without regard to capitals, to how accents are made, to which slash.

    Files of a Mac have accents apart from their letters, lists of a spreadsheet have both in one.
    """
    path = unicodedata.normalize("NFC", name.strip()).replace("\\", "/")
    return path.removeprefix("./").casefold()


def template() -> bytes:
    """A list to fill in."""
    return spreadsheet.as_csv(COLUMNS, _TEMPLATE)


def _check_header(header: Sequence[str]) -> None:
    missing = [name for name in COLUMNS if name not in header]
    repeated = [name for name in COLUMNS if header.count(name) > 1]
    if missing or repeated:
        found = ", ".join(name or "(empty)" for name in header)[:200] or "nothing"
        raise errors.TaggingRefused(
            f"The first line of the list must name the columns {', '.join(COLUMNS)}; it names {found}. "
            "Start from the template."
        )


def _line(row: tables.Row, header: Sequence[str]) -> Line:
    number = row.number
    if len(row.cells) != len(header):
        raise errors.TaggingRefused(
            f"Line {number} of the list has {len(row.cells)} cells, the first line {len(header)}."
        )
    found = {name: " ".join(cell.split()) for name, cell in zip(header, row.cells, strict=True)}
    wanted = {name: found[name] for name in COLUMNS}
    for name, cell in wanted.items():
        is_plain = _is_plain_title(cell) if name == "title" else cell.isprintable()
        most = LONGEST_TITLE if name == "title" else LONGEST_CELL
        if len(cell) > most or not is_plain:
            raise errors.TaggingRefused(
                f"Line {number} of the list: {name} must have at most {most} printable characters, got {len(cell)}."
            )
    if not wanted["image_name"]:
        raise errors.TaggingRefused(f"Line {number} of the list names no picture. Fill in image_name.")
    try:
        wanted["sku"] = tables.kept_number(wanted["sku"], f"Line {number} of the list")
    except ValueError as error:
        raise errors.TaggingRefused(str(error)) from None
    return Line(number=number, **wanted)


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
