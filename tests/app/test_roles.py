"""What each role can do on screen: whatever somebody can click, they may do; and what they may not do is disabled."""

import ast
import re

import numpy as np
import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import element_tree

from core import errors, jobs
from core.access import acting
from core.access.roles import Action, Person, Role
from core.catalogue.own import adding, layouts, records
from core.jobs import TrainingRequest, bringing_in, suspect_search
from core.store.base import audit, database, schema
from core.store.batches import spot_checks
from core.store.live import promotions
from core.store.runs import runs
from core.store.verdicts import suspect_lists, watch_lists
from core.tagging import products
from dashboard.data import bringing, elsewhere
from dashboard.session import browser_memory, identity, site_map
from dashboard.tagging import exports
from tests.app.test_pages import opened, texts, titled
from tests.support import batch_world, own_photos, report_world, worlds
from tests.support.desk import Desk

PLACES = [(place, {}) for place in site_map.places()] + [("tag", {"batch": "1", "pile": "check"})]
FIELDS = ("number_input", "text_input", "text_area", "checkbox", "toggle")
DASHBOARD = site_map.FOLDER.parent / "dashboard"
MOST_CLICKS = 60
"""On one page; a walk that goes round in circles ends there."""


@pytest.fixture
def world(store, tmp_path, monkeypatch):
    """A home in which every page has something to be decided."""
    monkeypatch.setattr(browser_memory, "read", lambda name: "Ada")
    monkeypatch.setattr(bringing_in.launchers, "run_detached", lambda *given: None)
    desk = Desk(store)
    second = worlds.publish(store, desk.garments, seed=6, skill=0.95)
    promotions.promote(store, second.id, reason="It finds more of the coats.", who="Ada", override=True)
    third = worlds.publish(store, desk.garments, seed=8, skill=0.9)
    batch_world.confirm(store, second, 0.9)
    batch_world.tagged(store, second, [0.99, 0.95, 0.5, 0.4, 0.97])
    spot_checks.draw(store, products.all_tables(store), week=report_world.week(), num=1, who="Ada")
    search_labels(desk)
    desk.say("model-wrong", desk.subject(3), who="Grace")
    watch_lists.save(
        store, "a" * 16, name="Long sleeves", garments=desk.keys["test"][:2], about="Coat", version=1, who="Ada"
    )
    folder, chosen = own_photos.shop(tmp_path / "shop", num_each=8), records.Choices()
    adding.add(store.home, "shop", folder, layouts.recognised(folder, chosen), chosen, max_mb=20)
    bringing_in.start(store, "more", folder, chosen, who="Ada")
    jobs.submit(store, TrainingRequest(recipe="quick", epochs=1), started_by="Ada")
    assert runs.find(store, "3") == third
    return store


def search_labels(desk):
    train = desk.garments.train
    made_up = np.full((len(train), 3), 0.05)
    shown = train.labels.copy()
    shown[[2, 3, 5]] = (shown[[2, 3, 5]] + 1) % 3
    made_up[np.arange(len(train)), shown] = 0.9
    facts = suspect_lists.SearchFacts(identity="x", catalogue_fingerprint=desk.garments.fingerprint, recipe={}, seed=0,
             code_version="tests", num_garments=len(train), seconds=60.0)  # fmt: skip
    suspect_lists.publish(desk.store, suspect_search.listed(train, made_up), facts, created_by="Ada")


@pytest.fixture
def as_role(monkeypatch):
    """Puts somebody of a role before the screen; None: nobody has to sign in."""

    def put(role):
        who = None if role is None else Person(name=f"{role.words}@example.com", role=role, known_by="proxy")
        acting.found_by(lambda: who)
        monkeypatch.setattr(identity, "of_session", lambda settings: who)

    yield put
    acting.found_by(None)


def rows(store):
    with database.read(store.engine) as connection:
        return {
            table.name: connection.scalar(sa.select(sa.func.count()).select_from(table))
            for table in schema.metadata.sorted_tables
        }


