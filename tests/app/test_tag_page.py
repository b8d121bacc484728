"""The page on which new garments are tagged, in each of its states, without a browser, a worker or a model."""

import csv
import io
from dataclasses import replace

import filelock
import numpy as np
import pytest
import sqlalchemy as sa

from core import errors
from core.store import automation_lines, batch_tags, batches, database, publishing, schema, tag_decisions
from core.tagging import batch_work, products
from dashboard import batch_exports, batch_tiles, decisions, frame, navigation, state, tag_wording, tagged
from tests import batch_world, product_photos, worlds
from tests.app import test_hostile, test_pages
from tests.app.test_pages import texts
from tests.app.test_verdicts import opened
from tests.payloads import SCRIPTS

LIST = b"image_name,sku,title\n0.jpg,S0,Jacket\n9.jpg,S9,Coat\n"


@pytest.fixture
def run(store):
    return worlds.publish(store)


def photo(shade=100):
    return product_photos.photo(np.full((28, 28), shade, dtype=np.uint8), side=60)


def end_work(store, **changes):
    with database.write(store.engine) as connection:
        connection.execute(sa.update(schema.batch_work).values(status="finished", **changes))


def tagged_batch(store, run, confidences, **more):
    batch = batch_world.tagged(store, run, confidences, **more)
    end_work(store)
    return batch


def page(batch=None, /, *, who="Ada", **query):
    return opened("tag", who=who, **query, **({"batch": str(batch.number)} if batch else {}))


def drop(at, *photos, listed=None):
    at.file_uploader[0].set_value(list(photos))
    if listed is not None:
        at.file_uploader[1].set_value(("list.csv", listed, "text/csv"))
    return at.run()


def bars(at):
    """What stands on the progress bars, as it is read."""
    said = " ".join(bar.text for bar in at.get("progress"))
    return said.replace("\\", "").replace("\N{WORD JOINER}", "")


def decided(store, batch):
    return {position: (line.kind, line.category, line.who) for position, line in
            tag_decisions.current(store, batch).items()}  # fmt: skip


def test_before_the_first_drop_the_limits_and_what_happens_are_said(run):
    at = page()
    assert not at.exception
    assert "at most 20 MB each" in texts(at) and "up to 2,000 pictures and 200 MB at once" in texts(at)
    assert "The model learned small grey pictures of single garments." in texts(at)
    assert "No photos were tagged yet. Drop some above" in texts(at)


def test_a_drop_is_checked_before_it_is_stored_and_then_waits_to_be_tagged(store, run):
    at = drop(
        page(), ("0.jpg", photo(1), "image/jpeg"), ("1.jpg", photo(2), "image/jpeg"),
        ("copy.jpg", photo(1), "image/jpeg"), ("bad.png", product_photos.hostile()["GIF"], "image/png"), listed=LIST,
    )  # fmt: skip
    assert not at.exception
    assert (
        "4 pictures, 2 readable, 1 unreadable, 1 SKU has no picture, 2 pictures are not in the list, 1 duplicate."
        in texts(at)
    )
    assert at.dataframe[0].value["File"].tolist() == ["bad.png", "9.jpg", "1.jpg", "bad.png", "copy.jpg"]
    assert batches.list_batches(store) == []
    assert at.button(key="drop-start").label == "Tag 2 photos"
    at.button(key="drop-start").click().run()
    (batch,) = batches.list_batches(store)
    assert (batch.created_by, batch.num_photos, batch.run_id) == ("Ada", 3, run.id)
    assert [each.sku for each in batches.photos_of(store, batch)] == ["S0", "", ""]
    assert at.query_params["batch"] == "1"
    assert "Batch 1 · 3 photos" in texts(at)
    assert "Waiting to be tagged, 0 of 2 photos done" in bars(at)
    assert batch_work.status(store, batch).is_active


def test_the_same_photos_can_be_dropped_again_as_another_batch(store, run):
    for _ in range(2):
        drop(page(), ("0.jpg", photo(), "image/jpeg")).button(key="drop-start").click().run()
    assert [batch.number for batch in batches.list_batches(store)] == [2, 1]


def test_a_list_with_other_columns_says_which_and_offers_the_template(run):
    at = drop(page(), ("0.jpg", photo(), "image/jpeg"), listed=b"name;sku\n0.jpg;S0\n")
    assert "must name the columns image_name, sku, title; it names name, sku. Start from the template." in texts(at)
    assert not [button for button in at.button if button.key == "drop-start"]
    assert "Template" in [button.label for button in at.get("download_button")]


