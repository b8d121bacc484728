"""Columns, ties, limits and directions: what could change in `core.quality` and no other test would notice."""

import dataclasses
import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core import errors
from core.quality import (
    acceptance,
    automation_line,
    changes,
    comparison,
    confusion,
    cost,
    curves,
    mistakes,
    paired,
    review,
    scores,
    sureness,
    suspects,
    themes,
    two_classes,
    unlike,
)  # fmt: skip
from core.quality.comparison import Judged

NAMES = ("Shirt", "Coat", "Bag")
COUNTS = np.array([[7, 2, 0], [1, 4, 1], [0, 0, 0]])


def test_the_table_of_scores_has_its_columns_and_the_intervals_of_scipy():
    table = scores.per_class_scores_of_matrix(COUNTS, NAMES)
    assert list(table) == [
        "class_index", "class_name", "support", "num_predicted", "num_correct", "precision", "precision_low",
        "precision_high", "recall", "recall_low", "recall_high", "f1",
    ]  # fmt: skip
    assert table["class_index"].tolist() == [0, 1, 2] and table["class_index"].dtype == np.int64
    for row, (correct, all_tagged, all_there) in enumerate([(7, 8, 9), (4, 6, 6)]):
        for name, num in (("precision", all_tagged), ("recall", all_there)):
            expected = stats.binomtest(correct, num).proportion_ci(method="wilson")
            found = table.loc[row, [f"{name}_low", f"{name}_high"]]
            np.testing.assert_allclose(found.to_numpy(dtype=float), [expected.low, expected.high])
    assert np.isnan(table.loc[2, ["recall_low", "recall_high"]].to_numpy(dtype=float)).all()


def test_a_share_of_one_garment_is_a_share():
    counts = np.array([[1, 0], [2, 3]])
    np.testing.assert_allclose(confusion.by_row(counts), [[1, 0], [0.4, 0.6]])
    np.testing.assert_allclose(confusion.by_column(counts), [[1 / 3, 0], [2 / 3, 1]])


def seen(seed=0, num=900):
    """Confidences of which as many are right as they say, for three classes."""
    random = np.random.default_rng(seed)
    confidence = random.uniform(0.5, 1, num)
    predicted = random.integers(0, 3, num)
    is_right = random.random(num) < np.maximum(confidence, 0.995)
    return confidence, np.where(is_right, predicted, (predicted + 1) % 3), predicted


@pytest.mark.parametrize(("promise", "certainty"), [(10, 0.9), (8, 0.95), (8, 0.5)])
def test_the_line_of_a_category_is_the_line_of_its_garments_alone(promise, certainty):
    confidence, true_class, predicted = seen()
    table = automation_line.per_class(confidence, true_class, predicted, NAMES, promise, certainty=certainty)
    assert list(table) == ["class_name", "line", "num_garments", "num_tagged", "num_wrong", "upper"]
    for index, row in enumerate(table.itertuples()):
        mine = predicted == index
        alone = automation_line.suggested(
            confidence[mine], true_class[mine] == index, promise, certainty=certainty
        )  # fmt: skip
        assert (row.num_garments, row.num_tagged, row.num_wrong) == (mine.sum(), alone.num_tagged, alone.num_wrong)
        np.testing.assert_array_equal([row.line, row.upper], [alone.confidence, alone.upper])
        assert alone.num_garments == mine.sum()
    assert table["num_tagged"].sum() > 0


def test_a_line_says_of_how_many_garments_it_was_chosen_and_keeps_a_promise_that_is_just_kept():
    confidence, is_correct = np.full(500, 0.99), np.ones(500, dtype=bool)
    just = 100 * stats.beta.ppf(0.95, 1, 500)
    line = automation_line.suggested(confidence, is_correct, just + 1e-9, certainty=0.95)
    assert (line.num_garments, line.num_tagged) == (500, 500)
    assert automation_line.suggested(confidence, is_correct, just - 1e-6, certainty=0.95).num_tagged == 0
    assert 100 * line.upper == pytest.approx(just)


def test_a_tag_exactly_at_the_line_is_trusted():
    assert automation_line.is_trusted(np.array([0.9, 0.8999]), np.array([0, 0]), 0.9).tolist() == [True, False]
    one_each = automation_line.is_trusted(np.array([0.9, 0.9]), np.array([0, 1]), np.array([0.95, 0.9]))
    assert one_each.tolist() == [False, True]


