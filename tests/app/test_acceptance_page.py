"""Acceptance in real use on screen: spot checks asked blind and answered once, and what people did by week."""

import json
import time
import uuid
from urllib.parse import parse_qsl

import pandas as pd
import pytest

from core.quality import acceptance, intervals
from core.store.batches import automation_lines, spot_checks
from core.tagging import products
from dashboard.acceptance import wording as acceptance_wording
from dashboard.data import acceptance as acceptance_data
from dashboard.look import phrases, theme
from tests.app import test_pages, test_verdicts
from tests.support import batch_world, worlds


@pytest.fixture
def run(store):
    return worlds.publish(store)


@pytest.fixture
def untouched(store, run):
    """A batch of 25 products, of which 24 left by a confirmed line and one was changed."""
    batch = batch_world.tagged(store, run, [0.99] * 24 + [0.5])
    batch_world.confirm(store, run)
    batch_world.decide(store, batch, [24], "changed", "Bag")
    return batch


def opened(who="Ada"):
    return test_verdicts.opened("automation/acceptance", who=who)


def test_before_anything_left_the_page_says_what_is_missing_and_leads_there(store, run):
    at = opened()
    assert not at.exception
    said = test_pages.texts(at)
    assert "Not enough checks yet: 0 of 20 answered." in said
    assert acceptance_wording.NOTHING_UNTOUCHED in said
    assert acceptance_wording.NOTHING_DECIDED in said
    assert at.button(key="draw-checks").disabled
    assert {link.proto.page for link in at.get("page_link")} >= {"tag", "automation"}


def test_looking_draws_nothing_and_a_click_draws_as_many_as_the_setting_says(store, untouched, monkeypatch):
    at = opened()
    assert spot_checks.all_checks(store) == []
    at.button(key="draw-checks").click().run()
    found = spot_checks.all_checks(store)
    assert len(found) == 20
    assert {check.position for check in found} <= set(range(24))
    assert {check.week for check in found} == {acceptance_data.this_week()}
    assert "0 of 20 checks of this week answered." in str(at.get("progress")[0].proto)


def test_a_check_is_asked_without_the_tag_and_told_afterwards(store, run, untouched):
    at = opened()
    at.button(key="draw-checks").click().run()
    first = spot_checks.all_checks(store)[0]
    labels = [button.label for button in at.button if button.key and button.key.startswith("check-")]
    assert labels == [*run.class_names, "None of these"]
    assert not any(words in test_pages.texts(at) for words in ("The model says so too", "The model had said"))
    right = run.class_names.index(first.tag)
    at.button(key=f"check-{first.number}-{right}").click().run()
    assert f"Saved. The model says so too: {first.tag}." in test_pages.texts(at)
    second = spot_checks.all_checks(store)[1]
    at.button(key=f"check-{second.number}-none").click().run()
    assert f"Saved. The model had said {second.tag}." in test_pages.texts(at)
    assert [check.category for check in spot_checks.all_checks(store)[:2]] == [first.tag, None]
    assert "Not enough checks yet: 2 of 20 answered." in test_pages.texts(at)


def test_from_twenty_checks_on_the_share_is_told(store, run, untouched):
    week = acceptance_data.this_week()
    for number, check in enumerate(spot_checks.draw(store, products.all_tables(store), week=week, num=20, who="Ada")):
        category = None if number == 7 else check.tag
        spot_checks.answer(store, check.number, category, class_names=run.class_names, who="Ada")
    at = opened()
    # One week alone is not weighted: Wilson's interval of 19 of 20.
    low, high = (round(100 * end) for end in intervals.wilson(19, 20))
    assert (
        f"Of 20 spot checks 19 were right (of 100 products that left untouched between {low} and {high})."
        in test_pages.texts(at)
    )
    assert f"This week's products: 19 of 20 checks right** (of 100 between {low} and {high})" in test_pages.texts(at)
    assert at.dataframe[0].value.to_numpy().tolist() == [[week, 24, 20, 19, str(low), str(high)]]
    assert not [button for button in at.button if button.key == "draw-checks"]


