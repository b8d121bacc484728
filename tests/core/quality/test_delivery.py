"""The alarm over deliveries of another kind, by simulation: rare where all is ordinary, sure where it is not."""

import numpy as np
import pytest

from core.quality import delivery


def share_of_alarms(share, num_photos, *, seed):
    drawn = np.random.default_rng(seed).binomial(num_photos, share, 4000)
    return np.mean([delivery.is_strange(int(num), num_photos) for num in drawn])


@pytest.mark.parametrize("num_photos", [1, 5, 20, 100, 500, 2000])
def test_ordinary_deliveries_of_any_size_hardly_ever_raise_it(num_photos):
    assert share_of_alarms(0.02, num_photos, seed=1) <= 0.001
    assert share_of_alarms(0.04, num_photos, seed=2) <= 0.003


@pytest.mark.parametrize(("share", "num_photos"), [(0.63, 20), (0.63, 372), (0.2, 100), (0.1, 500)])
def test_deliveries_of_another_kind_raise_it(share, num_photos):
    assert share_of_alarms(share, num_photos, seed=3) > 0.9


def test_one_strange_photo_is_no_strange_delivery_and_three_of_three_are():
    assert not delivery.is_strange(0, 0)
    assert not delivery.is_strange(1, 1)
    assert delivery.is_strange(3, 3)


def test_it_says_how_many_and_what_to_do():
    assert delivery.sentence(233, 372) == (
        "233 of 372 of these photos are unlike what this version learned, so none of its tags leaves without a person. "
        "Teach it with your own photos."
    )


# ---- sureness and distance against garments of the same tag --------------------------------------------------------


def answers(num, seed, *, less_sure=0.0, further=0.0, tags=(0, 1, 2)):
    """Photos of three categories, the last of which is always less sure; each tag as often."""
    random = np.random.default_rng(seed)
    tag = np.asarray(tags)[np.arange(num) % len(tags)]
    confidence = np.clip(1 - random.random(num) ** 2 * (0.3 + 0.2 * tag) - less_sure, 0, 1)
    return confidence, 2 + random.random(num) + 0.5 * tag + further, tag


def told(confidence, strangeness, tag, num_unlike=0):
    return delivery.Told(confidence=confidence, strangeness=strangeness, tag=tag, num_unlike=num_unlike)


@pytest.fixture(scope="module")
def usual():
    confidence, strangeness, tag = answers(3000, 1)
    return delivery.usual(confidence, strangeness, tag, tag, 3)


@pytest.mark.parametrize("tags", [(0, 1, 2), (2,), (0, 0, 0, 1)])
@pytest.mark.parametrize("num", [9, 30, 100, 1500])
def test_an_ordinary_delivery_is_let_through_whatever_its_categories(usual, num, tags):
    alarms = [delivery.difference(told(*answers(num, seed, tags=tags)), usual) for seed in range(100)]
    assert sum(map(bool, alarms)) <= 1


def test_photos_that_are_less_sure_or_further_away_are_noticed_and_it_is_said_how_many(usual):
    less_sure = delivery.difference(told(*answers(60, 2, less_sure=0.15)), usual)
    further = delivery.difference(told(*answers(60, 2, further=0.4)), usual)
    assert less_sure.endswith(
        "of 60 photos that were compared are tagged less surely than the usual garment that the line was made for; "
        "half would be ordinary. So none of these tags leaves without a person. See whether light, background or side "
        "are other ones than before."
    )
    assert "of 60 photos that were compared look less like what it learned than the usual garment" in further
    assert int(less_sure.split()[0]) > 40 < int(further.split()[0])


def test_photos_that_are_surer_and_nearer_are_no_harm(usual):
    assert delivery.difference(told(*answers(200, 3, less_sure=-0.1, further=-0.4)), usual) == ""


def test_what_was_not_measured_or_has_no_garments_to_compare_with_is_left_out(usual):
    confidence, strangeness, tag = answers(60, 4, further=5)
    assert delivery.difference(told(confidence, np.full(60, np.nan), tag), usual) == ""
    few = delivery.usual(confidence[:30], strangeness[:30], tag[:30], tag[:30], 3)
    assert delivery.difference(told(confidence, strangeness + 9, tag), few) == ""
    assert delivery.difference(told(confidence, strangeness, tag), None) == ""


def test_many_unlike_photos_come_before_everything_else(usual):
    found = told(*answers(60, 5, less_sure=0.3), num_unlike=30)
    assert delivery.difference(found, usual) == delivery.sentence(30, 60)
    assert delivery.difference(found, None) == delivery.sentence(30, 60)


def test_of_a_long_delivery_photos_from_all_over_it_are_compared(usual):
    ordinary, other = answers(1000, 6), answers(1000, 7, less_sure=0.3)
    mixed = [np.concatenate(pair) for pair in zip(ordinary, other, strict=True)]
    assert f" of {delivery.MOST_COMPARED} photos" in delivery.difference(told(*mixed), usual)


def test_tags_spread_in_another_way_than_the_product_mix_are_noticed_where_there_is_one(usual):
    bags = told(*answers(90, 8, tags=(2,)))
    assert delivery.difference(bags, usual) == ""
    assert delivery.difference(bags, usual, [1, 1, 1]).startswith(
        "These 90 photos are spread over the categories in another way than your product mix"
    )
    assert "of 100 tags 100 are of one category where 33 would be usual" in delivery.difference(bags, usual, [1, 1, 1])
    assert delivery.difference(bags, usual, [0, 0, 5]) == ""
    assert delivery.difference(told(*answers(90, 9)), usual, [10, 10, 10]) == ""
    assert delivery.difference(told(*answers(9, 9, tags=(2,))), usual, [1, 1, 1]) == "", "too few to say"
