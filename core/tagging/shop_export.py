"""Decided products as a file that a shop imports: rows, what is missing, and the file itself. Pure.

Layouts: `shopify` has the columns Handle, Title, Type, Tags of Shopify's product CSV (case-sensitive, in UTF-8; a
product is known again by its handle of letters, digits and dashes, and the tags of a file take the place of those in
the shop: https://help.shopify.com/en/manual/products/import-export/using-csv). `generic` has one line a product with
its SKU, for everything else.

Only decided products leave: accepted or changed by a person, or above a line that a person has confirmed, as the column
`leaves` of `core.tagging.products` says.
"""

import hashlib
import itertools
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.quality.tag_decisions import REJECTED
from core.retail import spreadsheet
from core.retail.naming import Naming
from core.retail.shop_products import Existing, Listed, handle
from core.tagging import products as tagged_products

LAYOUTS = {
    "shopify": ("Handle", "Title", "Type", "Tags"),
    "generic": ("sku", "category", "confidence", "decided_by", "date"),
}
"""Layout -> its columns."""
COLUMNS = (
    "product", "sku", "title", "category", "confidence", "decision", "by_line", "leaves", "decided_by", "decided_at",
)  # fmt: skip
"""What is read of the table of `core.tagging.products`."""
MOST_TAGS, LONGEST_TAG = 250, 255
"""Of one product in Shopify."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ShopExport:
    """What leaves, and what stays and why."""

    layout: str
    """Key of `LAYOUTS`."""
    rows: tuple[tuple[str | float, ...], ...]
    """One a product, its cells in the order of the layout's columns."""
    num_products: int
    """Products that were there."""
    num_decided: int
    """Those of them that are decided, rejected ones included."""
    num_rejected: int
    """Those of the decided that were rejected, which never leave."""
    without_sku: tuple[str, ...]
    """Names of the decided products that have no SKU, left out or not."""
    disputed: tuple[str, ...]
    """SKUs that were decided to be two categories, which never leave."""
    twice: tuple[str, ...] = ()
    """SKUs that several products of the shop have; theirs stay, as nobody can tell which one is meant."""
    handle_column: str = "Handle"
    """What the column of handles is called, as in the file that the shop gave."""
    num_new: int | None = None
    """Rows of products that the shop does not have; None where it did not say what it has."""
    full: tuple[str, ...] = ()
    """Handles of products that have as many tags as the shop takes, so that the new ones find no room; they stay."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self.handle_column if name == "Handle" else name for name in LAYOUTS[self.layout])

    def as_csv(self) -> bytes:
        """The file; no cell begins as a formula does, see `core.retail.spreadsheet`."""
        content = spreadsheet.as_csv(self.columns, self.rows)
        # A shop takes the mark, which only spreadsheets need, for a part of the first column's name.
        return content.removeprefix(b"\xef\xbb\xbf") if self.layout == "shopify" else content


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

    Photos of one SKU are one product; where they were decided to be different categories, it stays.

    Args:
        products: table of `core.tagging.products`, of one batch or of several.
        naming: what the categories are called in the shop.
        layout: key of `LAYOUTS`.
        with_missing_sku: whether products without SKU leave as well.
        existing: what stands in the shop, by whose handles, titles and tags products are known again.
        replaces_tags: whether the tags take the place of existing ones, instead of being added to them.
    """
    is_known, existing = existing is not None, existing or Existing()
    decided = _decided(products)
    num_rejected = 0 if products.empty else int((products["decision"] == REJECTED).sum())
    is_twice = decided["sku"].isin(existing.twice if layout == "shopify" else frozenset())
    twice = tuple(dict.fromkeys(map(str, decided["sku"][is_twice])))
    leaving = decided[~is_twice]
    has_sku = leaving["sku"] != ""
    kept, disputed = _one_each(leaving if with_missing_sku else leaving[has_sku], naming, layout, existing)
    rows, full = _rows(kept, naming, layout, existing, replaces_tags)
    return ShopExport(
        layout=layout,
        rows=rows,
        num_products=len(products),
        num_decided=len(decided) + num_rejected,
        num_rejected=num_rejected,
        without_sku=tuple(decided_without_sku(products)),
        disputed=disputed,
        twice=twice,
        handle_column=existing.handle_column,
        num_new=sum(row[0] not in existing.by_handle for row in rows) if is_known and layout == "shopify" else None,
        full=full,
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


def _one_each(
    decided: pd.DataFrame, naming: Naming, layout: str, existing: Existing
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """One photo a product of the shop, and the SKUs of products that were decided to be two categories."""
    rows = decided[["product", "sku", "title", "category"]].to_dict("records")
    table = decided.assign(
        shop_product=[_identity(row, layout, existing) for row in rows],
        shop_category=[naming.of(row["category"]).name for row in rows],
    )
    num_categories = table.groupby("shop_product")["shop_category"].transform("nunique")
    disputed = table["sku"][num_categories > 1]
    kept = table[(num_categories == 1) & ~table["shop_product"].duplicated()]
    return kept, tuple(dict.fromkeys(map(str, disputed)))


def _identity(row: Mapping[Hashable, Any], layout: str, existing: Existing) -> str:
    """What photos of one product share: in Shopify the handle of which the SKU is a variant."""
    if not row["sku"]:
        return f"photo {row['product']}"
    known = existing.by_sku.get(row["sku"]) if layout == "shopify" else None
    return f"handle {known.handle}" if known else f"sku {row['sku']}"


def _rows(
    kept: pd.DataFrame, naming: Naming, layout: str, existing: Existing, replaces_tags: bool
) -> tuple[tuple[tuple[str | float, ...], ...], tuple[str, ...]]:
    """The rows, and the handles of products that have no room for their tags."""
    records = kept.to_dict("records")
    if layout == "generic":
        return tuple(_generic(row, naming) for row in records), ()
    taken: set[str] = set()
    rows, full = [], []
    for row in records:
        product, product_type = _shopify(row, naming, existing, replaces_tags, taken)
        if len(product.tags) > MOST_TAGS:
            full.append(product.handle)
        else:
            rows.append((product.handle, product.title, product_type, ", ".join(product.tags)))
    return tuple(rows), tuple(full)


def _generic(row: Mapping[Hashable, Any], naming: Naming) -> tuple[str | float, ...]:
    date = row["decided_at"].date().isoformat()
    confidence = round(float(row["confidence"]), 6)
    return (row["sku"], naming.of(row["category"]).name, confidence, row["decided_by"], date)


def _shopify(
    row: Mapping[Hashable, Any], naming: Naming, existing: Existing, replaces_tags: bool, taken: set[str]
) -> tuple[Listed, str]:
    """The product as it will stand in the shop, and its type."""
    entry = naming.of(row["category"])
    title = row["title"] or row["sku"] or row["product"].rpartition("/")[2].rpartition(".")[0] or row["product"]
    wanted = handle(title)
    known = existing.find(row["sku"], row["title"], wanted)
    if known is None or known.handle in taken:
        known = Listed(handle=_new_handle(wanted, row, taken, existing), title="", tags=())
    taken.add(known.handle)
    before = () if replaces_tags else known.tags
    tags = tuple(_joined(before, entry.shop_tags))
    return Listed(handle=known.handle, title=known.title or title, tags=tags), entry.shop_type


def _new_handle(wanted: str, row: Mapping[Hashable, Any], taken: set[str], existing: Existing) -> str:
    """A handle that no other product has, else the shop takes both for one; the same product gets the same again."""
    content = "\0".join(str(row[name]) for name in ("product", "sku", "title"))
    digest = hashlib.sha256(content.encode()).hexdigest()[:12]
    endings = itertools.chain(("", handle(row["sku"]), digest), (f"{digest}-{number}" for number in itertools.count(2)))
    candidates = ("-".join(filter(None, (wanted, ending))) for ending in endings)
    return next(name for name in candidates if name and name not in taken and name not in existing.by_handle)


def _joined(before: Sequence[str], added: Sequence[str]) -> list[str]:
    """The tags that are there, then the new ones; tags that differ only in capitals are one."""
    found: dict[str, str] = {}
    for tag in (*before, *added):
        found.setdefault(tag.casefold(), tag[:LONGEST_TAG])
    return list(found.values())
