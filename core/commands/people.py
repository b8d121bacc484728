"""People: replacing the name of somebody who left."""

import sys
from dataclasses import asdict
from typing import Annotated

import typer

from core import commands, errors
from core.commands import AsJson, app, console
from core.forgetting import person
from core.forgetting.person import Forgotten

STAYS = (
    "Names of categories, products, files, folders and computers stay, and so does what was exported. Backups keep the "
    "name until they are gone: docs/people.md."
)
AFTERWARDS = "Start the dashboard again: while it runs it remembers the name."


@app.command()
def forget(
    name: Annotated[str, typer.Argument(metavar="PERSON", help="The name, as it stands in the log.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    number: Annotated[
        int | None, typer.Option(min=1, help="Of the former colleague that this person became before.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Replace the name of a person everywhere; says first what would change."""
    store = commands.store()
    planned = person.plan(store, name, number)
    if not as_json:
        _show(planned)
    if not yes:
        if as_json or not sys.stdin.isatty():
            raise errors.ForgetRefused("Nothing was changed, and nobody is there to be asked: say --yes as well.")
        typer.confirm("Replace that name? This cannot be undone.", abort=True)
    found = person.forget(store, name, who=commands.who(), number=number)
    if as_json:
        console.print_json(asdict(found))
        return
    console.print_line(f"Done: {found.former} has taken the place of that name. {AFTERWARDS}")


def _show(planned: Forgotten) -> None:
    tables = sorted({*planned.rows, *planned.texts})
    lines = [[table, planned.rows.get(table, 0), planned.texts.get(table, 0)] for table in tables]
    console.print_table(f"{planned.former} takes the place of", ["table", "rows of theirs", "texts"], lines)
    console.print_line(
        f"Files of this folder: {planned.num_files:,}. Versions whose files are written anew: {planned.num_versions:,}."
    )
    if planned.alike:
        console.print_line(f"Other people by this program, and not replaced: {', '.join(planned.alike)}.")
    if planned.num_copies:
        console.print_line(f"{planned.num_copies:,} files in backups/ of this folder keep the name: remove them.")
    console.print_line(STAYS)
