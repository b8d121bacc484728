import io
import json
import logging
import re
import sys
import threading
from datetime import datetime

import pytest

from core import __main__ as command_line
from core import errors, logs, masking
from core.commands import app
from core.jobs import records as jobs_records
from core.jobs import worker
from core.jobs.requests import TrainingRequest
from core.logs import files, lines, records
from core.store.base import audit, database

KINDS = {"duration_ms": int, "pid": int, "line": int, "exit_code": int}


def events(home, name=None):
    """The events of a home, each as the schema has it."""
    found = [json.loads(line) for line in (home / "logs" / files.NAME).read_bytes().splitlines()]
    for each in found:
        assert list(each)[:3] == ["time", "level", "event"], each
        assert datetime.fromisoformat(each["time"]).utcoffset().total_seconds() == 0
        assert each["level"] in ("info", "warning", "error") and re.fullmatch("[a-z-]+", each["event"])
        assert all(isinstance(value, KINDS.get(field, str)) for field, value in each.items()), each
    return [each for each in found if name is None or each["event"] == name]


@pytest.fixture
def home(tmp_path):
    tmp_path.joinpath("home").mkdir()
    logs.start(tmp_path / "home", logs.COMMAND, ids=lambda: {"session": "s"})
    return tmp_path / "home"


def test_an_event_says_when_where_and_by_whom(home):
    with logs.bound(request="r", job="j"), logs.timed("tagged", who="Ada") as told:
        told["photos"] = 7
    (found,) = [json.loads(line) for line in (home / "logs" / files.NAME).read_bytes().splitlines()]
    assert list(found) == [
        "time", "level", "event", "process", "pid", "who", "session", "request", "job", "duration_ms", "photos"
    ]  # fmt: skip
    assert (found["process"], found["who"], found["session"], found["request"]) == ("command", "Ada", "s", "r")
    assert 0 <= found["duration_ms"] < 60_000


def test_what_is_bound_is_of_one_thread_and_one_block(home):
    def other():
        logs.event("other")

    with logs.bound(request="r"):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        logs.event("inside")
    logs.event("outside")
    assert [event.get("request") for event in events(home)] == [None, "r", None]


def test_how_a_block_ended_is_told_and_its_error_goes_on(home):
    with pytest.raises(KeyError), logs.timed("tried"):
        raise KeyError("x")
    assert events(home)[0]["ended_by"] == "KeyError"


def test_an_error_is_found_by_its_number_with_its_trace_and_without_secrets(home):
    masking.keep_secret("canary-of-tests")
    try:
        raise ValueError("could not open canary-of-tests")
    except ValueError as problem:
        number = logs.error("part-not-shown", problem, part="The gallery")
    (found,) = events(home)
    assert re.fullmatch("[0-9a-f]{8}", number) and found["error"] == number
    assert found["message"] == "could not open ***" and found["kind"] == "ValueError" and found["level"] == "error"
    assert "test_events.py" in found["trace"] and "canary" not in found["trace"]
    logs.error("refused", errors.StoreError("No."), level="warning")
    assert "trace" not in events(home)[1]


def test_without_a_home_an_error_goes_to_stderr_with_its_number(capsys):
    masking.keep_secret("canary-of-tests")
    number = logs.error("x", ValueError("canary-of-tests"))
    logs.event("nothing")
    assert capsys.readouterr().err == f"Error {number}: ValueError: ***\n"


def test_a_server_says_on_its_terminal_where_the_error_is(home, capsys):
    logs.start(home, logs.WEB)
    number = logs.error("x", ValueError("y"))
    assert capsys.readouterr().err == f"Error {number}: ValueError, see {home / 'logs' / files.NAME}\n"


def test_no_event_fails_whatever_is_wrong_with_its_file_or_its_ids(tmp_path, monkeypatch):
    def broken():
        raise RuntimeError

    logs.start(tmp_path / "missing", logs.WEB, ids=broken)
    logs.event("x")
    (tmp_path / "logs").write_text("a file")
    logs.start(tmp_path, logs.WEB)
    logs.event("x")
    assert not (tmp_path / "missing").exists()
    monkeypatch.setattr(sys, "stderr", None)
    assert len(logs.error("x", ValueError("y"))) == 8


