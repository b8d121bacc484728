"""The commands that compare, decide, remember and let go; those about trainings are in `test_command_line`."""

import csv
import json
import sys

import pytest

from core import __main__ as command_line
from core.catalogue.split import cut
from core.quality import changes
from core.store.base import audit
from core.store.live import promotions
from core.store.runs import file_reader, runs
from tests.support import worlds


@pytest.fixture
def run_json(monkeypatch, capsys):
    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["core", *arguments, "--json"])
        code = command_line.main()
        captured = capsys.readouterr()
        assert captured.err == ""
        assert captured.out.count("\n") == 1
        return code, json.loads(captured.out)

    return run


@pytest.fixture
def run_text(monkeypatch, capsys):
    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["core", *arguments])
        return command_line.main(), capsys.readouterr().out

    return run


def publish(store, num):
    found = worlds.catalogue()
    return [worlds.publish(store, found, seed=seed) for seed in range(1, num + 1)]


def test_compare_gives_the_change_and_the_guard_rails(published_store, run_json, run_text):
    tables = [file_reader.load_predictions(published_store, runs.find(published_store, version)) for version in "12"]
    expected = changes.change(*(tables[0][name].to_numpy() for name in ("true_class", "predicted_class")),
                              tables[1]["predicted_class"].to_numpy())  # fmt: skip
    code, content = run_json("compare", "live", "2")
    assert code == 0
    assert [content[side]["version"] for side in ("before", "after")] == [1, 2]
    assert [content[name] for name in ("num_common", "num_fixed", "num_newly_wrong", "num_both_wrong", "p_value")] == [
        expected.num_garments, expected.num_fixed, expected.num_broken, expected.num_both_wrong, expected.p_value,
    ]  # fmt: skip
    assert sum(line["num_fixed"] for line in content["classes"]) == expected.num_fixed
    assert {rail["name"]: rail["passed"] for rail in content["rails"]}["leak"] is True
    assert content["automation"]["after"]["num_garments"] == 300
    code, out = run_text("compare", "1", "2")
    assert code == 0
    assert f"{expected.num_fixed} fixed, {expected.num_broken} newly wrong" in " ".join(out.split())
    assert out.count("holds  ") + out.count("FAILS  ") == 11


def test_keeping_the_live_version_stands_in_the_log(store, run_json, run_text):
    publish(store, 2)
    code, content = run_json("keep", "2", "--reason", "too little gained")
    assert (code, content) == (0, {"version": 2, "live": 1})
    entry = audit.entries(store, action="keep")[0]
    assert (entry.subject, entry.note, promotions.kept_versions(store)) == ("version 2", "too little gained", {2})
    assert run_json("keep", "1", "--reason", "too little gained")[0] == 1
    assert run_json("keep", "2", "--reason", "short")[0] == 2
    assert run_text("keep", "2", "--reason", "looked at again") == (
        0, "Version 1 stays live. Why is written down.\n"
    )  # fmt: skip


def test_versions_with_other_categories_are_compared_on_what_both_know(store, run_json, run_text):
    worlds.publish(store)
    worlds.publish(store, worlds.catalogue(class_names=("Shirt", "Coat", "Hat")), seed=2)
    code, content = run_json("compare", "1", "2")
    assert (code, content["num_common"]) == (0, content["num_before"])
    assert [row["class_name"] for row in content["classes"]] == ["Shirt", "Coat", "Hat"]
    assert [rail["name"] for rail in content["rails"] if not rail["passed"]][-1] == "classes"
    assert "renamed or put together: Bag is Hat" in run_text("compare", "1", "2")[1]


def test_versions_without_a_common_garment_have_no_figures(store, run_json, run_text):
    worlds.publish(store)
    other = cut(
        "sample", worlds.garments(60, seed=8), worlds.garments(12, seed=9), validation_share=0, validation_seed=0
    )
    worlds.publish(store, other, seed=2)
    code, content = run_json("compare", "1", "2")
    assert (code, content["num_common"], content["num_before"], content["num_after"]) == (0, 0, 30, 12)
    assert content["result"] == "no clear difference"
    assert {line["recall_before"] for line in content["classes"]} == {None}
    assert content["automation"]["difference"] is None
    code, out = run_text("compare", "1", "2")
    assert code == 0
    assert "FAILS  common: Both were judged on the same 0 garments of 30. That is too few" in out


def test_what_was_live_can_be_gone_back_to_and_stands_in_the_history(store, run_json, run_text):
    publish(store, 2)
    code, content = run_json("promote", "2", "--reason", "fewer lost shirts", "--override")
    assert (code, content["version"], content["kind"], list(content["overridden"])) == (0, 2, "promotion", ["common"])
    code, content = run_json("rollback", "--reason", "it lost the coats")
    assert (code, content["version"], content["kind"]) == (0, 1, "roll back")
    code, content = run_json("rollback", "--reason", "it lost the coats")
    assert (code, content["error"][:30]) == (1, "No version was live before thi")
    code, content = run_json("rollback", "--to", "2", "--reason", "the coats are back")
    assert (code, content["version"]) == (0, 2)
    code, content = run_json("history")
    assert code == 0
    lines = content["history"]
    assert [(line["version"], line["kind"]) for line in lines] == [
        (2, "roll back"), (1, "roll back"), (2, "promotion"), (1, "promotion"),
    ]  # fmt: skip
    assert lines[0]["live_until"] is None
    assert [line["live_until"] for line in lines[1:]] == [line["promoted_at"] for line in lines[:-1]]
    code, out = run_text("history")
    assert code == 0
    assert "4 times a version became live" in out
    assert "it lost the coats" in out


