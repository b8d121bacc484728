"""The products of a batch on their page: sorted into piles, decided, taken back, as CSV, and what leads to them."""

import csv
import io

import pytest

from core import errors
from core.store.base import audit
from core.store.batches import automation_lines, batch_tags, tag_decisions
from core.tagging import products
from dashboard.data import batches
from dashboard.log import wording as log_wording
from dashboard.session import flags, person, site_map
from dashboard.tagging import exports
from dashboard.tagging import exports as batch_exports
from dashboard.tagging import outbox as decisions
from dashboard.tagging import tiles as batch_tiles
from dashboard.tagging import wording as tag_wording
from tests.app.test_pages import texts
from tests.app.test_tag_page import bars, decided, end_work, page
from tests.app.test_verdicts import opened
from tests.support import batch_world, worlds


@pytest.fixture
def run(store):
    return worlds.publish(store)


def tagged_batch(store, run, confidences, **more):
    batch = batch_world.tagged(store, run, confidences, **more)
    end_work(store)
    return batch


def test_the_piles_are_sorted_and_the_first_to_work_on_is_open(store, run):
    batch = batch_world.dropped(store, run, batch_world.new_photos(5))
    batch_tags.append(store, batch, [
        batch_world.photo_tag(run, 0, 0.95), batch_world.photo_tag(run, 1, 0.8), batch_world.photo_tag(run, 2, 0.5),
        batch_world.photo_tag(run, 3, 0.4, is_unlike=True),
        batch_world.photo_tag(run, 4, 0.0, guesses=(), picture=None, findings=("It is damaged.",)),
    ])  # fmt: skip
    end_work(store)
    at = page(batch)
    assert not at.exception
    assert at.button_group[0].options == [
        "Please check (2)", "Unlike all categories (1)", "Ready (1)", "Unreadable (1)",
    ]  # fmt: skip
    assert "Showing 1 to 2 of 2 products." in texts(at)
    assert "3. S2" in texts(at), "the least sure one is opened"
    assert "0 of 4 decided." in bars(at)
    assert "1 product is ready by the suggested line, but nobody has confirmed a line for version 1 yet." in texts(at)
    at = page(batch, pile="unreadable")
    assert at.dataframe[0].value.values.tolist() == [["photo 4.jpg", "It is damaged."]]
    at = page(batch, pile="not ours")
    assert at.button(key="decide-accept-one").disabled
    assert at.button(key="decide-page").label == "Reject the 1 left on this page"


def test_a_delivery_that_differs_waits_until_twenty_are_looked_at_and_somebody_lets_it_go(store, run):
    batch = batch_world.dropped(store, run, batch_world.new_photos(60))
    tags = [batch_world.photo_tag(run, place, 0.99, place % 3, is_unlike=place < 10) for place in range(60)]
    batch_tags.append(store, batch, tags)
    batch_world.confirm(store, run)
    at = page(batch, pile="check")
    assert "10 of 60 of these photos are unlike what this version learned" in texts(at)
    assert "20 products drawn at random among those that would have left stand at the top of" in texts(at)
    drawn = products.sample(products.table(store, batch))
    shown = at.query_params.get("garment")
    assert not [button for button in at.button if button.key == "release"], shown
    batch_world.decide(store, batch, drawn[:19], "accepted")
    batch_world.decide(store, batch, drawn[19:], "changed", "Bag" if tags[drawn[19]].guesses[0][0] != "Bag" else "Coat")
    at = page(batch, pile="check")
    assert "19 of 20 drawn at random were right: of the rest at most 22 in 100 are wrong" in texts(at)
    at.button(key="release").click().run()
    assert "A reason is needed to let this delivery go" in texts(at)
    at.text_input(key="note-release-reason").set_value("a new studio, the rest looks the same").run()
    at.button(key="release").click().run()
    assert not at.exception
    assert "let it go on" in texts(at)
    table = products.table(store, batch)
    assert table["by_line"].sum() == 30 and not table["held_back"].any()


