"""What mistakes cost, against counting and against every order of signs."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from core import errors
from core.quality import changes, confusion, cost, pairs
from core.retail import naming
from core.store.base import audit, choices
from core.store.team import costs
from tests.support import worlds

CLASSES = ("Shirt", "T-shirt/top", "Sneaker", "Bag")
NAMES = naming.defaults(CLASSES)
GRID = cost.default_levels(["Clothing", "Clothing", "Shoes", "Accessories"], np.arange(4))


def test_another_department_is_expensive_and_the_same_one_annoying():
    assert GRID.tolist() == [[0, 1, 2, 2], [1, 0, 2, 2], [2, 2, 0, 2], [2, 2, 2, 0]]


def test_without_departments_cost_is_number():
    levels = cost.default_levels(["", "", "", ""], np.arange(4))
    assert cost.weights(levels).tolist() == (1 - np.eye(4, dtype=int)).tolist()


def test_what_is_one_category_in_the_shop_does_not_matter():
    assert cost.default_levels(["Clothing"] * 3 + ["Shoes"], np.array([0, 0, 1, 2]))[0].tolist() == [0, 0, 1, 2]


@given(seed=st.integers(0, 2**32 - 1))
def test_levels_of_merged_categories_are_the_dearest_and_a_choice_reaches_every_class_once(seed):
    random = np.random.default_rng(seed)
    groups = np.array([0, 1, 0, 2, 1])
    levels = random.integers(0, 3, (5, 5))
    np.fill_diagonal(levels, 0)
    places = list(itertools.product(range(5), repeat=2))
    shown = cost.merged_levels(levels, groups)
    for real, tagged in itertools.product(range(3), repeat=2):
        own = [levels[a, b] for a, b in places if (groups[a], groups[b]) == (real, tagged)]
        assert shown[real, tagged] == (0 if real == tagged else max(own))
    chosen = random.integers(0, 3, (3, 3))
    found = cost.with_chosen(levels, groups, chosen)
    weighed = cost.without_merged(cost.weights(found), groups)
    for a, b in places:
        cell = groups[a], groups[b]
        is_touched = groups[a] != groups[b] and chosen[cell] != shown[cell]
        assert found[a, b] == (chosen[cell] if is_touched else levels[a, b])
        assert weighed[a, b] == (0 if groups[a] == groups[b] else cost.WEIGHTS[found[a, b]])
    np.testing.assert_array_equal(cost.with_chosen(levels, groups, shown), levels)


@given(seed=st.integers(0, 2**32 - 1))
def test_costs_of_pairs_are_what_counting_garments_gives(seed):
    random = np.random.default_rng(seed)
    true, said = random.integers(0, 4, (2, 80))
    weights = cost.weights(random.integers(0, 3, (4, 4)))
    found = cost.costliest_pairs(confusion.matrix(true, said, 4), CLASSES, weights)
    for row in found.itertuples():
        is_pair = ((true == row.first_index) & (said == row.second_index)) | (
            (true == row.second_index) & (said == row.first_index)
        )
        assert row.cost == weights[true, said][is_pair].sum()
    assert found["cost"].is_monotonic_decreasing
    total = weights[true, said].sum()
    np.testing.assert_allclose(found["share_of_cost"], found["cost"] / max(total, 1))


def test_where_every_mistake_is_annoying_the_order_is_that_by_number():
    counts = confusion.matrix(*np.random.default_rng(0).integers(0, 4, (2, 300)), 4)
    weights = cost.weights(np.ones((4, 4), dtype=int))
    found = cost.costliest_pairs(counts, CLASSES, weights)
    expected = pairs.most_confused_pairs(counts, CLASSES)
    assert found[list(expected.columns)].equals(expected)
    assert found["cost"].tolist() == expected["num_mistakes"].tolist()


def test_garments_come_by_cost_and_then_by_how_sure_the_model_was():
    labels = np.array([0, 0, 0, 2, 3])
    table = worlds.predictions_table(worlds.answers(labels, 4, seed=0, skill=0), labels)
    table["predicted_class"] = [1, 2, 1, 2, 0]
    table["confidence"] = [0.6, 0.7, 0.9, 0.99, 0.5]
    assert cost.costliest_first(table, cost.weights(GRID))["garment"].tolist() == [1, 4, 2, 0, 3]


@settings(max_examples=60)
@given(st.lists(st.integers(-5, 5), max_size=9))
def test_the_sign_flip_test_is_every_order_of_signs(differences):
    numbers = np.array(differences, dtype=np.int64)
    sums = [abs(np.dot(signs, numbers)) for signs in itertools.product((1, -1), repeat=len(numbers))]
    assert cost.sign_flip(numbers) == pytest.approx(np.mean(np.array(sums) >= abs(numbers.sum())))


@pytest.mark.parametrize(("plus", "minus"), [(210, 150), (0, 0), (3, 0), (1200, 1100)])
def test_where_every_mistake_weighs_the_same_it_is_mcnemars_test(plus, minus):
    found = cost.sign_flip(np.repeat([1, -1], [plus, minus]))
    assert found == pytest.approx(binomtest(plus, plus + minus, 0.5).pvalue if plus + minus else 1.0)
    assert found == pytest.approx(changes.mcnemar(plus, minus))


def test_a_version_with_fewer_mistakes_can_be_the_dearer_one():
    true = np.zeros(60, dtype=np.int64)
    before, after = np.repeat([1, 0], [30, 30]), np.repeat([0, 2], [45, 15])
    found = cost.cost_change(true, before, after, cost.weights(GRID))
    assert (found.before, found.after, found.saved) == (30, 75, -45)
    assert found.result == "worse"
    same = cost.cost_change(true, before, before, cost.weights(GRID))
    assert (same.p_value, same.result) == (1.0, "no clear difference")


# ---- kept --------------------------------------------------------------------------------------------------------


def test_costs_are_kept_for_everybody_and_the_log_tells_what_changed(store):
    assert not costs.current(store, NAMES).is_chosen
    levels = costs.current(store, NAMES).levels.copy()
    levels[0, 1] = cost.EXPENSIVE
    saved = costs.save(store, NAMES, levels, who="Ada", expected=0)
    assert saved.is_chosen
    assert costs.current(store, NAMES).levels.tolist() == levels.tolist()
    line = audit.entries(store, action="costs")[0]
    kind = "Shirt tagged T-shirt/top"
    assert (line.who, line.before, line.after) == ("Ada", {kind: "annoying"}, {kind: "expensive"})
    assert costs.save(store, NAMES, levels, who="Bo", expected=saved.number).number == saved.number


def test_one_step_leads_back_to_the_departments_and_nothing_is_lost(store):
    saved = costs.save(store, NAMES, np.full((4, 4), 2), who="Ada", expected=0)
    back = costs.save(store, NAMES, None, who="Ada", expected=saved.number)
    assert (back.is_chosen, back.levels.tolist()) == (False, GRID.tolist())
    assert costs.current(store, NAMES).levels.tolist() == GRID.tolist()
    assert len(choices.history(store, costs.name_of(CLASSES))) == 2


def test_who_looked_at_older_costs_is_told(store):
    costs.save(store, NAMES, np.full((4, 4), 2), who="Ada", expected=0)
    with pytest.raises(errors.ChoiceConflict, match="Ada changed this"):
        costs.save(store, NAMES, np.full((4, 4), 1), who="Bo", expected=0)


def test_who_looked_at_costs_that_the_store_does_not_hold_is_told(store):
    with pytest.raises(errors.ChoiceConflict, match="number 3, is in the store no more"):
        costs.save(store, NAMES, np.full((4, 4), 1), who="Bo", expected=3)
    assert not costs.current(store, NAMES).is_chosen


@pytest.mark.parametrize("levels", [np.zeros((3, 3)), np.full((4, 4), 3), np.full((4, 4), -1)])
def test_costs_of_other_categories_are_refused(store, levels):
    with pytest.raises(errors.StoreError, match="for each two of 4 categories"):
        costs.save(store, NAMES, levels.astype(int), who="Ada", expected=0)
