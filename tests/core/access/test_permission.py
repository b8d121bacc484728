"""Every function that changes something asks for a role first; what does not ask changes nothing."""

import importlib
import pkgutil

import pytest
import sqlalchemy as sa

import core
from core import errors
from core.access import acting
from core.access.roles import Action, Person, Role
from core.jobs import work_queue
from core.store.base import audit, choices, database, permission, schema
from core.store.team import team


def _functions():
    """Every function of core that needs a role, by where it is defined."""
    found = {}
    for module in pkgutil.walk_packages(core.__path__, "core."):
        if module.name.startswith(("core.store.migrations", "core.__main__")):
            continue
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(needed := getattr(value, "needs", None), Action):
                found[f"{value.__module__}.{value.__name__}"] = (value, needed)
    return found


FUNCTIONS = _functions()
AT_LEAST = {
    "core.store.verdicts.verdicts.save": Action.REVIEW,
    "core.store.batches.tag_decisions.decide": Action.REVIEW,
    "core.store.batches.batches.create": Action.REVIEW,
    "core.jobs.submit": Action.TRAIN,
    "core.store.team.team.choose_target": Action.SET,
    "core.store.team.names.save": Action.SET,
    "core.store.team.costs.save": Action.SET,
    "core.store.batches.automation_lines.confirm": Action.SET,
    "core.store.live.promotions.promote": Action.GO_LIVE,
    "core.store.live.promotions.roll_back": Action.GO_LIVE,
    "core.jobs.bringing_in.start": Action.COLLECT,
    "core.store.retention.delete": Action.DELETE,
}


@pytest.fixture
def at_the_screen():
    """Puts somebody of a role there, for the rest of the test."""

    def put(role, name="ada@example.com"):
        acting.found_by(lambda: Person(name=name, role=role, known_by="proxy"))

    yield put
    acting.found_by(None)


def _rows(store):
    with database.read(store.engine) as connection:
        return {
            table.name: connection.scalar(sa.select(sa.func.count()).select_from(table))
            for table in schema.metadata.sorted_tables
        }


def test_what_must_ask_for_a_role_does():
    assert AT_LEAST.items() <= {name: needed for name, (_, needed) in FUNCTIONS.items()}.items()


@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: role.words if role else "no role")
def test_nobody_gets_into_a_function_without_its_role_and_each_refusal_is_written_down(store, at_the_screen, role):
    at_the_screen(role)
    before = _rows(store)
    refused = []
    for name, (function, needed) in FUNCTIONS.items():
        if role is not None and role >= needed.least:
            with pytest.raises(TypeError):  # entered, and then there was nothing to do it with
                function(store, no_such_argument=None)
            continue
        with pytest.raises(errors.NotAllowed, match=r"^Nothing was changed\. "):
            function(store)
        refused.append((needed.words, name.rpartition(".")[2]))
    lines = audit.entries(store, action="refuse")[::-1]
    assert [(line.subject, line.after["asked"]) for line in lines] == refused
    assert {(line.who, line.known_by) for line in lines} <= {("ada@example.com", "proxy")}
    assert _rows(store) == before | {"log": before["log"] + len(refused)}


def test_whoever_acts_changes_nothing_by_a_function_that_forgot_to_ask(store, at_the_screen):
    at_the_screen(Role.OPERATOR)
    before = _rows(store)
    with pytest.raises(errors.NotAllowed, match="does not know who may change that"):
        choices.choose(store, "target", 0.5, who="ada@example.com", action="target", subject="target")
    assert _rows(store) == before


def test_the_name_in_the_log_is_the_one_that_was_signed_in_with_and_how_it_is_known(store, at_the_screen):
    at_the_screen(Role.APPROVER, "grace@example.com")
    team.choose_target(store, 0.8, who="the boss")
    [line] = audit.entries(store, action="target")
    assert (line.who, line.known_by) == ("grace@example.com", "proxy")
    assert b"grace@example.com,target,target,,0.8,,proxy" in audit.as_csv([line])


def test_without_a_sign_in_everything_is_as_before(store):
    team.choose_target(store, 0.8, who="Ada")
    [line] = audit.entries(store, action="target")
    assert (line.who, line.known_by) == ("Ada", None)


def test_what_the_program_does_by_itself_is_done_whoever_looks_and_in_nobodys_name(store, at_the_screen):
    at_the_screen(Role.VIEWER)
    work_queue.settle(store)

    @permission.by_itself
    def tidies():
        assert acting.person() is None
        with database.write(store.engine) as connection:
            return audit.record(connection, who="the dashboard", action="purge", subject="files")

    assert tidies().who == "the dashboard"
    with pytest.raises(errors.NotAllowed), database.write(store.engine):
        pass


def test_work_that_goes_on_without_a_session_is_done_as_whoever_asked_for_it(store):
    acting.found_by(lambda: Person(name="", role=None, known_by=""))
    try:
        with acting.acting_as(Person(name="ada@example.com", role=Role.APPROVER, known_by="proxy")):
            team.choose_target(store, 0.8, who="x")
        with pytest.raises(errors.NotAllowed):
            team.choose_target(store, 0.9, who="x")
    finally:
        acting.found_by(None)
    assert [line.who for line in audit.entries(store, action="target")] == ["ada@example.com"]