def widgets(at):
    """Key, or kind and label, -> whether it can be used, of every widget and of the tiles."""
    found = {}

    def look(block):
        for child in block.children.values():
            if isinstance(child, element_tree.Block):
                look(child)
                continue
            if child.type == "page_link":  # leads elsewhere, and changes nothing
                continue
            proto = getattr(child, "proto", None)
            name = getattr(child, "key", None) or f"{child.type} {getattr(proto, 'label', '')}"
            if "disabled" in getattr(proto, "DESCRIPTOR", proto).fields_by_name:
                found[name] = not proto.disabled

    look(at._tree)
    return found


def pattern(key):
    """Buttons of a kind, as those of each batch, are tried once."""
    return re.sub(r"\d+", "#", key)


def used(at, name):
    """The page after that widget was used once, by whatever it takes."""
    for kind in ("button", *FIELDS):
        for each in getattr(at, kind):
            if (each.key or f"{each.type} {each.label}") != name:
                continue
            if kind == "button":
                each.click()
            elif kind in ("checkbox", "toggle"):
                each.set_value(not each.value)
            elif kind == "number_input":
                each.set_value(each.min if each.value != each.min else each.max)
            else:
                each.set_value("long sleeves")
            return at.run()
    return at


def walked(store, place, query, known):
    """Uses everything on a page that can be used, and what comes of that, each once.

    Yields:
        the name of each widget, the page after it, and how many rows there were before.
    """
    at = opened(place, **query)
    for _ in range(MOST_CLICKS):
        names = [name for name, is_enabled in widgets(at).items() if is_enabled and pattern(name) not in known]
        if not names:
            return
        known.add(pattern(names[0]))
        before = rows(store)
        at = used(at, names[0])
        yield names[0], at, before
        if at.title and at.title[0].value != titled(place):
            at = opened(place, **query)
    raise AssertionError(f"{place} does not come to an end")


def test_whatever_a_viewer_can_click_is_allowed_and_changes_nothing(world, as_role):
    as_role(Role.VIEWER)
    known, num_used = set(), 0
    for place, query in PLACES:
        for name, at, before in walked(world, place, query, known):
            assert not at.exception, (place, name, at.exception)
            assert rows(world) == before, (place, name)
            assert "Nothing was changed." not in texts(at), (place, name)
            num_used += 1
    assert num_used > 30


def test_an_operator_can_use_what_everybody_can_where_nobody_signs_in(world, as_role):
    for place, query in PLACES:
        as_role(None)
        everything = widgets(opened(place, **query))
        as_role(Role.OPERATOR)
        found = widgets(opened(place, **query))
        assert {**everything, "control-name-popover": True} == {**found, "control-name-popover": True}, place


def disabled_for(role, of_operator):
    """Pattern of each widget that an operator can use, by page, and that role cannot."""
    found = set()
    for (place, query), every in zip(PLACES, of_operator, strict=True):
        at = opened(place, **query)
        mine = widgets(at)
        assert not at.exception and every.keys() == mine.keys(), place
        off = {name for name, is_enabled in every.items() if is_enabled and not mine[name]}
        assert not {name for name, is_enabled in mine.items() if is_enabled and not every[name]}, place
        assert not off or f"As {role.words} you may not" in texts(at) or off <= {"start", "cancel-job"}, (place, off)
        found |= {pattern(name) for name in off}
    return found


