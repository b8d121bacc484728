import numpy as np
import pytest

from core.quality import pairs, scores
from dashboard.today import next_step, wording

NAMES = ("Shirt", "Coat", "Bag")


def step(counts, *, target=0.85, waiting=None, **options):
    counts = np.asarray(counts, dtype=np.int64)
    return next_step.recommended(
        pairs.most_confused_pairs(counts, NAMES),
        scores.per_class_scores_of_matrix(counts, NAMES),
        target,
        class_names=NAMES,
        waiting_version=waiting,
        **options,
    )


GOOD = np.diag([100, 100, 100])
MIXED_UP = [[80, 20, 0], [5, 95, 0], [0, 0, 100]]


def test_a_newer_version_comes_before_everything_else():
    found = step(MIXED_UP, waiting=2)
    assert found.page == "versions"
    assert found.query == {"new": "2"}


def test_new_garments_that_wait_come_before_verdicts():
    found = step(MIXED_UP, new_garments=(3, 17), num_disagreements=2)
    assert (found.page, found.query) == ("tag", {"batch": "3"})
    assert found.sentence == "17 new garments wait for a decision in batch 3: the model is not sure of them."
    assert step(MIXED_UP, new_garments=(3, 1)).sentence.startswith("1 new garment waits")
    assert step(MIXED_UP, new_garments=(3, 1), waiting=2).page == "versions"


def test_doubted_labels_come_before_verdicts_that_nothing_learns_and_after_what_people_dispute():
    found = step(MIXED_UP, num_doubted=12, num_unreviewed=40, sure=80)
    assert (found.page, found.query) == ("labels/suspects", {})
    assert found.sentence.startswith("The labels of 12 of your photos are doubted, and nobody has decided.")
    assert step(MIXED_UP, num_doubted=1).sentence.startswith("The label of 1 of your photos is doubted")
    assert step(MIXED_UP, num_doubted=12, num_disagreements=1).page == "labels/reviews"


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


def test_of_few_garments_it_counts_in_place_of_a_figure_out_of_100():
    found = step([[0, 1, 1], [0, 100, 0], [0, 0, 100]])
    assert found.sentence == "Shirt is clearly below the target line of 85: the model finds 0 of only 2."


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ([[20, 9], [0, 30]], "It finds 20 of only 29. Of 20 such tags, 20 are right."),
        ([[20, 10], [0, 30]], "It finds 67 of 100. Of 100 such tags, 100 are right."),
        ([[1, 1], [0, 2]], "It finds 1 of only 2. Of 1 such tag, 1 is right."),
        ([[0, 2], [0, 2]], "It finds 0 of only 2. No tag says so."),
        ([[0, 2], [3, 2]], "It finds 0 of only 2. Of 3 such tags, 0 are right."),
    ],
)
def test_the_weakest_category_is_told_in_counts_where_they_are_few(counts, said):
    table = scores.per_class_scores_of_matrix(np.asarray(counts, dtype=np.int64), NAMES[:2])
    assert wording.weakest(table.iloc[0].to_dict()) == said


def test_disagreements_come_before_mistakes_without_a_verdict_and_a_waiting_version_before_both():
    options = {"num_disagreements": 2, "num_unreviewed": 41, "sure": 80}
    assert step(MIXED_UP, waiting=2, **options).page == "versions"
    assert step(MIXED_UP, **options).page == "labels/reviews"
    assert "of 2 garments." in step(MIXED_UP, **options).sentence
    found = step(MIXED_UP, num_unreviewed=41, sure=80)
    assert found.page == "mistakes"
    assert found.query == {"sure": "80-100", "verdict": "not-mine"}
    assert found.sentence.startswith("41 mistakes wait for your verdict: the model was at least 80 % sure.")


def test_where_nothing_is_urgent_it_says_so():
    assert step(GOOD).page == ""
    assert step(GOOD).sentence.startswith("Nothing is urgent")
