"""The page of the automation line: what it says agrees with what is stored, and confirming keeps it."""

import math
from dataclasses import replace

import numpy as np
import pytest
import streamlit as st
from scipy import stats

from core.quality import automation_line
from core.store.batches import automation_lines, batch_tags
from core.store.runs import file_reader, publishing
from core.tagging import piles, products
from dashboard.data import lines as lines_data
from dashboard.line import view as line_view
from dashboard.line import wording as line_wording
from dashboard.look import theme
from dashboard.session import person
from dashboard.tagging import wording as tag_wording
from tests.app.test_pages import texts
from tests.app.test_verdicts import opened
from tests.support import batch_world, report_world, worlds


@pytest.fixture
def run(store):
    """A version that is often right and well calibrated, with 300 garments to choose a line on."""
    found = worlds.catalogue(num_train=3000, num_test=600)
    return worlds.publish(store, found, skill=0.95)


@pytest.fixture
def sure_run(store):
    """A version for whose every category a line is found, with 200 garments of each to choose it on."""
    return worlds.publish(store, worlds.catalogue(num_train=6000, num_test=600), skill=0.985)


def at_page(**query):
    return opened("automation", **query)


def metrics(at):
    return {metric.label: metric.value for metric in at.metric}


def test_the_suggested_line_is_that_of_the_validation_garments(store, run):
    at = at_page(promise="5")
    assert not at.exception and not at.error
    known = file_reader.load_validation(store, run)
    confidence = known.probabilities.max(axis=1).astype(np.float64)
    predicted = known.probabilities.argmax(axis=1)
    found = automation_line.suggested(confidence, predicted == known.labels, 5)
    assert found.is_reached
    trusted = confidence >= found.confidence
    num_wrong = int((trusted & (predicted != known.labels)).sum())
    assert f"{int(trusted.sum())} of 300 garments tagged automatically, {num_wrong} of those wrong" in texts(at)
    test = file_reader.load_predictions(store, run)
    is_tagged = test["confidence"] >= found.confidence
    assert metrics(at)["By themselves, of 100"] == theme.two_parts(is_tagged.mean())[0]
    num_wrong = int((is_tagged & (test["true_class"] != test["predicted_class"])).sum())
    assert f"Test garments, on which they are only checked: {int(is_tagged.sum())} of 600 garments" in texts(at)
    assert f"{num_wrong} of those wrong" in texts(at)
    assert at.slider[0].value == pytest.approx(100 * found.confidence, abs=0.051)


def test_a_line_that_the_test_garments_contradict_is_not_offered_and_it_is_said(store, run, monkeypatch):
    usual = lines_data.suggested(run, 5, each=False, mix=None)
    assert usual.refused == ()
    harder = lines_data.checked_on(run)
    random = np.random.default_rng(0)
    spoilt = np.where(random.random(600) < 0.15, (harder.predicted_class + 1) % 3, harder.true_class)
    monkeypatch.setattr(lines_data, "checked_on", lambda run: replace(harder, true_class=spoilt))
    st.cache_resource.clear()
    offered = lines_data.suggested(run, 5, each=False, mix=None)
    assert offered.refused == ("",)
    assert math.isnan(offered.lines[0]) or offered.lines[0] > usual.lines[0]
    at = at_page(promise="5")
    said = texts(at)
    assert line_wording.refused(("",), 5, 1) in said
    assert "Test garments, which helped to choose it" in said
    assert line_wording.ONLY_CHECKED not in said


def test_the_slider_writes_the_line_into_the_address_and_the_products_follow(run):
    at = at_page()
    at.slider[0].set_value(75.5).run()
    assert at.query_params["line"] == "755"
    chosen = lines_data.outcome(lines_data.checked_on(run), (0.755,) * 3, None)
    assert metrics(at)["By themselves, of 100"] == theme.two_parts(chosen.num_tagged / 100)[0]
    assert "At 75.5 %" in texts(at)
    at.button_group(key="control-promise").set_value("5").run()
    assert "line" not in at.query_params
    assert at.query_params["promise"] == "5"


