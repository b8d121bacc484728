"""What a backup holds: a JSON file whose name has the digest of its content, so that a changed byte is noticed.

Beside it may stand a note of what was taken out of it on purpose since: photos that are kept for some days only.
"""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from core import errors
from core.store.backups import objects
from core.store.base import artefacts

FORMAT = 1
"""Of the manifest; a program refuses what it does not know."""
DATABASE = "database"
"""The path under which a manifest names the copy of the database; no file of the home has it."""
_NAME = re.compile(r"(\d{6,})-(\d{8}T\d{6})Z-([0-9a-f]{16})\.json")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LET_GO = ".let-go.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    """A file of a backup."""

    path: str
    """Below the home, with slashes; or `DATABASE`."""
    sha256: str
    """Of its content."""
    bytes: int
    """Its size."""
    mtime_ns: int
    """When it was last written, nanoseconds since 1970: some pictures are known by it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """A backup."""

    number: int
    """1, 2, 3, ... in its folder: clocks go wrong."""
    created_at: datetime
    """When it began, UTC: what was acknowledged before is in it."""
    program: str
    """Version of the program that made it."""
    revision: str
    """Of the tables, see `core.store.base.schema`."""
    database: str
    """Kind: sqlite or postgresql."""
    origin: str
    """Of which history it is, see `core.store.backups.contents`; empty: nothing had happened yet."""
    counts: Mapping[str, int]
    """Rows of the tables that people ask about."""
    problems: tuple[str, ...]
    """What was missing or damaged in the home already, a sentence each."""
    files: tuple[File, ...]
    """Everything in it, the database first."""

    @property
    def text(self) -> bytes:
        """As it is written."""
        content = {**asdict(self), "format": FORMAT, "created_at": self.created_at.isoformat()}
        return json.dumps(content, indent=1).encode()

    @property
    def name(self) -> str:
        """Of its file, without the ending: number, time, digest."""
        digest = hashlib.sha256(self.text).hexdigest()
        return f"{self.number:06}-{self.created_at:%Y%m%dT%H%M%S}Z-{digest[:16]}"

    @property
    def num_bytes(self) -> int:
        """Of all files."""
        return sum(file.bytes for file in self.files)


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A file in a folder of backups that has the name of a manifest."""

    path: Path
    """Where it is."""
    number: int
    """As its name says."""
    created_at: datetime
    """As its name says."""

    @property
    def name(self) -> str:
        """Without the ending."""
        return self.path.stem


def write(folder: Path, manifest: Manifest) -> Path:
    """Puts a manifest into the folder: with this the backup is one."""
    path = folder / f"{manifest.name}.json"
    _write_whole(folder, path, manifest.text)
    return path


def listed(folder: Path) -> list[Listed]:
    """The manifests of a folder by their names, the newest first; none of them is read.

    Raises:
        errors.BackupRefused: it cannot be looked into.
    """
    try:
        names = [(path, _NAME.fullmatch(path.name)) for path in folder.iterdir()]
    except OSError as error:
        raise errors.BackupRefused(
            f"The folder of backups {folder} cannot be read ({error.strerror}). Is its disk connected? "
            "Else name another one."
        ) from None
    found = [
        Listed(path=path, number=int(match[1]), created_at=_time(match[2]))
        for path, match in names
        if match is not None
    ]
    return sorted(found, key=lambda one: (one.number, one.name), reverse=True)


def read(found: Listed) -> Manifest:
    """The manifest, every byte of which is what was written.

    Raises:
        errors.BackupError: it was changed or damaged.
        errors.BackupRefused: a newer program wrote it.
    """
    try:
        text = found.path.read_bytes()
    except OSError as error:
        raise errors.BackupError(f"{found.path} cannot be read ({error.strerror}).") from None
    if hashlib.sha256(text).hexdigest()[:16] != found.name.rpartition("-")[2]:
        raise errors.BackupError(f"{found.path} was changed or damaged.")
    return _of_json(found.path, text)


def _of_json(path: Path, text: bytes) -> Manifest:
    try:
        content: dict[str, Any] = json.loads(text)
        if content.pop("format") != FORMAT:
            raise errors.BackupRefused(f"{path} was written by a newer program. Update this one, then try again.")
        made_at = datetime.fromisoformat(content.pop("created_at"))
        files = tuple(File(**file) for file in content.pop("files"))
        found = Manifest(**{**content, "problems": tuple(content["problems"])}, created_at=made_at, files=files)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        if isinstance(error, errors.BackupRefused):
            raise
        raise errors.BackupRefused(f"{path} is no list of a backup of this program ({error}).") from None
    if unsafe := [file.path for file in files if not _is_below(file.path) or not _SHA256.fullmatch(file.sha256)]:
        raise errors.BackupRefused(f"{path} names {unsafe[0]!r}, which leads out of its folder: it is none of ours.")
    return found


def _is_below(path: str) -> bool:
    parts = PurePosixPath(path).parts
    is_of_windows = os.name == "nt" and set(path) & {"\\", ":"}  # elsewhere they are letters like others
    return bool(parts) and not path.startswith("/") and ".." not in parts and "\0" not in path and not is_of_windows


# ---- what was taken out on purpose ------------------------------------------------------------------------------


def let_go(found: Listed) -> dict[str, int]:
    """Ids of the batches whose photos were taken out of that backup on purpose, each with how many photos.

    Raises:
        errors.BackupError: the note cannot be read.
    """
    path = found.path.with_name(f"{found.name}{_LET_GO}")
    if not path.exists():
        return {}
    try:
        content = json.loads(path.read_bytes())["batches"]
        return {str(batch): int(num) for batch, num in content.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise errors.BackupError(f"{path} cannot be read ({error}).") from None


def note_let_go(found: Listed, batches: Mapping[str, int]) -> None:
    """Writes down, beside the manifest, that the photos of those batches are taken out; before any is."""
    text = json.dumps({"batches": dict(batches)}, indent=1, sort_keys=True).encode()
    _write_whole(found.path.parent, found.path.with_name(f"{found.name}{_LET_GO}"), text)


def remove(found: Listed) -> None:
    """Takes a backup out of the list; what only it named is nobody's from then on."""
    found.path.unlink(missing_ok=True)
    found.path.with_name(f"{found.name}{_LET_GO}").unlink(missing_ok=True)


def _time(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)  # nobody made a backup at such a time; reading it says so


def _write_whole(folder: Path, path: Path, text: bytes) -> None:
    half = objects.Objects(folder).staged()
    try:
        half.write_bytes(text)
        artefacts.flush(half)
        half.replace(path)
        artefacts.flush(folder)
    finally:
        half.unlink(missing_ok=True)
