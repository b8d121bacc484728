"""The version of the code changes with what a training does, and with nothing else."""

import shutil
from pathlib import Path

import pytest

from core.model import code_version
from core.settings import PROJECT_ROOT

TREE = {
    "core/__init__.py": '"""All."""\n',
    "core/errors.py": "class Wrong(Exception): ...\n",
    "core/model/__init__.py": '"""Model."""\n',
    "core/model/training.py": (
        '"""Trains."""\n\nfrom core import errors\nfrom core.catalogue.own.split import CUT\n\n\n'
        'def train(rate=0.1):\n    """Trained."""\n    from core.model import layers\n    return rate * layers.WIDTH\n'
    ),
    "core/model/layers.py": 'import core.catalogue.pictures\n\nWIDTH = 8\n"""Filters."""\n',
    "core/model/speed.py": "STEPS = 5\n",
    "core/catalogue/pictures.py": "SIDE = 28  # pixels\n",
    "core/catalogue/own/__init__.py": "",
    "core/catalogue/own/split.py": "CUT = 0.1\n",
    "core/catalogue/departments.py": "SHIRTS = 'Women'\n",
}
ROOTS = ("core.model.training",)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name, content in TREE.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    return tmp_path


def rewrite(tree: Path, file: str, old: str, new: str) -> None:
    content = (tree / file).read_text()
    assert old in content
    (tree / file).write_text(content.replace(old, new), newline="")


def test_what_a_training_imports_is_found_through_chains_functions_and_folders(tree):
    assert sorted(code_version.modules(tree, ROOTS)) == [
        "core.catalogue.own.split", "core.catalogue.pictures", "core.model.layers", "core.model.training",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("core/model/training.py", "rate=0.1", "rate=0.2"),
        ("core/model/training.py", "rate * layers", "rate + layers"),
        ("core/model/layers.py", "WIDTH = 8", "WIDTH = 9"),
        ("core/catalogue/own/split.py", "CUT = 0.1", "CUT = 0.2"),
        ("core/catalogue/pictures.py", "SIDE = 28", "SIDE = 32"),
        ("core/model/training.py", "    return", "    rate = '# no comment'\n    return"),
    ],
)
def test_it_changes_with_what_a_training_does(tree, file, old, new):
    before = code_version.digest(tree, ROOTS)
    rewrite(tree, file, old, new)
    assert code_version.digest(tree, ROOTS) != before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("core/model/training.py", '"""Trains."""', '"""Trains\n\na network.\n"""  # says what'),
        ("core/model/training.py", '    """Trained."""\n', ""),
        ("core/model/training.py", "    return", "\n    # why\n\n    return"),
        ("core/model/layers.py", '"""Filters."""', '"""Filters " of """ \'the first layer\''),
        ("core/catalogue/pictures.py", "# pixels", "# px"),
        ("core/catalogue/pictures.py", "\n", "\r\n"),
        ("core/catalogue/departments.py", "Women", "Men"),
        ("core/model/speed.py", "5", "6"),
        ("core/errors.py", "...", "pass"),
    ],
)
def test_it_stays_with_words_about_the_code_and_with_what_no_training_imports(tree, file, old, new):
    before = code_version.digest(tree, ROOTS)
    rewrite(tree, file, old, new)
    assert code_version.digest(tree, ROOTS) == before


def test_a_file_that_moves_to_another_room_is_followed(tree):
    before = code_version.digest(tree, ROOTS)
    (tree / "core/model/parts").mkdir()
    shutil.move(tree / "core/model/layers.py", tree / "core/model/parts/layers.py")
    rewrite(tree, "core/model/training.py", "from core.model import layers", "from core.model.parts import layers")
    moved = code_version.digest(tree, ROOTS)
    rewrite(tree, "core/model/parts/layers.py", "WIDTH = 8", "WIDTH = 9")
    assert len({before, moved, code_version.digest(tree, ROOTS)}) == 3


def test_a_beginning_that_is_not_there_is_named(tree):
    with pytest.raises(FileNotFoundError, match=r"no module 'core\.model\.gone'"):
        code_version.digest(tree, ("core.model.gone",))


def test_the_version_of_this_program_covers_its_network_and_not_its_speed_or_its_shop():
    found = code_version.modules(PROJECT_ROOT, code_version.TRAINING)
    assert {"core.model.architectures", "core.model.recipes", "core.model.learner", "core.catalogue.corrected"} <= set(
        found
    )
    assert not {name for name in found if name.split(".")[1] not in ("model", "catalogue")}
    assert not {"core.model.speed", "core.model.code_version", "core.catalogue.fashion_mnist"} & set(found)
    searched = code_version.modules(PROJECT_ROOT, code_version.SEARCH)
    assert {"core.model.out_of_fold", "core.quality.suspects", "core.model.training"} <= set(searched)


def test_every_import_of_a_training_is_covered_or_settled():
    pipeline = PROJECT_ROOT / "core/jobs/training_pipeline.py"
    imported = {name for name in code_version._imported(PROJECT_ROOT, pipeline) if name.startswith("core.model.")}
    covered = {*code_version.modules(PROJECT_ROOT, code_version.TRAINING), *code_version.SETTLED}
    assert imported and imported <= covered


def test_it_is_short_and_depends_on_torch(monkeypatch):
    now = code_version.code_version()
    assert len(now) == 12 and int(now, 16) >= 0
    monkeypatch.setattr("importlib.metadata.version", lambda name: "3.0.0")
    assert code_version.code_version.__wrapped__() != now


def test_what_an_earlier_program_made_is_known_while_both_give_the_same(monkeypatch):
    now = code_version.code_version()
    monkeypatch.setattr(code_version, "FORMER", {"earlier": (now, "x"), "another": ("gone",)})
    assert code_version.known_as() == (now, "earlier")
    assert code_version.is_current("earlier") and code_version.is_current(now)
    assert not code_version.is_current("another")
    assert not code_version.is_current("earlier", code_version.SEARCH)


def test_no_line_about_an_earlier_program_outlives_the_code_it_speaks_of():
    kinds = (code_version.TRAINING, code_version.SEARCH, code_version.PHOTOS)
    present = [code_version.code_version(kind) for kind in kinds]
    assert {earlier: same for earlier, same in code_version.FORMER.items() if not set(same) <= set(present)} == {}
