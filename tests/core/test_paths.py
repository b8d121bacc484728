"""Row 6: whatever a name or an id says, no function of core touches a file outside of the home."""

import ast
import contextlib
import importlib
import inspect
import os
import random
from pathlib import Path

import pytest

from core import errors, file_names
from core.catalogue.own.records import Choices
from core.jobs import launchers
from core.settings import PROJECT_ROOT
from core.store.live import promotions
from tests.support.opened_files import outside, watched

NUM_EXAMPLES = int(os.environ.get("HOSTILE_PATHS", "5000"))
"""HOSTILE_PATHS=100000 looks longer."""

NAMES = {
    "name", "job_id", "run_id", "digest", "sha256", "artefact", "text", "key", "catalogue", "list_id", "backup",
    "kind", "said", "address", "file_name", "version", "request_id", "batch", "photo", "garment", "scope",
    "setting", "log_name", "pictures", "decision",
}  # fmt: skip
"""Parameters that are a name or an id."""

ROWS_ONLY = {
    "core.jobs.records": "the id of a row",
    "core.store.batches.automation_lines": "the id of a row",
    "core.store.batches.tag_decisions": "the id of a row",
    "core.store.verdicts.verdicts": "ids of rows",
    "core.store.verdicts.watch_lists": "the id of a row",
    "core.store.base.choices": "the name in a row",
    "core.store.batches.batches": "the id of a row; its folder is named by an id of our own",
}
"""Modules whose names and ids never become part of a path -> what they are."""

BY_WHO_RUNS_IT = {
    "core.elsewhere.reading.where": "a folder that the person names on purpose; pages offer those that are allowed",
    "core.elsewhere.reading.read": "as where",
    "core.elsewhere.requests.start": "as where; its name is asked of `requests.find` first",
    "core.model.backbones.own.chosen": "a setting: a file that who runs the program names",
}
"""Functions that are given a place of the computer, by those who may name any -> why."""

NEEDS_MORE = {
    "core.catalogue.own.adding.add": "folders are made by `kept.changing`, `kept.folder_of`",
    "core.elsewhere.importing.publish": "the name is one of a version, in a row",
    "core.elsewhere.judging.start": "its folder is that of `judging.find`",
    "core.jobs.bringing_in.bring_in": "its folder is that of `kept.folder_of`",
    "core.jobs.bringing_in.changes_of": "its folder is that of `kept.folder_of`",
    "core.jobs.photo_estimates.seconds": "its folder is that of `kept.find`",
    "core.jobs.worker.work": "asks `jobs.status`",
    "core.jobs.worker.follow": "asks `jobs.status`",
    "core.jobs.followed.save": "the name stands in its record, whose file is that of `followed.read`",
    "core.jobs.followed.is_running": "the name stands in its record, whose lock is that of `followed.lock`",
    "core.model.backbones.feature_files.stored_maps": "its file is that of `feature_files.seconds_a_photo`",
    "core.model.backbones.feature_files.num_missing": "its file is that of `feature_files.seconds_a_photo`",
    "core.tagging.occlusion_process.asked": "the digest of a version, whose folder is that of `artefacts.folder_of`",
    "core.tagging.photo_network.answers": "the digest of a version, whose folder is that of `artefacts.folder_of`",
}
"""Functions that need whole worlds to be called -> which of those below their path comes from."""

PLACES = (
    "..", "../x", "../../outside", "a/../../../outside", "..\\..\\outside", "%2e%2e/outside", "%2e%2e%2foutside", "/",
    "x\0y", "../outside\0.json", "C:outside", "C:\\outside", "\\\\host\\share\\x", "//host/share", "#", "?", "x?y#z",
    "~",
    "~root", "．．／outside", "‥/outside", "∕outside", "con", "NUL", "aux.json", "a" * 5000, "../" * 1700, ".", "", " ",
    "...", "-rf", "$HOME", "`id`", "*", "\n", "é", "x/", "./x", "x/.", "file:///outside", "\u202e..",
)  # fmt: skip


def found():
    """The full name of every public function of core that takes the store or the home, and a name or an id."""
    for path in sorted((PROJECT_ROOT / "core").rglob("*.py")):
        module = ".".join(path.relative_to(PROJECT_ROOT).with_suffix("").parts).removesuffix(".__init__")
        if "migrations" in module or path.name == "__main__.py":
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
                kinds = {each.arg: ast.unparse(each.annotation) for each in given if each.annotation}
                hostile = [name for name in kinds if name in NAMES and kinds[name] in ("str", "str | None")]
                if hostile and {"store", "home"} & kinds.keys():
                    yield f"{module}.{node.name}", hostile


ALL = dict(found())
DRIVEN = {
    name: hostile
    for name, hostile in ALL.items()
    if name.rpartition(".")[0] not in ROWS_ONLY and name not in BY_WHO_RUNS_IT and name not in NEEDS_MORE
}


