import dataclasses

from core.quality import review, scores
from dashboard.data import standing
from dashboard.look import verdict_wording


def test_every_state_and_filter_has_a_name_and_every_state_a_sign_of_its_own():
    assert set(review.STATES) <= set(verdict_wording.KINDS)
    assert list(verdict_wording.FILTERS) == list(standing.FILTERS)
    assert set(verdict_wording.SIGNS) == set(review.STATES)
    assert len(set(verdict_wording.SIGNS.values())) == len(review.STATES)


def test_a_mark_names_the_right_category_only_where_the_label_is_wrong():
    assert verdict_wording.mark("label-wrong", "Coat") == "Label is wrong: Coat"
    assert verdict_wording.mark("cannot-tell", None) == "Cannot tell"
    assert verdict_wording.said("Grace", "label-wrong", "Coat") == "Grace: label is wrong, it is Coat"


def test_one_garment_and_many_are_told_apart():
    assert verdict_wording.selected(1) == "Apply to 1 selected"
    assert verdict_wording.selected(1200) == "Apply to 1,200 selected"
    assert verdict_wording.saved([1234]) == "Saved: garment 1,234"
    assert verdict_wording.saved(range(12)) == "Saved · 12 garments"
    assert verdict_wording.not_stored(1) == "Your last verdict is kept here but not stored yet."
    assert verdict_wording.not_stored(3) == "Your last 3 verdicts are kept here but not stored yet."
    assert verdict_wording.not_stored(0) == "What you took back is not stored yet."
    assert verdict_wording.left_out("model-wrong", 1).startswith("1 garment was left out: the model says")
    assert verdict_wording.left_out("label-wrong", 2).startswith("2 garments were left out: the label already")
    assert "stays in the list" in verdict_wording.kept_in_list(1)


def test_the_second_score_carries_its_counts_and_bounds():
    found = review.TwoScores(
        by_labels=scores.accuracy_of_counts(900, 1000), num_garments=1000, num_right=905, num_reviewed=120,
        num_relabelled=5, num_cannot_tell=10, num_disagreements=4, num_unseen=7,
    )  # fmt: skip
    assert verdict_wording.second_score(found) == (
        "After your team's review: between 90.5 and 91.9 of 100 (120 test garments reviewed; 14 that nobody can tell "
        "or agree on may be right or wrong; 7 mistakes that nobody has looked at count as mistakes)."
    )
    clear = dataclasses.replace(found, num_cannot_tell=0, num_disagreements=0, num_unseen=0)
    assert verdict_wording.second_score(clear) == "After your team's review: 90.5 of 100 (120 test garments reviewed)."
    assert verdict_wording.too_few(37) == "After your team's review: too few yet (37 of 100 test garments reviewed)."


def test_disagreements_that_a_person_may_not_see_are_only_counted():
    assert verdict_wording.disputes(0, 0) == "Nobody disagrees about a garment of this test."
    assert verdict_wording.disputes(1, 1) == "People disagree about 1 garment that you have judged."
    assert verdict_wording.disputes(0, 2).endswith("2 more show only to those who judged them.")


def test_a_conflict_tells_both_sides():
    sentence = verdict_wording.conflict([12], "Grace: cannot tell", "label-wrong", "Coat")
    assert sentence == (
        "Somebody spoke on garment 12 while you were looking, so nothing is stored yet. "
        "Grace: cannot tell. You: label is wrong, it is Coat."
    )
