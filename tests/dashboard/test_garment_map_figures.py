"""The map as a chart: every garment once, few bytes, and the box that was drawn."""

import base64
import json

import numpy as np
import pytest

from core.quality import garment_map
from dashboard.look import garment_map_figures


def points(trace, axis):
    return np.frombuffer(base64.b64decode(trace[axis]["bdata"]), dtype=trace[axis]["dtype"]).tolist()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("num", "most_bytes"), [(10_000, 70_000), (50_000, 320_000)])
def test_every_garment_is_a_point_and_costs_few_bytes(num, most_bytes, dark):
    random = np.random.default_rng(0)
    places = random.integers(0, garment_map.STEPS + 1, (num, 2)).astype(np.uint16)
    is_wrong = random.random(num) < 0.1
    text = garment_map_figures.garment_map(places, is_wrong, dark).to_json()
    assert len(text) < most_bytes
    right, wrong = json.loads(text)["data"]
    for trace, shown in ((right, ~is_wrong), (wrong, is_wrong)):
        assert trace["type"] == "scattergl"
        assert points(trace, "x") == places[shown, 0].tolist()
        assert points(trace, "y") == places[shown, 1].tolist()


def test_mistakes_are_told_by_their_shape_too_and_dragging_draws_a_box():
    figure = garment_map_figures.garment_map(np.zeros((2, 2), dtype=np.uint16), np.array([True, False]), dark=False)
    assert len({trace.marker.symbol for trace in figure.data}) == 2
    assert [trace.name for trace in figure.data] == ["Tagged correctly", "Tagged wrongly"]
    assert figure.layout.dragmode == "select"


def test_the_name_of_a_category_stands_amid_its_garments_as_text():
    places = np.array([[0, 0], [10, 20], [20, 10], [500, 600]], dtype=np.uint16)
    named = np.array([0, 0, 0, 2]), ("<b>Coat</b>", "Bag", "Shirt")
    figure = garment_map_figures.garment_map(places, np.zeros(4, dtype=bool), False, named)
    assert [(one.x, one.y, one.text) for one in figure.layout.annotations] == [
        (10, 10, "&lt;b&gt;Coat&lt;/b&gt;"),
        (500, 600, "Shirt"),
    ]


def test_the_last_box_that_was_drawn_counts():
    boxes = [{"x": [1, 2], "y": [3, 4]}, {"x": [9.5, 2.0], "y": [7, 8]}]
    assert garment_map_figures.drawn_box(boxes) == ((2.0, 9.5), (7.0, 8.0))
    assert garment_map_figures.drawn_box([]) is None
