"""Which column of a list that comes with photos says what, by the usual names of columns. Pure."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from core import errors

MEANINGS = ("photo", "sku", "title")
EXACT = {"photo": "image_name", "sku": "sku", "title": "title"}
"""What the template calls each column; a column that is called so is meant, whatever stands beside it."""
_FILES = ("image", "photo", "picture")
USUAL = {
    "photo": frozenset({
        "file", "file name", "filename", *_FILES, *(f"{what}{rest}" for what in _FILES for rest in (
            " name", "name", " file", " file name", " filename")),
    }),
    "sku": frozenset({
        "sku", "variant sku", "ean", "gtin", "upc", "barcode", "article", "style", "item", "product code",
        *(f"{what} {rest}" for what in ("sku", "article", "style", "item", "product", "ean")
          for rest in ("number", "no", "nr", "code", "id")),
    }),
    "title": frozenset({
        "title", "name", "product title", "product name", "item title", "item name", "article name", "style name",
    }),
}  # fmt: skip
"""What people call each column otherwise, as `_plain` writes it."""
_BETWEEN_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Columns:
    """The columns of a list, by their headings."""

    photo: str
    """Heading of the column that names the picture."""
    sku: str = ""
    """Heading of the SKU; empty where the list has none, then it has titles."""
    title: str = ""
    """Heading of the title; empty where the list has none."""
    number: int = 0
    """Of the choice by which people said so; 0: recognised by the headings."""

    @property
    def headings(self) -> frozenset[str]:
        """Those that are read."""
        return frozenset(astuple(self)[:3]) - {""}


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """What a person needs to see to say which column is which."""

    header: tuple[str, ...]
    """Headings of all columns."""
    rows: tuple[tuple[str, ...], ...]
    """The first lines below it."""
    columns: Columns | None
    """Which is which; None where nobody has said it and the headings do not."""

    @property
    def choices(self) -> tuple[str, ...]:
        """The headings that stand for one column only."""
        return usable(self.header)


def usable(header: Sequence[str]) -> tuple[str, ...]:
    """The headings that stand for one column only, in order."""
    counts = Counter(header)
    return tuple(name for name in header if name and counts[name] == 1)


def candidates(header: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Meaning -> the headings that could have it; those that say it most plainly, so mostly one or none."""
    return {what: _candidates(header, what) for what in MEANINGS}


def recognised(header: Sequence[str]) -> Columns | None:
    """The columns where the headings leave no doubt: a picture, and a SKU or a title, none of them twice."""
    found = candidates(header)
    if any(len(names) > 1 for names in found.values()):
        return None
    one = {what: names[0] if names else "" for what, names in found.items()}
    is_enough = one["photo"] and (one["sku"] or one["title"])
    return Columns(photo=one["photo"], sku=one["sku"], title=one["title"]) if is_enough else None


def checked(header: Sequence[str], columns: Columns) -> Columns:
    """The columns as a person said them.

    Raises:
        errors.TaggingRefused: it makes no list; one sentence says why and what to do.
    """
    if not columns.photo or not (columns.sku or columns.title):
        raise errors.TaggingRefused("Choose the column that names the photo, and that of the SKU or of the title.")
    said = [name for name in astuple(columns)[:3] if name]
    twice = [name for name, num in Counter(said).items() if num > 1]
    if twice:
        raise errors.TaggingRefused(f"The column {twice[0]!r} is chosen twice. Choose another one for one of them.")
    missing = [name for name in said if name not in usable(header)]
    if missing:
        raise errors.TaggingRefused(f"The list has not one column {missing[0]!r}. Choose one of its columns.")
    return columns


def _candidates(header: Sequence[str], what: str) -> tuple[str, ...]:
    exact, usual = EXACT[what], USUAL[what]
    ways = (
        [name for name in header if name == exact],
        [name for name in header if name.casefold() == exact],
        [name for name in header if _plain(name) in usual],
    )
    return tuple(next(filter(None, ways), []))


def _plain(heading: str) -> str:
    """A heading in small letters, with one blank between its words: "Article_No." is "article no"."""
    return _BETWEEN_WORDS.sub(" ", unicodedata.normalize("NFKC", heading)).strip().casefold()
