"""Row 10: no cell of any CSV that leaves the program begins a formula, and each comes back as it was."""

import ast
import csv
import io
import itertools
import os
import re

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.retail import spreadsheet
from core.settings import PROJECT_ROOT
from dashboard.gallery import listing

NUM_ROWS, NUM_CELLS = int(os.environ.get("CSV_ROWS", "1000")), 10
STARTS = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")
PIECES = (*STARTS, "'", '"', ",", ";", "\n", "\r\n", " ", "=1+1", "@SUM(A1)", '=HYPERLINK("http://x.example")', "-2+3",
          "=cmd|' /C calc'!A0", "\ufeff", "\u202e", "'Til Dawn", "''", "é", "")  # fmt: skip
CELLS = st.text(max_size=12) | st.lists(st.sampled_from(PIECES), max_size=4).map("".join)

WRITERS = {
    "core/retail/spreadsheet.py": ["csv.writer"],
    "dashboard/gallery/listing.py": ["_with_states(content, states).to_csv"],
}
"""The only files that turn cells into CSV -> by what; all others go through them."""


def writers(source):
    """What a source calls to turn cells into CSV, where that is not one of our own functions."""
    called = (ast.unparse(node.func) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    ours = ("naming.to_csv", "cost_grid.to_csv", "verdict_csv.to_csv")
    return [call for call in called if re.search(r"csv\.(writer|DictWriter)$|\.to_csv$", call) and call not in ours]


def test_every_csv_is_written_in_one_of_two_places():
    files = (path for room in ("core", "dashboard", "pages") for path in (PROJECT_ROOT / room).rglob("*.py"))
    found = {path.relative_to(PROJECT_ROOT).as_posix(): writers(path.read_text(encoding="utf-8")) for path in files}
    assert {file: said for file, said in found.items() if said} == WRITERS
    assert writers("csv.DictWriter(f)") and writers("table.to_csv(path)") and not writers("naming.to_csv(held)")


def read(content):
    """The cells as any program reads them."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@settings(max_examples=NUM_ROWS, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(cells=st.lists(CELLS, min_size=NUM_CELLS, max_size=NUM_CELLS), numbers=st.tuples(st.integers(), st.floats()))
def test_ten_thousand_cells_and_names_of_columns_begin_no_formula_and_come_back(cells, numbers):
    header, row = read(spreadsheet.as_csv([*cells, "n", "x"], [[*cells, *numbers]]))
    for written in (header, row):
        assert [cell for cell in written[:NUM_CELLS] if cell.startswith(STARTS)] == []
        assert [spreadsheet.original_cell(cell) for cell in written[:NUM_CELLS]] == cells
    assert row[NUM_CELLS:] == [str(number) for number in numbers]


def test_a_list_of_the_gallery_begins_no_formula_either_and_comes_back():
    cells = sorted({"".join(pair) for pair in itertools.product(PIECES, PIECES)})
    places = np.arange(len(cells))
    table = pd.DataFrame({"position": places, "label": places, "suggested_class": places[::-1]})
    table = table.assign(self_confidence=0.25, suggested_confidence=0.5)
    states = pd.DataFrame({"state": "open", "category": pd.Series(cells, dtype=object)})
    sources = pd.DataFrame({"product": cells, "photo": cells[::-1]})
    header, *rows = read(listing.suspects_as_csv(table, tuple(cells), states, sources))
    assert len(rows) == len(cells) > 500
    for name, expected in {"label": cells, "suggested": cells[::-1], "product": cells, "photo": cells[::-1],
                           "agreed_category": cells}.items():  # fmt: skip
        written = [row[header.index(name)] for row in rows]
        assert [cell for cell in written if cell.startswith(STARTS)] == []
        assert [spreadsheet.original_cell(cell) for cell in written] == expected