def test_each_role_finds_disabled_what_it_may_not_do_and_reads_why(world, as_role):
    approver = {"delete-version", "remove-shop"}
    reviewer = approver | {
        "note-target", "FormSubmitter:rule-['Coat', 'Shirt']-#-Save for everybody",
        "text_area How do we tell Coat and Shirt apart\\?", "confirm-line", "names-save", "costs-save", "use-shop",
        "bring-files-#", "bring-stop-more", "go-back-#", "note-decision-reason", "note-decision-override",
        "FormSubmitter:decision-Make version # live", "FormSubmitter:decision-Keep version #",
    }  # fmt: skip
    viewer = reviewer | {
        "start", "cancel-job", "verdict-model-one", "verdict-label-one", "verdict-cannot-one", "suspect-keep",
        "suspect-change", "suspect-change-Coat", "suspect-unclear", "search", "check-#-#", "check-#-none",
        "drop-photos-#", "decide-accept-one", "decide-change-one", "decide-reject-one", "decide-page", "tagging-stop",
        "elsewhere-file-#", "watch-rename-aaaaaaaaaaaaaaaa", "watch-end-aaaaaaaaaaaaaaaa",
        "note-watch-name-aaaaaaaaaaaaaaaa", "shop-download",
    }  # fmt: skip
    as_role(Role.OPERATOR)
    of_operator = [widgets(opened(place, **query)) for place, query in PLACES]
    for role, expected in {Role.APPROVER: approver, Role.REVIEWER: reviewer, Role.VIEWER: viewer}.items():
        as_role(role)
        assert disabled_for(role, of_operator) == expected


def test_what_was_drawn_before_the_role_was_gone_changes_nothing_is_said_and_leaves_a_line(world, as_role):
    asked, known = [], set()
    for place, query in PLACES:
        as_role(Role.VIEWER)
        is_enabled = widgets(opened(place, **query))
        for name in [name for name, can_be_used in is_enabled.items() if not can_be_used]:
            if pattern(name) in known:
                continue
            known.add(pattern(name))
            as_role(Role.OPERATOR)
            at = opened(place, **query)
            if not widgets(at)[name]:
                continue
            as_role(Role.VIEWER)
            before = rows(world)
            at = used(at, name)
            assert not at.exception, (place, name, at.exception)
            after = rows(world)
            num = after["log"] - before["log"]
            assert after == before | {"log": after["log"]}, (place, name)
            assert num <= 1 and (not num or "Nothing was changed. As viewer you may not" in texts(at)), (place, name)
            if num:
                line = audit.entries(world)[0]
                assert (line.action, line.who) == ("refuse", "viewer@example.com")
                asked.append(line.after["asked"])
    assert {"answer", "cancel", "choose_target", "confirm", "decide", "delete", "save"} <= set(asked)
    assert len(set(asked)) >= 12


@pytest.mark.parametrize(
    ("place", "name", "needed"),
    [
        ("today", "cancel-job", Action.TRAIN),
        ("automation/line", "confirm-line", Action.SET),
        ("mistakes", "verdict-cannot-one", Action.REVIEW),
        ("versions", "Make version 3 live", Action.GO_LIVE),
        ("versions/history", "delete-version", Action.DELETE),
    ],
)
def test_a_click_that_is_sent_although_the_button_is_disabled_is_not_heeded_and_leaves_a_line(
    world, as_role, place, name, needed
):
    as_role(Role.VIEWER)
    at = opened(place)
    before = rows(world)
    [button] = [each for each in at.button if name in (each.key, each.label)]
    assert button.disabled
    button.proto.disabled = False  # of the browser: it sends the click
    button.click().run()
    assert not at.exception and rows(world) == before | {"log": before["log"] + 1}
    line = audit.entries(world)[0]
    assert (line.who, line.action, line.subject) == ("viewer@example.com", "refuse", needed.words)
    at.run()
    assert rows(world)["log"] == before["log"] + 1  # one click, one line


# ---- without a click, and without a session --------------------------------------------------------------------------


def fetched(store, batch, file="batch-1.csv"):
    """What a browser gets that fetches a list later, when nobody is known any more."""
    content = exports.noted(batch, file, 5, lambda: b"the list")
    acting.found_by(lambda: Person(name="", role=None, known_by=""))
    return content()