def test_a_line_that_is_confirmed_before_anything_was_tagged_breaks_neither_page(store, run):
    batch_world.confirm(store, run)
    for place in ("automation/line", "automation/acceptance"):
        at = opened(place)
        assert not at.exception, place
        assert not at.error, place


def test_figures_come_from_real_photos_as_soon_as_there_are_a_hundred(store, run):
    batch_world.tagged(store, run, [0.9] * 60)
    at = at_page(line="755")
    assert line_wording.OF_TEST in texts(at)
    batch = batch_world.dropped(store, run, batch_world.new_photos(50))
    batch_tags.append(store, batch, [
        batch_world.photo_tag(run, place, 0.9 if place < 30 else 0.5, place % 3, is_unlike=place < 5,
                              needs_look=5 <= place < 9) for place in range(50)
    ])  # fmt: skip
    at = at_page(line="755")
    # 60 and 30 are sure; of these 5 are unlike anything learned and 4 want a look.
    assert metrics(at)["By themselves, of 100"] == theme.two_parts(81 / 110)[0]
    assert metrics(at)["To check, of 100"] == theme.two_parts(81 / 110)[1]
    assert "At 75.5 %: 74 of 100 products are tagged automatically" in texts(at)
    assert "26 to check, about 2 min for every 100 products" in texts(at)
    assert line_wording.of_photos(110, 2, 5) in texts(at)
    assert "of the last 110 photos that this version tagged, its last 2 batches. 5 of 100 were like nothing" in texts(
        at
    )
    batch_world.tagged(store, run, [0.5] * 100)
    assert line_wording.of_photos(100, 1, 0) in texts(at_page(line="755"))


def test_where_no_test_garment_is_above_a_line_nothing_is_said_to_be_right(run):
    nothing = lines_data.outcome(lines_data.checked_on(run), (math.nan,) * 3, None)
    told = lines_data.of_photos(nothing, lines_data.InUse(num_photos=100, num_batches=1, num_ready=40, num_unlike=0))
    assert told.num_tagged == 40 and math.isnan(told.wrong_share)


def test_confirming_stores_the_exact_line_with_who_and_what_it_promises(store, run):
    at = at_page(promise="5")
    assert "No line is confirmed for version 1 yet." in texts(at)
    at.button(key="confirm-line").click().run()
    assert not at.exception
    held = automation_lines.newest(store, run.id)
    assert held.lines == lines_data.suggested(run, 5, each=False, mix=None).lines
    assert (held.who, held.max_wrong_in_100) == ("Ada", 5.0)
    assert at.button(key="confirm-line").disabled
    assert "confirmed by Ada" in texts(at) and "suggested for at most 5 wrong in 100" in texts(at)
    at.slider[0].set_value(80.0).run()
    at.button(key="confirm-line").click().run()
    assert automation_lines.newest(store, run.id).lines == (0.8, 0.8, 0.8)
    assert automation_lines.newest(store, run.id).max_wrong_in_100 is None
    assert [held.number for held in automation_lines.history(store, run.id)] == [2, 1]
    at.button_group(key="control-promise").set_value("5").run()
    at.button(key="confirm-line").click().run()
    assert automation_lines.newest(store, run.id).number == 3, "the same line again is a new decision"


def test_a_line_for_each_category_and_one_that_no_line_reaches(store, run):
    at = at_page(lines="each", promise="5")
    table = at.dataframe[0].value
    lines = lines_data.suggested(run, 5, each=True, mix=None).lines
    assert table["Category"].tolist() == list(run.class_names)
    assert table["Line"].tolist() == [
        "always checked" if math.isnan(each) else f"{line_wording.percent(each)} sure" for each in lines
    ]
    assert not at.slider
    at = at_page(promise="0.5")
    if math.isnan(lines_data.suggested(run, 0.5, each=False, mix=None).lines[0]):
        assert "No line reaches at most 0.5 wrong in 100: all products are checked by a person." in texts(at)
        assert at.button(key="confirm-line").label == "Confirm that no tag is trusted"