def test_a_pile_that_is_done_says_so_and_the_next_one_opens_only_when_asked(store, run):
    batch = batch_world.dropped(store, run, batch_world.new_photos(4))
    batch_tags.append(store, batch, [
        batch_world.photo_tag(run, 0, 0.5), batch_world.photo_tag(run, 1, 0.6),
        batch_world.photo_tag(run, 2, 0.4, is_unlike=True), batch_world.photo_tag(run, 3, 0.3, is_unlike=True),
    ])  # fmt: skip
    end_work(store)
    at = page(batch)
    at.button(key="decide-accept-one").click().run()
    assert "“Please check” is done." not in texts(at)
    at.button(key="decide-accept-one").click().run()
    assert "“Please check” is done." in texts(at)
    assert "Showing 1 to 2 of 2 products." in texts(at) and "Accepted by Ada" in texts(at), "it is still the same pile"
    assert at.button(key="next-pile").label == "Go on with “Unlike all categories” (2)"
    at.button(key="next-pile").click().run()
    assert at.query_params["pile"] == "not ours"
    at.button(key="decide-page").click().run()
    assert "“Unlike all categories” is done. No other pile waits for you." in texts(at)
    assert "next-pile" not in [button.key for button in at.button]


def test_an_empty_pile_is_good_news(store, run):
    assert "Nothing unusual." in texts(page(tagged_batch(store, run, [0.5]), pile="not ours"))


def test_accept_and_reject_are_stored_at_once_and_taken_back(store, run):
    batch = tagged_batch(store, run, [0.5, 0.6, 0.7])
    at = page(batch)
    assert at.button(key="decide-accept-one").label == "Accept Shirt"
    at.button(key="decide-accept-one").click().run()
    assert decided(store, batch) == {0: ("accepted", "Shirt", "Ada")}
    assert "2. S1" in texts(at), "the next one is opened"
    at.button(key="decide-reject-one").click().run()
    assert decided(store, batch)[1] == ("rejected", None, "Ada")
    at.button(key="decision-undo").click().run()
    assert decided(store, batch) == {0: ("accepted", "Shirt", "Ada")}
    at.button(key="decision-undo").click().run()
    assert decided(store, batch) == {}
    assert len(tag_decisions.history(store, batch)) == 4


def test_a_page_is_accepted_at_once_and_others_are_left(store, run):
    batch = tagged_batch(store, run, [0.5 + number / 100 for number in range(30)])
    at = page(batch)
    assert "Showing 1 to 24 of 30 products." in texts(at)
    at.button(key="decide-reject-one").click().run()
    assert at.button(key="decide-page").label == "Accept all 23 on this page"
    assert at.button_group[0].options[0] == "Please check (30, 29 left)"
    at.button(key="decide-page").click().run()
    assert len(decided(store, batch)) == 24
    at = page(batch)
    assert "Showing 25 to 30 of 30 products." in texts(at), "the work goes on where it was left"
    assert "24 of 30 decided." in bars(at)
    at.button(key="decide-page").click().run()
    assert at.button_group[0].options[0] == "Please check (30, all done)"
    assert "All is decided. The list can go to the shop." in texts(at)


def report(said, monkeypatch):
    """What the tiles would report."""
    monkeypatch.setattr(
        flags, "component_value", lambda key, name: said if (key, name) == (batch_tiles.KEY, "said") else None
    )


