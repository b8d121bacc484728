"""Files that never change: published by one rename, named by their content, compared with it when they are read.

An artefact is a folder `artefacts/<digest>` with a few files and `manifest.json`, which lists each file's SHA-256 and
size. The digest is the SHA-256 of the manifest, so the name of the folder vouches for every byte in it. A folder
exists complete or not at all: it is written under `staging/`, flushed, and renamed.

Several computers share artefacts where `artefacts/` is a link to a folder that all of them see, or is mounted. What is
written reaches it under another name first, and their trash is in it too, for what one of them threw away another one
may bring back.
"""

import contextlib
import errno
import functools
import hashlib
import json
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core import errors, failpoints, file_names

MANIFEST = "manifest.json"
SETTLED_SECONDS = 2.0
RESERVE_BYTES = 1 << 16
"""Enough for a row of the database with its journal."""


def new_staging(home: Path) -> Path:
    """An empty folder to write the files of one artefact into."""
    folder = home / "staging" / uuid.uuid4().hex
    folder.mkdir(parents=True)
    return folder


def publish(home: Path, staging: Path) -> str:
    """Makes the files in `staging` an artefact, on disk before this returns, and gives back its digest.

    The same content published twice is one artefact.
    """
    failpoints.reach("publish-staged")
    files = sorted(path for path in staging.iterdir() if path.name != MANIFEST)
    manifest = {path.name: {"sha256": _sha256(path), "bytes": path.stat().st_size} for path in files}
    text = json.dumps(manifest, indent=1, sort_keys=True).encode()
    digest = hashlib.sha256(text).hexdigest()
    (staging / MANIFEST).write_bytes(text)
    failpoints.reach("publish-manifest")
    for path in (*files, staging / MANIFEST, staging):
        flush(path)
    failpoints.reach("publish-flushed")
    target = folder_of(home, digest)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        shutil.rmtree(staging)
    else:
        _move(staging, target)
    failpoints.reach("publish-renamed")
    return digest


def folder_of(home: Path, digest: str) -> Path:
    """Where the artefact of that digest is, or would be."""
    return home / "artefacts" / file_names.one(digest)


def verified(home: Path, digest: str, name: str, *, afresh: bool = False) -> Path:
    """The path of one file of an artefact, after comparing it with the manifest, and that with the digest.

    A file that this process has read through before, and that nobody has written since, is not read through again
    unless `afresh`: large ones take a second, and a page needs several parts of them.

    Raises:
        errors.ArtefactCorrupt: the file or the manifest is missing or changed; the message names it.
    """
    path = folder_of(home, digest) / name
    expected = manifest_of(home, digest).get(name)
    if expected is None or not path.is_file():
        raise errors.ArtefactCorrupt(f"{path} is missing. {NEXT_STEP}")
    found = _sha256(path) if afresh else _sha256_read_once(path)
    if found != expected["sha256"]:
        raise errors.ArtefactCorrupt(
            f"{path} was changed or damaged: expected SHA-256 {expected['sha256']}, found {found}. {NEXT_STEP}"
        )
    return path


def manifest_of(home: Path, digest: str) -> dict[str, Any]:
    """File name to `sha256` and `bytes`, after comparing the manifest with the digest.

    Raises:
        errors.ArtefactCorrupt: it is missing or changed.
    """
    path = folder_of(home, digest) / MANIFEST
    if not path.is_file():
        raise errors.ArtefactCorrupt(f"{path} is missing. {NEXT_STEP}")
    text = path.read_bytes()
    if hashlib.sha256(text).hexdigest() != digest:
        raise errors.ArtefactCorrupt(f"{path} was changed or damaged. {NEXT_STEP}")
    manifest: dict[str, Any] = json.loads(text)
    return manifest


def move_to_trash(home: Path, digest: str) -> None:
    """Takes that artefact out of use; `purge_trash` removes it later, `bring_back` undoes it. Does nothing twice."""
    source, target = folder_of(home, digest), trash(home) / file_names.one(digest)
    if not source.is_dir():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(target, ignore_errors=True)
    os.utime(source)  # when it was moved, from which its days in the trash are counted
    source.rename(target)


def trash(home: Path) -> Path:
    """Where artefacts wait that are out of use: beside them, where several computers share them."""
    folder = home / "artefacts"
    return folder / ".trash" if folder.is_symlink() or os.path.ismount(folder) else home / "trash"


def folders(home: Path) -> list[Path]:
    """The folders of all artefacts in use, sorted by digest."""
    return sorted(path for path in (home / "artefacts").glob("*") if path.is_dir() and path.name[0] != ".")


def bring_back(home: Path, digest: str) -> None:
    """Puts an artefact that is in the trash back into use; does nothing where it is in use."""
    source, target = trash(home) / file_names.one(digest), folder_of(home, digest)
    if source.is_dir() and not target.exists():
        source.rename(target)
        flush(target.parent)


def purge_trash(home: Path, digest: str) -> None:
    """Removes an artefact that is in the trash, for good."""
    for folder in {trash(home), home / "trash"}:
        shutil.rmtree(folder / file_names.one(digest), ignore_errors=True)


def num_bytes(folder: Path) -> int:
    """How much the files of that folder hold."""
    return sum(path.stat().st_size for path in folder.glob("*") if path.is_file())


@contextlib.contextmanager
def reserve(home: Path) -> Iterator[None]:
    """Holds a little room on the disk until the end: in it is written down what ended because the disk is full."""
    path = home / "staging" / "reserve"
    with contextlib.suppress(OSError):  # where there is no room at all, there is none to hold
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.urandom(RESERVE_BYTES))  # random, because some disks store no zeros
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def sweep_staging(home: Path) -> None:
    """Removes what interrupted publishing left; only for who holds the training lock, since only trainings publish."""
    shutil.rmtree(home / "staging", ignore_errors=True)


def _move(staging: Path, target: Path) -> None:
    """Renames a folder, complete and flushed, also into another file system; one that is there already stays."""
    try:
        staging.rename(target)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST):  # another computer was faster with the same content
            shutil.rmtree(staging)
            return
        if error.errno != errno.EXDEV:
            raise
        near = target.parent / f".{uuid.uuid4().hex}"
        shutil.copytree(staging, near)
        for path in (*near.iterdir(), near):
            flush(path)
        shutil.rmtree(staging)
        _move(near, target)
        return
    flush(target.parent)


NEXT_STEP = "Restore it from a backup, or show another version; `python -m core doctor` lists everything damaged."
"""What who meets a damaged file can do."""


def _sha256_read_once(path: Path) -> str:
    status = path.stat()
    if time.time() - status.st_mtime < SETTLED_SECONDS:
        # Clocks of file systems tick coarsely: a change right after the reading would bear the same time.
        return _sha256(path)
    return _sha256_as_written(path, (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns))


@functools.lru_cache(maxsize=256)
def _sha256_as_written(path: Path, written: tuple[int, ...]) -> str:
    """Kept for as long as `written`, which changes whenever somebody writes the file or replaces it, stays."""
    return _sha256(path)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def flush(path: Path) -> None:
    """Has the disk take what was written; folders cannot be opened for that on Windows, which does it by itself."""
    if path.is_dir() and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() or os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
