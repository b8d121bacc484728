"""Decided products as a file that a shop imports: what leaves, what stays and why, and the file itself. Pure.

Only decided products leave: accepted or changed by a person, or above a line that a person has confirmed, as the column
`leaves` of `core.tagging.products` says. The columns of each layout are made by `core.tagging.shop_layouts`.

A product is known again by its SKU, then its title, then its handle. What is new gets a handle of its title and SKU;
where those make none, or the same as another product's, it stays and is named: a person gives it a title or a SKU.
"""

import collections
import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from core.quality.tag_decisions import REJECTED
from core.retail import shop_products, spreadsheet, woo_products
from core.retail.naming import Naming
from core.retail.shop_products import Existing
from core.tagging import products as tagged_products
from core.tagging import shop_layouts
from core.tagging.shop_layouts import LAYOUTS, Cells, Product

__all__ = ["LAYOUTS", "READERS", "ShopExport", "decided_without_sku", "exported"]

READERS = {"shopify": shop_products.existing_products, "woocommerce": woo_products.existing_products}
"""Layout -> what reads the file of the products that such a shop has."""
COLUMNS = (
    "product", "sku", "title", "category", "confidence", "decision", "by_line", "leaves", "decided_by", "decided_at",
)  # fmt: skip
"""What is read of the table of `core.tagging.products`."""
MOST_TAGS = 250
"""Of one product in Shopify."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ShopExport:
    """What leaves, and what stays and why."""

    layout: str
    """Key of `LAYOUTS`."""
    columns: tuple[str, ...]
    """Names of the columns."""
    rows: tuple[Cells, ...]
    """One a product, its cells in the order of the columns."""
    more: tuple[tuple[Cells, ...], ...]
    """Of each product the rows that follow its own: further variants, which stay as they are."""
    is_new: tuple[bool, ...]
    """Of each row whether the shop does not have that product; False where it did not say what it has."""
    num_products: int
    """Products that were there."""
    num_decided: int
    """Those of them that are decided, rejected ones included."""
    num_rejected: int
    """Those of the decided that were rejected, which never leave."""
    without_sku: tuple[str, ...]
    """Names of the decided products that have no SKU, left out or not."""
    disputed: tuple[str, ...]
    """SKUs, or names, that were decided to be two categories, which never leave."""
    twice: tuple[str, ...] = ()
    """SKUs that several products of the shop have; theirs stay, as nobody can tell which one is meant."""
    unnamed: tuple[str, ...] = ()
    """SKUs, or names, of new products of which title and SKU do not say which product they are; they stay."""
    unsafe: tuple[str, ...] = ()
    """SKUs, or names, of products of the shop that an import would change in another way than meant; they stay."""
    full: tuple[str, ...] = ()
    """Handles of products that have as many tags as the shop takes, so that the new ones find no room; they stay."""
    num_new: int | None = None
    """How many of the rows those are; None where the shop did not say what it has."""
    has_skus: bool = True
    """Whether the SKU of each product is in the file."""
    leaving: frozenset[str] = frozenset()
    """Names of the photos whose product is in the file."""

    @property
    def parts(self) -> tuple["ShopExport", ...]:
        """The files that it takes: WooCommerce either updates or creates, so what is new goes into one of its own."""
        if self.layout != "woocommerce" or not 0 < sum(self.is_new) < len(self.rows):
            return (self,)
        return self._only(is_new=False), self._only(is_new=True)

    def _only(self, *, is_new: bool) -> "ShopExport":
        places = [place for place, found in enumerate(self.is_new) if found is is_new]
        rows, more = tuple(self.rows[place] for place in places), tuple(self.more[place] for place in places)
        return replace(self, rows=rows, more=more, is_new=(is_new,) * len(rows), num_new=len(rows) if is_new else 0)

    @property
    def lines(self) -> tuple[Cells, ...]:
        """Every row of the file."""
        return tuple(cells for row, more in zip(self.rows, self.more, strict=True) for cells in (row, *more))

    def as_csv(self) -> bytes:
        """The file; no cell begins as a formula does, see `core.retail.spreadsheet`."""
        content = spreadsheet.as_csv(self.columns, self.lines)
        # A shop takes the mark, which only spreadsheets need, for a part of the first column's name.
        return content if self.layout == "generic" else content.removeprefix(b"\xef\xbb\xbf")


def exported(
    products: pd.DataFrame,
    naming: Naming,
    *,
    layout: str,
    with_missing_sku: bool = False,
    existing: Existing | None = None,
    replaces_tags: bool = False,
) -> ShopExport:
    """The products that are decided, one row each, in their order.

    Photos of one SKU, and of one product of the shop, are one product; where they were decided to be different
    categories, it stays.

    Args:
        products: table of `core.tagging.products`, of one batch or of several.
        naming: what the categories are called in the shop.
        layout: key of `LAYOUTS`.
        with_missing_sku: whether products without SKU leave as well.
        existing: what stands in the shop, by whose handles, titles and tags products are known again.
        replaces_tags: whether the tags take the place of existing ones, instead of being added to them.
    """
    existing = existing if layout in READERS else None
    shop = existing or Existing()
    decided = _decided(products)
    num_rejected = 0 if products.empty else int((products["decision"] == REJECTED).sum())
    is_twice = decided["sku"].isin(shop.twice)
    leaving = decided[~is_twice & (with_missing_sku | (decided["sku"] != ""))]
    placed = [_placed(row, naming, layout, shop) for row in leaving.to_dict("records")]
    kept, disputed = _one_each(placed)
    named, unnamed = _named(kept, layout, existing)
    wanted, full = _fitting([_tagged(product, replaces_tags) for product in named], layout)
    made = shop_layouts.layout(layout, wanted, existing)
    safe = [product for product in wanted if not made.loses(product)]
    lines = [made.lines(product) for product in safe]
    left = set(map(_identity, safe))
    return ShopExport(
        layout=layout,
        columns=made.columns,
        rows=tuple(some[0] for some in lines),
        more=tuple(some[1:] for some in lines),
        is_new=tuple(existing is not None and product.known is None for product in safe),
        num_products=len(products),
        num_decided=len(decided) + num_rejected,
        num_rejected=num_rejected,
        without_sku=tuple(decided_without_sku(products)),
        disputed=disputed,
        twice=tuple(dict.fromkeys(map(str, decided["sku"][is_twice]))),
        unnamed=unnamed,
        unsafe=_called(product for product in wanted if made.loses(product)),
        full=full,
        num_new=None if existing is None else sum(product.known is None for product in safe),
        has_skus=not isinstance(made, shop_layouts.Shopify) or bool(made.options),
        leaving=frozenset(str(product.row["product"]) for product in placed if _identity(product) in left),
    )


def decided_without_sku(products: pd.DataFrame) -> list[str]:
    """Names of the decided products that have no SKU; arguments as in `exported`."""
    decided = _decided(products)
    return [str(name) for name in decided["product"][decided["sku"] == ""]]


def _decided(products: pd.DataFrame) -> pd.DataFrame:
    if products.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    found = products.loc[products["leaves"], list(COLUMNS)].copy()
    found["sku"] = found["sku"].str.strip()
    return found.assign(decided_by=tagged_products.deciders(found))


def _placed(row: Mapping[Hashable, Any], naming: Naming, layout: str, existing: Existing) -> Product:
    """A photo with what the shop knows of its product; the tags come later."""
    handle = shop_layouts.new_handle(row)
    handles = (shop_products.handle(shop_layouts.title_of(row)), handle) if layout == "shopify" else ()
    known = None if layout == "generic" else existing.find(row["sku"], row["title"], *handles)
    return Product(
        row=row, entry=naming.of(row["category"]), known=known, handle=known.handle if known else handle, tags=()
    )


def _one_each(placed: Sequence[Product]) -> tuple[list[Product], tuple[str, ...]]:
    """One photo a product, and the products that were decided to be two categories."""
    together: dict[str, list[Product]] = {}
    for product in placed:
        together.setdefault(_identity(product), []).append(product)
    groups = [(some, len({product.entry.name for product in some}) == 1) for some in together.values()]
    kept = [some[0] for some, is_one in groups if is_one]
    return kept, _called(product for some, is_one in groups if not is_one for product in some)


def _identity(product: Product) -> str:
    """What photos of one product share: the product of the shop, else the SKU."""
    if product.known:
        return f"known {product.known.handle}"
    return f"sku {product.row['sku']}" if product.row["sku"] else f"photo {product.row['product']}"


def _named(kept: Sequence[Product], layout: str, existing: Existing | None) -> tuple[list[Product], tuple[str, ...]]:
    """Products that the shop can tell apart, and new ones that it cannot, which a person has to name."""
    if layout == "generic":
        return list(kept), ()
    times = collections.Counter(product.handle for product in kept)
    taken = existing.by_handle if existing else {}

    def is_named(product: Product) -> bool:
        # Without a SKU only the file of the shop tells whether it is new.
        if product.known or not (product.row["sku"] or (existing and layout == "shopify")):
            return product.known is not None
        is_one = product.handle != "" and product.handle not in taken and times[product.handle] == 1
        return is_one or layout != "shopify"

    return [product for product in kept if is_named(product)], _called(
        product for product in kept if not is_named(product)
    )


def _tagged(product: Product, replaces_tags: bool) -> Product:
    before = product.known.tags if product.known and not replaces_tags else ()
    new = [tag[: shop_layouts.LONGEST_TAG] for tag in product.entry.shop_tags]
    return replace(product, tags=shop_layouts.joined(before, new))


def _fitting(products: Sequence[Product], layout: str) -> tuple[list[Product], tuple[str, ...]]:
    """Products that have no more tags than the shop takes, and the handles of the others."""
    most = MOST_TAGS if layout == "shopify" else math.inf
    fitting = [product for product in products if len(product.tags) <= most]
    return fitting, tuple(product.handle for product in products if len(product.tags) > most)


def _called(products: Iterable[Product]) -> tuple[str, ...]:
    """Their SKUs, or where they have none the names of their photos, each once."""
    return tuple(dict.fromkeys(str(product.row["sku"] or product.row["product"]) for product in products))