def test_what_is_said_by_key_is_stored_once_however_often_it_is_reported(store, run, monkeypatch):
    batch = tagged_batch(store, run, [0.5, 0.6, 0.7])
    kept = {}
    monkeypatch.setattr(flags.Note, "get", lambda note: kept.get(note.name))
    monkeypatch.setattr(flags.Note, "set", lambda note, value: kept.__setitem__(note.name, value))
    monkeypatch.setattr(decisions.person, "name", lambda: "Ada")
    take_in = batch_tiles._on_said(batch, run)
    first = {"id": "a", "kind": "accepted", "garments": [0], "category": None}
    second = {"id": "b", "kind": "changed", "garments": [1, 2], "category": "Bag"}
    report([first], monkeypatch)
    take_in()
    report([first, second], monkeypatch)
    take_in()
    take_in()
    assert decided(store, batch) == {
        0: ("accepted", "Shirt", "Ada"), 1: ("changed", "Bag", "Ada"), 2: ("changed", "Bag", "Ada"),
    }  # fmt: skip
    assert len(tag_decisions.history(store)) == 3
    report([{"id": "c", "kind": "undo", "garments": []}], monkeypatch)
    take_in()
    assert set(decided(store, batch)) == {0}
    for nonsense in (
        {"id": "d", "kind": "liked", "garments": [0]},
        {"id": "e", "kind": "changed", "garments": [0], "category": "Hat"},
        {"id": "f", "kind": "accepted", "garments": [99]},
    ):
        report([nonsense], monkeypatch)
        take_in()
    assert set(decided(store, batch)) == {0}


def test_what_cannot_be_stored_is_kept_and_sent_again(store, run, monkeypatch):
    batch = tagged_batch(store, run, [0.5, 0.6])
    at = page(batch)

    def away(*arguments, **options):
        raise errors.DatabaseUnavailable("The database cannot be used.")

    with monkeypatch.context() as patch:
        patch.setattr(tag_decisions, "decide", away)
        at.button(key="decide-accept-one").click().run()
        assert "1 product: kept here, but not stored yet.** The database cannot be used." in texts(at)
        assert decided(store, batch) == {}
    at.button(key="decision-retry").click().run()
    assert decided(store, batch) == {0: ("accepted", "Shirt", "Ada")}
    assert "not stored yet" not in texts(at)


def test_without_a_name_decisions_wait_for_it(store, run):
    batch = tagged_batch(store, run, [0.5])
    at = page(batch, who="")
    at.button(key="decide-accept-one").click().run()
    assert decided(store, batch) == {}
    assert "Who are you?" in texts(at)


def test_a_colleague_who_was_faster_is_not_overwritten(store, run):
    batch = tagged_batch(store, run, [0.5])
    at = page(batch)
    batch_world.decide(store, batch, [0], "rejected", who="Bo")
    at.button(key="decide-accept-one").click().run()
    assert "Bo decided on product 1 since it was shown (rejected)." in texts(at)
    assert decided(store, batch) == {0: ("rejected", None, "Bo")}
    at.button(key="decide-accept-one").click().run()
    assert decided(store, batch) == {0: ("accepted", "Shirt", "Ada")}


def test_ready_products_are_decided_once_the_line_is_confirmed(store, run):
    batch = tagged_batch(store, run, [0.95, 0.5])
    at = page(batch)
    assert "0 of 2 products may go to the shop" in texts(at)
    batch_world.confirm(store, run, who="Bo")
    at = page(batch)
    assert "1 of 2 decided: 1 by the line, 0 by people." in bars(at)
    assert "1 of 2 products may go to the shop" in texts(at)
    at = page(batch, pile="ready")
    assert "The line: at least 90 % sure, confirmed by Bo on" in texts(at)
    assert "Ready by the line that Bo confirmed." in texts(at)


def test_the_line_of_a_batch_says_what_was_set_by_hand_and_that_it_is_for_a_mix(store, run):
    batch = tagged_batch(store, run, [0.95])
    automation_lines.confirm(store, run.id, [0.9] * 3, who="Bo", request_id="a", by_hand=["Coat"], mix=[1, 1, 2])
    assert "The line: at least 90 % sure, by hand for Coat, for your own product mix, confirmed by Bo" in texts(
        page(batch)
    )


