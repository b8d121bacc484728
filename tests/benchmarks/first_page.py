"""How long from starting the server to the first page with data, against `streamlit hello` on the same machine.

    python -m tests.benchmarks.first_page --home DIR [--repeats 5]

Both are started in turns, each anew, and opened in a real browser that runs already; a time ends when the page has its
title and its script is done. Ours opens over a copy of the home, so that its first page has garments to show.
"""

import argparse
import contextlib
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import streamlit
from playwright.sync_api import Browser, expect

from core.settings import PREFIX, PROJECT_ROOT
from tests.support import server

DASHBOARD, HELLO = "the dashboard", "streamlit hello"
_WAIT_SECONDS, _LOOK_SECONDS = 120, 0.02


def first_page(browser: Browser, home: Path, what: str) -> tuple[float, float]:
    """Seconds from the start of the process to the first page, and processor seconds of the server until then."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = {DASHBOARD: ["run", "dashboard"], HELLO: ["hello"]}[what]
    options = ["--server.headless", "true", "--server.port", str(port)]
    environment = {**os.environ, PREFIX + "HOME": str(home)}
    folder = PROJECT_ROOT if what == DASHBOARD else home.parent
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", *command, *options], cwd=folder, env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(port)
        page.goto(f"http://127.0.0.1:{port}")
        expect(page.locator("h1").first).to_be_visible(timeout=1000 * _WAIT_SECONDS)
        app = page.get_by_test_id("stApp")
        expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=1000 * _WAIT_SECONDS)
        seconds, times = time.perf_counter() - started, psutil.Process(process.pid).cpu_times()
        return seconds, times.user + times.system
    finally:
        process.terminate()
        process.wait(timeout=30)
        page.context.close()


def wait_for(port: int) -> None:
    """Waits until somebody listens there."""
    give_up_at = time.monotonic() + _WAIT_SECONDS
    while time.monotonic() < give_up_at:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(_LOOK_SECONDS)
    raise AssertionError("the server did not start")


def main() -> None:
    """Measures and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="first-page-")) / "home"
    shutil.copytree(arguments.home.resolve(), home)
    print(json.dumps({"streamlit": streamlit.__version__, "load": os.getloadavg()}))
    measured: dict[str, list[tuple[float, float]]] = {DASHBOARD: [], HELLO: []}
    with server.browser() as browser:
        for what in measured:
            first_page(browser, home, what)  # what is read from the disk for the first time is not compared
        for _ in range(arguments.repeats):
            for what, figures in measured.items():
                figures.append(first_page(browser, home, what))
    medians = {}
    for what, figures in measured.items():
        seconds, own = zip(*figures, strict=True)
        medians[what] = [statistics.median(seconds), statistics.median(own)]
        print(
            f"{what:16} {medians[what][0]:.2f} s, {medians[what][1]:.2f} processor s  {[round(s, 2) for s in seconds]}"
        )
    ratios = [ours / theirs for ours, theirs in zip(*medians.values(), strict=True)]
    print(f"ratio of the medians: {ratios[0]:.2f} on the clock, {ratios[1]:.2f} in processor time")


if __name__ == "__main__":
    main()
