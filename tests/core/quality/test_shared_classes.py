"""Versions with other categories: what both know, and that they are judged on that alone."""

import numpy as np
import pytest
from sklearn import metrics

from core import errors
from core.quality import category_views, comparison, shared_classes
from core.quality.comparison import Judged
from core.quality.shared_classes import UNKNOWN


def pictures(num, seed=0):
    """Pictures of which no two are alike."""
    return np.random.default_rng(seed).integers(0, 256, (num, 4, 4, 3), dtype=np.uint8)


def judged(images, labels, answers, names):
    places = {name: place for place, name in enumerate(names)}
    return Judged(
        images=images,
        true_class=np.array([places[name] for name in labels]),
        predicted_class=np.array([places[name] for name in answers]),
        confidence=np.full(len(labels), 0.9),
        class_names=tuple(names),
    )


def test_the_same_categories_in_another_order_are_all_shared():
    found = shared_classes.shared(("a", "b", "c"), ("c", "a", "b"), (np.array([], int), np.array([], int)))
    assert (found.names, found.of_before.tolist(), found.of_after.tolist()) == (("c", "a", "b"), [1, 2, 0], [0, 1, 2])
    assert (found.renamed, found.lost, found.added, found.sentence) == ((), (), (), "")


def test_a_renamed_a_merged_a_divided_an_added_and_a_lost_category_are_told_apart():
    before = ("Tee", "Top", "Coat", "Shoe", "Belt", "Hat")
    after = ("Coat", "Jersey", "Boot", "Sneaker", "Hat", "Sock")
    pairs = (
        [("Tee", "Jersey")] * 9 + [("Top", "Jersey")] * 8 + [("Coat", "Coat")] * 9 + [("Coat", "Hat")] * 2
        + [("Shoe", "Boot")] * 6 + [("Shoe", "Sneaker")] * 4 + [("Belt", "Hat")] * 2
    )  # fmt: skip
    first = np.array([before.index(old) for old, _ in pairs])
    second = np.array([after.index(new) for _, new in pairs])
    found = shared_classes.shared(before, after, (first, second))
    assert found.names == ("Coat", "Jersey", "Boot and Sneaker", "Hat")
    assert found.of_before.tolist() == [1, 1, 0, 2, UNKNOWN, 3], "two belts that were called hats say nothing"
    assert found.of_after.tolist() == [0, 1, 2, 2, 3, UNKNOWN]
    assert found.sentence == (
        "Judged on the garments of the 4 categories that both know (renamed or put together: Tee and Top is Jersey; "
        "Shoe is Boot and Sneaker, Sock only in the new version, Belt only in the version before)."
    )


def test_an_added_category_takes_its_garments_out_of_the_judgement_and_its_name_counts_as_wrong_for_others():
    images = pictures(40)
    labels = ["bag"] * 20 + ["dress"] * 20
    before = judged(images[:40], labels, ["bag"] * 18 + ["dress"] * 22, ("bag", "dress"))
    new_images = np.concatenate([images, pictures(10, seed=1)])
    answers = ["bag"] * 19 + ["hat"] + ["dress"] * 20 + ["hat"] * 10
    after = judged(new_images, [*labels, *["hat"] * 10], answers, ("bag", "dress", "hat"))
    found = comparison.compare(before, after)
    assert (found.num_common, found.num_before, found.num_after) == (40, 40, 50)
    assert found.shared.added == ("hat",)
    assert (found.change.num_fixed, found.change.num_broken, found.change.num_both_wrong) == (1, 0, 1)
    assert found.classes["class_name"].tolist() == ["bag", "dress"]
    assert found.classes["recall_after"].tolist() == [0.95, 1.0]
    assert found.garments["after"].tolist() == list(range(40))


def test_a_renamed_category_is_judged_as_if_it_had_kept_its_name():
    images = pictures(30)
    old = judged(images, ["tee"] * 15 + ["hat"] * 15, ["tee"] * 14 + ["hat"] * 16, ("hat", "tee"))
    new = judged(images, ["jersey"] * 15 + ["hat"] * 15, ["jersey"] * 16 + ["hat"] * 14, ("hat", "jersey"))
    same = judged(images, ["tee"] * 15 + ["hat"] * 15, ["tee"] * 16 + ["hat"] * 14, ("hat", "tee"))
    renamed, plain = comparison.compare(old, new), comparison.compare(old, same)
    assert renamed.change == plain.change
    assert renamed.shared.renamed == ("tee is jersey",)
    assert renamed.classes.drop(columns="class_name").equals(plain.classes.drop(columns="class_name"))


