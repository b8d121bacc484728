"""What people decide of the tags of a batch, and the line that they confirm: what is stored, refused and taken back."""

import math
from dataclasses import replace

import numpy as np
import pytest
import sqlalchemy as sa

from core import doctor, errors
from core.store.base import audit, database
from core.store.batches import automation_lines, batch_tags, tag_decisions
from core.store.runs import publishing
from core.tagging import piles, products
from tests.core.store.test_batches import killed
from tests.support import batch_world, worlds
from tests.support.unguarded import unguarded


@pytest.fixture
def run(store):
    return worlds.publish(store)


def test_before_a_line_is_confirmed_nothing_leaves_the_ready_pile(store, run):
    batch = batch_world.tagged(store, run, [0.95, 0.5])
    table = products.table(store, batch)
    assert table["pile"].tolist() == [piles.READY, piles.CHECK]
    assert not table["leaves"].any()
    batch_world.confirm(store, run, 0.4, who="Bo")
    table = products.table(store, batch)
    assert table["pile"].tolist() == [piles.READY, piles.READY]
    assert table["by_line"].all() and table["leaves"].all()
    assert table["decided_by"].tolist() == ["Bo", "Bo"]
    assert table["decision"].tolist() == ["none", "none"]


def test_a_line_is_one_a_category_and_none_trusts_none(store, run):
    batch = batch_world.tagged(store, run, [0.95, 0.95, 0.95])
    automation_lines.confirm(store, run.id, [0.9, 0.99, math.nan], who="Ada", request_id="x")
    assert products.table(store, batch)["pile"].tolist() == [piles.READY, piles.CHECK, piles.CHECK]


def test_decisions_are_kept_with_who_and_when(store, run):
    batch = batch_world.tagged(store, run, [0.5, 0.5, 0.5])
    batch_world.decide(store, batch, [0, 1], "accepted")
    batch_world.decide(store, batch, [1], "changed", "Bag", who="Bo")
    batch_world.decide(store, batch, [2], "rejected")
    table = products.table(store, batch)
    assert table["decision"].tolist() == ["accepted", "changed", "rejected"]
    assert table["category"].tolist() == ["Shirt", "Bag", ""]
    assert table["decided_by"].tolist() == ["Ada", "Bo", "Ada"]
    assert table["leaves"].tolist() == [True, True, False]
    assert [line.number for line in tag_decisions.history(store)] == [1, 2, 3, 4]
    assert tag_decisions.counts(store).values.tolist() == [[1, 3]]


def test_a_person_decides_on_a_ready_product_against_the_line(store, run):
    batch = batch_world.tagged(store, run, [0.95])
    batch_world.confirm(store, run)
    batch_world.decide(store, batch, [0], "rejected")
    table = products.table(store, batch)
    assert (table["by_line"][0], table["leaves"][0], table["decided_by"][0]) == (False, False, "Ada")


def test_the_line_decides_on_a_product_once_there_are_both_and_is_named_as_what_decided(store, run):
    before = batch_world.tagged(store, run, [0.95, 0.95])
    batch_world.decide(store, before, [1], "accepted", who="Bo")
    held = batch_world.confirm(store, run)
    after = batch_world.tagged(store, run, [0.95, 0.5])
    then, now = products.table(store, before), products.table(store, after)
    assert then["decided_at"][0] == held.confirmed_at < now["decided_at"][0]
    assert now["decided_at"][0] == batch_tags.load(store, after)[0].tagged_at
    assert products.deciders(then).tolist() == ["line confirmed by Ada", "Bo"]
    assert products.deciders(now).tolist() == ["line confirmed by Ada", ""]


def test_a_request_that_is_repeated_changes_nothing_and_another_under_its_name_is_refused(store, run):
    batch = batch_world.tagged(store, run, [0.5, 0.5])
    first = batch_world.decide(store, batch, [0], "accepted", request_id="r")
    assert batch_world.decide(store, batch, [0], "accepted", request_id="r") == first
    with pytest.raises(errors.TaggingRefused, match="stored before with other decisions"):
        batch_world.decide(store, batch, [1], "accepted", request_id="r")
    assert len(tag_decisions.history(store, batch)) == 1


