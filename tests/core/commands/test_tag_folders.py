"""`tag --from --to`, as a scheduler runs it: new files once, finished lists in the other folder, one JSON object."""

import csv
import errno
import io
import json
import os
import re
import shutil
import sys
import time
import types
import uuid
import zipfile
from pathlib import Path

import pytest

from core import __main__ as command_line
from core import doctor, errors
from core.commands import folders
from core.jobs import launchers, records, worker
from core.retail.list_columns import Columns
from core.settings import PROJECT_ROOT
from core.store.batches import automation_lines, batch_tags, batches, folder_files, releases, tag_decisions
from core.store.runs import file_reader, runs
from core.store.team import list_columns
from core.tagging import batch_work, folder_arrivals, folder_lists, folder_run, piles, products, tag_csv
from tests.support import batch_world, product_photos, workbook_files


@pytest.fixture
def store(own_trained_store, monkeypatch):
    """A home with a live version, where what is launched is done at once and in this process."""

    class Launcher:
        def launch(self, store, job_id):
            worker.work(store, job_id, batch_work)

    monkeypatch.setitem(launchers.LAUNCHERS, "process", Launcher())
    return own_trained_store


@pytest.fixture
def photos(store):
    """Forty photos of test garments, as bytes."""
    images = file_reader.load_split(store, runs.find(store, "live"), "test").images[:40]
    return [product_photos.photo(picture, side=120) for picture in images]


@pytest.fixture
def place(tmp_path):
    """The folder that is watched; beside it `done` for the lists."""
    (tmp_path / "done").mkdir()
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


@pytest.fixture
def daily(store, place, monkeypatch, capsys):
    """One run of the scheduler: the exit code, the JSON object and what stands on stderr."""

    def run(*arguments, settle=0, to=None):
        given = ["--from", place, "--to", to or place.parent / "done", "--settle", settle, *arguments]
        monkeypatch.setattr(sys, "argv", ["core", "tag", *map(str, given)])
        capsys.readouterr()
        code = command_line.main()
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        content = json.loads(captured.out)
        assert content["exit_code"] == code
        return code, content, captured.err

    return run


@pytest.fixture
def clock(monkeypatch):
    """Has the look at the folder sleep by a function, at a moment so many seconds from now; gives how long it slept."""

    def use(on_sleep=lambda: None, later=0.0):
        slept = []

        def sleep(seconds):
            slept.append(seconds)
            if seconds:
                on_sleep()

        now = time.time() + later
        monkeypatch.setattr(folder_arrivals, "time", types.SimpleNamespace(sleep=sleep, time=lambda: now))
        return slept

    return use


def put(place, contents, first=0):
    for number, content in enumerate(contents, start=first):
        (place / f"{number:02}.jpg").write_bytes(content)


def put_list(place, lines, name="list.csv"):
    (place / name).write_text("image_name,sku,title\n" + "".join(f"{','.join(line)}\n" for line in lines))


def written(place):
    return sorted(path.name for path in (place.parent / "done").iterdir())


def rows_of(path):
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def num_tags(store):
    return sum(batch_tags.num_tagged(store, batch) for batch in batches.list_batches(store))


def confirm(store, line=0.0, **more):
    run = runs.find(store, "live")
    lines = [line] * len(run.class_names)
    return automation_lines.confirm(store, run.id, lines, who="Grace", request_id=uuid.uuid4().hex, **more)


# ---- new files once ---------------------------------------------------------------------------------------------


def test_new_files_are_tagged_once_and_their_list_stands_in_the_other_folder(store, place, photos, daily):
    put(place, photos[:3])
    (place / "note.txt").write_text("no photo")
    code, content, err = daily("--json")
    assert (code, err) == (0, "")
    assert (content["new"], content["already_known"], content["waiting"]) == (4, 0, 0)
    [batch] = content["batches"]
    assert written(place) == [Path(batch["list"]).name]
    rows = rows_of(batch["list"])
    assert tuple(rows[0]) == tag_csv.COLUMNS
    assert [row["file"] for row in rows] == ["00.jpg", "01.jpg", "02.jpg", "note.txt"]
    assert (rows[3]["pile"], content["unreadable"], batch["unreadable"]) == (piles.UNREADABLE, 1, 1)
    assert sum(content[pile] for pile in ("ready", "check", "not_ours", "not_recognised", "unreadable")) == 4
    assert doctor.breaches(store) == []


