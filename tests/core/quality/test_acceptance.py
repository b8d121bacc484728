"""Acceptance in real use against counting with pandas, and spot checks that are drawn, answered once and kept."""

from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from sqlalchemy.exc import IntegrityError

from core import errors
from core.quality import acceptance, intervals
from core.store.base import audit, database
from core.store.batches import spot_checks
from core.tagging import products
from tests.support import batch_world, worlds

WEEK = "2026-W48"


@pytest.mark.parametrize(
    ("day", "week"),
    [(date(2026, 11, 25), "2026-W48"), (date(2027, 1, 3), "2026-W53"), (date(2024, 12, 30), "2025-W01")],
)
def test_weeks_are_those_of_iso(day, week):
    assert acceptance.week_of(day) == week
    assert acceptance.week_of(datetime(day.year, day.month, day.day, 23, tzinfo=UTC)) == week


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["Shirt", "Coat", ""]),
        st.sampled_from([*acceptance.DECISIONS, "none"]),
        st.integers(1, 28),
    ).filter(lambda row: row[:2] != ("", "accepted")),  # the store lets nobody accept what is not there
    max_size=40,
)


def table(rows):
    found = pd.DataFrame(rows, columns=["tag", "decision", "day"])
    times = [datetime(2026, 11, day, 12, tzinfo=UTC) for day in found["day"]]
    return found.assign(decided_at=pd.to_datetime(pd.Series(times, dtype=object), utc=True))


def share(num_accepted, num):
    """The share and its interval by scipy; without products there is none."""
    if not num:
        return (np.nan, np.nan, np.nan)
    return (num_accepted / num, *binomtest(num_accepted, num).proportion_ci(method="wilson"))


@given(ROWS)
def test_every_count_and_share_is_what_counting_gives(rows):
    found = acceptance.by_week(table(rows))
    assert found["num_reviewed"].sum() == sum(decision != "none" for _, decision, _ in rows)
    assert found["week"].is_monotonic_decreasing
    for row in found.itertuples():
        mine = [decision for tag, decision, day in rows if decision != "none" and tag == row.category
                and acceptance.week_of(date(2026, 11, day)) == row.week]  # fmt: skip
        counts = [mine.count(decision) for decision in acceptance.DECISIONS]
        assert [row.num_accepted, row.num_changed, row.num_rejected] == counts
        assert (row.accepted, row.low, row.high) == pytest.approx(share(counts[0], len(mine) if row.category else 0),
                                                                  nan_ok=True)  # fmt: skip
    weeks = acceptance.of_weeks(table(rows))
    by_week = found.groupby("week")
    assert weeks["num_reviewed"].tolist() == by_week["num_reviewed"].sum()[::-1].tolist()
    with_tag = by_week["num_with_tag"].sum()[::-1].tolist()
    expected = [share(*counts) for counts in zip(weeks["num_accepted"], with_tag, strict=True)]
    assert weeks[["accepted", "low", "high"]].to_numpy() == pytest.approx(
        np.array(expected).reshape(-1, 3), nan_ok=True
    )


def test_what_the_model_gave_no_tag_does_not_make_its_tags_worse():
    rows = [("Shirt", "accepted", 25)] * 19 + [("Shirt", "changed", 25)] + [("", "rejected", 25)] * 60
    (week,) = acceptance.of_weeks(table(rows)).itertuples()
    assert (week.num_reviewed, week.num_with_tag, week.accepted) == (80, 20, 0.95)
    none, shirt = acceptance.by_week(table(rows)).itertuples()
    assert np.isnan([none.accepted, none.low, none.high]).all()
    assert (shirt.low, shirt.high) == (week.low, week.high)


def test_without_any_product_there_is_nothing_to_count():
    assert acceptance.by_week(pd.DataFrame()).empty
    assert acceptance.of_weeks(pd.DataFrame()).empty


def test_a_draw_is_the_same_again_and_every_product_has_the_same_chance():
    candidates = [(1, position) for position in range(40)]
    first = acceptance.drawn(candidates, 8, WEEK)
    assert acceptance.drawn(candidates[::-1], 8, WEEK) == first
    assert len(set(first)) == 8
    times = np.zeros(40)
    for week in range(600):
        for _, position in acceptance.drawn(candidates, 8, f"week {week}"):
            times[position] += 1
    # 600 draws of 1 in 5: 120 expected, standard deviation 9.8.
    assert (np.abs(times - 120) < 5 * 9.8).all()


def test_a_share_is_told_from_twenty_checks_on():
    assert not acceptance.spot_checks([True] * 19).is_enough
    found = acceptance.spot_checks([True] * 19 + [False])
    assert (found.num_right, found.num_checked, found.is_enough) == (19, 20, True)
    assert (found.low, found.high) == pytest.approx(tuple(binomtest(19, 20).proportion_ci(method="wilson")))
    assert acceptance.spot_checks([]).num_checked == 0


