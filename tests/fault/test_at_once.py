"""Twenty processes at a barrier: one training runs, one waits, the others learn why; whose turn it is is seen once."""

import json
import sys

import pytest

from core import doctor, errors, jobs
from core.jobs import launchers, records, work_queue
from tests.fault import children

NUM_PROCESSES = 20


def contend(home, name, num_rounds, barrier, answers):
    """In a process of its own: starts a training in every first half of a round, settles the queue in every second."""
    launched = []
    children.launch_nothing()
    launchers.LAUNCHERS["process"].launch = lambda store, job_id: launched.append(job_id)
    store = children.opened(home)
    for _ in range(num_rounds):
        for what_to_do in (ask, work_queue.settle):
            barrier.wait()
            launched.clear()
            answer = what_to_do(store, name) if what_to_do is ask else what_to_do(store)
            answers.put((name, answer, list(launched)))
            barrier.wait()


def ask(store, name):
    try:
        return "waits" if jobs.submit(store, children.request(0), started_by=name).is_waiting else "runs"
    except errors.JobBusy as error:
        return str(error)


@pytest.fixture
def contenders(store, request):
    """Twenty processes, the barrier they meet this process at, and what they answer."""
    num_rounds = request.config.getoption("--rounds")
    barrier, answers = children.CONTEXT.Barrier(NUM_PROCESSES + 1), children.CONTEXT.Queue()
    processes = [
        children.CONTEXT.Process(target=contend, args=(store.home, f"user {number}", num_rounds, barrier, answers))
        for number in range(NUM_PROCESSES)
    ]
    for process in processes:
        children.start(process)
    yield num_rounds, barrier, answers
    for process in processes:
        process.join(60)
        assert process.exitcode == 0


def one_half(barrier, answers):
    """Lets all of them go at once and collects what they answer."""
    barrier.wait(180)
    found = [answers.get(timeout=120) for _ in range(NUM_PROCESSES)]
    barrier.wait(180)
    return found


def test_of_twenty_at_once_one_runs_one_waits_and_the_next_is_started_exactly_once(store, contenders):
    num_rounds, barrier, answers = contenders
    for _ in range(num_rounds):
        asked = one_half(barrier, answers)
        said = [answer for _, answer, _ in asked]
        assert (said.count("runs"), said.count("waits")) == (1, 1)
        running, waiting = records.active(store)
        refusal = f"started by {running.started_by} at "
        assert all(refusal in answer for answer in said if answer not in ("runs", "waits"))
        assert [job for _, _, launched in asked for job in launched] == [running.id]
        records.end(store, running.id, "failed")
        settled = one_half(barrier, answers)
        assert [job for _, _, launched in settled for job in launched] == [waiting.id]
        assert [job.id for job in records.active(store)] == [waiting.id]
        assert doctor.breaches(store) == []
        records.end(store, waiting.id, "cancelled")
    sys.stdout.write(json.dumps({"harness": "twenty at once", "rounds": num_rounds}) + "\n")
