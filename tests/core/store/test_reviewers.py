"""Two reviewers at the same garments, in any order hypothesis can think of: nobody is overwritten unseen."""

import itertools

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from core import doctor, errors
from core.store.verdicts import verdict_tables, verdicts
from tests.support.desk import Desk

POSITIONS = (0, 1, 2)
PEOPLE = ("Ada", "Grace")
WHO, WHICH = st.sampled_from(PEOPLE), st.sampled_from(POSITIONS)


class Reviewers(RuleBasedStateMachine):
    """The store beside a model of it: all lines of each garment, what each person last saw, asked and says."""

    desk: Desk
    request_ids = itertools.count()

    def __init__(self):
        super().__init__()
        self.num_lines = len(verdict_tables.history(self.desk.store))
        self.last = {position: self.desk.view(position).seen for position in POSITIONS}
        self.seen = {who: dict(self.last) for who in PEOPLE}
        self.says = {(who, which): self.desk.view(which, who=who).mine for who in PEOPLE for which in POSITIONS}
        self.asked = {who: [] for who in PEOPLE}

    @rule(who=WHO, which=WHICH)
    def look(self, who, which):
        self.seen[who][which] = self.desk.view(which, who=who).seen

    @rule(who=WHO, which=WHICH, kind=st.sampled_from(["model-wrong", "label-wrong", "cannot-tell"]))
    def say(self, who, which, kind):
        subject = self.desk.subject(which, seen=self.seen[who][which])
        category = subject.predicted if kind == "label-wrong" else None
        request = {"subjects": [subject], "run_id": self.desk.run.id, "kind": kind, "category": category, "who": who,
                   "request_id": f"request {next(self.request_ids)}"}  # fmt: skip
        if self.seen[who][which] != self.last[which]:
            with pytest.raises(errors.VerdictConflict) as caught:
                verdicts.save(self.desk.store, **request)
            (conflict,) = caught.value.conflicts
            assert (conflict.theirs.number, conflict.kind) == (self.last[which], kind)
            return
        (line,) = verdicts.save(self.desk.store, **request)
        self.asked[who].append((request, line))
        self.note(line, line)
        self.seen[who][which] = line.number

    @rule(who=WHO)
    def lose_the_answer_and_say_it_again(self, who):
        for request, line in self.asked[who][-1:]:
            assert verdicts.save(self.desk.store, **request) == (line,)

    @rule(who=WHO)
    def take_back_the_last_word(self, who):
        if not self.asked[who]:
            return
        _, said = self.asked[who].pop()
        if self.says[who, said.position] != said:
            return
        (line,) = self.desk.undo(said.request_id, who=who, request_id=f"request {next(self.request_ids)}")
        self.note(line, None if line.kind == "withdrawn" else line)

    def note(self, line, says):
        self.num_lines += 1
        self.last[line.position] = line.number
        self.says[line.who, line.position] = says

    @invariant()
    def everybody_says_what_they_said_last(self):
        for (who, which), expected in self.says.items():
            view = self.desk.view(which, who=who)
            assert (view.mine, view.seen) == (expected, self.last[which])
            shown = [line for (other, place), line in self.says.items() if other != who and place == which and line]
            assert list(view.others) == (shown if expected else [])

    def teardown(self):
        assert len(verdict_tables.history(self.desk.store)) == self.num_lines
        assert doctor.breaches(self.desk.store) == []


def test_no_interleaving_of_two_reviewers_loses_an_update(store, request):
    Reviewers.desk = Desk(store)
    run_state_machine_as_test(
        Reviewers,
        settings=settings(
            max_examples=request.config.getoption("--interleavings"),
            stateful_step_count=20,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
