"""Several people at one dashboard: nothing of one reaches another, and the server does not grow with what they do."""

import json
import random
import re
import shutil
import sys
import time
import urllib.request
from typing import NamedTuple

import psutil
import pytest

from dashboard.session import site_map
from tests.load import visitor, walks
from tests.support import server

SEED = 20261130
NUM_STEPS = 100
NUM_RERUNS, NUM_SESSIONS = 200, 40
MOST_MEGABYTES = 15.0
"""More than an allocator takes at times, and less than half a megabyte for each session would be."""
FORGOTTEN_SECONDS = 2


@pytest.fixture(scope="module")
def served(published_home, tmp_path_factory):
    """The process and the address of a dashboard that forgets closed sessions soon."""
    home = tmp_path_factory.mktemp("people") / "home"
    shutil.copytree(published_home, home)
    forgetting = ["--server.disconnectedSessionTTL", str(FORGOTTEN_SECONDS)]
    process, address = server.start(home, arguments=forgetting, catalogue="sample")
    yield psutil.Process(process.pid), address
    process.terminate()
    process.wait(30)


def table_of_names(coat):
    """Names for all categories, one of them a word of somebody."""
    names = {name: name for name in walks.CATEGORIES} | {"Coat": coat}
    lines = [f"{category},{name},,," for category, name in names.items()]
    return "\n".join(["category,name,department,product_type,tag", *lines]).encode()


class Person:
    """Somebody who writes a word of their own wherever a page takes one."""

    def __init__(self, name, found):
        self.name, self.seen, self._visitor = name, set(), found
        self.kinds = ("filter", "name", "note", "names", "photo", "list")
        found.on_data = self._look
        self.others = []
        found.open()

    def word(self, kind):
        """What this person writes there, and nobody else does."""
        return f"{kind}secretof{self.name}"

    def _look(self, data):
        text = data.decode("utf-8", errors="ignore")
        self.seen |= {kind for kind in self.kinds if self.word(kind) in text}
        crossed = [other.word(kind) for other in self.others for kind in self.kinds if other.word(kind) in text]
        assert crossed == [], f"{self.name} was sent {crossed}"

    def step(self, kind):
        """One thing that is done with a word, or another look at the page."""
        at, word = self._visitor, self.word(kind)
        if kind == "filter":
            at.open("log", who=word)
        elif kind == "name":
            at.type("control-name-popover", word)
        elif kind == "note":
            at.go("versions")
            at.type("note-decision-reason", word)
            at.rerun()
        elif kind == "names":
            at.go("setup")
            at.drop("names-file", ("names.csv", table_of_names(word)))
            at.click("names-take-in")
        elif kind == "photo":
            at.go("tag")
            at.drop("Photos of new garments, with their list", (f"{word}.jpg", b"no photo"))
        elif kind == "list":
            at.go("tag")
            at.drop("Photos of new garments, with their list", ("list.csv", f"{word},x\n1,2\n".encode()))


def test_a_hundred_steps_of_two_people_in_any_order_cross_nowhere(served):
    dice = random.Random(SEED)
    with visitor.opened(served[1]) as one, visitor.opened(served[1]) as two:
        people = [Person("Ada", one), Person("Bea", two)]
        people[0].others, people[1].others = [people[1]], [people[0]]
        turns = [(person, kind) for person in people for kind in person.kinds] * (NUM_STEPS // 12 + 1)
        dice.shuffle(turns)
        for person, kind in turns[:NUM_STEPS]:
            person.step(kind)
        for person in people:
            # A note stays in the field in which it was written until it is saved.
            shown = set(person.kinds) - {"note"}
            assert person.seen == shown, "what a person wrote was never shown, so it could not cross"


def test_two_hundred_reruns_and_forty_sessions_leave_nothing_behind(served):
    process, address = served
    pages = ["" if position == 0 else name for position, name in enumerate(site_map.PAGES)]
    with visitor.opened(address) as one:
        one.open()
        for number in range(NUM_RERUNS):
            if number == NUM_RERUNS // 4:
                before = state_of(process)
            one.go(pages[number % len(pages)])
        after = state_of(process)
    assert after.megabytes - before.megabytes < MOST_MEGABYTES, (before, after)
    reruns = [list(before), list(after)]
    before = without_closed_sessions(process, address)
    for _ in range(NUM_SESSIONS):
        with visitor.opened(address) as one:
            one.open("log")
    after = without_closed_sessions(process, address)
    assert after.megabytes - before.megabytes < MOST_MEGABYTES, (before, after)
    assert after.files <= before.files + 5, (before, after)
    assert after.threads <= before.threads + 2, (before, after)
    assert live_sessions(address) == 1, "the one that asks"
    figures = {"harness": "what a server keeps", "reruns": reruns, "sessions": [list(before), list(after)]}
    sys.stdout.write(json.dumps(figures) + "\n")


class State(NamedTuple):
    """What a process has of the machine."""

    megabytes: float
    files: int
    threads: int


def state_of(process):
    return State(process.memory_info().rss / 2**20, process.num_fds(), process.num_threads())


def without_closed_sessions(process, address):
    """The state once the server forgot closed sessions: it does when the next one is closed."""
    time.sleep(FORGOTTEN_SECONDS + 0.5)
    for _ in range(2):
        with visitor.opened(address) as one:
            one.open("log")
            time.sleep(0.5)
            state = state_of(process)
    return state


def live_sessions(address):
    """How many sessions the server says it has, one of which is opened to ask."""
    with visitor.opened(address) as one:
        one.open("log")
        told = urllib.request.urlopen(address + "/_stcore/metrics", timeout=30).read().decode()
    return int(float(re.search("^active_sessions ([0-9.]+)", told, re.MULTILINE).group(1)))
