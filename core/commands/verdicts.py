"""What people said of garments, on the command line: list it, take it out as CSV, bring it in with the same checks."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from core import commands, errors
from core.commands import AsJson, console, files
from core.store.base import people
from core.store.runs import runs
from core.store.verdicts import verdict_csv, verdict_tables
from core.store.verdicts.verdict_lines import Verdict

group = typer.Typer(help="What people said of garments: list, import, export.", no_args_is_help=True)
commands.app.add_typer(group, name="verdicts")


@group.command(name="list")
def list_verdicts(
    who: Annotated[str | None, typer.Option(help="Only what this person says.")] = None,
    history: Annotated[bool, typer.Option("--history", help="Every line ever said.")] = False,
    disagreements: Annotated[
        bool, typer.Option("--disagreements", help="Only garments of which people say different things.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List what people say of garments today, newest first; other people's too, so not for a second opinion."""
    store = commands.store()
    if history and disagreements:
        raise errors.VerdictRefused("--history and --disagreements are two different lists. Ask for one of them.")
    if disagreements:
        found = [line for lines in verdict_tables.disagreements(store) for line in lines]
    else:
        found = verdict_tables.history(store)[::-1] if history else verdict_tables.standing(store)
    versions = {run.id: run.version for run in runs.list_runs(store)}
    lines = [_content(line, versions) for line in found if who is None or line.who == people.person(who)]
    if as_json:
        console.print_json({"verdicts": lines})
        return
    columns = ["number", "split", "position", "label", "predicted", "kind", "category", "who", "version", "said_at"]
    rows = [[*(line[name] for name in columns[:-1]), f"{line['said_at']:%Y-%m-%d %H:%M}"] for line in lines]
    console.print_table(f"{len(rows):,} verdicts", [*columns[:-1], "said (UTC)"], rows)


@group.command(name="export")
def export_verdicts(
    file: Annotated[Path | None, typer.Argument(help="File to write; without it the lines go to stdout.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write every line of the history as CSV."""
    lines = verdict_tables.history(commands.store())
    text = verdict_csv.to_csv(lines)
    if file is None and as_json:
        console.print_json({"num_lines": len(lines), "csv": text})
        return
    files.write(text.encode("utf-8-sig"), file)
    if as_json:
        console.print_json({"num_lines": len(lines), "file": str(file)})
    elif file is not None:
        console.print_line(f"{len(lines):,} lines are in {file}.")


@group.command(name="import")
def import_verdicts(
    file: Annotated[Path, typer.Argument(help="CSV as `verdicts export` writes it; - for stdin.")],
    as_json: AsJson = False,
) -> None:
    """Add the lines of a CSV, all or none; lines that were stored before change nothing."""
    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise errors.VerdictRefused(f"{file} cannot be read ({error.strerror}). Name another file.") from None
    done = verdict_csv.from_csv(commands.store(), content, entered_by=commands.who())
    if as_json:
        console.print_json({"num_stored": done.num_stored, "num_known": done.num_known})
        return
    console.print_line(f"{done.num_stored:,} lines were stored, {done.num_known:,} were there before.")


def _content(line: Verdict, versions: dict[str, int]) -> dict[str, Any]:
    content = {name: getattr(line, name) for name in Verdict.__slots__}
    return {**content, "version": versions[line.run_id]}
