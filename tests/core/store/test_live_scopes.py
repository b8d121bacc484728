"""Every catalogue of one's own has its own live version; the garments that come with the program have one together."""

import dataclasses

import pytest

from core import doctor, errors
from core.catalogue import kept
from core.commands import tagging
from core.store import open_store
from core.store.live import promotions
from core.store.runs import live_history, publishing, runs
from tests.support import worlds

REASON = "it finds more of the dresses"
NUM_GARMENTS = {"sample": 60, "summer": 70, "winter": 80}
"""Equal garments would be one catalogue, whatever it is called."""


def publish(store, catalogue, *, seed):
    """A version that learned the garments of that name."""
    found = dataclasses.replace(worlds.catalogue(NUM_GARMENTS[catalogue]), name=catalogue)
    return worlds.publish(store, found, seed=seed)


def promote(store, run, **options):
    return promotions.promote(store, run.id, reason=REASON, who="Grace", override=True, **options)


@pytest.fixture
def versions(store):
    """1: the program's garments; 2 and 3: summer; 4: winter."""
    names = ("sample", "summer", "summer", "winter")
    return [publish(store, name, seed=seed) for seed, name in enumerate(names, 1)]


@pytest.fixture
def summer_in_use(store, monkeypatch):
    monkeypatch.setattr(kept, "in_use", lambda home: "summer")


def test_the_first_version_of_each_catalogue_becomes_live_there_and_takes_nothing_over(store, versions):
    live = promotions.live_runs(store)
    assert {scope: run.version for scope, run in live.items()} == {"": 1, "summer": 2, "winter": 4}
    assert [promotions.live_run(store, scope).version for scope in ("", "summer", "winter")] == [1, 2, 4]
    assert promotions.live_run(store).version == 1
    assert runs.find(store, "live").version == 1
    assert promotions.history(store, "winter")[0].reason == publishing.FIRST_OF_CATALOGUE_REASON
    assert doctor.breaches(store) == []


def test_a_decision_changes_one_catalogue_and_is_the_usual_one_until_another_is_in_use(store, versions):
    line = promote(store, versions[2])
    assert (line.previous_run_id, line.scope) == (versions[1].id, "summer")
    assert [promotions.live_run(store, scope).version for scope in ("", "summer", "winter")] == [1, 3, 4]
    assert promotions.live_run(store).version == 3
    assert doctor.breaches(store) == []


def test_the_catalogue_in_use_decides_what_live_means(store, versions, summer_in_use):
    assert promotions.live_run(store).version == 2
    assert runs.find(store, "live").version == 2
    assert tagging.version_of(store, "") == versions[1].id
    assert tagging.version_of(store, "winter") == versions[3].id


def test_the_settings_come_before_the_catalogue_in_use(store, versions, summer_in_use):
    asked = open_store(store.settings.model_copy(update={"catalogue": "winter"}))
    assert promotions.live_run(asked).version == 4
    asked.engine.dispose()


def test_going_back_stays_within_a_catalogue(store, versions):
    promote(store, versions[2])
    assert promotions.previous_run(store, "summer").version == 2
    assert promotions.previous_run(store, "winter") is None
    with pytest.raises(errors.PromotionRefused, match="nothing to go back to"):
        promotions.roll_back(store, reason=REASON, who="Ada", scope="winter")
    line = promotions.roll_back(store, reason=REASON, who="Ada", scope="summer")
    assert (line.run_id, line.previous_run_id) == (versions[1].id, versions[2].id)
    assert promotions.roll_back(store, reason=REASON, who="Ada", to="3").run_id == versions[2].id


def test_only_what_changed_in_the_same_catalogue_surprises_who_decides(store, versions):
    fifth = publish(store, "winter", seed=5)
    promote(store, versions[2])  # of summer, while somebody looks at winter
    promote(store, fifth, expected_live=versions[3].id)
    with pytest.raises(errors.PromotionRefused, match="Grace made version 5 live in the meantime"):
        promote(store, publish(store, "winter", seed=6), expected_live=versions[3].id)


def test_a_version_waits_beside_the_live_one_of_its_own_catalogue(store, versions):
    assert promotions.waiting_run(store, "summer").version == 3
    assert promotions.waiting_run(store, "winter") is None
    assert promotions.waiting_run(store) is None
    promotions.keep(store, versions[2].id, reason=REASON, who="Ada")
    assert promotions.waiting_run(store, "summer") is None


def test_a_line_ends_when_another_of_its_catalogue_begins(store, versions):
    promote(store, versions[2])
    until = {(line.scope, line.run_id): end for line, end in live_history.periods(promotions.history(store))}
    assert until[("summer", versions[1].id)] is not None
    assert [until[key] for key in (("", versions[0].id), ("summer", versions[2].id), ("winter", versions[3].id))] == [
        None, None, None,
    ]  # fmt: skip


def test_a_history_of_before_followed_one_line_for_all_and_is_still_sound(store, versions, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(live_history, "live_run_id", lambda connection, scope: live_history.newest(connection).run_id)
        line = promote(store, versions[2])
    assert line.previous_run_id == versions[3].id  # as it was written when there was one live version for all
    assert doctor.breaches(store) == []


def test_a_line_that_follows_no_other_is_a_breach(store, versions, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(live_history, "live_run_id", lambda connection, scope: versions[0].id)
        promote(store, versions[2])
    assert any("follows no promotion" in breach for breach in doctor.breaches(store))
