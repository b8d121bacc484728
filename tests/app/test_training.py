"""The training panel in each of its states, without a browser and without training anything."""

import dataclasses
from datetime import UTC, datetime, timedelta

import filelock
import pytest
import sqlalchemy as sa

from core import jobs
from core.jobs import estimates, liveness, preflight, records, resume, worker_lock
from core.model import checkpoints, recipes
from core.store.base import audit, database, schema
from core.store.runs import publishing, runs
from dashboard.look import phrases
from dashboard.session import person
from dashboard.training import form as training_form
from dashboard.training import view as training_view
from tests.app.test_pages import opened, texts
from tests.support import worlds

QUICK = jobs.TrainingRequest(recipe="quick")


@pytest.fixture
def home(store):
    worlds.publish(store)
    return store


def test_a_click_on_start_that_arrives_twice_starts_one_training(published_store, monkeypatch):
    at = opened()
    at.button(key="start").click().run()
    submit, asked = training_form.submit, []

    def twice(request):
        asked.append(request)
        submit(request)
        training_form._start(request)  # the same click once more

    monkeypatch.setattr(training_form, "submit", twice)
    at.button(key="start-confirmed").click().run()
    assert not at.exception
    queue = jobs.queue(published_store)
    assert queue.running is not None and queue.waiting is None
    assert len(asked) == 1


def test_presets_tell_how_long_they_take_and_what_is_new(home):
    estimates.keep(home, {"standard": estimates.Rates(learn_seconds=0.5, judge_seconds=0.01)}, "cpu")
    seconds = estimates.of_recipe(home, recipes.find("standard"), runs.list_runs(home)).seconds
    at = opened()
    assert not at.radio, "the form is folded until it is asked for"
    at.button(key="start").click().run()
    captions = at.radio(key="preset").proto.captions
    assert captions[1].endswith(f" Takes about {phrases.duration(seconds)} on this computer.")
    assert all(" Takes about " in caption for caption in captions)
    assert "New since version 1 (live): another recipe and a newer program. The garments" in texts(at)


def test_a_measured_time_is_told_without_about_and_nothing_new_is_said(store):
    files = worlds.run_files(worlds.catalogue())
    files = dataclasses.replace(
        files, recipe=recipes.find("quick").model_dump(mode="json"), environment=estimates.machine()
    )
    facts = dataclasses.replace(
        worlds.facts(files), code_version=resume.code_version.code_version(), total_seconds=41.0
    )
    publishing.publish(store, files, facts, created_by="Ada")
    at = opened()
    at.button(key="start").click().run()
    assert at.radio(key="preset").proto.captions[0].endswith("Takes 41 s on this computer.")
    nothing_new = "Nothing new since version 1: the same recipe, garments and seed give the same version."
    assert nothing_new in texts(at)
    assert nothing_new not in texts(at.number_input(key="seed").set_value(5).run())


def test_a_second_training_waits_its_place_is_shown_and_it_can_be_cancelled(home):
    records.insert(home, QUICK, started_by="Ada")
    at = opened()
    at.button(key="start").click().run()
    at.radio(key="preset").set_value("standard").run()
    assert "It begins when Quick check has ended. The live version stays as it is." in texts(at)
    at.button(key="start-confirmed").click().run()
    running, waiting = records.active(home)
    assert (running.recipe, waiting.recipe) == ("quick", "standard")
    since = f"{running.created_at.astimezone():%H:%M}"
    assert f"Next in line, after Quick check started by Ada at {since}." in texts(at)
    assert "Asked for by you at" in texts(at)
    other = opened("mistakes")
    assert "Asked for by somebody at the dashboard at" in texts(other)
    assert other.button(key="start").disabled
    assert "One training runs and one waits." in texts(other)
    other.button(key="cancel-waiting").click().run()
    assert records.active(home) == [running]
    assert "Next in line" not in texts(other)


def test_a_third_training_asked_for_in_an_old_tab_is_refused_kindly(home):
    at = opened()
    at.button(key="start").click().run()
    first, second = (records.insert(home, QUICK, started_by=who) for who in ("Ada", "Grace"))
    at.button(key="start-confirmed").click().run()
    assert [job.id for job in records.active(home)] == [first.id, second.id]
    refusal = "Your training was not started: somebody else took the place in line a moment before."
    assert refusal in texts(at)
    assert "One training runs and one waits. Another can be asked for when one of them has ended." in texts(at)
    assert not at.exception
    records.end(home, first.id, "cancelled")
    assert refusal not in texts(at.run()), "what is no longer so is not told"


def test_a_form_that_became_impossible_is_folded_and_not_opened_again_later(home):
    at = opened()
    at.button(key="start").click().run()
    jobs_there = [records.insert(home, QUICK, started_by=who) for who in ("Ada", "Grace")]
    assert at.run().button(key="start").disabled
    for job in jobs_there:
        records.end(home, job.id, "cancelled")
    assert not at.run().button(key="start").disabled
    assert [button.key for button in at.button if button.key == "start-confirmed"] == []


def test_a_training_that_cannot_start_says_why_and_nothing_started(home, monkeypatch):
    at = opened()
    at.button(key="start").click().run()
    monkeypatch.setattr(preflight, "LEAST_FREE_BYTES", 2**60)
    at.button(key="start-confirmed").click().run()
    assert "There is too little room on the disk for a training" in texts(at)
    assert jobs.current(home) is None


def test_an_empty_computer_without_room_says_why_and_tries_again_on_a_click(store, monkeypatch):
    monkeypatch.setattr(preflight, "LEAST_FREE_BYTES", 2**60)
    at = opened()
    assert not at.exception
    assert "There is too little room on the disk for a training" in texts(at)
    assert jobs.current(store) is None
    monkeypatch.undo()


