"""Deciding about a version: the comparison, the decision, the history."""

import itertools
import re

import numpy as np
import pytest
from sklearn import metrics

from core.catalogue.split import cut
from core.store.base import audit
from core.store.live import promotions
from core.store.runs import file_reader, runs
from core.store.verdicts import watch_lists
from dashboard.data import live as live_data
from dashboard.data import names as names_data
from dashboard.data import run_views
from dashboard.data import watch_lists as watch_lists_data
from dashboard.gallery import tiles
from dashboard.look import phrases
from dashboard.session import flags, site_map
from dashboard.versions import evidence
from dashboard.versions import wording as version_wording
from tests.app import test_pages
from tests.support import report_world, sample_garments, worlds

REASON = "Fewer shirts lost among T-shirts."


def press(at, label):
    return next(button for button in at.button if button.label == label).click().run()


def is_offered(at, label):
    return label in [button.label for button in at.button]


def beside(at, label):
    """What is said right below a button; empty where nothing is."""
    for block in blocks(at.main):
        found = list(block.children.values())
        for button, said in itertools.pairwise(found):
            if getattr(button, "label", "") == label and said.type == "error":
                return str(said.value).replace("\\", "")
    return ""


def blocks(block):
    yield block
    for child in block.children.values():
        if hasattr(child, "children"):
            yield from blocks(child)


def write_reason(at, reason=REASON):
    return at.text_area(key="note-decision-reason").set_value(reason)


@pytest.fixture
def two_versions(store):
    """A live version and a clearly better one."""
    train, test = sample_garments.few(num_train=600, num_test=300)
    found = cut("sample", train, test, validation_share=1 / 12, validation_seed=0)
    return worlds.publish(store, found, seed=1, skill=0.5), worlds.publish(store, found, seed=2, skill=0.8)


@pytest.fixture
def a_worse_version(store):
    """A live version and a clearly worse one."""
    train, test = sample_garments.few(num_train=600, num_test=300)
    found = cut("sample", train, test, validation_share=1 / 12, validation_seed=0)
    return worlds.publish(store, found, seed=1, skill=0.9), worlds.publish(store, found, seed=2, skill=0.4)


def test_fixed_and_newly_wrong_are_counted_and_shown(store, two_versions):
    tables = [file_reader.load_predictions(store, run) for run in two_versions]
    was_right, is_right = (table["true_class"] == table["predicted_class"] for table in tables)
    fixed, broken = np.flatnonzero(~was_right & is_right), np.flatnonzero(was_right & ~is_right)
    at = test_pages.opened("versions", change="fixed")
    assert not at.exception
    said = test_pages.texts(at)
    headline = f"Version 2 is clearly better than version 1: {len(fixed)} fixed, {len(broken)} newly wrong"
    assert at.main.header[0].value == phrases.markdown(headline)
    net = len(fixed) - len(broken)
    assert f"Net +{net} of 300 garments, {(~was_right & ~is_right).sum()} wrong in both." in said
    assert f"Showing 1 to 24 of {len(fixed)} garments." in said
    at = test_pages.opened("versions", change="newly-wrong")
    assert f"of {len(broken)} garments." in test_pages.texts(at)
    live, new = two_versions[0], two_versions[1]
    assert live_data.changed_garments(new, live, "fixed").garments.tolist() == fixed.tolist()
    assert live_data.changed_garments(new, live, "newly-wrong").garments.tolist() == broken.tolist()


def test_a_version_becomes_live_with_a_reason_and_a_name(store, two_versions):
    at = test_pages.opened("versions")
    at.text_input(key="control-name-decision").set_value("Ada").run()
    write_reason(at)
    press(at, "Make version 2 live")
    assert not at.exception
    assert "Version 2 is live now, and why is written down." in test_pages.texts(at)
    assert at.main.header[0].value.startswith("Version 2 is clearly better than version 1")
    assert at.query_params["replaced"] == "1"
    line = promotions.history(store)[0]
    assert (line.run_id, line.reason, line.who) == (two_versions[1].id, REASON, "Ada")
    at = test_pages.opened("versions/history")
    said = test_pages.texts(at)
    assert "**Version 2** live since" in said and "made live by Ada" in said
    assert said.index("**Version 2**") < said.index("**Version 1**")
    assert REASON in test_pages.texts(at)


