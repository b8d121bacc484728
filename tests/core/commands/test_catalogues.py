"""Own photos on the command line, from a folder to the first tags."""

import json
import shutil
import sys

import pytest

from core import __main__ as command_line
from core import settings
from core.catalogue import kept
from core.commands import tagging
from core.store import open_store
from core.store.base import audit
from tests.support import own_photos, worlds


@pytest.fixture
def run_command(own_settings, monkeypatch, capsys):
    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["core", *map(str, arguments)])
        code = command_line.main()
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture
def shop(tmp_path):
    return own_photos.shop(tmp_path / "shop", num_each=25)


def as_json(run_command, *arguments):
    code, out, _ = run_command(*arguments, "--json")
    return code, json.loads(out)


def test_from_a_folder_to_a_catalogue_in_use_checked_updated_and_removed(run_command, shop, tmp_path):
    code, out, err = run_command("catalogue", "add", shop, "--name", "summer", "--yes")
    assert code == 0, err
    assert "A folder for each category." in out
    assert "summer: 75 photos of 3 categories, 75 new." in out
    code, found = as_json(run_command, "catalogue", "list")
    assert [(line["name"], line["in_use"]) for line in found["catalogues"]] == [
        ("fashion-mnist", True), ("sample", False), ("summer", False),
    ]  # fmt: skip
    assert found["catalogues"][2]["categories"] == list(own_photos.CATEGORIES)
    assert run_command("catalogue", "use", "summer")[0] == 0
    assert [line["in_use"] for line in as_json(run_command, "catalogue", "list")[1]["catalogues"]] == [
        False,
        False,
        True,
    ]
    (shop / "bag" / "new.jpg").write_bytes(own_photos.photo("bag", 77))
    (shop / "sock" / "000.jpg").unlink()
    code, found = as_json(run_command, "catalogue", "update", "summer")
    assert (found["photos"], found["new"], found["gone"], found["unusable"]) == (75, 1, 1, 0)
    (shop / "bag" / "new.jpg").write_bytes(b"no photo")
    assert as_json(run_command, "catalogue", "update", "summer")[1]["unusable"] == 1
    code, out, _ = run_command("catalogue", "check", "summer", "--csv", tmp_path / "checks.csv")
    assert code == 0 and "! 1 of 75 photos and lines cannot be used." in out
    lines = (tmp_path / "checks.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "check,photo,category,what" and lines[1].startswith("usable,bag/new.jpg,bag,")
    code, _, err = run_command("catalogue", "remove", "summer")
    assert code == 1 and "'summer' is in use" in err
    assert run_command("catalogue", "use", "--none")[0] == run_command("catalogue", "remove", "summer")[0] == 0
    store = open_store(settings.load())
    assert kept.names(store.home) == []
    assert [entry.action for entry in audit.entries(store)][:3] == [
        "remove-catalogue",
        "use-catalogue",
        "add-catalogue",
    ]
    store.engine.dispose()


def test_the_example_photos_are_brought_in_by_one_word_and_alone(run_command, shop):
    for more in ([shop], ["--name", "x"], ["--fetch"]):
        code, out, err = run_command("catalogue", "add", "--sample", *more)
        assert code == 1 and "--sample brings in the example photos as they are: say it alone." in out + err
    code, out, err = run_command("catalogue", "add", shop)
    assert code == 1 and "Name the folder with the photos, and the catalogue with --name; or say --sample." in out + err
    code, found = as_json(run_command, "catalogue", "add", "--sample")
    assert (code, found["catalogue"], found["photos"], found["unusable"]) == (0, "example-photos", 100, 0)
    assert set(found["categories"].values()) == {10} and len(found["categories"]) == 10
    code, out, _ = run_command("catalogue", "add", "--sample")
    assert code == 0 and "example-photos: 100 photos of 10 categories, 0 new. 20 are kept back to judge." in out
    assert run_command("catalogue", "remove", "example-photos")[0] == 0


def test_nothing_is_brought_in_where_a_person_says_no(run_command, shop, monkeypatch):
    monkeypatch.setattr("typer.confirm", lambda text, abort: (_ for _ in ()).throw(command_line.typer.Abort()))
    assert run_command("catalogue", "add", shop, "--name", "summer")[0] == 130
    assert as_json(run_command, "catalogue", "list")[1]["catalogues"][2:] == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--name", "sample", "--yes"], "'sample' comes with the program"),
        (["--name", "My Shop", "--yes"], "small letters, digits and hyphens, got 'My Shop'"),
        (["--name", "x", "--yes", "--rename", "bag"], "--rename takes two names with = between them, got 'bag'"),
        (
            ["--name", "x", "--yes", "--leave-out", "bags"],
            "No photo has the category 'bags'. There are bag, dress, sock",
        ),
        (["--name", "x", "--json"], "With --json nobody is asked: say --yes as well"),
    ],
)
def test_what_is_wrong_is_one_sentence(run_command, shop, arguments, message):
    code, out, err = run_command("catalogue", "add", shop, *arguments)
    assert code in (1, 2)
    assert message in out + err


def test_a_version_of_own_photos_tags_and_is_found_by_its_catalogue(own_photos_store, run_command, tmp_path):
    folder = tmp_path / "new"
    folder.mkdir()
    for number in range(100, 104):
        (folder / f"{number}.jpg").write_bytes(own_photos.photo("sock", number))
    code, _, err = run_command("tag", folder, "--csv", tmp_path / "tags.csv")
    assert code == 0, err
    lines = (tmp_path / "tags.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 5 and lines[0].startswith("file,tag,product_type,category,confidence,pile")
    code, found = as_json(run_command, "train", "--catalogue", "shop")
    assert (code, found["catalogue"]) == (0, "shop")
    assert found["notice"] == "This training was done before: it is version 1."
    out = run_command("show", "1")[1]
    assert "photos of those garments are tagged correctly one by one." in out
    assert "Learned from few garments, so every figure of them is weak: bag (" in out
    code, out, err = run_command("train", "--catalogue", "shop", "--recipe", "one-conv")
    assert code in (1, 2) and "No recipe 'one-conv' for photos" in err + out


def test_the_catalogue_says_which_version_tags(store, own_photos_home, run_command, tmp_path):
    worlds.publish(store)
    for name in ("catalogues", "photos", "features", "backbones"):
        shutil.copytree(own_photos_home / name, store.home / name)
    folder = tmp_path / "new"
    folder.mkdir()
    (folder / "1.jpg").write_bytes(own_photos.photo("sock", 100))
    kept.use(store.home, "shop")

    assert tagging.version_of(store, "") == "live", "nothing learned what is in use"
    code, out, err = run_command("tag", folder, "--catalogue", "shop")
    assert code == 2 and "No version learned 'shop'. First: python -m core train --catalogue shop" in out + err
    assert as_json(run_command, "train")[1]["version"] == 2
    assert as_json(run_command, "tag", folder)[1]["version"] == 2, "version 1 is live, but shop is in use"
    assert as_json(run_command, "tag", folder, "--catalogue", "shop")[1]["version"] == 2
    kept.use(store.home, None)
    assert tagging.version_of(store, "") == "live"
    code, out, err = run_command("tag", folder, "--catalogue", "shop", "--version", "1")
    assert code == 2 and "not both" in out + err
