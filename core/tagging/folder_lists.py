"""What is written for a batch of a folder: its list of tags, and the file for the shop. Whole, or not there.

A file is written beside its place and flushed, noted in the database, and then renamed. Killed before the note it is
written again; killed after it, whoever comes next only renames it: it never comes a second time, not even where
somebody has taken it away.
"""

import itertools
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from core import errors, failpoints
from core.retail.shop_products import Existing
from core.store import Store
from core.store.batches import automation_lines, batches, folder_files, releases, tag_decisions
from core.store.batches.batches import Batch
from core.store.batches.folder_files import TAGS, Written
from core.store.runs import runs
from core.store.team import names
from core.tagging import piles, products, shop_export, standing_line, tag_csv
from core.tagging.shop_export import ShopExport
from core.tagging.tagger import Tagged


@dataclass(frozen=True, kw_only=True, slots=True)
class Finished:
    """A batch for which files were written."""

    batch: int
    """Its number."""
    photos: int
    """Files in it."""
    ready: int
    """Tags above the line that a person has confirmed."""
    check: int
    """Tags that wait for a person; all of them where nobody has confirmed a line."""
    not_ours: int
    """Photos unlike anything the version learned."""
    not_recognised: int
    """The same, of photos of which something was noticed."""
    unreadable: int
    """Files that are no photo, or a broken one."""
    held_back: str | None
    """Why none of its tags leaves without a person although sure enough, one sentence; None of an ordinary delivery."""
    list: str | None
    """The list of tags that was written now; None where it was before."""
    shop_file: str | None
    """The file for the shop that was written now; None where nothing new may leave."""
    left: int
    """Products in that file."""
    left_without_sku: int
    """Products that are decided but have no SKU, so that they stay."""


def publish_noted(found: Sequence[Written]) -> None:
    """Puts files into their place that were noted, but whose writer was killed before it could."""
    for written in found:
        staged = _staged(written.path)
        if staged.exists():
            _into_place(staged, written.path)


def finish(
    store: Store,
    batch: Batch,
    target: Path,
    before: Sequence[Written],
    *,
    layout: str | None,
    existing: Existing | None,
) -> Finished | None:
    """Writes what is due for a batch that is tagged; None where nothing is.

    Args:
        store: where the batch is.
        batch: which one.
        target: folder that the files go to.
        before: the files that were written for it already.
        layout: key of `shop_export.LAYOUTS` for a file for the shop; None: none.
        existing: what stands in the shop.

    Raises:
        errors.NoRoom: it cannot be written; nothing half-written is left.
    """
    has_list = any(written.layout == TAGS for written in before)
    seen = _seen(store, batch)
    if has_list and (layout is None or seen == _seen_before(before, layout)):
        return None
    table = products.table(store, batch)
    wrote, found, shop_file = None, None, None
    if not has_list:
        wrote = _write(store, batch, TAGS, _path(target, batch, TAGS, before), _tags(store, batch, table), (), seen)
    if layout is not None:
        left = {position for written in before if written.layout == layout for position in written.positions}
        table = _still_here(table, left)
        naming = names.current(store, runs.find(store, batch.run_id).class_names)
        found = shop_export.exported(table, naming, layout=layout, existing=existing)
        if found.rows:
            path = _path(target, batch, layout, before)
            shop_file = _write(store, batch, layout, path, found.as_csv(), _leaving(table, found), seen)
    if wrote is None and shop_file is None:
        return None
    return _finished(store, batch, table, wrote, shop_file, found)


def _finished(
    store: Store,
    batch: Batch,
    table: pd.DataFrame,
    wrote: Path | None,
    shop_file: Path | None,
    found: ShopExport | None,
) -> Finished:
    counts = _piles(store, batch, table).value_counts()
    held_back = "" if releases.of_batch(store, batch.number) else products.why_held_back(store, batch)
    return Finished(
        batch=batch.number,
        photos=len(table),
        ready=int(counts.get(piles.READY, 0)),
        check=int(counts.get(piles.CHECK, 0)),
        not_ours=int(counts.get(piles.NOT_OURS, 0)),
        not_recognised=int(counts.get(piles.NOT_RECOGNISED, 0)),
        unreadable=int(counts.get(piles.UNREADABLE, 0)),
        held_back=held_back or None,
        list=None if wrote is None else str(wrote),
        shop_file=None if shop_file is None else str(shop_file),
        left=0 if found is None else len(found.rows),
        left_without_sku=0 if found is None else len(found.without_sku),
    )