def test_only_a_version_that_waits_is_the_next_step(store, two_versions):
    def ours(at):
        return next(button for button in at.button if button.label.startswith("Make version"))

    before, after = two_versions
    at = test_pages.opened("versions")
    assert ours(at).label == f"Make version {after.version} live" and ours(at).proto.type == "primary"
    promotions.promote(store, after.id, reason="fewer shirts lost", who="Ada", expected_live=before.id, override=True)
    at = test_pages.opened("versions")
    assert ours(at).label == f"Make version {before.version} live" and ours(at).proto.type == "secondary"


def test_without_a_reason_nothing_becomes_live_and_what_was_typed_stays(store, two_versions):
    at = test_pages.opened("versions")
    write_reason(at, "short")
    press(at, "Make version 2 live")
    missing = "Nothing changed. Write why first, at least 10 characters. So far 5."
    assert beside(at, "Make version 2 live") == missing
    press(at, "Keep version 1")
    assert beside(at, "Keep version 1") == missing
    assert len(at.error) == 1, "what was said of the other button is gone"
    assert at.text_area(key="note-decision-reason").value == "short"
    assert promotions.live_run(store) == two_versions[0]


def test_a_failing_guard_rail_asks_somebody_to_stand_by_it_and_remembers_who(store, a_worse_version):
    at = test_pages.opened("versions")
    assert "Version 2 is clearly worse than version 1" in test_pages.texts(at)
    write_reason(at)
    press(at, "Make version 2 live")
    assert promotions.live_run(store) == a_worse_version[0]
    assert beside(at, "Make version 2 live").startswith("Nothing changed. Tick “I stand by it although")
    box = at.checkbox(key="note-decision-override")
    assert box.label.startswith("I stand by it although")
    box.check()
    press(at, "Make version 2 live")
    assert promotions.live_run(store) == a_worse_version[1]
    assert "overall" in promotions.history(store)[0].overridden
    at = test_pages.opened("versions/history")
    assert "Decided against the safety check “Not worse overall”" in test_pages.texts(at)


def test_keeping_the_live_version_is_written_down_and_nobody_is_asked_again(store, two_versions):
    assert test_pages.opened().button(key="next-step").label == "Compare version 2"
    at = test_pages.opened("versions")
    write_reason(at, "Too little gained for the risk.")
    press(at, "Keep version 1")
    assert "Version 1 stays live" in test_pages.texts(at)
    assert promotions.live_run(store) == two_versions[0]
    entry = audit.entries(store)[0]
    assert (entry.action, entry.subject, entry.note) == ("keep", "version 2", "Too little gained for the risk.")
    assert "Compare version 2" not in [button.label for button in test_pages.opened().button]
    assert "Looked at, not made live" in at_table(test_pages.opened("versions/history"))


def at_table(at):
    return " ".join(" ".join(map(str, row)) for table in at.dataframe for row in table.value.to_numpy())


def test_what_was_live_before_is_made_live_again_with_a_reason(store, two_versions):
    promotions.promote(store, two_versions[1].id, reason=REASON, who="Grace", override=True)
    at = test_pages.opened("versions/history")
    at.button(key="go-back-1").click().run()
    at.text_area(key="note-go-back-reason").set_value("It lost the coats.")
    press(at, "Make version 1 live again")
    assert not at.exception
    assert promotions.live_run(store) == two_versions[0]
    assert promotions.history(store)[0].kind == "roll back"
    assert "made live again by" in test_pages.texts(at)


def test_a_decision_is_refused_when_something_else_became_live_in_the_meantime(store, two_versions):
    train, test = sample_garments.few(num_train=600, num_test=300)
    found = cut("sample", train, test, validation_share=1 / 12, validation_seed=0)
    third = worlds.publish(store, found, seed=3, skill=0.9)
    at = test_pages.opened("versions", new="2")
    write_reason(at)
    promotions.promote(store, third.id, reason=REASON, who="Grace", override=True)
    press(at, "Make version 2 live")
    assert "Grace made version 3 live in the meantime." in test_pages.texts(at)
    assert promotions.live_run(store) == third