def test_what_somebody_else_decided_since_is_not_overwritten_unseen(store, run):
    batch = batch_world.tagged(store, run, [0.5, 0.5])
    batch_world.decide(store, batch, [0], "rejected", who="Bo")
    with pytest.raises(errors.DecisionConflict, match=r"Bo decided on product 1 since it was shown \(rejected\)"):
        batch_world.decide(store, batch, [0, 1], "accepted", seen=0)
    assert tag_decisions.current(store, batch)[0].who == "Bo"
    batch_world.decide(store, batch, [0, 1], "accepted")
    assert len(tag_decisions.current(store, batch)) == 2
    batch_world.decide(store, batch, [0], "rejected", seen=0)  # one's own newer line is no surprise


def test_undo_brings_back_what_held_whosever_it_was(store, run):
    batch = batch_world.tagged(store, run, [0.5, 0.5])
    batch_world.decide(store, batch, [0], "changed", "Bag", who="Bo")
    batch_world.decide(store, batch, [0, 1], "accepted", request_id="all")
    for _ in range(2):
        tag_decisions.undo(store, batch, "all", who="Ada", request_id="back")
    (held,) = tag_decisions.current(store, batch).values()
    assert (held.position, held.kind, held.category, held.who, held.entered_by) == (0, "changed", "Bag", "Bo", "Ada")
    assert len(tag_decisions.history(store)) == 5
    with pytest.raises(errors.DecisionConflict):
        tag_decisions.undo(store, batch, "all", who="Ada", request_id="once more")
    with pytest.raises(errors.TaggingRefused, match="Bo decided nothing here"):
        tag_decisions.undo(store, batch, "all", who="Bo", request_id="theirs")


@pytest.mark.parametrize(
    ("positions", "kind", "category", "message"),
    [
        ([], "accepted", None, "at least one product"),
        ([0], "liked", None, "accepted, changed or rejected"),
        ([9], "accepted", None, "Product 10 has no tag"),
        ([0], "changed", None, "needs a category"),
        ([0], "changed", "Hat", "needs a category"),
        ([0], "accepted", "Bag", "needs a category"),
        ([1], "accepted", None, "not one of our categories"),
    ],
)
def test_a_decision_that_makes_no_sense_stores_nothing(store, run, positions, kind, category, message):
    batch = batch_world.dropped(store, run, batch_world.new_photos(2))
    batch_tags.append(
        store, batch, [batch_world.photo_tag(run, 0, 0.5), batch_world.photo_tag(run, 1, 0.5, is_unlike=True)]
    )
    with pytest.raises(errors.TaggingRefused, match=message):
        batch_world.decide(store, batch, positions, kind, category)
    assert tag_decisions.history(store) == []


def test_a_line_is_kept_with_who_and_stays_in_the_history(store, run):
    first = batch_world.confirm(store, run, 0.9)
    second = automation_lines.confirm(
        store, run.id, [0.8, math.nan, 0.7], who="Bo", request_id="b", max_wrong_in_100=2.0
    )
    assert automation_lines.newest(store, run.id) == automation_lines.history(store, run.id)[0]
    assert [line.number for line in automation_lines.history(store, run.id)] == [second.number, first.number] == [2, 1]
    np.testing.assert_array_equal(second.array, [0.8, math.nan, 0.7])
    entry = audit.entries(store, action="confirm-line")[0]
    assert entry.before == {"lines": [0.9] * 3, "max_wrong_in_100": None, "by_hand": []}
    assert entry.after == {"lines": [0.8, None, 0.7], "max_wrong_in_100": 2.0, "by_hand": []}
    assert entry.who == "Bo"
    assert automation_lines.confirm(store, run.id, [0.8, math.nan, 0.7], who="Bo", request_id="b").number == 2