def test_the_list_is_whole_and_has_nothing_that_is_gone():
    assert len(DRIVEN) >= 50
    assert set(BY_WHO_RUNS_IT) | set(NEEDS_MORE) <= set(ALL)
    assert set(ROWS_ONLY) <= {name.rpartition(".")[0] for name in ALL}


def test_what_lies_outside_would_be_noticed(tmp_path):
    (tmp_path / "home").mkdir()
    with watched() as touched:
        with contextlib.suppress(OSError):
            (tmp_path / "outside").read_bytes()
        (tmp_path / "home" / "x").write_text("")
        list(tmp_path.iterdir())
        (tmp_path / "home" / "x").rename(tmp_path / "y")
    assert list(map(Path, outside(touched, tmp_path / "home"))) == [tmp_path / "outside", tmp_path, tmp_path / "y"]


@pytest.fixture
def given(published_store, monkeypatch, tmp_path):
    """What every function is given besides; what would start a process is told, and starts none."""
    monkeypatch.setattr(launchers, "run_detached", lambda *arguments, **named: None)
    home = published_store.home
    for name in ("coming", "bringing", "judging", "trash", "locks"):
        (home / name).mkdir(exist_ok=True)
    return {
        "store": published_store, "home": home, "run": promotions.live_run(published_store), "who": "Ada",
        "started_by": "Ada", "reason": "fewer lost shirts", "on_progress": lambda *progress: None, "wanted": (),
        "place": home / "nowhere", "staged": home / "staged", "file": home / "nowhere", "reader": lambda own: None,
        "choices": Choices(), "is_flipped": False, "threads": 1, "places": (), "category": "Bag", "reserve": None,
        "values": None, "num": 1, "columns": {}, "about": "", "merges": (), "content": b"",
    }  # fmt: skip


def texts(places, rng):
    """Every place once, then endless changes of them."""
    yield from places
    while True:
        parts = [rng.choice(places)[:300] for _ in range(rng.randint(1, 3))]
        yield rng.choice(("", "/", "\\", "x", "\0")).join(parts)[: rng.choice((10, 100, 5000))]


def function_of(name):
    module, _, function = name.rpartition(".")
    return getattr(importlib.import_module(module), function)


def needed_by(function):
    """The parameters that have no default."""
    parameters = inspect.signature(function).parameters.values()
    return [
        each.name for each in parameters
        if each.default is each.empty and each.kind not in (each.VAR_KEYWORD, each.VAR_POSITIONAL)
    ]  # fmt: skip


def call(name, arguments):
    """What the function gives, gone through to its end."""
    result = function_of(name)(**arguments)
    if isinstance(result, contextlib.AbstractContextManager) and not isinstance(result, Path):
        with result:
            pass
    return list(result) if inspect.isgenerator(result) else result


def test_no_name_leads_out_of_the_home(given, tmp_path):
    outside_of_it = given["home"].parent / "outside"
    outside_of_it.mkdir(exist_ok=True)
    for kept in ("judging.json", "manifest.json", "catalogue.json", "secret.json"):
        (outside_of_it / kept).write_text("{}")
    before = sorted(path.name for path in outside_of_it.parent.iterdir())
    rng = random.Random(7)
    places = (*PLACES, str(outside_of_it), f"{outside_of_it}/secret", "../../" * 8 + str(outside_of_it)[1:])
    each = NUM_EXAMPLES // sum(map(len, DRIVEN.values())) + 1
    for name, hostile in DRIVEN.items():
        needed = needed_by(function_of(name))
        for parameter in hostile:
            source = texts(places, rng)
            for _ in range(each):
                text = next(source)
                arguments = {other: given.get(other, "good") for other in needed} | {parameter: text}
                with watched() as touched:
                    result = None
                    with contextlib.suppress(errors.GarmentsError, FileNotFoundError, NotADirectoryError):
                        result = call(name, arguments)
                assert outside(touched, given["home"]) == [], (name, parameter, text)
                if isinstance(result, Path) and "\0" not in str(result):
                    assert result.resolve().is_relative_to(given["home"].resolve()), (name, parameter, text)
    assert sorted(path.name for path in outside_of_it.parent.iterdir()) == before
    assert len(list(outside_of_it.iterdir())) == 4


@pytest.mark.parametrize("name", ["shirts", "a.b", "été", "x" * 200, "spring 2027", "-x", "con"])
def test_a_name_of_a_file_stays_one(name):
    assert file_names.one(name) == name


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b", "a\\b", "/", "C:x", "C:\\x", "a\0", "x" * 201, "é" * 101, "a/", "\ud800"]
)
def test_what_is_none_is_refused_in_a_short_line(name):
    with pytest.raises(errors.NameRefused, match="cannot be the name of a file here") as caught:
        file_names.one(name)
    assert len(str(caught.value)) < 200 and str(caught.value).isprintable()
