"""Photos are brought in by a process of its own, which outlives the browser and the web server that asked for it.

What is asked for, how far it is and how it ended stand in `coming/NAME.json` of the home; the process holds a lock, so
that one which died is told from one that works. Started again it goes on where it was, see `core.catalogue.own.adding`.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import filelock

from core import catalogue, errors, file_names
from core.access.roles import Action
from core.catalogue import kept
from core.catalogue.own import adding, deciding, decisions, differences, example_photos, fetching, layouts
from core.catalogue.own.records import Choices, Layout
from core.jobs import followed, launchers
from core.store import Store
from core.store.base import audit, database, permission

FOLDER = "coming"


@dataclass(frozen=True, kw_only=True, slots=True)
class Brought:
    """What became of a bringing in."""

    num_photos: int
    """That the catalogue holds now."""
    num_categories: int
    """Of them."""
    num_new: int
    """Those that it did not hold before."""
    num_gone: int
    """Those that it held before and does not hold now."""
    num_changed: int
    """Those that it held with another picture, or under another category."""
    num_unusable: int
    """Files and lines that could not be used."""
    num_left_out: int = 0
    """Those that people left out, see `core.catalogue.own.decisions`."""

    @property
    def sentence(self) -> str:
        """For people."""
        gone = f", {self.num_changed:,} changed" if self.num_changed else ""
        gone += f", {self.num_gone:,} no longer there" if self.num_gone else ""
        unusable = f" {self.num_unusable:,} could not be used." if self.num_unusable else ""
        unusable += f" {self.num_left_out:,} stay left out, as people decided." if self.num_left_out else ""
        return (
            f"{self.num_photos:,} photos of {self.num_categories:,} categories, {self.num_new:,} new{gone}.{unusable}"
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Coming:
    """A bringing in, as it stands."""

    name: str
    """Of the catalogue."""
    place: str
    """Folder or list."""
    choices: Choices
    """What a person said to it."""
    who: str
    """Asked for it."""
    started_at: float
    """Seconds since 1970."""
    doing: str = followed.STARTING
    """In words."""
    share: float = 0.0
    """Done, 0-1."""
    problem: str = ""
    """Why it ended without a result, one sentence; empty where it did not."""
    result: str = ""
    """What it gave, one sentence; empty before its end."""

    @property
    def has_ended(self) -> bool:
        """With a result or a problem."""
        return bool(self.problem or self.result)


def bring_in(
    store: Store, name: str, place: Path, layout: Layout, choices: Choices, *, who: str,
    on_progress: adding.OnProgress, fetch: fetching.Fetch = fetching.fetched,
) -> Brought:  # fmt: skip
    """Brings the photos of a layout in and writes it into the log.

    Raises:
        errors.CatalogueError: see `adding.add`.
    """
    before = held(store, name)
    found = adding.add(
        store.home, name, place, layout, choices, max_mb=store.settings.max_photo_mb, on_progress=on_progress,
        fetch=fetch,
    )  # fmt: skip
    table = kept.rows(store.home, found)
    changes = differences.between(before, held(store, name))
    num_left_out = int((table["problem"] == kept.LEFT_OUT).sum())
    brought = Brought(
        num_photos=found.num_photos,
        num_categories=len(found.class_names),
        num_new=len(changes.new),
        num_changed=len(changes.changed),
        num_gone=len(changes.gone),
        num_unusable=int((table["problem"] != "").sum()) - num_left_out,
        num_left_out=num_left_out,
    )
    after = {
        "photos": brought.num_photos, "new": brought.num_new, "changed": brought.num_changed, "gone": brought.num_gone,
    }  # fmt: skip
    with database.write(store.engine) as connection:
        audit.record(connection, who=who, action="add-catalogue", subject=f"catalogue {name}", after=after)
    return brought


def held(store: Store, name: str) -> list[differences.Known]:
    """The usable photos that the catalogue of that name holds, with what people left out; none where it is new."""
    if name not in kept.names(store.home):
        return []
    table, _ = deciding.read(store.home, name)
    return differences.known(decisions.as_brought(table))


def changes_of(store: Store, name: str, place: Path, layout: Layout) -> differences.Differences:
    """What bringing in the photos of a layout under the name of a catalogue would change.

    Which new ones cannot be read is found only when they are brought in.

    Args:
        store: where.
        name: of the catalogue.
        place: in which the layout was recognised.
        layout: with the choices of a person.
    """
    table = decisions.as_brought(deciding.read(store.home, name)[0])
    before = differences.known(table)
    refused = set(zip(table["photo"], table["sha256"], strict=True)) - {known[:2] for known in before}
    refused |= {(path, "") for path, _ in refused}  # where too much is to be read, its name has to do
    digests = {path: digest for path, digest, _ in before}
    now = differences.of_place(place, layout.rows, digests, max_mb=store.settings.max_photo_mb)
    return differences.between(before, [each for each in now if each[:2] not in refused])


# ---- in a process of its own --------------------------------------------------------------------------------------


@permission.needs(Action.COLLECT)
def start(store: Store, name: str, place: Path, choices: Choices, *, who: str) -> None:
    """Starts the process and returns; follow it with `all_coming`.

    Raises:
        errors.CatalogueError: see `check_free`, or no process could be started.
    """
    check_free(store, name, place)
    try:
        _stop_file(store, name).unlink(missing_ok=True)
        _save(store, Coming(name=name, place=str(place), choices=choices, who=who, started_at=time.time()))
        launchers.run_detached(store, ["catalogue", "bring-in", name], f"catalogue-{name}")
    except OSError as error:
        forget(store, name)
        raise errors.CatalogueError(f"No process could be started ({error.strerror}). Try again.") from None


def check_free(store: Store, name: str, place: Path | None = None) -> None:
    """Whether photos may be brought in under that name now.

    Args:
        store: where.
        name: of the catalogue.
        place: where its photos are, once that is known; the name of the examples is free for these alone.

    Raises:
        errors.CatalogueError: the name is none, the program's own, or that catalogue is being brought in already.
    """
    adding.check_name(name)
    is_taken = name == example_photos.NAME and place != example_photos.folder_of(store.home)
    if name in catalogue.CATALOGUES or is_taken:
        raise errors.CatalogueError(f"{name!r} comes with the program. Choose another name.")
    if (now := find(store, name)) is not None and is_running(store, now):
        raise errors.CatalogueError(f"{name!r} is being brought in already. Wait for it, or stop it.")


@permission.needs(Action.COLLECT)
def start_examples(store: Store, *, who: str) -> None:
    """Starts to bring in the example photos that come with the program.

    Raises:
        errors.CatalogueError: they are being brought in already, their file is not as it was released, or the disk is
            full.
    """
    check_free(store, example_photos.NAME, example_photos.folder_of(store.home))
    start(store, example_photos.NAME, example_photos.unpack(store.home), Choices(), who=who)


@permission.needs(Action.COLLECT)
def stop(store: Store, name: str) -> None:
    """Has it end after the photos in hand; what was decoded stays, and the next start goes on there."""
    _stop_file(store, name).touch()


def all_coming(store: Store) -> list[Coming]:
    """Those that run, or have ended and were not forgotten, by name."""
    return [found for name in followed.names(store, FOLDER) if (found := find(store, name)) is not None]


def find(store: Store, name: str) -> Coming | None:
    """How that one stands; None where there is none."""
    try:
        content = followed.read(store, FOLDER, name)
        return Coming(**{**content, "choices": Choices.of_json(content["choices"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def is_running(store: Store, coming: Coming) -> bool:
    """Whether its process works, or was started a moment ago."""
    return followed.is_running(store, FOLDER, coming)


@permission.needs(Action.COLLECT)
def forget(store: Store, name: str) -> None:
    """Takes away what stands there of it."""
    followed.forget(store, FOLDER, name)
    _stop_file(store, name).unlink(missing_ok=True)


def work(store: Store, name: str) -> None:
    """What the process does: brings in what was asked for under that name."""
    asked = find(store, name)
    if asked is None:
        return
    with filelock.FileLock(followed.lock(store, FOLDER, name), timeout=followed.STARTING_SECONDS):
        _save(store, replace(asked, doing="looking at the folder"))
        try:
            place = Path(asked.place)
            layout = layouts.recognised(place, asked.choices)
            brought = bring_in(
                store, name, place, layout, asked.choices, who=asked.who, on_progress=_reporter(store, asked)
            )
        except errors.GarmentsError as error:
            _save(store, replace(asked, problem=str(error)))
        except Exception:  # whatever it was, the page must not wait for it; the log has the rest
            _save(store, replace(asked, problem="It stopped because of an unexpected error. Start it again."))
            raise
        else:
            _save(store, replace(asked, share=1.0, result=brought.sentence))


def _reporter(store: Store, asked: Coming) -> Callable[[str, float], None]:
    tell = followed.now_and_then(lambda doing, share: _save(store, replace(asked, doing=doing, share=share)))

    def report(doing: str, share: float) -> None:
        if _stop_file(store, asked.name).exists():
            raise errors.CatalogueError("Somebody stopped it. What was looked at stays; it goes on when started again.")
        tell(doing, share)

    return report


def _stop_file(store: Store, name: str) -> Path:
    return followed.folder(store, FOLDER) / file_names.one(f"{name}.stop")


def _save(store: Store, coming: Coming) -> None:
    followed.save(store, FOLDER, coming)
