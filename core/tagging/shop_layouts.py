"""The rows of a product in the columns of a layout: an import takes nothing away from one that exists. Pure.

`shopify`: handle and title are required where products are updated; a cell that is empty empties the shop's, a column
that is missing leaves it. A SKU needs its options beside it: without them the shop makes one default variant and
deletes the others. So every variant of a product stands in the file, with SKU and options as the shop's file has them.
https://help.shopify.com/en/manual/products/import-export/using-csv

`woocommerce`: a product is updated by its ID, or by its SKU; categories and tags take the place of the shop's, an empty
cell of them too, so those that are there stand first. https://woocommerce.com/document/product-csv-importer-exporter/

`generic`: one line a product with its SKU, for everything else.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.retail import shop_products, spreadsheet, woo_products
from core.retail.naming import Entry
from core.retail.shop_products import Existing, Listed

LAYOUTS = {
    "shopify": ("URL handle", "Title", "Type", "Tags"),
    "woocommerce": ("ID", "SKU", "Name", "Categories", "Tags"),
    "generic": ("sku", "category", "confidence", "decided_by", "date"),
}
"""Layout -> the columns that it always has, where no file of the shop calls them otherwise."""
LONGEST_TAG = 255
"""Of Shopify."""
NAMES = {"handle": "URL handle", "title": "Title", "sku": "SKU", "product_category": "Product category",
         "option1_name": "Option1 name", "option1_value": "Option1 value"}  # fmt: skip
"""What a new file calls its columns."""
DEFAULT_OPTION = ("Title", "Default Title")
"""Name and value of the option of a product that comes in one variant only."""

Cells = tuple[str | float, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Product:
    """A product that leaves."""

    row: Mapping[Hashable, Any]
    """Of the table of `core.tagging.products`."""
    entry: Entry
    """What its category is called."""
    known: Listed | None
    """As it stands in the shop; None where it is new there."""
    handle: str
    """What the shop knows it by, or will."""
    tags: tuple[str, ...]
    """All that it will have."""

    @property
    def title(self) -> str:
        """The shop's own, else the given one."""
        return (self.known and self.known.title) or title_of(self.row)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shopify:
    """Which columns a file for Shopify has, and its rows."""

    existing: Existing
    """What stands in the shop."""
    options: tuple[str, ...]
    """Of `shop_products.OPTIONS`, those that are written with the SKU; empty: neither is."""
    has_category: bool
    """Whether the category of Shopify's taxonomy is written."""
    has_google: bool
    """Whether Google's category is written."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, as the file of the shop has them."""
        names = [self._name("handle"), self._name("title")]
        names += [self._name("product_category")] if self.has_category else []
        names += ["Type", "Tags"]
        names += [self._name(what) for what in self.options] + ([self._name("sku")] if self.options else [])
        return (*names, *([self._name("google_category")] if self.has_google else []))

    def lines(self, product: Product) -> tuple[Cells, ...]:
        """The row of a product, and one more for each further variant that it has."""
        known, entry = product.known, product.entry
        category = entry.product_category or (known.product_category if known else "")
        google = entry.google_category or (known.google_category if known else "")
        head = [product.title, *([category] if self.has_category else []), entry.shop_type, ", ".join(product.tags)]
        end = [google] if self.has_google else []
        first, *others = self._variants(product)
        empty = [""] * len(head)
        return (
            (product.handle, *head, *first, *end),
            *((product.handle, *empty, *cells, *([""] * len(end))) for cells in others),
        )

    def loses(self, product: Product) -> bool:
        """Whether its row would change what the shop has in another way than it is meant to."""
        known = product.known
        if known is None:
            return False
        options = [variant.options for variant in known.variants]
        is_whole = all(all(cells[:2]) for cells in options) and len(set(options)) == len(options) > 0
        return bool(self.options and not is_whole) or has_apostrophes(self.lines(product))

    def _variants(self, product: Product) -> list[Cells]:
        if not self.options:
            return [()]
        if product.known and product.known.variants:
            some = product.known.variants
            given = product.row["sku"] if len(some) == 1 else ""
            return [(*variant.options, variant.sku or given) for variant in some]
        more = ("",) * (len(self.options) - len(DEFAULT_OPTION))
        return [(*DEFAULT_OPTION, *more, product.row["sku"])]

    def _name(self, what: str) -> str:
        return self.existing.columns.get(what) or NAMES[what]


