"""The web process is asked to end: what is being saved is stored, a training goes on, and nothing hangs for long."""

import contextlib
import json
import shutil
import signal
import subprocess
import sys
import textwrap
import time

import psutil
import pytest

from core.jobs import liveness, records
from core.settings import PROJECT_ROOT, Settings
from core.store import open_store
from core.store.base import database
from core.store.verdicts import verdict_tables
from dashboard.shell import ending
from tests.fault.test_kill_training import wait_for
from tests.load import visitor
from tests.support import server

NUM_SESSIONS = 10
LONGEST_SECONDS = 10.0
APP = """
import contextlib
import sys

sys.path.insert(0, {root!r})
import streamlit as st
from dashboard.shell import ending


@contextlib.asynccontextmanager
async def lifespan(app):
    async with ending.watched() as end:
        yield {{"ending": end}}


app = st.App({script!r}, lifespan=lifespan)
"""
ENDLESS = """
import time

import streamlit as st

st.write("begun")
while True:
    time.sleep(0.01)
"""


@contextlib.contextmanager
def started(folder, home, script=None):
    """The dashboard, or a server of that script that ends in the same way, and its address."""
    folder.mkdir(exist_ok=True)
    app = "dashboard"
    if script is not None:
        (folder / "app.py").write_text(APP.format(root=str(PROJECT_ROOT), script=str(script)))
        app = str(folder / "app.py")
    process, address = server.start(home, script=app, catalogue="sample")
    try:
        yield process, address
    finally:
        process.kill()
        process.wait(30)


def ended(process, *, signals=1):
    """The exit code of a process after so many signals to end, and the seconds it took from the last one on."""
    for number in range(signals):
        time.sleep(0.3 * number)
        process.send_signal(signal.SIGTERM)
        began = time.monotonic()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(60)
    return process.returncode, time.monotonic() - began


@pytest.fixture
def endless(tmp_path):
    script = tmp_path / "endless.py"
    script.write_text(textwrap.dedent(ENDLESS))
    return script


def begun(address):
    """A session whose script has begun and never ends."""
    stack = contextlib.ExitStack()
    ada = stack.enter_context(visitor.opened(address))
    ada.send(ada.screen.first())
    ada.wait(lambda kind: "begun" in ada.screen.text())
    return stack


def test_with_ten_sessions_open_it_ends_and_a_verdict_on_its_way_is_stored(published_home, tmp_path):
    home = tmp_path / "own" / "home"
    shutil.copytree(published_home, home)
    store = open_store(Settings(home=home, data_dir=home.parent / "data"))
    with started(tmp_path / "app", home) as (process, address), contextlib.ExitStack() as stack:
        headers = {"Cookie": "garment-tags-name=Ada"}
        people = [stack.enter_context(visitor.opened(address, headers=headers)) for _ in range(NUM_SESSIONS)]
        for one in people[1:]:
            one.open("log")
        ada = people[0]
        ada.open("mistakes")
        with database.write(store.engine):  # whoever saves now has to wait for it
            button = ada.screen.find("verdict-cannot-one")
            ada.send(ada.screen.setting(button, trigger_value=True))
            ada.wait(lambda kind: kind == "new_session")
            process.send_signal(signal.SIGTERM)
            time.sleep(1)
            assert process.poll() is None, "it did not wait for what is being saved"
            assert verdict_tables.standing(store) == []
        children = psutil.Process(process.pid).children(recursive=True)
        assert process.wait(60) == 0
        assert [child for child in children if child.is_running() and child.status() != "zombie"] == []
    assert len(verdict_tables.standing(store)) == 1
    store.engine.dispose()


def test_an_endless_script_is_cut_off_in_time(endless, tmp_path):
    with started(tmp_path / "app", tmp_path / "home", endless) as (process, address), begun(address):
        code, seconds = ended(process)
    assert (code, seconds < LONGEST_SECONDS) == (0, True), seconds
    sys.stdout.write(json.dumps({"harness": "endless script", "seconds": round(seconds, 2)}) + "\n")


def test_a_second_signal_does_not_wait_for_scripts(endless, tmp_path):
    with started(tmp_path / "app", tmp_path / "home", endless) as (process, address), begun(address):
        code, seconds = ended(process, signals=2)
    assert (code, seconds < ending.SCRIPT_SECONDS) == (ending.CUT_OFF, True), seconds
    sys.stdout.write(json.dumps({"harness": "second signal", "seconds": round(seconds, 2)}) + "\n")


def test_what_hangs_in_the_server_itself_is_cut_off_in_time(tmp_path, endless):
    folder = tmp_path / "app"
    folder.mkdir()
    hanging = APP + "\n__import__('atexit').register(__import__('time').sleep, 60)\n"
    (folder / "app.py").write_text(hanging.format(root=str(PROJECT_ROOT), script=str(endless)))
    process, _ = server.start(tmp_path / "home", script=str(folder / "app.py"))
    try:
        code, seconds = ended(process)
    finally:
        process.kill()
        process.wait(30)
    assert (code, seconds < LONGEST_SECONDS) == (ending.CUT_OFF, True), seconds


def test_a_training_goes_on_when_the_web_process_is_asked_to_end(tmp_path):
    home = tmp_path / "own" / "home"
    store = open_store(Settings(home=home, data_dir=home.parent / "data"))
    with started(tmp_path / "app", home) as (process, address):
        with visitor.opened(address) as ada:
            assert "Getting your first model ready" in ada.open()
            wait_for(lambda: liveness.is_lock_held(store, records.newest(store).lane))
        job = records.newest(store)
        code, _ = ended(process)
    assert code == 0
    assert liveness.is_lock_held(store, job.lane), "the worker went with the web process"
    records.request_cancel(store, job.id, who="Ada")
    wait_for(lambda: not records.find(store, job.id).is_active)
    assert records.find(store, job.id).status == "cancelled"
    store.engine.dispose()
