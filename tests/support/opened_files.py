"""Which files this process opens, lists, makes, moves or removes, watched from below by an audit hook of Python."""

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

EVENTS = frozenset({
    "open", "os.listdir", "os.scandir", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink",
    "os.truncate", "os.chmod", "os.utime", "shutil.rmtree", "shutil.move", "shutil.copyfile", "sqlite3.connect",
})  # fmt: skip
_watched = threading.local()


def _note(event: str, arguments: tuple[object, ...]) -> None:
    found = getattr(_watched, "found", None)
    if found is not None and event in EVENTS:
        paths = arguments[:2] if event in ("os.rename", "os.link", "shutil.move", "shutil.copyfile") else arguments[:1]
        found += [os.fsdecode(path) for path in paths if isinstance(path, str | bytes | os.PathLike)]


@contextlib.contextmanager
def watched() -> Iterator[list[str]]:
    """The paths that this thread touches within the block, as they were given."""
    if not hasattr(_note, "is_hooked"):
        sys.addaudithook(_note)  # for good: a hook cannot be taken away
        _note.is_hooked = True  # type: ignore[attr-defined]
    _watched.found = found = []
    try:
        yield found
    finally:
        _watched.found = None


def outside(paths: list[str], home: Path) -> list[str]:
    """Those that lie neither in the home nor where Python and this program have their code."""
    code = tuple(f"{os.path.realpath(path)}/" for path in {sys.prefix, sys.base_prefix, *filter(None, sys.path)})
    allowed = (f"{os.path.realpath(home)}/",)

    of_the_system = (f"/proc/{os.getpid()}/stat/", "/proc/sys/kernel/random/boot_id/", "/dev/null/", ":memory:/")

    def is_fine(path: str) -> bool:
        if "\0" in path:
            return True  # refused by the system itself
        real = os.path.realpath(path) + "/"
        return (
            real.startswith(allowed)
            or real in of_the_system
            or (real.startswith(code) and (path.endswith((".py", ".pyc", ".so")) or "__pycache__" in path))
        )

    return [path for path in paths if not is_fine(path)]