def test_a_second_run_tags_nothing_and_writes_nothing(store, place, photos, daily):
    put(place, photos[:3])
    (place / "note.txt").write_text("no photo")
    daily()
    before = written(place)
    code, content, _ = daily()
    assert (code, content["new"], content["already_known"], content["batches"]) == (0, 0, 4, [])
    assert (written(place), len(batches.list_batches(store)), num_tags(store)) == (before, 1, 3)


def test_a_list_that_somebody_took_away_is_not_written_again(store, place, photos, daily):
    put(place, photos[:1])
    Path(daily()[1]["batches"][0]["list"]).unlink()
    assert (daily()[1]["batches"], written(place)) == ([], [])


def test_only_what_is_new_is_in_the_next_list(store, place, photos, daily):
    put(place, photos[:2])
    daily()
    put(place, photos[2:4], first=2)
    content = daily()[1]
    assert [row["file"] for row in rows_of(content["batches"][0]["list"])] == ["02.jpg", "03.jpg"]
    assert (content["new"], content["already_known"], len(written(place))) == (2, 2, 2)


def test_the_same_file_under_another_name_or_in_another_folder_is_not_tagged_again(store, place, photos, daily):
    put(place, photos[:2])
    daily()
    (place / "00.jpg").rename(place / "other name.jpg")
    (place / "deep").mkdir()
    shutil.copy(place / "01.jpg", place / "deep" / "again.jpg")
    content = daily()[1]
    assert (content["new"], content["already_known"], num_tags(store)) == (0, 3, 2)


def test_two_files_with_one_content_in_one_run_are_tagged_once(store, place, photos, daily):
    put(place, [photos[0], photos[0], photos[1]])
    put_list(place, [("01.jpg", "A", "Coat")])
    content = daily()[1]
    assert (content["new"], content["already_known"]) == (2, 1)
    # The one with a SKU is the one that is taken.
    assert [(photo.name, photo.sku) for photo in batches.photos_of(store, batches.find(store, 1))] == [
        ("01.jpg", "A"), ("02.jpg", "")
    ]  # fmt: skip


def test_two_products_may_share_a_picture_where_a_list_names_both(store, place, photos, daily):
    put(place, [photos[0], photos[0]])
    put_list(place, [("00.jpg", "A", "Coat"), ("01.jpg", "B", "Coat")])
    assert daily()[1]["new"] == 2
    assert daily()[1]["new"] == 0


def test_a_photo_that_came_before_its_list_is_not_tagged_again(store, place, photos, daily):
    put(place, photos[:1])
    daily()
    put_list(place, [("00.jpg", "A", "Coat")])
    assert (daily()[1]["new"], num_tags(store)) == (0, 1)


def test_another_file_under_a_known_name_is_new(store, place, photos, daily):
    put(place, photos[:1])
    daily()
    put(place, photos[1:2])
    content = daily()[1]
    assert (content["new"], content["already_known"], num_tags(store)) == (1, 0, 2)
    put(place, photos[:1])
    assert daily()[1]["new"] == 0


def test_a_zip_is_looked_into_and_one_with_more_gives_only_what_is_more(store, place, photos, daily):
    def zipped(name, num):
        with zipfile.ZipFile(place / name, "w") as archive:
            for number in range(num):
                archive.writestr(f"in/{number}.jpg", photos[number])

    zipped("a.zip", 2)
    assert daily()[1]["new"] == 2
    assert (daily()[1]["new"], daily()[1]["already_known"]) == (0, 1)
    zipped("b.zip", 3)
    content = daily()[1]
    assert (content["new"], content["already_known"]) == (1, 3)
    assert [row["file"] for row in rows_of(content["batches"][0]["list"])] == ["b.zip/in/2.jpg"]
    assert doctor.breaches(store) == []


def test_a_broken_zip_is_listed_once_and_the_whole_one_is_new(store, place, photos, daily):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("1.jpg", photos[0])
    (place / "a.zip").write_bytes(whole.getvalue()[:-30])
    assert (daily()[1]["unreadable"], daily()[1]["new"]) == (1, 0)
    (place / "a.zip").write_bytes(whole.getvalue())
    content = daily()[1]
    assert (content["new"], content["unreadable"], num_tags(store)) == (1, 0, 1)


