"""What monitors are told: a truth table of what can be wrong, with reasons for those who may know them."""

import json
import re
import shutil

import pytest
import typer
from starlette.applications import Starlette

from core import commands, failures
from core.commands import every
from core.health import Readiness
from core.jobs import preflight, records
from core.jobs.requests import TrainingRequest
from core.settings import Settings
from core.store.base import artefacts
from core.store.live import promotions
from dashboard.gate import health
from dashboard.session import guard
from tests.gate.asking import ask
from tests.gate.conftest import ROLES
from tests.support import worlds


@pytest.fixture
def told(store):
    """What `/readyz` answers now, of a home with a live version: status and the JSON; looked at anew each time."""
    worlds.publish(store)

    def asked(settings=store.settings, **headers):
        ready = Readiness(store.settings, clock=iter(range(0, 10_000, 100)).__next__)
        answer = ask(Starlette(routes=health.routes(settings, ready)), "/readyz", **headers)
        return answer.status, json.loads(answer.body)

    return asked


@pytest.fixture(autouse=True)
def nothing_failed(monkeypatch):
    monkeypatch.setattr(failures, "_last", [])


def test_a_sound_home_is_ready_and_so_is_one_without_a_version(told, tmp_path):
    assert told() == (200, {"status": "ok"})
    empty = Settings(home=tmp_path / "new")
    assert Readiness(empty).reasons() == []


def test_the_process_answers_without_looking_at_anything(tmp_path):
    app = Starlette(routes=health.routes(Settings(home=tmp_path / "not there" / "at all")))
    answer = ask(app, "/healthz")
    assert (answer.status, json.loads(answer.body)) == (200, {"status": "ok"})
    assert not (tmp_path / "not there").exists()


def _lose_database(store, monkeypatch):
    store.engine.dispose()
    for file in store.home.glob("garments.db*"):
        file.unlink()


def _be_of_a_newer_program(store, monkeypatch):
    with store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")


def _fill_disk(store, monkeypatch):
    monkeypatch.setattr(preflight, "free_bytes", lambda store: 1_000_000)


def _lock_home(store, monkeypatch):
    def refused(**given):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(preflight.tempfile, "TemporaryFile", refused)


def _lose_live_files(store, monkeypatch):
    run = promotions.live_run(store)
    shutil.rmtree(artefacts.folder_of(store.home, run.artefact))


def _change_live_files(store, monkeypatch):
    run = promotions.live_run(store)
    (artefacts.folder_of(store.home, run.artefact) / artefacts.MANIFEST).write_text("{}")


def _kill_training(store, monkeypatch):
    job = records.insert(store, TrainingRequest(recipe="quick", catalogue="sample", epochs=1), started_by="Ada")
    assert records.claim(store, job.id)


def _fail_on_a_page(store, monkeypatch):
    guard._noted("This page", RuntimeError("a bug"))


FAULTS = {
    _lose_database: "database", _be_of_a_newer_program: "knows only up to", _fill_disk: "Free some space",
    _lock_home: "cannot be written", _lose_live_files: "is missing", _change_live_files: "changed or damaged",
    _kill_training: "does not answer", _fail_on_a_page: "A page could not be shown",
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__.strip("_"))
def test_each_fault_is_named_to_operators_and_hidden_from_everybody_else(told, store, monkeypatch, fault):
    fault(store, monkeypatch)
    status, answer = told()
    assert status == 503 and answer["status"] == "fail"
    assert FAULTS[fault] in " ".join(answer["reasons"])
    assert every.__all__  # which makes the list whole
    known = set(typer.main.get_command(commands.app).commands)
    assert set(re.findall(r"python -m core ([a-z-]+)", " ".join(answer["reasons"]))) <= known
    team = store.settings.model_copy(update={"sign_in": "proxy", **ROLES})
    assert told(team) == (503, {"status": "fail"})
    assert told(team, X_Forwarded_Email="ada@example.com") == (503, {"status": "fail"})
    assert told(team, X_Forwarded_Email="x@example.com", X_Forwarded_Groups="it")[1]["reasons"]
    assert told(team, client=("10.0.0.9", 5), X_Forwarded_Email="x", X_Forwarded_Groups="it")[1] == {"status": "fail"}


def test_what_was_repaired_is_ready_again(told, store, monkeypatch):
    aside = store.home / "aside"
    run = promotions.live_run(store)
    shutil.move(artefacts.folder_of(store.home, run.artefact), aside)
    assert told()[0] == 503
    shutil.move(aside, artefacts.folder_of(store.home, run.artefact))
    assert told()[0] == 200


def test_asking_often_costs_nothing(store, monkeypatch):
    now, looks = [0.0], []
    ready = Readiness(store.settings, clock=lambda: now[0])
    monkeypatch.setattr(ready, "_looked", lambda: looks.append(now[0]) or [])
    for moment in (0.0, 0.1, 2.9, 3.5, 3.6):
        now[0] = moment
        ready.reasons()
    assert looks == [0.0, 3.5]


def test_a_page_that_failed_is_forgotten_after_a_minute(monkeypatch):
    monkeypatch.setattr(failures.time, "monotonic", lambda: 100.0)
    number = guard._noted("This page", RuntimeError("a bug"))
    assert failures.last() == number
    monkeypatch.setattr(failures.time, "monotonic", lambda: 161.0)
    assert failures.last() == ""
