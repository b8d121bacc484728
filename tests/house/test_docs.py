"""What is written is true: the tree is the tree, settings and commands are explained, files and pictures are there."""

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.core

from core import __main__ as command_line
from core import catalogue, settings
from core.commands import every
from core.model import recipes
from core.settings import PROJECT_ROOT
from dashboard.session import site_map
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


def rows(page: str) -> list[list[str]]:
    """The cells of every row of the tables on a page."""
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line[:1] == "|"]


def test_every_setting_is_explained_with_the_default_that_it_has():
    found = {cells[0].strip("`"): cells for cells in rows(read("settings.md")) if settings.PREFIX in cells[0]}
    fields = {f"{settings.PREFIX}{name.upper()}": field for name, field in settings.Settings.model_fields.items()}
    assert found.keys() == fields.keys()
    for name, field in fields.items():
        _, meaning, default = found[name]
        assert len(meaning.split()) > 3, name
        if isinstance(field.default, bool):
            assert default == f"`{str(field.default).lower()}`", name
        elif isinstance(field.default, int):
            assert default == str(field.default), name
        elif isinstance(field.default, str):
            assert default == (f"`{field.default}`" if field.default else ""), name
        elif isinstance(field.default, Path):
            assert default == f"`{field.default}/`", name
        else:
            assert field.default is None and not default.isdecimal(), name


def test_what_happens_without_a_setting_is_what_its_page_says(tmp_path):
    name = next(cells for cells in rows(read("settings.md")) if "DATABASE_URL" in cells[0])[2]
    assert name == "`garments.db` in the home"
    assert settings.Settings(home=tmp_path).database_address == f"sqlite:///{tmp_path / 'garments.db'}"
    row = next(cells for cells in rows(read("settings.md")) if "GARMENTS_CATALOGUE" in cells[0])
    assert re.findall(r"`([\w-]+)`", row[1]) == re.findall(r"`([\w-]+)`", row[2]) == list(catalogue.CATALOGUES)


def commands(group: typer.core.TyperGroup, before: str = "") -> Iterator[tuple[str, typer.core.TyperCommand]]:
    """Every command that people see, by its name with those of its groups."""
    for name, command in group.commands.items():
        if isinstance(command, typer.core.TyperGroup):
            yield from commands(command, f"{before}{name} ")
        elif not command.hidden:
            yield f"{before}{name}", command


ALL_COMMANDS = dict(commands(typer.main.get_command(command_line.app)))


def test_a_command_that_is_loaded_alone_is_where_it_is_looked_for():
    assert every.__all__  # which makes the list above whole
    for name, module in command_line.ALONE.items():
        assert ALL_COMMANDS[name].callback.__module__ == f"core.commands.{module}"


def options_of(command: typer.core.TyperCommand) -> set[str]:
    return {option for parameter in command.params for option in parameter.opts if option.startswith("--")}


def test_every_command_is_explained_and_can_answer_in_json():
    lines = [line.removeprefix("python -m core ") for line in read("command-line.md").splitlines() if "-m core" in line]
    assert len(ALL_COMMANDS) > 25
    for name, command in ALL_COMMANDS.items():
        group, _, last = name.rpartition(" ")
        explained = [line for line in lines if line.startswith(f"{group or name} ") and re.search(rf"\b{last}\b", line)]
        assert explained, name
        assert "--json" in options_of(command), name


def test_every_option_is_explained_and_none_that_is_not_there():
    page = read("command-line.md")
    there = set().union(*map(options_of, ALL_COMMANDS.values()))
    assert there == set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", page))


def test_every_page_is_listed_with_its_question():
    for entry in site_map.PAGES.values():
        assert f"| {entry.title} | {entry.question} |" in README
        for part in entry.parts.values():
            assert part.title in README, part.title


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


def test_every_page_of_the_docs_is_reached_from_the_readme():
    reached, waiting = set(), [PROJECT_ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached and page.suffix == ".md":
            reached.add(page)
            targets = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
            waiting += [(page.parent / target).resolve() for target in targets]
    assert [page for page in PAGES if page not in reached] == []


def test_every_program_that_the_docs_name_can_be_run():
    named = {name for page in PAGES for name in re.findall(r"python -m ([\w.]+\w)", page.read_text(encoding="utf-8"))}
    assert {"core", "tests.tree"} < named
    assert [name for name in named if importlib.util.find_spec(name) is None] == []


def is_there(name: str) -> bool:
    """Whether a dotted name is a module, a folder or something that a module of ours says."""
    path, *rest = (PROJECT_ROOT, *name.split("."))
    while rest and (path / rest[0]).is_dir():
        path /= rest.pop(0)
    file = path / f"{rest.pop(0)}.py" if rest and (path / f"{rest[0]}.py").exists() else path / "__init__.py"
    return file.exists() and (not rest or re.search(rf"\b{rest[0]}\b", file.read_text(encoding="utf-8")) is not None)


def test_every_module_that_code_and_docs_speak_of_is_there():
    files = [path for room in ("core", "dashboard", "pages") for path in (PROJECT_ROOT / room).rglob("*.py")]
    named = [
        (path.name, name)
        for path in (*files, *PAGES)
        for name in re.findall(r"`((?:core|dashboard|pages)(?:\.\w+)+)[`(]", path.read_text(encoding="utf-8"))
    ]
    assert len(named) > 20
    assert [(file, name) for file, name in named if not is_there(name)] == []


def test_a_module_that_is_gone_would_be_noticed():
    assert is_there("core.jobs") and is_there("core.errors") and is_there("core.settings.load")
    assert not is_there("core.jobs.gone") and not is_there("core.gone.load") and not is_there("core.settings.gone")
