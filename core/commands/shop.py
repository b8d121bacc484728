"""The file that leaves for the shop, on the command line: the decided products of a batch in the layout of a shop."""

from pathlib import Path
from typing import Annotated

import typer

from core import commands, errors
from core.commands import AsJson, app, console, files
from core.retail.shop_products import Existing
from core.store.batches import batches, releases
from core.store.runs import runs
from core.store.team import names
from core.tagging import products, shop_export
from core.tagging.shop_export import ShopExport

LARGEST_FILE = 50 * 1024**2
"""Bytes that a file of the shop's products may have."""
_STAYING = {
    "disputed": "their photos were decided to be different categories",
    "twice": "several products of the shop have that SKU",
    "unnamed": "title and SKU do not say which product it is, or two would be one in the shop",
    "unsafe": "an import would change more of it than is meant",
    "full": f"the shop takes at most {shop_export.MOST_TAGS} tags",
}
_MOST_NAMED = 5


@app.command()
def export(
    batch: Annotated[int, typer.Argument(help="Number of the batch.")],
    file: Annotated[Path | None, typer.Argument(help="File to write; without it the CSV goes to stdout.")] = None,
    layout: Annotated[str, typer.Option(help="shopify, woocommerce or generic.")] = "shopify",
    shop: Annotated[
        Path | None, typer.Option(help="The products as the shop exports them, by which they are known again.")
    ] = None,
    replace_tags: Annotated[
        bool, typer.Option("--replace-tags", help="Replace the shop's tags instead of adding to them.")
    ] = False,
    with_missing_sku: Annotated[
        bool, typer.Option("--with-missing-sku", help="Take products without SKU along.")
    ] = False,
    only_new: Annotated[
        bool, typer.Option("--only-new", help="WooCommerce: what is new, which goes into a file of its own.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write the decided products of a batch as a file that a shop imports."""
    if layout not in shop_export.LAYOUTS:
        raise errors.ExportRefused(f"--layout is one of {', '.join(shop_export.LAYOUTS)}, got {layout!r}.")
    store = commands.store()
    found_batch = batches.find(store, batch)
    found = shop_export.exported(
        products.of_shop(products.table(store, found_batch)),
        names.current(store, runs.find(store, found_batch.run_id).class_names),
        layout=layout,
        with_missing_sku=with_missing_sku,
        existing=_existing(shop, layout),
        replaces_tags=replace_tags,
    )
    part = found.parts[-1 if only_new else 0]
    _write(found, part, file, as_json=as_json)
    name = f"{layout} on the command line" if file is None else file.name
    releases.note_export(store, batch, file=name, num_products=len(part.rows), who=commands.who())


def _existing(file: Path | None, layout: str) -> Existing | None:
    if file is None:
        return None
    if layout not in shop_export.READERS:
        raise errors.ExportRefused(f"--shop has no meaning for --layout {layout}. Leave it out.")
    return read_products(file, layout)


def read_products(file: Path, layout: str) -> Existing:
    """The products that stand in a shop, from the file that it exports; `layout` is a key of `shop_export.READERS`.

    Raises:
        errors.ExportRefused: it cannot be read, is too large, or no such file.
    """
    content = files.read(file, errors.ExportRefused, most=LARGEST_FILE, otherwise="Export fewer columns.")
    return shop_export.READERS[layout](content)


def _write(found: ShopExport, part: ShopExport, file: Path | None, *, as_json: bool) -> None:
    staying = {name: getattr(found, name) for name in _STAYING if getattr(found, name)}
    if not part.rows:
        why = "".join(f" {_sentence(name, some)}" for name, some in staying.items())
        raise errors.ExportRefused(
            f"No product can leave: {found.num_decided:,} of {found.num_products:,} are decided, "
            f"{found.num_rejected:,} of them rejected.{why}"
        )
    content = {"num_rows": len(part.rows), "num_new": part.num_new, **{name: list(staying.get(name, ()))
               for name in _STAYING}}  # fmt: skip
    if file is None and as_json:
        console.print_json({**content, "csv": part.as_csv().decode("utf-8-sig")})
        return
    files.write(part.as_csv(), file)
    if as_json:
        console.print_json({**content, "file": str(file)})
    elif file is not None:
        _tell(found, part, file, staying)


def _tell(found: ShopExport, part: ShopExport, file: Path, staying: dict[str, tuple[str, ...]]) -> None:
    new = "" if part.num_new is None else f", {part.num_new:,} of them new in the shop"
    console.print_line(f"Products in {file}: {len(part.rows):,}{new}.")
    if len(found.parts) > 1:
        num_others = len(found.rows) - len(part.rows)
        console.print_line(
            f"Products in a file of their own, as WooCommerce either updates or creates: {num_others:,}. Next: the "
            f"same command {'without' if part.num_new else 'with'} --only-new and another file."
        )
    for name, some in staying.items():
        console.print_line(_sentence(name, some))


def _sentence(name: str, some: tuple[str, ...]) -> str:
    more = f" and {len(some) - _MOST_NAMED:,} more" if len(some) > _MOST_NAMED else ""
    return f"Stays, as {_STAYING[name]}: {', '.join(some[:_MOST_NAMED])}{more}."