def test_one_category_is_set_by_hand_beside_the_suggestion_and_everything_follows(store, sure_run):
    run = sure_run
    at = at_page(promise="5")
    at.button(key="line-each").click().run()
    assert at.query_params["lines"] == "each"
    suggested = lines_data.suggested(run, 5, each=True, mix=None).lines
    assert not any(map(math.isnan, suggested))
    name = run.class_names[1]
    at.selectbox(key="control-of").set_value(name).run()
    at.button_group(key="control-hand-way").set_value("hand").run()
    at.slider(key="control-hand-line").set_value(95.0).run()
    assert not at.exception and not at.error
    lines = (suggested[0], 0.95, suggested[2])
    assert at.query_params["hand"] == "0-950-0"
    table = at.dataframe[0].value
    assert table["Line"][1] == "95 % sure"
    assert table["Suggested"][1] == f"{line_wording.percent(suggested[1])} sure"
    known = file_reader.load_validation(store, run)
    predicted = known.probabilities.argmax(axis=1)
    is_tagged = (predicted == 1) & (known.probabilities.max(axis=1) >= 0.95)
    num_tagged, num_wrong = int(is_tagged.sum()), int((is_tagged & (known.labels != 1)).sum())
    num_garments = int((predicted == 1).sum())
    assert table["Automatic (held out)"][1] == num_tagged
    assert table["To check (held out)"][1] == num_garments - num_tagged
    ends = stats.binomtest(num_wrong, num_tagged).proportion_ci(method="wilson")
    interval = f"{100 * ends.low:.1f} to {100 * ends.high:.1f}"
    assert table["Wrong in 100, likely (held out)"][1] == interval
    assert (
        f"**By hand, 95 % sure:** {num_tagged} of {num_garments} garments tagged {name} (held out) automatically, "
        f"{num_wrong} of those wrong: {100 * num_wrong / num_tagged:.1f} in 100 (likely between "
        f"{interval.replace(' to ', ' and ')}); {num_garments - num_tagged} left to check." in texts(at)
    )
    num_of_100 = lines_data.outcome(lines_data.checked_on(run), lines, None).num_tagged
    assert metrics(at)["By themselves, of 100"] == theme.two_parts(num_of_100 / 100)[0]
    at.button(key="confirm-line").click().run()
    held = automation_lines.newest(store, run.id)
    assert (held.lines, held.by_hand, held.max_wrong_in_100, held.who) == (lines, (name,), 5.0, "Ada")
    assert f"Set by hand: {name}." in texts(at)


def test_a_category_is_never_tagged_by_itself_and_goes_back_to_the_suggestion(store, sure_run):
    run = sure_run
    at = at_page(lines="each", promise="5", of="Shirt")
    at.button_group(key="control-hand-way").set_value("never").run()
    assert at.query_params["hand"] == "1000-0-0"
    assert at.dataframe[0].value["Line"][0] == "always checked"
    assert f"tagged {run.class_names[0]} (held out) are left to check." in texts(at)
    assert f"No line reaches 5 in 100 for {run.class_names[0]}" not in texts(at), "a person said so, not the figures"
    at.button(key="confirm-line").click().run()
    held = automation_lines.newest(store, run.id)
    assert math.isnan(held.lines[0]) and held.by_hand == (run.class_names[0],)
    batch = batch_world.tagged(store, run, [0.99, 0.99])
    assert products.table(store, batch)["pile"].tolist() == [piles.CHECK, piles.READY]
    at.button_group(key="control-hand-way").set_value("suggested").run()
    assert "hand" not in at.query_params
    at.button_group(key="control-hand-way").set_value("hand").run()
    at.button(key="hand-clear").click().run()
    assert "hand" not in at.query_params
    at.button(key="confirm-line").click().run()
    assert automation_lines.newest(store, run.id).by_hand == ()
    assert len(automation_lines.history(store, run.id)) == 2


