"""The shop import, as sentences a merchandiser reads. Pure."""

import datetime
import re
from collections.abc import Sequence

from core.tagging import shop_export

LAYOUTS = {"shopify": "Shopify", "woocommerce": "WooCommerce", "generic": "Any other shop"}
"""Name on screen of each layout of `core.tagging.shop_export`."""
EXISTING_HELP = {
    "shopify": (
        "With the file that your shop exports, products are known again by their SKU, title or handle and keep their "
        "title, variants and tags: new tags are added. Without it every product with a SKU is taken for a new one. Do "
        "not open the file in a spreadsheet in between."
    ),
    "woocommerce": (
        "Export all columns and all types of products, with English column names. Products are known again by their "
        "SKU or title and keep their categories and tags: new ones are added. Without the file nobody knows which "
        "they have."
    ),
}
"""What the shop's own file is good for, by layout."""
MISSING_HELP = (
    "They are known again by their title only, and in a new product the handle is made of it. Better: give them a SKU "
    "in the list that comes with the photos."
)
WITHOUT_SKUS = "generic"
"""The layout that needs no SKU to tell products apart."""
NOT_EVERYBODY = "This file is for whoever decides about garments; the lists above are for everybody."
NO_SKU_AT_ALL = (
    "None of these products has a SKU, by which Shopify and WooCommerce tell products apart, so the list for any other "
    "shop is chosen: it names each by its photo. For those shops drop the photos with a list of SKUs."
)
NO_SKUS = (
    "SKUs are not in this file: your shop's file lacks columns of SKU or options, and a SKU without its options would "
    "delete variants. Export the products from the shop with all columns to have them."
)
_LONGEST_LIST = 5


def decided(num_decided: int, num_rejected: int, num_products: int) -> str:
    """How much of a batch can leave: "31 of 46 products decided, 4 of them rejected; the other 27 can be exported."."""
    noun = "product" if num_products == 1 else "products"
    start = f"{num_decided:,} of {num_products:,} {noun} decided"
    if not num_rejected:
        return f"{start}; only these can be exported."
    num_left = num_decided - num_rejected
    rest = f"the other {num_left:,}" if num_left else "none"
    return f"{start}, {num_rejected:,} of them rejected; {rest} can be exported."


def nothing(num_decided: int, num_rejected: int, num_products: int) -> str:
    """Why there is no file."""
    if not num_decided:
        return f"{num_decided} of {num_products:,} decided."
    if num_decided == num_rejected:
        return "All that is decided was rejected."
    return (
        "None of the decided products can leave: they have no SKU, or are named above with another reason. "
        "Drop the photos with a list of SKUs, or take the layout for any other shop."
    )


def without_sku(num: int, *, stay: bool = True) -> str:
    """How many decided products have no SKU, and whether they stay for that unless they are asked for."""
    if num == 1:
        return f"1 decided product has no SKU{' and stays' * stay}"
    return f"{num:,} decided products have no SKU{' and stay' * stay}"


def disputed(skus: Sequence[str]) -> str:
    """Which products were decided to be two things at once."""
    return (
        f"Photos of one product were decided to be different categories, so it stays: {_first(skus)}. Decide them "
        "alike."
    )


def twice(skus: Sequence[str]) -> str:
    """Which SKUs several products of the shop have."""
    return (
        f"Several products of the shop have the same SKU, so theirs stay: {_first(skus)}. Give each product its own "
        "SKU in the shop and export its products again."
    )


def unnamed(names: Sequence[str]) -> str:
    """Which new products cannot be told from others."""
    return (
        f"Title and SKU do not say which product these are, or two would be one in the shop, so they stay: "
        f"{_first(names)}. Give each a SKU of its own, and a title, in the list that comes with the photos."
    )


def unsafe(names: Sequence[str]) -> str:
    """Which products of the shop an import would change in another way than it is meant to."""
    return (
        "An import would change more of these products than it is meant to, so they stay: "
        f"{_first(names)}. A title, tag, SKU or option begins with =, +, - or @, or options do not tell variants "
        "apart. Change that in the shop, or tag them there by hand."
    )


