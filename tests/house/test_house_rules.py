"""The directions of imports, and what must stay out of whose memory."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from core.settings import PROJECT_ROOT

FILES = sorted(path for folder in ("core", "dashboard", "pages") for path in (PROJECT_ROOT / folder).rglob("*.py"))
PURE = ("core/quality/", "core/errors.py")
HEAVY = ("torch", "torchvision", "torchmetrics", "sklearn", "onnx", "onnxruntime")
WEB = ("streamlit", "plotly")


def forbidden_imports(file: str) -> tuple[str, ...]:
    """What the file, given by its path from the project's root, must not import."""
    if file.startswith(PURE):
        return (*WEB, *HEAVY, "dashboard", "pages", "sqlalchemy", "pyarrow", "core.store", "core.jobs", "core.model")
    if file.startswith("core/model/"):
        return (*WEB, "dashboard", "pages", "core.store", "core.jobs", "core.quality")
    if file.startswith("core/catalogue/"):
        return (*WEB, "dashboard", "pages", "core.store", "core.jobs", "core.model", "core.quality")
    if file.startswith("core/store/"):
        return (*WEB, *HEAVY, "dashboard", "pages", "core.jobs")
    if file.startswith("core/"):
        return (*WEB, "dashboard", "pages")
    if file.startswith("dashboard/") and file.endswith(
        ("wording.py", "theme.py", "figures.py", "glossary.py", "phrases.py")
    ):
        return (*HEAVY, "pages", "streamlit", "core.store", "core.jobs", "core.model")
    return (
        *HEAVY,
        "pages",
        "core.model.training",
        "core.model.inference",
        "core.jobs.worker",
        "core.jobs.training_pipeline",
        "core.tagging.tagger",
        "core.photos.decoding",
        "core.photos.decoder",
    )


def imported(source: str) -> set[str]:
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


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PROJECT_ROOT).as_posix())
def test_imports_point_one_way(path: Path):
    assert breaches(path.relative_to(PROJECT_ROOT).as_posix(), path.read_text()) == []


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("core/quality/scores.py", "import torch.nn"),
        ("core/store/runs/runs.py", "from dashboard import state"),
        ("core/model/training.py", "def f():\n    from core.store import runs"),
        ("pages/overview.py", "from core.jobs import pipeline"),
        ("dashboard/session/address.py", "import sklearn.metrics as metrics"),
    ],
)
def test_an_import_that_points_back_is_found(file, source):
    assert len(breaches(file, source)) == 1


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


def test_the_dashboard_leaves_torch_and_scikit_learn_out():
    names = module_names("dashboard", without=("dashboard.streamlit_app",))
    assert "dashboard.session.address" in names
    assert loaded(f"import {', '.join(names)}", HEAVY) == []


def test_the_first_page_leaves_scipy_out_because_its_import_takes_half_a_second():
    first_page = (
        "dashboard.shell.sidebar, dashboard.shell.welcome, dashboard.today.view, dashboard.parts.tables, "
        "dashboard.gallery.verdict_buttons"
    )
    assert loaded(f"import {first_page}", ("scipy", "dashboard.today.view")) == ["dashboard.today.view"]


def test_memory_is_kept_once_and_searched_again_afterwards_even_if_an_import_fails():
    code = (
        "import gc\nfrom dashboard import kept_memory\n"
        "try:\n with kept_memory.kept():\n  paused = not gc.isenabled()\n  raise ImportError\n"
        "except ImportError:\n aside = gc.get_freeze_count()\n"
        "assert paused and aside and gc.isenabled()\n"
        "with kept_memory.kept():\n assert gc.isenabled()\n"
        "assert gc.get_freeze_count() <= aside"
    )
    assert loaded(code, ("dashboard.shell.import_pause",)) == ["dashboard.shell.import_pause"]


def test_what_is_in_memory_would_be_noticed():
    assert loaded("import plotly", WEB) == ["plotly"]
    assert loaded("import sklearn", HEAVY) == ["sklearn"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PROJECT_ROOT).as_posix())
def test_nothing_is_unpickled_and_no_data_becomes_markup(path: Path):
    source = path.read_text()
    for word in ("pickle", "torch.load(", "joblib", "allow_pickle=True", "unsafe_allow_html", "innerHTML"):
        lines = [line for line in source.splitlines() if word in line and not line.strip().startswith(("#", '"'))]
        assert lines == [], word


def test_every_file_says_what_lives_in_it():
    assert [path for path in FILES if not ast.get_docstring(ast.parse(path.read_text()))] == []


def test_writing_to_the_database_goes_through_one_door():
    for path in FILES:
        if path.name == "database.py":
            continue
        source = path.read_text()
        assert "engine.begin(" not in source, path
        assert "engine.connect(" not in source, path
