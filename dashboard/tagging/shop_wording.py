"""The shop import, as sentences a merchandiser reads. Pure."""

import datetime
import re
from collections.abc import Sequence

from core.tagging import shop_export

LAYOUTS = {"shopify": "Shopify", "generic": "Any other shop"}
"""Name on screen of each layout of `core.tagging.shop_export`."""
EXISTING_HELP = (
    "With the file that your shop exports, products are known again by their SKU, keep their title and their tags: new "
    "ones are added. Without it, a product that is in the shop already loses the tags that are not in this file."
)
MISSING_HELP = (
    "They are known again by their title only. Better: give them a SKU in the list that comes with the photos."
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
    return "None of the decided products can leave; see above."


def without_sku(num: int) -> str:
    """How many decided products have no SKU."""
    return "1 decided product has no SKU and stays" if num == 1 else f"{num:,} decided products have no SKU and stay"


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


def download(num_rows: int) -> str:
    """The label of the button."""
    return "Shop import" if not num_rows else f"Shop import ({num_rows:,} {'row' if num_rows == 1 else 'rows'})"


def existing(num_products: int, num_skus: int) -> str:
    """What the shop's own file holds."""
    return f"{num_products:,} products with {num_skus:,} SKUs are in the shop."


def new_in_shop(num_new: int, num_all: int) -> str:
    """How many of the products that leave the shop does not have, said before the button."""
    if not num_new:
        return f"All {num_all:,} are in the shop already." if num_all > 1 else "It is in the shop already."
    verb = "is" if num_new == 1 else "are"
    return (
        f":material/fiber_new: **{num_new:,} of {num_all:,} {verb} new in the shop**: neither SKU, title nor handle is "
        "known there, so the import creates them. If they should be known, compare their SKU and title with the shop's."
    )


def too_large(num_bytes: int, most: int) -> str:
    """Why a file is not read."""
    return f"The file has {num_bytes / 1e6:,.1f} MB; {most / 1e6:,.0f} are possible. Export fewer columns."


def file_name(layout: str, name: str, day: datetime.date) -> str:
    """The name of the file: "shop-import_shopify_new-arrivals_2026-11-25.csv"."""
    batch = re.sub(r"\W+", "-", name)[:60].strip("-")
    return "_".join(filter(None, ("shop-import", layout, batch, day.isoformat()))) + ".csv"
