"""The directions of imports, the rooms and their layers, and what must stay out of whose memory."""

import ast
import functools
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from core.settings import PROJECT_ROOT

FILES = sorted(path for folder in ("core", "dashboard", "pages") for path in (PROJECT_ROOT / folder).rglob("*.py"))
PURE = ("core/quality/", "core/words/", "core/errors.py")
HEAVY = ("torch", "torchvision", "torchmetrics", "sklearn", "onnx", "onnxruntime")
WEB = ("streamlit", "plotly")
MODEL = (
    "core.model.training", "core.model.inference", "core.jobs.worker", "core.jobs.training_pipeline",
    "core.tagging.tagger", "core.photos.decoding", "core.photos.decoder",
)  # fmt: skip
LAYERS = (
    ("dashboard/look",),
    ("dashboard/data",),
    ("dashboard/session",),
    ("dashboard/parts", "dashboard/gallery", "dashboard/training"),
    ("dashboard/<page>", "dashboard/shell", "dashboard/gate"),
    ("dashboard", "pages"),
)
"""The rooms that draw, the lowest first: a room imports rooms of its own layer or below."""


def path_of(file: Path) -> str:
    return file.relative_to(PROJECT_ROOT).as_posix()


@functools.cache
def source_of(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def forbidden_imports(file: str) -> tuple[str, ...]:
    """What the file, given by its path from the project's root, must not import."""
    if file.startswith(PURE):
        return (*WEB, *HEAVY, "dashboard", "pages", "sqlalchemy", "pyarrow", "core.store", "core.jobs", "core.model")
    if file.startswith("core/model/"):
        return (*WEB, "dashboard", "pages", "core.store", "core.jobs", "core.quality")
    if file.startswith("core/catalogue/"):
        return (*WEB, "dashboard", "pages", "core.store", "core.jobs", "core.model", "core.quality")
    if file.startswith("core/photos/"):
        return (*WEB, *HEAVY, "dashboard", "pages", "core.store", "core.jobs", "core.model", "core.tagging")
    if file.startswith("core/retail/"):
        return (*WEB, *HEAVY, "dashboard", "pages", "sqlalchemy", "core.store", "core.jobs", "core.tagging")
    if file.startswith("core/store/"):
        return (*WEB, *HEAVY, "dashboard", "pages", "core.jobs", "core.tagging")
    if file.startswith("core/jobs/"):
        return (*WEB, "dashboard", "pages", "core.tagging", "core.commands")
    if file.startswith("core/report/"):
        return (*WEB, *HEAVY, *MODEL, "dashboard", "pages", "core.model", "core.jobs", "core.commands")
    if file.startswith("core/"):
        return (*WEB, "dashboard", "pages")
    if file.endswith("figures.py"):
        return (*HEAVY, *MODEL, "pages", "streamlit", "core.store", "core.jobs", "core.model")
    if file.startswith("dashboard/look/") or file.endswith("wording.py"):
        return (*WEB, *HEAVY, *MODEL, "pages", "core.store", "core.jobs", "core.model")
    return (*HEAVY, *MODEL, "pages", "plotly")


def imported(source: str) -> set[str]:
    """Dotted names of all that is imported, `from a import b` as `a.b`."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def breaches(file: str, source: str) -> list[str]:
    prefixes = tuple(name + "." for name in forbidden_imports(file))
    return sorted(name for name in imported(source) if (name + ".").startswith(prefixes))


def test_imports_point_one_way():
    found = {path_of(path): breaches(path_of(path), source_of(path)) for path in FILES}
    assert {file: names for file, names in found.items() if names} == {}


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("core/quality/scores.py", "import torch.nn"),
        ("core/store/runs/runs.py", "from dashboard import session"),
        ("core/model/training.py", "def f():\n    from core.store import runs"),
        ("core/photos/sources.py", "from core.store import Store"),
        ("core/jobs/worker.py", "from core.tagging import batch_work"),
        ("core/report/pack.py", "from core.tagging import tagger"),
        ("core/words/numbers.py", "from core.store import Store"),
        ("pages/today.py", "from core.jobs import training_pipeline"),
        ("dashboard/session/flags.py", "import sklearn.metrics as metrics"),
        ("dashboard/today/wording.py", "import streamlit as st"),
        ("dashboard/look/theme.py", "from streamlit import markdown"),
        ("dashboard/look/confusion_figures.py", "import streamlit as st"),
        ("dashboard/look/theme.py", "import plotly.io"),
        ("dashboard/today/view.py", "import plotly.graph_objects as go"),
    ],
)
def test_an_import_that_points_back_is_found(file, source):
    assert len(breaches(file, source)) == 1


# ---- rooms ------------------------------------------------------------------------------------------------------


def room_of(file: str) -> str:
    """The folder of a file; a file directly in core/ or dashboard/ is a room of its own."""
    folder, _, name = file.rpartition("/")
    return file if folder in ("core", "dashboard") and name != "__init__.py" else folder


def arrows(sources: dict[str, str]) -> dict[str, set[str]]:
    """Room -> the rooms it imports; `sources` maps each file's path to its text."""
    files = {file.removesuffix(".py").removesuffix("/__init__").replace("/", "."): file for file in sources}
    found: dict[str, set[str]] = defaultdict(set)
    for file, source in sources.items():
        for name in imported(source):
            while name and name not in files:
                name = name.rpartition(".")[0]
            if name and room_of(files[name]) != room_of(file):
                found[room_of(file)].add(room_of(files[name]))
    return found


def circle(graph: dict[str, set[str]]) -> list[str]:
    """The rooms of one circle of imports, the first one named again at its end; empty where there is none."""
    done: set[str] = set()

    def walk(room: str, way: list[str]) -> list[str]:
        if room in way:
            return [*way[way.index(room) :], room]
        if room not in done:
            for other in sorted(graph.get(room, ())):
                if found := walk(other, [*way, room]):
                    return found
            done.add(room)
        return []

    return next(filter(None, (walk(room, []) for room in sorted(graph))), [])


def layer_of(room: str) -> int:
    """The number in `LAYERS` of a room of the dashboard or of the pages."""
    if not room.startswith("dashboard/") or room.endswith(".py"):
        return len(LAYERS) - 1
    return next((number for number, rooms in enumerate(LAYERS) if room in rooms), len(LAYERS) - 2)


@functools.cache
def rooms_today() -> dict[str, set[str]]:
    return arrows({path_of(path): source_of(path) for path in FILES})


def test_no_two_rooms_import_each_other_not_even_by_a_detour():
    assert circle(rooms_today()) == []


def test_a_circle_of_rooms_would_be_found():
    sources = {"core/a/x.py": "from core.b import y", "core/b/y.py": "import core.c.z", "core/c/z.py": ""}
    assert circle(arrows(sources)) == []
    sources["core/c/z.py"] = "from core.a.x import name"
    assert circle(arrows(sources)) == ["core/a", "core/b", "core/c", "core/a"]
    assert circle(arrows({"core/a.py": "from core.b import c", "core/b/c.py": "from core import a"})) != []


def upward(graph: dict[str, set[str]]) -> list[tuple[str, str]]:
    """The arrows that lead from a layer to a higher one."""
    return sorted(
        (room, other)
        for room, others in graph.items()
        for other in others
        if room.startswith("dashboard") and not other.startswith("core")
        if layer_of(other) > layer_of(room)
    )


def test_rooms_of_the_dashboard_stand_in_layers():
    assert upward(rooms_today()) == []


def test_an_arrow_that_leads_up_would_be_found():
    assert upward({"dashboard/look": {"dashboard/data"}}) == [("dashboard/look", "dashboard/data")]
    assert upward({"dashboard/gallery": {"dashboard/today"}}) != []
    assert upward({"dashboard/today": {"dashboard/gallery", "core/quality"}, "pages": {"dashboard/today"}}) == []


def says(source: str, pattern: str) -> list[str]:
    """The expressions in a source whose text matches `pattern`: names with their dots, such as `st.cache_data`."""
    found = (ast.unparse(node) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute))
    return [text for text in found if re.fullmatch(pattern, text)]


