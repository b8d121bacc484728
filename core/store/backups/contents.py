"""What of a home goes into a backup, with the reason for every entry of it, and where each file is found.

The database is copied first and says which artefacts and batches there are: files are written before the row that
names them and never change after it, so that a later look at the disk finds at least what the copy names.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from core.catalogue import kept
from core.store.base import artefacts, schema
from core.store.batches import batches

KEPT = {
    "artefacts": "what was learned: another training would give another version",
    "batches": "photos as they were dropped, and their small pictures, for as long as they are kept",
    "catalogues": "own catalogues, with what people decided about their photos",
    "photos": "the photos of own catalogues; the folder they came from may be gone",
    "uploads": "what people dropped on the page for a catalogue, from which it is read again",
    "backbones": "networks of one's own, without which versions that learned with them cannot tag",
    "judging": "what people said of tags that are being judged",
    "bringing": "what people asked to be brought in, and how it ended",
    "coming": "likewise, of photos",
}
"""Entries of the home that a backup holds, each with the reason."""
LEFT_OUT = {
    "backups": "copies of the database before migrations: older than the one in the backup",
    "begun": "of tags that are being brought in: the next start goes on from the file",
    "checkpoints": "of trainings that are running: they begin again",
    "described": "found out of pictures again, by `python -m core describe`",
    "estimates.json": "measured again, and of this computer only",
    "estimates.json.tmp": "likewise",
    "fashion-mnist": "extracted or fetched again",
    "features": "computed again from photos",
    "forgetting.json": "of a forgetting that was interrupted: give the command again",
    "garments.db": "copied by the database itself",
    "garments.db-journal": "part of it",
    "garments.db-wal": "part of it",
    "garments.db-shm": "part of it",
    "identity.json": "says which database belongs to the folder: a restored one is known from its first opening on",
    "locks": "of processes of this computer",
    "logs": "of processes that have ended; what matters of them is in the database",
    "maps": "computed again from a version",
    "occlusions": "computed again from a version and its photos",
    "postures": "learned again from a version, half a minute when it first tags",
    "restoring": "left by a restore that was interrupted",
    "staging": "half-written",
    "trash": "deleted on purpose; older backups hold it for their time",
}
"""Entries that it leaves out, each with the reason."""
DOOR = "catalogue.json"
"""What says which files of a catalogue belong together; see `core.catalogue.kept`."""
_HALF = (".part", ".tmp")
_COUNTED = {
    "runs": schema.runs, "verdicts": schema.verdicts, "log lines": schema.log, "batches": schema.batches,
    "promotions": schema.promotions, "tag decisions": schema.tag_decisions,
}  # fmt: skip


class Vanished(Exception):
    """A file that was there a moment ago is gone: somebody deleted it, so the copy of the database is out of date."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What a copy of the database says."""

    revision: str
    """Of its tables."""
    origin: str
    """Of which history it is; two databases with one are the same, or one is a copy of the other."""
    counts: Mapping[str, int]
    """Rows of the tables that people ask about."""
    artefacts: tuple[str, ...]
    """Digests of all that it names."""
    batches: Mapping[str, Mapping[int, str]]
    """Id of each batch -> position -> SHA-256 of the photo."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A file that is to be put aside."""

    path: str
    """Below the home, with slashes: where it belongs."""
    source: Path
    """Where it is; elsewhere than it belongs where somebody has just thrown it away."""
    sha256: str = ""
    """What it must be; empty where only the file itself knows."""


def facts(connection: sa.Connection) -> Facts:
    """What the database says, in the caller's transaction."""
    runs, log, photos = schema.runs.c, schema.log.c, schema.batch_photos.c
    first = connection.execute(sa.select(log.at, log.action, log.subject).order_by(log.sequence).limit(1)).first()
    named: set[str] = set()
    for column in (runs.artefact, schema.catalogues.c.artefact, schema.suspect_lists.c.artefact):
        named |= set(connection.scalars(sa.select(column)))
    found: dict[str, dict[int, str]] = {batch: {} for batch in connection.scalars(sa.select(schema.batches.c.id))}
    rows = sa.select(schema.batches.c.id, photos.position, photos.sha256).join_from(schema.batch_photos, schema.batches)
    for batch, position, sha256 in connection.execute(rows):
        found[batch][position] = sha256
    counted = {
        name: connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for name, table in _COUNTED.items()
    }
    return Facts(
        revision=str(connection.scalar(sa.text("SELECT version_num FROM alembic_version"))),
        origin="" if first is None else hashlib.sha256(repr((first[0].isoformat(), *first[1:])).encode()).hexdigest(),
        counts=counted,
        artefacts=tuple(sorted(named)),
        batches=found,
    )


