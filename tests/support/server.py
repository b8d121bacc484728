"""The dashboard as a newcomer starts it, on a free port, and a browser to look at it."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from playwright.sync_api import Browser, Page, Request, sync_playwright

from core.jobs import estimates
from core.settings import PREFIX, PROJECT_ROOT

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
LOAD_MILLISECONDS = 60_000
STILL_MILLISECONDS = 200
"""How long nothing must change on a screen that stands still, from the moment on at which somebody asks."""
_asked: "weakref.WeakKeyDictionary[Page, set[Request]]" = weakref.WeakKeyDictionary()
"""What each page has asked the server for and has not got: parts of the screen load their own code."""
_WATCH = """() => {
    if (!window.lastChange) {
        new MutationObserver(() => { window.lastChange = performance.now() })
            .observe(document, {subtree: true, childList: true, attributes: true, characterData: true})
    }
    window.lastChange = performance.now()
}"""
_STANDS_STILL = """(milliseconds) => {
    window.lastChange ??= performance.now()
    const app = document.querySelector('[data-testid="stApp"]')
    const isDone = app?.dataset.testConnectionState === 'CONNECTED' && app.dataset.testScriptState === 'notRunning'
    return isDone && performance.now() - window.lastChange > milliseconds
}"""


@contextlib.contextmanager
def dashboard(home: Path, **settings: str) -> Iterator[str]:
    """The address of a running dashboard over that home; stopped at the end, its trainings are not."""
    server, address = start(home, **settings)
    try:
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


def start(
    home: Path, *, script: str = "dashboard", arguments: Sequence[str] = (), **settings: str
) -> "tuple[subprocess.Popen[bytes], str]":
    """The process of a dashboard over that home and its address; whoever asked for it ends it.

    Args:
        home: of the dashboard.
        script: what is run in the place of the dashboard, with its settings.
        arguments: more for Streamlit.
        settings: of the dashboard, by their names without the prefix.
    """
    return _started(["run", script, *arguments], PROJECT_ROOT, environment_of(home, settings), "/healthz")


def environment_of(home: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """The environment of a dashboard over that home."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "STREAMLIT_"))}
    environment |= {PREFIX + "HOME": str(home), PREFIX + "DATA_DIR": str(home.parent / "data")}
    environment |= {PREFIX + "TRAINING_THREADS": "1", PREFIX + "TRAINING_NICENESS": "0"}
    environment |= {PREFIX + name.upper(): value for name, value in settings.items()}
    # Asked for a moment ago: a calibration would take the processor from the browser that is watched.
    marker = home / "logs" / f"{estimates.CALIBRATION}.started"
    marker.parent.mkdir(parents=True, exist_ok=True)
    marker.touch()
    return environment


@contextlib.contextmanager
def bare(folder: Path, *what: str, **variables: str) -> Iterator[str]:
    """The address of a running `streamlit WHAT` without anything of ours, with the settings it has of itself.

    Args:
        folder: where it runs; one without settings of Streamlit.
        what: `hello`, or `run` and a script.
        variables: of the environment, besides those of this process.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("STREAMLIT_")} | variables
    server, address = _started(list(what), folder, environment, "/_stcore/health")
    try:
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


def _started(
    what: list[str], folder: Path, environment: dict[str, str], health: str
) -> "tuple[subprocess.Popen[bytes], str]":
    port = free_port()
    log = Path(tempfile.mkdtemp(prefix="dashboard-")) / "server.log"
    command = [sys.executable, "-m", "streamlit", *what, *options(port)]
    with log.open("wb") as output:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=output)
    try:
        wait_until_healthy(port, lambda: server.poll() is None, log, health)
    except BaseException:
        server.kill()
        server.wait(timeout=30)
        raise
    return server, f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        try:
            yield found
        finally:
            found.close()


def settle(page: Page) -> None:
    """Waits until the script has run, everything that was asked for is there and the screen stands still."""
    asked = follow_requests(page)
    while True:
        page.evaluate(_WATCH)
        page.wait_for_function(_STANDS_STILL, arg=STILL_MILLISECONDS, timeout=LOAD_MILLISECONDS)
        if not asked:
            return


def follow_requests(page: Page) -> set[Request]:
    """What the page waits for, from now on; the same set for the same page."""
    if page not in _asked:
        asked = _asked[page] = set()
        page.on("request", lambda request: asked.add(request))
        for ending in ("requestfinished", "requestfailed"):
            page.on(ending, lambda request: asked.discard(request))
        page.on("framenavigated", lambda frame: None if frame.parent_frame else asked.clear())
    return _asked[page]


def open_page(page: Page, address: str) -> None:
    """Opens the address and waits until it is drawn."""
    follow_requests(page)
    page.goto(address)
    settle(page)


def options(port: int) -> tuple[str, ...]:
    """Of a `streamlit` that nobody looks at on this machine, at that port."""
    return "--server.headless", "true", "--server.port", str(port)


def free_port(wanted: int = 0) -> int:
    """A port that nobody listens at: the one that is wanted, where nobody does."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            return free_port()
        port: int = probe.getsockname()[1]
    return port


def wait_until_healthy(port: int, lives: Callable[[], bool], log: Path, health: str = "/healthz") -> None:
    """Waits until the server at that port answers; AssertionError with what it wrote where it ends before."""
    give_up_at = time.monotonic() + 90
    while time.monotonic() < give_up_at:
        assert lives(), log.read_text()
        with contextlib.suppress(urllib.error.URLError, OSError):
            if urllib.request.urlopen(f"http://127.0.0.1:{port}{health}", timeout=2).status == 200:
                return
        time.sleep(0.1)
    raise AssertionError(f"the server did not start: {log.read_text()}")
