"""The products that stand in a WooCommerce shop today, from the file that it exports with English column names. Pure.

After its product CSV (https://woocommerce.com/document/product-csv-importer-exporter/) and the code that reads and
writes it (`includes/import/class-wc-product-csv-importer.php`, `includes/export/abstract-wc-csv-exporter.php`): a
product is known by its ID or SKU; a variation is a row of its own that names its parent and has neither categories nor
tags; several values of a cell stand between commas, and a comma in one of them behind a backslash.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from core import errors
from core.retail import shop_products, tables
from core.retail.shop_products import Existing, Listed

NAMED = {
    "handle": "ID", "type": "Type", "sku": "SKU", "title": "Name", "parent": "Parent", "categories": "Categories",
    "tags": "Tags",
}  # fmt: skip
"""What is read of the file -> what its column is called."""


def existing_products(content: bytes) -> Existing:
    """The products of a file that WooCommerce exported; a variation's SKU leads to the product that it belongs to.

    Raises:
        errors.ExportRefused: it is no such file; the message names the header or the line.
    """
    table = shop_products.opened(content, list(NAMED.values()))
    if missing := [name for name in NAMED.values() if name not in table.header]:
        raise errors.ExportRefused(
            "The header must name ID, Type, SKU, Name, Parent, Categories and Tags, as in the file that WooCommerce "
            f"exports with all columns in English; missing: {', '.join(missing)}. "
            f"Got {','.join(table.header)[:200]!r}. Set your own language to English in your profile of the shop and "
            "export once more."
        )
    rows = shop_products.rows_of(table, NAMED)
    for line, row in zip(table.rows, rows, strict=True):
        if not re.fullmatch(r"[0-9]+", row["handle"]):
            raise errors.ExportRefused(
                f"Line {line.number} of the shop's file has no number as its ID, but {row['handle'][:40]!r}. Export it "
                "from the shop once more."
            )
    products = [_listed(row) for row in rows if not _is_variation(row)]
    ids = {f"id:{found.handle}": found.handle for found in products}
    parents = {found.sku: found.handle for found in products if found.sku} | ids
    skus = [(found.sku, found.handle) for found in products if found.sku]
    skus += _of_variations(table.rows, rows, parents)
    with_skus = {handle for _, handle in skus}
    known = [replace(found, has_skus=found.handle in with_skus) for found in products]
    return shop_products.together(known, skus, NAMED)


def _of_variations(
    lines: Sequence[tables.Row], rows: Sequence[Mapping[str, str]], parents: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """The SKU of each variation and the ID of its product."""
    for line, row in zip(lines, rows, strict=True):
        if not (_is_variation(row) and row["sku"]):
            continue
        if row["parent"] not in parents:
            raise errors.ExportRefused(
                f"Line {line.number} of the shop's file is a variation of {row['parent'][:80]!r}, which is not in it. "
                "Export all types of products once more."
            )
        yield row["sku"], parents[row["parent"]]


def _is_variation(row: Mapping[str, str]) -> bool:
    return "variation" in values(row["type"])


def _listed(row: Mapping[str, str]) -> Listed:
    return Listed(
        handle=row["handle"],
        title=row["title"],
        tags=values(row["tags"]),
        sku=row["sku"],
        categories=values(row["categories"]),
    )


def values(cell: str) -> tuple[str, ...]:
    r"""The values of a cell: "a, b\, c" holds "a" and "b, c"."""
    parts = (part.replace("\\,", ",").strip() for part in re.split(r"(?<!\\),", cell))
    return tuple(filter(None, parts))


def cell(some: Iterable[str]) -> str:
    """The values as one cell, as `values` reads it."""
    return ", ".join(value.replace(",", "\\,") for value in some)
