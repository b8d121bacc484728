"""Saying who is wrong on screen: saved once, undone, hidden from a second person, kept while nothing can be stored."""

import csv
import io

import pytest
from streamlit.testing.v1 import AppTest

from core import errors
from core.catalogue import identity
from core.quality import review
from core.store import runs, verdict_csv, verdict_tables, verdicts
from dashboard import browser_notes, filters, next_step, person, reviewed, verdict_wording
from dashboard.gallery import listing, outbox
from tests import worlds
from tests.app import test_pages

fresh_caches = test_pages.fresh_caches
nothing_is_trained = test_pages.nothing_is_trained


@pytest.fixture
def world(store):
    """A store of its own with two versions; the pages show the first."""
    worlds.publish_two_runs(store)
    return store


@pytest.fixture
def run(world):
    return runs.find(world, "live")


def opened(page="mistakes", /, *, who="Ada", **query):
    """The page as that person has it."""
    at = AppTest.from_file(str(test_pages.ENTRY), default_timeout=60)
    at.session_state["flag-browser-notes"] = {browser_notes.NAME: who, browser_notes.TOUR_SEEN: "yes"}
    if page in test_pages.NOT_THE_FIRST:
        at.run()
        at.switch_page(str(test_pages.navigation.PAGES[page].path))
    for name, value in query.items():
        at.query_params[name] = value
    return at.run()


def said(store):
    return {(line.who, line.position): (line.kind, line.category) for line in verdict_tables.standing(store)}


def surest(run, number=0):
    return filters.listed(run, filters.Listing()).iloc[number]


