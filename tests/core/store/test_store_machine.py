"""Any order of publishing, promoting, rolling back, deleting, collecting and reopening keeps every invariant."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings, stateful
from hypothesis import strategies as st

from core import doctor, errors
from core.settings import Settings
from core.store import open_store, retention
from core.store.base import audit
from core.store.live import promotions
from core.store.runs import publishing, runs
from tests.support import worlds

CATALOGUES = [worlds.catalogue(12, 6), worlds.catalogue(15, 6)]
FILES = [worlds.run_files(found, seed=seed) for found in CATALOGUES for seed in range(2)]
REASON = "as the machine wants it"
picks = st.integers(0, 99)


class StoreMachine(stateful.RuleBasedStateMachine):
    """A store beside a model of it: which versions there are, which were live, and the way back."""

    def __init__(self):
        super().__init__()
        self.home = Path(tempfile.mkdtemp())
        self.store = open_store(self.settings())
        self.versions, self.ever_live, self.path = [], set(), []
        self.num_published = self.num_decisions = self.num_deleted = 0

    def settings(self):
        return Settings(home=self.home, data_dir=self.home, keep_versions=2)

    def teardown(self):
        self.store.engine.dispose()
        shutil.rmtree(self.home)

    @stateful.rule(pick=picks)
    def publish(self, pick):
        files = FILES[pick % len(FILES)]
        run = publishing.publish(self.store, files, worlds.facts(files, seed=self.num_published), created_by="Ada")
        self.num_published += 1
        assert run.version == self.num_published
        self.versions.append(run.version)
        if not self.path:
            self.becomes_live(run.version)

    @stateful.precondition(lambda self: self.versions)
    @stateful.rule(pick=picks)
    def promote(self, pick):
        version = self.versions[pick % len(self.versions)]
        if version == self.path[-1]:
            with pytest.raises(errors.PromotionRefused, match="live already"):
                promotions.promote(self.store, str(version), reason=REASON, who="Ada", override=True)
            return
        promotions.promote(self.store, str(version), reason=REASON, who="Ada", override=True)
        self.becomes_live(version)

    @stateful.rule()
    def roll_back(self):
        if len(self.path) < 2:
            with pytest.raises(errors.PromotionRefused, match="nothing to go back to"):
                promotions.roll_back(self.store, reason=REASON, who="Ada")
            return
        promotions.roll_back(self.store, reason=REASON, who="Ada")
        self.path.pop()
        self.num_decisions += 1

    @stateful.precondition(lambda self: self.versions)
    @stateful.rule(pick=picks)
    def roll_back_to(self, pick):
        version = self.versions[pick % len(self.versions)]
        if version == self.path[-1] or version not in self.ever_live:
            with pytest.raises(errors.PromotionRefused, match=r"never live|live already"):
                promotions.roll_back(self.store, reason=REASON, who="Ada", to=str(version))
            return
        promotions.roll_back(self.store, reason=REASON, who="Ada", to=str(version))
        if version in self.path:
            while self.path[-1] != version:
                self.path.pop()
            self.num_decisions += 1
        else:
            self.becomes_live(version)

    @stateful.precondition(lambda self: self.versions)
    @stateful.rule(pick=picks)
    def delete(self, pick):
        version = self.versions[pick % len(self.versions)]
        if version in self.ever_live:
            with pytest.raises(errors.StoreError, match="kept for ever"):
                retention.delete(self.store, str(version), who="Ada")
            return
        retention.delete(self.store, str(version), who="Ada")
        self.versions.remove(version)
        self.num_deleted += 1

    @stateful.rule()
    def collect(self):
        planned = retention.plan(self.store)
        assert planned.versions == tuple(version for version in self.versions[:-2] if version not in self.ever_live)
        assert retention.collect(self.store, who="Ada") == planned
        self.versions = [version for version in self.versions if version not in planned.versions]
        self.num_deleted += len(planned.versions)

    @stateful.rule()
    def reopen(self):
        self.store.engine.dispose()
        self.store = open_store(self.settings())

    def becomes_live(self, version):
        self.path.append(version)
        self.ever_live.add(version)
        self.num_decisions += 1

    @stateful.invariant()
    def nothing_is_broken(self):
        assert doctor.breaches(self.store) == []

    @stateful.invariant()
    def the_store_is_what_was_done_to_it(self):
        assert [run.version for run in runs.list_runs(self.store)][::-1] == self.versions
        live, previous = promotions.live_run(self.store), promotions.previous_run(self.store)
        assert [run and run.version for run in (previous, live)] == [None, None, *self.path][-2:]
        assert len(promotions.history(self.store)) == self.num_decisions
        lines = self.num_published + self.num_decisions + self.num_deleted
        assert len(audit.entries(self.store)) == lines


StoreMachine.TestCase.settings = settings(
    max_examples=20, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
test_no_order_of_actions_breaks_an_invariant = StoreMachine.TestCase