def test_a_list_that_is_fetched_without_a_session_is_marked_as_of_whoever_asked_and_a_viewer_marks_nothing(
    store, as_role
):
    batch = batch_world.tagged(store, worlds.publish(store), [0.9])
    as_role(Role.REVIEWER)
    assert fetched(store, batch) == b"the list"
    [line] = audit.entries(store, action="export")
    assert (line.who, line.known_by) == ("reviewer@example.com", "proxy")
    as_role(Role.VIEWER)
    assert fetched(store, batch) == b"the list"
    assert len(audit.entries(store, action="export")) == 1 and not audit.entries(store, action="refuse")


@pytest.mark.parametrize(
    "put",
    [
        lambda: bringing.stage([("a.jpg", b"x")], Action.COLLECT),
        lambda: elsewhere.keep_file("tags.csv", b"image,label"),
    ],
    ids=["photos", "tags"],
)
def test_nothing_that_a_viewer_drops_reaches_the_disk(store, as_role, put):
    as_role(Role.VIEWER)
    with pytest.raises(errors.NotAllowed, match="As viewer you may not"):
        put()
    assert not list((store.home / "uploads").rglob("*.*"))
    assert audit.entries(store, action="refuse")


def test_what_was_said_before_the_sign_in_ran_out_is_kept_and_can_be_taken_out(world, as_role, monkeypatch):
    as_role(Role.REVIEWER)
    at = opened("mistakes")
    gone = Person(name="reviewer@example.com", role=None, known_by="proxy")
    acting.found_by(lambda: gone)
    monkeypatch.setattr(identity, "of_session", lambda settings: gone)
    before = rows(world)
    at.button(key="verdict-cannot-one").click().run()
    assert not at.exception and rows(world) == before
    assert "Your sign-in may have run out: load this page again." in texts(at)
    assert "verdict-rescue" in widgets(at)


# ---- what the walk does not reach ------------------------------------------------------------------------------------


def functions_of(tree):
    return {each.name: each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)}


def decides(function):
    """Whether a function hands over who decides, or puts what somebody says on its way."""
    names = {ast.unparse(call.func) for call in ast.walk(function) if isinstance(call, ast.Call)}
    whose = [word for call in ast.walk(function) if isinstance(call, ast.Call) for word in call.keywords
             if word.arg in ("who", "started_by") and ast.unparse(word.value) in ("person.name()", "who")]  # fmt: skip
    says = {"verdict_outbox.say", "verdict_outbox.undo", "verdict_outbox.resolve", "outbox.say", "outbox.undo"}
    return bool(whose or names & says)


def unguarded(source):
    """Each widget of a file whose callback decides something, and that does not ask whether that is allowed."""
    tree = ast.parse(source)
    functions = functions_of(tree)
    deciding = {name for name, each in functions.items() if decides(each)}
    while more := {
        name
        for name, each in functions.items()
        if name not in deciding
        and name.startswith("_")
        and not name.startswith("_render")
        and {node.id for node in ast.walk(each) if isinstance(node, ast.Name)} & deciding
    }:
        deciding |= more
    found = []
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or not ast.unparse(call.func).startswith("st."):
            continue
        told = [ast.unparse(word.value) for word in call.keywords if word.arg in ("on_click", "on_change", "args")]
        is_asked = any(word.arg is None for word in call.keywords)
        if not is_asked and deciding & set(re.findall(r"\w+", " ".join(told))):
            found.append(f"line {call.lineno}: {ast.unparse(call)[:60]}")
    return found


def test_every_widget_whose_callback_decides_something_asks_whether_that_is_allowed():
    found = {path.relative_to(DASHBOARD).as_posix(): unguarded(path.read_text()) for path in DASHBOARD.rglob("*.py")}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_a_widget_that_does_not_ask_would_be_found():
    decides_something = "def _save(x):\n    team.choose(store, x, who=person.name())\ndef _keep(x):\n    _save(x)\n"
    assert unguarded(decides_something + "st.button('Save', on_click=_keep)")
    assert unguarded(decides_something + "st.button('Save', on_click=_act, args=(_save, 1))")
    assert not unguarded(decides_something + "st.button('Save', on_click=_keep, **person.allowed(Action.SET))")
    assert not unguarded(decides_something + "st.button('Next', on_click=_next)")
