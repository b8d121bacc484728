import csv
import io
import json
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import __main__ as command_line
from core import doctor, errors
from core import settings as program_settings
from core.retail import spreadsheet
from core.store import open_store
from core.store.runs import file_reader
from core.store.verdicts import verdict_csv, verdict_tables
from tests.support import worlds
from tests.support.desk import Desk

HEADER = "run,split,position,kind,category,who\n"


@pytest.fixture
def desk(store):
    return Desk(store)


@pytest.fixture
def run_json(monkeypatch, capsys):
    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["core", *arguments, "--json"])
        code = command_line.main()
        captured = capsys.readouterr()
        assert captured.err == ""
        return code, json.loads(captured.out)

    return run


def fill(desk):
    desk.say("label-wrong", desk.subject(0), desk.subject(3), category="Bag", request_id="first")
    desk.say("model-wrong", desk.subject(0), who='=HYPERLINK("x")')
    desk.say("cannot-tell", desk.subject(2, split="train", predicted=None, confidence=None), who="Grace")
    desk.undo("first")


def test_what_is_exported_is_imported_elsewhere_line_by_line_and_again_without_effect(desk, tmp_path, monkeypatch):
    desk.run = worlds.publish(desk.store, desk.garments, seed=5, skill=0.1)
    say_what_is_stored(desk)
    fill(desk)
    lines = verdict_tables.history(desk.store)
    text = verdict_csv.to_csv(lines)
    assert verdict_csv.from_csv(desk.store, text, entered_by="IT") == verdict_csv.Imported(num_stored=0, num_known=6)
    monkeypatch.setenv("GARMENTS_HOME", str(tmp_path / "other"))
    monkeypatch.delenv("GARMENTS_DATABASE_URL", raising=False)
    other = open_store(program_settings.load())
    worlds.publish(other, desk.garments)
    run = worlds.publish(other, desk.garments, seed=5, skill=0.1)
    text = text.replace(desk.run.id, run.id)
    assert verdict_csv.from_csv(other, text, entered_by="IT") == verdict_csv.Imported(num_stored=6, num_known=0)
    assert verdict_csv.from_csv(other, text, entered_by="IT") == verdict_csv.Imported(num_stored=0, num_known=6)
    found = verdict_tables.history(other)
    assert [same(line) for line in found] == [same(line) for line in lines]
    assert {line.entered_by for line in found} == {"IT"}
    assert doctor.breaches(other) == []


def same(line):
    names = ("number", "request_id", "place", "garment", "label", "split", "position", "kind", "category", "who",
             "said_at", "seen")  # fmt: skip
    return [getattr(line, name) for name in names]


def say_what_is_stored(desk):
    """Makes the desk's subjects say what the stored predictions say, as the screen does."""
    table, plain = file_reader.load_predictions(desk.store, desk.run), desk.subject

    def subject(position=0, *, split="test", **changes):
        if split == "test":
            row = table.iloc[position]
            names = desk.run.class_names
            changes["predicted"] = names[int(row["predicted_class"])]
            changes["confidence"] = float(row["confidence"])
        return plain(position, split=split, **changes)

    desk.subject = subject


def test_a_line_written_by_hand_needs_six_cells_and_is_known_again(desk):
    text = HEADER + "live,test,0,label-wrong,Bag,Ada\n1,train,4,cannot-tell,,Grace\n"
    assert verdict_csv.from_csv(desk.store, text, entered_by="IT").num_stored == 2
    assert verdict_csv.from_csv(desk.store, "\ufeff" + text, entered_by="IT").num_known == 2
    (first, second) = verdict_tables.history(desk.store)
    assert (first.garment, first.label, first.category) == (desk.keys["test"][0], "Shirt", "Bag")
    assert first.predicted in desk.run.class_names
    assert (second.predicted, second.split, second.position) == (None, "train", 4)


