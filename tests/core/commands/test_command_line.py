import json
import re
import sys

import pytest

from core import __main__ as command_line
from core import doctor, settings
from core.quality import scores
from core.store.base import artefacts
from core.store.runs import file_reader, runs
from tests import conftest
from tests.support import worlds


@pytest.fixture
def run_command(monkeypatch, capsys):
    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["core", *arguments])
        code = command_line.main()
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def run_json(run_command, *arguments):
    code, out, err = run_command(*arguments, "--json")
    assert err == ""
    return code, json.loads(out)


def test_versions_are_listed_newest_first_with_the_live_one_marked(published_store, run_command):
    code, content = run_json(run_command, "runs")
    assert code == 0
    assert [(line["version"], line["live"]) for line in content["runs"]] == [(2, False), (1, True)]
    code, out, _ = run_command("runs")
    assert code == 0
    assert re.search(r"2 versions", out)
    assert "live" in out


def test_show_gives_exactly_the_lists_of_the_classroom_exercise(published_store, run_command):
    code, content = run_json(run_command, "show", "live")
    assert code == 0
    run = runs.find(published_store, "live")
    assert {type(content[name]) for name in ("predictions", "precision", "recall", "classes")} == {list}
    assert type(content["accuracy"]) is float
    assert all(type(number) is int for number in content["predictions"])
    assert content["classes"] == list(run.class_names)
    assert (content["recipe"], content["train_seconds"]) == ("quick", 12.0)


def test_show_prints_the_scores_of_every_class(published_store, run_command):
    run = runs.find(published_store, "2")
    predictions = file_reader.load_predictions(published_store, run)
    table = scores.per_class_scores(
        predictions["true_class"].to_numpy(), predictions["predicted_class"].to_numpy(), run.class_names
    )
    code, out, _ = run_command("show", "2")
    assert code == 0
    for row in table.itertuples():
        assert re.search(rf"{row.class_name}.*{row.support}.*{row.precision:.4f}.*{row.recall:.4f}.*{row.f1:.4f}", out)


def test_promote_changes_the_live_version(store, run_command):
    worlds.publish(store, seed=1)
    worlds.publish(store, seed=2)
    code, content = run_json(run_command, "promote", "2", "--reason", "fewer lost shirts")
    assert code == 1
    assert content["error"].startswith(
        "Version 2 fails common: Both were judged on the same 30 garments of 30. That is"
    )
    code, content = run_json(run_command, "promote", "2", "--reason", "fewer lost shirts", "--override")
    assert (code, content["version"], content["reason"], content["sequence"]) == (0, 2, "fewer lost shirts", 2)
    code, content = run_json(run_command, "promote", "2", "--reason", "once more, please")
    assert (code, content) == (1, {"error": "Version 2 is live already."})


def test_doctor_is_silent_about_health_and_fails_with_a_line_a_breach(store, run_command):
    run = worlds.publish(store)
    assert run_command("doctor")[:2] == (0, f"All {len(doctor.CHECKS)} checks hold.\n")
    (artefacts.folder_of(store.home, run.artefact) / "history.parquet").unlink()
    code, out, _ = run_command("doctor")
    assert code == 1
    assert out.startswith("I2: version 1")
    code, content = run_json(run_command, "doctor")
    assert (code, len(content["breaches"])) == (1, 1)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("train", "--recipe", "slow"), 2, "No recipe 'slow'. Choose one of one-conv, two-conv, classroom, quick"),
        (("train", "--catalogue", "shoes"), 2, "No catalogue 'shoes'. Choose one of fashion-mnist, sample."),
        (("train", "--seed", "-1"), 2, "The seed must lie between 0 and 2147483647, got -1."),
        (("train", "--seed", "x"), 2, "Invalid value for '--seed'"),
        (("train", "--epochs", "0"), 2, "The recipe field 'epochs'"),
        (("show", "9"), 2, "No run '9'."),
        (("promote", "9", "--reason", "fewer lost shirts"), 2, "No run '9'."),
        (("promote", "9", "--reason", "x"), 2, "A reason is needed to change what is live, 10 to 2,000 characters"),
        (("nonsense",), 2, "No such command 'nonsense'."),
        (("cancel",), 1, "No training is running."),
        (("data",), 1, "fashion-mnist is not in"),
    ],
)
def test_a_problem_is_one_line_with_its_exit_code(store, run_command, arguments, code, message):
    found_code, out, err = run_command(*arguments)
    line = err.splitlines()[-1]
    assert (found_code, out) == (code, "")
    assert line.startswith(message)
    assert "Traceback" not in err
    found_code, content = run_json(run_command, *arguments)
    assert found_code == code
    assert content["error"].startswith(message)


def test_a_wrong_setting_is_wrong_input(monkeypatch, run_command):
    monkeypatch.setenv("GARMENTS_HOEM", "x")
    assert run_command("runs")[0] == 2


def test_status_tells_how_the_newest_training_stands(store, run_command):
    assert run_json(run_command, "status") == (0, {"job": None, "waiting": None})


def test_settings_are_shown_masked(monkeypatch, run_command):
    monkeypatch.setenv("GARMENTS_DATABASE_URL", "postgresql://ada:canary@localhost/garments")
    code, out, _ = run_command("settings", "--json")
    assert code == 0
    assert "canary" not in out
    assert json.loads(out)["home"] == str(settings.load().home)


def test_train_gives_the_promised_fields(run_command):
    code, content = run_json(run_command, "train", "--recipe", "quick", "--catalogue", "sample", "--epochs", "1")
    assert code == 0
    promised = {"run", "recipe", "catalogue", "seed", "accuracy", "train_seconds", "total_seconds"}
    assert promised <= content.keys()
    assert (content["recipe"], content["catalogue"], content["seed"]) == ("quick", "sample", 0)


@pytest.mark.real_data
def test_the_quick_recipe_learns_the_real_garments(real_home, monkeypatch, run_command):
    monkeypatch.setenv("GARMENTS_HOME", str(real_home))
    monkeypatch.setenv("GARMENTS_DATA_DIR", conftest.REAL_DATA)
    content = json.loads((real_home.parent / "printed.json").read_text(encoding="utf-8"))
    assert (content["recipe"], content["catalogue"], content["notice"]) == ("quick", "fashion-mnist", "")
    assert content["accuracy"] >= 0.90
    code, shown = run_json(run_command, "show", content["run"])
    assert len(shown["predictions"]) == 10_000
    code, content = run_json(run_command, "data")
    assert (code, content["verified"]) == (0, True)
