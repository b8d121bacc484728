"""The command `tag`: photos in, a list out that a killed command goes on with."""

import csv
import json
import math
import shutil
import sys

import pytest

from core import __main__ as command_line
from core import settings
from core.commands import tagging
from core.retail import naming, spreadsheet
from core.store.batches import automation_lines
from core.store.runs import runs
from core.store.team import names
from core.tagging import tag_csv, tagger
from tests.support import batch_world, product_photos

HOSTILE = product_photos.hostile()


@pytest.fixture
def run_tag(monkeypatch, capsys):
    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["core", "tag", *map(str, arguments)])
        code = command_line.main()
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_command_lists_bad_files_and_goes_on(run_tag, photo_folder, tmp_path):
    for name, content in HOSTILE.items():
        (photo_folder / f"bad {name}.png".replace(" x ", "x")).write_bytes(content)
    code, out, err = run_tag(photo_folder, "--csv", tmp_path / "tags.csv", "--line", "0.5")
    assert code == 0
    rows = rows_of(tmp_path / "tags.csv")
    assert len(rows) == 12 + len(HOSTILE)
    refused = [row for row in rows if row["pile"] == "unreadable"]
    assert len(refused) == len(HOSTILE)
    assert all(row["findings"] and not row["tag"] and not row["confidence"] for row in refused)
    assert f"{len(HOSTILE)} unreadable" in out
    assert f"{len(HOSTILE) - 20} more unreadable files are named in" in out
    assert "Traceback" not in out + err


@pytest.mark.parametrize("is_first", [True, False])
def test_that_it_learns_how_garments_hang_is_told_on_stderr_and_only_then(run_tag, photo_folder, monkeypatch, is_first):
    load = tagger.load

    def loaded(*arguments, on_learning, **more):
        if is_first:
            on_learning()
        return load(*arguments, **more)

    monkeypatch.setattr(tagger, "load", loaded)
    code, out, err = run_tag(photo_folder / sorted(photo_folder.iterdir())[0].name, "--json")
    assert (code, len(json.loads(out)["photos"])) == (0, 1)
    assert err.splitlines().count(tagging.LEARNING) == is_first


def test_started_again_the_command_goes_on_and_tags_nothing_twice(run_tag, photo_folder, tmp_path, monkeypatch):
    monkeypatch.setattr(tagger, "BATCH_SIZE", 4)
    path = tmp_path / "tags.csv"
    added = []
    append = tag_csv.append

    def die_at_the_second(path, batch, *about):
        if added:
            with path.open("ab") as file:
                file.write(b"half a ro")  # killed in the middle of writing
            raise KeyboardInterrupt
        added.append(len(batch))
        append(path, batch, *about)

    monkeypatch.setattr(tag_csv, "append", die_at_the_second)
    assert run_tag(photo_folder, "--csv", path, "--json")[0] == 130
    assert path.read_text().endswith("half a ro")
    monkeypatch.setattr(tag_csv, "append", append)
    code, out, _ = run_tag(photo_folder, "--csv", path, "--json")
    assert (code, sum(json.loads(out)["piles"].values())) == (0, 8)
    names = [row["file"] for row in rows_of(path)]
    assert (len(names), len(set(names))) == (12, 12)
    before = path.read_bytes()
    assert sum(json.loads(run_tag(photo_folder, "--csv", path, "--json")[1])["piles"].values()) == 0
    assert path.read_bytes() == before


def test_a_list_of_something_else_is_not_gone_on_with(run_tag, photo_folder, tmp_path):
    path = tmp_path / "tags.csv"
    assert run_tag(photo_folder, "--csv", path, "--line", "0.5", "--json")[0] == 0
    before = path.read_bytes()
    code, out, _ = run_tag(photo_folder, "--csv", path, "--line", "0.6", "--json")
    assert code == 2
    assert "it is of version 1 with line 0.500000, not 1 with 0.600000" in json.loads(out)["error"]
    assert path.read_bytes() == before
    path.write_text("a,b\n1,2\n")
    code, out, _ = run_tag(photo_folder, "--csv", path, "--json")
    assert (code, "its columns are not" in json.loads(out)["error"]) == (2, True)
    with tag_csv.held(path, settings.load().home / "locks"):
        code, out, _ = run_tag(photo_folder, "--csv", path, "--json")
    assert (code, "Another command is writing" in json.loads(out)["error"]) == (2, True)
    assert run_tag(photo_folder, "--csv", tmp_path / "no" / "tags.csv", "--json")[0] == 2


@pytest.mark.parametrize(
    "content", [b"\xff\xd8\xffa photo", b"a photo\nof ours\xff", b"my,own\n1,2", b"one line", b"a,b\n1,2\n", b"\0" * 99]
)
def test_a_file_that_is_no_list_stays_as_it_is(run_tag, photo_folder, tmp_path, content):
    path = tmp_path / "ours"
    path.write_bytes(content)
    code, out, _ = run_tag(photo_folder, "--csv", path, "--json")
    assert (code, "cannot be gone on with" in json.loads(out)["error"]) == (2, True)
    assert path.read_bytes() == content
    code, out, _ = run_tag(photo_folder, "--csv", "/dev/null", "--json")
    assert (code, "it is no ordinary file" in json.loads(out)["error"]) == (2, True)


def test_a_list_of_another_line_keeps_its_last_row_without_a_line_break(run_tag, photo_folder, tmp_path):
    path = tmp_path / "tags.csv"
    assert run_tag(photo_folder, "--csv", path, "--line", "0.5", "--json")[0] == 0
    edited = path.read_bytes().rstrip(b"\n")
    path.write_bytes(edited)
    assert run_tag(photo_folder, "--csv", path, "--line", "0.6", "--json")[0] == 2
    assert path.read_bytes() == edited
    assert sum(json.loads(run_tag(photo_folder, "--csv", path, "--line", "0.5", "--json")[1])["piles"].values()) == 1