def speak(store, run, garment, kind, *, who, category=None):
    """Somebody else says something, on another screen."""
    (view,) = reviewed.views(run, [garment], who=who)
    return reviewed.save(
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
    assert line.garment == identity.garment_keys(runs.load_split(world, run, "test"))[garment]
    assert any(caption.value.endswith("Saved") for caption in at.caption)
    assert "model is wrong" in at.button(key="verdict-undo").help


def test_a_click_that_is_repeated_stores_once(world, run):
    at = opened()
    at.button(key="verdict-cannot-one").click().run()
    handled = at.session_state["flag-verdicts-handled"]
    assert len(handled) == 1
    stored = verdict_tables.history(world)
    assert stored[0].request_id == handled[0], "the id was made before the click"
    again = reviewed.save(
        run, [stored[0].position], kind="cannot-tell", category=None, who="Ada", request_id=handled[0], seen={}
    )
    assert again == tuple(stored)
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
    at.button(key="verdict-cannot-one").click().run()
    at.button(key="verdict-undo").click().run()
    assert said(world) == {("Ada", garment): ("model-wrong", None)}
    at.button(key="verdict-take-back").click().run()
    assert said(world) == {}
    assert "verdict-take-back" not in [button.key for button in at.button]
    at.button(key="verdict-undo").click().run()
    assert said(world) == {("Ada", garment): ("model-wrong", None)}
    assert len(verdict_tables.history(world)) == 5


def test_a_selection_gets_one_verdict_and_what_makes_no_sense_is_left_out(world, run):
    garments = filters.listed(run, filters.Listing())["garment"].tolist()[:3]
    right = int(reviewed.stored.typical(run, 0)["garment"].iloc[0])
    at = opened("similar", garment=str(garments[0]))
    nearest = reviewed.stored.similar(run, garments[0])
    scope = f"{run.id} {garments[0]}"
    chosen = frozenset(nearest["garment"].tolist()[:12])
    at.session_state["flag-similar-tiles-selected"] = (scope, chosen)
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
    words = test_pages.texts(at)
    assert "Grace: cannot tell" in words
    assert "You: model is wrong" in words


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
    at.button(key="verdict-cannot-one").click().run()
    assert "Your last 2 verdicts are kept here but not stored yet." in test_pages.texts(at)
    assert "disk is full" in test_pages.texts(at)
    at.switch_page(str(test_pages.navigation.PAGES["overview"].path)).run()
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
    monkeypatch.setattr(outbox.state, "flag", notes.get)
    monkeypatch.setattr(outbox.state, "set_flag", notes.__setitem__)
    monkeypatch.setattr(person, "name", lambda: "Ada")
    return notes


def test_the_rescued_csv_is_imported_once_however_often(world, run, session):
    garments = filters.listed(run, filters.Listing())["garment"].tolist()[:3]
    outbox.say(run, garments, review.CANNOT_TELL, request_id="rescued")
    text = outbox.waiting_as_csv().decode("utf-8-sig")
    assert [row["position"] for row in csv.DictReader(io.StringIO(text))] == [str(garment) for garment in garments]
    assert verdict_csv.from_csv(world, text, entered_by="IT").num_stored == 3
    assert verdict_csv.from_csv(world, text, entered_by="IT").num_known == 3
    outbox.send()
    assert not outbox.waiting()
    assert len(verdict_tables.history(world)) == 3


def test_the_key_for_a_wrong_label_takes_what_the_model_said_of_each(world, run, session):
    rows = filters.listed(run, filters.Listing()).head(6)
    garments = rows["garment"].tolist()
    outbox.say(run, garments, review.LABEL_WRONG, request_id="key")
    outbox.say(run, garments, review.LABEL_WRONG, request_id="key")
    outbox.send()
    assert said(world) == {
        ("Ada", int(row.garment)): ("label-wrong", run.class_names[row.predicted_class]) for row in rows.itertuples()
    }
    outbox.undo(request_id="undo")
    outbox.undo(request_id="undo")
    outbox.send()
    assert said(world) == {}
    assert len(verdict_tables.history(world)) == 12


def test_undo_takes_back_what_is_not_stored_yet(run, session, monkeypatch):
    monkeypatch.setattr(person, "name", lambda: person.UNKNOWN)
    outbox.say(run, [1], review.CANNOT_TELL, request_id="first")
    outbox.say(run, [2], review.CANNOT_TELL, request_id="second")
    outbox.undo(request_id="undo")
    outbox.send()
    assert [request.id for request in outbox.waiting()] == ["first"]


def test_twenty_requests_can_be_undone(world, run, session):
    garments = filters.listed(run, filters.Listing())["garment"].tolist()[:22]
    for number, garment in enumerate(garments):
        outbox.say(run, [garment], review.CANNOT_TELL, request_id=f"r{number}")
    outbox.send()
    for number in range(22):
        outbox.undo(request_id=f"u{number}")
        outbox.send()
    assert said(world) == {("Ada", garment): ("cannot-tell", None) for garment in garments[:2]}


# ---- lists, scores, the page of reviews ------------------------------------------------------------------------------


def test_the_filter_by_verdicts_counts_and_combines(world, run):
    garments = filters.listed(run, filters.Listing())["garment"].tolist()
    speak(world, run, garments[0], "model-wrong", who="Ada")
    speak(world, run, garments[1], "cannot-tell", who="Ada")
    speak(world, run, garments[1], "model-wrong", who="Grace")
    speak(world, run, garments[2], "model-wrong", who="Grace")
    expected = {
        "model-wrong": 1, "label-wrong": 0, "cannot-tell": 0, "disagreement": 1, "mine": 2,
        "nobody": len(garments) - 3, "not-mine": len(garments) - 2,
    }  # fmt: skip
    at = opened(verdict="disagreement")
    options = at.selectbox(key="control-verdict").options
    assert options[1:] == [f"{verdict_wording.FILTERS[name]} ({expected[name]:,})" for name in reviewed.FILTERS]
    assert f"Showing 1 to 1 of 1 (of {len(garments)} mistakes in all)." in test_pages.texts(at)
    at = opened(verdict="nobody", real=run.class_names[int(surest(run)["true_class"])])
    kind = filters.Listing(real=int(surest(run)["true_class"]))
    num = len(set(filters.listed(run, kind)["garment"]) - set(garments[:3]))
    assert f"of {num} (of {len(garments)} mistakes in all)." in test_pages.texts(at)


def test_a_judged_garment_stays_in_the_list_until_it_is_taken_off(world, run):
    num = len(filters.listed(run, filters.Listing()))
    at = opened(verdict="not-mine")
    at.button(key="verdict-model-one").click().run()
    assert f"of {num} mistakes." in test_pages.texts(at)
    assert verdict_wording.kept_in_list(1) in test_pages.texts(at)
    at.button(key="forget-kept").click().run()
    assert f"of {num - 1} (of {num} mistakes in all)." in test_pages.texts(at)


def test_when_everything_is_judged_it_says_so(world, run):
    garments = filters.listed(run, filters.Listing())["garment"].tolist()
    reviewed.save(run, garments, kind="cannot-tell", category=None, who="Ada", request_id="all", seen={})
    at = opened(verdict="not-mine")
    assert verdict_wording.ALL_JUDGED in test_pages.texts(at)
    assert not at.error


def test_the_csv_of_a_list_holds_only_what_the_person_may_see(world, run):
    table = filters.listed(run, filters.Listing()).head(3)
    first, second, third = table["garment"].tolist()
    guess = run.class_names[int(table.iloc[0]["predicted_class"])]
    speak(world, run, first, "label-wrong", who="Ada", category=guess)
    speak(world, run, second, "cannot-tell", who="Ada")
    speak(world, run, second, "model-wrong", who="Grace")
    speak(world, run, third, "model-wrong", who="Grace")
    states = reviewed.states(run, [first, second, third], who="Ada")
    text = listing.as_csv(table, run.class_names, states).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["verdict"], row["agreed_category"]) for row in rows] == [
        ("label-wrong", guess), ("disagreement", ""), ("", ""),
    ]  # fmt: skip