def test_a_drop_that_cannot_be_stored_says_so_and_stays(store, run, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    at = drop(page(), ("0.jpg", photo(), "image/jpeg"))
    with monkeypatch.context() as patch:
        patch.setattr(batches.os, "fsync", full)
        at.button(key="drop-start").click().run()
    assert "Not stored. The photos could not be stored (No space left on device)" in texts(at)
    at.button(key="drop-start").click().run()
    assert len(batches.list_batches(store)) == 1


def test_photos_that_were_dropped_but_not_stored_are_forgotten_when_the_page_is_left(run):
    at = drop(page(), ("0.jpg", photo(), "image/jpeg"))
    assert at.session_state[f"flag-{frame.DROPPED}"] is not None
    at.switch_page(navigation.PAGES["trust"].path).run()
    assert at.session_state[f"flag-{frame.DROPPED}"] is None


def test_a_drop_needs_a_name(run):
    at = drop(page(who=""), ("0.jpg", photo(), "image/jpeg"))
    assert at.button(key="drop-start").disabled
    assert "Your name stands beside what you drop and decide." in texts(at)


def test_without_what_runs_the_model_the_page_says_what_is_missing(run, monkeypatch):
    monkeypatch.setattr(tagged, "has_engine", lambda: False)
    at = page()
    assert "PyTorch, which runs the model, is not installed" in texts(at)
    assert not at.file_uploader


def test_a_version_that_is_not_calibrated_tags_but_trusts_nothing(store):
    files = worlds.run_files(worlds.catalogue())
    run = publishing.publish(store, files, {**worlds.facts(files), "temperature": None}, created_by="Ada")
    at = page()
    assert "Version 1 is not calibrated" in texts(at) and "every tag waits for a person" in texts(at)
    drop(at, ("0.jpg", photo(), "image/jpeg")).button(key="drop-start").click().run()
    (batch,) = batches.list_batches(store)
    assert np.isnan(batch.suggested).all()
    batch_tags.append(store, batch, [batch_world.photo_tag(run, 0, 1.0)])
    end_work(store)
    at = page(batch, pile="not ours")
    assert "kept nothing to tell by what is unlike anything it learned" in texts(at)
    assert "Version 1 is not calibrated" in texts(at)


def test_another_version_than_the_live_one_is_said(store, run):
    worlds.publish(store, seed=1)
    assert "These photos will be tagged by version 2, which is not the live one." in texts(page(version="2"))


def test_a_tagging_that_failed_says_why_and_goes_on_when_asked(store, run):
    batch = batch_world.dropped(store, run, batch_world.new_photos(1))
    with database.write(store.engine) as connection:
        connection.execute(sa.update(schema.batch_work).values(status="failed", message="It broke.", details="where"))
    at = page(batch)
    assert "It broke. 1 photo is not tagged yet." in texts(at)
    assert "where" in [code.value for code in at.code]
    at.button(key="tagging-again").click().run()
    assert batch_work.status(store, batch).is_active


def test_a_tagging_is_stopped_and_what_is_tagged_can_be_decided_before_it_goes_on(store, run, monkeypatch):
    batch = batch_world.dropped(store, run, batch_world.new_photos(3))
    batch_tags.append(store, batch, [batch_world.photo_tag(run, 0, 0.5)])
    with database.write(store.engine) as connection:
        connection.execute(sa.update(schema.batch_work).values(status="running"))
    with filelock.FileLock(store.home / "locks" / "tagging.lock"):
        at = page(batch)
        at.button(key="tagging-stop").click().run()
        assert "Stopping after the photos in hand, 1 of 3 photos tagged" in bars(at)
        assert not [button for button in at.button if button.key == "tagging-stop"]
    at = page(batch)
    assert "Ada stopped the tagging. What is tagged already stays. 2 photos are not tagged yet." in texts(at)
    at.button(key="decide-accept-one").click().run()
    assert decided(store, batch) == {0: ("accepted", run.class_names[0], "Ada")}
    assert "All that is tagged so far is decided; 2 photos are not tagged yet." in texts(at)
    assert "The tagging was stopped. 1 tagged, 1 decided by people." in texts(page())

    def refuse(*arguments, **options):
        raise errors.DatabaseUnavailable("The database cannot be used.")

    with monkeypatch.context() as patch:
        patch.setattr(batch_work, "go_on", refuse)
        at.button(key="tagging-again").click().run()
    assert "Nothing was changed. The database cannot be used." in texts(at)
    at.button(key="tagging-again").click().run()
    assert batch_work.status(store, batch).is_active
    assert "Nothing was changed." not in texts(at)


def test_the_first_tags_are_shown_while_the_rest_is_still_being_tagged(store, run, monkeypatch):
    batch = batch_world.dropped(store, run, batch_world.new_photos(3))
    with database.write(store.engine) as connection:
        connection.execute(sa.update(schema.batch_work).values(status="running"))
    look = tagged.work

    def tagged_meanwhile(batch):
        looks.append(batch)
        if len(looks) == 2:  # the page looks, then the part of it that watches
            batch_tags.append(store, batch, [batch_world.photo_tag(run, 0, 0.5)])
        return look(batch)

    looks = []
    monkeypatch.setattr(tagged, "work", tagged_meanwhile)
    with filelock.FileLock(store.home / "locks" / "tagging.lock"):
        at = page(batch)
    assert not at.exception
    assert len(looks) == 4, "drawn once more, and not again"
    assert "Tagging, 1 of 3 photos" in bars(at)
    assert [button.label for button in at.button if button.key == "decide-accept-one"] == [
        f"Accept {run.class_names[0]}"
    ]
    assert "0 of 1 decided." in bars(at)


def test_a_stopped_tagging_whose_photos_are_no_longer_kept_says_that_it_cannot_go_on(store, run):
    batch = batch_world.dropped(store, run, batch_world.new_photos(1))
    batch_work.stop(store, batch, who="Ada")
    batches.let_go(store, batch, who="Ada")
    at = page(batch)
    assert "The photos of this batch are no longer kept. To have the rest tagged, drop them again." in texts(at)
    assert not [button for button in at.button if button.key == "tagging-again"]


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
        "Please check (2)", "Not one of our categories (1)", "Ready (1)", "Unreadable (1)",
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
        state, "component_value", lambda key, name: said if (key, name) == (batch_tiles.KEY, "said") else None
    )