def test_today_begins_with_the_teams_own_figure_once_there_is_one_and_names_the_models(store, run, untouched):
    before = test_pages.opened()
    assert before.header[0].value.startswith("The live model tags")
    week = acceptance_data.this_week()
    for number, check in enumerate(spot_checks.draw(store, products.all_tables(store), week=week, num=20, who="Ada")):
        category = None if number == 7 else check.tag
        spot_checks.answer(store, check.number, category, class_names=run.class_names, who="Ada")
    at = test_pages.opened()
    low, high = (round(100 * end) for end in intervals.wilson(19, 20))
    assert at.header[0].value == phrases.markdown(f"Your team accepted 95 of 100 tags (between {low} and {high}).")
    assert f"**{before.header[0].value}**" in [element.value for element in at.markdown]


def test_somebody_who_was_faster_is_named_and_nothing_is_overwritten(store, run, untouched):
    at = opened()
    at.button(key="draw-checks").click().run()
    first = spot_checks.all_checks(store)[0]
    spot_checks.answer(store, first.number, "Bag", class_names=run.class_names, who="Bo")
    at.button(key=f"check-{first.number}-0").click().run()
    assert "Bo has answered this check already" in test_pages.texts(at)
    assert spot_checks.all_checks(store)[0].category == "Bag"


def test_what_people_did_is_counted_by_week_and_category(store, run, untouched):
    at = opened()
    weeks, categories = (frame.value for frame in at.dataframe)
    assert weeks[["Accepted", "Changed", "Rejected"]].to_numpy().tolist() == [[0, 1, 0]]
    assert weeks["Accepted, of 100"].tolist() == [theme.UNDEFINED]
    assert categories["Category"].tolist() == [run.class_names[24 % len(run.class_names)]]


def test_weeks_of_decisions_are_those_of_this_computers_clock(monkeypatch):
    sunday_evening = pd.Timestamp("2026-11-29 20:00", tz="UTC")
    products_then = pd.DataFrame({"tag": ["Coat"], "decision": ["accepted"], "decided_at": [sunday_evening]})
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    try:
        there = acceptance.of_weeks(acceptance_data.in_local_time(products_then))
    finally:
        monkeypatch.undo()
        time.tzset()
    assert acceptance.of_weeks(products_then)["week"].tolist() == ["2026-W48"]
    assert there["week"].tolist() == ["2026-W49"], "there it was Monday already"


def test_a_week_with_fewer_checks_than_wanted_can_draw_the_rest(store, run):
    batch_world.tagged(store, run, [0.99] * 2)
    batch_world.confirm(store, run)
    at = opened()
    at.button(key="draw-checks").click().run()
    for check in spot_checks.all_checks(store):
        spot_checks.answer(store, check.number, check.tag, class_names=run.class_names, who="Ada")
    batch_world.tagged(store, run, [0.99] * 2)
    at.run()
    assert "All 2 checks of this week are answered." in str(at.get("progress")[0].proto)
    at.button(key="draw-checks").click().run()
    assert len(spot_checks.all_checks(store)) == 4


def test_what_the_line_promised_stands_beside_the_checks_with_its_mix(store, run, untouched):
    assert "Promised by the line" not in test_pages.texts(opened()), "a line by hand promises nothing"
    automation_lines.confirm(
        store, run.id, [0.9, 0.8, 0.7], who="Ada", request_id="a", max_wrong_in_100=2.0, by_hand=["Bag"], mix=[3, 1, 0]
    )
    said = test_pages.texts(opened())
    assert (
        "Promised by the line of version 1: at most 2 wrong in 100, so at least 98 of 100 checks right, Bag left out, "
        "which a person set by hand." in said
    )
    assert "For your product mix, of 100 products: 75 Shirt, 25 Coat." in said


def answered(store, run, num_right, *, num=20):
    """Spot checks of this week, the last of them answered with another category than the tag."""
    drawn = spot_checks.draw(store, products.all_tables(store), week=acceptance_data.this_week(), num=num, who="Ada")
    for number, check in enumerate(drawn):
        category = check.tag if number < num_right else None
        spot_checks.answer(store, check.number, category, class_names=run.class_names, who="Ada")
    return spot_checks.all_checks(store)


def promise(store, run, **more):
    """A line that promises at most 2 wrong in 100."""
    lines = [0.9] * len(run.class_names)
    automation_lines.confirm(store, run.id, lines, who="Ada", request_id=uuid.uuid4().hex, max_wrong_in_100=2, **more)