@pytest.mark.parametrize(
    "query",
    [
        {"promise": "5"}, {"line": "755"}, {"lines": "each", "promise": "5"}, {"lines": "each", "hand": "500-1000-700"},
        {"lines": "each", "hand": "0-900-0", "promise": "5", "mix": "30-10-20"}, {"line": "755", "mix": "30-10-20"},
    ],
)  # fmt: skip
def test_the_line_that_holds_can_be_started_from(store, sure_run, query):
    at = at_page(**query)
    at.button(key="confirm-line").click().run()
    at = at_page()
    at.button(key="line-from-today").click().run()
    assert not at.exception and not at.error
    assert at.button(key="confirm-line").disabled, "what is on screen is the line that holds"
    assert at.button(key="confirm-line").label == "This is today's line"


def test_all_categories_by_hand_promise_nothing(store, run):
    at = at_page(lines="each", hand="500-600-700", promise="2")
    at.button(key="confirm-line").click().run()
    held = automation_lines.newest(store, run.id)
    assert (held.lines, held.by_hand, held.max_wrong_in_100) == ((0.5, 0.6, 0.7), run.class_names, None)


@pytest.mark.parametrize("hand", ["1-2", "0-0-0", "1001-0-0", "a-b-c", "-1-2-3"])
def test_lines_by_hand_that_are_none_are_left_out_with_a_sentence(run, hand):
    at = at_page(lines="each", hand=hand)
    assert not at.exception and not at.error
    assert "The address asks for the hand" in texts(at)


def test_the_mix_is_kept_with_the_line_that_was_confirmed_for_it(store, run):
    at = at_page(line="755", mix="30-10-0")
    at.button(key="confirm-line").click().run()
    held = automation_lines.newest(store, run.id)
    assert (held.lines, held.mix) == ((0.755,) * 3, (30.0, 10.0, 0.0))
    first, second, _ = run.class_names
    sentence = f"For your product mix, of 100 products: 75 {first}, 25 {second}."
    assert sentence in texts(at)
    assert at.button(key="confirm-line").disabled
    at = at_page(line="755", mix="10-30-0")
    assert not at.button(key="confirm-line").disabled, "the same line for another mix is another promise"
    at = at_page(line="755")
    at.button(key="confirm-line").click().run()
    assert automation_lines.newest(store, run.id).mix is None
    assert sentence in texts(at), "it still stands with the earlier lines"


def test_the_own_mix_reweights_everything(store, run):
    at = at_page(line="755")
    before = metrics(at)
    at.number_input(key="control-mix-0").set_value(1000).run()
    assert at.query_params["mix"] == "1000-33-33"
    mixed = lines_data.outcome(lines_data.checked_on(run), (0.755,) * 3, (1000.0, 33.0, 33.0))
    assert metrics(at)["To check, of 100"] == theme.two_parts(mixed.num_tagged / 100)[1]
    assert "Both as they are, not in your mix; what stands above is in your mix." in texts(at)
    num = len(
        automation_line.drawn_to_mix(file_reader.load_validation(store, run).labels, np.array([1000.0, 33.0, 33.0]))
    )
    at.button_group(key="control-promise").set_value("0.5").run()
    assert f"For your mix lines are suggested on {num} of 300 garments held out" in texts(at)
    at = at_page(line="755", mix="1000-33-33")
    at.button(key="mix-clear").click().run()
    assert metrics(at) == before


@pytest.mark.parametrize("mix", ["1-2", "0-0-0", "a-b-c", "-1-2-3", "9999999999-1-1"])
def test_a_mix_that_is_none_is_left_out_with_a_sentence(run, mix):
    at = at_page(mix=mix)
    assert not at.exception and not at.error
    assert "The address asks for the mix" in texts(at)


def test_a_version_that_is_not_calibrated_is_locked_with_the_reason(store):
    files = worlds.run_files(worlds.catalogue())
    publishing.publish(store, files, replace(worlds.facts(files), temperature=None), created_by="Ada")
    at = at_page()
    assert "Version 1 is not calibrated" in texts(at) and "So no line can be set" in texts(at)
    assert not at.slider
    assert "Example from the built-in sample" in texts(at)
    assert not [button for button in at.button if button.key == "confirm-line"]


