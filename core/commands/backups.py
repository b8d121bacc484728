"""Backups: making one, the list of them, and bringing one back."""

from pathlib import Path
from typing import Annotated, Any

import typer

from core import commands, doctor, errors, settings
from core.commands import AsJson, app, console
from core.jobs import work_queue
from core.store.backups import finding, making, restoring
from core.store.backups.finding import Standing
from core.store.backups.manifests import Manifest


@app.command()
def backup(
    folder: Annotated[
        Path | None, typer.Argument(metavar="TO", help="Folder of backups, on another disk; else GARMENTS_BACKUP_DIR.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put everything aside that cannot be computed again, while everybody goes on working."""
    store = commands.store()
    place = making.place(store, folder)
    with console.bar(is_shown=not as_json) as on_report:
        made = making.make(store, place, on_progress=lambda doing, share: on_report(doing, share, None))
    found = made.manifest
    if as_json:
        new = {"num_new": made.num_new, "num_new_bytes": made.num_new_bytes}
        console.print_json({"folder": str(place), **_summary(found), **new})
    else:
        console.print_line(
            f"Backup {found.number} is in {place}: {_held(found)}, {len(found.files):,} files, "
            f"{found.num_bytes / 1e6:.1f} MB, of which {made.num_new_bytes / 1e6:.1f} MB are new."
        )
        for problem in found.problems:
            console.print_note(f"It is in the backup as it was found: {problem}")
    if found.problems:
        raise typer.Exit(1)


@app.command()
def backups(
    folder: Annotated[
        Path | None, typer.Argument(metavar="FROM", help="Folder of backups; else GARMENTS_BACKUP_DIR.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Read every file of them and compare it.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the backups of a folder, the newest first; exit code 1 where one is damaged."""
    place = _named(folder)
    found = list(finding.standings(place, is_checked=check))
    if as_json:
        console.print_json({"folder": str(place), "checked": check, "backups": [_line(one) for one in found]})
    else:
        rows = [_row(one) for one in found]
        console.print_table(f"{len(found)} backups in {place}", ["number", "made (UTC)", "holds", "MB", ""], rows)
    if any(one.problem for one in found):
        raise typer.Exit(1)


@app.command()
def restore(
    folder: Annotated[
        Path | None, typer.Argument(metavar="FROM", help="Folder of backups; else GARMENTS_BACKUP_DIR.")
    ] = None,
    name: Annotated[str | None, typer.Option("--backup", help="Number or name of the backup; else the newest.")] = None,
    as_json: AsJson = False,
) -> None:
    """Fill an empty GARMENTS_HOME and an empty database from a backup, then check everything as `doctor` does."""
    place = _named(folder)
    with console.bar(is_shown=not as_json) as on_report:
        restored = restoring.restore(
            settings.load(), place, name, on_progress=lambda doing, share: on_report(doing, share, None)
        )
    store = commands.store()
    restoring.note(store, restored, who=commands.who())
    work_queue.settle(store)  # what waited belongs here only now
    breaches, found = doctor.breaches(store), restored.manifest
    if as_json:
        more = {"home": str(store.home), "num_let_go": restored.num_let_go, "breaches": breaches}
        console.print_json({**_summary(found), **more})
    else:
        console.print_line(
            f"{store.home} is as it was on {found.created_at:%Y-%m-%d %H:%M:%S} UTC (backup {found.number}): "
            f"{_held(found)}, {len(found.files):,} files, each compared with its digest."
        )
        if restored.num_let_go:
            console.print_line(
                f"{restored.num_let_go:,} photos were removed from the backup on purpose: their days "
                "(GARMENTS_PHOTO_DAYS) had run out."
            )
        console.print_line("\n".join(breaches) or f"All {len(doctor.CHECKS)} checks hold.")
    if breaches:
        raise typer.Exit(1)


def _named(folder: Path | None) -> Path:
    place = folder or settings.load().backup_dir
    if place is None:
        raise errors.BackupRefused("Nobody said where the backups are. Name their folder, or set GARMENTS_BACKUP_DIR.")
    return place.expanduser().resolve()


def _held(found: Manifest) -> str:
    """What people count in a backup."""
    return ", ".join(f"{name} {num:,}" for name, num in found.counts.items())


def _summary(found: Manifest) -> dict[str, Any]:
    names = ("number", "name", "created_at", "program", "revision", "database", "counts", "problems", "num_bytes")
    return {**commands.fields(found, names), "num_files": len(found.files)}


def _line(one: Standing) -> dict[str, Any]:
    said = {} if one.manifest is None else _summary(one.manifest)
    known = {"number": one.listed.number, "name": one.listed.name, "created_at": one.listed.created_at}
    return {**known, **said, "num_let_go": one.num_let_go, "problem": one.problem}


def _row(one: Standing) -> list[Any]:
    let_go = f"{one.num_let_go:,} photos removed on purpose" if one.num_let_go else ""
    held, size = ("", None) if one.manifest is None else (_held(one.manifest), round(one.manifest.num_bytes / 1e6, 1))
    return [one.listed.number, f"{one.listed.created_at:%Y-%m-%d %H:%M}", held, size, one.problem or let_go]
