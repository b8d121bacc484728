import math

import numpy as np
import pandas as pd
import pytest

from core.quality import scores, sureness
from dashboard.categories import wording as category_wording

COUNTS = [[640, 360, 0], [96, 904, 0], [0, 0, 0]]


@pytest.fixture
def rows():
    table = scores.per_class_scores_of_matrix(np.array(COUNTS), ("Shirt", "Coat", "Bag"))
    return table.to_dict("records")


@pytest.mark.parametrize(
    ("low", "high", "standing"),
    [
        (0.80, 0.849, "below"),
        (0.80, 0.85, "undecided"),
        (0.849, 0.9, "undecided"),
        (0.85, 0.9, "reached"),
        (math.nan, math.nan, "undefined"),
    ],
)
def test_only_a_whole_interval_on_one_side_of_the_target_decides(low, high, standing):
    assert category_wording.standing(low, high, 0.85) == standing


def test_the_target_is_named_as_it_was_typed():
    assert category_wording.target(0.85) == "Team's target: 85 of 100"
    assert category_wording.target(0.57) == "Team's target: 57 of 100"
    assert category_wording.target(0.925) == "Team's target: 92.5 of 100"


def test_what_is_found_stands_against_the_target(rows):
    assert category_wording.found(rows[0], 0.85) == (
        "It finds 64 of 100 Shirt garments (640 of 1,000; between 61.0 and 66.9): clearly below the target of 85."
    )
    assert category_wording.found(rows[1], 0.85) == (
        "It finds 90 of 100 Coat garments (904 of 1,000; between 88.4 and 92.1): the target of 85 is clearly reached."
    )
    assert category_wording.found(rows[1], 0.9) == (
        "It finds 90 of 100 Coat garments (904 of 1,000; between 88.4 and 92.1): too close to the target of 90 to call."
    )


def test_what_can_be_trusted_stands_against_the_target(rows):
    assert category_wording.trusted(rows[0], 0.85) == (
        "Of 100 garments tagged Shirt, 87 are right (640 of 736; between 84.3 and 89.2): "
        "too close to the target of 85 to call."
    )


def test_a_category_without_garments_gets_no_figure(rows):
    assert category_wording.found(rows[2], 0.85) == (
        "Bag is not in the test set, so nobody can say how many of its garments are found."
    )
    assert category_wording.trusted(rows[2], 0.85) == "The model tagged nothing as Bag."


def test_changes_point_up_or_down():
    assert category_wording.arrow(0.031) == "↑ +3.1"
    assert category_wording.arrow(-0.02) == "↓ −2.0"
    assert category_wording.change(0.031, 6) == "Since version 6: +3.1 of 100 found, more than luck explains."


def test_the_arrows_are_explained_only_where_there_are_some():
    bars = "Bars show the figure out of 100 garments; the thin lines show how far it may lie from the truth."
    arrows = "Arrows: change of what is found since version 6, where it is more than luck."
    assert category_wording.bars_key(None) == bars
    assert category_wording.bars_key(6) == f"{bars} {arrows}"


def test_mix_ups_count_both_ways():
    assert category_wording.mix_up("Coat", 118, 1000, 0, 1200) == (
        "Taken for Coat: 118 of 1,000. The other way round: none of 1,200 Coat garments."
    )


@pytest.mark.parametrize(
    ("num_categories", "num_garments", "sentence"),
    [
        (0, 0, ""),
        (1, 1, "One more category: 1 garment."),
        (4, 12, "4 more categories: 12 garments both ways."),
    ],
)
def test_the_other_mix_ups_are_counted(num_categories, num_garments, sentence):
    assert category_wording.rest_of_mix_ups(num_categories, num_garments) == sentence


@pytest.mark.parametrize(
    ("true_class", "confidence", "sentence"),
    [
        (
            [0, 0, 0, 1, 1],
            [0.95, 0.9, 0.99, 0.91, 0.8],
            "It was over 90 % sure of 2 of its 3 right Shirt tags, and of 1 of 2 wrong ones.",
        ),
        (
            [0, 0],
            [0.95, 0.5],
            "It was over 90 % sure of 1 of its 2 right Shirt tags, and none of its Shirt tags was wrong.",
        ),
        ([1, 1], [0.95, 0.5], "None of its 2 Shirt tags was right; it was over 90 % sure of 1."),
        ([], [], "The model tagged nothing as Shirt."),
    ],
)
def test_sureness_is_told_for_right_and_wrong_tags(true_class, confidence, sentence):
    predictions = pd.DataFrame({"true_class": true_class, "predicted_class": 0, "confidence": confidence})
    table = sureness.of_class(predictions.astype({"true_class": "int64", "confidence": "float64"}), 0)
    assert category_wording.sureness("Shirt", table) == sentence


def test_calibration_tells_error_and_temperature():
    assert category_wording.calibration(0.02134, 0.00412, 10_000, 1.25) == (
        "Expected calibration error 0.0213 over 10,000 garments; a perfect model would show about 0.0041 on as many. "
        "This version is calibrated, with temperature 1.250."
    )
    assert category_wording.calibration(0.02134, 0.025, 300, None) == (
        "Expected calibration error 0.0213 over 300 garments; a perfect model would show about 0.0250 on as many. "
        "This version is not calibrated: its confidences are as the network gives them."
    )
    assert category_wording.calibration(math.nan, math.nan, 0, None).startswith(
        "There is no garment to measure the calibration"
    )
