"""The page on which new garments are tagged, from the drop to the last tag, without a browser, a worker or a model."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import filelock
import numpy as np
import pytest
import sqlalchemy as sa

from core import errors
from core.access import acting
from core.jobs import records, worker_lock
from core.photos import photo_check
from core.retail import spreadsheet
from core.retail.list_columns import Columns
from core.store.base import audit, database, schema
from core.store.batches import batch_tags, batches, tag_decisions
from core.store.runs import publishing
from core.store.team import list_columns
from core.tagging import batch_work, piles, products
from dashboard.data import batches as batches_data
from dashboard.session import person, site_map
from dashboard.shell import frame
from tests.app import test_hostile, test_pages
from tests.app.test_pages import texts
from tests.app.test_verdicts import opened
from tests.support import batch_world, product_photos, workbook_files, worlds
from tests.support.payloads import SCRIPTS

LIST = b"image_name,sku,title\n0.jpg,S0,Jacket\n9.jpg,S9,Coat\n"


@pytest.fixture
def run(store):
    return worlds.publish(store)


def photo(shade=100):
    return product_photos.photo(np.full((28, 28), shade, dtype=np.uint8), side=60)


def end_work(store, **changes):
    with database.write(store.engine) as connection:
        connection.execute(sa.update(schema.jobs).values(status="finished", **changes))


def page(batch=None, /, *, who="Ada", **query):
    return opened("tag", who=who, **query, **({"batch": str(batch.number)} if batch else {}))


def drop(at, *photos, listed=None):
    lists = [] if listed is None else [("list.csv", listed, "text/csv")]
    at.file_uploader[0].set_value([*photos, *lists])
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
    assert "at most 20 MB and 50 million pixels each" in texts(
        at
    ) and "up to 2,000 pictures and 200 MB at once" in texts(at)
    assert "The model learned small grey pictures of single garments." in texts(at)
    assert "No photos were tagged yet. Drop some above" in texts(at)


def test_a_drop_is_checked_before_it_is_stored_and_then_waits_to_be_tagged(store, run):
    at = drop(
        page(), ("0.jpg", photo(1), "image/jpeg"), ("1.jpg", photo(2), "image/jpeg"),
        ("copy.jpg", photo(1), "image/jpeg"), ("bad.png", product_photos.hostile()["GIF"], "image/png"), listed=LIST,
    )  # fmt: skip
    assert not at.exception
    assert (
        "4 pictures, 2 readable, 1 unreadable, 1 SKU has no picture, 1 picture is not in the list, 1 duplicate."
        in texts(at)
    )
    assert at.dataframe[0].value["File"].tolist() == ["bad.png", "9.jpg", "1.jpg", "copy.jpg"]
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


WORKBOOK = workbook_files.as_bytes([["Image", "SKU", "Product name"], ["0.jpg", "S0", "Jacket"]])
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIPPED = product_photos.zipped(**{"new/0.jpg": product_photos.photo(np.full((28, 28), 9, np.uint8), side=60),
                                  "new/list.csv": LIST})  # fmt: skip


@pytest.mark.parametrize("dropped", [
    [("0.jpg", photo(), "image/jpeg"), ("list.csv", LIST, "text/csv")],
    [("list.tsv", LIST.replace(b",", b"\t"), "text/plain"), ("0.jpg", photo(), "image/jpeg")],
    [("0.jpg", photo(), "image/jpeg"), ("list.xlsx", WORKBOOK, SHEET)],
    [("photos.zip", ZIPPED, "application/zip")],
])  # fmt: skip
def test_photos_and_their_list_are_dropped_in_one_place(store, run, dropped):
    at = drop(page(), *dropped)
    assert len(at.file_uploader) == 1 and not at.error
    assert "1 picture, 1 readable" in texts(at) and "1 of 1 photo matched" in texts(at)
    at.button(key="drop-start").click().run()
    (batch,) = batches.list_batches(store)
    assert [(one.sku, one.title) for one in batches.photos_of(store, batch)] == [("S0", "Jacket")]


def test_what_the_columns_are_read_as_is_shown(run):
    at = drop(page(), ("0.jpg", photo(), "image/jpeg"), ("list.xlsx", WORKBOOK, SHEET))
    assert "Photo: Image · SKU: SKU · Title: Product name" in texts(at)
    assert "list-columns-change" in [button.key for button in at.button] and not boxes(at)


@pytest.mark.parametrize("listed", [
    ("list.csv", LIST, "text/csv"), ("list.xlsx", WORKBOOK, SHEET),
    ("list.zip", product_photos.zipped(**{"l.csv": LIST}), "application/zip"),
])  # fmt: skip
def test_a_list_alone_waits_for_its_photos(run, listed):
    at = drop(page(), listed)
    assert "The list is here. Now drop the photos it names." in texts(at)
    assert "drop-start" not in [button.key for button in at.button]


def test_two_lists_are_refused_and_both_are_named(run):
    at = drop(page(), ("0.jpg", photo(), "image/jpeg"), ("list.xlsx", WORKBOOK, SHEET), listed=LIST)
    assert [error.value.replace("\\", "").replace("\N{WORD JOINER}", "") for error in at.error] == [
        "There are two lists: list.xlsx and list.csv. Keep one of them."
    ]
    assert "drop-start" not in [button.key for button in at.button]


UNKNOWN = b"Bild;Nummer;Name\n0.jpg;S0;Jacket\n"


def boxes(at):
    return {box.label: box for box in at.selectbox if (box.key or "").startswith("list-column-")}


def test_unknown_headings_are_mapped_once_and_known_to_the_next_session(store, run):
    at = drop(page(), ("0.jpg", photo(), "image/jpeg"), listed=UNKNOWN)
    assert "Which columns of list.csv name the photo, its SKU and its title?" in texts(at)
    assert "1 file waits until the list can be read, so that no SKU is lost." in texts(at)
    assert at.dataframe[0].value.to_dict("records") == [{"Bild": "0.jpg", "Nummer": "S0", "Name": "Jacket"}]
    assert {label: box.value for label, box in boxes(at).items()} == {"Photo": None, "SKU": "", "Title": "Name"}
    assert at.button(key="list-columns-use").disabled
    assert "drop-start" not in [button.key for button in at.button]
    boxes(at)["Photo"].set_value("Bild")
    boxes(at)["SKU"].set_value("Nummer").run()
    at.button(key="list-columns-use").click().run()
    assert "Photo: Bild · SKU: Nummer · Title: Name" in texts(at)
    assert "1 of 1 photo matched" in texts(at)
    other = drop(page(who="Grace"), ("0.jpg", photo(), "image/jpeg"), listed=UNKNOWN.lower())
    assert "Photo: bild · SKU: nummer · Title: name" in texts(other)
    other.button(key="drop-start").click().run()
    (batch,) = batches.list_batches(store)
    assert [(one.sku, one.title) for one in batches.photos_of(store, batch)] == [("s0", "jacket")]
    (line,) = audit.entries(store, action="list-columns")
    assert (line.who, line.after) == ("Ada", {"photo": "Bild", "sku": "Nummer", "title": "Name"})


def test_an_unknown_list_alone_asks_the_same_and_in_a_zip_it_tells_how_many_files_wait(run):
    at = drop(page(), ("list.csv", UNKNOWN, "text/csv"))
    assert set(boxes(at)) == {"Photo", "SKU", "Title"} and "until the list can be read" not in texts(at)
    packed = product_photos.zipped(**{"0.jpg": photo(1), "1.jpg": photo(2), "l.csv": UNKNOWN})
    at = drop(page(), ("new.zip", packed, "application/zip"))
    assert "Which columns of l.csv name" in texts(at) and "2 files wait until the list can be read" in texts(at)


def test_the_same_column_twice_and_none_at_all_cannot_be_used(run):
    at = drop(page(), ("0.jpg", photo(), "image/jpeg"), listed=UNKNOWN)
    assert "Choose the column that names the photo" in texts(at)
    boxes(at)["Photo"].set_value("Name").run()
    assert "The column 'Name' is chosen twice." in texts(at)
    assert at.button(key="list-columns-use").disabled
    boxes(at)["Title"].set_value("").run()
    assert at.button(key="list-columns-use").disabled and "of the SKU or of the title" in texts(at)
    boxes(at)["SKU"].set_value("Nummer").run()
    assert not at.button(key="list-columns-use").disabled


def test_columns_are_not_remembered_without_a_name(store, run):
    at = drop(page(who=""), ("0.jpg", photo(), "image/jpeg"), listed=UNKNOWN)
    boxes(at)["Photo"].set_value("Bild").run()
    at.button(key="list-columns-use").click().run()
    assert person.MISSING in texts(at) and audit.entries(store, action="list-columns") == []
    at.text_input(key="control-name-list").set_value("Bo")
    at.button(key="list-columns-use").click().run()
    assert [line.who for line in audit.entries(store, action="list-columns")] == ["Bo"]


def test_columns_that_were_remembered_wrong_are_changed_even_where_no_line_can_be_read(store, run):
    header = ("Bild", "Nummer", "Name")
    list_columns.save(store, header, Columns(photo="Nummer", sku="Bild"), who="Ada")
    at = drop(page(), ("0.jpg", photo(), "image/jpeg"), listed=UNKNOWN + b"1.jpg;S0;Coat\n")
    assert "Lines 2 and 3 of the list both name the picture 'S0'." in texts(at)
    at.button(key="list-columns-change").click().run()
    assert {label: box.value for label, box in boxes(at).items()} == {"Photo": "Nummer", "SKU": "Bild", "Title": ""}
    at.button(key="list-columns-leave").click().run()
    assert not boxes(at)
    at.button(key="list-columns-change").click().run()
    boxes(at)["Photo"].set_value("Bild")
    boxes(at)["SKU"].set_value("Nummer").run()
    at.button(key="list-columns-use").click().run()
    assert "1 of 1 photo matched, 1 row without a photo." in texts(at) and not at.error
    assert list_columns.remembered(store, header).photo == "Bild"


def test_of_two_people_who_map_a_list_at_once_the_second_sees_what_the_first_said(store, run):
    at = drop(page(), ("0.jpg", photo(), "image/jpeg"), listed=UNKNOWN)
    list_columns.save(store, ("Bild", "Nummer", "Name"), Columns(photo="Bild", title="Name"), who="Grace")
    boxes(at)["Photo"].set_value("Bild")
    boxes(at)["SKU"].set_value("Nummer").run()
    at.button(key="list-columns-use").click().run()
    assert "Not saved. Grace changed this" in texts(at)
    assert "Photo: Bild · Title: Name" in texts(at)


def test_headings_that_are_scripts_are_text_in_the_question_and_below_the_check(store, run):
    header = [*(name for name in SCRIPTS if name.isprintable()), "**[x](http://evil.example)**", ":material/home:"]
    listed = spreadsheet.as_csv(header, [["0.jpg", *SCRIPTS[: len(header) - 1]]])
    at = drop(page(), ("0.jpg", photo(), "image/jpeg"), (f"{SCRIPTS[0]}.csv", listed, "text/csv"))
    boxes(at)["Photo"].set_value(boxes(at)["Photo"].options[0])
    boxes(at)["SKU"].set_value(boxes(at)["SKU"].options[-2]).run()
    boxes(at)["Title"].set_value(boxes(at)["Title"].options[-1]).run()
    seen = test_hostile.texts_of(at)
    at.button(key="list-columns-use").click().run()
    assert "1 of 1 photo matched" in texts(at) and not at.exception
    for text in [*seen, *test_hostile.texts_of(at)]:
        assert test_hostile.active_parts(text) == [], text


@pytest.mark.parametrize("listed", [b"sku\nS0\n", b"", b";;\n", b"sku;sku;photo\n"])
def test_a_list_in_which_nothing_can_name_a_photo_is_refused_and_the_template_is_there(run, listed):
    at = drop(page(), ("0.jpg", photo(), "image/jpeg"), listed=listed)
    assert "must name the columns image_name, sku, title (sku or title may be missing); it names" in texts(at)
    assert not boxes(at) and not [button for button in at.button if button.key == "drop-start"]
    assert "Template of the list" in [button.label for button in at.get("download_button")]


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
    assert at.session_state[frame.DROPPED.key] is not None
    at.switch_page(str(site_map.path("automation"))).run()
    assert at.session_state[frame.DROPPED.key] is None


def test_a_drop_needs_a_name(store, run):
    at = drop(page(who=""), ("0.jpg", photo(), "image/jpeg"))
    assert "Your name stands beside what you drop and decide." in texts(at)
    at.button(key="drop-start").click().run()
    assert person.MISSING in texts(at)
    assert batches.list_batches(store) == []


def test_a_click_counts_while_the_name_is_still_being_typed_and_the_field_stays_until_then(store, run):
    at = drop(page(who=""), ("0.jpg", photo(), "image/jpeg"))
    at.text_input(key="control-name-drop").set_value("Ada").run()
    assert at.text_input(key="control-name-drop").value == "Ada", "left for the button, which must not move"
    at.button(key="drop-start").click().run()
    assert [batch.created_by for batch in batches.list_batches(store)] == ["Ada"]
    at = drop(page(who=""), ("1.jpg", photo(90), "image/jpeg"))
    at.text_input(key="control-name-drop").set_value("Grace")
    at.button(key="drop-start").click().run()
    assert batches.list_batches(store)[0].created_by == "Grace"


def test_without_what_runs_the_model_the_page_says_what_is_missing(run, monkeypatch):
    monkeypatch.setattr(batches_data, "has_engine", lambda: False)
    at = page()
    assert "PyTorch, which runs the model, is not installed" in texts(at)
    assert not at.file_uploader


def test_a_version_that_is_not_calibrated_tags_but_trusts_nothing(store):
    files = worlds.run_files(worlds.catalogue())
    run = publishing.publish(store, files, replace(worlds.facts(files), temperature=None), created_by="Ada")
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
        connection.execute(sa.update(schema.jobs).values(status="failed", message="It broke.", details="where"))
    at = page(batch)
    assert "It broke. 1 photo is not tagged yet." in texts(at)
    job = records.of_batch(store, batch.number)
    about = f"Job {job.id}, batch 1: failed. It broke."
    assert [code.value for code in at.code] == [f"{about}\n\nwhere\n\nEnd of the log:\nnothing"]
    at.button(key="tagging-again").click().run()
    assert batch_work.status(store, batch).is_active


def test_a_tagging_is_stopped_and_what_is_tagged_can_be_decided_before_it_goes_on(store, run, monkeypatch):
    batch = batch_world.dropped(store, run, batch_world.new_photos(3))
    batch_tags.append(store, batch, [batch_world.photo_tag(run, 0, 0.5)])
    with database.write(store.engine) as connection:
        connection.execute(sa.update(schema.jobs).values(status="running", slot=3))
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
        at.run()
        at.button(key="tagging-again").click().run()
    assert "Nothing was changed. The database cannot be used." in texts(at)
    at.run()
    at.button(key="tagging-again").click().run()
    assert batch_work.status(store, batch).is_active
    assert "Nothing was changed." not in texts(at)


def test_a_tagging_that_does_not_answer_says_so_and_is_ended_by_a_person(store, run, monkeypatch):
    batch = batch_world.dropped(store, run, batch_world.new_photos(2))
    old = datetime.now(UTC) - timedelta(minutes=3)
    with database.write(store.engine) as connection:
        connection.execute(sa.update(schema.jobs).values(status="running", slot=3, heartbeat_at=old, clock=None))
    ended = []
    monkeypatch.setattr(worker_lock, "end_holder", lambda store, kind: ended.append(kind))
    with filelock.FileLock(store.home / "locks" / "tagging.lock"):
        at = page(batch)
        assert "It does not answer: nothing was heard of it for 3 min." in texts(at)
        at.button(key="end-tagging").click().run()
    assert ended == ["tagging"]
    message = "Ada ended its process, which did not answer. What is tagged already stays. 2 photos are not tagged yet."
    assert message in texts(page(batch))


def test_before_the_first_tag_a_file_that_is_no_photo_brings_up_no_piles(store, run):
    photos = [*batch_world.new_photos(2), *batch_world.new_photos(1, name="no.txt", refused="It is no photo.")]
    batch = batch_world.dropped(store, run, photos)
    at = page(batch)
    assert "Nothing to decide yet: the photos wait for their tags." in bars(at)
    assert "To the shop" not in texts(at) and not at.get("button_group")
    batch_tags.append(store, batch, [batch_world.photo_tag(run, 0, 0.5)])
    at = page(batch)
    assert "0 of 1 decided." in bars(at)
    # What is not tagged yet counts in the shop import as little as it does above.
    assert "0 of 1 product may go to the shop" in texts(at) and "0 of 1 product decided" in texts(at)


def test_where_every_file_is_no_photo_it_is_said_why(store, run):
    batch = batch_world.dropped(store, run, batch_world.new_photos(1, refused="It is no photo."))
    assert "These files could not be read as photos." in texts(page(batch))


def test_what_was_rejected_is_decided_in_the_bar_and_in_the_shop_import(store, run):
    batch = batch_world.tagged(store, run, [0.5, 0.6, 0.7])
    batch_world.decide(store, batch, [0], "accepted")
    batch_world.decide(store, batch, [1], "rejected")
    at = page(batch)
    assert "2 of 3 decided" in bars(at)
    assert "2 of 3 products decided, 1 of them rejected; the other 1 can be exported." in texts(at)


def test_the_first_tags_are_shown_while_the_rest_is_still_being_tagged(store, run, monkeypatch):
    batch = batch_world.dropped(store, run, batch_world.new_photos(3))
    with database.write(store.engine) as connection:
        connection.execute(sa.update(schema.jobs).values(status="running", slot=3))
    look = batch_work.status

    def tagged_meanwhile(opened, batch):
        looks.append(batch)
        if len(looks) == 2:  # the page looks, then the part of it that watches
            with acting.by_itself():
                batch_tags.append(store, batch, [batch_world.photo_tag(run, 0, 0.5)])
        return look(opened, batch)

    looks = []
    monkeypatch.setattr(batch_work, "status", tagged_meanwhile)
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


def test_a_batch_that_is_not_here_is_said(run):
    at = page(batch="77")
    assert "The address asks for a batch that is not here." in texts(at)
    assert "No photos were tagged yet." in texts(at)


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


@pytest.mark.parametrize(
    ("finding", "pile"),
    [("busy", piles.NOT_RECOGNISED), ("cut", piles.NOT_RECOGNISED), ("altered", piles.NOT_RECOGNISED),
     ("inverted", piles.NOT_OURS), ("turned", piles.NOT_OURS), ("unended", piles.NOT_OURS)],
)  # fmt: skip
def test_what_is_unlike_in_a_photo_that_is_odd_was_not_recognised_in_it(store, run, finding, pile):
    batch = batch_world.dropped(store, run, batch_world.new_photos(1))
    unlike = photo_check.FINDINGS["unlike"].text
    tag = batch_world.photo_tag(run, 0, 0.4, is_unlike=True)
    batch_tags.append(store, batch, [replace(tag, findings=(photo_check.FINDINGS[finding].text, unlike))])
    assert products.table(store, batch)["pile"].tolist() == [pile]
    at = page(batch)
    assert not at.exception
    has_examples = "Photos that work, and photos that do not" in [box.label for box in at.expander]
    assert has_examples == (pile == piles.NOT_RECOGNISED)
    # Nobody rejects garments of ours by one click because their photos are bad.
    assert ("decide-page" in [button.key for button in at.button]) == (pile == piles.NOT_OURS)
