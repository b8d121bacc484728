"""The one that waits is started when the one before it ends, also when nobody looks and when that was killed."""

import subprocess

from core import doctor, jobs
from core.jobs import launchers, liveness, records
from core.store.runs import runs
from tests.fault.test_kill_training import wait_for
from tests.support import worlds


def test_the_ended_worker_starts_the_one_that_waits_while_nobody_looks(store):
    worlds.publish(store)
    first = jobs.submit(store, request(1), started_by="Ada")
    second = jobs.submit(store, request(2), started_by="Grace")
    assert (first.is_waiting, second.is_waiting) == (False, True)
    # Rows are only read here: no page, no command brings the queue up to date.
    wait_for(lambda: not records.find(store, second.id).is_active)
    ends = [records.find(store, job.id) for job in (first, second)]
    assert [job.status for job in ends] == ["finished", "finished"], ends
    assert ends[1].started_at >= ends[0].ended_at
    assert {run.created_by for run in runs.list_runs(store)} == {"Ada", "Grace"}
    assert doctor.breaches(store) == []


def test_whoever_looks_after_a_kill_starts_the_one_that_waits(store, monkeypatch):
    worlds.publish(store)
    workers = []
    monkeypatch.setattr(launchers.subprocess, "Popen", remembering(workers))
    first = jobs.submit(store, jobs.TrainingRequest(recipe="thorough", catalogue="sample"), started_by="Ada")
    second = jobs.submit(store, request(2), started_by="Grace")
    wait_for(lambda: records.find(store, first.id).status == "running")
    (worker,) = workers
    worker.kill()
    wait_for(lambda: not liveness.is_lock_held(store))
    found = jobs.queue(store)
    assert (found.running.id, found.waiting, found.ended.id) == (second.id, None, first.id)
    assert (found.running.stage, found.ended.status) == ("starting after its turn has come", "interrupted")
    wait_for(lambda: not jobs.status(store, second.id).is_active)
    assert records.find(store, second.id).status == "finished"
    assert doctor.breaches(store) == []


def remembering(workers):
    """Starts processes as before, and remembers them."""
    start = subprocess.Popen

    def remember(*arguments, **options):
        workers.append(start(*arguments, **options))
        return workers[-1]

    return remember


def request(seed):
    return jobs.TrainingRequest(recipe="quick", catalogue="sample", epochs=1, seed=seed)
