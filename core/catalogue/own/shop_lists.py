"""Lists as shop systems export them: one photo a line is made of rows that share a product, or hold several photos.

Names of columns from the help pages of Shopify (product CSV, the names of before and after 2025), WooCommerce (product
CSV export schema), Adobe Commerce (Magento; product attributes of CSV files) and Google Merchant Center (product data
specification). Pure.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Line = tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ShopList:
    """What a system calls what; columns are compared without regard to capitals, and to - and _ for blanks."""

    title: str
    """For people."""
    known_by: frozenset[str]
    """Columns that only its lists have together."""
    photos: tuple[str, ...]
    """Columns that name photos, the first one first."""
    separator: str = ""
    """Between several photos in a cell; empty where there is one."""
    category: tuple[str, ...]
    """Columns that may name the category: the first one that says anything of a product does."""
    steps: str = ">"
    """Between a category and those above it: the last one is meant."""
    has_several_categories: bool = False
    """Whether commas, without a backslash before them, stand between several categories of a product."""
    product: tuple[str, ...]
    """Columns whose first one that is filled says which lines belong to one product."""
    parent: str = ""
    """Column that names the product, as `product` does, of which a line is a variant."""

    def matches(self, header: Sequence[str]) -> bool:
        """Whether a list with that header is one."""
        return self.known_by <= {plain(name) for name in header}


SHOP_LISTS = {
    "shopify": ShopList(
        title="A product export of Shopify",
        known_by=frozenset({"handle", "variant sku", "image src"}),
        photos=("image src", "variant image"),
        category=("type", "custom product type", "product category", "standard product type"),
        product=("handle",),
    ),
    "shopify-2025": ShopList(
        title="A product export of Shopify",
        known_by=frozenset({"url handle", "product image url"}),
        photos=("product image url", "variant image url"),
        category=("type", "product category"),
        product=("url handle",),
    ),
    "woocommerce": ShopList(
        title="A product export of WooCommerce",
        known_by=frozenset({"type", "sku", "categories", "images", "parent"}),
        photos=("images",),
        separator=",",
        category=("categories",),
        has_several_categories=True,
        product=("sku", "id"),
        parent="parent",
    ),
    "magento": ShopList(
        title="A product export of Magento (Adobe Commerce)",
        known_by=frozenset({"sku", "attribute set code", "product type", "categories", "base image"}),
        photos=("base image", "additional images"),
        separator=",",
        category=("categories",),
        steps="/",
        has_several_categories=True,
        product=("sku",),
    ),
    "google": ShopList(
        title="A product feed as Google takes it",
        known_by=frozenset({"id", "image link", "product type"}),
        photos=("image link", "additional image link"),
        separator=",",
        category=("product type", "google product category"),
        product=("item group id", "id"),
    ),
    "google-taxonomy": ShopList(
        title="A product feed as Google takes it",
        known_by=frozenset({"id", "image link", "google product category"}),
        photos=("image link", "additional image link"),
        separator=",",
        category=("google product category",),
        product=("item group id", "id"),
    ),
}
"""Name -> what is known of it; the first one that matches a header is meant."""

_ROOT = "Default Category"
"""What Magento calls the category above all others."""
PHOTO, CATEGORY, PRODUCT = "Photo of the product", "Category of the product", "Product"
"""Columns that `unfolded` puts before those of the list."""


def plain(name: str) -> str:
    """The name of a column without capitals, and with blanks for - and _."""
    return re.sub(r"[\s_-]+", " ", name.strip().casefold()).removeprefix("g:")


def find(header: Sequence[str]) -> ShopList | None:
    """Whose list has that header; None where it is nobody's that is known."""
    return next((shop for shop in SHOP_LISTS.values() if shop.matches(header)), None)


def unfolded(shop: ShopList, header: Sequence[str], lines: Sequence[Line]) -> tuple[Line, list[Line]]:
    """The list with one line a photo, and three columns more at its front: photo, category and product.

    Rows of one product may come in any order, and what only one of them says holds for all of them. A photo that
    several lines of a product name stands once.
    """
    places = {plain(name): place for place, name in reversed(list(enumerate(header)))}
    columns = [[_cell(line, places.get(name)) for name in shop.photos] for line in lines]
    products = _products(shop, places, lines)
    categories = _categories(shop, places, lines, products)
    found: list[Line] = []
    seen: set[tuple[str, str]] = set()
    for line, cells, product in zip(lines, columns, products, strict=True):
        for photo in _split(cells, shop.separator):
            if (product, photo) not in seen:
                seen.add((product, photo))
                found.append((photo, categories.get(product, ""), product, *line))
    return (PHOTO, CATEGORY, PRODUCT, *header), found


def last_step(category: str, shop: ShopList) -> str:
    """The innermost of a chain of categories; of several chains that of the deepest one."""
    return next(iter(_chain(category, shop)[-1:]), "")


def parents(shop: ShopList, header: Sequence[str], lines: Sequence[Line]) -> Iterator[tuple[str, str]]:
    """Each category with the one above it, of every line that names both, by the first column that says a category."""
    places = {plain(name): place for place, name in reversed(list(enumerate(header)))}
    for line in lines:
        said = next((cell for name in shop.category if (cell := _cell(line, places.get(name)))), "")
        if len(chain := _chain(said, shop)) > 1 and chain[-2] != _ROOT:
            yield chain[-1], chain[-2]


def _chain(category: str, shop: ShopList) -> list[str]:
    said = re.split(r"(?<!\\),", category) if shop.has_several_categories else [category]
    chains = [[step.strip() for step in chain.replace("\\,", ",").split(shop.steps) if step.strip()] for chain in said]
    return max(chains, key=len)


def _products(shop: ShopList, places: dict[str, int], lines: Sequence[Line]) -> list[str]:
    own = [next((cell for name in shop.product if (cell := _cell(line, places.get(name)))), "") for line in lines]
    if not shop.parent:
        return own
    by_number = {f"id:{_cell(line, places.get('id'))}": product for line, product in zip(lines, own, strict=True)}
    parents = [_cell(line, places.get(shop.parent)) for line in lines]
    return [by_number.get(parent, parent) or product for parent, product in zip(parents, own, strict=True)]


def _categories(
    shop: ShopList, places: dict[str, int], lines: Sequence[Line], products: Sequence[str]
) -> dict[str, str]:
    """Product -> its category, by the first column that says one, in whichever of its lines."""
    found: dict[str, str] = {}
    for name in shop.category:
        for line, product in zip(lines, products, strict=True):
            if product not in found and (said := last_step(_cell(line, places.get(name)), shop)):
                found[product] = said
    return found


def _cell(line: Line, place: int | None) -> str:
    return line[place].strip() if place is not None and place < len(line) else ""


def _split(cells: Sequence[str], separator: str) -> list[str]:
    """The photos of a row; an address may hold a comma that separates nothing."""
    found = []
    for cell in cells:
        at = rf"{re.escape(separator)}\s*(?=https?://)" if "://" in cell else re.escape(separator)
        parts = re.split(at, cell) if separator else [cell]
        found += [part.strip() for part in parts if part.strip()]
    return found
