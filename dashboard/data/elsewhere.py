"""Tags from elsewhere: what a dropped file says, what is being brought in, and the versions that came of it."""

import contextlib
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import errors
from core.access.roles import Action
from core.catalogue import kept
from core.elsewhere import describing, files, giving_back, judging, pictures, reading, requests, same_garments
from core.elsewhere.requests import Asked
from core.photos import sprite
from core.store.base import permission
from core.store.runs import described, in_place
from core.store.runs import runs as stored_runs
from core.store.runs.described import State
from core.store.runs.runs import Run
from dashboard.data import bringing, store

ENDINGS = files.ENDINGS
SIDE = bringing.SIDE
Preview = tuple[str, str, NDArray[np.uint8]]
"""Label and tag of a picture, and (SIDE, SIDE, 4) the picture."""


def catalogues() -> Sequence[str]:
    """The catalogues that are here, of whose garments tags may be."""
    return pictures.known_names(store.store())


def keep_file(name: str, content: bytes) -> Path:
    """A dropped file of tags, kept below the home until it is brought in; the same one once.

    Raises:
        errors.ElsewhereRefused: the disk is full.
        errors.NotAllowed: whoever is at the screen may not bring tags in.
    """
    permission.require(store.store(), Action.REVIEW, "keep_file")
    plain = Path(name.replace("\\", "/")).name or "tags"
    place = store.store().home / "uploads" / "elsewhere" / hashlib.sha256(content).hexdigest()[:16] / plain
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        kept.write_whole(place, content)
    except OSError as error:
        raise errors.ElsewhereRefused(f"The file cannot be kept ({error.strerror or error}). Make room.") from None
    return place


@store.cached(most=4, spinner="Reading the tags …")
def header(file: Path) -> tuple[str, ...]:
    """Names of the columns of a file of tags; empty where it cannot be read."""
    try:
        return files.names(files.read(file).columns)
    except errors.ElsewhereRefused:
        return ()


@store.cached(most=4, spinner="Reading the tags …")
def read(file: Path, said: str, columns: tuple[tuple[str, str], ...]) -> reading.Read:
    """What the file says of those pictures; read-only.

    Raises:
        errors.ElsewhereRefused, errors.CatalogueError: see `reading.read`; or the page may not read there.
    """
    _check(said)
    return reading.read(store.store(), file, said, dict(columns))


@store.cached(most=8, spinner="Drawing some of them …")
def previews(file: Path, said: str, columns: tuple[tuple[str, str], ...], most: int) -> list[Preview]:
    """Some of the pictures, spread over the rows, each with its label and its tag."""
    found = read(file, said, columns)
    table = found.given.table
    some = table.iloc[np.unique(np.linspace(0, len(table) - 1, most).astype(np.int64))]
    places = some["place"].to_numpy()
    shown: Sequence[NDArray[np.uint8] | errors.PhotoRefused]
    if isinstance(found.pictures, pictures.InFolder):
        rows = found.pictures.table.iloc[places]
        shown = in_place.previews(store.store(), found.pictures.folder, rows, edge=SIDE)
    else:
        shown = list(found.pictures.images(places))
    told = zip(some["label"].tolist(), some["predicted"].tolist(), shown, strict=True)
    return [(label, tag, sprite.squared(each, SIDE)) for label, tag, each in told if isinstance(each, np.ndarray)]


def start(name: str, file: Path, said: str, columns: tuple[tuple[str, str], ...], *, who: str) -> None:
    """Starts to bring in what was read.

    Raises:
        errors.CatalogueError, errors.ElsewhereRefused: see `requests.start`; or the page may not read there.
    """
    _check(said)
    with _lasting(said) as place:
        requests.start(store.store(), name, file, place, dict(columns), who=who)


def draw(name: str, file: Path, said: str, columns: tuple[tuple[str, str], ...], num: int, *, who: str) -> None:
    """Draws some of the tags at random, to be judged by people.

    Raises:
        errors.CatalogueError, errors.ElsewhereRefused: see `judging.start`; or the page may not read there.
    """
    found = read(file, said, columns)
    with _lasting(said) as place:
        judging.start(store.store(), found, name, file, place, dict(columns), num=num, who=who)


def judged() -> list[judging.Judging]:
    """The tags that are being judged, by name."""
    opened = store.store()
    return [judging.find(opened, name) for name in judging.names(opened)]


@store.cached(most=4)
def drawn(name: str, drawn_by: judging.Judging) -> pd.DataFrame:
    """The rows that were drawn, in that order; read-only."""
    return judging.drawn(store.store(), name)