def test_the_list_as_csv_holds_what_is_on_screen_and_no_formula(store, run):
    batch = batch_world.dropped(store, run, batch_world.new_photos(1, name="=1+1.jpg", title="+x"))
    batch_tags.append(store, batch, [batch_world.photo_tag(run, 0, 0.5, findings=("several items?",))])
    batch_world.decide(store, batch, [0], "changed", "Bag")
    content = batch_exports.as_csv(products.table(store, batch)).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(content))
    assert (row["product"], row["title"], row["category"], row["decision"]) == ("'=1+1.jpg", "'+x", "Bag", "changed")
    assert (row["confidence"], row["findings"], row["leaves"], row["version"]) == ("0.5", "several items?", "yes", "1")


def test_the_list_as_csv_names_the_line_where_no_person_decided(store, run):
    batch_world.confirm(store, run, who="Bo")
    batch = batch_world.tagged(store, run, [0.95, 0.95])
    batch_world.decide(store, batch, [1], "accepted")
    content = batch_exports.as_csv(products.table(store, batch)).decode("utf-8-sig")
    assert [row["decided_by"] for row in csv.DictReader(io.StringIO(content))] == ["line confirmed by Bo", "Ada"]


def test_the_list_of_batches_leads_to_each(store, run):
    first = tagged_batch(store, run, [0.5, 0.5])
    batch_world.decide(store, first, [0], "accepted")
    batch_world.dropped(store, run, batch_world.new_photos(1))
    at = page()
    assert "2 tagged, 1 decided by people. 1 product waits for a person." in texts(at)
    assert "Being tagged. 0 tagged" in texts(at)
    at.button(key="batch-1").click().run()
    assert "Batch 1 · 2 photos" in texts(at)
    at.button(key="all-batches-back").click().run()
    assert "Batches" in [element.value for element in at.header]


def test_today_leads_to_the_products_that_wait(store, run):
    batch = tagged_batch(store, run, [0.95, 0.5, 0.6])
    at = opened("today")
    assert "2 new garments wait for a decision in batch 1" in texts(at)
    at.button(key="next-step").click().run()
    assert "Batch 1 · 3 photos" in texts(at)
    batch_world.decide(store, batch, [1, 2], "rejected")
    assert "new garments wait" not in texts(opened("today"))


def test_today_leads_to_an_older_batch_where_the_newest_is_decided(store, run):
    older = tagged_batch(store, run, [0.5, 0.4])
    newest = tagged_batch(store, run, [0.5])
    assert batches.newest_waiting() == (newest.number, 1)
    batch_world.decide(store, newest, [0], "accepted")
    assert batches.newest_waiting() == (older.number, 2)
    batch_world.decide(store, older, [0], "rejected")
    assert batches.newest_waiting() == (older.number, 1)
    batch_world.decide(store, older, [1], "accepted")
    assert batches.newest_waiting() is None


def test_lost_small_pictures_leave_the_decisions(store, run):
    batch = tagged_batch(store, run, [0.5])
    at = page(batch)
    assert not at.exception and not at.error
    assert "The photo cannot be shown." in texts(at)


def test_words_for_every_pile_and_kind():
    assert set(tag_wording.PILES) == set(tag_wording.ABOUT_PILES)
    assert set(tag_wording.KINDS) == set(tag_wording.SIGNS)
    assert {"tag", "automation/line"} <= set(site_map.places())


def test_an_export_stands_in_the_log_with_who_what_and_how_much(store, run):
    batch = tagged_batch(store, run, [0.5, 0.6])
    made = exports.noted(batch, "batch-1.csv", 2, lambda: b"x")
    assert audit.entries(store, action="export") == [], "nothing left yet"
    assert made() == b"x"
    line = audit.entries(store, action="export")[0]
    assert (line.who, line.subject) == (person.UNKNOWN, "batch 1")
    assert log_wording.sentence(line) == "exported 2 products of batch 1 (batch-1.csv)."
