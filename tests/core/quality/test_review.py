import numpy as np
import pandas as pd
import pytest

from core.quality import review

CLASSES = ("Shirt", "Coat", "Bag")


def said(*lines):
    """Rows (garment, who, kind, category) as `verdict_tables.current` gives them."""
    rows = [(number, *line) for number, line in enumerate(lines, start=1)]
    table = pd.DataFrame(rows, columns=["number", "garment", "who", "kind", "category"]).astype(object)
    return table.astype({"number": "int64"})


def states_of(*lines):
    table = review.garment_states(said(*lines))
    return {row.garment: (row.state, row.category, row.num_people) for row in table.itertuples()}


def test_people_agree_only_where_all_say_the_same():
    assert states_of(
        ("a", "Ada", "label-wrong", "Coat"),
        ("b", "Ada", "label-wrong", "Coat"),
        ("c", "Ada", "model-wrong", None),
        ("d", "Ada", "cannot-tell", None),
        ("e", "Ada", "model-wrong", None),
        ("b", "Grace", "label-wrong", "Bag"),
        ("c", "Grace", "model-wrong", None),
        ("d", "Grace", "model-wrong", None),
        ("e", "Grace", "withdrawn", None),
        ("f", "Grace", "withdrawn", None),
    ) == {
        "a": ("label-wrong", "Coat", 1),
        "b": ("disagreement", None, 2),
        "c": ("model-wrong", None, 2),
        "d": ("disagreement", None, 2),
        "e": ("model-wrong", None, 1),
    }


def test_who_chose_two_categories_that_are_sold_as_one_agrees():
    lines = [
        ("a", "Ada", "label-wrong", "Shirt"), ("a", "Grace", "label-wrong", "Coat"),
        ("b", "Ada", "label-wrong", "Bag"), ("b", "Grace", "label-wrong", "Coat"),
        ("c", "Ada", "model-wrong", None), ("c", "Grace", "label-wrong", "Coat"),
        ("d", "Ada", "label-wrong", "of another catalogue"), ("d", "Grace", "label-wrong", "Shirt"),
    ]  # fmt: skip
    found = review.garment_states(said(*lines), {"Shirt": "Shirt", "Coat": "Shirt", "Bag": "Bag"})
    assert found["state"].tolist() == ["label-wrong", "disagreement", "disagreement", "disagreement"]
    assert found["category"].tolist() == ["Shirt", None, None, None]
    assert set(review.garment_states(said(*lines))["state"]) == {"disagreement"}


def placed(states, garments):
    """What is said of these garments, by their position."""
    asked = states.set_index("garment").reindex(list(garments)).reset_index(drop=True)
    return asked[asked["state"].notna()]


def test_where_nobody_spoke_there_are_no_states_and_both_scores_are_the_same():
    states = review.garment_states(said())
    assert len(states) == 0
    both = review.two_scores(np.array([0, 1]), np.array([0, 0]), placed(states, "ab"), CLASSES)
    assert both.at_least == both.at_most == both.by_labels.accuracy
    assert (both.num_reviewed, both.by_labels.num_correct, both.by_labels.num_garments) == (0, 1, 2)


