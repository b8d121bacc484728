"""The retailer's own photos on the command line: bring in, look at, check, choose, take away."""

from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from core import catalogue, commands, errors
from core.catalogue import kept
from core.catalogue.own import checks, deciding, example_photos, layouts, previewed, records
from core.commands import AsJson, console, files
from core.jobs import bringing_in
from core.retail import spreadsheet
from core.store import Store
from core.store.team import catalogue_in_use

group = typer.Typer(help="Own photos to learn from: add, list, check, update, use, remove.", no_args_is_help=True)
commands.app.add_typer(group, name="catalogue")

Name = Annotated[str, typer.Argument(help="What the catalogue is called.")]
_NUM_SHOWN = 24


@group.command()
def add(
    place: Annotated[
        Path | None,
        typer.Argument(help="Folder with photos, in folders named like categories or with a list; or a list."),
    ] = None,
    name: Annotated[str, typer.Option(help="What to call it: small letters, digits, hyphens.")] = "",
    sample: Annotated[
        bool, typer.Option("--sample", help="The 100 example photos that come with the program, and nothing else.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Take what was recognised without asking.")] = False,
    list_file: Annotated[str, typer.Option("--list", help="The CSV in the folder that names the categories.")] = "",
    column: Annotated[list[str] | None, typer.Option(help="What a column says, such as category=articleType.")] = None,
    rename: Annotated[
        list[str] | None, typer.Option(help="Another name, such as Tees=T-shirt; equal ones merge.")
    ] = None,
    leave_out: Annotated[list[str] | None, typer.Option(help="A category that is not brought in.")] = None,
    fetch: Annotated[
        bool, typer.Option("--fetch", help="Fetch photos whose list gives addresses (http, https).")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring photos in from a folder or a list; again for the same name, bring it up to date."""
    store = commands.store()
    choices = records.Choices(
        list_file=list_file, columns=_pairs(column, "--column"), renamed=_pairs(rename, "--rename"),
        left_out=tuple(leave_out or ()), fetch=fetch,
    )  # fmt: skip
    if sample:
        if place is not None or name or choices != records.Choices():
            raise errors.CatalogueError("--sample brings in the example photos as they are: say it alone.")
        _add_examples(store, as_json=as_json)
        return
    if place is None or not name:
        raise errors.CatalogueError("Name the folder with the photos, and the catalogue with --name; or say --sample.")
    bringing_in.check_free(store, name)
    layout = layouts.recognised(place, choices)
    if not as_json:
        _show(layout)
    if not yes:
        if as_json:
            raise errors.CatalogueError("With --json nobody is asked: say --yes as well.")
        typer.confirm("Bring these photos in?", abort=True)
    _bring_in(store, name, place, layout, choices, as_json=as_json)


def _add_examples(store: Store, *, as_json: bool) -> None:
    name = example_photos.NAME
    bringing_in.check_free(store, name, example_photos.folder_of(store.home))
    place, choices = example_photos.unpack(store.home), records.Choices()
    _bring_in(store, name, place, layouts.recognised(place, choices), choices, as_json=as_json)


@group.command()
def update(name: Name, as_json: AsJson = False) -> None:
    """Bring in what is new or changed in the folder that a catalogue came from."""
    store = commands.store()
    found = kept.find(store.home, name)
    choices = records.Choices.of_json(found.layout)
    place = Path(found.source)
    _bring_in(store, name, place, layouts.recognised(place, choices), choices, as_json=as_json)


@group.command(name="bring-in", hidden=True)
def bring_in(name: str) -> None:
    """Do what the page asked for; started by it."""
    bringing_in.work(commands.store(), name)


@group.command(name="list")
def list_catalogues(as_json: AsJson = False) -> None:
    """List the catalogues that there are; a star marks the one that trainings use."""
    store = commands.store()
    used = catalogue.named_by(None, store.settings) or catalogue.DEFAULT
    own = [kept.find(store.home, name) for name in kept.names(store.home)]
    if as_json:
        listed: list[dict[str, Any]] = [
            {"name": name, "own": False, "in_use": name == used} for name in catalogue.CATALOGUES
        ]
        listed += [{"name": found.name, "own": True, "in_use": found.name == used, "photos": found.num_photos,
                    "categories": list(found.class_names), "folder": found.source} for found in own]  # fmt: skip
        console.print_json({"catalogues": listed})
        return
    rows = [["*" if name == used else "", name, "", "", entry.title] for name, entry in catalogue.CATALOGUES.items()]
    rows += [["*" if found.name == used else "", found.name, f"{found.num_photos:,}", str(len(found.class_names)),
              found.source] for found in own]  # fmt: skip
    console.print_table("Catalogues", ["", "name", "photos", "categories", "where from"], rows)


@group.command()
def check(
    name: Name,
    csv: Annotated[Path | None, typer.Option(help="Write a line for each photo concerned to this file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say what is wrong with a catalogue before anything learns from it."""
    store = commands.store()
    table, decided = deciding.read(store.home, name)
    found, lines = checks.checks(table, decided)
    if csv is not None:
        files.write(_as_csv(lines), csv)
    if as_json:
        console.print_json({"checks": [commands.fields(each) for each in found]})
        return
    for each in found:
        console.print_line(f"{'!' if each.num else ' '} {each.sentence}")
    if csv is not None:
        console.print_line(f"Every photo concerned is in {csv}.")
    elif len(lines):
        console.print_line("Which photos these are: add --csv FILE.")


@group.command()
def use(
    name: Annotated[str, typer.Argument(help="The catalogue that trainings use from now on.")] = "",
    none: Annotated[bool, typer.Option("--none", help="Go back to the garments that come with the program.")] = False,
    as_json: AsJson = False,
) -> None:
    """Have trainings use a catalogue where none is named."""
    store = commands.store()
    if bool(name) == none:
        raise errors.CatalogueError("Name the catalogue to use, or say --none.")
    catalogue_in_use.choose(store, name or None, who=commands.who())
    if as_json:
        console.print_json({"in_use": name or None})
    else:
        console.print_line(f"Trainings use {name or 'the garments that come with the program'} from now on.")


@group.command()
def remove(name: Name, as_json: AsJson = False) -> None:
    """Take a catalogue away; versions that learned from it stay, and it waits in the trash for some days."""
    store = commands.store()
    catalogue_in_use.remove(store, name, who=commands.who())
    if as_json:
        console.print_json({"removed": name})
    else:
        console.print_line(f"{name} waits in the trash for {store.settings.trash_days} days. Its versions stay.")


def _pairs(given: list[str] | None, option: str) -> tuple[tuple[str, str], ...]:
    pairs = [text.partition("=") for text in given or ()]
    for left, sign, right in pairs:
        if not (left and sign and right):
            raise errors.CatalogueError(f"{option} takes two names with = between them, got {left + sign + right!r}.")
    return tuple((left.strip(), right.strip()) for left, _, right in pairs)


def _bring_in(
    store: Store, name: str, place: Path, layout: records.Layout, choices: records.Choices, *, as_json: bool
) -> None:
    with console.bar(is_shown=not as_json) as on_report:
        brought = bringing_in.bring_in(
            store, name, place, layout, choices, who=commands.who(),
            on_progress=lambda doing, share: on_report(doing, share, None),
        )  # fmt: skip
    table = kept.rows(store.home, kept.find(store.home, name))
    usable = table[table["problem"] == ""]
    if as_json:
        console.print_json({"catalogue": name, "photos": brought.num_photos, "new": brought.num_new,
                            "changed": brought.num_changed, "gone": brought.num_gone, "unusable": brought.num_unusable,
                            "categories": usable["category"].value_counts().to_dict()})  # fmt: skip
        return
    num_judge = int((usable["split"] == "test").sum())
    console.print_line(
        f"{name}: {brought.sentence} {num_judge:,} are kept back to judge. "
        f"Next: python -m core catalogue check {name}, then python -m core train --catalogue {name}"
    )


def _show(layout: records.Layout) -> None:
    """What was recognised: the layout, how many photos each category has, and some of them."""
    console.print_line(layout.kind)
    for what, column in layout.columns.items():
        console.print_line(f"  {what}: column {column!r}")
    if layout.num_repaired:
        console.print_line(
            f"  {layout.num_repaired:,} lines had separators without quotes in their last cell; repaired."
        )
    counts = layout.categories.most_common()
    console.print_table(
        f"{len(counts)} categories", ["category", "photos"], [[name, f"{num:,}"] for name, num in counts]
    )
    problems = [row for row in layout.rows if row.problem]
    if problems:
        console.print_line(f"{len(problems):,} cannot be used, such as {problems[0].photo!r}: {problems[0].problem}.")
    usable = [row for row in layout.rows if not row.problem]
    some = previewed.some_of_each(usable, _NUM_SHOWN)
    shown = [[row.photo, row.category, row.product, row.split] for row in some]
    console.print_table("Some of them", ["photo", "category", "product", "split"], shown)


def _as_csv(lines: pd.DataFrame) -> bytes:
    return spreadsheet.as_csv(checks.COLUMNS, lines.itertuples(index=False, name=None))
