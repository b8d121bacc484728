"""The README is true: its tree is the tree, its settings are the settings, its pictures and pages are there."""

import re
import subprocess

import pytest

from core import settings
from core.model import recipes
from core.settings import PROJECT_ROOT
from dashboard.session import navigation

README = (PROJECT_ROOT / "README.md").read_text(encoding="utf-8")
TREE = README.split("## The house")[1].split("```")[1]


def named_files() -> list[str]:
    """The paths that the README's tree names, in its order."""
    folders: list[str] = []
    paths = []
    for line in TREE.strip("\n").splitlines():
        name = line.split()[0]
        depth = (len(line) - len(line.lstrip())) // 2
        folders = folders[:depth]
        if name.endswith("/"):
            folders.append(name)
        else:
            paths.append("".join(folders) + name)
    return paths


def tracked_files() -> list[str]:
    result = subprocess.run(["git", "ls-files"], cwd=PROJECT_ROOT, capture_output=True, text=True)
    if result.returncode:
        pytest.skip("this is no git checkout")
    return result.stdout.splitlines()


def test_the_tree_names_every_file_of_the_code_once_and_no_other():
    named = named_files()
    assert len(named) == len(set(named))
    code = re.compile(r"(core|dashboard|pages)/.*\.(py|js|css)$")
    expected = {path for path in tracked_files() if code.match(path) and "/migrations/" not in path}
    assert {path for path in named if code.match(path) and "/migrations/" not in path} == expected
    assert [path for path in named if not (PROJECT_ROOT / path).exists()] == []


def test_every_line_of_the_tree_says_what_the_file_is_for():
    assert [line for line in TREE.strip("\n").splitlines() if len(line.split()) < 3] == []


def test_every_setting_is_explained():
    for name in settings.Settings.model_fields:
        assert f"`{settings.PREFIX}{name.upper()}`" in README


def test_every_page_is_listed_with_its_question():
    for entry in navigation.PAGES.values():
        assert f"| {entry.title} | {entry.question} |" in README


def test_every_recipe_has_its_result():
    for name in recipes.RECIPES:
        assert f"`{name}`" in README


def test_every_link_inside_the_project_leads_somewhere():
    targets = [target for target in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in target]
    assert targets
    assert [target for target in targets if not (PROJECT_ROOT / target).exists()] == []


def test_the_two_commands_stand_first():
    commands = re.findall(r"```bash\n(.*?)```", README, re.DOTALL)
    assert commands[0].strip() == "pip install -r requirements.txt && streamlit run dashboard"
    assert commands[1].strip() == "pip install -r requirements-dev.txt && pytest"
