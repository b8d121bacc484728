"""Tagging on the command line: photos in, tags out."""

import collections
import math
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from core import commands, errors
from core.catalogue import kept
from core.commands import AsJson, app, console, folders
from core.jobs.worker import OnReport
from core.photos import sandbox, sources
from core.store import Store
from core.store.batches import automation_lines
from core.store.live import promotions
from core.store.runs import runs
from core.store.team import names
from core.tagging import tag_csv, tagger
from core.tagging.tagger import Tagged

MOST_LISTED = 20
"""Refused files named for people; with --csv all stand in the list."""

LEARNING = "Learning which way up garments hang, once for this version: some 20 seconds to half a minute."
"""Told before the first tagging by a version."""


@app.command()
def tag(
    photos: Annotated[list[Path] | None, typer.Argument(help="Photos, folders with photos, or ZIPs.")] = None,
    csv: Annotated[
        Path | None, typer.Option(help="Add the tags to this file; started again, the command goes on where it was.")
    ] = None,
    line: Annotated[
        float | None,
        typer.Option(help="Trust tags at least so sure, 0 to 1; else by the confirmed line, or the suggested."),
    ] = None,
    version: Annotated[str, typer.Option(help="Run id, version number, or live.")] = "",
    catalogue: Annotated[
        str, typer.Option(help="Tag with the version of this catalogue: the live one, else its newest.")
    ] = "",
    source: Annotated[
        Path | None, typer.Option("--from", help="For a scheduler: tag once what is new in this folder.")
    ] = None,
    target: Annotated[Path | None, typer.Option("--to", help="Folder for the lists of what was new.")] = None,
    layout: Annotated[
        str | None, typer.Option(help="With --to: a file for the shop too, generic or shopify, of what may leave.")
    ] = None,
    shop_products: Annotated[
        Path | None, typer.Option(help="With --layout shopify: the products as Shopify exports them.")
    ] = None,
    only_listed: Annotated[
        bool, typer.Option("--only-listed", help="With --from: photos wait until a list in the folder names them.")
    ] = False,
    settle: Annotated[
        float, typer.Option(help="With --from: seconds for which nobody has changed a file that is taken.")
    ] = 10.0,
    as_json: AsJson = False,
) -> None:
    """Tag photos (PNG, JPEG, WebP, HEIC, AVIF), one by one, in folders or ZIPs of any size; bad files are listed."""
    if any((source, target, layout, shop_products, only_listed)):
        others = {"photos": photos, "--csv": csv, "--line": line}
        asked = folders.Asked(
            source=source, target=target, layout=layout, shop_products=shop_products, only_listed=only_listed,
            settle_seconds=settle, others=tuple(name for name, given in others.items() if given not in (None, [])),
        )  # fmt: skip
        # Where nobody looks and none is named only the live version tags, which a person chose.
        is_named = bool(version or catalogue)
        folders.run(asked, lambda store: _named(store, version, catalogue) if is_named else "live", as_json=as_json)
        return
    if not photos:
        raise errors.TaggingRefused("Name photos, folders or ZIPs; or --from and --to for what is new in a folder.")
    store = commands.store()
    model = tagger.load(
        store, _named(store, version, catalogue), confidence_line=line,
        on_learning=lambda: console.print_note(LEARNING),
    )  # fmt: skip
    counts: collections.Counter[str] = collections.Counter()
    so_far = tagger.SoFar(model)
    listed: list[Tagged] = []
    with console.bar(is_shown=not as_json) as on_report:
        for batch in _batches(store, model, photos, csv, on_report):
            counts.update(found.pile for found in batch)
            so_far.add(batch)
            # Without pictures: folders of any size are listed in little memory.
            listed += [replace(found, picture=None) for found in batch
                       if csv is None or found.pile == tagger.UNREADABLE]  # fmt: skip
    if difference := so_far.difference():
        model = replace(model, notice=f"{difference} {model.notice}".strip())
    if as_json:
        console.print_json(_content(model, counts, listed, csv))
    else:
        _tell(model, counts, listed, csv)


def _named(store: Store, version: str, catalogue: str) -> str:
    """The version that was asked for, as `runs.find` takes it."""
    if version and catalogue:
        raise errors.TaggingRefused("Say --version or --catalogue, not both.")
    return version or version_of(store, catalogue)


def version_of(store: Store, catalogue: str) -> str:
    """The version that tags photos of a catalogue: the live one, else its newest.

    Where none is named that of the catalogue in use, and where nothing learned it yet the live version. One whose tags
    come from elsewhere tags no photo: then the last live one that was trained here.
    """
    name = catalogue or kept.in_use(store.home)
    learned = [run for run in runs.list_runs(store) if run.catalogue == name and run.elsewhere is None]
    if catalogue and not learned:
        raise errors.TaggingRefused(f"No version learned {name!r}. First: python -m core train --catalogue {name}")
    if not learned:
        live, ours = promotions.live_run(store), promotions.tagging_run(store)
        return ours.id if live and live.elsewhere and ours else "live"
    live = promotions.tagging_run(store, learned[0].scope)
    return live.id if live and live.catalogue == name else learned[0].id


