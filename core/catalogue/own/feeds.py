"""Product feeds as XML (RSS 2.0 or Atom with Google's names), read one product after the other by defusedxml.

`python -m core.catalogue.own.feeds FILE` is the limited process in which that happens: feeds come from anywhere.
"""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from core import errors, limited_process
from core.retail.tables import Row, Table

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

ENDINGS = (".xml",)
COLUMNS = ("id", "title", "item_group_id", "product_type", "google_product_category", "image_link",
           "additional_image_link")  # fmt: skip
"""What is read of a product. Of several picture addresses all count, of anything else the first one."""
_PRODUCTS = ("item", "entry")


def read(path: Path) -> Table:
    """The products of a feed, every cell as text.

    Raises:
        ValueError: it cannot be read within the limits; one sentence says so.
    """
    (_, header), *rows = limited_process.rows(__name__, path)
    return Table(header=header, rows=tuple(Row(number=number, cells=cells) for number, cells in rows))


def lines(path: str) -> Iterator[list[str]]:
    """The header, then the cells of each product of a feed.

    Raises:
        errors.CatalogueError: it is no XML, forbidden parts stand in it, or it holds no product.
    """
    import defusedxml
    from defusedxml import ElementTree

    yield list(COLUMNS)
    num = 0
    try:
        with Path(path).open("rb") as file:
            for product in _products(file, ElementTree.iterparse):
                num += 1
                yield product
    except (ElementTree.ParseError, defusedxml.DefusedXmlException, OSError, LookupError) as error:
        raise errors.CatalogueError(f"it is no feed that may be read: {error}") from None
    if not num:
        raise errors.CatalogueError("it holds no product (item or entry). Export the feed again, as RSS or Atom")


def _products(file: IO[bytes], parse: Callable[..., Any]) -> Iterator[list[str]]:
    """One after the other, so that a feed of any length takes little memory."""
    root: Element | None = None
    for event, element in parse(file, events=("start", "end"), forbid_dtd=True):
        if event == "start":
            root = element if root is None else root
        elif _name(element) in _PRODUCTS:
            yield _cells(element)
            element.clear()
            if root is not None and root is not element:
                _forget(root)


def _forget(root: "Element") -> None:
    """Drops products that were read: they stand below the root of Atom, or below the channel of RSS."""
    for holder in (root, *root.findall("channel")):
        for child in [child for child in holder if _name(child) in _PRODUCTS and not len(child)]:
            holder.remove(child)


def _cells(product: "Element") -> list[str]:
    found: dict[str, list[str]] = {}
    for child in product:
        if _name(child) in COLUMNS and (text := " ".join("".join(child.itertext()).split())):
            found.setdefault(_name(child), []).append(text)
    return [
        ",".join(found.get(name, ())) if name == "additional_image_link" else next(iter(found.get(name, ())), "")
        for name in COLUMNS
    ]


def _name(element: "Element") -> str:
    """Without its namespace: shops write g:id, id of Google's namespace, and plain id."""
    return str(element.tag).rpartition("}")[2].lower()


if __name__ == "__main__":
    sys.exit(limited_process.write_rows(map(json.dumps, lines(sys.argv[1]))))
