"""The page of labels that are probably wrong, in each of its states, without a browser and without a training."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
import streamlit as st

from core import errors, jobs
from core.jobs import records, suspect_search
from core.quality import list_worth, review
from core.quality.list_worth import Worth
from core.quality.suspects import HitRate
from core.report import pack
from core.store.live import promotions
from core.store.runs import garments
from core.store.verdicts import suspect_lists, verdict_tables, verdicts
from dashboard.data import run_views, suspects
from dashboard.gallery import marks, picking, verdict_outbox
from dashboard.look import verdict_wording
from dashboard.session import browser_memory, flags
from dashboard.suspects import view as suspects_view
from dashboard.suspects import wording as suspect_wording
from dashboard.tagging import tiles as tag_tiles
from tests.app.test_pages import opened, texts
from tests.support import report_world
from tests.support.desk import Desk


@pytest.fixture
def desk(store, monkeypatch):
    monkeypatch.setattr(browser_memory, "read", lambda name: "Ada")
    return Desk(store)


@pytest.fixture
def listed(desk):
    """A list of three suspects, each with the next class suggested."""
    train = desk.garments.train
    made_up = np.full((len(train), 3), 0.05)
    shown = train.labels.copy()
    shown[[2, 3, 5]] = (shown[[2, 3, 5]] + 1) % 3
    made_up[np.arange(len(train)), shown] = 0.9
    facts = suspect_lists.SearchFacts(identity="x", catalogue_fingerprint=desk.garments.fingerprint, recipe={}, seed=0,
             code_version="tests", num_garments=len(train), seconds=60.0)  # fmt: skip
    return suspect_lists.publish(desk.store, suspect_search.listed(train, made_up), facts, created_by="Ada")


def names(desk, position):
    names, label = desk.garments.class_names, desk.garments.train.labels[position]
    return names[label], names[(label + 1) % 3]


def said(desk, position):
    (view,) = verdict_tables.views(desk.store, [desk.keys["train"][position]], who="Ada")
    return view.mine and (view.mine.kind, view.mine.category, view.mine.split)


def test_without_a_list_there_is_why_and_one_button_that_begins_the_search(desk):
    at = opened("labels")
    assert "Nobody has looked for wrong labels in these garments yet." in texts(at)
    at.button(key="search").click().run()
    (job,) = records.active(desk.store)
    assert (job.kind, job.started_by) == ("suspects", "Ada")
    assert not at.exception
    assert at.button(key="cancel-search").label == "Cancel"
    assert "Search for wrong labels" in texts(at)
    at.button(key="cancel-search").click().run()
    assert records.active(desk.store) == []


def test_one_in_six_that_people_see_is_drawn_from_all_of_a_list_and_the_file_keeps_its_order(desk, listed):
    found = suspect_lists.newest(desk.store, desk.run.catalogue_fingerprint)
    many = pd.concat([suspects.table(found)] * 20, ignore_index=True).assign(position=range(60))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(suspects, "table", lambda found: many)
        st.cache_resource.clear()
        shown = suspects.in_turn(found, run_views.of(promotions.live_run(desk.store)))["position"].tolist()
    assert shown == list_worth.in_turn(60, suspect_lists.seed_of(found)).tolist()
    assert sorted(shown) == many["position"].tolist() != shown


def test_a_search_that_failed_says_why_and_can_be_tried_again(desk):
    job = records.insert(desk.store, jobs.of_suspects(), started_by="Ada")
    records.end(desk.store, job.id, "failed", message="The disk is full.")
    at = opened("labels")
    assert "The disk is full." in texts(at)
    at.button(key="again-suspects").click().run()
    assert records.active(desk.store)[0].kind == "suspects"


def test_the_worst_is_opened_with_its_suggestion_and_its_likes(desk, listed):
    at = opened("labels")
    label, suggested = names(desk, 2)
    assert "3 of 54 labels are doubted." in texts(at)
    assert "nobody knows how often this list is right" in texts(at)
    assert f"Labelled {label}. Models that had not seen it say {suggested} (90 % sure)." in texts(at)
    assert "Looks like: " in texts(at)
    assert at.button(key="suspect-change").label.replace("\\", "") == f"Label is wrong, it is {suggested}"


def test_a_label_is_changed_kept_or_left_open_and_the_next_garment_opens(desk, listed):
    at = opened("labels")
    at.button(key="suspect-change").click().run()
    assert said(desk, 2) == (review.LABEL_WRONG, names(desk, 2)[1], "train")
    assert "Training garment 3" in texts(at)
    at.button(key="suspect-keep").click().run()
    assert said(desk, 3) == (review.MODEL_WRONG, None, "train")
    at.button(key="suspect-unclear").click().run()
    assert said(desk, 5) == (review.CANNOT_TELL, None, "train")
    assert "Of the 3 that were judged so far, 1 was a real label error (33 %)." in texts(at)
    at.button(key="verdict-undo").click().run()
    assert said(desk, 5) is None
    assert not at.exception


def test_what_a_colleague_said_is_shown_only_to_who_has_spoken(desk, listed):
    desk.say("cannot-tell", desk.subject(2, split="train"), who="Grace")
    at = opened("labels")
    assert verdict_wording.COLLEAGUE in texts(at)
    assert "Grace" not in texts(at)
    at.button(key="suspect-keep").click().run()
    at.query_params["garment"] = "2"
    at.run()
    assert "You: model is wrong" in texts(at)
    assert "Grace: cannot tell" in texts(at)


def test_a_verdict_that_cannot_be_saved_is_kept_and_saved_once_it_can(desk, listed, monkeypatch):
    def refuse(*arguments, **options):
        raise errors.DatabaseUnavailable("The database is locked.")

    at = opened("labels")
    with monkeypatch.context() as broken:
        broken.setattr(verdicts, "save", refuse)
        at.button(key="suspect-keep").click().run()
        assert "Your last verdict is kept here but not stored yet." in texts(at)
        assert "The database is locked." in texts(at)
    assert said(desk, 2) is None
    at.button(key="verdict-retry").click().run()
    assert said(desk, 2) == (review.MODEL_WRONG, None, "train")


def test_without_a_name_a_verdict_is_kept_until_there_is_one(desk, listed, monkeypatch):
    monkeypatch.setattr(browser_memory, "read", lambda name: "")
    at = opened("labels")
    at.button(key="suspect-change").click().run()
    assert verdict_wording.needs_name(1) in texts(at)
    assert said(desk, 2) is None


def test_a_verdict_of_another_day_is_taken_back(desk, listed):
    desk.say("cannot-tell", desk.subject(2, split="train"), who="Ada")
    at = opened("labels")
    at.button(key="verdict-take-back").click().run()
    assert said(desk, 2) is None
    assert not at.exception


def test_what_is_selected_gets_one_verdict(desk, listed, monkeypatch):
    chosen = frozenset({2, 5})
    monkeypatch.setattr(picking, "selected", lambda key, scope: chosen)
    at = opened("labels")
    assert "Apply to 2 selected" in texts(at)
    at.button(key="verdict-model-many").click().run()
    assert [said(desk, position) for position in (2, 3, 5)] == [
        (review.MODEL_WRONG, None, "train"), None, (review.MODEL_WRONG, None, "train"),
    ]  # fmt: skip


def test_a_verdict_by_key_follows_the_suggestion_of_each_and_other_garments_are_not_heard(desk, listed, monkeypatch):
    at = opened("labels")
    run = promotions.live_run(desk.store)
    reported = [{"id": "k1", "kind": "label-wrong", "garments": [3, 4, 5, 10**6, -1], "category": None}]
    monkeypatch.setattr(flags, "component_value", lambda key, name: reported if name == "said" else None)
    marks.on_said(run, "suspect-tiles", "train")()
    verdict_outbox.send()
    assert said(desk, 3) == (review.LABEL_WRONG, names(desk, 3)[1], "train")
    assert said(desk, 5) == (review.LABEL_WRONG, names(desk, 5)[1], "train")
    assert said(desk, 4) is None
    assert not at.exception


def test_the_list_as_csv_says_what_is_doubted_and_what_the_person_may_know(desk, listed):
    run = promotions.live_run(desk.store)
    desk.say("label-wrong", desk.subject(2, split="train"), who="Ada", category=names(desk, 2)[1])
    desk.say("cannot-tell", desk.subject(3, split="train"), who="Grace")
    content = suspects_view._as_csv(run, suspects.table(listed)).decode("utf-8-sig")
    rows = {row["training_garment"]: row for row in csv.DictReader(io.StringIO(content))}
    assert (rows["2"]["label"], rows["2"]["suggested"]) == names(desk, 2)
    assert (rows["2"]["verdict"], rows["2"]["agreed_category"]) == (review.LABEL_WRONG, names(desk, 2)[1])
    assert rows["3"]["verdict"] == ""
    assert float(rows["5"]["probability_of_suggested"]) == 0.9


def test_without_the_pictures_no_verdict_is_offered(desk, listed, monkeypatch):
    def fail(*arguments):
        raise errors.ArtefactCorrupt("a file is missing.")

    monkeypatch.setattr(garments, "load", fail)
    at = opened("labels")
    assert not at.exception
    assert "The picture of this garment cannot be read." in texts(at)
    assert not [button for button in at.button if button.key and button.key.startswith("suspect-")]


def test_the_sentences_name_counts_and_intervals():
    rate = HitRate(num_wrong=41, num_reviewed=60, share=41 / 60, low=0.5577, high=0.7869)
    one = HitRate(num_wrong=1, num_reviewed=1, share=1.0, low=0.2, high=1.0)
    assert suspect_wording.hit_rate(one) == "The one that was judged so far was a real label error."
    assert suspect_wording.hit_rate(rate) == ("Of the 60 that were judged so far, 41 were real label errors (68 %).")
    whole = Worth(num_listed=344, depth=48, num_drawn=9, share=0.24, low=0.121, high=0.412)
    assert suspect_wording.worth(whole) == (
        "Of all 344 about 24 of 100 are wrong (likely between 12 and 41): the first 48 were looked at, and 9 drawn at "
        "random tell of the rest."
    )
    few = replace(whole, share=float("nan"))
    assert suspect_wording.worth(few).startswith("How many of the whole list are wrong is told after a few more")
    assert suspect_wording.worth(replace(whole, depth=344)) == "That is the whole list."
    assert suspect_wording.start(None) == "Look for wrong labels"
    assert suspect_wording.start(242) == "Look for wrong labels (about 4 min)"
    assert suspect_wording.headline(0, 54) == "No label of the 54 training garments is doubted."


def test_a_doubt_between_categories_that_are_sold_as_one_is_not_listed_counted_or_written(desk, listed):
    run = promotions.live_run(desk.store)
    report_world.merge(desk.store, run, "Tops", *run.class_names[:2])
    run = promotions.live_run(desk.store)
    table, sold = suspects.table(listed), np.array(run.sold_as)
    crossing = table["position"][sold[table["label"]] != sold[table["suggested_class"]]].tolist()
    assert len(crossing) == 2 < len(table)
    at = opened("labels")
    assert f"2 of {listed.num_garments} labels are doubted." in texts(at)
    assert suspect_wording.within_merges(1) in texts(at)
    view = run_views.of(run)
    assert sorted(suspects.in_turn(listed, view)["position"]) == sorted(crossing)
    rows = list(
        csv.DictReader(io.StringIO(suspects_view._as_csv(run, suspects.listed(listed, view)).decode("utf-8-sig")))
    )
    assert [int(row["training_garment"]) for row in rows] == crossing
    own = opened("labels", categories="own")
    assert f"3 of {listed.num_garments} labels are doubted." in texts(own)
    assert "sell as one" not in texts(own)
    now = datetime.now(UTC)
    packs = [pack.make(desk.store, run, who="Ada", now=now, as_sold=as_sold).html for as_sold in (True, False)]
    assert "2 doubted labels wait" in packs[0] and "3 doubted labels wait" in packs[1]
    assert suspects.hit_rate(listed, view).num_reviewed == 0 and suspects.worth(listed, view).num_listed == 2


def test_the_keys_mean_the_same_in_every_list(desk):
    mistakes, labels = (marks.review_by_key(desk.run, "tiles", split=split).keys for split in ("test", "train"))
    assert mistakes == labels
    assert mistakes.kinds == {"1": "model-wrong", "2": "label-wrong", "3": "cannot-tell", "4": "choose"}
    assert tag_tiles.KEYS.kinds == {"1": "accepted", "2": "choose", "3": "rejected", "4": "choose"}
    for keys in (mistakes, labels, tag_tiles.KEYS):
        stays, changes, *_ = (meaning for _, _, meaning in keys.buttons)
        assert " stays" in stays and " changes" in changes


def test_labels_that_were_changed_are_offered_to_be_learned_beside_the_list(desk, listed):
    assert not [button for button in opened("labels").button if button.key == "train-suspects"]
    desk.say("label-wrong", desk.subject(3, split="train"), category=names(desk, 3)[1])
    for place in ("suspects", "reviews"):
        button = opened(f"labels/{place}").button(key=f"train-{place}")
        assert button.label == "Train again with 1 new label correction"
    at = opened("labels")
    at.button(key="train-suspects").click().run()
    assert not at.exception
    assert jobs.queue(desk.store).running.recipe == "quick"