def _batches(
    store: Store, model: tagger.Tagger, photos: list[Path], csv: Path | None, on_report: OnReport
) -> Iterator[list[Tagged]]:
    """What is said of the photos that are not in the list yet, in batches that are in the list once they are given."""

    def wanted() -> Iterator[sources.Source]:
        return sources.found(photos, max_mb=store.settings.max_photo_mb, without=csv)

    num_photos = sum(1 for _ in wanted())
    if not num_photos:
        raise errors.TaggingRefused(f"There are no files in {', '.join(map(str, photos))}.")
    if csv is None:
        yield from _reported(model, wanted(), num_photos, 0, on_report)
        return
    line, naming = tag_csv.line_text(model.line), names.current(store, model.run.class_names)
    with tag_csv.held(csv, store.home / "locks"):
        before = tag_csv.tagged_before(csv, model.run.version, line, naming)
        remaining = (source for source in wanted() if source.name not in before)
        for batch in _reported(model, remaining, num_photos, len(before), on_report):
            tag_csv.append(csv, batch, model.run.version, line, naming)
            yield batch


def _reported(
    model: tagger.Tagger, remaining: Iterator[sources.Source], num_photos: int, num_before: int, on_report: OnReport
) -> Iterator[list[Tagged]]:
    started, num_done = time.monotonic(), 0
    with sandbox.Sandbox() as decoders:
        for batch in model.batches(remaining, decoders):
            yield batch
            num_done += len(batch)
            num_left = max(0, num_photos - num_before - num_done)
            seconds_left = (time.monotonic() - started) * num_left / num_done
            share = min(1.0, (num_before + num_done) / num_photos)
            on_report(f"tagging, {num_before + num_done:,} of {num_photos:,}", share, seconds_left)


def _content(
    model: tagger.Tagger, counts: collections.Counter[str], listed: list[Tagged], csv: Path | None
) -> dict[str, Any]:
    detector = model.detector
    return {
        "version": model.run.version,
        "line": _line(model),
        "line_confirmed_by": None if model.confirmed is None else model.confirmed.who,
        "line_by_hand": [] if model.confirmed is None else list(model.confirmed.by_hand),
        "line_mix": _mix(model),
        "notice": model.notice,
        "unlike_in_100_known": None if detector is None else 100 * detector.known_share,
        "piles": {pile: counts[pile] for pile in tagger.PILES},
        "csv": None if csv is None else str(csv),
        "photos": [_fields(found) for found in listed],
    }


def _line(model: tagger.Tagger) -> float | dict[str, float | None] | None:
    """The line as JSON has it: a number, null where no tag is trusted, or class name to one of both."""
    if isinstance(model.line, np.ndarray):
        each = automation_lines.as_json(model.line.tolist())
        return dict(zip(model.run.class_names, each, strict=True))
    return None if math.isnan(model.line) else model.line


def _mix(model: tagger.Tagger) -> dict[str, float] | None:
    """The product mix that the line was confirmed for; null where none was given."""
    mix = None if model.confirmed is None else model.confirmed.mix
    return None if mix is None else dict(zip(model.run.class_names, mix, strict=True))


def _trusted(model: tagger.Tagger) -> str:
    found = _line(model)
    if found is None:
        return "No tag is trusted."
    if not isinstance(found, dict):
        return f"Tags at least {100 * found:.1f} % sure are trusted."
    each = ("none" if line is None else f"{100 * line:.1f} %" for line in found.values())
    return "Trusted from: " + ", ".join(f"{name} {line}" for name, line in zip(found, each, strict=True)) + "."


def _fields(found: Tagged) -> dict[str, Any]:
    names = ("file", "tag", "pile", "findings")
    confidence = None if math.isnan(found.confidence) else found.confidence
    return {**commands.fields(found, names), "confidence": confidence}


def _tell(model: tagger.Tagger, counts: collections.Counter[str], listed: list[Tagged], csv: Path | None) -> None:
    if csv is None:
        columns = ["file", "tag", "sure", "pile", "noticed"]
        rows = [
            [found.file, found.tag, "–" if math.isnan(found.confidence) else f"{found.confidence:.0%}", found.pile,
             "; ".join(found.findings)]
            for found in listed
        ]  # fmt: skip
        console.print_table(f"{len(rows):,} files", columns, rows)
    refused = [found for found in listed if found.pile == tagger.UNREADABLE] if csv is not None else []
    for found in refused[:MOST_LISTED]:
        console.print_line(f"{found.file}: {found.findings[0]}")
    if len(refused) > MOST_LISTED:
        console.print_line(f"{len(refused) - MOST_LISTED:,} more unreadable files are named in {csv}.")
    trusted = _trusted(model)
    piles = ", ".join(f"{counts[pile]:,} {pile}" for pile in tagger.PILES)
    where = "" if csv is None else f" They are in {csv}."
    console.print_line(f"Version {model.run.version} tagged {sum(counts.values()):,} files: {piles}.{where} {trusted}")
    if model.detector is not None:
        share = 100 * model.detector.known_share
        console.print_line(f"Of 100 garments of known categories {share:.1f} are called not ours.")
    if model.notice:
        console.print_line(model.notice)
