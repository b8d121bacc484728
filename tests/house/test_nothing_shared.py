"""What one person does stays theirs: no file of the dashboard keeps anything of a session where others reach it."""

import ast

import pytest

from tests.house.test_house_rules import FILES, path_of, source_of

DASHBOARD = [file for file in FILES if path_of(file).startswith(("dashboard/", "pages/"))]
CHANGING = {
    "add", "append", "appendleft", "clear", "discard", "extend", "insert", "pop", "popitem", "remove", "setdefault",
    "sort", "update",
}  # fmt: skip
PERSONAL = {"person", "flags", "address", "browser_memory", "request_ids", "shown_version"}
"""Modules that know of a session: what is kept for everybody may depend on none of them."""
UNHASHED = {"_run", "_draw", "_group"}
"""Arguments that kept results may have without being looked up by them: other arguments stand for each."""


def globals_of(tree: ast.Module) -> set[str]:
    """Names that a module gives to values of its own, but for what each thread has for itself: it runs one script."""
    found = set()
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.value) == "threading.local()":
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


def root_of(node: ast.AST) -> str:
    """The name at the beginning of `name[...]`, `name.attribute` and of what follows them."""
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def local_names(function: ast.AST) -> set[str]:
    names = {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    return names | {node.id for node in ast.walk(function) if isinstance(node, ast.Name)
                    and isinstance(node.ctx, ast.Store)}  # fmt: skip


def shared_writes(source: str) -> list[str]:
    """What functions of a module write into its globals, or into those of modules that it imports."""
    tree = ast.parse(source)
    imported = {(alias.asname or alias.name).split(".")[0] for node in ast.walk(tree)
                if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names}  # fmt: skip
    found = []
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        shared = (globals_of(tree) | imported) - local_names(function)
        for node in ast.walk(function):
            if isinstance(node, ast.Global):
                found.append(ast.unparse(node))
            elif isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del):
                found += [ast.unparse(node)] * (root_of(node) in shared)
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGING:
                own = globals_of(tree) - local_names(function)
                found += [ast.unparse(node)] * (isinstance(node.func.value, ast.Name) and node.func.value.id in own)
    return [text for text in found if not text.startswith("st.session_state")]


def is_kept(function: ast.FunctionDef) -> bool:
    """Whether what a function gives is kept for everybody."""
    names = [ast.unparse(decorator) for decorator in function.decorator_list]
    return any(word in name for name in names for word in ("cached(", "cache_resource", "cache_data"))


def doubtful_caches(source: str) -> list[str]:
    """What is kept for everybody in a way that could give one person what is another's."""
    tree, found = ast.parse(source), []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and is_kept(node):
            unhashed = {argument.arg for argument in node.args.args if argument.arg.startswith("_")} - UNHASHED
            found += [f"{node.name}({name})" for name in sorted(unhashed)]
            found += [f"{node.name}: {name}" for name in personal_names(node)]
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "store.drawn":
            found += [f"drawn: {name}" for name in personal_names(node)]
        elif isinstance(node, ast.FunctionDef):
            kept = [ast.unparse(each) for each in node.decorator_list]
            found += [f"{node.name}: {name}" for name in kept if name.startswith(("functools.", "lru_cache", "cache"))]
    return found


def personal_names(node: ast.AST) -> list[str]:
    """What in it asks a session for something."""
    attributes = (each for each in ast.walk(node) if isinstance(each, ast.Attribute))
    return [ast.unparse(each) for each in attributes if root_of(each) in PERSONAL or "session_state" in each.attr]


def test_no_function_of_the_dashboard_writes_what_other_sessions_reach():
    found = {path_of(file): shared_writes(source_of(file)) for file in DASHBOARD}
    assert {file: writes for file, writes in found.items() if writes} == {}


def test_what_is_kept_for_everybody_knows_nobody():
    found = {path_of(file): doubtful_caches(source_of(file)) for file in DASHBOARD}
    assert {file: caches for file, caches in found.items() if caches} == {}
    assert sum(is_kept(node) for file in DASHBOARD for node in ast.walk(ast.parse(source_of(file)))
               if isinstance(node, ast.FunctionDef)) > 40, "the caches were not found"  # fmt: skip


@pytest.mark.parametrize(
    "function",
    ["SEEN.append(1)", "SEEN[1] = 2", "SEEN.held.name = 2", "del SEEN[1]", "global SEEN\n SEEN = 1", "other.held = 1"],
)
def test_a_write_would_be_found(function):
    assert shared_writes(f"import other\nSEEN = []\ndef f():\n {function}")
    assert shared_writes("SEEN = []\ndef f(given):\n own = given\n own.append(1)\n SEEN.index(1)") == []


@pytest.mark.parametrize(
    "source",
    [
        "@store.cached(most=1)\ndef f(run, _who): ...",
        "@st.cache_resource\ndef f(run):\n return person.name()",
        "store.drawn((1,), lambda: flags.DARK.get())",
        "@functools.cache\ndef f(): ...",
    ],
)
def test_a_cache_that_knows_somebody_would_be_found(source):
    assert doubtful_caches(source) != []