def test_what_is_said_by_key_is_stored_once_however_often_it_is_reported(store, run, monkeypatch):
    batch = tagged_batch(store, run, [0.5, 0.6, 0.7])
    kept = {}
    monkeypatch.setattr(state, "flag", kept.get)
    monkeypatch.setattr(state, "set_flag", kept.__setitem__)
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
    assert "Who are you? Your name stands beside what you decide." in texts(at)


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
    assert "Batches" in [element.value for element in at.subheader]


def test_today_leads_to_the_products_that_wait(store, run):
    batch = tagged_batch(store, run, [0.95, 0.5, 0.6])
    at = opened("overview")
    assert "2 new garments wait for a decision in batch 1" in texts(at)
    at.button(key="next-step").click().run()
    assert "Batch 1 · 3 photos" in texts(at)
    batch_world.decide(store, batch, [1, 2], "rejected")
    assert "new garments wait" not in texts(opened("overview"))


def test_today_leads_to_an_older_batch_where_the_newest_is_decided(store, run):
    older = tagged_batch(store, run, [0.5, 0.4])
    newest = tagged_batch(store, run, [0.5])
    assert tagged.newest_waiting() == (newest.number, 1)
    batch_world.decide(store, newest, [0], "accepted")
    assert tagged.newest_waiting() == (older.number, 2)
    batch_world.decide(store, older, [0], "rejected")
    assert tagged.newest_waiting() == (older.number, 1)
    batch_world.decide(store, older, [1], "accepted")
    assert tagged.newest_waiting() is None


def test_a_batch_that_is_not_here_is_said(run):
    at = page(batch="77")
    assert "The address asks for a batch that is not here." in texts(at)
    assert "No photos were tagged yet." in texts(at)


def test_lost_small_pictures_leave_the_decisions(store, run):
    batch = tagged_batch(store, run, [0.5])
    at = page(batch)
    assert not at.exception and not at.error
    assert "The photo cannot be shown." in texts(at)


def test_hostile_names_and_addresses_are_text_and_write_nothing(store, run):
    names = [*SCRIPTS, *test_pages.HOSTILE]
    photos = [replace(photo, name=name[:200], sku=name[:200], title=name[:200])
              for photo, name in zip(batch_world.new_photos(len(names)), names, strict=True)]  # fmt: skip
    batch = batch_world.dropped(store, run, photos)
    batch_tags.append(store, batch, [
        batch_world.photo_tag(run, number, 0.5, is_unlike=number % 3 == 0, findings=("several items?",))
        for number in range(len(names))
    ])  # fmt: skip
    end_work(store)
    batch_world.decide(store, batch, [1], "accepted", who=SCRIPTS[0][:200])
    batch_world.confirm(store, run, who=SCRIPTS[1][:200])
    before = test_hostile.everything_stored(store)
    at = page(batch)
    for number, value in enumerate(names):
        for choice in ("pile", "page", "lines", "promise", "line", "mix"):
            at.query_params[choice] = value
        at.query_params["batch"], at.query_params["garment"] = "1", str(number)
        at.run()
        assert not at.exception and not at.error, value
        for text in test_hostile.texts_of(at):
            assert test_hostile.active_parts(text) == [], text
    at.query_params["batch"] = names[0]
    assert not at.run().exception
    assert test_hostile.everything_stored(store) == before


def test_words_for_every_pile_and_kind():
    assert set(tag_wording.PILES) == set(tag_wording.ABOUT_PILES)
    assert set(tag_wording.KINDS) == set(tag_wording.SIGNS)
    assert {"tag", "trust"} <= set(navigation.PAGES)
