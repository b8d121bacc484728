"""What is live changes while others tag: each answer is of the version that it names, the next one of the new."""

import threading

import numpy as np
import pytest

from core.catalogue.split import cut
from core.jobs import training_pipeline, training_work, worker
from core.jobs.requests import TrainingRequest
from core.model import posture
from core.store.live import promotions
from core.store.runs import file_reader, runs
from core.tagging import tagger
from tests.support import sample_garments

REASON = "as the test wants it"
NUM_SESSIONS, NUM_CHANGES = 4, 10


@pytest.fixture
def two_versions(own_trained_store, monkeypatch):
    """A store with two versions that were really trained, the first one live."""
    monkeypatch.setattr(posture, "MOST_GARMENTS", 20)
    found = cut("sample", *sample_garments.few(num_train=1200, num_test=300), validation_share=0.25, validation_seed=0)
    monkeypatch.setattr(training_pipeline.catalogue, "load_wanted", lambda name, given, **options: (found, ""))
    request = TrainingRequest(recipe="quick", catalogue="sample", epochs=1, seed=1)
    worker.run_here(own_trained_store, request, training_work, started_by="Ada", on_report=lambda *report: None)
    assert [run.version for run in runs.list_runs(own_trained_store)] == [2, 1]
    return own_trained_store


def asked(store, version="live"):
    """The version that answered, and what it says of the first test garments."""
    model = tagger.load(store, version)
    images = file_reader.load_split(store, model.run, "test").images[:8]
    return model.run.version, np.asarray(model.answers(images)[0])


def test_every_answer_is_of_the_version_it_names_and_the_next_one_of_the_new(two_versions):
    store, is_over, found, problems = two_versions, threading.Event(), [], []
    expected = {version: asked(store, str(version))[1] for version in (1, 2)}
    assert not np.allclose(expected[1], expected[2])

    def session():
        try:
            while not is_over.is_set():
                found.append(asked(store))
        except Exception as error:
            problems.append(error)

    sessions = [threading.Thread(target=session) for _ in range(NUM_SESSIONS)]
    for thread in sessions:
        thread.start()
    for number in range(NUM_CHANGES):
        if number % 2:
            promotions.roll_back(store, reason=REASON, who="Ada")
        else:
            promotions.promote(store, "2", reason=REASON, who="Ada", override=True)
        found.append(asked(store))
        assert found[-1][0] == (1 if number % 2 else 2) == promotions.live_run(store).version
    is_over.set()
    for thread in sessions:
        thread.join()
    assert problems == []
    assert {version for version, _ in found} == {1, 2} and len(found) > 2 * NUM_CHANGES
    for version, answers in found:
        np.testing.assert_allclose(answers, expected[version], atol=1e-6)
