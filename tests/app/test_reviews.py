"""What verdicts add up to on screen: filters, lists as CSV, the second score, what waits, the page of reviews."""

import csv
import io

import pytest

from core import errors
from core.quality import review
from core.retail import naming
from core.store.live import promotions
from core.store.runs import garments
from core.store.team import names
from core.store.verdicts import verdict_tables
from dashboard.data import run_views, standing, stored_garments, verdicts
from dashboard.gallery import filters, listing, marks
from dashboard.look import verdict_wording
from dashboard.today import next_step
from tests.app import test_pages, test_verdicts
from tests.app.test_verdicts import opened, said, speak, surest

store, run, world = test_verdicts.store, test_verdicts.run, test_verdicts.world


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
    assert options[1:] == [f"{verdict_wording.FILTERS[name]} ({expected[name]:,})" for name in standing.FILTERS]
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
    verdicts.save(run, garments, kind="cannot-tell", category=None, who="Ada", request_id="all", seen={})
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
    states = verdicts.states(run_views.of(run), [first, second, third], who="Ada")
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
            verdicts.withdraw(run, [garments[place]], who=who, request_id=f"s{number}")
        else:
            speak(world, run, garments[place], kind, who=who)
        for person_at_screen in people:
            found = standing.standing(run, person_at_screen)
            whole = review.garment_states(review.shown_to(verdict_tables.current(world), person_at_screen))
            known = dict(zip(whole["garment"], whole["state"], strict=True))
            names = [review.STATES[code] if code >= 0 else None for code in found.state.tolist()]
            assert names == [known.get(key) for key in stored_garments.garment_keys(run)]
            mine = {position for (who, position) in said(world) if who == person_at_screen}
            assert set(found.passes("mine").nonzero()[0].tolist()) == mine
            anybodys = {position for (_, position) in said(world)}
            assert set((~found.passes("nobody")).nonzero()[0].tolist()) == anybodys


def test_the_second_score_is_grey_while_few_are_reviewed_and_exact_after(world, run, monkeypatch):
    table = filters.listed(run, filters.Listing())
    at = opened("today")
    assert verdict_wording.too_few(0) in test_pages.texts(at)
    row = table.iloc[0]
    guess = run.class_names[int(row["predicted_class"])]
    speak(world, run, int(row["garment"]), "label-wrong", who="Ada", category=guess)
    speak(world, run, int(table.iloc[1]["garment"]), "cannot-tell", who="Ada")
    assert verdict_wording.too_few(2) in test_pages.texts(opened("today"))
    monkeypatch.setattr(review, "ENOUGH", 2)
    found = verdicts.two_scores(run)
    assert (found.num_right, found.num_cannot_tell, found.num_garments) == (run.num_correct + 1, 1, run.num_test)
    assert found.num_unseen == run.num_test - run.num_correct - 2
    sentence = verdict_wording.second_score(found)
    assert sentence in test_pages.texts(opened("today"))


def test_today_says_how_many_sure_mistakes_wait_and_opens_exactly_those(world, run):
    table = filters.listed(run, filters.Listing())
    sure = table[table["confidence"] >= standing.SURE / 100]["garment"].tolist()
    assert len(sure) > 3
    speak(world, run, sure[0], "model-wrong", who="Ada")
    speak(world, run, sure[1], "model-wrong", who="Grace")
    num = len(sure) - 1
    assert f"### {num} garments" in test_pages.texts(opened("today"))
    at = opened("mistakes", **next_step.review_query(standing.SURE))
    assert f"of {num} (of {len(table)} mistakes in all)." in test_pages.texts(at)


