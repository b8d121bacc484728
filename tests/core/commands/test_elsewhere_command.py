"""The commands of tags from elsewhere: bring in, draw, look at pictures, give back."""

import json
import sys

import pandas as pd
import pytest

from core import __main__ as command_line
from core.commands import elsewhere as elsewhere_commands
from core.elsewhere import describing, judging, looking
from core.store.runs import described, runs
from tests.support import elsewhere


@pytest.fixture
def run_command(own_settings, monkeypatch, capsys):
    monkeypatch.setattr(describing, "start", lambda store, run: None)

    def called(*arguments):
        monkeypatch.setattr(sys, "argv", ["core", *map(str, arguments)])
        code = command_line.main()
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return called


@pytest.fixture
def files(tmp_path):
    elsewhere.table(60).to_csv(tmp_path / "tags.csv", index=False)
    return tmp_path / "tags.csv", elsewhere.pictures(tmp_path / "pictures", 60)


def bring_in(run_command, files, *more):
    return run_command("import-predictions", files[0], "--pictures", files[1], "--name", "cloud", *more)


def test_one_object_tells_the_version_and_its_score(run_command, files):
    code, out, _ = bring_in(run_command, files, "--yes", "--json")
    told = json.loads(out)
    table = elsewhere.table(60)
    assert code == 0
    assert told["accuracy"] == (table["label"] == table["prediction"]).mean()
    assert (told["version"], told["is_new"], told["num_garments"], told["problems"]) == (1, True, 60, [])
    assert json.loads(bring_in(run_command, files, "--yes", "--json")[1])["is_new"] is False


def test_without_a_terminal_nothing_is_asked_and_nothing_kept(run_command, files, store):
    code, out, _ = bring_in(run_command, files, "--json")
    assert (code, "say --yes as well" in json.loads(out)["error"]) == (2, True)
    code, out, said = bring_in(run_command, files)
    assert (code, "say --yes as well" in said) == (2, True)
    assert "'image' names the picture" in out
    assert not (store.home / "artefacts").exists()


@pytest.mark.parametrize(
    ("more", "why"),
    [(("--column", "predicted"), "--column takes what=NAME"), (("--column", "hue=image"), "A column says one of")],
)
def test_wrong_columns_are_refused_in_one_line(run_command, files, more, why):
    code, _, said = bring_in(run_command, files, *more, "--yes")
    assert code == 2
    assert why in said


def test_tags_without_labels_are_drawn(run_command, files, store):
    elsewhere.table(60).drop(columns="label").to_csv(files[0], index=False)
    code, _, said = bring_in(run_command, files, "--yes")
    assert code == 2
    assert "--draw 200" in said
    told = json.loads(bring_in(run_command, files, "--draw", 40, "--yes", "--json")[1])
    assert told == {"judging": "cloud", "num_drawn": 40, "num_rows": 60}
    assert judging.names(store) == ["cloud"]


def test_pictures_are_looked_at_and_rows_given_back(run_command, files, store, tmp_path, monkeypatch):
    bring_in(run_command, files, "--yes")
    seen = looking.describe
    monkeypatch.setattr(looking, "describe", lambda store, run: seen(elsewhere.without_network(store), run))
    assert json.loads(run_command("describe", 1, "--json")[1])["num_pictures"] == 60
    assert described.is_complete(store, runs.find(store, "1"))
    back = tmp_path / "back.csv"
    code, out, _ = run_command("export-predictions", 1, "--to", back)
    assert (code, "60 rows of version 1" in out) == (0, True)
    assert pd.read_csv(back)["image"].tolist() == elsewhere.table(60)["image"].tolist()
    assert run_command("export-predictions", 1, "--to", tmp_path / "back.txt")[0] == 2


def test_what_pages_ask_for_is_done_under_its_name(run_command, monkeypatch):
    done = []
    monkeypatch.setattr(elsewhere_commands.requests, "work", lambda store, name: done.append(name))
    assert run_command("bring-tags", "cloud")[0] == 0
    assert done == ["cloud"]
