"""Sentences about names, merges, costs, the shop import and acceptance, word by word."""

import datetime

import numpy as np
import pandas as pd
import pytest

from core.quality import acceptance, cost, merging
from core.tagging import shop_export
from dashboard.acceptance import wording as acceptance_wording
from dashboard.costs import wording as cost_wording
from dashboard.names import wording as naming_wording
from dashboard.tagging import shop_wording

GROUP = ("Shirt", "T-shirt/top")


def test_the_effect_of_a_merge_is_told_with_count_and_interval():
    counts = np.array([[85, 15, 0], [7, 93, 0], [2, 0, 98]])
    found = merging.effect(counts, np.array([0, 0, 1]))
    assert naming_wording.effect(GROUP, found) == (
        "Merging Shirt and T-shirt/top lifts correct tags from 92.0 to 99.3 of 100: 22 of 300 garments more "
        "(between 4.9 and 10.9 of 100)."
    )
    assert naming_wording.together(found).startswith("All merges together: from 92.0 to 99.3 of 100, 22 of 300")


def test_a_merge_that_changes_nothing_or_was_never_judged_says_so():
    nothing = merging.effect(np.eye(3, dtype=np.int64), np.array([0, 0, 1]))
    assert naming_wording.effect(GROUP, nothing).endswith("changes no score: the model never mixes them up.")
    empty = merging.effect(np.zeros((3, 3), dtype=np.int64), np.array([0, 0, 1]))
    assert "no garment has been judged" in naming_wording.effect(GROUP, empty)


@pytest.mark.parametrize(
    ("merges", "words"),
    [
        ({"Tops": ("A", "B")}, "A and B would both be Tops."),
        ({"Tops": ("A", "B", "C")}, "A, B and C would all be Tops."),
        ({"Tops": ("A", "B"), "Shoes": ("C", "D")}, "A and B would both be Tops; C and D would both be Shoes."),
    ],
)
def test_a_merge_is_asked_about(merges, words):
    assert naming_wording.asked(merges).startswith(words)


def test_costs_are_told_in_points_and_by_luck():
    change = cost.CostChange(num_garments=1000, before=90, after=40, p_value=0.001)
    assert cost_wording.result(change, 2, 1) == "By cost, version 2 is clearly better than version 1, the live one."
    assert cost_wording.balance(change) == (
        "Mistakes cost 90 points with the live version and 40 with this one, on 1,000 garments. Luck alone gives such "
        "a difference in fewer than 1 of 100 cases."
    )
    unclear = cost.CostChange(num_garments=1000, before=90, after=88, p_value=0.4)
    assert "there is no clear difference" in cost_wording.result(unclear, 2, 1)
    assert cost_wording.total(1, 10) == "The mistakes of this version cost 1 point: 10.0 for 100 garments."
    assert cost_wording.rest_of_pairs(1, 0.1).startswith("One more pair makes up 10")
    assert cost_wording.share_of_cost(0) == "By your costs they do not matter."


def test_what_is_new_in_the_shop_is_said_with_what_to_do():
    assert shop_wording.new_in_shop(0, 3) == "All 3 are in the shop already."
    assert shop_wording.new_in_shop(0, 1) == "It is in the shop already."
    assert "**1 of 3 is new in the shop**" in shop_wording.new_in_shop(1, 3)
    assert "creates it. If it should be known, compare its SKU" in shop_wording.new_in_shop(1, 3)
    assert shop_wording.new_in_shop(2, 3).endswith("compare their SKU and title with the shop's.")


def test_skus_that_several_products_have_are_named_with_the_way_out():
    assert shop_wording.twice(["A1", "A2"]).startswith(
        "Several products of the shop have the same SKU, so theirs stay: A1, A2. Give each product its own SKU"
    )


@pytest.mark.parametrize(("words", "way_out"), [
    (shop_wording.unnamed, "Give each a SKU of its own, and a title"),
    (shop_wording.unsafe, "Change that in the shop, or tag them there by hand."),
    (shop_wording.full, "Take tags off them in the shop"),
])  # fmt: skip
def test_products_that_stay_are_named_with_the_way_out(words, way_out):
    said = words(["A1", "A2"])
    assert "they stay: A1, A2." in said
    assert way_out in said


@pytest.mark.parametrize(("num_new", "words"), [
    (None, "leave *Update existing products* off: products that are there already are then skipped"),
    (0, "choose *Update existing products*: all of it is there already."),
    (3, "leave *Update existing products* off: all of it is new."),
    (1, "choose *Update existing products* for the first file, and leave *Update existing products* off for the sec"),
])  # fmt: skip
def test_woocommerce_is_told_whether_to_update(num_new, words):
    assert f"In WooCommerce {words}" in shop_wording.how_to_import("woocommerce", num_new, 3)