def test_garments_whose_label_moved_from_one_known_category_to_another_are_not_common():
    images = pictures(20)
    old = judged(images, ["bag"] * 10 + ["hat"] * 10, ["bag"] * 10 + ["hat"] * 10, ("bag", "hat"))
    names = ("bag", "hat", "sock")
    new = judged(images, ["bag"] * 8 + ["hat"] * 12, ["bag"] * 8 + ["hat"] * 12, names)
    assert comparison.compare(old, new).garments["before"].tolist() == [*range(8), *range(10, 20)]


def test_versions_that_know_hardly_a_category_together_cannot_be_compared():
    images = pictures(20)
    old = judged(images[:10], ["bag"] * 5 + ["hat"] * 5, ["bag"] * 10, ("bag", "hat"))
    new = judged(images[10:], ["bag"] * 5 + ["sock"] * 5, ["bag"] * 10, ("bag", "sock"))
    with pytest.raises(errors.CategoriesDiffer, match=r"lacks 'hat' and adds 'sock'"):
        comparison.compare(old, new)


def test_categories_that_the_shop_sells_as_one_are_judged_as_one_as_scikit_learn_does():
    random = np.random.default_rng(3)
    names, sold = np.array(["tee", "bag", "shirt", "hat"]), ("Tops", "Bags", "Tops", "Hats")
    labels, *answers = (names[random.integers(0, 4, 200)] for _ in range(3))
    before, after = (judged(pictures(200), labels, said, names.tolist()) for said in answers)
    found = comparison.compare(before, after, category_views.as_sold(sold))
    called = dict(zip(names.tolist(), sold, strict=True))
    true, was, now = ([called[name] for name in some] for some in (labels, *answers))
    order = ["Tops", "Bags", "Hats"]
    assert found.shared.names == ("tee and shirt", "bag", "hat")
    assert found.shared.of_after.tolist() == found.shared.of_before.tolist() == [0, 1, 0, 2]
    assert found.shared.is_all and not found.shared.sentence
    for said, when in ((was, "before"), (now, "after")):
        recall = metrics.recall_score(true, said, labels=order, average=None)
        precision = metrics.precision_score(true, said, labels=order, average=None)
        np.testing.assert_allclose(found.classes[f"recall_{when}"], recall)
        np.testing.assert_allclose(found.classes[f"precision_{when}"], precision)
    right = [np.array(said) == np.array(true) for said in (was, now)]
    assert found.fixed["after"].tolist() == np.flatnonzero(~right[0] & right[1]).tolist()
    assert found.newly_wrong["after"].tolist() == np.flatnonzero(right[0] & ~right[1]).tolist()
    assert comparison.compare(before, after, category_views.own(names.tolist())).change == (
        comparison.compare(before, after).change
    )


def test_a_merge_in_the_shop_holds_between_versions_that_know_different_categories():
    images, labels = pictures(40), ["bag"] * 10 + ["tee"] * 10 + ["shirt"] * 10 + ["hat"] * 10
    before = judged(images, labels, ["bag"] * 10 + ["shirt"] * 20 + ["hat"] * 10, ("hat", "shirt", "tee", "bag"))
    after = judged(images, labels, ["bag"] * 9 + ["tee"] * 21 + ["sock"] * 10, ("bag", "sock", "tee", "hat", "shirt"))
    found = comparison.compare(before, after, category_views.as_sold(("Bag", "Tops", "Tops", "Hat", "Tops")))
    assert found.shared.names == ("bag", "tee and shirt", "hat") and found.shared.added == ("sock",)
    assert found.shared.of_before.tolist() == [2, 1, 1, 0]
    assert found.shared.of_after.tolist() == [0, UNKNOWN, 1, 2, 1]
    assert (found.change.num_fixed, found.change.num_broken, found.change.num_both_wrong) == (0, 11, 0)