def full(handles: Sequence[str]) -> str:
    """Which products have no room for another tag."""
    return (
        f"The shop takes at most {shop_export.MOST_TAGS} tags of a product, and these would have more, so they stay: "
        f"{_first(handles)}. Take tags off them in the shop, or replace their tags."
    )


def _first(names: Sequence[str]) -> str:
    more = len(names) - _LONGEST_LIST
    return ", ".join(names[:_LONGEST_LIST]) + (f" and {more:,} more" if more > 0 else "")


def previewed(num_shown: int, num_rows: int) -> str:
    """How much of the file is on screen."""
    return "The only row:" if num_rows == 1 else f"The first {num_shown} of {num_rows:,} rows:"


def download(num_rows: int, part: int | None = None) -> str:
    """The label of the button; of two files `part` is 0 for what the shop has already, 1 for what is new."""
    if part is not None:
        return f"{('Already in the shop', 'New in the shop')[part]} ({num_rows:,} {'row' if num_rows == 1 else 'rows'})"
    return "Shop import" if not num_rows else f"Shop import ({num_rows:,} {'row' if num_rows == 1 else 'rows'})"


def existing(num_products: int, num_skus: int) -> str:
    """What the shop's own file holds."""
    products = f"{num_products:,} product{'' if num_products == 1 else 's'}"
    skus = f"{num_skus:,} SKU{'' if num_skus == 1 else 's'}"
    return f"{products} with {skus} {'is' if num_products == 1 else 'are'} in the shop."


def new_in_shop(num_new: int, num_all: int) -> str:
    """How many of the products that leave the shop does not have, said before the button."""
    if not num_new:
        return f"All {num_all:,} are in the shop already." if num_all > 1 else "It is in the shop already."
    verb, them, they, their = ("is", "it", "it", "its") if num_new == 1 else ("are", "them", "they", "their")
    return (
        f":material/fiber_new: **{num_new:,} of {num_all:,} {verb} new in the shop**: neither SKU, title nor handle is "
        f"known there, so the import creates {them}. If {they} should be known, compare {their} SKU and title with the "
        "shop's."
    )


def how_to_import(layout: str, num_new: int | None, num_all: int) -> str:
    """What to choose in the shop when the file is imported; empty where nothing has to be."""
    if layout == "shopify":
        return (
            "Have Shopify overwrite products with the same handle. What has no column in the file stays in the shop as "
            "it is."
        )
    if layout != "woocommerce":
        return ""
    if num_new is None:
        return (
            "In WooCommerce leave *Update existing products* off: products that are there already are then skipped, as "
            "their categories and tags would be lost."
        )
    update = "In WooCommerce choose *Update existing products*"
    create = "leave *Update existing products* off"
    if 0 < num_new < num_all:
        return f"{update} for the first file, and {create} for the second, which holds what is new."
    return f"In WooCommerce {create}: all of it is new." if num_new else f"{update}: all of it is there already."


def existing_file(layout: str) -> str:
    """What the shop's own file is asked for as."""
    return f"Products as {LAYOUTS[layout]} exports them: CSV or a workbook of Excel"


def too_large(num_bytes: int, most: int) -> str:
    """Why a file is not read."""
    return f"The file has {num_bytes / 1e6:,.1f} MB; {most / 1e6:,.0f} are possible. Export fewer columns."


def file_name(layout: str, name: str, day: datetime.date, part: int | None = None) -> str:
    """The name of the file: "shop-import_shopify_new-arrivals_2026-11-25.csv"; `part` as of `download`."""
    batch = re.sub(r"\W+", "-", name)[:60].strip("-")
    which = "" if part is None else ("update", "new")[part]
    return "_".join(filter(None, ("shop-import", layout, batch, which, day.isoformat()))) + ".csv"