def shopify(products: Sequence[Product], existing: Existing | None) -> Shopify:
    """The columns that the products need and that take nothing away from those that exist."""
    columns = {} if existing is None else existing.columns
    known = [product for product in products if product.known]
    is_set = any(product.entry.product_category for product in products)
    is_set_of_all = all(product.entry.product_category for product in known)
    return Shopify(
        existing=existing or Existing(),
        options=shop_products.OPTIONS[:2] if existing is None else _options(columns),
        has_category=is_set and ("product_category" in columns or is_set_of_all),
        has_google="google_category" in columns and any(product.entry.google_category for product in products),
    )


def _options(columns: Mapping[str, str]) -> tuple[str, ...]:
    """What can be written of the options; nothing where the file of the shop holds only a part of them."""
    found = tuple(what for what in shop_products.OPTIONS if what in columns)
    is_whole = "sku" in columns and len(found) > 0 and found == shop_products.OPTIONS[: len(found)]
    return found if is_whole and len(found) % 2 == 0 else ()


@dataclass(frozen=True, kw_only=True, slots=True)
class WooCommerce:
    """The rows of a file for WooCommerce."""

    columns: tuple[str, ...] = LAYOUTS["woocommerce"]
    """Names of the columns."""

    def lines(self, product: Product) -> tuple[Cells, ...]:
        """The row of a product; it joins the category to those that it has."""
        known = product.known
        categories = joined(known.categories if known else (), (product.entry.shop_type,))
        number, sku = (known.handle, known.sku) if known else ("", product.row["sku"])
        return ((number, sku, product.title, woo_products.cell(categories), woo_products.cell(product.tags)),)

    def loses(self, product: Product) -> bool:
        """As of `Shopify`."""
        return product.known is not None and has_apostrophes(self.lines(product))


@dataclass(frozen=True, kw_only=True, slots=True)
class Generic:
    """The lines of a file for everything else."""

    columns: tuple[str, ...] = LAYOUTS["generic"]
    """Names of the columns."""

    def lines(self, product: Product) -> tuple[Cells, ...]:
        """The line of a product."""
        row = product.row
        date = row["decided_at"].date().isoformat()
        return ((row["sku"], product.entry.name, round(float(row["confidence"]), 6), row["decided_by"], date),)

    def loses(self, product: Product) -> bool:
        """As of `Shopify`: nobody knows what such a shop has."""
        return False


def layout(name: str, products: Sequence[Product], existing: Existing | None) -> Shopify | WooCommerce | Generic:
    """What writes the products in a layout; `name` is a key of `LAYOUTS`."""
    if name == "shopify":
        return shopify(products, existing)
    return WooCommerce() if name == "woocommerce" else Generic()


def has_apostrophes(lines: Sequence[Cells]) -> bool:
    """Whether a cell begins as a formula does: the apostrophe before it would become part of what the shop has."""
    return any(isinstance(cell, str) and spreadsheet.safe_cell(cell) != cell for cells in lines for cell in cells)


def title_of(row: Mapping[Hashable, Any]) -> str:
    """What a product is called: as the list says, else its SKU, else the name of its photo."""
    return str(row["title"] or row["sku"] or row["product"].rpartition("/")[2].rpartition(".")[0] or row["product"])


def new_handle(row: Mapping[Hashable, Any]) -> str:
    """The handle of a product that the shop does not have; empty where title and SKU make none.

    It is made of nothing else, so that the same product has the same one whatever leaves beside it.
    """
    sku, title = (shop_products.handle(row[name]) for name in ("sku", "title"))
    if row["sku"] and not sku:
        return ""
    title = title[: shop_products.LONGEST_HANDLE - len(sku) - 1].strip("-")
    return "-".join(filter(None, (title, sku)))


def joined(before: Sequence[str], added: Sequence[str]) -> tuple[str, ...]:
    """What is there, as it is written there, then what is new; what differs only in capitals is one."""
    found: dict[str, str] = {}
    for text in (*before, *added):
        found.setdefault(text.casefold(), text)
    return tuple(found.values())
