"""Deciding about a version: the comparison, the decision, the history, the log."""

import numpy as np
import pytest

from core.catalogue.split import cut
from core.store.base import audit
from core.store.live import promotions
from core.store.runs import file_reader, runs
from dashboard.data import live as live_data
from dashboard.session import site_map
from dashboard.versions import wording as version_wording
from tests.app import test_pages
from tests.support import sample_garments, worlds

REASON = "Fewer shirts lost among T-shirts."


def press(at, label):
    return next(button for button in at.button if button.label == label).click().run()


def is_offered(at, label):
    return label in [button.label for button in at.button]


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
    assert f"Fixed {len(fixed)}, newly wrong {len(broken)}, wrong in both {(~was_right & ~is_right).sum()}." in said
    assert "Version 2 is clearly better than version 1, the live one." in said
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
    line = promotions.history(store)[0]
    assert (line.run_id, line.reason, line.who) == (two_versions[1].id, REASON, "Ada")
    at = test_pages.opened("versions/history")
    assert "Version 2 is live since" in test_pages.texts(at)
    assert "Version 1 was live from" in test_pages.texts(at)
    assert REASON in test_pages.texts(at)


def test_without_a_reason_nothing_becomes_live_and_what_was_typed_stays(store, two_versions):
    at = test_pages.opened("versions")
    write_reason(at, "short")
    press(at, "Make version 2 live")
    assert "A reason is needed" in test_pages.texts(at)
    assert at.text_area(key="note-decision-reason").value == "short"
    assert promotions.live_run(store) == two_versions[0]


def test_a_failing_guard_rail_asks_somebody_to_stand_by_it_and_remembers_who(store, a_worse_version):
    at = test_pages.opened("versions")
    assert "Version 2 is clearly worse than version 1" in test_pages.texts(at)
    write_reason(at)
    press(at, "Make version 2 live")
    assert promotions.live_run(store) == a_worse_version[0]
    box = at.checkbox(key="note-decision-override")
    assert box.label.startswith("I stand by it although")
    box.check()
    press(at, "Make version 2 live")
    assert promotions.live_run(store) == a_worse_version[1]
    assert "overall" in promotions.history(store)[0].overridden
    at = test_pages.opened("versions/history")
    assert "Decided against the guard rail “Not worse overall”" in test_pages.texts(at)


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
    assert "Made live again by" in test_pages.texts(at)


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


def test_the_log_is_filtered_by_who_and_what(store, two_versions):
    promotions.promote(store, two_versions[1].id, reason=REASON, who="Grace [x](http://x.example)", override=True)
    at = test_pages.opened("log")
    assert not at.exception
    assert len(at.dataframe[0].value) == len(audit.entries(store))
    at = test_pages.opened("log", what="promote", who="Grace [x](http://x.example)")
    assert at.dataframe[0].value["Why"].tolist() == [REASON]
    at = test_pages.opened("log", what="roll-back")
    assert "Nothing in the log matches these filters." in test_pages.texts(at)


def test_every_action_of_the_log_and_every_rail_has_a_name_on_screen(store, two_versions):
    assert set(version_wording.ACTIONS) == set(audit.ACTIONS)
    found = live_data.assessment(two_versions[1], two_versions[0])
    assert {rail.name for rail in found.rails} == set(version_wording.RAILS)
    assert {"versions/decide", "versions/history", "log"} <= set(site_map.places())