def test_with_one_version_there_is_nothing_to_decide_yet(store):
    worlds.publish(store)
    at = test_pages.opened("versions")
    assert not at.exception
    assert version_wording.NO_CHALLENGER in test_pages.texts(at)


def test_other_categories_are_refused_with_the_reason_and_offer_no_promotion(store, two_versions):
    worlds.publish(store, worlds.catalogue(class_names=("Hat", "Scarf", "Glove")), seed=9)
    at = test_pages.opened("versions", new="3")
    assert not at.exception
    assert "The categories differ" in test_pages.texts(at)
    assert "Version 3 cannot be made live" in test_pages.texts(at)
    assert not is_offered(at, "Make version 3 live")


def test_a_version_is_deleted_on_screen_unless_it_was_ever_live(store, two_versions):
    at = test_pages.opened("versions/history", version="1")
    assert "delete-version" in [button.key for button in at.button]
    at.button(key="delete-version").click().run()
    assert [run.version for run in runs.list_runs(store)] == [2, 1]
    at = test_pages.opened("versions/history", version="2")
    at.button(key="delete-version").click().run()
    assert not at.exception
    assert [run.version for run in runs.list_runs(store)] == [1]
    assert "Version 2 was deleted" in test_pages.texts(at)
    assert audit.entries(store)[0].action == "delete"


def test_guard_rails_are_one_line_of_signs_that_opens_to_what_each_found(store, a_worse_version):
    found = live_data.assessment(a_worse_version[1], a_worse_version[0])
    at = test_pages.opened("versions")
    (line,) = [each for each in at.expander if "Safety checks" in each.label]
    assert line.label.count(":material/") == len(evidence.rails_with_names(found.rails)) == 7
    assert line.label.count(":material/warning:") == len(found.doubts) > 0
    assert ":orange[:material/warning:]\N{NO-BREAK SPACE}Overall" in line.label
    inside = " ".join(str(each.value) for each in line.markdown).replace("\\", "").replace("\N{WORD JOINER}", "")
    for rail in found.rails:
        assert rail.sentence in inside


def test_tiles_say_what_both_versions_said_and_the_label(store, two_versions):
    live, new = two_versions
    tables = [file_reader.load_predictions(store, run) for run in two_versions]
    before = live_data.tags_before(new, live)
    shown = tables[1].iloc[live_data.changed_garments(new, live, "newly-wrong").garments]
    for row, tile in zip(shown.itertuples(), tiles.retagged_tiles(shown, new, before), strict=True):
        names = [new.names[table["predicted_class"].iloc[row.garment]] for table in tables]
        assert tile["said"] == f"{names[0]} → {names[1]}"
        assert tile["label"] == f"Label: {names[0]}", "it was right before"
        assert f"Before: {names[0]}. Now: {names[1]}. The label says {names[0]}." in tile["sentence"]


def test_a_click_on_a_category_shows_its_garments_alone(store, two_versions, monkeypatch):
    live, new = two_versions
    table = file_reader.load_predictions(store, new)
    name = new.class_names[6]
    at = test_pages.opened("versions", real=name, change="fixed")
    assert not at.exception
    garments = live_data.changed_garments(new, live, "fixed", name).garments
    everything = live_data.changed_garments(new, live, "fixed").garments
    assert garments.tolist() == [one for one in everything.tolist() if table["true_class"].iloc[one] == 6]
    assert 0 < len(garments) < len(everything)
    assert f"of {len(garments)} garments." in test_pages.texts(at)
    assert at.button(key="chosen-category").label == f"{name} ✕"
    at.button(key="chosen-category").click().run()
    assert f"of {len(everything)} garments." in test_pages.texts(at)
    at.button(key="close-all").click().run()
    assert not at.exception and "Showing 1 to" not in test_pages.texts(at)
    at.button(key="all-newly-wrong").click().run()
    assert "Showing 1 to" in test_pages.texts(at)
    chosen = []
    monkeypatch.setattr(evidence, "choose_category", chosen.append)
    monkeypatch.setattr(flags, "chart_points", lambda key: [{"customdata": [6]}])
    evidence._on_click(live_data.assessment(new, live).comparison, "change-dots")
    assert chosen == [name]


