"""Eight people of four roles, signed in through the proxy in real browsers: what they may, and what they may not.

Each of five actions is said by a forged message, whether the button is disabled, drawn or not there at all: what counts
is what the database holds afterwards.
"""

import shutil

import filelock
import pytest
import sqlalchemy as sa
from playwright.sync_api import expect
from websockets.exceptions import InvalidStatus

from core.jobs import liveness, records
from core.jobs.requests import TrainingRequest
from core.settings import Settings
from core.store import open_store
from core.store.base import audit, database, schema
from core.store.live import promotions
from core.store.runs import runs
from tests.load import visitor
from tests.support import server, teams, worlds

pytestmark = [
    pytest.mark.team,
    pytest.mark.skipif(teams.NGINX is None, reason="needs nginx: install the package nginx-light"),
]
REASON = "Fewer shirts lost among T-shirts."


@pytest.fixture(scope="module")
def world(published_home, tmp_path_factory, browser):
    """The address, the store, and the cookies of everybody after signing in with a browser of their own."""
    folder = tmp_path_factory.mktemp("roles")
    shutil.copytree(published_home, folder / "home")
    store = open_store(Settings(home=folder / "home", data_dir=folder / "data", catalogue="sample"))
    lock = filelock.FileLock(liveness.lock_path(store))
    lock.acquire()  # a training that runs: what is asked for waits, and starts no process
    job = records.insert(store, TrainingRequest(recipe="quick", catalogue="sample", epochs=1), started_by="the test")
    assert records.claim(store, job.id)
    with teams.dashboard(folder / "home", folder / "proxy", catalogue="sample") as address:
        held = {}
        for name in [name for names in teams.PEOPLE_OF.values() for name in names]:
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            page = context.new_page()
            teams.sign_in(page, address, name)
            server.settle(page)
            expect(page.get_by_role("heading", name="Today", exact=True)).to_be_visible()
            held[name] = teams.cookies(page)
            context.close()
        yield address, store, held
    lock.release()
    store.engine.dispose()


# ---- the five actions: how each is said, what it leaves, and how it is undone ----------------------------------------


class Forger:
    """Says things in one session; takes the id of a widget from the session of an operator where it is not shown."""

    def __init__(self, session: visitor.Visitor, ids: dict[str, str]):
        self.session, self.ids = session, ids

    def say(self, name, **value):
        """Says it of the widget of that key, or whose label begins so; a click where nothing else is said."""
        for widget in self.session.screen.widgets():
            if widget.key == name or (" " in name and widget.label.startswith(name)):
                self.ids[name] = widget.id
        if name in self.ids:
            self.session.forge(self.ids[name], **(value or {"trigger_value": True}))

    def is_shown(self, beginning):
        return any(widget.label.startswith(beginning) for widget in self.session.screen.widgets())


def train(forger):
    forger.session.open("")
    forger.say("start")
    forger.say("start-confirmed")


def promote(forger):
    forger.session.open("versions", new="2")
    forger.say("note-decision-reason", string_value=REASON)
    if forger.is_shown("I stand"):
        forger.say("I stand by", bool_value=True)
    forger.say("Make version 2 live")


def roll_back(forger):
    forger.session.open("versions", part="history")
    backs = [widget.key for widget in forger.session.screen.widgets() if widget.key.startswith("go-back-")]
    for key in backs[-1:]:
        forger.say(key)
    forger.say("Why should", string_value=REASON)
    forger.say("Make version 1 live again")


def label(forger):
    forger.session.open("mistakes", garment="3")
    forger.say("verdict-cannot-one")


def delete(forger):
    forger.session.open("versions", part="history", version=str(NEWEST[0]))
    forger.say("delete-version")


NEWEST = [0]
"""Number of the version that can be deleted."""
ACTIONS = {train: "reviewer", label: "reviewer", promote: "approver", roll_back: "approver", delete: "operator"}
"""Each action, and the least role that may."""
RANK = ("viewer", "reviewer", "approver", "operator")


def _count(store, table):
    with database.read(store.engine) as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(table))


def _state(store):
    """What the five actions change."""
    return {
        "jobs": _count(store, schema.jobs), "verdicts": _count(store, schema.verdicts),
        "promotions": _count(store, schema.promotions), "runs": len(runs.list_runs(store)),
    }  # fmt: skip


def _prepare(store, action):
    """The state in which the action can be done."""
    if action is train:
        for job in records.active(store):
            if job.is_waiting:
                records.end(store, job.id, "cancelled")
    live = promotions.live_run(store).version
    if action is promote and live != 1:
        promotions.roll_back(store, to="1", reason=REASON, who="the test")
    if action is roll_back and live != 2:
        promotions.promote(store, "2", reason=REASON, who="the test", override=True)
    if action is delete:
        if len(runs.list_runs(store)) < 3:
            worlds.publish(store, seed=7)
        NEWEST[0] = max(run.version for run in runs.list_runs(store))


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.__name__)
def test_a_forged_message_does_what_the_role_may_and_nothing_else(world, action):
    address, store, cookies = world
    ids: dict[str, str] = {}
    for role in reversed(RANK):  # the operator first, whose screen shows every widget
        for name in teams.PEOPLE_OF[role]:
            _prepare(store, action)
            before, refusals = _state(store), len(audit.entries(store, action="refuse"))
            with visitor.opened(address, headers={"Cookie": cookies[name], "Origin": address}) as session:
                action(Forger(session, ids))
            after, lines = _state(store), audit.entries(store, action="refuse")
            if RANK.index(role) >= RANK.index(ACTIONS[action]):
                assert after != before and len(lines) == refusals, (role, name)
                told = audit.entries(store, who=name)
                assert action is label or told[0].known_by == "sign-in at default", told
            else:
                assert after == before, (role, name)
                assert len(lines) > refusals and lines[0].who == name, (role, name)
                assert (lines[0].after["role"], lines[0].after["needs"]) == (role, ACTIONS[action])


def test_pages_files_and_connections_are_for_those_who_may(world):
    address, _, cookies = world
    for role in RANK:
        for name in teams.PEOPLE_OF[role]:
            with visitor.opened(address, headers={"Cookie": cookies[name], "Origin": address}) as session:
                session.open("log")
                [place] = session.places_for(1)
                status = session.upload(place.upload_url, "coat.jpg", b"x" * 1000)
            assert status == (403 if role == "viewer" else 204), name
    with pytest.raises(InvalidStatus, match="403"), visitor.opened(address, headers={"Origin": address}):
        pass
    stolen = {"Cookie": cookies["olga@example.com"], "Origin": "http://evil.example"}
    with pytest.raises(InvalidStatus, match="403"), visitor.opened(address, headers=stolen):
        pass


def test_what_the_seal_holds_cannot_be_sent_by_a_browser(world):
    address, _, cookies = world
    headers = {
        "Cookie": cookies["vera@example.com"],
        "Origin": address,
        "X-Garments-Person": "forged",
        "X-Forwarded-Email": "olga@example.com",
    }
    with visitor.opened(address, headers=headers) as session:
        assert "vera@example.com" in session.open("")
