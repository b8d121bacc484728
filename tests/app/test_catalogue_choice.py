"""Which garments are on screen: a choice in the sidebar, in the address, and the same in every page and link."""

import dataclasses

import pytest

from core import jobs
from core.catalogue import kept
from core.store.live import promotions
from dashboard.session import address, site_map
from tests.app.test_pages import opened, texts
from tests.support import worlds

CHOICE = "control-shown-catalogue"


@pytest.fixture
def versions(store):
    """1 and 2: the program's garments; 3 and 4: summer."""
    program = worlds.catalogue(60)
    summer = dataclasses.replace(worlds.catalogue(70), name="summer")
    return [worlds.publish(store, found, seed=seed) for seed, found in enumerate((program, program, summer, summer), 1)]


def shown(at):
    """The number of the version that the foot of the page names."""
    return int(texts(at).rpartition("Version ")[2].split()[0].split("·")[0])


def test_one_catalogue_offers_no_choice(published_store):
    at = opened()
    assert CHOICE not in [box.key for box in at.selectbox]


def test_another_catalogue_shows_its_own_live_version_and_only_its_versions(versions):
    at = opened()
    assert at.selectbox(key=CHOICE).options == ["summer", "Sample of Fashion-MNIST"]
    assert shown(at) == 1
    assert at.selectbox(key="control-shown-version").options == ["Version 2", "Version 1 (live)"]
    at.selectbox(key=CHOICE).set_value("summer").run()
    assert not at.exception
    assert shown(at) == 3
    assert at.selectbox(key="control-shown-version").options == ["Version 4", "Version 3 (live)"]
    assert at.query_params[address.CATALOGUE] == "summer"
    at.selectbox(key="control-shown-version").set_value(4).run()
    assert (shown(at), at.query_params[address.CATALOGUE]) == (4, "summer")


def test_the_address_says_which_garments_and_a_wrong_one_is_told(versions):
    assert shown(opened(catalogue="summer")) == 3
    at = opened(catalogue="autumn")
    assert shown(at) == 1
    assert any("autumn" in info.value for info in at.info)
    assert shown(opened(version="4")) == 4  # the version says which garments it learned
    assert opened(version="4").selectbox(key=CHOICE).value == "summer"


@pytest.mark.parametrize("name", site_map.places())
def test_every_page_shows_the_catalogue_of_the_address(versions, name):
    at = opened(name, catalogue="summer")
    assert not at.exception
    assert not at.error
    assert at.selectbox(key=CHOICE).value == "summer"


def test_versions_are_compared_and_waited_for_within_their_catalogue(versions, store):
    at = opened("versions/decide", catalogue="summer")
    assert "version 4" in texts(at).lower()
    assert "Make version 4 live" in [button.label for button in at.button]
    history = texts(opened("versions/history", catalogue="summer"))
    assert "**Version 3**" in history
    assert "**Version 1**" not in history
    promotions.promote(store, versions[3].id, reason="it finds more dresses", who="Ada", override=True)
    assert shown(opened(catalogue="summer")) == 4
    assert promotions.live_run(store, "").version == 1


def test_what_is_trained_and_searched_is_what_is_on_screen(versions, store, monkeypatch):
    monkeypatch.setattr(kept, "names", lambda home: ["summer"])
    at = opened("labels/suspects", catalogue="summer")
    at.button(key="start").click().run()
    assert "Learns from the photos of summer." in texts(at)
    at.button(key="start-confirmed").click().run()
    assert jobs.queue(store).running.request.catalogue == "summer"
    at = opened("labels/suspects", catalogue="fashion-mnist")
    at.button(key="search").click().run()
    assert jobs.queue(store).waiting.request.catalogue == "sample"


def test_what_the_team_chose_for_trainings_is_learned_first_while_no_version_knows_it(versions, store, monkeypatch):
    monkeypatch.setattr(kept, "names", lambda home: ["summer", "winter"])
    monkeypatch.setattr(kept, "in_use", lambda home: "winter")
    at = opened(catalogue="summer")
    at.button(key="start").click().run()
    assert "Learns from the photos of winter." in texts(at)
