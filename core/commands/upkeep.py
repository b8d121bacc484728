"""Upkeep: the data, the settings, and whether all is well."""

from typing import Annotated

import typer

from core import catalogue, commands, doctor, errors, settings
from core.catalogue import fashion_mnist, source_files
from core.commands import AsJson, app, console


@app.command()
def data(
    fetch: Annotated[bool, typer.Option("--fetch", help="Fetch the files again, also where they are.")] = False,
    as_json: AsJson = False,
) -> None:
    """Tell where the Fashion-MNIST files are and verify them; or fetch them."""
    found = settings.load()
    source = fashion_mnist.OFFICIAL
    with console.bar(is_shown=not as_json) as on_report:

        def on_progress(doing: str, fraction: float) -> None:
            on_report(doing, fraction, None)

        folder = None if fetch else source_files.locate(found, source, on_progress)
        if folder is None and fetch:
            folder = source_files.fetch(found, source, on_progress)
        if folder is None:
            raise errors.CatalogueMissing(
                f"{source.folder_name} is not in {found.data_dir}. Fetch it with `python -m core data --fetch`, "
                "put its four .gz files there, or set GARMENTS_DATA_DIR."
            )
        source_files.verify(folder, source)
    title = catalogue.find(source.folder_name).title
    if as_json:
        console.print_json({"catalogue": source.folder_name, "folder": str(folder), "verified": True})
        return
    console.print_line(f"{title} is in {folder}; all four files are as published.")


@app.command(name="doctor")
def check(as_json: AsJson = False) -> None:
    """Check everything that is kept; exit code 1 and a line for each breach."""
    found = doctor.breaches(commands.store())
    if as_json:
        console.print_json({"breaches": found, "checks": len(doctor.CHECKS)})
    else:
        console.print_line("\n".join(found) or f"All {len(doctor.CHECKS)} checks hold.")
    if found:
        raise typer.Exit(1)


@app.command(name="settings")
def show_settings(as_json: AsJson = False) -> None:
    """Show every setting as it is in force; passwords are masked."""
    masked = settings.load().masked()
    if as_json:
        console.print_json(masked)
        return
    console.print_table("Settings", ["setting", "value"], [[settings.PREFIX + k.upper(), v] for k, v in masked.items()])
