"""Photos that are brought in by a process of its own: followed, stopped, gone on with, and told in the log."""

import time

import pytest

from core import errors
from core.catalogue import kept
from core.catalogue.own.records import Choices
from core.jobs import bringing_in, followed
from core.store.base import audit
from tests.support import own_photos


def until_ended(store, name, seconds=90):
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        found = bringing_in.find(store, name)
        if not bringing_in.is_running(store, found):
            return found
        time.sleep(0.1)
    raise AssertionError("it did not end")


def test_a_process_of_its_own_brings_photos_in_and_says_what_it_did(store, tmp_path):
    folder = own_photos.shop(tmp_path / "photos")
    bringing_in.start(store, "shop", folder, Choices(renamed=(("sock", "Socks"),)), who="Ada")
    with pytest.raises(errors.CatalogueError, match="is being brought in already"):
        bringing_in.start(store, "shop", folder, Choices(), who="Ada")
    found = until_ended(store, "shop")
    assert (found.problem, found.result) == ("", "36 photos of 3 categories, 36 new.")
    assert kept.find(store.home, "shop").class_names == ("Socks", "bag", "dress")
    [entry] = [entry for entry in audit.entries(store) if entry.action == "add-catalogue"]
    assert (entry.who, entry.subject, entry.after) == (
        "Ada",
        "catalogue shop",
        {"photos": 36, "new": 36, "changed": 0, "gone": 0},
    )
    bringing_in.forget(store, "shop")
    assert bringing_in.all_coming(store) == []


def test_what_cannot_be_recognised_is_said_in_one_sentence_and_nothing_is_there(store, tmp_path):
    (tmp_path / "empty").mkdir()
    bringing_in._save(store, bringing_in.Coming(
        name="shop", place=str(tmp_path / "empty"), choices=Choices(), who="Ada", started_at=time.time(),
    ))  # fmt: skip
    bringing_in.work(store, "shop")
    [found] = bringing_in.all_coming(store)
    assert found.problem.startswith("There are no photos") and not bringing_in.is_running(store, found)
    assert kept.names(store.home) == []


def test_one_that_is_stopped_goes_on_where_it_was(store, tmp_path, monkeypatch):
    folder = own_photos.shop(tmp_path / "photos")
    asked = bringing_in.Coming(
        name="shop", place=str(folder), choices=Choices(columns=(), left_out=("sock",)), who="Ada", started_at=0.0
    )
    bringing_in._save(store, asked)
    assert bringing_in.find(store, "shop") == asked
    bringing_in.stop(store, "shop")
    bringing_in.work(store, "shop")
    found = bringing_in.find(store, "shop")
    assert found.problem.startswith("Somebody stopped it")
    monkeypatch.setattr(bringing_in.launchers, "run_detached", lambda store, arguments, log: None)
    bringing_in.start(store, "shop", folder, found.choices, who="Grace")
    bringing_in.work(store, "shop")
    assert bringing_in.find(store, "shop").result == "24 photos of 2 categories, 24 new. 12 could not be used."


def test_one_whose_process_died_is_not_running(store, tmp_path):
    coming = bringing_in.Coming(
        name="shop", place=str(tmp_path), choices=Choices(), who="Ada", started_at=time.time(), doing="reading photos"
    )
    assert not bringing_in.is_running(store, coming)
    just_started = bringing_in.Coming(
        name="shop", place=str(tmp_path), choices=Choices(), who="Ada", started_at=time.time()
    )
    assert bringing_in.is_running(store, just_started)
    never_came = bringing_in.Coming(
        name="shop", place=str(tmp_path), choices=Choices(), who="Ada",
        started_at=time.time() - followed.STARTING_SECONDS - 1,
    )  # fmt: skip
    assert not bringing_in.is_running(store, never_came)
