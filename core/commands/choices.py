"""What the team calls the categories and what mistakes cost, on the command line: show, take out as CSV, bring in."""

from pathlib import Path
from typing import Annotated, Any

import typer

from core import commands, errors
from core.commands import AsJson, console, files
from core.quality import cost
from core.retail import cost_grid, naming
from core.retail import taxonomy as taxonomies
from core.retail.naming import Naming
from core.retail.taxonomy import Release
from core.store import Store
from core.store.base import choices
from core.store.runs import runs
from core.store.team import costs, names
from core.store.team.costs import Costs

LARGEST_FILE = 1_000_000
"""Bytes that a file may have."""
_OF_ENTRY = naming.COLUMNS[1:]

names_group = typer.Typer(help="What the categories are called: show, import, export, reset.", no_args_is_help=True)
costs_group = typer.Typer(help="What mistakes cost: show, import, export, reset.", no_args_is_help=True)
commands.app.add_typer(names_group, name="names")
commands.app.add_typer(costs_group, name="costs")

OfVersion = Annotated[str, typer.Option("--version", help="Whose categories: run id, version number, or live.")]
Target = Annotated[Path | None, typer.Argument(help="File to write; without it the CSV goes to stdout.")]
Source = Annotated[Path, typer.Argument(help="CSV as `export` writes it; - for stdin.")]


@names_group.command(name="show")
def show_names(version: OfVersion = "live", as_json: AsJson = False) -> None:
    """Show what the team calls the categories, and which of them are one."""
    store, held = _names(version)
    if as_json:
        entries = [{"category": entry.class_name, **commands.fields(entry, _OF_ENTRY)} for entry in held.entries]
        console.print_json({"names": entries, **_chosen(store, names.name_of(held.class_names))})
        return
    rows = [[entry.class_name, *commands.fields(entry, _OF_ENTRY).values()] for entry in held.entries]
    console.print_table("Names", list(naming.COLUMNS), rows)
    for name, group in held.merged.items():
        console.print_line(f"{' and '.join(group)} are one in the shop: {name}.")


@names_group.command(name="export")
def export_names(file: Target = None, version: OfVersion = "live", as_json: AsJson = False) -> None:
    """Write the names as CSV, safe for a spreadsheet."""
    _, held = _names(version)
    _write(naming.to_csv(held), file, as_json=as_json)


@names_group.command(name="import")
def import_names(
    file: Source,
    merge: Annotated[bool, typer.Option("--merge", help="Equal names make one category of several.")] = False,
    taxonomy: Annotated[
        Path | None,
        typer.Option(help="categories.txt of a release of Shopify's categories, to check new ones."),
    ] = None,
    google: Annotated[
        Path | None, typer.Option(help="The same release's file that maps them to Google's; with --taxonomy.")
    ] = None,
    version: OfVersion = "live",
    as_json: AsJson = False,
) -> None:
    """Take the names of a CSV for everybody, all or none."""
    store, held = _names(version)
    release = _release(taxonomy, google)
    wanted = naming.from_csv(_read(file, errors.NamesRefused), held.class_names, held=held, release=release)
    _tell_names(held, _saved(store, wanted, held, is_merge=merge), as_json=as_json)


@names_group.command(name="reset")
def reset_names(version: OfVersion = "live", as_json: AsJson = False) -> None:
    """Go back to the model's own names, for everybody."""
    store, held = _names(version)
    _tell_names(held, _saved(store, names.defaults(store, held.class_names), held, is_merge=False), as_json=as_json)


@costs_group.command(name="show")
def show_costs(version: OfVersion = "live", as_json: AsJson = False) -> None:
    """Show what it costs when one category is tagged as another."""
    store, named = _names(version)
    held = costs.current(store, named)
    words = [[cost.LEVELS[level] for level in row] for row in held.levels.tolist()]
    if as_json:
        grid = {
            real: {tagged: word for tagged, word in zip(named.class_names, row, strict=True) if tagged != real}
            for real, row in zip(named.class_names, words, strict=True)
        }
        content = {"costs": grid, "is_chosen": held.is_chosen}
        console.print_json({**content, **_chosen(store, costs.name_of(named.class_names))})
        return
    rows = [
        [real, *("" if tagged == real else word for tagged, word in zip(named.class_names, row, strict=True))]
        for real, row in zip(named.class_names, words, strict=True)
    ]
    title = "What mistakes cost" if held.is_chosen else "What mistakes cost, by departments"
    console.print_table(title, ["really, tagged as", *named.class_names], rows)