def test_the_page_of_reviews_tells_who_said_how_much_and_shows_disagreements_only_to_who_spoke(world, run):
    garments = filters.listed(run, filters.Listing())["garment"].tolist()
    speak(world, run, garments[0], "model-wrong", who="Ada")
    speak(world, run, garments[0], "cannot-tell", who="Grace")
    speak(world, run, garments[1], "cannot-tell", who="Grace")
    speak(world, run, garments[1], "model-wrong", who="Katherine")
    at = opened("labels/reviews", who="Ada")
    assert not at.exception
    assert not at.error
    counts = at.dataframe[0].value
    assert counts["Who"].tolist() == ["Grace", "Ada", "Katherine"]
    assert counts["Garments judged"].tolist() == [2, 1, 1]
    assert counts["Test garments"].tolist() == [2, 1, 1] and not counts["Training garments"].any()
    assert not [button for button in at.button if button.key == "train-reviews"], "test garments teach nothing"
    assert verdict_wording.disputes(1, 2) in test_pages.texts(at)
    assert at.dataframe[1].value["What people say"].tolist() == ["Ada: model is wrong; Grace: cannot tell"]
    assert "Showing 1 to 1 of 1 garments." in test_pages.texts(at)
    at = opened("labels/reviews", who="Margaret")
    assert len(at.dataframe) == 1
    assert verdict_wording.disputes(0, 2) in test_pages.texts(at)


def test_who_chose_two_parts_of_what_is_sold_as_one_does_not_disagree(world, run):
    garments = filters.listed(run, filters.Listing())["garment"].tolist()
    for garment, chosen in ((garments[0], "T-shirt/top"), (garments[1], "Bag")):
        speak(world, run, garment, "label-wrong", who="Ada", category="Shirt")
        speak(world, run, garment, "label-wrong", who="Grace", category=chosen)
    entries = [naming.Entry(class_name=name, name="Tops" if name in ("Shirt", "T-shirt/top") else name)
               for name in run.class_names]  # fmt: skip
    names.save(world, naming.checked(entries, run.class_names), who="Ada", merges=["Tops"])
    run = promotions.live_run(world)
    at, own = (opened("labels/reviews", who="Ada", **query) for query in ({}, {"categories": "own"}))
    assert verdict_wording.disputes(1, 1) in test_pages.texts(at) and len(at.dataframe[1].value) == 1
    assert verdict_wording.disputes(2, 2) in test_pages.texts(own)
    assert [standing.num_seen_disagreements(run, "Ada", merged) for merged in (True, False)] == [1, 2]
    seen = verdicts.views(run, garments[:2], who="Ada")
    assert [marks.mark_of(run, view)["kind"] for view in seen] == ["label-wrong", "disagreement"]
    views = [run_views.of(run, merged) for merged in (True, False)]
    assert [verdicts.states(view, garments[:2], who="Ada")["state"].tolist() for view in views] == [
        ["label-wrong", "disagreement"], ["disagreement"] * 2,
    ]  # fmt: skip
    assert [verdicts.two_scores(run, merged).num_disagreements for merged in (True, False)] == [1, 2]


def test_before_anybody_spoke_the_page_of_reviews_says_why_it_is_empty_and_where_to_begin(world):
    at = opened("labels/reviews")
    assert "Nobody has said anything of a garment yet." in test_pages.texts(at)
    assert "Review the surest mistakes" in [link.label for link in at.get("page_link")]


def test_without_the_pictures_no_verdict_is_offered_and_everything_else_is_there(world, run, monkeypatch):
    def fail(*arguments):
        raise errors.ArtefactCorrupt("a file is missing.")

    monkeypatch.setattr(garments, "load", fail)
    for page in ("mistakes", "today", "mistakes/similar", "labels/reviews"):
        at = opened(page)
        assert not at.exception, page
        assert not [button for button in at.button if button.key and button.key.startswith("verdict-model")], page
    assert "Showing 1 to" in test_pages.texts(opened("mistakes"))


@pytest.mark.parametrize(("kept", "cookie"), [("Zoé", "Zoe\u0301"), ("Åse", "\u212bse"), ("김", "\u1100\u1175\u11b7")])
def test_who_is_remembered_in_another_composition_of_accents_is_the_same_person(world, kept, cookie):
    at = test_verdicts.opened(who=kept)
    at.button(key="verdict-model-one").click().run()
    at = test_verdicts.opened(who=cookie)
    assert "You: model is wrong" in test_pages.texts(at)
    assert "A colleague" not in test_pages.texts(at)
    listed = test_verdicts.opened(who=cookie, verdict="mine")
    assert not listed.exception
    assert "Showing 1 to 1 of 1" in test_pages.texts(listed)