def test_a_failure_tells_what_trying_again_saves(home):
    job = records.insert(home, QUICK, started_by="Ada")
    folder = home.home / "checkpoints" / "x"
    resume.note(folder, QUICK)
    kept = checkpoints.Checkpoint(identity="i", history=[{"epoch": 1}], elapsed_seconds=1.0, tensors={})
    checkpoints.save(folder, kept)
    records.end(home, job.id, "failed", message="The disk is full. The live version is untouched.")
    at = opened()
    assert "The disk is full. The live version is untouched." in texts(at)
    assert f"Quick check, started by Ada at {job.created_at.astimezone():%H:%M}." in texts(at)
    assert "Trying again goes on from round 2 of 2." in texts(at)
    at.button(key="again-sidebar").click().run()
    (again,) = records.active(home)
    assert again.request == QUICK
    assert "The disk is full" not in texts(at)


def test_a_finished_version_can_be_shown_and_compared_with_the_live_one(home):
    job = records.insert(home, QUICK, started_by="Ada")
    run = worlds.publish(home, seed=1)
    records.end(home, job.id, "finished", run_id=run.id)
    at = opened()
    assert "Version 2 is ready." in texts(at)
    assert f"Quick check, started by Ada at {job.created_at.astimezone():%H:%M}." in texts(at)
    (link,) = [found for found in at.sidebar.get("page_link") if found.proto.label == "Compare with the live one"]
    assert (link.proto.page, link.proto.query_string) == ("versions", "new=2")
    at.button(key="show-new").click().run()
    assert at.query_params["version"] == "2"
    assert "Version 2 is ready." not in texts(at)


def test_a_first_version_that_is_live_by_itself_is_announced_until_it_is_hidden_or_a_day_old(store, monkeypatch):
    job = records.insert(store, QUICK, started_by="Ada")
    run = worlds.publish(store)
    records.end(store, job.id, "finished", run_id=run.id)
    at = opened()
    said = "Version 1 is live: it is the first of these garments."
    assert said in texts(at)
    assert "See how good it is" in [link.proto.label for link in at.sidebar.get("page_link")]
    assert said not in texts(at.button(key="hide-result").click().run())
    assert said in texts(opened())
    monkeypatch.setattr(training_view, "_NEWS_SECONDS", 0.0)
    assert said not in texts(opened())


def test_the_name_of_who_starts_and_who_cancels_stands_in_the_log(home, monkeypatch):
    monkeypatch.setattr(person, "name", lambda: "Ada Lovelace")
    at = opened()
    at.button(key="start").click().run()
    at.button(key="start-confirmed").click().run()
    at.button(key="cancel-job").click().run()
    lines = [(line.who, line.action) for line in audit.entries(home) if line.action in ("train", "cancel")]
    assert lines == [("Ada Lovelace", "cancel"), ("Ada Lovelace", "train")]


def test_a_failure_is_told_while_the_one_that_waited_runs(home):
    first, second = (records.insert(home, QUICK, started_by=who) for who in ("Ada", "Grace"))
    records.end(home, first.id, "failed", message="The loss is no longer a number.")
    at = opened()
    assert "The loss is no longer a number." in texts(at)
    assert "Started by Grace" in texts(at)
    at.button(key="hide-result").click().run()
    assert "The loss is no longer a number." not in texts(at)
    assert [job.id for job in records.active(home)] == [second.id]


def test_a_training_that_does_not_answer_says_so_and_is_ended_by_a_person(home, monkeypatch):
    job = records.insert(home, QUICK, started_by="Ada")
    records.claim(home, job.id)
    with database.write(home.engine) as connection:
        old = datetime.now(UTC) - timedelta(minutes=3)
        connection.execute(sa.update(schema.jobs).values(heartbeat_at=old, clock=None))
    monkeypatch.setattr(worker_lock, "end_holder", lambda store, kind: None)
    with filelock.FileLock(liveness.lock_path(home)):
        at = opened()
        assert "It does not answer: nothing was heard of it for 3 min." in texts(at)
        assert not [button for button in at.button if button.key == "cancel-job"]
        assert any(code.value.startswith(f"Job {job.id}: running.") for code in at.code)
        at.button(key="end-process").click().run()
    assert records.find(home, job.id).status == "interrupted"
    assert "ended its process, which did not answer. The live version is untouched." in texts(at)


def test_a_process_that_cannot_be_ended_is_named_beside_the_button(home, monkeypatch):
    job = records.insert(home, QUICK, started_by="Ada")
    records.claim(home, job.id)
    with database.write(home.engine) as connection:
        old = datetime.now(UTC) - timedelta(minutes=3)
        connection.execute(sa.update(schema.jobs).values(heartbeat_at=old, clock=None))
    with filelock.FileLock(liveness.lock_path(home)):
        at = opened()
        at.button(key="end-process").click().run()
        assert "Which process does not answer is not known. Restart the computer to end it." in texts(at)
    assert records.find(home, job.id).status == "running"


def test_a_training_of_another_computer_is_followed_and_said_to_be_there(home, monkeypatch):
    monkeypatch.setattr("core.jobs.leases._is_shared", lambda store: True)
    job = records.insert(home, QUICK, started_by="Ada")
    records.claim(home, job.id)
    with database.write(home.engine) as connection:
        connection.execute(sa.update(schema.jobs).values(place="another", host="shop-2"))
    at = opened()
    assert "On the computer shop-2, where it was asked for." in texts(at)
    assert [button.label for button in at.button if button.key == "cancel-job"] == ["Cancel"]
    assert records.find(home, job.id).status == "running"
