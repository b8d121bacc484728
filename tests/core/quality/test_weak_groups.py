"""Groups that are wrong more often: planted ones are found and named, and where there is none nothing is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from core.quality import exact_strata, intervals, looks, weak_groups
from dashboard.look import weak_group_wording

NAMES = ("Coat", "Shirt", "Bag", "Dress")
NUM = 1200


def pictures(brightness, *, height=14, width=14, size=28):
    """A plain box of that brightness (N,) on black, with a fine pattern that gives it some contrast."""
    images = np.zeros((len(brightness), size, size), dtype=np.uint8)
    top, left = (size - height) // 2, (size - width) // 2
    box = np.asarray(brightness)[:, None, None] + 8 * (np.indices((height, width)).sum(axis=0) % 2)
    images[:, top : top + height, left : left + width] = np.clip(box, 0, 255)
    return images


def world(seed=0):
    """Garments of four categories with random looks: labels, brightness, and the groups that are asked about."""
    random = np.random.default_rng(seed)
    brightness = random.integers(60, 240, NUM)
    labels = random.integers(0, 4, NUM)
    features = random.normal(size=(NUM, 8)) + labels[:, None]
    return labels, brightness, weak_groups.candidates(looks.measured(pictures(brightness)), features)


def said(labels, is_wrong):
    return np.where(is_wrong, (labels + 1) % 4, labels)


def test_a_planted_group_across_categories_is_found_and_named():
    labels, brightness, candidates = world()
    random = np.random.default_rng(1)
    is_dark = brightness <= np.quantile(brightness, 0.2)
    is_wrong = random.random(NUM) < np.where(is_dark, 0.35, 0.06)
    first, *_ = weak_groups.weak_groups(labels, said(labels, is_wrong), candidates)
    assert first.words == ("dark",)
    assert not first.is_heap
    measured = looks.measured(pictures(brightness))["brightness"]
    assert set(first.garments) == set(np.flatnonzero(measured <= np.quantile(measured, 0.2)))
    assert first.num_mistakes == is_wrong[first.garments].sum()
    assert (first.low, first.high) == intervals.wilson(first.num_mistakes, len(first.garments))
    assert first.num_mistakes + first.num_mistakes_elsewhere == is_wrong.sum()
    assert len(first.garments) + first.num_elsewhere == NUM
    assert first.num_above > 30
    words = weak_group_wording.sentence(first, weak_group_wording.titles([first], NAMES)[0], NAMES)
    assert words.startswith(f"Dark garments: {first.num_mistakes} of {len(first.garments)} wrong (between ")
    assert "of 100), elsewhere " in words


def test_a_planted_heap_of_garments_that_look_alike_is_found():
    random = np.random.default_rng(2)
    centres = 6 * random.normal(size=(8, 6))
    heap_of = random.integers(0, 8, 2400)
    features = centres[heap_of] + random.normal(size=(2400, 6))
    labels = random.integers(0, 4, 2400)
    is_wrong = random.random(2400) < np.where(heap_of == 3, 0.4, 0.05)
    found = weak_groups.weak_groups(labels, said(labels, is_wrong), weak_groups.candidates({}, features))
    assert found
    assert all(group.is_heap for group in found)
    members = np.concatenate([group.garments for group in found])
    assert (heap_of[members] == 3).mean() > 0.9
    assert weak_group_wording.titles(found[:1], NAMES) == ["Garments that look alike"]


def test_a_category_that_is_hard_is_no_group():
    labels, brightness, _ = world()
    features = np.random.default_rng(3).normal(size=(NUM, 4)) + 8 * labels[:, None]
    candidates = weak_groups.candidates(looks.measured(pictures(brightness)), features)
    is_wrong = np.random.default_rng(4).random(NUM) < np.where(labels == 1, 0.4, 0.03)
    assert any((labels[each.garments] == 1).mean() > 0.9 for each in candidates if each.is_heap)
    assert weak_groups.weak_groups(labels, said(labels, is_wrong), candidates) == []


def test_where_everything_is_right_or_everything_wrong_nothing_is_named():
    labels, _, candidates = world()
    for share in (0, 1):
        assert weak_groups.weak_groups(labels, said(labels, np.full(NUM, bool(share))), candidates) == []


def test_few_garments_have_no_groups():
    labels = np.zeros(12, dtype=int)
    candidates = weak_groups.candidates(looks.measured(pictures(np.arange(60, 180, 10))), np.zeros((12, 3)))
    assert weak_groups.weak_groups(labels, labels + 1, candidates) == []
    empty = weak_groups.candidates(looks.measured(np.zeros((0, 28, 28), dtype=np.uint8)), np.zeros((0, 3)))
    assert weak_groups.weak_groups(labels[:0], labels[:0], empty) == []


def test_the_same_garments_give_the_same_groups():
    ones, others = world()[2], world()[2]
    assert [each.words for each in ones] == [each.words for each in others]
    assert all(np.array_equal(one.garments, other.garments) for one, other in zip(ones, others, strict=True))


def test_of_two_groups_of_much_the_same_garments_only_one_is_named():
    labels, _, candidates = world()
    dark = next(each for each in candidates if each.words == ("dark",))
    is_wrong = np.random.default_rng(5).random(NUM) < np.where(np.isin(np.arange(NUM), dark.garments), 0.35, 0.06)
    twin = weak_groups.Candidate(words=("small",), is_heap=False, garments=dark.garments[:-20])
    named = weak_groups.weak_groups(labels, said(labels, is_wrong), [*candidates, twin])
    assert sum(len(np.intersect1d(group.garments, dark.garments)) > 100 for group in named) == 1


@given(seed=st.integers(0, 2**16), num_strata=st.integers(1, 4))
def test_the_exact_test_is_fishers_and_the_sum_of_draws(seed, num_strata):
    random = np.random.default_rng(seed)
    stratum, is_member, is_wrong = random.integers(0, num_strata, 60), random.random(60) < 0.3, random.random(60) < 0.2
    found = exact_strata.p_value(is_member, is_wrong, stratum)
    chance = np.ones(1)
    for number in range(num_strata):
        mine = stratum == number
        draw = stats.hypergeom(mine.sum(), (is_wrong & mine).sum(), (is_member & mine).sum())
        chance = np.convolve(chance, draw.pmf(np.arange(61)))
    assert found == pytest.approx(chance[(is_member & is_wrong).sum() :].sum(), abs=1e-9)
    if num_strata == 1:
        table = [[(is_member & is_wrong).sum(), (is_member & ~is_wrong).sum()],
                 [(~is_member & is_wrong).sum(), (~is_member & ~is_wrong).sum()]]  # fmt: skip
        assert found == pytest.approx(stats.fisher_exact(table, alternative="greater").pvalue, abs=1e-9)


def test_pictures_are_measured_by_what_differs_from_their_rim():
    tall = looks.measured(pictures([100, 200], height=20, width=10))
    wide = looks.measured(pictures([100], height=10, width=20))
    assert tall["brightness"] == pytest.approx([104, 204])
    assert tall["area"] == pytest.approx([200 / 784] * 2)
    assert tall["length"] == pytest.approx([np.log(2)] * 2)
    assert wide["length"] == pytest.approx([-np.log(2)])
    assert tall["contrast"] == pytest.approx([4 / 104, 4 / 204])
    on_white = looks.measured(255 - pictures([100]))
    assert on_white["brightness"] == pytest.approx([255 - 104])
    colour = np.repeat(pictures([100])[..., None], 3, axis=3)
    assert looks.measured(colour)["brightness"] == pytest.approx([104], rel=1e-4)
    busy = pictures([100])
    busy[:, 7:21, 7:21] = np.where(np.indices((14, 14))[0] // 7 % 2, 60, 180)
    plain_steps, striped = busy.copy(), pictures([100])
    striped[:, 7:21, 7:21] = np.where(np.indices((14, 14))[0] % 2, 60, 180)
    assert looks.measured(striped)["edges"] > looks.measured(plain_steps)["edges"]


def test_an_empty_picture_is_all_background_and_measured_as_a_whole():
    found = looks.measured(np.zeros((1, 28, 28), dtype=np.uint8))
    assert found["area"] == 1
    assert all(np.isfinite(values).all() for values in found.values())


@pytest.mark.parametrize("shape", [(3, 28), (3, 1, 28), (3, 28, 28, 4)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match="Pictures"):
        looks.measured(np.zeros(shape, dtype=np.uint8))


def group_of(*categories, words=("dark", "long"), is_heap=True):
    return weak_groups.WeakGroup(
        words=words, is_heap=is_heap, garments=np.arange(410), num_mistakes=61, low=0.118, high=0.186,
        num_elsewhere=9590, num_mistakes_elsewhere=767, num_expected=33.0, p_value=0.001, categories=categories,
    )  # fmt: skip


def test_a_sentence_says_all_of_a_group():
    group, names = group_of(0, 1), ("Coat", "Pullover")
    [title] = weak_group_wording.titles([group], names)
    assert weak_group_wording.sentence(group, title, names) == (
        "Dark, long garments that look alike: 61 of 410 wrong (between 12 and 19 of 100), elsewhere 8 of 100; "
        "mostly Coat and Pullover."
    )
    assert weak_group_wording.above(group) == "28 more mistakes than its categories explain."


def test_groups_that_look_the_same_are_told_apart_by_their_mistakes_and_then_by_number():
    same = {"words": ("small",)}
    groups = [
        group_of(0, **same), group_of(1, 2, **same), group_of(0, **same), group_of(**same), group_of(**same),
        group_of(0, is_heap=False, **same), group_of(3),
    ]  # fmt: skip
    titles = weak_group_wording.titles(groups, NAMES)
    assert titles == [
        "Small garments that look alike, mostly Coat (1)",
        "Small garments that look alike, mostly Shirt and Bag",
        "Small garments that look alike, mostly Coat (2)",
        "Small garments that look alike (1)",
        "Small garments that look alike (2)",
        "Small garments",
        "Dark, long garments that look alike",
    ]
    told = [weak_group_wording.sentence(group, title, NAMES) for group, title in zip(groups, titles, strict=True)]
    assert len(set(told)) == len(groups)
    assert [each.count("ostly") for each in told] == [1, 1, 1, 0, 0, 1, 1]
    assert told[0].startswith("Small garments that look alike, mostly Coat (1): 61 of 410 wrong")
