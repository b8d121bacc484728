"""What was said in a session on its way to the store, when answers are lost and when tiles report anything."""

import pytest

from core import errors
from core.quality import review
from core.store.live import promotions
from core.store.verdicts import verdict_tables, verdicts
from dashboard.data import predictions
from dashboard.gallery import filters, marks, verdict_outbox
from dashboard.session import flags
from tests.app import test_pages


@pytest.fixture
def store(own_published_store):
    """Two published runs, for this test alone."""
    return own_published_store


@pytest.fixture
def run(store):
    """The live version of two, in a store in which something can be said."""
    return promotions.live_run(store)


@pytest.fixture
def reported(run, monkeypatch):
    """What the tiles report, in a session without a screen and with Ada at it."""
    notes, report = {}, []
    monkeypatch.setattr(flags.Note, "get", lambda note: notes.get(note.name))
    monkeypatch.setattr(flags.Note, "set", lambda note, value: notes.__setitem__(note.name, value))
    monkeypatch.setattr(flags, "component_value", lambda key, name: report)
    monkeypatch.setattr(verdict_outbox.person, "name", lambda: "Ada")
    monkeypatch.setattr(verdict_outbox.person, "is_known", lambda: True)
    return report


def mistakes(run):
    """Positions of the garments tagged wrongly, the surest first."""
    return filters.listed(run, filters.Listing())["garment"].tolist()


def a_key(number, kind, *garments, category=None):
    return {"id": f"{number:016x}", "kind": kind, "garments": list(garments), "category": category}


def take_in(run):
    marks.on_said(run, "tiles")()
    verdict_outbox.send()


def told(run, monkeypatch):
    """The ids that the tiles are told to forget."""
    sent = {}
    monkeypatch.setattr(marks, "_COMPONENT", lambda key, data: sent.update(data))
    marks.render_marks(run, "tiles", {})
    return sent["handled"]


def test_keys_of_a_long_silence_are_taken_in_once_and_all_of_them_answered(store, run, reported, monkeypatch):
    reported += [a_key(100, review.CANNOT_TELL, 100), a_key(101, review.CANNOT_TELL, 101)]
    take_in(run)
    reported[:] = [
        a_key(102, verdict_outbox.UNDO),
        *(a_key(garment, review.CANNOT_TELL, garment) for garment in range(70)),
    ]
    for _ in range(3):
        take_in(run)
    assert [line.position for line in reversed(verdict_tables.standing(store))] == [100, *range(70)]
    assert len(verdict_tables.history(store)) == 2 + 1 + 70
    assert verdict_outbox.last_note() == ""
    assert {said["id"] for said in reported} <= set(told(run, monkeypatch))


def test_what_is_answered_stays_a_few_kilobytes(run, reported, monkeypatch):
    for number, garment in enumerate(mistakes(run)[:60]):
        reported[:] = [a_key(number, review.CANNOT_TELL, garment)]
        take_in(run)
    assert len(told(run, monkeypatch)) == verdict_outbox.NUM_UNDONE


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "withdrawn", "garments": [0]},
        {"kind": "<script>", "garments": [0]},
        {"kind": review.CANNOT_TELL, "garments": [-1, 10**9]},
        {"kind": review.CANNOT_TELL, "garments": []},
    ],
)
def test_tiles_that_report_nonsense_store_nothing(store, run, reported, said):
    reported.append({"id": "a", "category": None, **said})
    take_in(run)
    assert verdict_tables.history(store) == []


def test_a_category_that_is_none_falls_back_to_what_the_model_said(store, run, reported):
    garment = mistakes(run)[0]
    reported.append(a_key(0, review.LABEL_WRONG, garment, category="<script>"))
    take_in(run)
    (line,) = verdict_tables.standing(store)
    assert line.category == run.class_names[int(predictions.predictions(run)["predicted_class"][garment])]


def test_an_answer_that_was_lost_stores_nothing_twice(store, run, reported, monkeypatch):
    save = verdicts.save

    def lose_the_answer(*arguments, **options):
        save(*arguments, **options)
        raise errors.DatabaseUnavailable("The database did not answer.")

    reported.append(a_key(0, review.CANNOT_TELL, mistakes(run)[0]))
    with monkeypatch.context() as patch:
        patch.setattr(verdicts, "save", lose_the_answer)
        take_in(run)
        assert verdict_outbox.num_waiting() == 1
    verdict_outbox.send()
    assert verdict_outbox.num_waiting() == 0
    assert len(verdict_tables.history(store)) == 1


def test_what_waits_is_told_on_pages_without_a_gallery_too(store, run, monkeypatch):
    at = test_pages.opened("mistakes")
    at.text_input(key="control-name-popover").set_value("Ada").run()

    def fail(*arguments, **options):
        raise errors.DatabaseUnavailable("The database is locked.")

    with monkeypatch.context() as patch:
        patch.setattr(verdicts, "save", fail)
        at.button(key="verdict-model-one").click().run()
        at.switch_page("../pages/today.py").run()
        assert not at.exception
        assert "Your last verdict is kept here but not stored yet." in test_pages.texts(at)
    at.run()
    assert "not stored yet" not in test_pages.texts(at)
    assert len(verdict_tables.standing(store)) == 1