def files(home: Path, said: Facts, problems: list[str]) -> Iterator[Wanted]:
    """Every file that belongs to that copy of the database, or to no database.

    Args:
        home: where.
        said: by the copy.
        problems: to which a sentence is added for what is missing.

    Raises:
        Vanished: something was deleted since the copy was made.
    """
    for digest in said.artefacts:
        yield from _of_artefact(home, digest, problems)
    for batch, photos in said.batches.items():
        yield from _of_batch(home, batch, photos, problems)
    yield from _of_catalogues(home)
    for name in ("photos", "uploads", "backbones", "judging", "bringing", "coming"):
        for path in _below(home / name):
            if not _is_passing(path.relative_to(home)):
                yield _as_it_is(home, path)


def _is_passing(path: Path) -> bool:
    """Whether a file will be gone soon, or is made again from a package."""
    is_waiting = path.parts[:2] == ("uploads", "waiting")
    is_of_package = path.parts[0] == "backbones" and not path.name.startswith(("own-", "torchvision-"))
    return is_waiting or is_of_package or (path.parts[0] != "uploads" and path.name.endswith(_HALF))


def _of_artefact(home: Path, digest: str, problems: list[str]) -> Iterator[Wanted]:
    # In the trash: deleted since the copy was made, which names it all the same; it may be brought back meanwhile.
    places = (artefacts.folder_of(home, digest), home / "trash" / digest, artefacts.folder_of(home, digest))
    folder = next((place for place in places if place.is_dir()), None)
    if folder is None:
        problems.append(f"artefacts/{digest} is missing.")
        return
    known = {artefacts.MANIFEST: digest, **_sha256_by(folder / artefacts.MANIFEST)}
    for path in _below(folder):
        yield Wanted(path=f"artefacts/{digest}/{path.name}", source=path, sha256=known.pop(path.name, ""))
    problems += [f"artefacts/{digest}/{name} is missing." for name in known]


def _sha256_by(manifest: Path) -> dict[str, str]:
    try:
        return {name: str(said["sha256"]) for name, said in json.loads(manifest.read_bytes()).items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}  # it is named as damaged when it is put aside


def _of_batch(home: Path, batch: str, photos: Mapping[int, str], problems: list[str]) -> Iterator[Wanted]:
    folder = home / "batches" / batch
    seen: set[int] = set()
    for path in _below(folder):
        if path.name.endswith(_HALF):
            continue
        if path.parent.name == batches.PHOTOS and path.name.isdecimal():
            seen.add(int(path.name))
            expected = photos.get(int(path.name), "")
            yield Wanted(path=path.relative_to(home).as_posix(), source=path, sha256=expected)
        else:
            yield _as_it_is(home, path)
    if not (folder / batches.LET_GO).exists():
        problems += [f"batches/{batch}/{batches.PHOTOS}/{gone:06} is missing." for gone in sorted(photos.keys() - seen)]


def _of_catalogues(home: Path) -> Iterator[Wanted]:
    """The door of each first, and then what it names: whoever changes a catalogue writes these before it."""
    for name in kept.names(home):
        folder = kept.folder_of(home, name)
        try:
            text = (folder / DOOR).read_bytes()
            door = json.loads(text)
        except FileNotFoundError:
            raise Vanished(str(folder)) from None
        except ValueError:
            door = {}  # damaged; the doctor names it, and it is put aside as it is
        # As it was when it was read: another one names other files.
        path = f"catalogues/{name}/{DOOR}"
        yield Wanted(path=path, source=home / path, sha256=hashlib.sha256(text).hexdigest())
        for key in ("rows_file", "tiles_file", "decisions_file"):
            if door.get(key):
                yield _as_it_is(home, folder / str(door[key]))
    yield from (_as_it_is(home, path) for path in (home / "catalogues").glob("*.txt"))


def _as_it_is(home: Path, path: Path) -> Wanted:
    return Wanted(path=path.relative_to(home).as_posix(), source=path)


def _below(folder: Path) -> list[Path]:
    """The files below a folder, sorted; links are not followed, since nothing of ours is one."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def batch_of(path: str) -> str:
    """Id of the batch whose photo or small picture that file of a home is; empty for any other."""
    parts = path.split("/")
    is_picture = len(parts) == 4 and parts[0] == "batches" and parts[2] in (batches.PHOTOS, batches.PREVIEWS)
    return parts[1] if is_picture else ""