def test_a_thousand_events_with_hostile_notes_are_a_thousand_lines(home):
    notes = ["\n\r\x85\u2028", "\x1b[31m\x07", "x" * 1_000_000, '"}\n{']
    for number in range(1000):
        logs.event("noted", note=notes[number % 4], who=notes[(number + 1) % 4])
    path = home / "logs" / files.NAME
    assert len(events(home)) == 1000 and max(map(len, path.read_bytes().splitlines())) < lines.LONGEST_BYTES


def test_what_people_do_is_told_once_it_is_kept_and_never_where_it_was_not(store):
    logs.start(store.home, logs.WEB)
    with database.write(store.engine) as connection:
        entry = audit.record(connection, who="Ada", action="target", subject="target")
        assert not (store.home / "logs" / files.NAME).exists()
    with pytest.raises(ZeroDivisionError), database.write(store.engine) as connection:
        audit.record(connection, who="Bo", action="target", subject="target")
        raise ZeroDivisionError
    with database.write(store.engine) as connection:
        audit.record(connection, who="Cy", action="names", subject="names")
    found = events(store.home)
    assert [(event["event"], event["who"], event["action"]) for event in found] == [
        ("action", "Ada", "target"),
        ("action", "Cy", "names"),
    ]
    assert found[0]["line"] == entry.sequence


class Failing:
    def do(self, store, job, on_report):
        raise RuntimeError("canary-of-tests is wrong")

    def explain(self, store, error):
        return f"It failed: {error}"


def test_a_job_that_fails_says_under_which_number(store):
    masking.keep_secret("canary-of-tests")
    logs.start(store.home, logs.COMMAND)
    job = jobs_records.insert(store, TrainingRequest(recipe="quick"), started_by="Ada")
    worker.work(store, job.id, Failing())
    failed, ended = events(store.home, "job-failed") + events(store.home, "job")
    assert failed["job"] == ended["job"] == job.id and ended["status"] == "failed" and ended["duration_ms"] >= 0
    job = jobs_records.find(store, job.id)
    assert job.details.startswith(f"error {failed['error']}\n") and job.message == "It failed: *** is wrong"
    assert "canary" not in job.details


def run(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["core", *arguments])
    return command_line.main()


def test_a_command_is_one_line_with_how_it_ended(store, monkeypatch, capsys):
    assert run(monkeypatch, "runs") == 0
    assert run(monkeypatch, "show", "Ada Lovelace") == 2
    found = events(store.home, "command")
    assert [(event["command"], event["exit_code"]) for event in found] == [("runs", 0), ("show", 2)]
    (refused,) = events(store.home, "command-refused")
    assert refused["level"] == "warning" and len(refused["error"]) == 8


def test_a_command_that_fails_unforeseen_shows_a_number_and_no_trace(store, monkeypatch, capsys):
    masking.keep_secret("canary-of-tests")
    command = next(each for each in app.registered_commands if (each.name or each.callback.__name__) == "runs")

    def broken(as_json: bool = False):
        from core import commands

        commands.store()
        raise RuntimeError("canary-of-tests")

    monkeypatch.setattr(command, "callback", broken)
    assert run(monkeypatch, "runs") == 1
    shown = capsys.readouterr()
    (found,) = events(store.home, "command-failed")
    assert found["error"] in shown.err and len(shown.err.splitlines()) == 1 and shown.out == ""
    assert "RuntimeError" in found["trace"] and "canary" not in found["trace"] + shown.err


def test_what_libraries_log_is_masked_wherever_they_send_it():
    records.mask_all()
    masking.keep_secret("canary-of-tests")
    written = io.StringIO()
    logger = logging.Logger("a library")
    logger.addHandler(logging.StreamHandler(written))
    try:
        raise ValueError("canary-of-tests")
    except ValueError:
        logger.exception("could not open %s", "canary-of-tests")
    logger.warning("%d", "no number: canary-of-tests")
    logger.info("as it is: %s", "canary")
    assert "canary-of-tests" not in written.getvalue() and "ValueError: ***" in written.getvalue()
    assert "could not open ***" in written.getvalue() and "as it is: canary" in written.getvalue()