def test_a_short_reason_is_refused(store, run_json):
    publish(store, 2)
    for arguments in (("promote", "2"), ("rollback",)):
        code, content = run_json(*arguments, "--reason", "better")
        assert (code, content["error"][:18]) == (2, "A reason is needed")
        assert run_json(*arguments)[0] == 2


def test_the_log_is_filtered_and_written_as_csv(store, run_json, run_text, tmp_path):
    publish(store, 2)
    code, content = run_json("log", "--action", "publish")
    assert (code, content["csv"]) == (0, None)
    assert [line["subject"] for line in content["log"]] == ["version 2", "version 1"]
    code, out = run_text("log", "--limit", "1")
    assert code == 0
    assert "1 lines of the log" in out
    path = tmp_path / "log.csv"
    assert run_text("log", "--csv", str(path)) == (0, f"3 lines are in {path}.\n")
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert [row["sequence"] for row in csv.DictReader(file)] == ["3", "2", "1"]
    code, content = run_json("log", "--csv", str(tmp_path / "no" / "log.csv"))
    assert code == 1
    assert "cannot be written" in content["error"]
    assert [path.name for path in tmp_path.glob("*log*")] == ["log.csv"]


def test_versions_are_deleted_and_collected(store, run_json, run_text, monkeypatch):
    publish(store, 4)
    code, content = run_json("delete", "4", "--reason", "made by mistake")
    assert (code, content["deleted"]["version"]) == (0, 4)
    assert audit.entries(store)[0].note == "made by mistake"
    assert run_json("delete", "1")[1]["error"].startswith("Version 1 was live once")
    monkeypatch.setenv("GARMENTS_KEEP_VERSIONS", "1")
    code, planned = run_json("gc", "--dry-run")
    assert (code, planned["dry_run"], planned["versions"]) == (0, True, [2])
    assert len(runs.list_runs(store)) == 3
    code, done = run_json("gc")
    assert (code, done) == (0, planned | {"dry_run": False})
    assert [run.version for run in runs.list_runs(store)] == [3, 1]
    assert run_text("gc") == (
        0,
        "Deleted versions: none. To the trash: 0 folders. Out of the trash: 0 folders, 0.0 MB. "
        "Photos of batches: none. Photos that no catalogue holds: 0. "
        "Files of how garments of deleted versions hang: 0. "
        "Backups: 0, 0.0 MB. Photos taken out of backups that stay: 0.\n",
    )
    assert promotions.live_run(store).version == 1


def test_a_backup_is_made_listed_and_brought_back(store, run_json, run_text, monkeypatch, tmp_path):
    publish(store, 2)
    code, refused = run_json("backup")
    assert (code, refused["error"].startswith("Nobody said where backups go.")) == (2, True)
    assert run_json("backups")[1]["error"].startswith("Nobody said where the backups are.")
    monkeypatch.setenv("GARMENTS_BACKUP_DIR", str(tmp_path / "backups"))
    code, made = run_json("backup")
    assert (code, made["number"], made["counts"]["runs"], made["problems"]) == (0, 1, 2, [])
    code, out = run_text("backup")
    assert code == 0 and "Backup 2 is in" in out and "runs 2, verdicts 0" in out and "of which 0.0 MB are new." in out
    code, listed = run_json("backups", "--check")
    assert (code, [one["number"] for one in listed["backups"]]) == (0, [2, 1])
    assert listed["backups"][1] == {**{name: made[name] for name in made if name in listed["backups"][1]},
                                    "num_let_go": 0, "problem": ""}  # fmt: skip
    monkeypatch.setenv("GARMENTS_HOME", str(tmp_path / "again"))
    code, brought = run_json("restore", "--backup", "1")
    assert (code, brought["number"], brought["breaches"]) == (0, 1, [])
    code, log = run_json("log", "--action", "restore")
    assert (log["log"][0]["subject"], log["log"][0]["after"]["backup"]) == ("backup 1", made["name"])
    assert run_json("restore")[1]["error"].endswith("Set it to a new folder, or move away what is there.")
    monkeypatch.setenv("GARMENTS_HOME", str(tmp_path / "third"))
    code, out = run_text("restore")
    assert code == 0 and "(backup 2): runs 2" in out and out.endswith("checks hold.\n")
    (tmp_path / "backups" / f"{made['name']}.json").write_text("x")
    assert run_json("backups")[0] == 1
    code, out = run_text("backups")
    assert code == 1 and "was changed or damaged." in out