BAD = [
    ("9,test,0,cannot-tell,,Ada", "No run '9'"),
    ("1,exam,0,cannot-tell,,Ada", "The split is one of train, validation, test, got 'exam'"),
    ("1,test,30,cannot-tell,,Ada", "test has 30 garments, so none at position 30"),
    ("1,test,-1,cannot-tell,,Ada", "The position must be a whole number from 0, got '-1'"),
    ("1,test,0,wrong,,Ada", "A verdict is one of model-wrong, label-wrong, cannot-tell, got 'wrong'"),
    ("1,test,0,label-wrong,Shirt,Ada", "got 'Shirt'"),
    ("1,test,0,label-wrong,,Ada", "got None"),
    ("1,test,0,cannot-tell,Bag,Ada", "Only a wrong label has a right category, got 'Bag'"),
    ("1,test,0,cannot-tell,,", "needs a name of 1 to 200 printable characters, got ''"),
]


@pytest.mark.parametrize(("line", "message"), BAD, ids=range(len(BAD)))
def test_a_bad_line_is_named_by_its_number_and_nothing_is_stored(desk, line, message):
    text = HEADER + "1,test,1,cannot-tell,,Ada\n" + line + "\n1,test,x,cannot-tell,,Ada\n"
    with pytest.raises(errors.VerdictRefused) as caught:
        verdict_csv.from_csv(desk.store, text, entered_by="IT")
    assert str(caught.value).startswith("Nothing was imported; 2 bad lines. line 3: ")
    assert message in str(caught.value)
    assert "line 4: The position" in str(caught.value)
    assert verdict_tables.newest_number(desk.store) == 0


@pytest.mark.parametrize(
    ("columns", "cells", "message"),
    [
        ("garment", "0" * 64, "The garment at test 0 of version 1 is"),
        ("label", "Coat", "is 'Shirt', got 'Coat'"),
        ("said_at", "yesterday", "yesterday"),
        ("request_id", "x" * 65, "1 to 64 characters"),
        ("place", "first", "The place must be a whole number"),
    ],
)
def test_what_a_file_says_of_a_garment_must_be_so(desk, columns, cells, message):
    text = f"{HEADER.strip()},{columns}\n1,test,0,cannot-tell,,Ada,{cells}\n"
    with pytest.raises(errors.VerdictRefused, match=message):
        verdict_csv.from_csv(desk.store, text, entered_by="IT")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The header must name run, split, position, kind, category, who"),
        ("run,split,position,kind,who\n", "got 'run,split,position,kind,who'"),
        (HEADER.strip() + ",mood\n", "got 'run,split,position,kind,category,who,mood'"),
        (HEADER + "1,test\n", "Line 2 has 2 cells, the header 6"),
        (HEADER + '1,"test\n', "is no CSV"),
    ],
)
def test_a_file_that_is_no_list_of_verdicts_is_refused_as_a_whole(desk, text, message):
    with pytest.raises(errors.VerdictRefused, match=message):
        verdict_csv.from_csv(desk.store, text, entered_by="IT")


