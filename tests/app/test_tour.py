"""The tour and the glossary."""

import pytest

from core import errors
from core.store.live import promotions
from core.store.runs import file_reader, runs
from dashboard.look import glossary
from dashboard.session import site_map
from dashboard.shell import tour
from tests.app import test_pages


def has_button(at, key):
    return key in [button.key for button in at.button]


def test_every_step_is_on_a_page_of_the_navigation():
    assert 4 <= len(tour.STEPS) <= 6
    assert {step.page for step in tour.STEPS} <= {*site_map.PAGES, *site_map.places()}
    # The restart begins on the page where the tour is offered, and its end is there too.
    assert tour.STEPS[0].page == tour.STEPS[-1].page == next(iter(site_map.PAGES))


def test_the_tour_is_offered_until_it_is_refused(published_store):
    at = test_pages.opened()
    assert has_button(at, "tour-start")
    at.button(key="tour-refused").click().run()
    assert not has_button(at, "tour-start")
    assert not has_button(at.run(), "tour-start")


def test_an_offer_stays_when_another_version_becomes_live(published_store):
    at = test_pages.opened()
    at.query_params["version"] = "1"
    assert has_button(at.run(), "tour-start")
    at.button(key="tour-start").click().run()
    assert "step 1 of" in test_pages.texts(at)


@pytest.mark.parametrize("query", [{"version": "2"}, {"tour": "2"}])
def test_an_address_that_asks_for_something_is_not_interrupted(published_store, query):
    at = test_pages.opened(**query)
    assert not at.exception
    assert not has_button(at, "tour-next")
    if "version" in query:
        assert not has_button(at, "tour-start")


@pytest.mark.parametrize("name", site_map.places()[1:])
def test_other_pages_never_offer_the_tour(published_store, name):
    at = test_pages.opened(name, tour="1")
    assert not has_button(at, "tour-start")
    assert not has_button(at, "tour-next")


def test_the_tour_passes_its_pages_and_can_be_left_and_started_again(published_store):
    at = test_pages.opened(tour="1")
    for number, step in enumerate(tour.STEPS, start=1):
        assert not at.exception
        assert at.title[0].value == test_pages.titled(step.page)
        assert f"step {number} of {len(tour.STEPS)}" in test_pages.texts(at)
        assert step.text in test_pages.texts(at)
        if number < len(tour.STEPS):
            at.button(key="tour-next").click().run()
    at.button(key="tour-back").click().run()
    assert f"step {len(tour.STEPS) - 1} of" in test_pages.texts(at)
    at.button(key="tour-end").click().run()
    assert "of the tour" not in test_pages.texts(at)
    at.button(key="tour-restart").click().run()
    assert "step 1 of" in test_pages.texts(at)


def test_every_term_has_one_sentence_and_one_garment():
    for term in glossary.TERMS.values():
        assert term.meaning.endswith((".", "%."))
        assert term.example.endswith(".")
        assert any(word in term.example.lower() for word in ("coat", "shirt", "dress", "garment")), term.name
        assert len(term.meaning) < 160


def test_all_words_stand_in_the_sidebar_of_every_page(published_store):
    at = test_pages.opened()
    whole = next(element.value for element in at.sidebar.markdown if "Mix-up" in element.value)
    for term in glossary.TERMS.values():
        assert f"**{term.name}.** {term.meaning}" in whole


def test_predictions_that_cannot_be_read_leave_the_headline(published_store, monkeypatch):
    def fail(*arguments):
        raise errors.ArtefactCorrupt("predictions.parquet is missing.")

    run = promotions.live_run(published_store)
    monkeypatch.setattr(file_reader, "load_predictions", fail)
    at = test_pages.opened()
    assert not at.exception
    assert "The live model tags" in test_pages.texts(at)
    assert "predictions.parquet is missing." in test_pages.texts(at)
    assert "`python -m core doctor` says what is damaged." in test_pages.texts(at)
    assert f"judged on {run.num_test} garments" in test_pages.texts(at)


def test_a_database_that_does_not_answer_is_said_with_what_to_do(published_store, monkeypatch):
    def fail(*arguments):
        raise errors.DatabaseUnavailable("The database cannot be used (disk I/O error). Check the disk.")

    monkeypatch.setattr(runs, "list_runs", fail)
    at = test_pages.opened()
    assert not at.exception
    assert "The database cannot be used (disk I/O error)." in test_pages.texts(at)
    assert "Nothing that is stored was changed." in test_pages.texts(at)
