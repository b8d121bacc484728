"""The Monday pack on the command line: two pages to print, and the lists as CSV."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from core import commands, errors
from core.commands import AsJson, app, console, files, tagging
from core.report import pack
from core.store.runs import runs

KINDS = (".zip", ".html")
"""What a file may end in; without lists it is the page alone."""


@app.command()
def report(
    to: Annotated[
        Path | None,
        typer.Option(help="File to write, .zip or .html (the page alone); without it a new ZIP in this folder."),
    ] = None,
    version: Annotated[str, typer.Option(help="Run id, version number, or live.")] = "",
    catalogue: Annotated[
        str, typer.Option(help="About the version of this catalogue: the live one, else its newest.")
    ] = "",
    by: Annotated[str | None, typer.Option(help="Who makes it; otherwise who is at this computer.")] = None,
    days: Annotated[int, typer.Option(help="How many days back decisions are told.")] = pack.DAYS,
    own_categories: Annotated[
        bool, typer.Option("--own-categories", help="Count the model's own categories, not merged ones as one.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make the Monday pack: how good the tags are, what changed and what was decided, on two pages."""
    if to is not None and to.suffix.lower() not in KINDS:
        raise errors.ReportRefused(f"--to ends in {' or '.join(KINDS)}, got {str(to)[:80]!r}.")
    if version and catalogue:
        raise errors.ReportRefused("Say --version or --catalogue, not both.")
    store = commands.store()
    run = runs.find(store, version or (tagging.version_of(store, catalogue) if catalogue else "live"))
    made = pack.make(
        store, run, who=commands.who() if by is None else by, now=datetime.now().astimezone(), days=days,
        as_sold=not own_categories,
    )  # fmt: skip
    file = _new(Path(made.file_name)) if to is None else to
    content = made.html.encode() if file.suffix.lower() == ".html" else made.zipped()
    files.write(content, file)
    if as_json:
        about = {"file": str(file), "num_bytes": len(content), "version": run.version, "run": run.id}
        console.print_json({**about, "made_by": made.made.by, "made_at": made.made.at, "lists": list(made.lists)})
        return
    console.print_line(f"The pack about version {run.version} is in {file}. Its page prints on two A4 pages.")


def _new(file: Path) -> Path:
    """That file, which nobody has named.

    Raises:
        errors.ReportRefused: it is there already.
    """
    if file.exists():
        raise errors.ReportRefused(f"{file} is there already. Say --to {file} to replace it, or name another file.")
    return file