def test_a_product_that_a_check_found_wrong_is_listed_until_somebody_decides_on_it(store, run):
    batch = batch_world.tagged(store, run, [0.99 - number / 1000 for number in range(40)])
    batch_world.confirm(store, run)
    *_, first, second = answered(store, run, 18)
    at = opened()
    assert "2 products that checks found wrong still have their tags" in [each.label for each in at.expander]
    label = acceptance_wording.wrong_product(1, second.position, second.tag, "")
    (link,) = [link.proto for link in at.get("page_link") if link.proto.label == phrases.markdown(label)]
    query = dict(parse_qsl(link.query_string))
    page = test_verdicts.opened("tag", **query)
    assert not page.exception
    assert f"{second.position + 1}. S{second.position}" in test_pages.texts(page).replace("*", "")
    page.button(key="decide-reject-one").click().run()
    batch_world.decide(store, batch, [first.position], "changed", "Bag")
    assert not [each for each in opened().expander if "found wrong" in each.label]


def test_where_the_line_did_not_keep_its_promise_it_is_said_with_what_to_do(store, run, untouched):
    promise(store, run)
    answered(store, run, 12)
    at = opened()
    (chart,) = at.get("plotly_chart")
    layout = json.loads(chart.proto.spec)["layout"]
    assert layout["xaxis"]["ticktext"] == [f"{acceptance_data.this_week()[5:]}<br>12 of 20"]
    assert [note["text"] for note in layout["annotations"]] == ["promised: at least 98 of 100"]
    assert "Of 20 checks since this line was confirmed 12 were right: fewer than it promised." in test_pages.texts(at)
    line_page = test_verdicts.opened("automation")
    assert "In real use 12 of 20 spot checks were right (of 100 between 39 and 78)." in test_pages.texts(line_page)
    assert "automation" in {link.proto.page for link in at.get("page_link")}
    assert acceptance_wording.OF_BEFORE not in test_pages.texts(at)
    promise(store, run)  # of a new line the old checks say nothing
    at = opened()
    assert "fewer than it promised" not in test_pages.texts(at)
    assert acceptance_wording.OF_BEFORE in test_pages.texts(at)


def answered_wrongly(store, run, is_wrong):
    """Twenty spot checks, of which those whose tag `is_wrong` says so of are answered with another category."""
    drawn = spot_checks.draw(store, products.all_tables(store), week=acceptance_data.this_week(), num=20, who="Ada")
    for check in drawn:
        category = None if is_wrong(check.tag) else check.tag
        spot_checks.answer(store, check.number, category, class_names=run.class_names, who="Ada")


def test_nothing_is_said_to_be_broken_that_luck_explains(store, run, untouched):
    promise(store, run)
    answered(store, run, 19)
    said = test_pages.texts(opened())
    assert "fewer than it promised" not in said
    assert "It takes 149 right answers in a row to show that" in said


@pytest.mark.parametrize(("wrong", "is_broken"), [("Bag", False), ("Coat", True)])
def test_a_category_set_by_hand_is_not_judged_and_does_not_silence_the_others(store, run, untouched, wrong, is_broken):
    promise(store, run, by_hand=["Bag"])
    answered_wrongly(store, run, lambda tag: tag == wrong)
    assert ("fewer than it promised" in test_pages.texts(opened())) is is_broken


def test_most_checks_are_of_this_weeks_products_and_every_week_is_told_for_itself(store, run):
    batch_world.tagged(store, run, [0.99] * 40)
    batch_world.confirm(store, run)
    batch_world.tagged(store, run, [0.99] * 30)
    found = products.all_tables(store)
    week, before = acceptance_data.this_week(), "2026-W01"
    old = found["batch"] == 1
    aged = found.assign(tagged_at=found["tagged_at"].where(~old, pd.Timestamp("2026-01-01", tz="UTC")))
    drawn = spot_checks.draw(store, aged, week=week, num=20, who="Ada")
    assert sorted(check.batch_number for check in drawn) == [1] * 4 + [2] * 16
    more = spot_checks.draw(store, aged, week=week, num=40, who="Ada")
    assert sorted(check.batch_number for check in more) == [1] * 10 + [2] * 30, "only 30 are of this week"
    assert acceptance.week_of(pd.Timestamp("2026-01-01")) == before
