"""The files of a published dataset: found, fetched, extracted, checked. Knows no pixel and no label.

Looked for in this order, and used from the first place that has them:

1. extracted, in `GARMENTS_DATA_DIR` or below it in `FashionMNIST/raw` (torchvision's own place): read where they are;
2. as `.gz`, or mixed, in the same two places: extracted once into `GARMENTS_HOME`, since the folder may be read-only;
3. in `GARMENTS_HOME`, from an earlier extraction or download;
4. on the mirrors: downloaded by torchvision into a staging folder, checked, then moved into place.
"""

import contextlib
import gzip
import hashlib
import io
import os
import shutil
import socket
import tempfile
import time
import urllib.request
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from core import errors
from core.settings import Settings

if TYPE_CHECKING:
    from core.catalogue import OnProgress

PROBE_SECONDS = 4.0
"""A mirror that has not answered by then is not there."""
STALL_SECONDS = 20.0
"""A download that delivers nothing for so long is given up."""
NEXT_STEP = "Replace the file, or fetch the published one with `python -m core data --fetch`."


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceFile:
    """One published file."""

    name: str
    """Name of the extracted file; the archive's is this with `.gz`."""
    sha256: str
    """Of the extracted file, 64 hex digits."""
    archive_md5: str
    """Of the `.gz`, 32 hex digits, as published."""
    archive_bytes: int
    """Size of the `.gz`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """A published dataset in the IDX format of MNIST."""

    folder_name: str
    """Folder below `GARMENTS_HOME` for extracted and downloaded files."""
    mirrors: tuple[str, ...]
    """Base addresses, each ending in a slash, in the order to try."""
    files: tuple[SourceFile, ...]
    """Training pictures, training labels, test pictures, test labels."""
    num_train: int
    """Garments in the training files."""
    num_test: int
    """Garments in the test files."""


def locate(settings: Settings, source: Source, on_progress: "OnProgress") -> Path | None:
    """The folder that holds all extracted files, extracting them first where only archives are there; None if not here.

    Raises:
        errors.CatalogueCorrupt: an archive is not the published one.
    """
    for folder in _places(settings):
        if all((folder / file.name).is_file() for file in source.files):
            return folder
    found = {file.name: _found(file, settings) for file in source.files}
    home_folder = settings.home / source.folder_name
    if all(found.values()):
        for number, file in enumerate(source.files):
            on_progress("unpacking the garments", number / len(source.files))
            _bring(file, found[file.name], home_folder)
        return home_folder
    return home_folder if all((home_folder / file.name).is_file() for file in source.files) else None


def verify(folder: Path, source: Source) -> None:
    """Compares the extracted files with their SHA-256: 55 MB in about 0.2 s.

    Raises:
        errors.CatalogueMissing: a file is not there.
        errors.CatalogueCorrupt: a file is not the published one; the first is named with expected and found.
    """
    for file in source.files:
        path = folder / file.name
        if not path.is_file():
            raise errors.CatalogueMissing(f"{path} is missing. {NEXT_STEP}")
        _compare(path, "SHA-256", file.sha256, _digest(path, "sha256"))


def fetch(settings: Settings, source: Source, on_progress: "OnProgress") -> Path:
    """Downloads the files, whatever is here already, and returns the folder that now holds them, checked.

    Raises:
        errors.CatalogueMissing: no mirror could be reached, or none delivered the published files.
        errors.CatalogueCorrupt: a wrong file stands in a folder that cannot be written.
    """
    target = _target(settings, source)
    problems: list[str] = []
    mirrors = ([settings.data_mirror] if settings.data_mirror else []) + list(source.mirrors)
    on_progress("looking for the garments", 0.0)
    unreachable = _unreachable([mirror + source.files[0].name + ".gz" for mirror in mirrors])
    with tempfile.TemporaryDirectory(prefix=".fetching-", dir=_made(target)) as staging:
        _reuse(settings, source, Path(staging))
        for mirror, why_not in zip(mirrors, unreachable, strict=True):
            problem = why_not or _download(mirror, Path(staging), source, on_progress)
            if not problem:
                for file in source.files:
                    (Path(staging) / file.name).replace(target / file.name)
                return target
            problems.append(f"{mirror}: {problem}")
    raise errors.CatalogueMissing(
        f"{source.folder_name} is not in {settings.data_dir} and could not be fetched ({'; '.join(problems)}). "
        "Put its four .gz files there, or set GARMENTS_DATA_DIR or GARMENTS_DATA_MIRROR."
    )


def torchvision_class(source: Source, mirrors: tuple[str, ...] = ()) -> Any:
    """torchvision's FashionMNIST, reading and writing in the very folder it is given, for the files of `source`."""
    from torchvision.datasets import FashionMNIST  # torch takes seconds to import: only who reads pixels pays

    class FilesInFolder(FashionMNIST):  # type: ignore[misc]
        resources = tuple((file.name + ".gz", file.archive_md5) for file in source.files)

        @property
        def raw_folder(self) -> str:
            return str(self.root)

        def _check_legacy_exist(self) -> bool:
            # The legacy format is a pickle, which is never read.
            return False

    FilesInFolder.mirrors = list(mirrors)
    return FilesInFolder


def _places(settings: Settings) -> tuple[Path, Path]:
    return settings.data_dir, settings.data_dir / "FashionMNIST" / "raw"


