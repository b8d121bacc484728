"""Contents of files by their SHA-256: `objects/ab/<digest>`, each there whole or not at all, and never changed."""

import contextlib
import hashlib
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from core import errors
from core.store.base import artefacts

FOLDER, STAGING = "objects", "staging"
_PIECE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Objects:
    """The contents in one folder of backups."""

    root: Path
    """The folder of backups."""
    touched: set[Path] = field(default_factory=set)
    """Folders that have got a new name and are not flushed yet."""

    def path(self, sha256: str) -> Path:
        """Where the content of that digest is, or would be."""
        return self.root / FOLDER / sha256[:2] / sha256

    def has(self, sha256: str, num_bytes: int | None = None) -> bool:
        """Whether it is there, in that size where one is given."""
        try:
            found = self.path(sha256).stat().st_size
        except OSError:
            return False
        return num_bytes is None or found == num_bytes

    def staged(self) -> Path:
        """A new path to write something at; gone with the next backup where it is left."""
        (self.root / STAGING).mkdir(parents=True, exist_ok=True)
        return self.root / STAGING / uuid.uuid4().hex

    def put(self, source: Path) -> tuple[str, int, bool]:
        """Copies a file, and gives SHA-256 and bytes of what was copied, and whether it was not there yet.

        It is copied, not linked: what damages the one must not damage the other.

        Raises:
            FileNotFoundError: it is not there.
            OSError: it cannot be read, or the copy cannot be written.
        """
        half = self.staged()
        try:
            with source.open("rb") as opened:  # first, so that what is not there leaves nothing
                sha256, num_bytes = _copy(opened.fileno(), half)
            return sha256, num_bytes, self.adopt(half, sha256)
        finally:
            half.unlink(missing_ok=True)

    def adopt(self, staged: Path, sha256: str) -> bool:
        """Moves a file that is on disk and has that digest to its place; False where the content was there."""
        target = self.path(sha256)
        is_new = not self.has(sha256, staged.stat().st_size)
        target.parent.mkdir(parents=True, exist_ok=True)
        staged.replace(target)
        self.touched.add(target.parent)
        return is_new

    def get(self, sha256: str, target: Path) -> None:
        """Copies a content to a new file, on disk when this returns.

        Raises:
            errors.BackupError: it is missing or was changed; the message names it.
            OSError: the copy cannot be written.
        """
        path = self.path(sha256)
        try:
            with path.open("rb") as opened:
                found, _ = _copy(opened.fileno(), target)
        except FileNotFoundError:
            raise errors.BackupError(f"{path} is missing.") from None
        if found != sha256:
            raise errors.BackupError(f"{path} was changed or damaged.")

    def problem(self, sha256: str) -> str:
        """What is wrong with a content, one sentence; empty where nothing is. It is read from end to end."""
        path = self.path(sha256)
        try:
            found = digest(path)
        except OSError as error:
            return f"{path} is missing." if isinstance(error, FileNotFoundError) else f"{path} cannot be read."
        return "" if found == sha256 else f"{path} was changed or damaged."

    def flush(self) -> None:
        """Has the names of all that was put on disk."""
        for folder in self.touched | ({self.root / FOLDER, self.root} if self.touched else set()):
            artefacts.flush(folder)
        self.touched.clear()

    def all(self) -> Iterator[Path]:
        """Every content that is there."""
        for folder in (self.root / FOLDER).glob("[0-9a-f][0-9a-f]"):
            yield from (path for path in folder.iterdir() if path.name.startswith(folder.name))

    def remove(self, paths: Iterable[Path]) -> None:
        """Removes those contents."""
        for path in paths:
            path.unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                path.parent.rmdir()

    def sweep(self) -> None:
        """Takes away what a backup that was killed left half-written."""
        shutil.rmtree(self.root / STAGING, ignore_errors=True)


def why(error: OSError) -> str:
    """What the system says of a file, with its name where it says that."""
    return f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}"


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _copy(source: int, target: Path) -> tuple[str, int]:
    """Copies what an open file holds, and gives SHA-256 and number of bytes of what was written."""
    digest, num_bytes = hashlib.sha256(), 0
    with target.open("xb") as written:
        while piece := os.read(source, _PIECE_BYTES):
            digest.update(piece)
            num_bytes += len(piece)
            written.write(piece)
        written.flush()
        os.fsync(written.fileno())
    return digest.hexdigest(), num_bytes