def test_of_many_categories_the_worst_twenty_are_drawn_and_the_rest_is_folded(store):
    found = worlds.catalogue(num_train=100, num_test=250, class_names=tuple(f"Kind {number}" for number in range(25)))
    for seed, skill in ((1, 0.9), (2, 0.5)):
        worlds.publish(store, found, seed=seed, skill=skill)
    at = test_pages.opened("versions")
    assert not at.exception
    assert "The other 5 categories" in [each.label for each in at.expander]
    assert len(at.main.get("plotly_chart")) == 2


def test_few_words_stand_on_the_page_before_anything_is_opened(store, two_versions):
    """A page is looked at rather than read: what is folded, and what a chart draws, is not counted."""
    at = test_pages.opened("versions")
    said = " ".join(visible(at.main))
    words = re.findall(r"[\w’']+", re.sub(r":material/\w+:|:(gray|green|orange|red)\[", " ", said))
    assert len(words) < 150, said


def visible(block):
    for child in block.children.values():
        if child.type == "expander":
            yield child.label
        elif hasattr(child, "children"):
            yield from visible(child)
        elif child.type in ("title", "header", "markdown", "caption", "info", "button", "text_area", "error"):
            yield str(getattr(child, "label", "") or child.value)


def test_every_action_of_the_log_and_every_rail_has_a_name_on_screen(store, two_versions):
    assert set(version_wording.ACTIONS) == set(audit.ACTIONS)
    found = live_data.assessment(two_versions[1], two_versions[0])
    assert {rail.name for rail in found.rails} == set(version_wording.RAILS)
    assert {"versions/decide", "versions/history", "log"} <= set(site_map.places())


TOPS = ("T-shirt/top", "Shirt", "Pullover")


@pytest.fixture
def merged(store, two_versions):
    """Both versions, their tops sold as one: the live one and the new one."""
    report_world.merge(store, two_versions[0], "Tops", *TOPS)
    return runs.find(store, "1"), runs.find(store, "2")


def told_apart(store, run, column="predicted_class"):
    """What the shop calls each test garment by that version."""
    return np.array(run.sold_as)[file_reader.load_predictions(store, run)[column].to_numpy()]


def test_a_merge_counts_in_the_verdict_the_categories_and_the_garments_of_a_version(store, merged):
    live, new = merged
    true = told_apart(store, new, "true_class")
    was_right, is_right = (told_apart(store, run) == true for run in merged)
    fixed, broken = np.flatnonzero(~was_right & is_right), np.flatnonzero(was_right & ~is_right)
    at = test_pages.opened("versions", real="Shirt", change="newly-wrong")
    said = test_pages.texts(at)
    assert f": {len(fixed)} fixed, {len(broken)} newly wrong" in said
    assert f"Net {len(fixed) - len(broken):+} of 300 garments, {(~was_right & ~is_right).sum()} wrong in both." in said
    assert version_wording.RAILS_AS_SOLD in said
    found = live_data.assessment(new, live).comparison
    assert found.classes["class_name"].tolist() == list(dict.fromkeys(new.sold_as))
    np.testing.assert_allclose(
        found.classes["recall_after"],
        metrics.recall_score(true, told_apart(store, new), labels=found.classes["class_name"], average=None),
    )
    of_tops = [garment for garment in broken.tolist() if true[garment] == "Tops"]
    assert live_data.changed_garments(new, live, "newly-wrong").garments.tolist() == broken.tolist()
    assert f"of {len(of_tops)} garment" in said
    assert at.button(key="chosen-category").label == "Tops ✕"


