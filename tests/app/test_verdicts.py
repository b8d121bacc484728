"""Saying who is wrong on screen: saved once, undone, hidden from a second person, kept while nothing can be stored."""

import csv
import io

import pytest
from streamlit.testing.v1 import AppTest

from core import errors
from core.catalogue import identity
from core.quality import review
from core.store.runs import file_reader, runs
from core.store.verdicts import verdict_csv, verdict_tables, verdicts
from dashboard.data import categories, predictions, run_views
from dashboard.data import verdicts as verdicts_data
from dashboard.gallery import filters, verdict_outbox
from dashboard.look import phrases, verdict_wording
from dashboard.session import browser_memory, flags, person
from tests.app import test_pages


@pytest.fixture
def store(own_published_store):
    """Two published runs, for this test alone."""
    return own_published_store


@pytest.fixture
def world(store):
    """A store of its own with two versions; the pages show the first."""
    return store


@pytest.fixture
def run(world):
    return runs.find(world, "live")


def opened(place="mistakes", /, *, who="Ada", **query):
    """The page as that person has it."""
    at = AppTest.from_file(str(test_pages.ENTRY), default_timeout=60)
    at.session_state["note-browser-notes"] = {browser_memory.NAME: who, browser_memory.TOUR_SEEN: "yes"}
    name = place.partition("/")[0]
    if name != test_pages.FIRST:
        at.switch_page(str(test_pages.site_map.path(name)))
    for name, value in test_pages.site_map.query_of(place, query).items():
        at.query_params[name] = value
    return at.run()


def again(at, garment):
    """The garment opened again: a verdict has opened the next one."""
    at.query_params["garment"] = str(garment)
    return at.run()


def said(store):
    return {(line.who, line.position): (line.kind, line.category) for line in verdict_tables.standing(store)}


def surest(run, number=0):
    return filters.listed(run, filters.Listing()).iloc[number]


def speak(store, run, garment, kind, *, who, category=None):
    """Somebody else says something, on another screen."""
    (view,) = verdicts_data.views(run, [garment], who=who)
    return verdicts_data.save(
        run, [garment], kind=kind, category=category, who=who, request_id=f"{who} {garment} {view.seen}",
        seen={view.garment: view.seen},
    )  # fmt: skip


def test_a_click_saves_at_once_with_who_and_which_version(world, run):
    at = opened()
    garment = int(surest(run)["garment"])
    at.button(key="verdict-model-one").click().run()
    assert not at.exception
    (line,) = verdict_tables.history(world)
    assert (line.who, line.position, line.kind, line.run_id) == ("Ada", garment, "model-wrong", run.id)
    assert line.garment == identity.garment_keys(file_reader.load_split(world, run, "test"))[garment]
    assert any(caption.value.endswith(phrases.markdown(f"Saved: garment {garment:,}")) for caption in at.caption)
    assert "model is wrong" in at.button(key="verdict-undo").help


def test_a_click_that_is_repeated_stores_once(world, run):
    at = opened()
    at.button(key="verdict-cannot-one").click().run()
    handled = at.session_state["note-verdicts-handled"]
    assert len(handled) == 1
    stored = verdict_tables.history(world)
    assert stored[0].request_id == handled[0], "the id was made before the click"
    same = verdicts_data.save(
        run, [stored[0].position], kind="cannot-tell", category=None, who="Ada", request_id=handled[0], seen={}
    )
    assert same == tuple(stored)
    assert len(verdict_tables.history(world)) == 1


def test_the_right_category_is_chosen_the_models_guess_first(world, run):
    at = opened()
    row = surest(run)
    menu = at.menu_button(key="verdict-label-one")
    guess, label = run.class_names[int(row["predicted_class"])], run.class_names[int(row["true_class"])]
    assert menu.options[0].replace("\\", "") == f"{guess} (as the model says)"
    assert len(menu.options) == len(run.class_names) - 1
    other = next(name for name in run.class_names if name not in (guess, label))
    menu.click(other).run()
    assert not at.exception
    assert said(world) == {("Ada", int(row["garment"])): ("label-wrong", other)}