def test_a_line_needs_a_name_and_a_refusal_is_told(store, run, monkeypatch):
    at = at_page(who="")
    at.button(key="confirm-line").click().run()
    assert person.MISSING in texts(at) and automation_lines.newest(store, run.id) is None
    at = at_page()

    def refuse(*arguments, **options):
        raise line_view.errors.DatabaseUnavailable("The database cannot be used.")

    with monkeypatch.context() as patch:
        patch.setattr(automation_lines, "confirm", refuse)
        at.button(key="confirm-line").click().run()
    assert "Not saved. The database cannot be used." in texts(at)
    at.button(key="confirm-line").click().run()
    assert automation_lines.newest(store, run.id) is not None


def test_a_name_typed_beside_the_line_is_that_of_the_confirmation(store, run):
    at = at_page(who="")
    at.text_input(key="control-name-line").set_value("Bo")
    at.button(key="confirm-line").click().run()
    assert automation_lines.newest(store, run.id).who == "Bo"
    assert "control-name-line" not in [field.key for field in at.text_input] and person.MISSING not in texts(at)


def test_lines_of_before_stay_on_the_page(store, run):
    batch_world.confirm(store, run, 0.7, who="Bo")
    batch_world.confirm(store, run, 0.8, who="Cy")
    at = at_page()
    assert "At least 80 % sure: confirmed by Cy" in texts(at)
    assert "At least 70 % sure: confirmed by Bo" in texts(at)


def test_lines_in_words():
    assert tag_wording.line_text([0.9, 0.9]) == "at least 90 % sure"
    assert tag_wording.line_text([0.85, 0.97, math.nan]) == (
        "at least 85 to 97 % sure, by category, 1 category always checked"
    )
    assert tag_wording.line_text([math.nan]) == "no tag is trusted"
    names = ["Shirt", "Bag", "Coat"]
    assert line_wording.not_reached(names, [math.nan, 0.9, 0.9], 2) == (
        "No line reaches 2 in 100 for Shirt: every tag Shirt is checked by a person."
    )
    assert line_wording.not_reached(names, [math.nan, math.nan, 0.9], 2) == (
        "No line reaches 2 in 100 for Shirt and Bag: every such tag is checked by a person."
    )
    assert line_wording.not_reached(names, [0.9, 0.9, 0.9], 2) == ""
    assert line_wording.not_reached(names, [math.nan, 0.9, 0.9], 2, by_hand=["Shirt"]) == ""
    assert "all products are checked by a person" in line_wording.not_reached(names, [math.nan] * 3, 2)


def test_a_line_by_hand_below_the_promise_says_so():
    assert line_wording.more_than_promised("Shirt", 100, 2, 2) == ""
    assert line_wording.more_than_promised("Shirt", 0, 0, 2) == ""
    assert "more than the 2 wrong in 100" in line_wording.more_than_promised("Shirt", 100, 3, 2)


def test_the_outcome_of_each_category_is_counted_by_plain_python():
    true, predicted = np.array([0, 0, 1, 1, 2]), np.array([0, 1, 1, 1, 0])
    trusted = np.array([True, True, True, False, True])
    table = automation_line.per_class_outcome(trusted, true, predicted, ("a", "b", "c"))
    assert table.values.tolist() == [["a", 2, 2, 1], ["b", 3, 2, 1], ["c", 0, 0, 0]]


def test_where_categories_are_sold_as_one_the_page_says_that_the_line_counts_the_models_own(store, run):
    assert line_wording.OWN_CATEGORIES not in texts(at_page())
    before = metrics(at_page())
    report_world.merge(store, run, "Tops", *run.class_names[:2])
    at = at_page()
    assert line_wording.OWN_CATEGORIES in texts(at)
    assert metrics(at) == before
