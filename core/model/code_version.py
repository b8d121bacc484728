"""The version of the code that decides what a training gives. Knows no torch.

It covers the modules a training imports, found by following their imports, and of each what Python runs: comments,
docstrings and blank lines may change as they like. What cannot change a number is left out (see `SETTLED`), and so is
where garments come from: every version carries the fingerprint of its garments.
"""

import ast
import functools
import hashlib
import importlib.metadata
import io
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path

_ROOT = Path(__file__).parents[2]

TRAINING = (
    "core.catalogue.corrected",
    "core.model.evaluation",
    "core.model.export",
    "core.model.exported",
    "core.model.inference",
    "core.model.neighbours",
    "core.model.training",
    "core.model.weights",
)
"""Where a training begins: all that makes what is published of it."""
SEARCH = ("core.model.neighbours", "core.model.out_of_fold", "core.quality.suspects")
"""Where a search for wrong labels begins."""
PHOTOS = (
    "core.model.backbones.conversion",
    "core.model.backbones.describer",
    "core.model.backbones.efficientnet_lite",
    "core.model.photo_recipes",
    "core.model.photo_training",
    "core.photos.colour",
)
"""Where a training on photos begins."""
SETTLED = ("core.errors", "core.failpoints", "core.settings", "core.model.code_version")
"""Modules that are imported and cannot change a number."""
FORMER = {
    # Version 0.1.0 with torch 2.15.0, which hashed whole folders: it trained, to the last bit, as this program does.
    "11cbbf1cec56": ("d6edfc042423",),
    # Before photos in colours could be learned from: trained alike, to the last bit of every array.
    "7a66941c8625": ("d6edfc042423",),
    # Before pictures were looked at some at a time: the same.
    "ba9c9717b808": ("d6edfc042423",),
    # Before `quick` learned from mirrored garments: every recipe is followed as before, and that one is another now, as
    # its own version says. A search for wrong labels follows it, so that earlier searches are of an older program.
    "0321bf5f2425": ("d6edfc042423",),
    "7ceb969a81a0": ("3b64624bcb5d",),
    # Before grey pictures were made without a hanger's line and HEIC was read: what is learned in colour is the same.
    "0c292cfc9596": ("3b64624bcb5d",),
    # Before the threads of ONNX Runtime, which only tag, waited asleep.
    "adfff4569373": ("d6edfc042423",),
    # Before processes that decode were started without the settings: the same.
    "40a91d63c621": ("3b64624bcb5d",),
    # Before SciPy was imported where it is used: the same.
    "b9d2eaf310e6": ("d6edfc042423",),
    "68dae955ce4d": ("ed1dbe6f4200",),
    "d673bbe25055": ("3b64624bcb5d",),
    # Before a name that leads out of the home was refused: the same.
    "70f9ad1dba0f": ("3b64624bcb5d",),
}
"""Version of an earlier program -> the versions, of a training, a search or a training on photos, that give the same.

A line holds only while these are the present ones: take it out when the code changes."""


@functools.cache
def code_version(roots: tuple[str, ...] = TRAINING) -> str:
    """12 hex digits that change with what the modules of a training do, and with torch's version."""
    return _with_torch(digest(_ROOT, roots))


def known_as(roots: tuple[str, ...] = TRAINING) -> tuple[str, ...]:
    """The present version of the code, then those of earlier programs that gave the same."""
    present = code_version(roots)
    return (present, *(earlier for earlier, same in FORMER.items() if present in same))


def is_current(version: str, *kinds: tuple[str, ...]) -> bool:
    """Whether what was made by that version of the code would be made the same today; `kinds`: of any training."""
    return any(version in known_as(roots) for roots in kinds or (TRAINING, PHOTOS))


def digest(root: Path, roots: Iterable[str]) -> str:
    """SHA-256 (64 hex digits) over the modules that `roots` import, by name and by what Python runs of them.

    Args:
        root: folder in which the package `core` lies.
        roots: dotted names of the modules to begin with.

    Raises:
        FileNotFoundError: one of `roots` does not exist.
    """
    found = hashlib.sha256()
    for name, path in sorted(modules(root, roots).items()):
        content = _bare(path.read_text(encoding="utf-8"))
        found.update(f"\n{name} {len(content)}\n{content}".encode())
    return found.hexdigest()


def modules(root: Path, roots: Iterable[str]) -> dict[str, Path]:
    """Dotted name -> file of `roots` and of all modules of `core` that they import, directly or not."""
    found: dict[str, Path] = {}
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name in found or name in SETTLED:
            continue
        path = _file(root, name)
        if path is None:
            raise FileNotFoundError(f"There is no module {name!r} below {root}. Correct where the code version begins.")
        found[name] = path
        waiting += [name for name in _imported(root, path) if name not in found]
    return found


def _imported(root: Path, path: Path) -> Iterator[str]:
    """The modules of `core` that a file imports, at its head or in a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            if name.split(".")[0] == "core":
                module = name if _file(root, name) else name.rpartition(".")[0]
                if module != "core":
                    yield module


def _file(root: Path, name: str) -> Path | None:
    path = root.joinpath(*name.split("."))
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)


def _bare(source: str) -> str:
    """A source without comments, bare strings and blank lines; what is left stands as it was written.

    Cut out of the text, for a tree of syntax is written differently by different versions of Python.
    """
    lines = source.splitlines(keepends=True)
    for (first, start), (last, end) in reversed(list(_silent(source))):
        lines[first - 1 : last] = [lines[first - 1][:start] + lines[last - 1][end:]]
    return "\n".join(line.rstrip() for line in lines if line.strip())


def _silent(source: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Start and end (line from 1, column) of each comment and of each string that stands alone as a statement."""
    alone: list[tokenize.TokenInfo] = []
    begins = True
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            if not alone:
                yield token.start, token.end
        elif token.type == tokenize.STRING and (begins or alone):
            alone.append(token)
            begins = False
        elif token.type != tokenize.NL:
            if alone and token.type == tokenize.NEWLINE:
                yield alone[0].start, token.start
            alone = []
            begins = token.type in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)


def _with_torch(content: str) -> str:
    return hashlib.sha256(f"{importlib.metadata.version('torch')}\n{content}".encode()).hexdigest()[:12]
