import numpy as np
import pytest

from core.quality import pairs, scores
from dashboard import next_step

NAMES = ("Shirt", "Coat", "Bag")


def step(counts, *, target=0.85, waiting=None):
    counts = np.asarray(counts, dtype=np.int64)
    return next_step.recommended(
        pairs.most_confused_pairs(counts, NAMES),
        scores.per_class_scores_of_matrix(counts, NAMES),
        target,
        waiting_version=waiting,
    )


GOOD = np.diag([100, 100, 100])
MIXED_UP = [[80, 20, 0], [5, 95, 0], [0, 0, 100]]


def test_a_newer_version_comes_before_everything_else():
    found = step(MIXED_UP, waiting=2)
    assert found.page == "decide"
    assert found.query == {"new": "2"}


@pytest.mark.parametrize("counts", [MIXED_UP, np.transpose(MIXED_UP)])
def test_a_frequent_mix_up_opens_its_larger_direction(counts):
    found = step(counts)
    real = NAMES[int(np.argmax(np.asarray(counts)[[0, 1], [1, 0]]))]
    assert found.query["real"] == real
    assert f"Look at the 20 {real} garments that were tagged {found.query['tagged']}." in found.sentence


def test_a_category_clearly_below_the_target_comes_last():
    found = step([[60, 9, 9], [0, 100, 0], [0, 0, 100]], target=0.95)
    assert found.query == {"real": "Shirt"}
    assert found.sentence == "Shirt is clearly below the target line of 95: the model finds 77 of 100."


def test_where_nothing_is_urgent_it_says_so():
    assert step(GOOD).page == ""
    assert step(GOOD).sentence.startswith("Nothing is urgent")
