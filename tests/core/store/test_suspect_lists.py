"""The search for wrong labels as a job, the list it leaves, how often that was right, and the command."""

import csv
import dataclasses
import json
import sys
import time

import numpy as np
import pandas as pd
import pytest

from core import __main__ as command_line
from core import doctor, errors, jobs
from core.commands import suspects as suspects_command
from core.jobs import records, suspect_search, training_work, worker
from core.model import out_of_fold, recipes
from core.quality import intervals, list_worth, review
from core.quality import suspects as quality
from core.store import retention
from core.store.base import artefacts, audit
from core.store.verdicts import suspect_lists
from tests.support import worlds
from tests.support.desk import Desk

ONE_ROUND = jobs.of_suspects(epochs=1)


@pytest.fixture
def desk(store):
    return Desk(store)


@pytest.fixture
def answers(desk, monkeypatch):
    """Makes-up answers in place of five trainings: sure of every label but those of six garments."""
    train = desk.garments.train
    made_up = np.full((len(train), 3), 0.05)
    shown = train.labels.copy()
    shown[[2, 3, 5, 8, 13, 21]] = (shown[[2, 3, 5, 8, 13, 21]] + 1) % 3
    made_up[np.arange(len(train)), shown] = 0.9
    monkeypatch.setattr(out_of_fold, "probabilities", lambda *arguments, **options: made_up)
    return made_up


def search(store, request=ONE_ROUND):
    job, run = worker.run_here(store, request, training_work, started_by="Ada", on_report=lambda *progress: None)
    assert run is None
    return job


def newest(desk):
    return suspect_lists.newest(desk.store, desk.garments.fingerprint)


def test_a_search_leaves_a_list_with_suggestions_and_similar_garments(desk, answers):
    job = search(desk.store)
    assert (job.status, job.kind, job.run_id) == ("finished", "suspects", None)
    assert job.message == "6 of 54 training garments have a label that is doubted."
    found, train = newest(desk), desk.garments.train
    assert (found.num_garments, found.num_suspects, found.created_by, found.seed) == (54, 6, "Ada", 0)
    table = suspect_lists.load(desk.store, found)
    assert table["position"].tolist() == [2, 3, 5, 8, 13, 21]
    assert table["label"].tolist() == train.labels[table["position"]].tolist()
    assert table["suggested_class"].tolist() == answers[table["position"]].argmax(axis=1).tolist()
    assert table["garment"].tolist() == [desk.keys["train"][position] for position in table["position"]]
    pixels = train.images.reshape(len(train), -1).astype(float)
    pixels /= np.linalg.norm(pixels, axis=1, keepdims=True)
    for row in table.itertuples():
        angles = pixels @ pixels[row.position]
        angles[row.position] = -1
        assert row.similar == np.argsort(-angles)[:3].tolist()
    assert (audit.entries(desk.store)[0].action, audit.entries(desk.store)[0].who) == ("find-suspects", "Ada")
    assert doctor.breaches(desk.store) == []
    assert list((desk.store.home / "checkpoints").iterdir()) == []


def test_the_same_search_gives_the_list_that_is_there_and_another_seed_another_one(desk, answers):
    search(desk.store)
    again = search(desk.store)
    assert again.message.startswith("This search was done before. 6 of 54 ")
    assert newest(desk).number == 1
    search(desk.store, dataclasses.replace(ONE_ROUND, seed=1))
    assert newest(desk).number == 2


def test_a_cancelled_search_goes_on_with_the_models_that_are_done(desk, monkeypatch):
    def cancelling(stage, fraction, seconds_left):
        if "model 3" in stage:
            (running,) = records.active(desk.store)
            jobs.cancel(desk.store, running.id, who="Ada")
            time.sleep(1.0)

    job, _ = worker.run_here(desk.store, ONE_ROUND, training_work, started_by="Ada", on_report=cancelling)
    assert (job.status, newest(desk)) == ("cancelled", None)
    (folder,) = (desk.store.home / "checkpoints").iterdir()
    assert {path.name for path in folder.iterdir()} >= {"fold-1.safetensors", "fold-2.safetensors"}
    trained = []
    monkeypatch.setattr(out_of_fold, "_judged", counting(out_of_fold._judged, trained))
    assert search(desk.store).status == "finished"
    assert len(trained) <= 3
    assert newest(desk).num_garments == 54
    assert not folder.exists()


def counting(function, calls):
    def count(*arguments):
        calls.append(arguments)
        return function(*arguments)

    return count


def test_a_search_and_a_training_wait_for_each_other(desk):
    running = records.insert(desk.store, ONE_ROUND, started_by="Ada")
    waiting = records.insert(desk.store, jobs.TrainingRequest(recipe="quick"), started_by="Grace")
    assert (running.is_waiting, waiting.is_waiting) == (False, True)
    with pytest.raises(errors.JobBusy, match=r"A training \(suspects\) is running, started by Ada"):
        records.insert(desk.store, ONE_ROUND, started_by="Tim")
    assert records.find(desk.store, running.id).request == ONE_ROUND


def test_without_a_version_a_search_says_what_comes_first(store):
    job = search(store)
    assert job.status == "failed"
    assert job.message.startswith("There is no version yet whose garments could be searched. Train one first.")


def test_a_job_of_no_kind_is_refused():
    with pytest.raises(errors.JobError, match="training, suspects, got 'party'"):
        jobs.TrainingRequest(recipe="quick", kind="party")
    assert jobs.of_suspects().recipe == out_of_fold.RECIPE == recipes.FOR_SUSPECTS