def test_an_outcome_is_scaled_to_the_products_and_the_draw_is_the_same_every_time():
    found = automation_line.outcome(np.array([True, False]), np.array([0, 1]), np.array([0, 1]), num_products=50)
    assert (found.num_products, found.num_tagged, found.num_to_check) == (50, 25, 25)
    nothing = automation_line.outcome(np.empty(0, dtype=bool), *[np.empty(0, dtype=np.int64)] * 2)
    assert (nothing.num_tagged, nothing.num_to_check) == (0, 0)
    true_class, mix = np.repeat([0, 1], 500), np.array([1.0, 3.0])
    draws = [automation_line.drawn_to_mix(true_class, mix, seed=3).tolist() for _ in range(2)]
    assert draws[0] == draws[1] != automation_line.drawn_to_mix(true_class, mix, seed=4).tolist()


@pytest.mark.parametrize("seed", range(20))
def test_newer_verdicts_replace_those_of_the_same_person_on_the_same_garment(seed):
    random = np.random.default_rng(seed)
    everything = pd.DataFrame(
        {
            "garment": random.choice(["a", "b", "c", "d"], 12),
            "who": random.choice(["Ada", "Bo"], 12),
            "kind": random.choice(["model-wrong", "label-wrong"], 12),
            "number": np.arange(12),
        }
    )
    before = everything[:7].drop_duplicates(["garment", "who"], keep="last")
    found = review.with_newer(before, everything[7:])
    expected = everything.drop_duplicates(["garment", "who"], keep="last").reset_index(drop=True)
    pd.testing.assert_frame_equal(found, expected)


@pytest.mark.parametrize(
    ("one", "other", "state"),
    [
        (("label-wrong", "Coat"), ("label-wrong", "Coat"), "label-wrong"),
        (("label-wrong", "Coat"), ("label-wrong", "Bag"), review.DISAGREEMENT),
        (("label-wrong", "Coat"), ("model-wrong", None), review.DISAGREEMENT),
        (("model-wrong", None), ("cannot-tell", None), review.DISAGREEMENT),
        (("cannot-tell", None), ("cannot-tell", None), "cannot-tell"),
    ],
)
@pytest.mark.parametrize("num_others", range(4))
def test_two_people_agree_only_where_they_say_the_same(one, other, state, num_others):
    others = [
        (f"x{number}", "Cy", *said)
        for number, said in zip(
            range(num_others),
            itertools.cycle(
                [("label-wrong", "Bag"), ("model-wrong", None), ("cannot-tell", None), ("label-wrong", "Coat")]
            ),
            strict=False,
        )
    ]
    rows = [*others, ("g", "Ada", *one), ("g", "Bo", *other)]
    table = pd.DataFrame(rows, columns=["garment", "who", "kind", "category"]).astype(object)
    found = review.garment_states(table).set_index("garment").loc["g"]
    assert (found["state"], found["num_people"]) == (state, 2)


def test_a_confidence_stands_in_the_bin_that_ends_with_it():
    predictions = pd.DataFrame(
        {"true_class": [0, 0, 0, 1, 0], "predicted_class": [0] * 5, "confidence": [0.0, 0.5, 0.51, 1.0, 1.0]}
    )
    table = sureness.of_class(predictions, 0, num_bins=4)
    assert list(table) == ["low", "high", "num_right", "num_wrong"]
    assert table["low"].tolist() == [0, 0.25, 0.5, 0.75] and table["high"].tolist() == [0.25, 0.5, 0.75, 1]
    assert table["num_right"].tolist() == [1, 1, 1, 1] and table["num_wrong"].tolist() == [0, 0, 0, 1]


