"""Tables and caches that were damaged or changed on the disk: no crash, and nothing else is taken for them."""

import io
import random
import sys

import numpy as np
import pandas as pd
import pytest

from core import errors
from core.catalogue import kept, table_files
from core.elsewhere import judging
from core.store.base import artefacts
from core.store.runs import described, file_reader
from tests.support import worlds

NUM_ROWS, NUM_FLIPS, SEED = 40, 150, 20261130


def rows_of_a_catalogue(store):
    numbers = range(NUM_ROWS)
    table = pd.DataFrame({name: [f"{name} {number}" for number in numbers] for name in kept.COLUMNS})
    table = table.assign(given_place=numbers, given_category=table["category"], given_problem=table["problem"])
    found = kept.OwnCatalogue(
        name="shop", source="", layout={}, rows_file="rows-1.parquet", tiles_file="tiles-1.npy", num_photos=0,
        class_names=(), changed_at=0.0,
    )  # fmt: skip
    folder = kept.folder_of(store.home, "shop")
    folder.mkdir(parents=True)
    table_files.write(table, folder / found.rows_file)
    return folder / found.rows_file, lambda: kept.all_rows(store.home, found)


def drawn_rows(store):
    path = store.home / judging.FOLDER / "cloud" / "drawn.parquet"
    path.parent.mkdir(parents=True)
    numbers = np.arange(NUM_ROWS)
    texts = {name: [f"{name} {number}" for number in numbers] for name in ("picture", "predicted")}
    table_files.write(pd.DataFrame({**texts, "line": numbers, "place": numbers, "confidence": numbers / 100}), path)
    return path, lambda: judging.drawn(store, "cloud")


def predictions_of_a_version(store):
    run = worlds.publish(store)
    path = artefacts.folder_of(store.home, run.artefact) / "predictions.parquet"
    return path, lambda: file_reader.load_predictions(store, run)


def as_parquet(table):
    content = io.BytesIO()
    table.to_parquet(content, index=False, write_page_checksum=True)
    return content.getvalue()


def damaged(whole, table):
    """Every kind of damage: cut short, filled with something else, one bit turned, other columns."""
    for share in (0.0, 0.1, 0.5, 0.9):
        yield "cut", whole[: int(len(whole) * share)]
    yield from (("cut", whole[:-1]), ("cut", whole[1:]), ("text", b"a,b\n1,2\n"), ("zeros", bytes(len(whole))))
    dice = random.Random(SEED)
    for _ in range(NUM_FLIPS):
        changed = bytearray(whole)
        changed[dice.randrange(len(whole))] ^= 1 << dice.randrange(8)
        yield "flip", bytes(changed)
    for name in table.columns:
        yield "column", as_parquet(table.drop(columns=name))
        yield "column", as_parquet(table.rename(columns={name: f"{name}2"}))
        other = table[name].astype(str) if table[name].dtype.kind in "iuf" else range(len(table))
        yield "type", as_parquet(table.assign(**{name: other}))
        yield "type", as_parquet(table.assign(**{name: None}))


@pytest.mark.parametrize("made", [rows_of_a_catalogue, drawn_rows, predictions_of_a_version], ids=lambda f: f.__name__)
def test_a_damaged_table_is_read_as_it_was_or_refused_in_a_sentence(store, made):
    path, read = made(store)
    whole, table = path.read_bytes(), read()
    num_refused = 0
    for kind, content in damaged(whole, pd.read_parquet(path)):
        path.write_bytes(content)
        try:
            found = read()
        except errors.GarmentsError as error:
            num_refused += 1
            assert path.name in str(error) and "\n" not in str(error), kind
        else:
            assert kind in ("flip", "column"), "only what nobody looks at may change unnoticed"
            pd.testing.assert_frame_equal(found, table)
    assert num_refused > 100
    path.write_bytes(whole)
    pd.testing.assert_frame_equal(read(), table)
    assert "ray" not in sys.modules


@pytest.mark.parametrize(
    "other",
    [
        np.zeros((30, 3)), np.zeros(30, dtype=np.float16), np.zeros((29, 3), dtype=np.float16),
        np.zeros((30, 3), dtype="U4"),
    ],
    ids=["another type", "no rows of values", "another number", "text"],
)  # fmt: skip
def test_arrays_of_another_kind_count_as_not_there(store, other):
    run = worlds.publish(store)
    folder = described.folder(store, run)
    folder.mkdir(parents=True)
    np.save(folder / described.FEATURES, np.ones((30, 3), dtype=np.float16))
    assert described.features(store, run).shape == (30, 3)
    np.save(folder / described.FEATURES, other)
    with pytest.raises(errors.StillDescribing):
        described.features(store, run)