def test_the_list_states_how_often_it_was_right(desk, answers):
    search(desk.store)
    table = suspect_lists.load(desk.store, newest(desk))
    nothing = suspect_lists.hit_rate(desk.store, table)
    assert (nothing.num_reviewed, np.isnan(nothing.share)) == (0, True)
    for position in (2, 3, 5):
        category = desk.garments.class_names[answers[position].argmax()]
        desk.say("label-wrong", desk.subject(position, split="train"), category=category)
    desk.say("cannot-tell", desk.subject(5, split="train"), who="Grace")
    desk.say("model-wrong", desk.subject(8, split="train"))
    desk.say("model-wrong", desk.subject(40, split="train"))
    rate = suspect_lists.hit_rate(desk.store, table)
    low, high = intervals.wilson(2, 4)
    assert rate == quality.HitRate(num_wrong=2, num_reviewed=4, share=0.5, low=float(low), high=float(high))
    assert suspects_command.hit_rate_in_words(rate) == ("People judged 4 of them so far: 2 had a wrong label (50 %).")
    worth = suspect_lists.worth(desk.store, newest(desk), table)
    seed = suspect_lists.seed_of(newest(desk))
    said = dict.fromkeys((2, 3), 1.0) | dict.fromkeys((5, 8), 0.0)  # of garment 5 two people say two things
    known = np.array([said.get(position, np.nan) for position in table["position"].tolist()])
    np.testing.assert_equal(worth, list_worth.worth(known, seed))
    assert suspects_command.worth_in_words(worth) == ""
    known = list_worth.worth(np.array([1.0, 0, 1, 0, 0, 0]), seed)
    assert suspects_command.worth_in_words(known) == ("Of all 6 about 33 % are wrong (95 % interval 33 % to 33 %).")


def test_without_verdicts_the_hit_rate_is_undefined():
    states = review.garment_states(pd.DataFrame({"garment": [], "kind": [], "category": []}))
    rate = quality.hit_rate(states)
    assert (rate.num_wrong, rate.num_reviewed, np.isnan(rate.low)) == (0, 0, True)
    assert suspects_command.hit_rate_in_words(rate).startswith("Nobody has judged any of them yet")


def test_the_newest_list_is_never_collected_and_an_older_one_is(desk, answers, monkeypatch):
    search(desk.store)
    first = newest(desk)
    answers[2] = np.roll(answers[2], 1)
    search(desk.store, dataclasses.replace(ONE_ROUND, seed=1))
    second = newest(desk)
    monkeypatch.setattr(retention, "LEFTOVER_SECONDS", -1)
    assert retention.collect(desk.store, who="Ada").moved == (first.artefact,)
    assert len(suspect_lists.load(desk.store, second)) == second.num_suspects
    assert doctor.breaches(desk.store) == []
    (artefacts.folder_of(desk.store.home, second.artefact) / suspect_lists.TABLE_FILE).write_bytes(b"x")
    assert doctor.breaches(desk.store)[0].startswith("I2: list 2 of suspects:")
    with pytest.raises(errors.ArtefactCorrupt):
        suspect_lists.load(desk.store, second)


@pytest.fixture
def run(monkeypatch, capsys):
    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["core", *arguments])
        code = command_line.main()
        captured = capsys.readouterr()
        return code, captured.out or captured.err

    return run


def test_the_command_searches_lists_and_writes_csv(desk, answers, run, tmp_path):
    code, out = run("suspects")
    assert (code, "python -m core suspects --find" in out) == (1, True)
    desk.say("cannot-tell", desk.subject(3, split="train"))
    code, out = run("suspects", "--find", "--limit", "2", "--csv", str(tmp_path / "list.csv"), "--json")
    content = json.loads(out)
    assert code == 0
    assert [row["position"] for row in content["suspects"]] == [2, 3]
    assert [row["said"] for row in content["suspects"]] == ["", "cannot-tell"]
    assert (content["hit_rate"]["num_wrong"], content["hit_rate"]["num_reviewed"]) == (0, 1)
    assert (content["list"]["num_suspects"], content["list"]["class_names"]) == (6, ["Shirt", "Coat", "Bag"])
    with (tmp_path / "list.csv").open(encoding="utf-8-sig") as file:
        lines = list(csv.DictReader(file))
    assert [int(line["position"]) for line in lines] == [2, 3, 5, 8, 13, 21]
    assert tuple(lines[0]) == suspects_command.COLUMNS
    code, out = run("suspects", "--csv", str(tmp_path / "no" / "list.csv"))
    assert (code, "list.csv cannot be written (No such file or directory). Name another file." in out) == (1, True)
    code, out = run("suspects", "--limit", "1")
    assert code == 0
    assert "6 of 54 training garments have a label that is doubted" in " ".join(out.split())
    assert "People judged 1 of them so far: 0 had a wrong label" in " ".join(out.split())


def test_a_search_that_fails_is_one_line(store, run):
    worlds.publish(store)
    records.insert(store, ONE_ROUND, started_by="Ada")
    records.insert(store, ONE_ROUND, started_by="Grace")
    code, out = run("suspects", "--find", "--json")
    assert (code, out.count("\n")) == (1, 1)
    assert json.loads(out)["error"].startswith("A training (suspects) is running, started by Ada")


def test_the_suspects_are_those_of_the_ranking(desk, answers):
    expected = quality.suspects(desk.garments.train.labels, answers)
    listed = suspect_search.listed(desk.garments.train, answers)
    assert listed["position"].tolist() == expected.loc[expected["is_suspect"], "garment"].tolist()
    assert len(suspect_search.listed(desk.garments.train, np.eye(3)[desk.garments.train.labels])) == 0