def test_undo_and_take_back_add_lines_and_lose_none(world, run):
    at = opened()
    garment = int(surest(run)["garment"])
    at.button(key="verdict-model-one").click().run()
    again(at, garment).button(key="verdict-cannot-one").click().run()
    at.button(key="verdict-undo").click().run()
    assert "".join(at.query_params["garment"]) == str(garment), "what was taken back is opened again"
    assert said(world) == {("Ada", garment): ("model-wrong", None)}
    at.button(key="verdict-take-back").click().run()
    assert said(world) == {}
    assert "verdict-take-back" not in [button.key for button in at.button]
    at.button(key="verdict-undo").click().run()
    assert said(world) == {("Ada", garment): ("model-wrong", None)}
    assert len(verdict_tables.history(world)) == 5


def test_a_selection_gets_one_verdict_and_what_makes_no_sense_is_left_out(world, run):
    garments = filters.listed(run, filters.Listing())["garment"].tolist()[:3]
    right = int(categories.typical(run_views.of(run), 0)["garment"].iloc[0])
    at = opened("mistakes/similar", garment=str(garments[0]))
    nearest = predictions.similar(run, garments[0])
    scope = f"{run.id} {garments[0]}"
    chosen = frozenset(nearest["garment"].tolist()[:12])
    at.session_state["note-similar-tiles-selected"] = (scope, chosen)
    at.run()
    assert "Apply to 12 selected" in test_pages.texts(at)
    wrong = {int(row.garment) for row in nearest.itertuples() if row.true_class != row.predicted_class} & chosen
    if wrong:
        at.button(key="verdict-model-many").click().run()
        assert {position for _, position in said(world)} == wrong
        assert verdict_wording.left_out("model-wrong", 12 - len(wrong)) in test_pages.texts(at) or len(wrong) == 12
    at.button(key="verdict-cannot-many").click().run()
    assert not at.exception
    assert said(world) == dict.fromkeys([("Ada", garment) for garment in chosen], ("cannot-tell", None))
    assert right not in wrong


def test_another_persons_verdict_is_hidden_until_one_has_spoken(world, run):
    garment = int(surest(run)["garment"])
    speak(world, run, garment, "cannot-tell", who="Grace")
    at = opened()
    assert verdict_wording.COLLEAGUE in test_pages.texts(at)
    assert "Grace" not in test_pages.texts(at)
    at.button(key="verdict-model-one").click().run()
    words = test_pages.texts(again(at, garment))
    assert "Grace: cannot tell" in words
    assert "You: model is wrong" in words


def test_a_verdict_opens_the_next_garment_of_the_list_and_the_last_one_stays(world, run):
    listed = filters.listed(run, filters.Listing())["garment"].tolist()
    at = opened()
    at.button(key="verdict-model-one").click().run()
    assert "".join(at.query_params["garment"]) == str(listed[1])
    again(at, listed[23]).button(key="verdict-cannot-one").click().run()
    assert "".join(at.query_params["garment"]) == str(listed[23])
    assert said(world) == {("Ada", listed[0]): ("model-wrong", None), ("Ada", listed[23]): ("cannot-tell", None)}


def test_nothing_is_asked_for_a_name_before_something_was_said(world):
    at = opened(who="")
    assert "control-name-verdict" not in [field.key for field in at.text_input]


def test_somebody_who_spoke_in_the_meantime_is_shown_and_the_second_decides(world, run):
    garment = int(surest(run)["garment"])
    at = opened()
    speak(world, run, garment, "cannot-tell", who="Grace")
    at.button(key="verdict-model-one").click().run()
    assert said(world) == {("Grace", garment): ("cannot-tell", None)}
    words = test_pages.texts(at)
    assert "Grace: cannot tell. You: model is wrong." in words
    at.button(key="verdict-conflict-0-True").click().run()
    assert said(world) == {("Grace", garment): ("cannot-tell", None), ("Ada", garment): ("model-wrong", None)}
    assert "Somebody spoke on" not in test_pages.texts(at)


def test_who_leaves_it_as_it_is_stores_nothing(world, run):
    garment = int(surest(run)["garment"])
    at = opened()
    speak(world, run, garment, "cannot-tell", who="Grace")
    at.button(key="verdict-model-one").click().run()
    at.button(key="verdict-conflict-0-False").click().run()
    assert len(verdict_tables.history(world)) == 1
    assert "Somebody spoke on" not in test_pages.texts(at)