@costs_group.command(name="export")
def export_costs(file: Target = None, version: OfVersion = "live", as_json: AsJson = False) -> None:
    """Write what mistakes cost as CSV, a row each real category, safe for a spreadsheet."""
    store, named = _names(version)
    _write(cost_grid.to_csv(costs.current(store, named).levels, named.class_names), file, as_json=as_json)


@costs_group.command(name="import")
def import_costs(file: Source, version: OfVersion = "live", as_json: AsJson = False) -> None:
    """Take what mistakes cost from a CSV for everybody, all or none."""
    store, named = _names(version)
    levels = cost_grid.from_csv(_read(file, errors.CostsRefused), named.class_names)
    held = costs.current(store, named)
    after = costs.save(store, named, levels, who=commands.who(), expected=held.number)
    _tell_costs(held, after, as_json=as_json)


@costs_group.command(name="reset")
def reset_costs(version: OfVersion = "live", as_json: AsJson = False) -> None:
    """Have the departments say again what mistakes cost, for everybody."""
    store, named = _names(version)
    held = costs.current(store, named)
    after = costs.save(store, named, None, who=commands.who(), expected=held.number)
    _tell_costs(held, after, as_json=as_json)


def _release(categories: Path | None, mapping: Path | None) -> Release | None:
    if categories is None:
        if mapping is not None:
            raise errors.NamesRefused("--google needs --taxonomy: the file categories.txt of the same release.")
        return None
    most = taxonomies.LARGEST_FILE
    content = None if mapping is None else _read(mapping, errors.NamesRefused, most=most)
    return taxonomies.release(_read(categories, errors.NamesRefused, most=most), content)


def _names(version: str) -> tuple[Store, Naming]:
    store = commands.store()
    return store, names.current(store, runs.find(store, version).class_names)


def _saved(store: Store, wanted: Naming, held: Naming, *, is_merge: bool) -> Naming:
    merges = naming.new_merges(wanted, held) if is_merge else {}
    try:
        return names.save(store, wanted, who=commands.who(), merges=merges, expected=held.number)
    except errors.MergeUnconfirmed as error:
        raise errors.NamesRefused(f"{error} `--merge` confirms it.") from None


def _chosen(store: Store, name: str) -> dict[str, Any]:
    """Who chose it last, and when; null where nobody has."""
    last = choices.last(store, name)
    return {"chosen_by": last and last.who, "chosen_at": last and last.chosen_at}


def _tell_names(before: Naming, after: Naming, *, as_json: bool) -> None:
    pairs = zip(before.entries, after.entries, strict=True)
    _tell(sum(old != new for old, new in pairs), "categories", as_json=as_json)


def _tell_costs(before: Costs, after: Costs, *, as_json: bool) -> None:
    _tell(int((before.levels != after.levels).sum()), "kinds of mistakes", as_json=as_json)


def _tell(num_changed: int, what: str, *, as_json: bool) -> None:
    if as_json:
        console.print_json({"num_changed": num_changed})
        return
    console.print_line(f"Changed for everybody: {num_changed:,} {what}." if num_changed else "Nothing differs.")


def _read(file: Path, refused: type[errors.GarmentsError], *, most: int = LARGEST_FILE) -> bytes:
    return files.read(file, refused, most=most, otherwise="Name a file as `export` writes it.")


def _write(content: bytes, file: Path | None, *, as_json: bool) -> None:
    if file is None and as_json:
        console.print_json({"csv": content.decode("utf-8-sig")})
        return
    files.write(content, file)
    if as_json:
        console.print_json({"file": str(file)})
    elif file is not None:
        console.print_line(f"They are in {file}.")
