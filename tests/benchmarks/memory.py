"""How much the server grows with use, and how long a rerun takes beside a training, over Streamlit's own messages.

    python -m tests.benchmarks.memory [--reruns 1000] [--sessions 300]

A dashboard over two versions of garments of the sample; one session draws all pages in turn, then sessions are
opened and closed again, and at last one session draws the first page while a training uses every core.
"""

import argparse
import json
import platform
import statistics
import tempfile
import time
from pathlib import Path

import psutil
import streamlit

from core import jobs, settings
from core.store import open_store
from dashboard.session import site_map
from tests.support import server, sessions, worlds

WARM_UP_RERUNS = 200
WARM_UP_SESSIONS = 20
SETTLING_SECONDS = 8
FORGOTTEN_SECONDS = 150
"""Streamlit keeps up to 128 closed sessions for 120 s, in case their browsers come back, and drops those that are older
when the next one is closed."""


def main() -> None:
    """Prints one JSON line with every figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reruns", type=int, default=1000)
    parser.add_argument("--sessions", type=int, default=300)
    options = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="memory-")) / "home"
    store = open_store(settings.Settings(home=home, data_dir=home.parent / "data"))
    worlds.publish_two_runs(store)
    process, address = server.start(home, catalogue="sample", training_threads="")
    try:
        watched = psutil.Process(process.pid)
        figures = {
            "streamlit": streamlit.__version__,
            "platform": platform.platform(),
            **reruns(address, watched, options.reruns),
            **opened_and_closed(address, watched, options.sessions),
            **beside_a_training(address, store),
        }
    finally:
        process.terminate()
        process.wait(30)
    print(json.dumps(figures))


def reruns(address: str, watched: psutil.Process, number: int) -> dict[str, float]:
    """Megabytes that one session adds, all pages in turn, after the first `WARM_UP_RERUNS`."""
    pages = ["" if position == 0 else name for position, name in enumerate(site_map.PAGES)]
    with sessions.opened(address) as session:
        for count in range(WARM_UP_RERUNS):
            session.rerun(page=pages[count % len(pages)])
        before = state_of(watched)
        for count in range(number):
            session.rerun(page=pages[count % len(pages)])
        return differences("reruns", number, before, state_of(watched))


def opened_and_closed(address: str, watched: psutil.Process, number: int) -> dict[str, float]:
    """Megabytes that are left of sessions which drew one page each, once the server has forgotten them."""
    for count in range(WARM_UP_SESSIONS + number):
        if count == WARM_UP_SESSIONS:
            before = state_without_closed_sessions(address, watched)
        with sessions.opened(address) as session:
            session.rerun()
    return differences("sessions", number, before, state_without_closed_sessions(address, watched))


def state_without_closed_sessions(address: str, watched: psutil.Process) -> tuple[float, int, int]:
    time.sleep(FORGOTTEN_SECONDS)
    with sessions.opened(address) as session:
        session.rerun()
    time.sleep(SETTLING_SECONDS)
    return state_of(watched)


def beside_a_training(address: str, store: object) -> dict[str, float]:
    """Median milliseconds of a rerun of the first page, with nothing else at work and beside a training."""
    with sessions.opened(address) as session:
        idle = median_milliseconds(session)
        job = jobs.submit(
            store, jobs.TrainingRequest(recipe="thorough", catalogue="sample"), started_by="the benchmark"
        )
        while not jobs.status(store, job.id).stage.startswith("learning"):
            time.sleep(0.2)
        busy = median_milliseconds(session)
        jobs.cancel(store, job.id, who="the benchmark")
    return {"rerun_ms_idle": idle, "rerun_ms_beside_a_training": busy}


def median_milliseconds(session: sessions.Session, number: int = 60) -> float:
    seconds = []
    for _ in range(number):
        started = time.perf_counter()
        session.rerun()
        seconds.append(time.perf_counter() - started)
        time.sleep(0.05)
    return round(1000 * statistics.median(seconds), 1)


def state_of(watched: psutil.Process) -> tuple[float, int, int]:
    return watched.memory_info().rss / 2**20, watched.num_threads(), watched.num_fds()


def differences(
    what: str, number: int, before: tuple[float, int, int], after: tuple[float, int, int]
) -> dict[str, float]:
    names = ("grown_mb", "more_threads", "more_files")
    return {
        what: number,
        **{f"{what}_{name}": round(b - a, 1) for name, a, b in zip(names, before, after, strict=True)},
    }


if __name__ == "__main__":
    main()