def test_what_changed_within_a_class_is_what_changed_among_its_garments():
    random = np.random.default_rng(1)
    true_class, before, after = (random.integers(0, 3, 120) for _ in range(3))
    table = changes.per_class_changes(true_class, before, after, NAMES)
    assert list(table) == [
        "class_index", "class_name", "support", "num_fixed", "num_broken", "recall_before", "recall_after", "p_value",
        "num_tagged_before", "num_right_before", "precision_before", "num_tagged_after", "num_right_after",
        "precision_after", "is_clear", "is_clearly_down", "is_precision_clearly_down",
    ]  # fmt: skip
    alone = []
    for row in table.itertuples():
        mine = true_class == row.class_index
        was, becomes = before[mine] == row.class_index, after[mine] == row.class_index
        assert (row.num_fixed, row.num_broken) == ((~was & becomes).sum(), (was & ~becomes).sum())
        assert row.support == mine.sum() and row.class_name == NAMES[row.class_index]
        assert row.recall_after == pytest.approx(becomes.mean())
        num_changed = row.num_fixed + row.num_broken
        alone.append(stats.binomtest(int(row.num_fixed), int(num_changed)).pvalue)
        for tagged, name in ((before == row.class_index, "before"), (after == row.class_index, "after")):
            assert getattr(row, f"num_tagged_{name}") == tagged.sum()
            assert getattr(row, f"num_right_{name}") == (tagged & mine).sum()
            assert getattr(row, f"precision_{name}") == pytest.approx((tagged & mine).sum() / tagged.sum())
        assert row.is_clear == (row.p_value < changes.CLEAR)
    assert table["p_value"].tolist() == pytest.approx(paired.holm(alone).tolist())


def categories_that_lose(num_broken, num_wrongly_tagged):
    """Ten categories of 500: the first loses so many, and so many of the last are tagged as the second."""
    true_class = np.repeat(np.arange(10), 500)
    before = true_class.copy()
    after = before.copy()
    after[:num_broken] = 9
    after[len(after) - num_wrongly_tagged :] = 1
    return changes.per_class_changes(true_class, before, after, tuple(map(str, range(10))))


@pytest.mark.parametrize(("num_broken", "is_down"), [(0, False), (10, False), (14, False), (40, True)])
def test_a_category_is_clearly_down_only_where_more_than_two_points_are_lost(num_broken, is_down):
    table = categories_that_lose(num_broken, 0)
    assert table["is_clearly_down"].tolist() == [is_down, *[False] * 9]


@pytest.mark.parametrize(("num_wrong", "is_down"), [(0, False), (10, False), (60, True)])
def test_a_tag_that_is_given_to_others_is_clearly_less_often_right(num_wrong, is_down):
    table = categories_that_lose(0, num_wrong)
    assert table["is_precision_clearly_down"].tolist() == [False, is_down, *[False] * 8]
    assert table["num_right_after"].iloc[1] == 500 and table["num_tagged_after"].iloc[1] == 500 + num_wrong


def test_what_would_be_clear_for_one_category_may_be_luck_among_ten():
    true_class = np.repeat(np.arange(10), 50)
    before, after = true_class.copy(), true_class.copy()
    after[:7] = 9
    one = changes.change(true_class[:50], before[:50], after[:50])
    table = changes.per_class_changes(true_class, before, after, tuple(map(str, range(10))))
    assert one.is_clear
    assert not table["is_clear"].any()


@pytest.mark.parametrize("fixed", range(12))
@pytest.mark.parametrize("broken", range(12))
def test_a_p_value_is_scipys_and_never_above_one(fixed, broken):
    expected = stats.binomtest(fixed, fixed + broken).pvalue if fixed + broken else 1.0
    signs = np.array([1] * fixed + [-1] * broken)
    assert changes.mcnemar(fixed, broken) == pytest.approx(expected, abs=1e-12)
    assert changes.mcnemar(fixed, broken) <= 1 >= cost.sign_flip(signs)


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (("Shirt",), "the new version lacks 'Coat', 'Bag'. Versions can be compared only where"),
        ((*NAMES, "Hat", "Belt"), "the new version adds 'Hat', 'Belt'. Versions"),
        (("Coat", "Shirt", "Bag"), "the new version has them in another order. Versions"),
    ],
)
def test_what_only_one_of_two_versions_knows_is_named(after, words):
    with pytest.raises(errors.ComparisonRefused) as refused:
        raise comparison.differing(NAMES, after)
    assert words in str(refused.value)


def judged(images, true_class):
    return Judged(
        images=images,
        true_class=true_class,
        predicted_class=true_class,
        confidence=np.ones(len(images)),
        class_names=NAMES,
    )


