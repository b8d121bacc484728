"""The tree in docs/architecture.md, made from the first lines of docstrings: `python -m tests.tree [--check]`."""

import argparse
import ast
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

from core.settings import PROJECT_ROOT

PAGE = PROJECT_ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- tree -->\n```\n", "```\n<!-- end of the tree -->"
ROOMS = ("dashboard", "pages", "core")
WIDTH, COLUMN = 150, 30


def about(path: Path) -> str:
    """What lives in a file: the first sentence of its docstring, or of the comment it begins with."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        said = ast.get_docstring(ast.parse(text)) or ""
    else:
        found = re.match(r"\s*(?:/\*+|//|<!--)\s*(.*?)(?:\*/|-->|\n\n|\n(?!//))", text, re.DOTALL)
        said = found[1].replace("\n//", "\n") if found else ""
    first = said.split("\n\n")[0].replace("\n", " ").strip()
    return re.sub(r"(?<=[^.])\.$", "", first.split(". ")[0])


def lines() -> Iterator[str]:
    """The tree: a line a file, the rooms from the screen to the store; then the tests, a line a folder."""
    for room in ROOMS:
        yield from _folder(PROJECT_ROOT / room, 0)
    tests = PROJECT_ROOT / "tests"
    for folder in (tests, *sorted(init.parent for init in tests.glob("*/__init__.py"))):
        yield _line(f"{folder.name}/", about(folder / "__init__.py"), int(folder != tests))


def _folder(folder: Path, depth: int) -> Iterator[str]:
    init = folder / "__init__.py"
    yield _line(f"{folder.name}/", about(init) if init.exists() else "One question a file", depth)
    entries = sorted(folder.iterdir(), key=lambda path: (path.is_dir(), path.name))
    for path in entries:
        if path.is_dir() and any(path.glob("*.py")):
            if path.name == "migrations":
                yield _line("migrations/", "Every change of the tables since the first, in order", depth + 1)
            else:
                yield from _folder(path, depth + 1)
        elif path.suffix in (".py", ".js", ".css") and path.name != "__init__.py":
            yield _line(path.name, about(path), depth + 1)


def _line(name: str, said: str, depth: int) -> str:
    start = "  " * depth + name
    return start.ljust(COLUMN) + " " + textwrap.shorten(said, WIDTH - COLUMN, placeholder=" …")


def page(text: str) -> str:
    """The page with the tree as it is today between its two marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + "".join(f"{line}\n" for line in lines()) + END + after


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit code 1 where the tree is stale")
    today = PAGE.read_text(encoding="utf-8")
    if parser.parse_args().check:
        sys.exit(None if page(today) == today else f"The tree in {PAGE.name} is stale: run python -m tests.tree")
    PAGE.write_text(page(today), encoding="utf-8")