def _target(settings: Settings, source: Source) -> Path:
    """Where fetched files go: over wrong ones that would be found first, else torchvision's place, else our own."""
    for folder in _places(settings):
        if any((folder / f"{file.name}{suffix}").is_file() for file in source.files for suffix in ("", ".gz")):
            if not os.access(folder, os.W_OK):
                raise errors.CatalogueCorrupt(
                    f"{folder} holds files of {source.folder_name} but cannot be written, so they cannot be repaired. "
                    "Replace them by hand, or set GARMENTS_DATA_DIR to another folder."
                )
            return folder
    nearest = next(folder for folder in (settings.data_dir, *settings.data_dir.parents) if folder.exists())
    return _places(settings)[1] if os.access(nearest, os.W_OK) else settings.home / source.folder_name


def _found(file: SourceFile, settings: Settings) -> Path | None:
    candidates = (folder / f"{file.name}{suffix}" for folder in _places(settings) for suffix in ("", ".gz"))
    return next((path for path in candidates if path.is_file()), None)


def _bring(file: SourceFile, found: Path | None, folder: Path) -> None:
    """Extracts or copies one file into `folder`, unless the right one is there; never leaves half a file."""
    assert found is not None
    if found.suffix == ".gz":
        # Looked at each time: a wrong archive is named even where an earlier extraction was right.
        _compare(found, "MD5", file.archive_md5, _digest(found, "md5"))
    path = folder / file.name
    if path.is_file() and _digest(path, "sha256") == file.sha256:
        return
    with tempfile.NamedTemporaryFile(prefix=".unpacking-", dir=_made(folder), delete=False) as staging:
        try:
            with gzip.open(found) if found.suffix == ".gz" else found.open("rb") as packed:
                shutil.copyfileobj(packed, staging, 1 << 20)
            staging.flush()
            os.fsync(staging.fileno())
        except (OSError, EOFError, zlib.error) as error:
            Path(staging.name).unlink()
            raise errors.CatalogueCorrupt(f"{found} cannot be unpacked ({error}). {NEXT_STEP}") from None
    Path(staging.name).replace(path)


def _download(mirror: str, staging: Path, source: Source, on_progress: "OnProgress") -> str:
    """Lets torchvision fetch the four files into `staging`; returns what went wrong, empty where nothing did."""
    try:
        # torchvision writes its own bar to stderr; ours is the one people see.
        with _watched(staging, source, on_progress), _timeout(STALL_SECONDS), contextlib.redirect_stderr(io.StringIO()):
            torchvision_class(source, (mirror,))(staging, download=True)
        verify(staging, source)
    except errors.CatalogueCorrupt as error:
        return str(error)
    except (RuntimeError, OSError, HTTPException, EOFError, zlib.error) as error:
        lines = str(error).strip().splitlines()
        return f"{lines[-1] if lines else type(error).__name__}"
    return ""


@contextlib.contextmanager
def _watched(staging: Path, source: Source, on_progress: "OnProgress") -> Iterator[None]:
    """Reports the bytes that have arrived in `staging`: torchvision itself tells nobody."""
    total, finished = sum(file.archive_bytes for file in source.files), Event()

    def watch() -> None:
        while not finished.wait(0.2):
            sizes = [path.stat().st_size for path in staging.glob("*.gz") if path.exists()]
            on_progress(f"fetching the garments ({total / 1e6:.0f} MB)", min(1.0, sum(sizes) / max(total, 1)))

    watcher = Thread(target=watch, daemon=True, name="download-progress")
    watcher.start()
    try:
        yield
    finally:
        finished.set()
        watcher.join()


@contextlib.contextmanager
def _timeout(seconds: float) -> Iterator[None]:
    """torchvision opens its connections without a timeout of their own."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _unreachable(addresses: list[str]) -> list[str]:
    """For each address why it does not answer within `PROBE_SECONDS`; empty where it does.

    Asked all at once, in threads that may be left behind: without a network even the name of a host can take
    half a minute to fail, and no timeout of Python's reaches into that.
    """
    answers = dict.fromkeys(range(len(addresses)), f"no answer within {PROBE_SECONDS:.0f} seconds")

    def ask(number: int) -> None:
        try:
            with urllib.request.urlopen(addresses[number], timeout=PROBE_SECONDS):
                answers[number] = ""
        except (OSError, HTTPException, ValueError) as error:
            answers[number] = str(error) or type(error).__name__

    threads = [Thread(target=ask, args=(number,), daemon=True, name="mirror-probe") for number in answers]
    give_up_at = time.monotonic() + PROBE_SECONDS + 0.5
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, give_up_at - time.monotonic()))
    return [answers[number] for number in range(len(addresses))]


def _reuse(settings: Settings, source: Source, staging: Path) -> None:
    """Copies the archives that are here already, so that torchvision fetches only the others."""
    for file in source.files:
        found = _found(file, settings)
        if found is not None and found.suffix == ".gz":
            shutil.copyfile(found, staging / found.name)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _digest(path: Path, algorithm: str) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()


def _compare(path: Path, algorithm: str, expected: str, found: str) -> None:
    if found != expected:
        raise errors.CatalogueCorrupt(
            f"{path} is not the published file ({path.stat().st_size:,} bytes): expected {algorithm} {expected}, "
            f"found {found}. {NEXT_STEP}"
        )
