"""Tags from elsewhere on the command line: bring them in, look at their pictures, give them back with what was said."""

import math
import sys
from pathlib import Path
from typing import Annotated

import typer

from core import commands, errors
from core.commands import AsJson, Version, app, console, files
from core.elsewhere import describing, reading, requests, same_garments
from core.store import Store
from core.store.runs import runs

_SHOWN = 5


@app.command(name="import-predictions")
def import_predictions(
    file: Annotated[Path, typer.Argument(help="CSV, workbook, parquet or JSON lines: a row for each picture.")],
    pictures: Annotated[
        str, typer.Option(help="Where the pictures are: a folder, or the name of a catalogue that is here.")
    ],
    name: Annotated[str, typer.Option(help="What to call the system: small letters, digits, hyphens.")],
    column: Annotated[list[str] | None, typer.Option(help="What a column says, such as predicted=top1.")] = None,
    draw: Annotated[int, typer.Option(help="Have people judge so many, drawn at random: for tags without labels.")] = 0,
    yes: Annotated[bool, typer.Option("--yes", help="Take what was recognised without asking.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring in the tags that another system gave, as a version that can be judged, compared and decided about."""
    store = commands.store()
    chosen = dict(catalogue_pair(each) for each in column or ())
    with console.bar(is_shown=not as_json) as report:
        found = reading.read(store, file, pictures, chosen, on_progress=lambda doing, share: report(doing, share, None))
    if not as_json:
        _show(found)
    if not yes:
        if as_json or not sys.stdin.isatty():
            raise errors.ElsewhereRefused("Nobody is there to be asked whether that is right: say --yes as well.")
        typer.confirm("Bring these tags in?", abort=True)
    if draw:
        _draw(store, found, name, file, pictures, chosen, draw, as_json=as_json)
        return
    from core.elsewhere import importing

    done = importing.publish(store, found, name, who=commands.who())
    describing.start(store, done.run)
    run = done.run
    if as_json:
        problems = [
            {"kind": each.kind, "sentence": each.sentence, "rows": len(each.lines), "left_out": each.is_left_out}
            for each in found.problems
        ]
        about = {"run": run.id, "version": run.version, "is_new": done.is_new, "accuracy": run.accuracy}
        console.print_json({**about, "num_garments": run.num_test, "problems": problems})
        return
    said = "is now" if done.is_new else "was there before as"
    console.print_line(
        f"What {name} says {said} version {run.version}: {run.num_correct:,} of {run.num_test:,} tags are right "
        f"({100 * run.accuracy:.2f} of 100). Its pictures are looked at in the background."
    )


def _draw(
    store: Store, found: reading.Read, name: str, file: Path, pictures: str, chosen: dict[str, str], num: int, *,
    as_json: bool,
) -> None:  # fmt: skip
    from core.elsewhere import judging

    drawn = judging.start(store, found, name, file, pictures, chosen, num=num, who=commands.who())
    if as_json:
        console.print_json({"judging": drawn.name, "num_drawn": drawn.num_drawn, "num_rows": drawn.num_rows})
    else:
        console.print_line(
            f"{drawn.num_drawn:,} of {drawn.num_rows:,} pictures were drawn at random. Judge them on the page Set-up, "
            "Tags from elsewhere; the score is then that of the sample."
        )


def catalogue_pair(said: str) -> tuple[str, str]:
    """What a column says, from `predicted=top1`."""
    what, separator, name = said.partition("=")
    if not separator:
        raise errors.ElsewhereRefused(f"--column takes what=NAME, such as predicted=top1; got {said!r}.")
    return what.strip(), name


def _show(found: reading.Read) -> None:
    console.print_line(found.columns.sentence)
    for problem in found.problems:
        console.print_line(f"! {problem.sentence}")
    table = found.given.table.head(_SHOWN)
    rows = table[["line", "picture", "label", "predicted", "confidence"]].values.tolist()
    console.print_table(
        f"The first of {len(found.given):,} rows", ["line", "picture", "label", "tag", "confidence"],
        [[*told, None if math.isnan(sure) else f"{sure:.3f}"] for *told, sure in rows],
    )  # fmt: skip


@app.command()
def describe(version: Version, as_json: AsJson = False) -> None:
    """Look at the pictures of a version from elsewhere, so that it can be searched by looks; goes on after a stop."""
    from core.elsewhere import looking  # loads torch, which nobody waits for who brings tags in

    store = commands.store()
    run = runs.find(store, version)
    looking.describe(store, run)
    if as_json:
        console.print_json({"run": run.id, "version": run.version, "num_pictures": run.num_test})
    else:
        console.print_line(f"All {run.num_test:,} pictures of version {run.version} were looked at.")


@app.command(name="export-predictions")
def export_predictions(
    version: Version,
    to: Annotated[Path, typer.Option(help="File to write, .csv or .parquet.")],
    as_json: AsJson = False,
) -> None:
    """Give tags from elsewhere back, under the same names of columns, with what people said of them."""
    from core.elsewhere import giving_back

    writers = {".csv": giving_back.as_csv, ".parquet": giving_back.as_parquet}
    if to.suffix.lower() not in writers:
        raise errors.ElsewhereRefused(f"--to ends in {' or '.join(writers)}, got {str(to)[:80]!r}.")
    store = commands.store()
    run = runs.find(store, version)
    found = giving_back.table(store, run)
    files.write(writers[to.suffix.lower()](found), to)
    if as_json:
        console.print_json({"run": run.id, "version": run.version, "file": str(to), "num_rows": len(found)})
    else:
        console.print_line(f"{len(found):,} rows of version {run.version} are in {to}.")


@app.command(name="bring-tags", hidden=True)
def bring_tags(name: str) -> None:
    """Do what the page asked for; started by it."""
    requests.work(commands.store(), name)


@app.command(name="train-same", hidden=True)
def train_same(version: str, by: Annotated[str, typer.Option(help="Who asked for it.")] = "") -> None:
    """Train a version of ours on the garments of one from elsewhere; started by its page."""
    store = commands.store()
    same_garments.work(store, runs.find(store, version), who=by or commands.who())