ONLY_THERE = {
    r"st\.cache_\w+": "dashboard/data/",
    r"st\.session_state": "dashboard/session/",
    r"st\.query_params": "dashboard/session/",
}
"""What only the files of one room may say."""


def test_caches_session_and_address_have_one_room_each():
    found = [
        (path_of(path), pattern)
        for path in FILES
        for pattern, room in ONLY_THERE.items()
        if says(source_of(path), pattern) and not path_of(path).startswith(room)
    ]
    assert found == []
    for pattern, room in ONLY_THERE.items():
        assert [path for path in FILES if path_of(path).startswith(room) and says(source_of(path), pattern)], pattern


# ---- what stays out of memory -----------------------------------------------------------------------------------


def loaded(code: str, names: tuple[str, ...]) -> list[str]:
    """Which of the packages a fresh Python has in memory after running `code`."""
    code += f"\nimport sys; print([name for name in {names!r} if name in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    return ast.literal_eval(result.stdout.splitlines()[-1])


def module_names(folder: str, *, without: tuple[str, ...] = ()) -> list[str]:
    names = []
    for path in sorted((PROJECT_ROOT / folder).rglob("*.py")):
        name = ".".join(path.relative_to(PROJECT_ROOT).with_suffix("").parts).removesuffix(".__init__")
        if "migrations" not in name and name not in without:
            names.append(name)
    return names


