"""Forgetting a person: everything in one transaction of the database, then in the files of the home.

What is to be replaced in the files is written down in `forgetting.json` just before the transaction is committed, and
that file goes when all is done: killed before, nothing has changed; killed later, the next call finishes it first.
"""

import contextlib
import difflib
import json
from dataclasses import asdict, dataclass, field
from typing import Any

import sqlalchemy as sa

from core import errors, failpoints
from core.catalogue import kept
from core.forgetting import files, names, rows, versions
from core.forgetting.names import Replacement
from core.jobs import first_start
from core.store import Store
from core.store.base import audit, database, guards, people, schema

PENDING = "forgetting.json"
"""In the home: what was begun and not finished; the only place where the name stands after the transaction."""
_MOST_NAMED = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Forgotten:
    """What is replaced, or was."""

    former: str
    """What takes the place of the name."""
    rows: dict[str, int]
    """Table -> rows that are theirs."""
    texts: dict[str, int]
    """Table -> rows with a text that names them."""
    num_files: int
    """Files of the home."""
    num_versions: int
    """Versions whose files named them."""
    alike: tuple[str, ...] = ()
    """Names that differ in capitals only: by this program they are other people's."""
    num_copies: int = field(default=0)
    """Copies of the database in `backups/` of the home, in which nothing is replaced."""


def plan(store: Store, name: str, number: int | None = None) -> Forgotten:
    """What `forget` would replace; nothing is changed.

    Raises:
        errors.ForgetRefused: as `forget`.
    """
    begun = pending(store)
    if begun is not None and begun.is_name(name) and _is_committed(store):
        return _told(store, begun, rows.Counts(), len(files.naming(store, begun)), _num_versions(store, begun))
    replacement = _replacement(store, name, number)
    files.refuse_at_work(store, replacement)
    with database.read(store.engine) as connection:
        _refuse_at_work(connection, replacement)
        counts = rows.count(connection, replacement)
    return _told(store, replacement, counts, len(files.naming(store, replacement)), _num_versions(store, replacement))


def forget(store: Store, name: str, *, who: str, number: int | None = None) -> Forgotten:
    """Replaces a name wherever this program keeps it.

    Args:
        store: where.
        name: whose, in any way to write it that means the same person.
        who: has it done; may be the same person.
        number: of the former colleague that this person became before; None: the next free one.

    Raises:
        errors.ForgetRefused: nobody has that name, or work goes on in it.
        errors.CatalogueError: somebody changes a catalogue right now.
        errors.ArtefactCorrupt: the files of a version that name them are damaged.
        errors.DatabaseUnavailable: the database cannot be written.
    """
    begun = pending(store)
    if finish(store) and begun is not None and begun.is_name(name):
        return _told(store, begun, rows.Counts(), 0, 0)
    replacement = _replacement(store, name, number)
    with files.undisturbed(store):
        files.refuse_at_work(store, replacement)
        num_files, num_versions = len(files.naming(store, replacement)), _num_versions(store, replacement)
        digests = versions.published_anew(store, versions.naming(store, replacement))
        counts = _replace_rows(store, replacement, digests, who=who, num_files=num_files)
        failpoints.reach("forget-committed")
        _finish_files(store, replacement)
    return _told(store, replacement, counts, num_files, num_versions)


def finish(store: Store) -> bool:
    """Finishes what was interrupted after the database was changed; whether there was anything to finish."""
    replacement, is_committed = pending(store), _is_committed(store)
    if replacement is not None and is_committed:
        with files.undisturbed(store):
            _finish_files(store, replacement)
    (store.home / PENDING).unlink(missing_ok=True)
    return is_committed


def pending(store: Store) -> Replacement | None:
    """What was begun and not finished; None: nothing."""
    with contextlib.suppress(FileNotFoundError):
        content = _begun(store)
        texts = {name: tuple(content[name]) for name in ("spellings", "others")}
        return Replacement(former=content["former"], **texts)
    return None


def _begun(store: Store) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((store.home / PENDING).read_bytes())
    return found


def _is_committed(store: Store) -> bool:
    """Whether what is pending changed the database: then its line stands in the log."""
    with contextlib.suppress(FileNotFoundError):
        log, begun = schema.log.c, _begun(store)
        line = sa.select(log.sequence).where(log.sequence == begun["sequence"], log.action == "forget")
        with database.read(store.engine) as connection:
            return connection.scalar(line.where(log.subject == begun["former"])) is not None
    return False