def _piles(store: Store, batch: Batch, table: pd.DataFrame) -> pd.Series:
    """The pile of each row; without a person who stands by the line nothing is ready where nobody looks."""
    is_confirmed = automation_lines.newest(store, batch.run_id) is not None
    return table["pile"] if is_confirmed else table["pile"].replace(piles.READY, piles.CHECK)


def _tags(store: Store, batch: Batch, table: pd.DataFrame) -> bytes:
    """The list as `tag --csv` writes it; of a line that nobody has confirmed it says none."""
    run = runs.find(store, batch.run_id)
    confirmed = automation_lines.newest(store, run.id)
    line = np.nan if confirmed is None else standing_line.as_one(confirmed.array)
    rows = [
        Tagged(file=row["product"], tag=row["tag"], confidence=row["confidence"], pile=pile, picture=None,
               findings=row["findings"], guesses=row["guesses"])
        for row, pile in zip(table.to_dict("records"), _piles(store, batch, table), strict=True)
    ]  # fmt: skip
    naming = names.current(store, run.class_names)
    return tag_csv.whole(rows, run.version, tag_csv.line_text(line), naming)


def _seen(store: Store, batch: Batch) -> str:
    """What people have decided on the batch until now, as numbers of which one changes with every decision."""
    line = automation_lines.newest(store, batch.run_id)
    is_released = releases.of_batch(store, batch.number) is not None
    numbers = (tag_decisions.newest_number(store, batch), 0 if line is None else line.number, int(is_released))
    return "/".join(map(str, numbers))


def _seen_before(before: Sequence[Written], layout: str) -> str:
    """The same for the last file for the shop; before the first one that nobody has decided anything."""
    return next((written.seen for written in reversed(before) if written.layout == layout), "0/0/0")


def _still_here(table: pd.DataFrame, left: set[int]) -> pd.DataFrame:
    """The table, in which what left before may not leave again, nor any photo of the same product."""
    has_left = table["position"].isin(left)
    skus = set(table["sku"][has_left].str.strip()) - {""}
    return table.assign(leaves=table["leaves"].astype(bool) & ~has_left & ~table["sku"].str.strip().isin(skus))


def _leaving(table: pd.DataFrame, found: ShopExport) -> list[int]:
    return [int(position) for position in table["position"][table["leaves"] & table["product"].isin(found.leaving)]]


def _write(
    store: Store, batch: Batch, layout: str, path: Path, content: bytes, positions: Sequence[int], seen: str
) -> Path:
    staged = _staged(path)
    try:
        with staged.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        batches.flush_folder(path.parent)
    except OSError as error:
        staged.unlink(missing_ok=True)
        raise cannot_write(path.parent, error) from error
    failpoints.reach("list-staged")
    folder_files.note(store, batch.number, layout, path, positions, seen)
    failpoints.reach("list-noted")
    _into_place(staged, path)
    failpoints.reach("list-in-place")
    return path


def cannot_write(folder: Path, error: OSError) -> errors.NoRoom:
    """What is told where a folder cannot be written."""
    return errors.NoRoom(
        f"{folder} cannot be written ({error.strerror or error}). Free some disk space there or give this user the "
        "right to write; the next run goes on."
    )


def _into_place(staged: Path, path: Path) -> None:
    try:
        staged.replace(path)
        batches.flush_folder(path.parent)
    except OSError as error:
        raise cannot_write(path.parent, error) from error


def _staged(path: Path) -> Path:
    return path.with_name(f".{path.name}.partial")


def _path(target: Path, batch: Batch, layout: str, before: Sequence[Written]) -> Path:
    """A place that nothing has or had: another home may write there too, what was noted may have been taken away."""
    kind = "tags" if layout == TAGS else f"shop-import_{layout}"
    stem = f"{kind}_batch-{batch.number}_{batch.created_at:%Y-%m-%d}"
    noted = {written.path for written in before}
    candidates = itertools.chain([f"{stem}.csv"], (f"{stem}_{number}.csv" for number in itertools.count(2)))
    return next(path for name in candidates if (path := target / name) not in noted and not path.exists())
