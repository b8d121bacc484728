"""The products that stand in the shop today, from the file that it exports, and how they are known again. Pure.

After Shopify's product CSV, of before and since 2025: a product has a row for each variant and picture, in any order;
it is known by its handle: https://help.shopify.com/en/manual/products/import-export/using-csv.
"""

import collections
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core import errors
from core.retail import tables

LONGEST_HANDLE = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A product as it stands in the shop today."""

    handle: str
    """Its handle."""
    title: str
    """Its title; may be empty."""
    tags: tuple[str, ...]
    """Its tags, in their order."""
    has_skus: bool = False
    """Whether its variants have SKUs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Existing:
    """The products that stand in the shop today; read by `existing_products`."""

    by_handle: Mapping[str, Listed] = field(default_factory=dict)
    """Handle -> product."""
    by_sku: Mapping[str, Listed] = field(default_factory=dict)
    """SKU of one of its variants -> product."""
    by_title: Mapping[str, Listed] = field(default_factory=dict)
    """Title that only one product has, see `_plain` -> product: a handle may have been edited since."""
    twice: frozenset[str] = frozenset()
    """SKUs that several products of the shop have: which one is meant nobody can tell."""
    handle_column: str = "Handle"
    """What the file that was given calls the handle, and the one that is written therefore too."""

    def find(self, sku: str, title: str, wanted: str) -> Listed | None:
        """The product of that SKU; else of that title, else of the handle `wanted`.

        A product whose variants have SKUs, of which the one asked for is none, is another one.
        """
        named = self.by_title.get(_plain(title)) or self.by_handle.get(wanted)
        is_another = bool(sku) and named is not None and named.has_skus
        return self.by_sku.get(sku) or (None if is_another else named)


_NAMED = {
    "handle": ("Handle", "URL handle"), "title": ("Title",), "tags": ("Tags",), "sku": ("Variant SKU", "SKU"),
}  # fmt: skip
"""What is read of a file that Shopify exported -> what its column is called, in files of before and since 2025."""
_NEEDED = ("handle", "title", "tags")


def existing_products(content: bytes) -> Existing:
    """The products of a file that Shopify exported; the SKU may be missing, handle, title and tags may not.

    Without titles or tags the shop's own would be overwritten by what is known of them here: by nothing.

    Raises:
        errors.ExportRefused: it is no such file; the message names the header.
    """
    names = [name for some in _NAMED.values() for name in some]
    try:
        table = tables.read(content, names)
    except ValueError as error:
        raise errors.ExportRefused(f"{error} Or export it from the shop once more.") from None
    header = table.header
    columns = {what: next((name for name in some if name in header), "") for what, some in _NAMED.items()}
    if missing := [_NAMED[what][0] for what in _NEEDED if not columns[what]]:
        raise errors.ExportRefused(
            "The header must name Handle (or URL handle), Title and Tags, as in the file that Shopify exports, else an "
            f"import would empty them in the shop; missing: {', '.join(missing)}. Got {','.join(header)[:200]!r}."
        )
    # A shop leaves out empty cells at the end of a line.
    found = [(row.number, dict(zip(header, row.cells, strict=False))) for row in table.rows]
    rows = [{what: cells.get(name, "").strip() for what, name in columns.items()} for _, cells in found]
    try:
        for (number, _), row in zip(found, rows, strict=True):
            row["sku"] = tables.kept_number(row["sku"], f"Line {number} of the shop's file")
    except ValueError as error:
        raise errors.ExportRefused(str(error)) from None
    return _existing(rows, columns["handle"])


def _existing(rows: Sequence[Mapping[str, str]], handle_column: str) -> Existing:
    """A product has a row for each variant and picture, in any order; one of them tells its title and tags."""
    of_handle: dict[str, list[Mapping[str, str]]] = {}
    for row in rows:
        if row["handle"]:
            of_handle.setdefault(row["handle"], []).append(row)
    by_handle = {
        name: Listed(
            handle=name,
            title=_first(some, "title"),
            tags=_tags(_first(some, "tags")),
            has_skus=bool(_first(some, "sku")),
        )
        for name, some in of_handle.items()
    }
    handles_of: dict[str, set[str]] = {}
    for row in rows:
        if row["handle"] and row["sku"]:
            handles_of.setdefault(row["sku"], set()).add(row["handle"])
    by_sku = {sku: by_handle[min(handles)] for sku, handles in handles_of.items() if len(handles) == 1}
    twice = frozenset(handles_of) - frozenset(by_sku)
    titles = collections.Counter(_plain(found.title) for found in by_handle.values())
    by_title = {_plain(found.title): found for found in by_handle.values() if titles[_plain(found.title)] == 1}
    by_title.pop("", None)
    return Existing(by_handle=by_handle, by_sku=by_sku, by_title=by_title, handle_column=handle_column, twice=twice)


def _listed(name: str, rows: Sequence[Mapping[str, str]]) -> Listed:
    title, tags, sku = (_first(rows, what) for what in ("title", "tags", "sku"))
    return Listed(handle=name, title=title, tags=_tags(tags), has_skus=bool(sku))


def _first(rows: Sequence[Mapping[str, str]], what: str) -> str:
    """The first cell of a product that holds anything."""
    return next((row[what] for row in rows if row[what]), "")


def _plain(title: str) -> str:
    """A title as it is compared: without regard to capitals and blanks, composed."""
    return " ".join(unicodedata.normalize("NFC", title).casefold().split())


_DROPPED = str.maketrans("", "", "'\"()[]")
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "ŧ": "t"}
)


def handle(text: str) -> str:
    """The text as the shop makes a handle of it: small letters, digits and single dashes; empty where none is left.

    Quotes and brackets are dropped, letters of other alphabets of Latin stand as their nearest plain ones.
    """
    letters = text.casefold().translate(_DROPPED).translate(_LETTERS)
    plain = unicodedata.normalize("NFKD", letters).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_HANDLE].strip("-")


def _tags(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (tag.strip() for tag in text.split(","))))
