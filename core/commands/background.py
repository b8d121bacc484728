"""Which tags hang on the background of their photos, on the command line: looked for, listed, as CSV."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from core import commands, errors
from core.commands import AsJson, app, console, files
from core.quality.occlusion import Occlusion
from core.retail import spreadsheet
from core.store.runs import file_reader, occlusion_files, runs
from core.tagging import occlusion_maps

COLUMNS = (
    "garment", "product", "photo", "label", "tagged", "confidence", "hangs_on_background", "background_share",
    "garment_share", "largest_drop", "where",
)  # fmt: skip
"""Columns of the list as CSV; shares are empty where no single part decides."""
MOST_LISTED = 20


@app.command()
def background(
    version: Annotated[str, typer.Option("--version", help="Run id, version number, or live.")] = "live",
    most: Annotated[int, typer.Option(min=1, help="Look at so many garments: wrong and surest ones first.")] = 100,
    csv: Annotated[Path | None, typer.Option(help="Write all that were looked at to this file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Find own photos whose tag hangs on the background, not on the garment; Mistakes can list them afterwards."""
    store = commands.store()
    run = runs.find(store, version)
    if why := occlusion_maps.refusal(store, run):
        raise errors.TaggingRefused(why)
    garments = occlusion_maps.worst_first(store, run)[: min(most, occlusion_files.MOST_KEPT)]
    if not as_json:
        console.print_note(told_before(len(garments), occlusion_maps.processor_seconds(run)))
    with console.bar(is_shown=not as_json) as on_report:
        looked = dict(
            occlusion_maps.each(
                store, run, garments, lambda done: on_report("looking at photos", done / len(garments), None)
            )
        )
    table, sources = file_reader.load_predictions(store, run), file_reader.load_sources(store, run)
    assert sources is not None
    named = sources[sources["split"] == "test"].groupby("garment", sort=True)[["product", "photo"]].first()
    order = sorted(looked, key=lambda garment: (not looked[garment].is_on_background, -_share(looked[garment])))
    rows = [_row(run.class_names, table.iloc[garment], named.loc[garment], looked[garment]) for garment in order]
    if csv is not None:
        files.write(spreadsheet.as_csv(COLUMNS, rows), csv)
    listed = [row for row in rows if row[COLUMNS.index("hangs_on_background")] == "yes"]
    if as_json:
        found = [dict(zip(COLUMNS, row, strict=True)) for row in listed]
        console.print_json({"version": run.version, "num_looked_at": len(looked), "on_background": found})
        return
    console.print_table(
        f"{len(listed):,} of {len(looked):,} tags that were looked at hang on the background",
        ["garment", "photo", "label", "tagged", "sure", "on the background"],
        [[row[0], row[2], row[3], row[4], f"{row[5]:.2f}", f"{row[7]:.2f}"] for row in listed[:MOST_LISTED]],
    )
    if len(listed) > MOST_LISTED:
        console.print_line(f"These are {MOST_LISTED} of them; --csv writes all.")
    if csv is not None:
        console.print_line(f"All {len(rows):,} are in {csv}.")


def told_before(num_garments: int, seconds_of_one: float) -> str:
    """How long it will take on the cores of this computer, one sentence; maps that are kept are not made again."""
    seconds = num_garments * seconds_of_one / (os.cpu_count() or 1)
    time = f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} minutes"
    return f"Looking at {num_garments:,} photos takes about {time}, less where some were looked at before."


def _share(found: Occlusion) -> float:
    return found.background_share if found.decides else -1.0


def _row(class_names: tuple[str, ...], said: Any, named: Any, found: Occlusion) -> list[Any]:
    """By `COLUMNS`."""
    shares = [round(found.background_share, 4), round(found.garment_share, 4)] if found.decides else [None, None]
    return [
        int(said["garment"]), named["product"], named["photo"], class_names[int(said["true_class"])],
        class_names[int(said["predicted_class"])], round(float(said["confidence"]), 4),
        "yes" if found.is_on_background else "no", *shares, round(found.largest, 4),
        found.where if found.decides else "",
    ]  # fmt: skip
