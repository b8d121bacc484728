"""Finding a backup: the one that is meant, or all of a folder with what is wrong with each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core import errors
from core.store.backups import contents, manifests, objects
from core.store.backups.manifests import Listed, Manifest
from core.store.backups.objects import Objects


def chosen(folder: Path, name: str | None = None) -> tuple[Listed, Manifest, Mapping[str, int]]:
    """The backup of that name, or the newest: its file, what it says, and whose photos were taken out of it.

    Raises:
        errors.BackupRefused: there is none.
        errors.BackupError: its list is damaged; the message names the newest one whose list is not.
    """
    folder = folder.expanduser()
    refuse_none(folder)
    found = manifests.listed(folder)
    wanted = [one for one in found if name is None or _answers(one, name)]
    if not wanted:
        raise errors.BackupRefused(
            f"There is no backup {name!r} in {folder}. Those there are: {', '.join(one.name for one in found[:8])}."
        )
    try:
        return wanted[0], manifests.read(wanted[0]), manifests.let_go(wanted[0])
    except errors.BackupRefused:
        raise
    except errors.BackupError as error:
        raise errors.BackupError(f"{error} {_other(found, wanted[0])}") from None


def refuse_none(folder: Path) -> None:
    """Says what a folder is in which there is no backup.

    Raises:
        errors.BackupRefused: there is none, or it cannot be read.
    """
    if not manifests.listed(folder):
        raise errors.BackupRefused(_why_none(folder))


def _answers(one: Listed, name: str) -> bool:
    return name in (str(one.number), one.name, one.path.name)


def _why_none(folder: Path) -> str:
    if (folder / objects.FOLDER).is_dir():
        return (
            f"In {folder} lie files of a backup that did not come to its end, and no backup that did. Make it again: "
            "what was copied is not copied again."
        )
    if (folder / "garments.db").exists() or (folder / "artefacts").is_dir():
        return (
            f"{folder} is a GARMENTS_HOME or a copy of one, and no folder of backups. Name the folder that "
            "`python -m core backup` wrote."
        )
    return f"{folder} holds no backup. Name the folder that `python -m core backup` wrote."


def _other(found: Sequence[Listed], damaged: Listed) -> str:
    """What to do instead, one sentence."""
    for one in found:
        if one != damaged:
            try:
                manifests.read(one)
            except errors.BackupError:
                continue
            return f"Restore another one: --backup {one.number} is of {one.created_at:%Y-%m-%d %H:%M} UTC."
    return "There is no other backup in this folder. Fetch a copy of the folder from elsewhere."


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A backup in a list of them."""

    listed: Listed
    """Its name, number and time."""
    manifest: Manifest | None
    """What it holds; None where that cannot be read."""
    num_let_go: int
    """Photos that were taken out of it on purpose."""
    problem: str
    """What is wrong with it, one sentence; empty where nothing was found."""


def standings(folder: Path, *, is_checked: bool = False) -> Iterator[Standing]:
    """The backups of a folder, the newest first.

    Args:
        folder: where.
        is_checked: whether every content is read and compared, else only whether it is there.

    Raises:
        errors.BackupRefused: there is none, or the folder cannot be read.
    """
    refuse_none(folder)
    there, seen = Objects(folder), dict[str, str]()
    for listed in manifests.listed(folder):
        try:
            manifest, note = manifests.read(listed), manifests.let_go(listed)
        except errors.BackupError as error:
            yield Standing(listed=listed, manifest=None, num_let_go=0, problem=str(error))
            continue
        needed = {file.sha256: file.bytes for file in manifest.files if contents.batch_of(file.path) not in note}
        for sha256, num_bytes in needed.items():
            if sha256 not in seen:
                seen[sha256] = _problem(there, sha256, num_bytes, is_checked=is_checked)
        found = [seen[sha256] for sha256 in needed if seen[sha256]]
        more = f" and {len(found) - 1:,} more" if len(found) > 1 else ""
        problem = f"{found[0]}{more}" if found else ""
        yield Standing(listed=listed, manifest=manifest, num_let_go=sum(note.values()), problem=problem)


def _problem(there: Objects, sha256: str, num_bytes: int, *, is_checked: bool) -> str:
    if is_checked:
        return there.problem(sha256)
    return "" if there.has(sha256, num_bytes) else f"{there.path(sha256)} is missing or has another size."
