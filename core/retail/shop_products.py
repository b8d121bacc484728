"""The products that stand in the shop today, from the file that it exports, and how they are known again. Pure.

After Shopify's product CSV, of before and since 2025: a product has a row for each variant and picture, in any order;
it is known by its handle: https://help.shopify.com/en/manual/products/import-export/using-csv. The rows of pictures
alone have neither SKU nor options. What a product and its variants are is kept as it stands, so that it can be written
again: an import deletes variants whose options it does not find.
"""

import collections
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from core import errors
from core.retail import tables

LONGEST_HANDLE = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Variant:
    """A variant as it stands in the shop today."""

    sku: str
    """Its SKU; may be empty."""
    options: tuple[str, ...]
    """Name and value of each option, in turn, as many as the file has columns for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A product as it stands in the shop today."""

    handle: str
    """What the shop knows it by: its handle; in WooCommerce its ID."""
    title: str
    """Its title; may be empty."""
    tags: tuple[str, ...]
    """Its tags, in their order."""
    has_skus: bool = False
    """Whether it or its variants have SKUs."""
    variants: tuple[Variant, ...] = ()
    """All its variants, in the order of the file; only of Shopify."""
    product_category: str = ""
    """Its category of Shopify's taxonomy, as the file has it."""
    google_category: str = ""
    """Google's category, as the file has it."""
    sku: str = ""
    """Its own SKU; only of WooCommerce, where variations have others."""
    categories: tuple[str, ...] = ()
    """Its categories; only of WooCommerce."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Existing:
    """The products that stand in the shop today; read by `existing_products` and `woo_products.existing_products`."""

    by_handle: Mapping[str, Listed] = field(default_factory=dict)
    """Handle, or ID -> product."""
    by_sku: Mapping[str, Listed] = field(default_factory=dict)
    """SKU of the product or of one of its variants -> product."""
    by_title: Mapping[str, Listed] = field(default_factory=dict)
    """Title that only one product has, see `plain` -> product: a handle may have been edited since."""
    twice: frozenset[str] = frozenset()
    """SKUs that several products of the shop have: which one is meant nobody can tell."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """What is read -> what the file that was given calls it, and the one that is written therefore too."""

    def find(self, sku: str, title: str, *handles: str) -> Listed | None:
        """The product of that SKU; else of that title, else of the first handle that is there.

        A product whose variants have SKUs, of which the one asked for is none, is another one.
        """
        named = [self.by_title.get(plain(title)), *(self.by_handle.get(name) for name in handles)]
        fitting = (found for found in named if found is not None and not (sku and found.has_skus))
        return self.by_sku.get(sku) or next(fitting, None)


OPTIONS = tuple(f"option{number}_{part}" for number in (1, 2, 3) for part in ("name", "value"))
"""What is read of the options of a variant, in turn."""
NAMED = {
    "handle": ("Handle", "URL handle"), "title": ("Title",), "tags": ("Tags",), "sku": ("Variant SKU", "SKU"),
    "product_category": ("Product Category", "Product category"),
    "google_category": ("Google Shopping / Google Product Category",),
    **{what: (f"Option{what[6]} {what[8:].title()}", f"Option{what[6]} {what[8:]}") for what in OPTIONS},
}  # fmt: skip
"""What is read of a file that Shopify exported -> what its column is called, in files of before and since 2025."""
_NEEDED = ("handle", "title", "tags")


def existing_products(content: bytes) -> Existing:
    """The products of a file that Shopify exported; the SKU may be missing, handle, title and tags may not.

    Without titles or tags the shop's own would be overwritten by what is known of them here: by nothing.

    Raises:
        errors.ExportRefused: it is no such file; the message names the header.
    """
    table = opened(content, [name for some in NAMED.values() for name in some])
    header = table.header
    columns = {what: next((name for name in some if name in header), "") for what, some in NAMED.items()}
    if missing := [NAMED[what][0] for what in _NEEDED if not columns[what]]:
        raise errors.ExportRefused(
            "The header must name Handle (or URL handle), Title and Tags, as in the file that Shopify exports, else an "
            f"import would empty them in the shop; missing: {', '.join(missing)}. Got {','.join(header)[:200]!r}."
        )
    return _existing(rows_of(table, columns), {what: name for what, name in columns.items() if name})


def opened(content: bytes, names: Sequence[str]) -> tables.Table:
    """The table of a file that a shop exported; `names` as of `tables.read`.

    Raises:
        errors.ExportRefused: it is no table.
    """
    try:
        return tables.read(content, names)
    except ValueError as error:
        raise errors.ExportRefused(f"{error} Or export it from the shop once more.") from None


def rows_of(table: tables.Table, columns: Mapping[str, str]) -> list[dict[str, str]]:
    """The rows by what is read of them, without blanks around; `columns` as of `Existing`, empty where missing.

    Raises:
        errors.ExportRefused: a spreadsheet shortened an SKU; the message names the line.
    """
    # A shop leaves out empty cells at the end of a line.
    found = [(row.number, dict(zip(table.header, row.cells, strict=False))) for row in table.rows]
    rows = [{what: cells.get(name, "").strip() for what, name in columns.items()} for _, cells in found]
    try:
        for (number, _), row in zip(found, rows, strict=True):
            row["sku"] = tables.kept_number(row["sku"], f"Line {number} of the shop's file")
    except ValueError as error:
        raise errors.ExportRefused(str(error)) from None
    return rows


def _existing(rows: Sequence[Mapping[str, str]], columns: Mapping[str, str]) -> Existing:
    """A product has a row for each variant and picture, in any order; one of them tells its title and tags."""
    of_handle: dict[str, list[Mapping[str, str]]] = {}
    for row in rows:
        if row["handle"]:
            of_handle.setdefault(row["handle"], []).append(row)
    products = [_listed(name, some, columns) for name, some in of_handle.items()]
    skus = [(row["sku"], row["handle"]) for row in rows if row["handle"] and row["sku"]]
    return together(products, skus, columns)


def together(products: Sequence[Listed], skus: Iterable[tuple[str, str]], columns: Mapping[str, str]) -> Existing:
    """The products, to be found by handle, SKU and title; `skus` are pairs of SKU and handle."""
    by_handle = {found.handle: found for found in products}
    handles_of: dict[str, set[str]] = {}
    for sku, name in skus:
        handles_of.setdefault(sku, set()).add(name)
    by_sku = {sku: by_handle[min(handles)] for sku, handles in handles_of.items() if len(handles) == 1}
    titles = collections.Counter(plain(found.title) for found in products)
    by_title = {plain(found.title): found for found in products if titles[plain(found.title)] == 1}
    by_title.pop("", None)
    twice = frozenset(handles_of) - frozenset(by_sku)
    return Existing(by_handle=by_handle, by_sku=by_sku, by_title=by_title, twice=twice, columns=columns)


def _listed(name: str, rows: Sequence[Mapping[str, str]], columns: Mapping[str, str]) -> Listed:
    """A product; the first cell that holds anything counts, also for the names of options."""
    told = {what: _first(rows, what) for what in NAMED}
    options = [what for what in OPTIONS if what in columns]
    return Listed(
        handle=name,
        title=told["title"],
        tags=_tags(told["tags"]),
        has_skus=bool(told["sku"]),
        variants=tuple(
            Variant(sku=row["sku"], options=tuple(told[what] if "name" in what else row[what] for what in options))
            for row in rows
            if row["sku"] or row["option1_value"]
        ),
        product_category=told["product_category"],
        google_category=told["google_category"],
    )


def _first(rows: Sequence[Mapping[str, str]], what: str) -> str:
    """The first cell of a product that holds anything."""
    return next((row[what] for row in rows if row[what]), "")


def plain(title: str) -> str:
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