def _replace_rows(
    store: Store, replacement: Replacement, digests: dict[str, str], *, who: str, num_files: int
) -> rows.Counts:
    with database.write(store.engine) as connection:
        _refuse_at_work(connection, replacement)
        counts = rows.count(connection, replacement)
        guards.take_down(connection, tuple({*counts.rows, *counts.texts, "runs"}))
        rows.replace(connection, replacement, counts)
        versions.rename_in(connection, digests)
        guards.set_up(connection)
        after = {"rows": sum(counts.rows.values()), "texts": sum(counts.texts.values()), "files": num_files}
        by = replacement.in_field(people.person(who))
        line = audit.record(connection, who=by, action="forget", subject=replacement.former, after=after)
        kept.write_whole(store.home / PENDING, json.dumps({**asdict(replacement), "sequence": line.sequence}))
        failpoints.reach("forget-committing")
    return counts


def _finish_files(store: Store, replacement: Replacement) -> None:
    files.replace(store, replacement)
    versions.remove(store, replacement)
    database.write_anew(store.engine)
    (store.home / PENDING).unlink()


def _replacement(store: Store, name: str, number: int | None) -> Replacement:
    with database.read(store.engine) as connection:
        stored = rows.stored(connection)
    stored |= files.stored(store) | versions.stored(store)
    everybody = {people.person(text) for text in stored} - {first_start.BY_ITSELF}
    _refuse_unknown(people.person(name), sorted(each for each in everybody if not names.is_former(each)))
    if number is None:
        number = names.next_number(stored)
    elif names.former(number) not in everybody:
        raise errors.ForgetRefused(f"There is no {names.former(number)!r} yet. Leave the number out.")
    return names.of(name, stored, number)


def _refuse_unknown(person: str, everybody: list[str]) -> None:
    if person in everybody:
        return
    if names.is_former(person):
        raise errors.ForgetRefused(f"{person!r} is nobody's name any more: it was replaced already.")
    near = difflib.get_close_matches(person.casefold(), [each.casefold() for each in everybody], n=_MOST_NAMED)
    shown = sorted(everybody, key=lambda each: near.index(each.casefold()) if each.casefold() in near else _MOST_NAMED)
    more = f" and {len(shown) - _MOST_NAMED:,} more" if len(shown) > _MOST_NAMED else ""
    listed = ", ".join(map(repr, shown[:_MOST_NAMED])) or "none"
    raise errors.ForgetRefused(f"Nobody here is called {person[:200]!r}. The names are: {listed}{more}.")


def _refuse_at_work(connection: sa.Connection, replacement: Replacement) -> None:
    """Refuses while a job of theirs goes on, or a training that may have learned what they said: it writes names."""
    jobs = schema.jobs.c
    is_active = jobs.status.in_(("queued", "running"))
    theirs = sa.select(jobs.number).where(is_active, jobs.started_by.in_(replacement.spellings))
    if connection.scalar(theirs.limit(1)) is not None:
        raise errors.ForgetRefused("Work that they asked for is running or waits. Wait for its end, or cancel it.")
    is_training = sa.select(jobs.number).where(jobs.status == "running", jobs.kind == "training")
    has_spoken = sa.select(schema.verdicts.c.number).where(schema.verdicts.c.who.in_(replacement.spellings))
    if all(connection.scalar(found.limit(1)) is not None for found in (is_training, has_spoken)):
        raise errors.ForgetRefused(
            "A training is running, which writes down at its end whose corrections it learned. Wait for it, then try "
            "again."
        )


def _num_versions(store: Store, replacement: Replacement) -> int:
    return sum(len(versions.naming(store, replacement, room)) for room in ("artefacts", "trash"))


def _told(store: Store, replacement: Replacement, counts: rows.Counts, num_files: int, num_versions: int) -> Forgotten:
    folded = replacement.spellings[0].casefold()
    alike = {other for other in map(people.person, replacement.others) if other.casefold() == folded}
    return Forgotten(
        former=replacement.former, rows=counts.rows, texts=counts.texts, num_files=num_files, num_versions=num_versions,
        alike=tuple(sorted(alike)), num_copies=len(files.copies(store)),
    )  # fmt: skip