def test_core_leaves_streamlit_and_plotly_out():
    names = module_names("core", without=("core.__main__",))
    assert "core.model.training" in names
    assert loaded(f"import {', '.join(names)}", WEB) == []


def test_the_dashboard_leaves_torch_and_scikit_learn_out_and_its_first_page_scipy():
    first_page = [
        "dashboard.shell.sidebar", "dashboard.shell.welcome", "dashboard.today.view", "dashboard.parts.tables",
        "dashboard.gallery.verdict_buttons",
    ]  # fmt: skip
    names = module_names("dashboard", without=("dashboard.streamlit_app", "dashboard.main"))
    assert {*first_page, "dashboard.session.flags"} <= set(names)
    code = (  # the import of scipy takes half a second
        f"import sys, {', '.join(first_page)}\nassert 'scipy' not in sys.modules\nimport {', '.join(names)}"
    )
    assert loaded(code, (*HEAVY, "dashboard.today.view")) == ["dashboard.today.view"]


def test_memory_is_kept_once_and_searched_again_afterwards_even_if_an_import_fails():
    code = (
        "import gc\nfrom dashboard.shell import import_pause\n"
        "try:\n with import_pause.kept():\n  paused = not gc.isenabled()\n  raise ImportError\n"
        "except ImportError:\n aside = gc.get_freeze_count()\n"
        "assert paused and aside and gc.isenabled()\n"
        "with import_pause.kept():\n assert gc.isenabled()\n"
        "assert gc.get_freeze_count() <= aside"
    )
    assert loaded(code, ("dashboard.shell.import_pause",)) == ["dashboard.shell.import_pause"]


def test_what_is_in_memory_would_be_noticed():
    assert loaded("import plotly, sklearn", (*WEB, *HEAVY)) == ["plotly", "sklearn"]


# ---- what is never written --------------------------------------------------------------------------------------


def unsafe_lines(source: str) -> list[str]:
    words = ("pickle", "torch.load(", "joblib", "allow_pickle=True", "unsafe_allow_html", "innerHTML")
    lines = [line.strip() for line in source.splitlines()]
    lines = [line.replace("allow_pickle=False", "") for line in lines]
    return [line for line in lines if any(word in line for word in words) and not line.startswith(("#", '"'))]


PINNED_WEIGHTS = {
    "core/model/backbones/published.py": [
        'found: dict[str, Tensor] = torch.load(path, weights_only=True, map_location="cpu")'
    ]
}
"""The one place that may: in processes of their own with limits, of files whose SHA-256 was compared before."""


def test_nothing_is_unpickled_and_no_data_becomes_markup():
    assert {path_of(path): lines for path in FILES if (lines := unsafe_lines(source_of(path)))} == PINNED_WEIGHTS
    asking = {path_of(path) for path in FILES if "published.tensors(" in source_of(path)}
    assert asking == {"core/model/backbones/conversion.py", "core/model/backbones/own_probe.py"}
    assert unsafe_lines("model = torch.load(path)") and unsafe_lines("st.markdown(x, unsafe_allow_html=True)")


def test_every_file_says_what_lives_in_it():
    assert [path_of(path) for path in FILES if not ast.get_docstring(ast.parse(source_of(path)))] == []


DOORS = {"begin", "connect", "raw_connection", "create_engine", "Session", "sessionmaker", "begin_nested"}
"""Names by which SQLAlchemy, and the driver below it, give somebody a connection."""


def doors(source: str) -> list[str]:
    """What a source says to get a connection to a database, however it writes it."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in DOORS:
            found.append(ast.unparse(node))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("sqlalchemy", "sqlite3")):
            found += [alias.name for alias in node.names if alias.name in DOORS]
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "getattr":
            found += [ast.unparse(node) for text in node.args[1:2] if ast.unparse(text).strip("'") in DOORS]
    return found


def test_reading_and_writing_the_database_goes_through_one_door():
    door, where, whole = (f"core/store/base/{name}.py" for name in ("database", "engines", "copying"))
    found = {path_of(path): said for path in FILES if (said := doors(source_of(path)))}
    assert found.pop(where) == ["sa.create_engine"] * 2, "makes connections possible and uses none"
    assert found.pop(whole) and found.pop(door), "the first copies a file as a whole, between connections of its own"
    assert found == {}


@pytest.mark.parametrize(
    "source",
    ["store.engine.begin()", "e = store.engine\nwith e . connect() as c: ...", "from sqlalchemy.orm import Session",
     "getattr(engine, 'begin')()", "sqlite3.connect(path)", "open_it = engine.raw_connection"],
)  # fmt: skip
def test_another_door_would_be_found(source):
    assert doors(source)
