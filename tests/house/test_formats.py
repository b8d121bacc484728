"""What docs/formats.md says of files is what the program reads and writes."""

import csv
import importlib
import inspect
import io
import re

import numpy as np
import pandas as pd
import pytest

from core import limited_process
from core.catalogue.own import checks
from core.commands import background, suspects
from core.photos import boxes, containers, sources
from core.quality import acceptance, cost
from core.report import lists
from core.retail import cost_grid, naming, product_list, taxonomy, workbooks
from core.settings import PREFIX, PROJECT_ROOT, Settings
from core.store.base import audit
from core.store.verdicts import verdict_csv
from core.tagging import piles, shop_export, tag_csv
from dashboard.data import verdicts
from dashboard.gallery import listing
from dashboard.tagging import exports, shop_wording

PAGE = (PROJECT_ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
PARTS = {part.partition("\n")[0]: part for part in PAGE.split("\n## ")[1:]}
CODED = re.compile(r"`([^`]+)`")


def rows(part: str, first: str) -> list[list[str]]:
    """The rows of all tables in a part whose first column has that name, without their heads."""
    found, is_in = [], False
    for line in PARTS[part].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        is_in = line.startswith("|") and (is_in or cells[0] == first)
        if is_in and cells[0] != first and set(cells[0]) != {"-"}:
            found.append(cells)
    return found


def coded_after(part: str, words: str, until: str) -> list[str]:
    """What is written as code between two pieces of text."""
    text = PARTS[part].partition(words)[2].partition(until)[0]
    return CODED.findall(text)


LIMITS = [cells for part in PARTS for cells in rows(part, "limit")]


@pytest.mark.parametrize("cells", LIMITS, ids=lambda cells: cells[2])
def test_a_limit_is_what_the_code_says(cells):
    meaning, value, place = cells
    where, _, name = place.strip("`").rpartition(".")
    if where.endswith("Settings"):
        found = Settings.model_fields[name].default
        assert f"`{PREFIX}{name.upper()}`" in meaning
    else:
        found = getattr(importlib.import_module(where), name)
    assert float(value.replace(",", "")) == found


@pytest.mark.parametrize("module", [containers, boxes, sources, product_list, naming, taxonomy, limited_process])
def test_every_limit_of_what_reads_files_stands_on_the_page(module):
    limits = re.findall(r"^((?:MAX|MIN|MOST|LONGEST|LARGEST)(?:_[A-Z]+)*)\b[^=\n]*=", inspect.getsource(module), re.M)
    pairs = re.findall(r"^[A-Z_]+, ((?:MAX|MIN)_[A-Z_]+) = ", inspect.getsource(module), re.MULTILINE)
    written = {cells[2].strip("`") for cells in LIMITS}
    assert limits
    assert {f"{module.__name__}.{name}" for name in [*limits, *pairs]} <= written


def test_the_endings_are_those_that_are_taken():
    assert tuple(coded_after("Photos", "names of such files end in", ". ")) == containers.ENDINGS
    assert tuple(coded_after("Tables, whatever wrote them", "**Workbooks**", ")")) == workbooks.ENDINGS
    assert "**PNG, JPEG, WebP, HEIC and AVIF** are read" in PARTS["Photos"]
    assert containers.IN_WORDS.replace(" or ", " and ") == "PNG, JPEG, WebP, HEIC and AVIF"


def test_what_systems_add_is_passed_over_as_the_page_says():
    named = coded_after("Photos", "**What systems add**", "and whatever begins with a dot")
    assert {name.lower() for name in named} == sources._OF_THE_SYSTEM
    assert all(sources.is_of_the_system(f"folder/{name}/a.jpg") for name in [*named, ".hidden"])


def test_every_layout_has_the_columns_that_stand_there():
    found = {name: CODED.findall(cells) for name, cells in rows("The file that leaves for the shop", "layout")}
    words = {name.casefold(): key for key, name in shop_wording.LAYOUTS.items()}
    assert {words[name.casefold()] for name in found} == set(shop_export.LAYOUTS)
    for name, columns in found.items():
        always = list(shop_export.LAYOUTS[words[name.casefold()]])
        # The page calls Shopify's first column by its meaning, as the shop's file has one of two names for it.
        assert columns == (always[1:] if always[0] == "URL handle" else always)


def header(content: bytes) -> list[str]:
    return next(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


ROW = {
    "garment": 1, "true_class": 0, "predicted_class": 0, "confidence": 0.5, "second_class": 0, "margin": 0.1,
    "position": 1, "label": 0, "suggested_class": 0, "self_confidence": 0.1, "suggested_confidence": 0.9,
}  # fmt: skip
TABLE, STATES = pd.DataFrame([ROW]), pd.DataFrame({"state": [""], "category": [None]})
REVIEWED = pd.DataFrame(
    {"tag": ["a"], "decision": ["accepted"], "decided_at": pd.to_datetime(["2027-01-04"], utc=True)}
)
WRITTEN = {
    "list of tags": tag_csv.COLUMNS,
    "products of a batch": exports.COLUMNS,
    "template of a list": header(product_list.template()),
    "names": header(naming.to_csv(naming.defaults(["a"]))),
    "costs": [cost_grid.CORNER, *cost.LEVELS],
    "verdicts": header(verdict_csv.to_csv([]).encode()),
    "verdicts that were not stored": verdicts.IMPORT_COLUMNS,
    "garments": header(listing.as_csv(TABLE, ("a",), STATES)),
    "doubted labels": header(listing.suspects_as_csv(TABLE, ("a",), STATES)),
    "doubted labels, with what is like them": suspects.COLUMNS,
    "tags on the background": background.COLUMNS,
    "acceptance": list(acceptance.by_week(REVIEWED).columns),
    "log": header(audit.as_csv([])),
    "checks of own photos": checks.COLUMNS,
    "score card": lists.CARD_COLUMNS,
    "mix-ups": lists.PAIRS_COLUMNS,
    "changes since the version before": lists.CHANGES_COLUMNS,
    "wrong tags": lists.WRONG_COLUMNS,
    "decisions": lists.DECISIONS_COLUMNS,
    "open questions": lists.QUESTIONS_COLUMNS,
}
FILES = {cells[0]: CODED.findall(cells[2]) for cells in rows("Files that the program writes", "file")}


@pytest.mark.parametrize("name", WRITTEN)
def test_a_file_has_the_columns_that_stand_there(name):
    assert FILES[name] == list(WRITTEN[name])


def test_every_file_on_the_page_is_compared_and_every_pile_is_named():
    assert set(FILES) == set(WRITTEN)
    assert tuple(coded_after("Files that the program writes", "A tag's `pile` is", ";")) == piles.PILES
    assert header(cost_grid.to_csv(np.zeros((1, 1), dtype=np.int64), ["a"])) == [cost_grid.CORNER, "a"]


def test_the_list_with_photos_has_the_columns_that_stand_there():
    named = coded_after("The list that comes with photos", "not read. The headings", "are known")
    assert tuple(named) == product_list.COLUMNS
    assert verdict_csv.COLUMNS[:6] == verdict_csv.NEEDED


@pytest.mark.parametrize("library", ["pillow-heif 1.8.1", "Pillow 13.0.0", "python-calamine 0.9.1"])
def test_the_versions_of_libraries_are_those_that_are_installed_by_the_lists(library):
    name, version = library.lower().split()
    assert library in PAGE
    assert f"{name}=={version}" in (PROJECT_ROOT / "requirements.txt").read_text(encoding="utf-8").lower()