def test_products_of_this_week_come_first_and_the_others_fill_up():
    new, older = [(2, place) for place in range(30)], [(1, place) for place in range(30)]
    for num_new, counts in ((16, (16, 4)), (40, (20, 0)), (0, (0, 20))):
        found = acceptance.drawn_by_age(new, older, 20, WEEK, num_new=num_new)
        assert tuple(sum(batch == number for batch, _ in found) for number in (2, 1)) == counts
        assert len(set(found)) == 20
    assert len(acceptance.drawn_by_age(new, older[:1], 20, WEEK, num_new=16)) == 20
    assert len(acceptance.drawn_by_age(new[:3], older, 20, WEEK, num_new=16)) == 20


def test_weeks_count_for_their_products_and_the_interval_is_that_of_the_effective_number():
    found = acceptance.weighted([9, 18, 0], [10, 20, 0], [300, 700, 55])
    assert (found.num_products, found.num_unchecked) == (1000, 55)
    assert found.share == pytest.approx(0.3 * 0.9 + 0.7 * 0.9)
    num = 1 / (0.3**2 / 10 + 0.7**2 / 20)
    assert (found.low, found.high) == pytest.approx([float(end) for end in intervals.wilson(0.9 * num, num)])
    one = acceptance.weighted([19], [20], [400])
    assert (one.low, one.high) == pytest.approx(tuple(binomtest(19, 20).proportion_ci(method="wilson")))
    none = acceptance.weighted([0], [0], [40])
    assert (none.num_products, none.num_unchecked) == (0, 40)
    assert np.isnan([none.share, none.low, none.high]).all()


# ---- kept --------------------------------------------------------------------------------------------------------


@pytest.fixture
def run(store):
    return worlds.publish(store)


def drawn(store, num=3, *, who="Ada", week=WEEK):
    return spot_checks.draw(store, products.all_tables(store), week=week, num=num, who=who)


def test_only_what_left_untouched_is_drawn_and_never_twice(store, run):
    batch = batch_world.tagged(store, run, [0.99, 0.98, 0.5, 0.97, 0.96])
    assert drawn(store) == []
    batch_world.confirm(store, run)
    batch_world.decide(store, batch, [0], "changed", "Bag")
    first = drawn(store, 2)
    assert {check.position for check in first} < {1, 3, 4}
    assert drawn(store, 2, who="Bo") == first
    assert len(drawn(store, 10)) == 3
    assert drawn(store, 10, week="2026-W49") == []
    assert [line.after for line in audit.entries(store, action="draw-checks")] == [1, 2]


def test_an_answer_is_kept_with_who_and_when_and_only_one(store, run):
    batch_world.tagged(store, run, [0.99] * 4)
    batch_world.confirm(store, run)
    first, second, _ = drawn(store)
    assert not first.is_answered
    said = spot_checks.answer(store, first.number, first.tag, class_names=run.class_names, who="Bo")
    assert (said.category, said.answered_by) == (first.tag, "Bo")
    assert spot_checks.answer(store, first.number, first.tag, class_names=run.class_names, who="Bo") == said
    with pytest.raises(errors.DecisionConflict, match="Bo has answered this check already"):
        spot_checks.answer(store, first.number, "Bag", class_names=run.class_names, who="Cy")
    assert spot_checks.answer(store, second.number, None, class_names=run.class_names, who="Cy").category is None
    assert [check.answered_by for check in spot_checks.all_checks(store)] == ["Bo", "Cy", ""]


@pytest.mark.parametrize(
    ("number", "category", "message"),
    [(99, "Bag", "There is no spot check 99"), (1, "Hat", "A spot check is one of Shirt, Coat, Bag, got 'Hat'")],
)
def test_what_makes_no_sense_is_no_answer(store, run, number, category, message):
    batch_world.tagged(store, run, [0.99] * 4)
    batch_world.confirm(store, run)
    drawn(store)
    with pytest.raises(errors.TaggingRefused, match=message):
        spot_checks.answer(store, number, category, class_names=run.class_names, who="Bo")
    assert not any(check.is_answered for check in spot_checks.all_checks(store))


@pytest.mark.parametrize("table", ["spot_checks", "spot_answers"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET number = 9", "DELETE FROM {}"])
def test_no_check_can_be_edited(store, run, table, statement):
    batch_world.tagged(store, run, [0.99] * 4)
    batch_world.confirm(store, run)
    check = drawn(store)[0]
    before = spot_checks.answer(store, check.number, "Bag", class_names=run.class_names, who="Bo")
    with pytest.raises(IntegrityError, match="cannot be changed"), database.write(store.engine) as connection:
        connection.exec_driver_sql(statement.format(table))
    assert spot_checks.all_checks(store)[0] == before