def test_a_line_that_is_none_is_refused(store, run):
    def confirm(lines, run_id=run.id, request_id="x"):
        automation_lines.confirm(store, run_id, lines, who="Ada", request_id=request_id)

    for lines, message in [([0.9], "knows 3 categories, got 1"), ([0.9, 1.1, 0.9], "between 0 and 1, got 1.1")]:
        with pytest.raises(errors.TaggingRefused, match=message):
            confirm(lines)
    with pytest.raises(errors.RunNotFound):
        confirm([0.9] * 3, run_id="nothing")
    with pytest.raises(errors.TaggingRefused, match="1 to 64 characters"):
        confirm([0.9] * 3, request_id="")
    confirm([0.9] * 3)
    with pytest.raises(errors.TaggingRefused, match="confirmed another line before"):
        confirm([0.8] * 3)
    assert len(automation_lines.history(store, run.id)) == 1


def test_a_line_keeps_what_it_was_confirmed_for(store, run):
    given = {"max_wrong_in_100": 2.0, "by_hand": [run.class_names[2]], "mix": [3, 1, 0]}
    line = automation_lines.confirm(store, run.id, [0.9, 0.8, math.nan], who="Ada", request_id="a", **given)
    assert (line.by_hand, line.mix) == ((run.class_names[2],), (3.0, 1.0, 0.0))
    again = automation_lines.confirm(store, run.id, [0.9, 0.8, math.nan], who="Ada", request_id="a", **given)
    assert again.number == 1
    for change in ({"mix": None}, {"by_hand": []}):
        with pytest.raises(errors.TaggingRefused, match="confirmed another line before"):
            automation_lines.confirm(
                store, run.id, [0.9, 0.8, math.nan], who="Ada", request_id="a", **{**given, **change}
            )
    for change, message in [
        ({"mix": [1, 1]}, "knows 3 categories, got 2 shares of a mix"),
        ({"mix": [0, 0, 0]}, "not all 0, got"),
        ({"mix": [1, -1, 0]}, "0 or more"),
        ({"mix": [1, math.inf, 0]}, "0 or more"),
        ({"by_hand": ["Hat"]}, "knows no category 'Hat'"),
    ]:
        with pytest.raises(errors.TaggingRefused, match=message):
            automation_lines.confirm(store, run.id, [0.9] * 3, who="Ada", request_id="b", **change)
    assert [held.number for held in automation_lines.history(store, run.id)] == [1]


def test_a_line_of_before_is_read_without_what_it_was_for(store, run):
    with database.write(store.engine) as connection:
        connection.execute(
            sa.text(
                "INSERT INTO automation_lines (number, request_id, run_id, lines, max_wrong_in_100, who, confirmed_at) "
                "VALUES (1, 'a', :run, '[0.9, 0.8, null]', 2, 'Ada', '2026-11-20 10:00:00.000000')"
            ),
            {"run": run.id},
        )
    held = automation_lines.newest(store, run.id)
    assert (held.by_hand, held.mix, held.max_wrong_in_100) == ((), None, 2.0)


def test_a_version_without_calibration_gets_no_line(store):
    files = worlds.run_files(worlds.catalogue())
    run = publishing.publish(store, files, replace(worlds.facts(files), temperature=None), created_by="Ada")
    with pytest.raises(errors.TaggingRefused, match="is not calibrated"):
        batch_world.confirm(store, run)


@pytest.mark.parametrize("failpoint", ["decision-committing", "decision-committed"])
def test_a_decision_that_is_killed_is_stored_once_when_it_is_sent_again(store, run, monkeypatch, failpoint):
    batch = batch_world.tagged(store, run, [0.5, 0.5])
    assert killed("decide", failpoint, monkeypatch) == -9
    batch_world.decide(store, batch, [0, 1], "accepted", request_id="r")
    assert [line.position for line in tag_decisions.history(store)] == [0, 1]


def test_lost_decisions_are_found(store, run):
    batch = batch_world.tagged(store, run, [0.5, 0.5])
    batch_world.decide(store, batch, [0, 1], "accepted")
    with unguarded(store, "tag_decisions") as connection:
        connection.exec_driver_sql("DELETE FROM tag_decisions WHERE number = 1")
    assert doctor.breaches(store) == [
        "I6: the lines of tag_decisions are numbered up to 2, but 1 are stored.",
    ]