def test_the_models_own_categories_are_a_switch_away_and_the_guard_rails_stay_those_of_the_shop(store, merged):
    live, new = merged
    was, now = (file_reader.load_predictions(store, run) for run in merged)
    right = [(table["true_class"] == table["predicted_class"]).to_numpy() for table in (was, now)]
    fixed, broken = (~right[0] & right[1]).sum(), (right[0] & ~right[1]).sum()
    at = test_pages.opened("versions", categories="own")
    assert f": {fixed} fixed, {broken} newly wrong" in test_pages.texts(at)
    sold, own = live_data.assessment(new, live), live_data.assessment(new, live, merged=False)
    assert sold.rails == own.rails
    assert own.comparison.classes["class_name"].tolist() == list(new.names)
    assert sold.comparison.change != own.comparison.change
    assert len(live_data.changed_garments(new, live, "fixed", merged=False).garments) == fixed


def test_the_history_gives_every_version_the_figures_of_today(store, merged):
    table = next(each.value for each in test_pages.opened("versions/history").dataframe if "Standing" in each.value)
    true = told_apart(store, merged[0], "true_class")
    for run, (_, row) in zip(merged[::-1], table.iterrows(), strict=True):
        said = told_apart(store, run)
        assert row["Correct, of 100"] == round(100 * metrics.accuracy_score(true, said), 1)
        order = list(dict.fromkeys(run.sold_as))
        recall = metrics.recall_score(true, said, labels=order, average=None)
        assert row["Weakest category"] == order[int(recall.argmin())]
    at = test_pages.opened("versions/history", categories="own")
    table = next(each.value for each in at.dataframe if "Standing" in each.value)
    assert table["Correct, of 100"].tolist() == [round(100 * run.accuracy, 1) for run in merged[::-1]]


def test_a_mistake_within_a_merge_costs_nothing_when_versions_are_read_by_cost(store, merged):
    live, new = merged
    found = live_data.assessment(new, live).comparison
    levels = np.where(np.eye(10, dtype=bool), 0, 1)
    names_data.save_costs(new, levels, who="Ada", expected=names_data.costs_of(new).number)
    weights, sold = names_data.costs_of(new).weights, np.array(new.sold_as)
    was, now = (file_reader.load_predictions(store, run) for run in merged)
    costs = [
        sum(
            int(weights[true, said])
            for true, said in zip(table["true_class"], table["predicted_class"], strict=True)
            if sold[true] != sold[said]
        )
        for table in (was, now)
    ]
    change = names_data.cost_change(run_views.of(new), live, found)
    assert [change.before, change.after] == costs
    own = names_data.cost_change(run_views.of(new, merged=False), live, found)
    assert own.before == weights[was["true_class"], was["predicted_class"]].sum() > change.before


def test_a_merge_counts_in_watch_lists(store, merged):
    live, new = merged
    keys = file_reader.load_keys(store, new, "test")
    watch_lists.save(store, "ab", name="Odd", garments=[keys[place] for place in range(90)], about="wrong",
                     version=1, who="Ada")  # fmt: skip
    [watch] = watch_lists.current(store)
    true = told_apart(store, new, "true_class")[:90]
    was_right, is_right = (told_apart(store, run)[:90] == true for run in merged)
    change = watch_lists_data.change(live, new, watch).change
    assert (change.num_fixed, change.num_broken) == ((~was_right & is_right).sum(), (was_right & ~is_right).sum())
    assert watch_lists_data.accuracy(new, watch).num_correct == is_right.sum()
    own = file_reader.load_predictions(store, live).iloc[:90]
    assert (
        watch_lists_data.accuracy(live, watch, merged=False).num_correct
        == (own["true_class"] == own["predicted_class"]).sum()
        < was_right.sum()
    )


def test_the_scores_of_labels_are_those_of_today(store, merged):
    promotions.promote(store, merged[1].id, reason=REASON, who="Grace", override=True)
    true, said = told_apart(store, merged[1], "true_class"), told_apart(store, merged[1])
    share = f"{100 * metrics.accuracy_score(true, said):.1f} of 100"
    assert f"By the original labels: {share}" in test_pages.texts(test_pages.opened("labels/reviews"))
    own = f"By the original labels: {100 * merged[1].accuracy:.1f} of 100"
    assert own in test_pages.texts(test_pages.opened("labels/reviews", categories="own"))