def test_the_same_pictures_with_other_labels_or_in_another_order_are_paired_one_by_one(monkeypatch):
    monkeypatch.setattr(comparison, "CHUNK_BYTES", 3 * 4 * 5)
    random = np.random.default_rng(0)
    images, labels = random.integers(0, 256, (10, 4, 5), dtype=np.uint8), random.integers(0, 3, 10)
    order = random.permutation(10)
    found = comparison.common_garments(judged(images, labels), judged(images[order], labels[order]))
    assert found["before"].tolist() == list(range(10))
    assert order[found["after"]].tolist() == list(range(10))
    other = labels.copy()
    other[4] = (other[4] + 1) % 3
    found = comparison.common_garments(judged(images, labels), judged(images, other))
    assert found["before"].tolist() == found["after"].tolist() == [0, 1, 2, 3, 5, 6, 7, 8, 9]
    same = comparison.common_garments(judged(images, labels), judged(images.copy(), labels.copy()))
    assert same["after"].tolist() == list(range(10))
    changed = images.copy()
    changed[7] = 0
    assert 7 not in comparison.common_garments(judged(images, labels), judged(changed, labels))["before"].tolist()


def test_pictures_of_another_size_were_not_learned_from():
    small, large = np.zeros((3, 2, 2), dtype=np.uint8), np.zeros((5, 4, 4), dtype=np.uint8)
    assert dataclasses.astuple(comparison.overlap(small, large)) == (3, 0)


def test_both_halves_of_a_hash_tell_pictures_apart():
    images = np.random.default_rng(0).integers(0, 256, (2000, 5, 5), dtype=np.uint8)
    hashes = comparison.picture_hashes(images)
    high, low = hashes >> np.uint64(32), hashes & np.uint64(0xFFFFFFFF)
    for half in (high, low):
        assert len(np.unique(half)) == 2000
        # Every bit is set for about half of the pictures.
        bits = (half[:, None] >> np.arange(32, dtype=np.uint64)) & np.uint64(1)
        assert (np.abs(bits.mean(axis=0) - 0.5) < 0.1).all()
    assert (high != low).all()
    assert comparison.picture_hashes(images[:0]).shape == (0,)


PREDICTIONS = pd.DataFrame(
    {
        "garment": [5, 3, 1, 4, 2],
        "true_class": [0, 0, 1, 1, 0],
        "predicted_class": [1, 1, 1, 0, 0],
        "confidence": [0.9, 0.9, 0.6, 0.3, 0.9],
        "margin": [0.5, 0.5, 0.2, 0.1, 0.5],
    }
)


def test_alike_ones_follow_by_their_position():
    assert mistakes.most_sure_first(PREDICTIONS)["garment"].tolist() == [2, 3, 5, 1, 4]
    assert mistakes.hardest_first(PREDICTIONS)["garment"].tolist() == [4, 1, 2, 3, 5]
    assert two_classes.typical(PREDICTIONS.assign(true_class=1), 1)["garment"].tolist() == [3, 5, 1]


def test_filters_narrow_each_other_and_their_ends_belong_to_them():
    every = {"only_mistakes": False}
    assert mistakes.filtered(PREDICTIONS, **every)["garment"].tolist() == [5, 3, 1, 4, 2]
    assert mistakes.filtered(PREDICTIONS, true_class=0, predicted_class=1)["garment"].tolist() == [5, 3]
    assert mistakes.filtered(PREDICTIONS, true_class=1, predicted_class=1).empty
    assert mistakes.filtered(PREDICTIONS, predicted_class=1, confidence_low=0.9)["garment"].tolist() == [5, 3]
    assert mistakes.filtered(PREDICTIONS, confidence_high=0.6, **every)["garment"].tolist() == [1, 4]
    assert mistakes.filtered(PREDICTIONS, true_class=0, confidence_high=0.6, **every).empty


def test_a_garment_half_between_two_classes_leans_to_neither_and_nothing_is_divided_by_nothing():
    predictions = PREDICTIONS.assign(second_class=[0, 0, 0, 1, 1])
    probabilities = np.array([[0.2, 0.2, 0.6], [0, 0, 1], [0.3, 0.6, 0.1], [0.75, 0.25, 0], [0.5, 0.5, 0]], np.float32)
    table = two_classes.borderline(predictions, probabilities, 0, 1)
    assert dict(zip(table["garment"], table["lean"].round(6), strict=True)) == {
        4: -0.5, 2: 0.0, 3: 0.0, 5: 0.0, 1: pytest.approx(1 / 3, abs=1e-6)
    }  # fmt: skip
    assert table["garment"].tolist() == [4, 2, 3, 5, 1]
    assert two_classes.most_undecided(table, 4)["garment"].tolist() == [2, 3, 5, 1]