@pytest.mark.parametrize("num_bytes", [0, 1, 2, 20, 70])
def test_killed_in_the_names_of_the_columns_the_list_is_gone_on_with(run_tag, photo_folder, tmp_path, num_bytes):
    path = tmp_path / "tags.csv"
    path.write_bytes(spreadsheet.as_csv(tag_csv.COLUMNS, [])[:num_bytes])
    assert run_tag(photo_folder, "--csv", path, "--json")[0] == 0
    assert len(rows_of(path)) == 12


def test_the_list_calls_tags_what_the_team_calls_them_and_keeps_the_models_category(
    own_trained_store, run_tag, photo_folder, tmp_path, monkeypatch
):
    monkeypatch.setenv("GARMENTS_HOME", str(own_trained_store.home))
    path = tmp_path / "tags.csv"
    assert run_tag(photo_folder, "--csv", path, "--line", "0", "--json")[0] == 0
    plain = rows_of(path)
    assert all(row["tag"] == row["product_type"] == row["category"] for row in plain)
    run = runs.find(own_trained_store, "live")
    tags = {row["category"] for row in plain} - {""}
    entries = [
        naming.Entry(class_name=name, name=f"Our {name}", product_type=f"=Type {name}", tag=f"new, {name}")
        for name in run.class_names
    ]
    names.save(own_trained_store, naming.checked(entries, run.class_names), who="Ada")
    code, out, _ = run_tag(photo_folder, "--csv", path, "--line", "0", "--json")
    assert code == 2
    assert "was called" in json.loads(out)["error"] and "not as today" in json.loads(out)["error"]
    other = tmp_path / "named.csv"
    for _ in range(2):
        assert run_tag(photo_folder, "--csv", other, "--line", "0", "--json")[0] == 0
    named = rows_of(other)
    assert [(row["file"], row["category"]) for row in named] == [(row["file"], row["category"]) for row in plain]
    for row in named:
        expected = (f"new, {row['category']}", f"'=Type {row['category']}") if row["category"] in tags else ("", "")
        assert (row["tag"], row["product_type"]) == expected
    assert tags


def test_the_command_explains_what_makes_no_sense(run_tag, tmp_path, trained_store):
    (tmp_path / "none").mkdir()
    for arguments, message in [
        ((tmp_path / "gone",), "There is no file or folder"),
        ((tmp_path / "none",), "There are no files in"),
        ((tmp_path / "none", "--line", "90"), "A line lies between 0 and 1, got 90.0"),
        ((tmp_path / "none", "--version", "9"), "No run '9'."),
    ]:
        code, out, _ = run_tag(*arguments, "--json")
        assert (code, json.loads(out)["error"].startswith(message)) == (2, True)


def test_the_confirmed_line_holds_and_is_named(own_trained_store, photo_folder, run_tag, monkeypatch, tmp_path):
    monkeypatch.setenv("GARMENTS_HOME", str(own_trained_store.home))
    run = runs.find(own_trained_store, "live")
    batch_world.confirm(own_trained_store, run, 0.25, who="Grace")
    content = json.loads(run_tag(photo_folder, "--json")[1])
    assert (content["line"], content["line_confirmed_by"]) == (0.25, "Grace")
    assert content["notice"].startswith("The line is the one that Grace confirmed on ")
    assert "The line is the one that Grace confirmed on" in run_tag(photo_folder)[1]
    assert json.loads(run_tag(photo_folder, "--line", "0.5", "--json")[1])["line_confirmed_by"] is None
    each = [0.25, math.nan, *[0.5] * (len(run.class_names) - 2)]
    mix = [2, *[1] * (len(run.class_names) - 1)]
    by_hand = [run.class_names[1]]
    automation_lines.confirm(own_trained_store, run.id, each, who="Grace", request_id="each", by_hand=by_hand, mix=mix)
    content = json.loads(run_tag(photo_folder, "--json")[1])
    assert content["line_by_hand"] == by_hand
    assert content["line_mix"] == dict(zip(run.class_names, mix, strict=True))
    assert content["notice"].endswith(f", by hand for {run.class_names[1]}.")
    assert list(content["line"].values())[:3] == [0.25, None, 0.5]
    for photo in content["photos"]:
        line = content["line"].get(photo["tag"])
        if photo["pile"] == "ready":
            assert photo["confidence"] >= line
    code, out, _ = run_tag(photo_folder, "--csv", tmp_path / "tags.csv")
    assert (code, "25.0 %" in out, "none" in out) == (0, True, True)
    assert rows_of(tmp_path / "tags.csv")[0]["line"].startswith("0.250000 none 0.500000")
    assert run_tag(photo_folder, "--csv", tmp_path / "tags.csv")[0] == 0


def test_without_a_list_the_tags_are_printed_and_no_name_is_cut(run_tag, photo_folder):
    (deep := photo_folder / ("long name " * 20)).mkdir()
    shutil.copy(photo_folder / "01.jpg", deep / "01.jpg")
    code, out, _ = run_tag(deep / "01.jpg")
    assert code == 0
    assert str(deep / "01.jpg") in out
    content = json.loads(run_tag(photo_folder / "01.jpg", "--json")[1])
    assert [photo["file"] for photo in content["photos"]] == [str(photo_folder / "01.jpg")]
    assert content["unlike_in_100_known"] == pytest.approx(2, abs=0.5)