def test_every_layout_has_its_words():
    assert set(shop_wording.LAYOUTS) == set(shop_export.LAYOUTS)
    assert set(shop_wording.EXISTING_HELP) == set(shop_export.READERS)
    assert "overwrite products with the same handle" in shop_wording.how_to_import("shopify", 1, 3)
    assert shop_wording.how_to_import("generic", None, 3) == ""


def test_the_shop_import_says_how_much_leaves_and_what_stays():
    assert shop_wording.decided(31, 0, 46) == "31 of 46 products decided; only these can be exported."
    said = shop_wording.decided(31, 4, 46)
    assert said == "31 of 46 products decided, 4 of them rejected; the other 27 can be exported."
    assert shop_wording.decided(1, 1, 1) == "1 of 1 product decided, 1 of them rejected; none can be exported."
    assert shop_wording.nothing(2, 2, 46) == "All that is decided was rejected."
    assert shop_wording.nothing(3, 2, 46).startswith("None of the decided products can leave: they have no SKU, or")
    assert shop_wording.disputed([str(number) for number in range(7)]).endswith(
        "stays: 0, 1, 2, 3, 4 and 2 more. Decide them alike."
    )
    day = datetime.date(2026, 11, 25)
    assert shop_wording.file_name("shopify", "new/arrivals", day) == "shop-import_shopify_new-arrivals_2026-11-25.csv"
    assert shop_wording.file_name("woocommerce", "a", day, 1) == "shop-import_woocommerce_a_new_2026-11-25.csv"


def test_no_share_is_told_before_there_are_enough_checks():
    few, enough = acceptance.weighted([7], [7], [70]), acceptance.weighted([19, 0], [20, 0], [200, 30])
    assert acceptance_wording.checks(acceptance.spot_checks([True] * 7), few) == (
        "Not enough checks yet: 7 of 20 answered."
    )
    assert acceptance_wording.checks(acceptance.spot_checks([True] * 19 + [False]), enough) == (
        "Of 20 spot checks 19 were right (of 100 products that left untouched between 76 and 99)."
    )


def test_the_checks_say_of_which_products_they_are():
    weeks = pd.DataFrame(
        {"week": ["2026-W48", "2026-W47", "2026-W46"], "num_products": [100, 900, 30], "num_checked": [16, 20, 0],
         "num_right": [13, 20, 0]}
    )  # fmt: skip
    shares = acceptance.weighted([13, 20, 0], [16, 20, 0], [100, 900, 30])
    together, this_week = acceptance_wording.about_checks(shares, weeks, "2026-W48")
    assert together == (
        "That is all weeks, versions and lines together, 1,000 products: each week counts for as many products as were "
        "tagged in it. Of 30 products of other weeks none was checked."
    )
    assert this_week == "**This week's products: 13 of 16 checks right** (of 100 between 57 and 93)."
    assert acceptance_wording.about_checks(acceptance.weighted([], [], []), weeks[:0], "2026-W48") == []
    assert acceptance_wording.checks_in_words(weeks)["at least"].tolist() == ["57", "84", "–"]


def test_progress_of_one_check_is_told_as_one():
    assert acceptance_wording.progress(1, 1) == "The check of this week is answered."


def test_shares_of_weeks_stand_from_twenty_products_on():
    days = pd.to_datetime(pd.Series(["2026-11-25"] * 21 + ["2026-11-18"] * 2), utc=True)
    products = pd.DataFrame(
        {"tag": ["Bag"] * 23, "decision": ["accepted"] * 20 + ["changed", "accepted", "rejected"], "decided_at": days}
    )
    found = acceptance_wording.weeks_in_words(acceptance.by_week(products))
    assert found["Accepted, of 100"].tolist() == ["95.2", "–"]
    without = acceptance.by_week(products.assign(tag="", decision="rejected"))
    found = acceptance_wording.weeks_in_words(without)
    assert found["Category"].tolist() == ["no tag", "no tag"]
    assert found["Rejected"].tolist() == [21, 2]
    assert found["Accepted, of 100"].tolist() == ["–", "–"]


def test_one_product_of_the_shop_is_singular():
    assert shop_wording.existing(1, 1) == "1 product with 1 SKU is in the shop."
    assert shop_wording.existing(2, 0) == "2 products with 0 SKUs are in the shop."
    assert shop_wording.existing(1200, 1) == "1,200 products with 1 SKU are in the shop."
