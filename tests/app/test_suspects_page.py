"""The page of labels that are probably wrong, in each of its states, without a browser and without a training."""

import numpy as np
import pytest

from core import errors, jobs
from core.jobs import records, suspects
from core.quality import review
from core.quality.suspects import HitRate
from core.store import suspect_lists, verdict_tables
from dashboard import browser_notes, suspect_wording, suspected
from tests.app.test_pages import opened, texts
from tests.desk import Desk


@pytest.fixture
def desk(store, monkeypatch):
    monkeypatch.setattr(browser_notes, "read", lambda name: "Ada")
    return Desk(store)


@pytest.fixture
def listed(desk):
    """A list of three suspects, each with the next class suggested."""
    train = desk.garments.train
    made_up = np.full((len(train), 3), 0.05)
    shown = train.labels.copy()
    shown[[2, 3, 5]] = (shown[[2, 3, 5]] + 1) % 3
    made_up[np.arange(len(train)), shown] = 0.9
    facts = {"identity": "x", "catalogue_fingerprint": desk.garments.fingerprint, "recipe": {}, "seed": 0,
             "code_version": "tests", "num_garments": len(train), "seconds": 60.0}  # fmt: skip
    return suspect_lists.publish(desk.store, suspects.listed(train, made_up), facts, created_by="Ada")


def names(desk, position):
    names, label = desk.garments.class_names, desk.garments.train.labels[position]
    return names[label], names[(label + 1) % 3]


def said(desk, position):
    (view,) = verdict_tables.views(desk.store, [desk.keys["train"][position]], who="Ada")
    return view.mine and (view.mine.kind, view.mine.category, view.mine.split)


def test_without_a_list_there_is_why_and_one_button_that_begins_the_search(desk):
    at = opened("suspects")
    assert "Nobody has looked for wrong labels in these garments yet." in texts(at)
    at.button(key="search").click().run()
    (job,) = records.active(desk.store)
    assert (job.kind, job.started_by) == ("suspects", "Ada")
    assert not at.exception
    assert at.button(key="cancel-search").label == "Cancel"
    assert "Search for wrong labels" in texts(at)
    at.button(key="cancel-search").click().run()
    assert records.active(desk.store) == []


def test_a_search_that_failed_says_why_and_can_be_tried_again(desk):
    job = records.insert(desk.store, jobs.of_suspects(), started_by="Ada")
    records.end(desk.store, job.id, "failed", message="The disk is full.")
    at = opened("suspects")
    assert "The disk is full." in texts(at)
    at.button(key="again-suspects").click().run()
    assert records.active(desk.store)[0].kind == "suspects"


def test_the_worst_is_opened_with_its_suggestion_and_its_likes(desk, listed):
    at = opened("suspects")
    label, suggested = names(desk, 2)
    assert "3 of 54 labels look wrong." in texts(at)
    assert "nobody knows how often this list is right" in texts(at)
    assert f"Labelled {label}. Models that had not seen it say {suggested} (90 % sure)." in texts(at)
    assert "Looks like: " in texts(at)
    assert at.button(key="suspect-change").label == f"Change to {suggested}"


def test_a_label_is_changed_kept_or_left_open_and_the_next_garment_opens(desk, listed):
    at = opened("suspects")
    at.button(key="suspect-change").click().run()
    assert said(desk, 2) == (review.LABEL_WRONG, names(desk, 2)[1], "train")
    assert "Training garment 3" in texts(at)
    at.button(key="suspect-keep").click().run()
    assert said(desk, 3) == (review.MODEL_WRONG, None, "train")
    at.button(key="suspect-unclear").click().run()
    assert said(desk, 5) == (review.CANNOT_TELL, None, "train")
    assert "In 3 decisions so far, 1 was a real label error" in texts(at)
    at.button(key="suspect-undo").click().run()
    assert said(desk, 5) is None
    assert not at.exception


def test_what_a_colleague_said_is_shown_only_to_who_has_spoken(desk, listed):
    desk.say("cannot-tell", desk.subject(2, split="train"), who="Grace")
    at = opened("suspects")
    assert "A colleague has judged it. You see how once you have." in texts(at)
    assert "Grace" not in texts(at)
    at.button(key="suspect-keep").click().run()
    at.query_params["garment"] = "2"
    assert "You: Label kept. Grace: Cannot tell." in texts(at.run())


def test_a_verdict_that_cannot_be_saved_says_so_and_stays(desk, listed, monkeypatch):
    def refuse(*arguments):
        raise errors.DatabaseUnavailable("The database is locked.")

    at = opened("suspects")
    monkeypatch.setattr(suspected, "say", refuse)
    at.button(key="suspect-keep").click().run()
    assert "Not saved. The database is locked." in texts(at)
    assert "Training garment 2" in texts(at)


def test_without_a_name_nothing_can_be_said(desk, listed, monkeypatch):
    monkeypatch.setattr(browser_notes, "read", lambda name: "")
    at = opened("suspects")
    assert at.button(key="suspect-change").disabled
    assert "A verdict needs a name." in texts(at)


def test_the_sentences_name_counts_and_intervals():
    rate = HitRate(num_wrong=41, num_reviewed=60, share=41 / 60, low=0.5577, high=0.7869)
    assert suspect_wording.hit_rate(rate) == (
        "In 60 decisions so far, 41 were real label errors (68 %; likely between 56 % and 79 %)."
    )
    assert suspect_wording.start(None) == "Look for wrong labels"
    assert suspect_wording.start(242) == "Look for wrong labels (about 4 min)"
    assert suspect_wording.headline(0, 54) == "No label of the 54 training garments looks wrong."