def test_what_is_kept_up_to_date_is_what_is_read_anew(world, run):
    """The states that follow each verdict against those computed from everything, for people who see other things."""
    garments = filters.listed(run, filters.Listing())["garment"].tolist()[:4]
    people = ("Ada", "Grace", "nobody yet")
    script = [
        ("Ada", 0, "model-wrong"), ("Grace", 0, "cannot-tell"), ("Grace", 1, "model-wrong"), ("Ada", 1, "model-wrong"),
        ("Ada", 2, "cannot-tell"), ("Ada", 0, "withdrawn"), ("Grace", 0, "model-wrong"), ("Ada", 0, "cannot-tell"),
    ]  # fmt: skip
    for number, (who, place, kind) in enumerate(script):
        if kind == "withdrawn":
            reviewed.withdraw(run, [garments[place]], who=who, request_id=f"s{number}")
        else:
            speak(world, run, garments[place], kind, who=who)
        for person_at_screen in people:
            found = reviewed.standing(run, person_at_screen)
            whole = review.garment_states(review.shown_to(verdict_tables.current(world), person_at_screen))
            known = dict(zip(whole["garment"], whole["state"], strict=True))
            names = [review.STATES[code] if code >= 0 else None for code in found.state.tolist()]
            assert names == [known.get(key) for key in reviewed.keys(run)]
            mine = {position for (who, position) in said(world) if who == person_at_screen}
            assert set(found.passes("mine").nonzero()[0].tolist()) == mine
            anybodys = {position for (_, position) in said(world)}
            assert set((~found.passes("nobody")).nonzero()[0].tolist()) == anybodys


def test_the_second_score_is_grey_while_few_are_reviewed_and_exact_after(world, run, monkeypatch):
    table = filters.listed(run, filters.Listing())
    at = opened("overview")
    assert verdict_wording.too_few(0) in test_pages.texts(at)
    row = table.iloc[0]
    guess = run.class_names[int(row["predicted_class"])]
    speak(world, run, int(row["garment"]), "label-wrong", who="Ada", category=guess)
    speak(world, run, int(table.iloc[1]["garment"]), "cannot-tell", who="Ada")
    assert verdict_wording.too_few(2) in test_pages.texts(opened("overview"))
    monkeypatch.setattr(review, "ENOUGH", 2)
    found = reviewed.two_scores(run)
    assert (found.after_review.num_correct, found.after_review.num_garments) == (run.num_correct + 1, run.num_test - 1)
    sentence = verdict_wording.second_score(found.after_review, 2, 1)
    assert sentence in test_pages.texts(opened("overview"))


def test_today_says_how_many_sure_mistakes_wait_and_opens_exactly_those(world, run):
    table = filters.listed(run, filters.Listing())
    sure = table[table["confidence"] >= reviewed.SURE / 100]["garment"].tolist()
    assert len(sure) > 3
    speak(world, run, sure[0], "model-wrong", who="Ada")
    speak(world, run, sure[1], "model-wrong", who="Grace")
    num = len(sure) - 1
    assert f"#### {num} garments" in test_pages.texts(opened("overview"))
    at = opened("mistakes", **next_step.review_query(reviewed.SURE))
    assert f"of {num} (of {len(table)} mistakes in all)." in test_pages.texts(at)


def test_the_page_of_reviews_tells_who_said_how_much_and_shows_disagreements_only_to_who_spoke(world, run):
    garments = filters.listed(run, filters.Listing())["garment"].tolist()
    speak(world, run, garments[0], "model-wrong", who="Ada")
    speak(world, run, garments[0], "cannot-tell", who="Grace")
    speak(world, run, garments[1], "cannot-tell", who="Grace")
    speak(world, run, garments[1], "model-wrong", who="Katherine")
    at = opened("reviews", who="Ada")
    assert not at.exception
    assert not at.error
    counts = at.dataframe[0].value
    assert counts["Who"].tolist() == ["Grace", "Ada", "Katherine"]
    assert counts["Garments judged"].tolist() == [2, 1, 1]
    assert verdict_wording.disputes(1, 2) in test_pages.texts(at)
    assert at.dataframe[1].value["What people say"].tolist() == ["Ada: model is wrong; Grace: cannot tell"]
    assert "Showing 1 to 1 of 1 garments." in test_pages.texts(at)
    at = opened("reviews", who="Margaret")
    assert len(at.dataframe) == 1
    assert verdict_wording.disputes(0, 2) in test_pages.texts(at)


def test_before_anybody_spoke_the_page_of_reviews_says_why_it_is_empty_and_where_to_begin(world):
    at = opened("reviews")
    assert "Nobody has said anything of a garment yet." in test_pages.texts(at)
    assert "Review the surest mistakes" in [link.label for link in at.get("page_link")]


def test_without_the_pictures_no_verdict_is_offered_and_everything_else_is_there(world, run, monkeypatch):
    def fail(*arguments):
        raise errors.ArtefactCorrupt("a file is missing.")

    monkeypatch.setattr(runs, "load_split", fail)
    for page in ("mistakes", "overview", "similar", "reviews"):
        at = opened(page)
        assert not at.exception, page
        assert not [button for button in at.button if button.key and button.key.startswith("verdict-model")], page
    assert "Showing 1 to" in test_pages.texts(opened("mistakes"))