def test_a_verdict_before_the_name_waits_for_it(world, run):
    at = opened(who="")
    at.button(key="verdict-model-one").click().run()
    assert said(world) == {}
    at.text_input(key="control-name-verdict").set_value("Ada").run()
    assert said(world) == {("Ada", int(surest(run)["garment"])): ("model-wrong", None)}
    assert "control-name-verdict" not in [field.key for field in at.text_input]


def test_what_cannot_be_stored_stays_is_told_and_can_be_taken_along(world, run, monkeypatch):
    garment = int(surest(run)["garment"])
    at = opened()
    save = verdicts.save

    def fail(*arguments, **options):
        raise errors.DatabaseUnavailable("The database cannot be used (disk is full).")

    monkeypatch.setattr(verdicts, "save", fail)
    at.button(key="verdict-model-one").click().run()
    again(at, garment).button(key="verdict-cannot-one").click().run()
    assert "Your last 2 verdicts are kept here but not stored yet." in test_pages.texts(at)
    assert "disk is full" in test_pages.texts(at)
    at.switch_page(str(test_pages.site_map.path("today"))).run()
    assert "Your last 2 verdicts are kept here but not stored yet." in test_pages.texts(at)
    monkeypatch.setattr(verdicts, "save", save)
    at.button(key="verdict-retry").click().run()
    assert "not stored yet" not in test_pages.texts(at)
    assert [line.kind for line in verdict_tables.history(world)] == ["model-wrong", "cannot-tell"]
    assert said(world) == {("Ada", garment): ("cannot-tell", None)}


@pytest.fixture
def session(monkeypatch):
    """The notes of a session without a page; Ada sits there."""
    notes = {}
    monkeypatch.setattr(flags.Note, "get", lambda note: notes.get(note.name))
    monkeypatch.setattr(flags.Note, "set", lambda note, value: notes.__setitem__(note.name, value))
    monkeypatch.setattr(person, "name", lambda: "Ada")
    return notes


def test_the_rescued_csv_is_imported_once_however_often(world, run, session):
    garments = filters.listed(run, filters.Listing())["garment"].tolist()[:3]
    verdict_outbox.say(run, garments, review.CANNOT_TELL, request_id="rescued")
    text = verdict_outbox.waiting_as_csv().decode("utf-8-sig")
    assert [row["position"] for row in csv.DictReader(io.StringIO(text))] == [str(garment) for garment in garments]
    assert verdict_csv.from_csv(world, text, entered_by="IT").num_stored == 3
    assert verdict_csv.from_csv(world, text, entered_by="IT").num_known == 3
    verdict_outbox.send()
    assert not verdict_outbox.waiting()
    assert len(verdict_tables.history(world)) == 3


def test_the_key_for_a_wrong_label_takes_what_the_model_said_of_each(world, run, session):
    rows = filters.listed(run, filters.Listing()).head(6)
    garments = rows["garment"].tolist()
    verdict_outbox.say(run, garments, review.LABEL_WRONG, request_id="key")
    verdict_outbox.say(run, garments, review.LABEL_WRONG, request_id="key")
    verdict_outbox.send()
    assert said(world) == {
        ("Ada", int(row.garment)): ("label-wrong", run.class_names[row.predicted_class]) for row in rows.itertuples()
    }
    verdict_outbox.undo(request_id="undo")
    verdict_outbox.undo(request_id="undo")
    verdict_outbox.send()
    assert said(world) == {}
    assert len(verdict_tables.history(world)) == 12


def test_undo_takes_back_what_is_not_stored_yet(run, session, monkeypatch):
    monkeypatch.setattr(person, "name", lambda: person.UNKNOWN)
    verdict_outbox.say(run, [1], review.CANNOT_TELL, request_id="first")
    verdict_outbox.say(run, [2], review.CANNOT_TELL, request_id="second")
    verdict_outbox.undo(request_id="undo")
    verdict_outbox.send()
    assert [request.id for request in verdict_outbox.waiting()] == ["first"]


def test_twenty_requests_can_be_undone(world, run, session):
    garments = filters.listed(run, filters.Listing())["garment"].tolist()[:22]
    for number, garment in enumerate(garments):
        verdict_outbox.say(run, [garment], review.CANNOT_TELL, request_id=f"r{number}")
    verdict_outbox.send()
    for number in range(22):
        verdict_outbox.undo(request_id=f"u{number}")
        verdict_outbox.send()
    assert said(world) == {("Ada", garment): ("cannot-tell", None) for garment in garments[:2]}
