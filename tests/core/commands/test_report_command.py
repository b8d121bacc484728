"""The Monday pack on the command line: which file, whose version, and what is refused."""

import html
import io
import json
import sys
import zipfile

import pytest

from core import __main__ as command_line
from core.store.runs import runs
from tests.support import report_world


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["core", "report", *arguments])
        code = command_line.main()
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_a_pack_is_written_where_it_is_said_and_replaces_what_was_named(published_store, run, tmp_path):
    file = tmp_path / "pack.zip"
    file.write_bytes(b"before")
    code, out, _ = run("--to", str(file), "--by", "Ada Lovelace", "--version", "2", "--json")
    told = json.loads(out)
    assert (code, told["version"], told["made_by"], told["file"]) == (0, 2, "Ada Lovelace", str(file))
    with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as archive:
        assert "by Ada Lovelace." in archive.read("monday-pack.html").decode()
        assert archive.namelist()[1:] == told["lists"]
    assert told["num_bytes"] == file.stat().st_size
    assert list(tmp_path.glob(".export*")) == []


def test_the_pack_counts_as_the_shop_sells_unless_the_models_own_categories_are_asked_for(store, run, tmp_path):
    version = report_world.two_versions(store, ("Shirt", "Coat", "Bag"))
    report_world.merge(store, version, "Tops", "Shirt", "Coat")
    for arguments, named in (((), "count as one here"), (("--own-categories",), "the model's own categories count")):
        assert run("--to", str(tmp_path / "pack.html"), *arguments)[0] == 0
        assert named in html.unescape((tmp_path / "pack.html").read_text(encoding="utf-8"))


def test_the_page_alone_is_written_into_a_file_that_is_called_so(published_store, run, tmp_path):
    code, out, _ = run("--to", str(tmp_path / "pack.HTML"))
    assert code == 0 and "prints on two A4 pages" in out
    assert (tmp_path / "pack.HTML").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_without_a_name_a_new_file_is_written_and_none_is_replaced(published_store, run, tmp_path):
    assert run()[0] == 0
    (file,) = (tmp_path / "here").iterdir()
    before = file.read_bytes()
    code, _, err = run()
    assert code == 2 and err.count("\n") == 1 and f"Say --to {file.name} to replace it" in err
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [(["--to", "pack.pdf"], 2, ".zip or .html"), (["--days", "0"], 2, "1 to 366 days"),
     (["--by", " "], 2, "who made it"),
     (["--version", "9"], 2, "No run '9'"), (["--version", "1", "--catalogue", "sample"], 2, "not both"),
     (["--catalogue", "gone"], 2, "No version learned 'gone'"),
     (["--to", "nowhere/pack.zip"], 1, "cannot be written")],
)  # fmt: skip
def test_what_makes_no_sense_is_one_line_and_nothing_is_written(published_store, run, tmp_path, arguments, code, said):
    found, out, err = run(*arguments)
    assert (found, out, err.count("\n")) == (code, "", 1)
    assert said in err
    assert list((tmp_path / "here").iterdir()) == []


def test_a_catalogue_stands_for_its_version(published_store, run, tmp_path):
    code, out, _ = run("--catalogue", "sample", "--to", str(tmp_path / "a.html"), "--json")
    assert (code, json.loads(out)["version"]) == (0, runs.find(published_store, "live").version)


def test_without_a_version_nothing_is_written(store, run, tmp_path):
    code, out, err = run()
    assert (code, out) == (2, "") and "train" in err
    assert list((tmp_path / "here").iterdir()) == []
