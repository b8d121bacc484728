"""Versions of before, whose files name who corrected labels: published once more without the names.

The files of a version never change, for their digest is its name. Today no version names anybody in them; for one that
does, all its files but that one are published again under another digest, and the old ones are removed.
"""

import contextlib
import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import sqlalchemy as sa

from core.forgetting.names import Replacement
from core.store import Store
from core.store.base import artefacts, schema
from core.store.runs.file_writer import CORRECTIONS_FILE

_PEOPLE = "people"
_ROOMS = ("artefacts", "trash")


def stored(store: Store) -> set[str]:
    """The name of everybody who stands in files of versions."""
    return {name for room in _ROOMS for folder in _folders(store, room) for name in _people(folder)}


def naming(store: Store, replacement: Replacement, room: str = "artefacts") -> list[str]:
    """Digests of the artefacts, in use or in the trash, whose files hold the name."""
    return [folder.name for folder in _folders(store, room) if any(map(replacement.is_name, _people(folder)))]


def published_anew(store: Store, digests: Iterable[str]) -> dict[str, str]:
    """Publishes these once more without any name in them; old digest -> new one. No version is told of it yet.

    Raises:
        errors.ArtefactCorrupt: one is damaged, so that a new digest would vouch for what was never published.
    """
    return {digest: _published_anew(store.home, digest) for digest in digests}


def rename_in(connection: sa.Connection, digests: dict[str, str]) -> None:
    """Has the versions name the new ones; inside the transaction of the caller, who has taken the guards down."""
    runs = schema.runs
    for before, after in digests.items():
        connection.execute(sa.update(runs).where(runs.c.artefact == before).values(artefact=after))


def remove(store: Store, replacement: Replacement) -> None:
    """Removes all artefacts that hold the name, which no version names any more, and those in the trash."""
    for room in _ROOMS:
        for digest in naming(store, replacement, room):
            shutil.rmtree(store.home / room / digest)


def _published_anew(home: Path, digest: str) -> str:
    staging = artefacts.new_staging(home)
    try:
        for name in artefacts.manifest_of(home, digest):
            source = artefacts.verified(home, digest, name, afresh=True)
            if name == CORRECTIONS_FILE:
                content = json.loads(source.read_bytes())
                del content[_PEOPLE]
                (staging / name).write_text(json.dumps(content, indent=1, allow_nan=False))
            else:
                _same_file(source, staging / name)
        return artefacts.publish(home, staging)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _same_file(source: Path, target: Path) -> None:
    """Takes no room where the disk can name a file twice."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _folders(store: Store, room: str) -> list[Path]:
    return sorted(path.parent for path in (store.home / room).glob(f"*/{CORRECTIONS_FILE}"))


def _people(folder: Path) -> list[str]:
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):  # the doctor names what is damaged
        return [str(name) for name in json.loads((folder / CORRECTIONS_FILE).read_bytes())[_PEOPLE]]
    return []