def test_a_repeated_an_older_and_a_borrowed_line_are_named(desk):
    desk.say("cannot-tell", desk.subject(0), request_id="mine")
    head = HEADER.strip() + ",said_at,request_id\n"
    text = (
        "1,test,1,cannot-tell,,Ada,,a\n1,test,1,cannot-tell,,Ada,,a\n"
        "1,test,0,label-wrong,Bag,Ada,2020-01-01T00:00:00,b\n1,test,2,cannot-tell,,Ada,,mine\n"
    )
    with pytest.raises(errors.VerdictRefused) as caught:
        verdict_csv.from_csv(desk.store, head + text, entered_by="IT")
    for part in ("3 bad lines", "line 3: It repeats line 2", "line 4: Ada said something newer", "line 5: The request"):
        assert part in str(caught.value)
    assert verdict_tables.newest_number(desk.store) == 1


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(who=st.text(min_size=1, max_size=30).filter(lambda text: text.strip() == text and text.isprintable()))
def test_no_cell_starts_a_formula_and_every_name_comes_back(shared, who):
    text = io.StringIO()
    csv.writer(text).writerow(["1", "test", "0", "cannot-tell", "", spreadsheet.safe_cell(who)])
    verdict_csv.from_csv(shared.store, HEADER + text.getvalue(), entered_by="IT")
    last = verdict_tables.history(shared.store)
    line = next(line for line in last if line.who == who)
    text = verdict_csv.to_csv([line])
    (row,) = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert all(not cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")) for cell in row)
    assert verdict_csv.from_csv(shared.store, text, entered_by="IT").num_known == 1


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    home = tmp_path_factory.mktemp("verdicts")
    store = open_store(program_settings.Settings(home=home / "home", data_dir=home))
    yield Desk(store)
    store.engine.dispose()


def test_the_command_line_lists_exports_and_imports(desk, run_json, tmp_path):
    disagree(desk)
    code, content = run_json("verdicts", "list")
    assert code == 0
    assert [(line["who"], line["kind"], line["version"]) for line in content["verdicts"]] == [
        ("Grace", "cannot-tell", 1), ("Grace", "cannot-tell", 1), ("Ada", "label-wrong", 1),
    ]  # fmt: skip
    assert len(run_json("verdicts", "list", "--who", "Ada")[1]["verdicts"]) == 1
    assert len(run_json("verdicts", "list", "--history")[1]["verdicts"]) == 4
    assert [line["who"] for line in run_json("verdicts", "list", "--disagreements")[1]["verdicts"]] == ["Ada", "Grace"]
    file = tmp_path / "said.csv"
    assert run_json("verdicts", "export", str(file)) == (0, {"num_lines": 4, "file": str(file)})
    assert run_json("verdicts", "export")[1]["csv"].encode("utf-8-sig") == file.read_bytes()
    assert run_json("verdicts", "import", str(file)) == (0, {"num_stored": 0, "num_known": 4})
    file.write_text(HEADER + "1,test,9,cannot-tell,,Tim\n")
    assert run_json("verdicts", "import", str(file)) == (0, {"num_stored": 1, "num_known": 0})


def disagree(desk):
    say_what_is_stored(desk)
    desk.say("cannot-tell", desk.subject(5))
    desk.say("label-wrong", desk.subject(5), category="Coat")
    desk.say("cannot-tell", desk.subject(5), who="Grace")
    desk.say("cannot-tell", desk.subject(4, split="train"), who="Grace")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("import", "no.csv"), 2, "no.csv cannot be read (No such file or directory)"),
        (("export", "no/folder.csv"), 1, "no/folder.csv cannot be written (No such file or directory)"),
        (("list", "--history", "--disagreements"), 2, "--history and --disagreements are two different lists"),
    ],
)
def test_a_problem_is_one_line(desk, run_json, monkeypatch, tmp_path, arguments, code, message):
    monkeypatch.chdir(tmp_path)
    found, content = run_json("verdicts", *arguments)
    assert found == code
    assert content["error"].startswith(message)


def test_a_file_in_another_encoding_is_named(desk, run_json, tmp_path):
    file = tmp_path / "said.csv"
    file.write_bytes(HEADER.encode() + "1,test,0,cannot-tell,,Zoë".encode("latin-1"))
    code, content = run_json("verdicts", "import", str(file))
    assert code == 2
    assert "is no text in UTF-8. Save the file as “CSV UTF-8”." in content["error"]


def test_a_category_with_a_line_break_comes_back(store, monkeypatch):
    names = ("=Shirt\r2", 'Co"at\n', "Bag,")
    found = worlds.catalogue(class_names=names)
    monkeypatch.setattr(worlds, "catalogue", lambda: found)
    desk = Desk(store)
    text = verdict_csv.to_csv([*desk.say("label-wrong", desk.subject(1, split="train"), category=names[0])])
    assert verdict_csv.from_csv(desk.store, text, entered_by="IT").num_known == 1
