"""The first page: what the team knows best, and the garments that the next step is about."""

import io
import zipfile

import pytest

from core import errors
from core.store.live import promotions
from dashboard.data import standing
from dashboard.gallery import filters
from dashboard.today import monday_pack, next_step, strips
from tests.app.test_pages import opened


def shown_by(monkeypatch, step):
    """The garments of the strip that is drawn for a step."""
    drawn = []
    monkeypatch.setattr(strips.stored_garments, "read_garments", lambda run, places: drawn.append(places))
    monkeypatch.setattr(strips.store, "drawn", lambda key, draw: drawn.append(list(key[-1])))
    monkeypatch.setattr(strips.st, "image", lambda *arguments, **named: None)
    strips.render_for_step(*step)
    return drawn[0] if drawn else None


def test_the_strip_of_a_step_shows_the_first_garments_of_the_list_it_opens(published_store, monkeypatch):
    run = promotions.live_run(published_store)
    listed = filters.listed(run, filters.Listing(real=0))["garment"].tolist()
    step = next_step.Step(sentence="", page="mistakes", query={"real": run.class_names[0]})
    assert shown_by(monkeypatch, (run, step)) == listed[: strips.NUM_SHOWN]


def test_the_strip_of_a_review_shows_sure_mistakes_only(published_store, monkeypatch):
    run = promotions.live_run(published_store)
    sure = filters.listed(run, filters.Listing(sure=(standing.SURE, 100)))["garment"].tolist()
    step = next_step.Step(sentence="", page="mistakes", query=next_step.review_query(standing.SURE))
    assert shown_by(monkeypatch, (run, step)) == (sure[: strips.NUM_SHOWN] or None)


def test_a_step_that_opens_no_list_of_garments_has_no_strip(published_store, monkeypatch):
    run = promotions.live_run(published_store)
    assert shown_by(monkeypatch, (run, next_step.Step(sentence="", page="versions"))) is None


def test_the_worst_mix_up_stands_with_its_pictures_and_the_pack_with_its_button(published_store):
    at = opened()
    assert ["garments that it is about" in str(picture.proto) for picture in at.get("image")] == [True]
    assert [button for button in at.get("download_button") if "Monday pack" in str(button.proto)]


@pytest.mark.parametrize(("num", "width"), [(1, 98), (4, 392), (5, "stretch"), (8, "stretch")])
def test_few_garments_are_no_larger_than_many(published_store, monkeypatch, num, width):
    run = promotions.live_run(published_store)
    drawn = []
    monkeypatch.setattr(strips, "NUM_SHOWN", num)
    monkeypatch.setattr(strips.st, "image", lambda picture, alt, width: drawn.append((alt, width)))
    strips.render_for_step(run, next_step.Step(sentence="", page="mistakes"))
    assert drawn == [(f"{num} garments that it is about", width)]


def test_the_page_stands_where_pictures_cannot_be_read(published_store, monkeypatch):
    def fail(*arguments, **named):
        raise errors.ArtefactCorrupt("a file is missing.")

    monkeypatch.setattr(strips.stored_garments, "read_garments", fail)
    at = opened()
    assert not at.exception
    assert not at.error


def test_the_pack_of_the_button_is_the_page_and_its_lists(published_store, monkeypatch):
    run = promotions.live_run(published_store)
    made = []
    monkeypatch.setattr(monday_pack.st, "download_button", lambda label, data, **named: made.append(data()))
    monday_pack.render_button(run)
    with zipfile.ZipFile(io.BytesIO(made[0])) as archive:
        assert {"monday-pack.html", "score-card.csv", "wrong-tags.csv"} <= set(archive.namelist())
