"""One run for a scheduler: what is new in a folder is tagged once, and what is finished is written to another folder.

Everything that a run does is found as it is by the next one, wherever it was killed: files are known with their batch,
a tagging goes on by itself, and a list is written, or put into its place, once.
"""

import contextlib
import functools
import hashlib
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import filelock

from core import errors
from core.jobs import records, worker, worker_lock
from core.jobs.worker import OnReport
from core.photos import sources
from core.retail.shop_products import Existing
from core.store import Store
from core.store.batches import automation_lines, batches, folder_files
from core.store.batches.batches import Batch
from core.store.batches.folder_files import TAGS, Written
from core.store.runs.runs import Run
from core.store.team import list_columns
from core.tagging import batch_work, dropped_files, folder_arrivals, folder_lists, folder_products, standing_line
from core.tagging.folder_arrivals import Counts, Delivery
from core.tagging.folder_lists import Finished

MARGIN_MB = 50
"""Megabytes that stay free beside the photos of a delivery: for their small pictures, tags and lists."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Folders:
    """What a run is asked for."""

    source: Path
    """Folder with what is to be tagged; resolved."""
    target: Path
    """Folder for what is finished; resolved."""
    layout: str | None = None
    """Key of `core.tagging.shop_export.LAYOUTS` for a file for the shop; None: lists of tags only."""
    existing: Existing | None = None
    """What stands in the shop."""
    only_listed: bool = False
    """Whether photos that no list names wait for one."""
    settle_seconds: float = 10.0
    """How long nobody has changed a file that can be taken."""


@dataclass(kw_only=True, slots=True)
class Outcome:
    """What a run did."""

    version: int | None = None
    """Number of the version that tags what is new."""
    line_confirmed_by: str | None = None
    """Who confirmed its line; None: nobody, so nothing leaves without a person."""
    num_new: int = 0
    """Files that were taken."""
    counts: Counts = field(default_factory=Counts)
    """Files that were not, and why."""
    num_stopped: int = 0
    """Batches whose tagging a person stopped, or whose photos were let go before it was done: they are left alone."""
    finished: list[Finished] = field(default_factory=list)
    """Batches for which files were written."""
    problems: list[errors.GarmentsError] = field(default_factory=list)
    """What could not be done, the first one first; the next run tries again."""


def checked(source: Path, target: Path, home: Path) -> tuple[Path, Path]:
    """The two folders, resolved.

    Raises:
        errors.TaggingRefused: one is not there, or what is written would be taken for new photos.
    """
    for option, folder in (("--from", source), ("--to", target)):
        if not folder.is_dir():
            raise errors.TaggingRefused(f"There is no folder {str(folder)!r}. Check {option}, or make it.")
        if not str(folder.resolve()).isprintable():  # it is kept as text
            raise errors.TaggingRefused(f"The name {str(folder)!r} cannot be kept. Check {option}, or rename it.")
    source, target = source.resolve(), target.resolve()
    for what, folder in (("--to", target), ("GARMENTS_HOME", home.resolve())):
        if folder.is_relative_to(source):
            raise errors.TaggingRefused(
                f"{what} ({folder}) lies in --from ({source}), so that what is written there would be taken for new "
                "photos. Name another folder."
            )
    return source, target


def run(
    store: Store, folders: Folders, version: Callable[[], Run], outcome: Outcome, *, who: str, on_report: OnReport
) -> None:
    """Takes what is new, has it tagged, and writes what is finished; returns when all of it is done.

    Args:
        store: where batches are kept.
        folders: from where to where.
        version: gives the version that tags what is new.
        outcome: told what was done, also where this raises.
        who: for whom, as it stands in the log.
        on_report: told how far it is.

    Raises:
        errors.FolderBusy: another one takes from that folder.
        errors.GarmentsError: nothing can be done at all; what fails in between stands in `outcome.problems`.
    """
    with _held(store, folders.source):
        _check_writable(folders.target)
        numbers = folder_files.batch_numbers(store, folders.source)
        folder_lists.publish_noted(folder_files.written(store, numbers))
        with _noted(outcome):
            _take(store, folders, version(), outcome, who)
        _finish_all(store, folders, outcome, who, on_report)


def _take(store: Store, folders: Folders, run_of_new: Run, outcome: Outcome, who: str) -> None:
    outcome.version = run_of_new.version
    confirmed = automation_lines.newest(store, run_of_new.id)
    outcome.line_confirmed_by = None if confirmed is None else confirmed.who
    found = folder_arrivals.settled(folders.source, folders.settle_seconds)
    late = [name for name in found.waiting if dropped_files.is_list(name)]
    remembered = functools.partial(list_columns.remembered, store)
    said = folder_products.listed(found.photos, found.lists, late, remembered)
    # What is the same in two folders is taken from one of them.
    with filelock.FileLock(worker_lock.lock_path(store, "taking")):
        known = folder_files.known(store)
        for delivery in folder_arrivals.deliveries(
            found, said, known, store.settings, outcome.counts, only_listed=folders.only_listed
        ):
            _store(store, folders.source, run_of_new, delivery, who)
            outcome.num_new += len(delivery.photos)


def _store(store: Store, source: Path, run_of_new: Run, delivery: Delivery, who: str) -> None:
    _check_room(store, sum(len(photo.data) for photo in delivery.photos))
    standing = standing_line.standing(store, run_of_new)
    suggested = standing_line.each(standing.line, len(run_of_new.class_names))
    try:
        batches.create(
            store, run_of_new, delivery.photos, suggested, who=who, request_id=uuid.uuid4().hex,
            on_stored=folder_files.recorder(source, delivery.taken),
        )  # fmt: skip
    except errors.TaggingRefused as error:
        if isinstance(error.__cause__, OSError):
            raise errors.NoRoom(str(error)) from error
        raise


def _finish_all(store: Store, folders: Folders, outcome: Outcome, who: str, on_report: OnReport) -> None:
    numbers = folder_files.batch_numbers(store, folders.source)
    before: dict[int, list[Written]] = {number: [] for number in numbers}
    for written in folder_files.written(store, numbers):
        before[written.batch_number].append(written)
    for number in numbers:
        with _noted(outcome):
            has_list = any(written.layout == TAGS for written in before[number])
            batch = batches.find(store, number)
            if not has_list and not _have_tagged(store, batch, who, on_report):
                outcome.num_stopped += 1
            else:
                finished = folder_lists.finish(
                    store, batch, folders.target, before[number], layout=folders.layout, existing=folders.existing
                )
                outcome.finished += [] if finished is None else [finished]


def _have_tagged(store: Store, batch: Batch, who: str, on_report: OnReport) -> bool:
    """Whether the batch is tagged, once it is; False where a person stopped it, which only a person takes back.

    Raises:
        errors.JobError: it failed, once more where it had before.
    """
    if batch_work.status(store, batch).status == "failed":
        if not batches.has_photos(store, batch):
            return False
        batch_work.go_on(store, batch, who=who)
    job = worker.follow(store, records.of_batch(store, batch.number).id, on_report)
    if job.status == "failed":
        raise errors.JobError(f"Batch {batch.number} is not tagged. {job.message}")
    return job.status == "finished"


@contextlib.contextmanager
def _noted(outcome: Outcome) -> Iterator[None]:
    """What fails is noted, and what does not need it goes on."""
    try:
        yield
    except errors.GarmentsError as error:
        outcome.problems.append(error)


@contextlib.contextmanager
def _held(store: Store, source: Path) -> Iterator[None]:
    name = hashlib.sha256(str(source).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    try:
        with filelock.FileLock(worker_lock.lock_path(store, f"folder-{name}"), timeout=0):
            yield
    except filelock.Timeout:
        raise errors.FolderBusy(
            f"Another run takes what is new from {source}. Nothing was done; the next run goes on."
        ) from None


def _check_writable(target: Path) -> None:
    try:
        with tempfile.TemporaryFile(dir=target, prefix=".") as file:
            file.write(b"\0" * 4096)
    except OSError as error:
        raise folder_lists.cannot_write(target, error) from error


def _check_room(store: Store, num_bytes: int) -> None:
    needed, free = num_bytes + MARGIN_MB * sources.BYTES_PER_MB, shutil.disk_usage(store.home).free
    if free < needed:
        raise errors.NoRoom(
            f"{store.home} has {free / 1e6:,.0f} MB free, and {needed / 1e6:,.0f} MB are needed for what is new. Free "
            "some disk space; the next run takes it."
        )