def test_the_second_score_of_six_garments_is_the_one_computed_by_hand():
    # garment  label  model  people                          first score  second score
    # a        Shirt  Coat   the label is wrong: Coat        wrong        right
    # b        Shirt  Shirt  the label is wrong: Bag         right        wrong
    # c        Coat   Shirt  the model is wrong              wrong        wrong
    # d        Coat   Bag    cannot tell                     wrong        right or wrong
    # e        Bag    Coat   Coat and Shirt: a disagreement  wrong        right or wrong
    # f        Bag    Bag    nobody looked                   right        right
    states = review.garment_states(
        said(
            ("a", "Ada", "label-wrong", "Coat"),
            ("b", "Ada", "label-wrong", "Bag"),
            ("c", "Ada", "model-wrong", None),
            ("d", "Ada", "cannot-tell", None),
            ("e", "Ada", "label-wrong", "Coat"),
            ("e", "Grace", "label-wrong", "Shirt"),
            ("somewhere else", "Ada", "label-wrong", "Coat"),
        )
    )
    true_class = np.array([0, 0, 1, 1, 2, 2])
    both = review.two_scores(true_class, np.array([1, 0, 0, 2, 1, 2]), placed(states, "abcdef"), CLASSES)
    assert (both.by_labels.num_correct, both.by_labels.num_garments) == (2, 6)
    assert (both.num_right, both.num_garments) == (2, 6)
    assert (both.at_least, both.at_most) == (2 / 6, 4 / 6)
    counts = (both.num_reviewed, both.num_relabelled, both.num_cannot_tell, both.num_disagreements, both.num_unseen)
    assert counts == (5, 2, 1, 1, 0)
    assert true_class.tolist() == [0, 0, 1, 1, 2, 2], "labels themselves stay"


@pytest.mark.parametrize(("num_reviewed", "is_enough"), [(99, False), (100, True)])
def test_the_second_score_says_something_from_a_hundred_reviewed_test_garments_on(num_reviewed, is_enough):
    garments = [f"garment {number}" for number in range(150)]
    states = review.garment_states(said(*((name, "Ada", "model-wrong", None) for name in garments[:num_reviewed])))
    both = review.two_scores(np.zeros(150, int), np.ones(150, int), placed(states, garments), CLASSES)
    assert (both.num_reviewed, both.is_enough) == (num_reviewed, is_enough)


def test_twins_are_reviewed_together():
    states = review.garment_states(said(("a", "Ada", "label-wrong", "Coat")))
    both = review.two_scores(np.array([0, 0]), np.array([1, 1]), placed(states, "aa"), CLASSES)
    assert (both.num_reviewed, both.num_right) == (2, 2)


@pytest.mark.parametrize("predicted", [0, 1])
def test_what_nobody_can_tell_is_treated_alike_whether_or_not_the_model_says_what_the_label_says(predicted):
    states = review.garment_states(said(("a", "Ada", "cannot-tell", None)))
    both = review.two_scores(np.array([0, 0]), np.array([predicted, 0]), placed(states, "ab"), CLASSES)
    assert (both.at_least, both.at_most) == (0.5, 1.0)
    assert both.num_unseen == 0


def test_mistakes_that_nobody_looked_at_are_counted():
    states = review.garment_states(said(("a", "Ada", "model-wrong", None)))
    both = review.two_scores(np.array([0, 0, 0, 1]), np.array([1, 1, 0, 2]), placed(states, "abcd"), CLASSES)
    assert (both.num_unseen, both.num_right) == (2, 1)


def test_what_others_say_is_hidden_from_who_says_nothing():
    table = said(
        ("a", "Ada", "model-wrong", None),
        ("b", "Ada", "model-wrong", None),
        ("c", "Ada", "model-wrong", None),
        ("b", "Grace", "cannot-tell", None),
        ("c", "Grace", "withdrawn", None),
    )
    assert review.shown_to(table, "Grace")["number"].tolist() == [2, 4, 5]
    assert review.shown_to(table, "Ada")["number"].tolist() == [1, 2, 3, 4, 5]
    assert review.shown_to(table, "Tim")["number"].tolist() == []


def test_a_table_is_brought_up_to_date_by_what_came_since():
    before = said(("a", "Ada", "model-wrong", None), ("b", "Ada", "model-wrong", None))
    newer = said(("a", "Ada", "cannot-tell", None), ("a", "Grace", "model-wrong", None))
    newer["number"] += 2
    found = review.with_newer(before, newer)
    assert found["number"].tolist() == [2, 3, 4]
    assert list(found["kind"]) == ["model-wrong", "cannot-tell", "model-wrong"]
