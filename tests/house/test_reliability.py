"""The page about what was tried: every blow is on it, and every test that it names is there."""

import ast
import re

import pytest

from core.settings import PROJECT_ROOT

NUM_BLOWS = 44
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (PROJECT_ROOT / "docs" / "reliability.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| \d", line)
]


def names_in(file: str) -> set[str]:
    """The names by which pytest finds the tests of a file: of functions, and of what state machines give."""
    found: set[str] = set()
    for node in ast.parse((PROJECT_ROOT / file).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return {name for name in found if name.startswith("test_")}


def test_every_blow_stands_there_once_with_its_state_and_a_figure_or_a_reason():
    assert [int(row[0]) for row in ROWS] == list(range(1, NUM_BLOWS + 1))
    for rank, _, must_hold, state, shown_by, figure in ROWS:
        assert state in ("holds", "in part", "open"), rank
        assert (state == "open") == (shown_by == "–"), rank
        assert len(must_hold) > 5 and len(figure) > 10, rank


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"row {row[0]}")
def test_every_test_that_is_named_is_there(row):
    for test in re.findall(r"`([^`]+)`", row[4]):
        file, _, name = test.partition("::")
        assert name in names_in(file), test