def test_more_than_fits_into_one_batch_comes_in_several(store, place, photos, daily, monkeypatch):
    monkeypatch.setenv("GARMENTS_MAX_DROP_PHOTOS", "2")
    with zipfile.ZipFile(place / "a.zip", "w") as archive:
        for number in range(5):
            archive.writestr(f"{number}.jpg", photos[number])
    content = daily()[1]
    assert (content["new"], [batch["photos"] for batch in content["batches"]]) == (5, [2, 2, 1])
    assert len(written(place)) == 3
    assert (daily()[1]["new"], daily()[1]["already_known"]) == (0, 1)


def test_more_megabytes_than_fit_into_one_batch_come_in_several(store, place, photos, daily, monkeypatch):
    monkeypatch.setattr(folder_arrivals.sources, "BYTES_PER_MB", 20)
    monkeypatch.setenv("GARMENTS_MAX_DROP_MB", str(len(photos[0]) // 20))
    monkeypatch.setenv("GARMENTS_MAX_PHOTO_MB", "100000")
    put(place, photos[:3])
    assert len(daily()[1]["batches"]) > 1


# ---- still being written ----------------------------------------------------------------------------------------


def test_a_file_that_grows_while_it_is_looked_at_waits_for_the_next_run(store, place, photos, daily, clock):
    put(place, photos[:2])

    def grow():
        with (place / "01.jpg").open("ab") as file:
            file.write(b"more")

    slept = clock(grow)
    code, content, err = daily(settle=30)
    assert (code, content["new"], content["waiting"]) == (0, 1, 1)
    assert err == "01.jpg: It is still being written.\n"
    assert len(slept) == 1 and 25 < slept[0] <= 30
    content = daily()[1]
    assert (content["new"], content["waiting"]) == (1, 0)


def test_a_file_that_comes_while_others_are_waited_for_waits_too(store, place, photos, daily, clock):
    put(place, photos[:1])
    clock(lambda: put(place, photos[1:2], first=1))
    content = daily(settle=30)[1]
    assert (content["new"], content["waiting"]) == (1, 1)


def test_files_that_are_old_enough_are_not_waited_for(store, place, photos, daily, clock):
    put(place, photos[:1])
    slept = clock(later=10.1)
    assert (daily(settle=10)[1]["new"], slept) == (1, [0.0])


def test_a_file_of_the_future_is_taken_once_it_stayed_the_same_for_the_whole_time(store, place, photos, daily, clock):
    put(place, photos[:1])
    os.utime(place / "00.jpg", (4e9, 4e9))
    slept = clock()
    assert (daily(settle=7)[1]["new"], slept) == (1, [7.0])


@pytest.mark.parametrize("name", ["a.jpg.part", "a.crdownload", "a.zip.filepart", "a.TMP"])
def test_what_a_copying_program_has_not_finished_waits(store, place, photos, daily, name):
    (place / name).write_bytes(photos[0])
    content = daily()[1]
    assert (content["new"], content["waiting"]) == (0, 1)
    (place / name).rename(place / "whole.jpg")
    assert daily()[1]["new"] == 1


def test_what_cannot_be_opened_waits_and_is_named(store, place, photos, daily):
    (place / "gone.jpg").symlink_to(place / "nowhere.jpg")
    if hasattr(os, "mkfifo"):
        os.mkfifo(place / "pipe.jpg")
    code, content, err = daily()
    assert (code, content["new"], content["waiting"]) == (0, 0, len(list(place.iterdir())))
    assert "gone.jpg: It cannot be read" in err


def test_a_file_that_is_exchanged_between_two_looks_waits(store, place, photos, daily, monkeypatch):
    put(place, photos[:1])
    monkeypatch.setattr(folder_arrivals, "_digest", lambda path: "0" * 64)
    assert (daily()[1]["new"], daily()[1]["waiting"]) == (0, 1)


# ---- lists with SKU and title -----------------------------------------------------------------------------------


def skus(store):
    return {photo.name: photo.sku for batch in batches.list_batches(store) for photo in batches.photos_of(store, batch)}


def test_a_list_gives_skus_to_the_photos_of_its_own_folder(store, place, photos, daily):
    for number, folder in enumerate(("men", "women")):
        (place / folder).mkdir()
        put(place / folder, photos[number : number + 1])
        put_list(place / folder, [("00.jpg", folder.upper(), "Coat")])
    assert daily()[1]["new"] == 2
    assert skus(store) == {"men/00.jpg": "MEN", "women/00.jpg": "WOMEN"}


def test_photos_that_a_name_in_a_list_could_mean_wait_and_get_no_sku_of_each_other(store, place, photos, daily):
    for number, folder in enumerate(("men", "women")):
        (place / folder).mkdir()
        put(place / folder, photos[number : number + 1])
    put_list(place, [("00.jpg", "A", "Coat")])
    code, content, err = daily()
    assert (code, content["new"], content["waiting"]) == (0, 0, 2)
    assert "men/00.jpg: list.csv names '00.jpg', which 2 files can mean." in err
    put_list(place, [("men/00.jpg", "A", "Coat"), ("women/00.jpg", "B", "Coat")])
    assert daily()[1]["new"] == 2
    assert skus(store) == {"men/00.jpg": "A", "women/00.jpg": "B"}


def test_lists_that_contradict_each_other_are_named_and_the_photo_waits(store, place, photos, daily):
    put(place, photos[:2])
    put_list(place, [("00.jpg", "A", "Coat"), ("01.jpg", "C", "Coat")])
    put_list(place, [("00.jpg", "B", "Coat"), ("01.jpg", "C", "Coat")], "other.csv")
    _, content, err = daily()
    assert (content["new"], content["waiting"]) == (1, 1)
    assert err == "00.jpg: Lists give it different SKUs or titles.\n"


def test_photos_wait_for_a_list_that_is_still_being_written(store, place, photos, daily, clock):
    put(place, photos[:1])
    put_list(place, [("00.jpg", "A", "Coat")])

    def grow():
        with (place / "list.csv").open("a") as file:
            file.write("01.jpg,B,Hat\n")

    clock(grow)
    content = daily(settle=30)[1]
    assert (content["new"], content["waiting"]) == (0, 2)
    assert daily()[1]["new"] == 1
    assert skus(store) == {"00.jpg": "A"}


def test_a_list_that_cannot_be_read_is_wrong_input_and_nothing_is_taken(store, place, photos, daily):
    put(place, photos[:1])
    (place / "list.csv").write_text("name,number\n00.jpg,1\n")
    code, content, err = daily()
    assert (code, content["new"]) == (2, 0)
    assert content["error"].startswith("list.csv: The first line of the list must name the columns image_name")
    assert content["error"] in err
    assert batches.list_batches(store) == []


WORKBOOK = workbook_files.as_bytes([["Image", "Article no.", "Product name"], ["00.jpg", "A", "Coat"]])


@pytest.mark.parametrize(("name", "content"), [
    ("list.xlsx", WORKBOOK), ("list.tsv", b"Image\tSKU\n00.jpg\tA\n"),
    ("list.csv", b"sep=;\nFile name;Style\n00.jpg;A\n"),
])  # fmt: skip
@pytest.mark.parametrize("is_zipped", [False, True])
def test_lists_of_usual_headings_and_workbooks_are_lists_in_folders_and_in_zips(
    store, place, photos, daily, name, content, is_zipped
):
    if is_zipped:
        with zipfile.ZipFile(place / "new.zip", "w") as file:
            file.writestr(name, content)
            file.writestr("00.jpg", photos[0])
    else:
        put(place, photos[:1])
        (place / name).write_bytes(content)
    assert daily()[1]["new"] == 1
    assert list(skus(store).values()) == ["A"]
    (batch,) = batches.list_batches(store)
    assert batch.num_photos == 1, "a list is no photo"
    assert daily()[1]["new"] == 0


def test_a_list_in_a_zip_that_cannot_be_read_is_named_and_nothing_is_taken(store, place, photos, daily):
    with zipfile.ZipFile(place / "new.zip", "w") as file:
        file.writestr("in/list.csv", "Bild,Nummer\n00.jpg,A\n")
        file.writestr("in/00.jpg", photos[0])
    code, content, _ = daily()
    assert (code, content["new"]) == (2, 0)
    assert content["error"].startswith("new.zip/in/list.csv: The first line") and "Bild, Nummer" in content["error"]


def test_columns_that_people_said_on_the_page_hold_for_the_scheduler_too(store, place, photos, daily):
    put(place, photos[:1])
    (place / "list.csv").write_text("Bild,Nummer\n00.jpg,A\n")
    assert daily()[0] == 2
    list_columns.save(store, ("Bild", "Nummer"), Columns(photo="Bild", sku="Nummer"), who="Ada")
    assert daily()[1]["new"] == 1
    assert skus(store) == {"00.jpg": "A"}


def test_with_only_listed_photos_wait_until_a_list_names_them(store, place, photos, daily):
    put(place, photos[:2])
    code, content, err = daily("--only-listed")
    assert (code, content["new"], content["waiting"]) == (0, 0, 2)
    assert "00.jpg: No list names it." in err
    put_list(place, [("00.jpg", "A", "Coat")])
    content = daily("--only-listed")[1]
    assert (content["new"], content["waiting"]) == (1, 1)
    assert skus(store) == {"00.jpg": "A"}


def test_with_only_listed_a_zip_is_done_when_all_of_it_is(store, place, photos, daily):
    with zipfile.ZipFile(place / "a.zip", "w") as archive:
        for number in range(2):
            archive.writestr(f"{number}.jpg", photos[number])
    put_list(place, [("0.jpg", "A", "Coat")])
    assert daily("--only-listed")[1]["new"] == 1
    put_list(place, [("0.jpg", "A", "Coat"), ("1.jpg", "B", "Hat")])
    assert daily("--only-listed")[1]["new"] == 1
    assert skus(store) == {"a.zip/0.jpg": "A", "a.zip/1.jpg": "B"}


# ---- what may leave ---------------------------------------------------------------------------------------------


def listed_delivery(place, photos, num=12):
    put(place, photos[:num])
    put_list(place, [(f"{number:02}.jpg", f"S{number}", f"Title {number}") for number in range(num)])


def test_above_an_unconfirmed_line_nothing_is_ready_and_nothing_leaves(store, place, photos, daily, monkeypatch):
    monkeypatch.setattr(folder_run.standing_line, "each", lambda line, num_classes: (0.0,) * num_classes)
    listed_delivery(place, photos)
    code, content, _ = daily("--layout", "generic")
    assert (code, content["line_confirmed_by"], content["ready"], content["left"]) == (0, None, 0, 0)
    assert content["batches"][0]["shop_file"] is None
    table = products.table(store, batches.find(store, 1))
    assert (table["pile"] == piles.READY).any(), "the suggested line would have let some leave"
    rows = rows_of(content["batches"][0]["list"])
    assert {row["line"] for row in rows} == {"none"}
    assert piles.READY not in {row["pile"] for row in rows}
    assert len(written(place)) == 1


def test_above_a_confirmed_line_the_ready_ones_leave_and_the_others_stay(store, place, photos, daily):
    confirm(store, 0.8)
    listed_delivery(place, photos, 30)
    code, content, _ = daily("--layout", "generic")
    table = products.table(store, batches.find(store, 1))
    ready = table[table["pile"] == piles.READY]
    assert 0 < len(ready) < 30
    assert (code, content["line_confirmed_by"]) == (0, "Grace")
    assert (content["ready"], content["left"]) == (len(ready), len(ready))
    assert [row["sku"] for row in rows_of(content["batches"][0]["shop_file"])] == ready["sku"].tolist()
    rows = rows_of(content["batches"][0]["list"])
    assert [row["pile"] for row in rows] == table["pile"].tolist()
    assert {row["line"] for row in rows} == {"0.800000"}
    assert daily("--layout", "generic")[1]["batches"] == []


def test_what_people_decide_later_leaves_with_the_next_run_and_only_once(store, place, photos, daily):
    listed_delivery(place, photos, 4)
    put(place, photos[4:5], first=4)
    daily("--layout", "generic")
    batch = batches.find(store, 1)
    changed = runs.find(store, "live").class_names[0]
    batch_world.decide(store, batch, [1, 4], tag_decisions.CHANGED, changed)
    batch_world.decide(store, batch, [2], tag_decisions.REJECTED)
    code, content, _ = daily("--layout", "generic")
    [finished] = content["batches"]
    assert (code, finished["list"], finished["left"], finished["left_without_sku"]) == (0, None, 1, 1)
    assert [row["sku"] for row in rows_of(finished["shop_file"])] == ["S1"]
    batch_world.decide(store, batch, [3], tag_decisions.CHANGED, changed)
    Path(finished["shop_file"]).rename(place.parent / "taken.csv")
    second = daily("--layout", "generic")[1]["batches"][0]["shop_file"]
    assert [row["sku"] for row in rows_of(second)] == ["S3"]
    assert second != finished["shop_file"]
    assert daily("--layout", "generic")[1]["batches"] == []


def test_a_product_that_left_does_not_leave_again_with_another_of_its_photos(store, place, photos, daily):
    put(place, photos[:2])
    put_list(place, [("00.jpg", "A", "Coat"), ("01.jpg", "A", "Coat")])
    daily("--layout", "generic")
    for position in (1, 0):
        batch_world.decide(store, batches.find(store, 1), [position], tag_decisions.CHANGED, "Coat")
        left = daily("--layout", "generic")[1]["left"]
        assert left == (1 if position == 1 else 0)


def test_batches_on_which_nobody_decided_since_are_not_read_again(store, place, photos, daily, monkeypatch):
    confirm(store, 0.0)
    listed_delivery(place, photos, 4)
    assert daily("--layout", "generic")[1]["left"] > 0
    with monkeypatch.context() as patch:
        patch.setattr(products, "table", None)
        assert daily("--layout", "generic")[1]["batches"] == []
    assert daily("--layout", "shopify", "--shop-products", shop_file(place))[1]["left"] > 0


def shop_file(place):
    path = place.parent / "products.csv"
    path.write_text("Handle,Title,Tags,Variant SKU\ncoat,My coat,old,S0\n")
    return path


def test_of_a_delivery_that_is_held_back_nothing_leaves_until_a_person_lets_it_go(store, place, photos, daily):
    confirm(store, 0.0, mix=[1, *[0] * (len(runs.find(store, "live").class_names) - 1)])
    listed_delivery(place, photos, 30)
    code, content, err = daily("--layout", "generic")
    [finished] = content["batches"]
    assert (code, finished["ready"], finished["left"], finished["shop_file"]) == (folders.HELD_BACK, 0, 0, None)
    assert "spread over the categories in another way" in finished["held_back"]
    assert err.startswith("Batch 1 is held back. ")
    assert piles.READY not in {row["pile"] for row in rows_of(finished["list"])}
    assert daily("--layout", "generic")[0] == 0, "told once"
    category = runs.find(store, "live").class_names[0]
    batch_world.decide(store, batches.find(store, 1), [0], tag_decisions.CHANGED, category)
    code, content, _ = daily("--layout", "generic")
    assert (code, content["left"]) == (0, 1), "what a person decided leaves from it"
    releases.release(store, 1, reason="A sale of one category", num_checked=20, num_right=20, who="Grace")
    code, content, _ = daily("--layout", "generic")
    assert (code, content["batches"][0]["held_back"]) == (0, None)
    assert content["left"] > 0


def test_the_file_for_shopify_needs_what_is_in_the_shop(store, place, photos, daily, tmp_path):
    confirm(store, 0.0)
    listed_delivery(place, photos, 3)
    code, content, _ = daily("--layout", "shopify")
    assert (code, content["new"]) == (2, 0)
    assert "those that are in the shop already would lose their tags" in content["error"]
    content = daily("--layout", "shopify", "--shop-products", shop_file(place))[1]
    rows = rows_of(content["batches"][0]["shop_file"])
    by_handle = {row["Handle"]: row for row in rows}
    if "coat" in by_handle:
        assert by_handle["coat"]["Tags"].startswith("old, ")
    assert content["left"] == len(rows) > 0
    for broken in (tmp_path / "gone.csv", place):
        assert daily("--layout", "shopify", "--shop-products", broken)[0] == 2


# ---- who comes at the wrong moment ------------------------------------------------------------------------------


def test_of_two_at_once_the_second_ends_at_once(store, place, photos, daily, monkeypatch):
    put(place, photos[:1])
    inner = []
    take = folder_run._take

    def meanwhile(*about):
        monkeypatch.setattr(folder_run, "_take", take)
        inner.append(daily())
        take(*about)

    monkeypatch.setattr(folder_run, "_take", meanwhile)
    code, content, _ = daily()
    assert (code, content["new"]) == (0, 1)
    code, content, err = inner[0]
    assert (code, content["new"], content["batches"]) == (folders.BUSY, 0, [])
    assert content["error"].startswith("Another run takes what is new from") and content["error"] in err


def test_runs_of_two_folders_do_not_hinder_each_other(store, place, photos, daily, tmp_path):
    (tmp_path / "second").mkdir()
    put(place, photos[:1])
    with folder_run._held(store, tmp_path / "second"):
        assert daily()[0] == 0


def test_without_a_live_version_nothing_is_taken(place, monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("GARMENTS_HOME", str(tmp_path / "empty"))
    (place / "00.jpg").write_bytes(b"x")
    monkeypatch.setattr(sys, "argv", ["core", "tag", "--from", str(place), "--to", str(place.parent / "done")])
    assert command_line.main() == folders.NONE_LIVE
    content = json.loads(capsys.readouterr().out)
    assert (content["exit_code"], content["new"]) == (5, 0)
    assert content["error"] == "No version is live, so nothing is taken. First: python -m core train"


def test_a_batch_whose_tagging_failed_is_tried_again_and_new_files_are_taken_meanwhile(
    store, place, photos, daily, monkeypatch
):
    put(place, photos[:1])

    def fail(*about):
        raise errors.ArtefactCorrupt("The network is gone.")

    with monkeypatch.context() as patch:
        patch.setattr(batch_work, "tag_batch", fail)
        code, content, _ = daily()
        assert (code, content["new"], content["batches"]) == (1, 1, [])
        assert content["error"].startswith("Batch 1 is not tagged. The network is gone.")
        put(place, photos[1:2], first=1)
        assert (daily()[0], len(batches.list_batches(store))) == (1, 2)
    code, content, _ = daily()
    assert (code, [batch["batch"] for batch in content["batches"]]) == (0, [1, 2])


def test_a_tagging_that_a_person_stopped_stays_stopped_until_a_person_takes_it_back(
    store, place, photos, daily, monkeypatch
):
    put(place, photos[:1])

    class Nobody:
        def launch(self, store, job_id):
            records.request_cancel(store, job_id, who="Ada")

    with monkeypatch.context() as patch:
        patch.setitem(launchers.LAUNCHERS, "process", Nobody())
        code, content, _ = daily()
    assert (code, content["new"], content["stopped"], content["batches"]) == (0, 1, 1, [])
    assert (daily()[1]["stopped"], num_tags(store)) == (1, 0)
    batch_work.go_on(store, batches.find(store, 1), who="Ada")
    content = daily()[1]
    assert (content["stopped"], len(content["batches"]), num_tags(store)) == (0, 1, 1)


# ---- room and rights --------------------------------------------------------------------------------------------


class FullDisk:
    """A file of which nothing gets onto the disk."""

    def __init__(self, *about, **more):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_taken(store, place, photos, daily, monkeypatch):
    put(place, photos[:1])
    monkeypatch.setattr(folder_run.tempfile, "TemporaryFile", FullDisk)
    code, content, _ = daily()
    assert (code, content["new"]) == (folders.NO_ROOM, 0)
    assert "done cannot be written (No space left on device)" in content["error"]
    assert batches.list_batches(store) == []


def test_where_a_list_finds_no_room_nothing_half_written_is_there_and_the_next_run_writes_it(
    store, place, photos, daily, monkeypatch
):
    put(place, photos[:2])

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(folder_lists, "os", types.SimpleNamespace(fsync=full))
        code, content, _ = daily()
    assert (code, content["new"], content["batches"]) == (folders.NO_ROOM, 2, [])
    assert written(place) == []
    code, content, _ = daily()
    assert (code, content["new"], len(content["batches"])) == (0, 0, 1)
    assert num_tags(store) == 2


def test_a_home_without_room_takes_nothing(store, place, photos, daily, monkeypatch):
    put(place, photos[:1])
    usage = shutil.disk_usage(place)
    monkeypatch.setattr(folder_run.shutil, "disk_usage", lambda home: usage._replace(free=1_000_000))
    code, content, _ = daily()
    assert (code, content["new"]) == (folders.NO_ROOM, 0)
    assert re.search(r"has 1 MB free, and 50 MB are needed", content["error"])
    assert batches.list_batches(store) == []


def test_a_disk_that_fills_up_while_photos_are_stored_is_told_as_such(store, place, photos, daily, monkeypatch):
    put(place, photos[:1])

    def full(self, *about, **more):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(batches, "flush_folder", full)
        code, content, _ = daily()
    assert (code, content["new"]) == (folders.NO_ROOM, 0)
    assert daily()[1]["new"] == 1


# ---- what makes no sense ----------------------------------------------------------------------------------------


def test_folders_that_would_feed_each_other_are_refused(store, place, photos, daily):
    put(place, photos[:1])
    (place / "lists").mkdir()
    for target in (place, place / "lists", place / "." / "lists"):
        code, content, _ = daily(to=target)
        assert (code, content["new"]) == (2, 0)
        assert "would be taken for new photos" in content["error"]
    assert daily(to=place.parent)[0] == 0, "lists beside the folder are never looked at"


def test_a_home_inside_the_folder_is_refused(store, place, daily, monkeypatch):
    monkeypatch.setenv("GARMENTS_HOME", str(place / "home"))
    code, content, _ = daily()
    assert (code, content["error"].startswith("GARMENTS_HOME (")) == (2, True)


def test_a_folder_that_is_not_there_is_named(store, place, daily):
    code, content, _ = daily(to=place.parent / "gone")
    assert (code, "gone'. Check --to, or make it." in content["error"]) == (2, True)
    shutil.rmtree(place)
    code, content, _ = daily()
    assert (code, "in'. Check --from, or make it." in content["error"]) == (2, True)


def test_options_that_do_not_go_together_are_refused_with_the_same_summary(store, place, photos, daily, tmp_path):
    put(place, photos[:1])
    for arguments, message in [
        (["--csv", tmp_path / "a.csv"], "Say --from or --csv, not both."),
        (["--line", "0.5"], "Say --from or --line, not both."),
        ([place], "Say --from or photos, not both."),
        (["--layout", "magento"], "--layout is one of shopify, generic, got 'magento'."),
        (["--shop-products", tmp_path], "--layout shopify and --shop-products go together"),
        (["--version", "9"], "No run '9'."),
        (["--version", "1", "--catalogue", "sample"], "Say --version or --catalogue, not both."),
    ]:
        code, content, _ = daily(*arguments)
        assert (code, content["error"][: len(message)]) == (2, message)
    assert daily(settle=-1)[0] == 2
    assert batches.list_batches(store) == []


def test_one_folder_without_the_other_is_refused(monkeypatch, capsys, place):
    for arguments in (["--from", str(place)], ["--to", str(place)], ["--only-listed"], ["--layout", "generic"]):
        monkeypatch.setattr(sys, "argv", ["core", "tag", *arguments])
        assert command_line.main() == 2
        assert json.loads(capsys.readouterr().out)["error"].startswith("Say both --from")
    monkeypatch.setattr(sys, "argv", ["core", "tag"])
    assert command_line.main() == 2
    assert "Name photos, folders or ZIPs" in capsys.readouterr().err


# ---- what is promised to programs -------------------------------------------------------------------------------

PAGE = (PROJECT_ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")


def documented(title):
    """The first cells of the table below that title."""
    part = PAGE.split(f"### {title}\n", 1)[1].split("\n#", 1)[0]
    return [line.strip("|").split("|")[0].strip().strip("`") for line in part.splitlines() if line[:1] == "|"][2:]


def test_the_keys_that_are_documented_are_those_that_are_written(store, place, photos, daily):
    put(place, photos[:1])
    content = daily()[1]
    assert documented("Keys of the summary") == list(content)
    assert documented("Keys of a batch") == list(content["batches"][0])
    assert list(daily(to=place)[1]) == list(content), "the same keys where nothing could be done"


def test_the_exit_codes_that_are_documented_are_those_that_there_are():
    codes = [folders.DONE, folders.FAILED, folders.WRONG_INPUT, folders.HELD_BACK, folders.BUSY, folders.NONE_LIVE]
    assert documented("Exit codes") == [str(code) for code in [*codes, folders.NO_ROOM]]


def test_doctor_names_a_content_that_was_taken_twice(store, place, photos, daily):
    put(place, photos[:1])
    daily()
    [sha256] = folder_files.known(store)
    taken = folder_files.Taken(name="x", sku="", sha256=sha256)
    run = runs.find(store, "live")
    batches.create(store, run, batch_world.new_photos(1), [0.9] * len(run.class_names), who="Ada", request_id="again",
                   on_stored=folder_files.recorder(place, [taken]))  # fmt: skip
    assert [breach for breach in doctor.breaches(store) if breach.startswith("I15")] == [
        f"I15: the content {sha256[:12]} of a folder, SKU '', was taken 2 times."
    ]
