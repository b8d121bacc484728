"""What is written is true: the tree is the tree, settings and commands are explained, files and pictures are there."""

import re
from pathlib import Path

import pytest

from core import __main__ as command_line
from core import settings
from core.commands import verdicts
from core.model import recipes
from core.settings import PROJECT_ROOT
from dashboard.session import navigation
from tests import tree

README = (PROJECT_ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted([PROJECT_ROOT / "README.md", *(PROJECT_ROOT / "docs").rglob("*.md")])


def read(name: str) -> str:
    return (PROJECT_ROOT / "docs" / name).read_text(encoding="utf-8")


def test_the_tree_is_the_tree():
    text = tree.PAGE.read_text(encoding="utf-8")
    assert tree.page(text) == text, "run python -m tests.tree"


def test_every_line_of_the_tree_says_what_the_file_is_for():
    lines = list(tree.lines())
    assert len(lines) > 200
    assert [line for line in lines if len(line.split()) < 3 or line.endswith("…")] == []


def test_every_file_that_the_architecture_names_is_there():
    named = re.findall(r"`((?:core|dashboard|pages|tests)/[\w/.]+)`", read("architecture.md"))
    assert len(named) > 50
    assert [name for name in named if not (PROJECT_ROOT / name).exists()] == []


def test_the_readme_fits_on_three_screens():
    assert len(README.splitlines()) <= 130


def test_every_setting_is_explained():
    page = read("settings.md")
    assert [name for name in settings.Settings.model_fields if f"`{settings.PREFIX}{name.upper()}`" not in page] == []


def test_every_command_is_explained_and_can_answer_in_json():
    page = read("command-line.md")
    commands = {
        f"{prefix}{info.name or info.callback.__name__}": info.callback
        for prefix, group in (("", command_line.app), ("verdicts ", verdicts.group))
        for info in group.registered_commands
        if not info.hidden
    }
    assert len(commands) > 15
    for name, callback in commands.items():
        assert "as_json" in callback.__annotations__, name
        assert f"python -m core {name}" in page, name


def test_every_page_is_listed_with_its_question():
    for entry in navigation.PAGES.values():
        assert f"| {entry.title} | {entry.question} |" in README


def test_every_recipe_stands_there_with_what_it_reached():
    for name in recipes.RECIPES:
        row = next(line for line in README.splitlines() if line.startswith(f"| `{name}` |"))
        assert name == "classroom" or re.search(r"\| 0\.[89]\d{3}\b", row), row


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(PROJECT_ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path):
    targets = [target for target in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8")) if "://" not in target]
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_two_commands_stand_first():
    commands = re.findall(r"```bash\n(.*?)```", README, re.DOTALL)
    assert commands[0].strip() == "pip install -r requirements.txt && streamlit run dashboard"
    assert commands[1].strip() == "pip install -r requirements-dev.txt && pytest"
