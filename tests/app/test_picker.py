"""Other ways to a list of garments than the map: a box in the picture of all garments, and weak groups."""

import numpy as np
import pytest

from core.quality import garment_map
from core.quality.weak_groups import WeakGroup
from core.store.live import promotions
from core.store.runs import file_reader
from dashboard.data import garment_maps
from dashboard.mixups import picker
from dashboard.session import address, flags
from tests.app.test_pages import opened, texts


@pytest.fixture
def run(published_store):
    return promotions.live_run(published_store)


def mistakes(store, run):
    """Positions of the garments that are tagged wrongly."""
    table = file_reader.load_predictions(store, run)
    return table["garment"][table["true_class"] != table["predicted_class"]].to_numpy()


def test_a_box_lists_the_mistakes_within_it(published_store, run):
    places, half = garment_maps.places(run), garment_map.STEPS // 2
    wrong = mistakes(published_store, run)
    expected = [garment for garment in wrong if places[garment, 0] <= half]
    at = opened("mistakes", look="all", box=f"0-{half}-0-{garment_map.STEPS}", view="table")
    assert 0 < len(expected) < len(wrong)
    assert f"of {len(expected)} mistakes" in texts(at)
    assert set(at.dataframe[0].value["Garment"]) <= set(expected)


def test_a_drawn_box_is_written_into_the_address_in_whole_steps(monkeypatch):
    monkeypatch.setattr(flags, "chart_boxes", lambda key: [{"x": [400.6, -5.0], "y": [1.2, 70_000.0]}])
    written = {}
    monkeypatch.setattr(address, "change_address", written.update)
    picker._take_box()
    assert written["box"] == f"0-401-1-{garment_map.STEPS}"


@pytest.mark.parametrize("box", ["1-2-3", "x", "0-0-0-0", "9-9-9-99999999999", "-1-2-3-4"])
def test_a_box_that_is_none_lists_every_mistake_and_says_so(published_store, run, box):
    at = opened("mistakes", look="all", box=box)
    assert not at.exception
    assert "The address asks for" in texts(at)
    assert f"of {len(mistakes(published_store, run))} mistakes" in texts(at)


def test_a_weak_group_is_one_sentence_and_its_mistakes_are_one_click_away(published_store, run, monkeypatch):
    wrong = mistakes(published_store, run)
    right = np.setdiff1d(np.arange(run.num_test), wrong)[:10]
    group = WeakGroup(
        words=("dark",), is_heap=False, garments=np.sort(np.concatenate([wrong[:5], right])), num_mistakes=5,
        low=0.2, high=0.5, num_elsewhere=run.num_test - 15, num_mistakes_elsewhere=len(wrong) - 5, num_expected=1.0,
        p_value=0.001, categories=(0,),
    )  # fmt: skip
    monkeypatch.setattr(picker.weak_groups, "found", lambda view: [group])
    at = opened("mistakes", weak="1", view="table")
    assert "Dark garments: 5 of 15 wrong" in texts(at)
    assert set(at.dataframe[0].value["Garment"]) == set(wrong[:5])
    at.button(key="no-weak").click().run()
    assert f"of {len(wrong)} mistakes" in texts(at)


def test_groups_are_not_looked_for_before_anybody_asks(published_store, monkeypatch):
    def fail(view):
        raise AssertionError("looked for")

    monkeypatch.setattr(picker.weak_groups, "found", fail)
    assert not opened("mistakes").error