@store.cached(most=64, spinner="Reading the pictures …")
def drawn_pictures(asked: judging.Judging, places: tuple[int, ...]) -> NDArray[np.uint8]:
    """(len(places), S, S, 3) the pictures of those that were drawn; grey where one cannot be read.

    Where they are was checked when the page drew them, or is what somebody at this computer said.
    """
    found, rows = judging.where(store.store(), asked), drawn(asked.name, asked).iloc[list(places)]
    if isinstance(found, pictures.InFolder):
        known = [found.find(picture) for picture in rows["picture"].tolist()]  # a place changes with what comes to it
        missing = errors.PhotoRefused("It is no longer where it was.")
        there = [place for place in known if place is not None]
        read = iter(in_place.tiles(store.store(), found.folder, found.table.iloc[there]))
        return np.stack([in_place.on_ground(missing) if place is None else next(read) for place in known])
    return found.images(rows["place"].to_numpy())


def answers(name: str) -> dict[int, judging.Answer]:
    """Place of what was drawn -> what was said last of it."""
    return judging.answers(store.store(), name)


def say(name: str, places: Sequence[int], kind: str, category: str, *, who: str, request_id: str) -> None:
    """Stores what a person says of some that were drawn.

    Raises:
        errors.ElsewhereRefused: it makes no sense.
    """
    judging.say(store.store(), name, places, kind, category, who=who, request_id=request_id)


def start_judged(name: str, *, who: str) -> None:
    """Starts to make a version of tags all of whose drawn pictures are judged.

    Raises:
        errors.CatalogueError, errors.ElsewhereRefused: see `requests.start_judged`.
    """
    requests.start_judged(store.store(), name, who=who)


def stop_judging(name: str, *, who: str) -> None:
    """Lets go of what was drawn; it waits in the trash.

    Raises:
        errors.ElsewhereRefused: nothing of that name is being judged.
    """
    judging.stop(store.store(), name, who=who)


def all_asked() -> list[tuple[Asked, bool]]:
    """Those that are brought in or ended, each with whether its process works."""
    return [(asked, requests.is_running(store.store(), asked)) for asked in requests.all_asked(store.store())]


def forget(name: str) -> None:
    """Takes away what stands there of one that ended."""
    requests.forget(store.store(), name)


def versions() -> list[Run]:
    """Those whose tags come from elsewhere, newest first."""
    return [run for run in stored_runs.list_runs(store.store()) if run.elsewhere]


def looked_at(run: Run) -> tuple[State, bool, bool]:
    """How far its pictures are looked at, whether that is complete, and whether somebody does it now."""
    opened = store.store()
    return described.state(opened, run), described.is_complete(opened, run), describing.is_running(opened, run)


def look(run: Run) -> None:
    """Has its pictures looked at, or goes on.

    Raises:
        errors.NotAllowed: whoever is at the screen may not have that done.
        OSError: no process could be started.
    """
    permission.require(store.store(), Action.REVIEW, "look")
    describing.start(store.store(), run)


def train_ours(run: Run, *, who: str) -> None:
    """Starts a training of ours on its garments.

    Raises:
        errors.GarmentsError: see `same_garments.start`.
    """
    same_garments.start(store.store(), run, who=who)


def given_back(run: Run, *, as_parquet: bool) -> bytes:
    """Its rows with what people said of them, as a file.

    Raises:
        errors.GarmentsError: they cannot be read.
    """
    found = giving_back.table(store.store(), run)
    return giving_back.as_parquet(found) if as_parquet else giving_back.as_csv(found)


@contextlib.contextmanager
def _lasting(said: str) -> Iterator[str]:
    """Where pictures are that stay where they are: dropped ones wait for a day only, so they move; back on an error."""
    home = store.store().home.resolve()
    staged = Path(said).resolve()
    if not staged.is_relative_to(home / "uploads" / "waiting"):
        yield said
        return
    place = home / "uploads" / "elsewhere" / staged.name
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        staged.replace(place)
    except OSError:
        raise errors.ElsewhereRefused("The dropped pictures are no longer there. Drop them once more.") from None
    try:
        yield str(place)
    except errors.GarmentsError:
        place.replace(staged)
        raise


def _check(said: str) -> None:
    if said not in catalogues() and not bringing.is_allowed(Path(said)):
        raise errors.ElsewhereRefused("The page may not read there. Choose a folder of the list, or drop the files.")
