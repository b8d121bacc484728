"""The first start: a first look on the built-in sample, the real garments after it, and what becomes live of them."""

import dataclasses

import pytest

from core import catalogue, doctor, jobs
from core.jobs import first_start, records, work_queue
from core.store.base import audit
from core.store.live import promotions
from core.store.runs import publishing, runs
from tests.core.jobs import test_trainings_asked_for
from tests.support import worlds

launched = test_trainings_asked_for.launched


def published(store, arrival, *, seed=0, num_train=60):
    files = worlds.run_files(worlds.catalogue(num_train=num_train), seed=seed)
    return publishing.publish(
        store, files, worlds.facts(files, seed=seed), created_by=first_start.BY_ITSELF, arrival=arrival
    )


def test_a_first_start_asks_for_both_trainings_at_once_and_only_once(store, launched):
    first = first_start.ask(store)
    assert first_start.ask(store) is None
    queue = jobs.queue(store)
    assert (queue.running.id, queue.running.catalogue) == (first.id, catalogue.FALLBACK)
    assert (queue.waiting.recipe, queue.waiting.catalogue) == (first_start.RECIPE, None)
    assert launched == [first.id]
    assert [line.action for line in audit.entries(store)] == ["train", "train"]


def test_a_first_look_stays_one_when_own_photos_are_chosen_meanwhile(store, launched, monkeypatch):
    first = first_start.ask(store)
    monkeypatch.setattr(first_start, "wanted", lambda store: [jobs.TrainingRequest(recipe="quick", catalogue="shop")])
    assert first_start.is_first_look(store, first.request, first.started_by)
    assert first_start.arrival(store, first.request, first.started_by) == "first look"
    named = dataclasses.replace(store, settings=store.settings.model_copy(update={"catalogue": "sample"}))
    assert not first_start.is_first_look(named, first.request, first.started_by), "somebody chose the sample"


def test_a_first_look_that_dies_is_followed_by_the_real_garments(store, launched):
    first = first_start.ask(store)
    waiting = jobs.queue(store).waiting
    records.claim(store, first.id)
    work_queue.settle(store)  # its lock is free: it is dead
    assert records.find(store, first.id).status == "interrupted"
    assert launched == [first.id, waiting.id]
    assert doctor.breaches(store) == []


def test_where_other_garments_are_named_there_is_no_first_look(store):
    named = dataclasses.replace(store, settings=store.settings.model_copy(update={"catalogue": "sample"}))
    assert [request.catalogue for request in first_start.wanted(named)] == [None]


def test_the_real_garments_take_the_place_of_a_first_look_that_nobody_chose(store):
    look = published(store, "first look")
    assert promotions.live_run(store).id == look.id
    real = published(store, "after the first look", seed=1, num_train=90)
    assert promotions.live_run(store).id == real.id
    assert [line.reason for line in promotions.history(store)] == [
        publishing.AFTER_FIRST_LOOK_REASON,
        publishing.FIRST_LOOK_REASON,
    ]
    assert promotions.previous_run(store).id == look.id
    third = published(store, "after the first look", seed=2, num_train=120)
    assert promotions.live_run(store).id == real.id != third.id, "only the first look is followed by itself"
    assert doctor.breaches(store) == []


@pytest.mark.parametrize("decision", ["promote", "keep", "the same garments", "asked for", "first one chosen"])
def test_nobody_s_decision_is_overridden(store, decision):
    look = published(store, "usual" if decision == "first one chosen" else "first look")
    other = published(store, "usual", seed=1)
    live = look
    if decision == "promote":
        promotions.promote(store, other.id, reason="It is better for coats.", who="Ada", override=True)
        live = other
    elif decision == "keep":
        promotions.keep(store, other.id, reason="It is worse for coats.", who="Ada")
    arrival = "usual" if decision == "asked for" else "after the first look"
    published(store, arrival, seed=2, num_train=60 if decision == "the same garments" else 90)
    assert promotions.live_run(store).id == live.id
    assert len(runs.list_runs(store)) == 3


def test_a_first_start_is_open_until_something_else_was_trained_to_its_end(store, launched):
    assert not first_start.is_open(store)
    first = first_start.ask(store)
    second = jobs.queue(store).waiting
    records.end(store, first.id, "finished")
    assert first_start.arrival(store, second.request, "Ada") == "after the first look"
    records.end(store, second.id, "failed", message="No room.")
    assert first_start.is_open(store), "trying again may still take the place of the first look"
    records.end(store, records.insert(store, second.request, started_by="Ada").id, "finished")
    assert first_start.arrival(store, second.request, "Ada") == "usual"