def test_what_costs_the_same_stays_in_the_order_of_the_pairs_and_shares_are_of_all():
    counts = np.array([[9, 1, 2, 0], [1, 9, 0, 0], [0, 0, 9, 1], [0, 0, 1, 9]])
    table = cost.costliest_pairs(counts, ("a", "b", "c", "d"), np.ones((4, 4), dtype=int) - np.eye(4, dtype=int))
    assert table["cost"].tolist() == [2, 2, 2] and table.index.tolist() == [0, 1, 2]
    assert list(zip(table["first_class"], table["second_class"], strict=True)) == [("c", "d"), ("a", "b"), ("a", "c")]
    np.testing.assert_allclose(table["share_of_cost"], 1 / 3)
    only = cost.costliest_pairs(np.array([[1, 1], [0, 1]]), ("a", "b"), np.array([[0, 1], [1, 0]]))
    assert only["share_of_cost"].tolist() == [1.0]
    changed = cost.cost_change(np.array([0, 1]), np.array([1, 1]), np.array([0, 0]), np.array([[0, 2], [5, 0]]))
    assert (changed.num_garments, changed.before, changed.after) == (2, 2, 5)


def test_suspects_as_unlikely_as_each_other_stand_by_the_surer_suggestion():
    labels = np.zeros(4, dtype=np.int64)
    probabilities = np.array([[0.1, 0.5, 0.4], [0.1, 0.9, 0.0], [0.1, 0.6, 0.3], [0.97, 0.02, 0.01]])
    table = suspects.suspects(labels, probabilities)
    assert table["garment"].tolist()[:3] == [1, 2, 0]
    with pytest.raises(ValueError, match="Probabilities must be numbers from 0 to 1; work them out again"):
        suspects.suspects(labels, probabilities * 1.5)
    with pytest.raises(ValueError, match=r"Labels \(N,\) and probabilities \(N, K\)"):
        suspects.suspects(labels[:2], probabilities)


def test_a_label_as_likely_as_the_suggestion_is_no_suspect():
    table = suspects.suspects(np.array([0, 1, 0, 1]), np.array([[0.5, 0.5], [0.5, 0.5], [0.9, 0.1], [0.1, 0.9]]))
    assert not table["is_suspect"].any()


def test_a_garment_exactly_at_the_cut_is_unlike():
    known = np.random.default_rng(0).normal(size=(40, 6)).astype(np.float32)
    detector = unlike.detector(known, np.full(40, 0.9))
    asked, sure = known[:5] * -1, np.full(5, 0.5)
    for number, value in enumerate(detector.strangeness(asked, sure)):
        at_cut = dataclasses.replace(detector, cut=float(value))
        assert at_cut.is_unlike(asked, sure)[number]


def test_themes_are_the_same_every_time_and_larger_groups_need_less_to_be_clear():
    random = np.random.default_rng(0)
    heaps = [random.normal(size=8) * 10 + random.normal(size=(30, 8)) for _ in range(3)]
    features, garments = np.concatenate(heaps).astype(np.float32), np.arange(90)
    first, second = (themes.themes(garments, features, seed=5) for _ in range(2))
    assert first.status == second.status
    pd.testing.assert_frame_equal(first.table, second.table)
    assert len(first.centres) == first.table["theme"].nunique() == 3
    assert themes.clear_silhouette(100) == pytest.approx(0.235) and themes.clear_silhouette(10**8) < 0.1901
    with pytest.raises(ValueError, match="Features must be finite numbers"):
        themes.themes(garments, np.where(features > 0, np.nan, features))


def test_a_lot_is_of_the_batch_as_well_as_of_the_photo():
    products = [(batch, 0) for batch in range(40)]
    assert acceptance.drawn(products, 5, "2026-W48") != sorted(products)[:5]
    assert acceptance.drawn(products, 40, "2026-W48") != acceptance.drawn(products, 40, "2026-W49")


def test_a_curve_without_a_garment_of_the_class_has_no_recall():
    table = curves.precision_recall(np.array([0.9, 0.5, 0.1]), np.zeros(3, dtype=bool))
    assert table["recall"].isna().all() and (table["precision"] == 0).all()
