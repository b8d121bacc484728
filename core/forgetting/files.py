"""The names of people in the files of a home: what people decided about photos, judged, and had brought in."""

import contextlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import filelock

from core import errors
from core.catalogue import kept
from core.catalogue.own import deciding
from core.elsewhere import judging, requests
from core.forgetting.names import PERSON_FIELDS, Replacement
from core.jobs import bringing_in
from core.logs import lines
from core.store import Store

RECORDS = (
    "catalogues/*/decisions-*.jsonl", "trash/catalogue-*/decisions-*.jsonl",
    "judging/*/judging.json", "judging/*/said.jsonl", "trash/judging-*/judging.json", "trash/judging-*/said.jsonl",
    "bringing/*.json", "coming/*.json",
)  # fmt: skip
"""Files of JSON, or of one JSON a line, that hold people."""
TEXTS = ("logs/*.log",)
"""Files of lines that programs wrote."""
EVENTS = ("logs/events.jsonl*",)
"""Files of one JSON a line in which any field may name somebody."""
COPIES = "backups"
"""Copies of the database of before it was changed; nothing is replaced in them."""
_TOLD = ("problem", "result", "doing")
"""Keys of records with sentences, which may name somebody."""


def stored(store: Store) -> set[str]:
    """The name of everybody who stands in records, in every way in which it does."""
    found: set[str] = set()
    for path in _paths(store, RECORDS + EVENTS):
        for content in _contents(path):
            found |= set(_people(content))
    return found


def refuse_at_work(store: Store, replacement: Replacement) -> None:
    """Refuses while something is brought in for that person.

    Raises:
        errors.ForgetRefused: so it is.
    """
    running = [each.name for each in bringing_in.all_coming(store)
               if replacement.is_name(each.who) and bringing_in.is_running(store, each)]  # fmt: skip
    running += [each.name for each in requests.all_asked(store)
                if replacement.is_name(each.who) and requests.is_running(store, each)]  # fmt: skip
    if running:
        raise errors.ForgetRefused(f"{running[0]!r} is being brought in for them right now. Wait for it, or stop it.")


@contextlib.contextmanager
def undisturbed(store: Store) -> Iterator[None]:
    """Nobody decides about photos or judges tags meanwhile.

    Raises:
        errors.CatalogueError, errors.ForgetRefused: somebody does, and longer than we wait.
    """
    with contextlib.ExitStack() as stack:
        for name in kept.names(store.home):
            stack.enter_context(kept.changing(store.home, name, wait_seconds=deciding.WAIT_SECONDS))
        for name in judging.names(store):
            lock = filelock.FileLock(store.home / "locks" / f"judging-{name}.lock", timeout=deciding.WAIT_SECONDS)
            try:
                stack.enter_context(lock)
            except filelock.Timeout:
                raise errors.ForgetRefused(f"Somebody is judging tags of {name!r} right now. Try again.") from None
        yield


def naming(store: Store, replacement: Replacement) -> list[Path]:
    """The files that hold the name."""
    return [path for path, before, after in _changes(store, replacement) if before != after]


def replace(store: Store, replacement: Replacement) -> int:
    """Replaces the name, file by file, each whole or not at all; gives the number of files."""
    num = 0
    for path, before, after in _changes(store, replacement):
        if before != after:
            folder = path.parent.stat()
            kept.write_whole(path, after.encode("utf-8", "surrogateescape"))
            os.utime(path.parent, ns=(folder.st_atime_ns, folder.st_mtime_ns))  # from which days in the trash count
            num += 1
    return num


def copies(store: Store) -> list[Path]:
    """The copies of the database that lie in the home."""
    return sorted(path for path in (store.home / COPIES).glob("**/*") if path.is_file())


def _changes(store: Store, replacement: Replacement) -> Iterator[tuple[Path, str, str]]:
    """Each file with its content and what it is to be."""

    def in_record(line: str) -> str:
        with contextlib.suppress(ValueError):
            content = json.loads(line)
            changed = replacement.in_json(content, lambda key: key in _TOLD)
            return line if changed == content else json.dumps(changed, ensure_ascii=False)
        return line

    def in_event(line: str) -> str:
        with contextlib.suppress(ValueError):
            content = json.loads(line)
            changed = replacement.in_json(content, lambda key: True)
            return line if changed == content else lines.dumps(changed)
        return line

    kinds: tuple[tuple[tuple[str, ...], Callable[[str], str]], ...] = ((RECORDS, in_record), (EVENTS, in_event))
    for patterns, change in (*kinds, (TEXTS, replacement.in_text)):
        for path in _paths(store, patterns):
            before = path.read_bytes().decode("utf-8", "surrogateescape")
            yield path, before, "\n".join(map(change, before.split("\n")))


def _paths(store: Store, patterns: tuple[str, ...]) -> list[Path]:
    return [path for pattern in patterns for path in sorted(store.home.glob(pattern))]


def _contents(path: Path) -> Iterator[Any]:
    for line in path.read_bytes().decode("utf-8", "surrogateescape").split("\n"):
        with contextlib.suppress(ValueError):  # whoever reads the record says that it is damaged
            yield json.loads(line)


def _people(content: Any, key: str = "") -> Iterator[str]:
    if isinstance(content, dict):
        for name, each in content.items():
            yield from _people(each, name)
    elif isinstance(content, list):
        for each in content:
            yield from _people(each, key)
    elif isinstance(content, str) and content and key in PERSON_FIELDS:
        yield content
