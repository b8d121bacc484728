import json
import subprocess
import sys

import pytest

from core import doctor, errors, settings
from core.store.base import artefacts, audit, database
from core.store.live import promotions
from core.store.runs import live_history, runs
from tests.support import worlds

REASON = "fewer lost shirts"
PROMOTER = """
import json, sys
from core import errors, settings
from core.store import open_store
from core.store.live import promotions
from core.store.runs import runs

store, done = open_store(settings.load()), []
sys.stdin.readline()
while len(done) < 2:
    live = promotions.live_run(store)
    other = next(run for run in runs.list_runs(store) if run.id != live.id)
    try:
        line = promotions.promote(store, other.id, reason="one of many at once", who=sys.argv[1], override=True)
    except errors.PromotionRefused as error:
        assert "in the meantime" in str(error) or "is live already" in str(error), error
    else:
        done.append([line.sequence, line.previous_run_id, line.run_id])
print(json.dumps(done))
"""


def publish(store, num=1):
    found = worlds.catalogue()
    return [worlds.publish(store, found, seed=seed) for seed in range(1, num + 1)]


def promote(store, run, **options):
    # Thirty garments are too few to compare, which is not what these tests are about.
    return promotions.promote(store, run.id, reason=REASON, who="Grace", override=True, **options)


def roll_back(store, **options):
    return promotions.roll_back(store, reason="it lost the coats", who="Ada", **options)


def test_a_promotion_changes_the_live_run_and_is_written_down(store):
    first, second = publish(store, 2)
    promotion = promotions.promote(store, second.id, reason=f" {REASON} ", who="Grace", override=True)
    assert promotions.live_run(store) == second
    assert promotions.history(store)[0] == promotion
    assert (promotion.sequence, promotion.previous_run_id, promotion.reason) == (2, first.id, REASON)
    entry = audit.entries(store)[0]
    assert (entry.who, entry.action, entry.subject, entry.note) == ("Grace", "promote", "version 2", REASON)
    assert (entry.before, entry.after["live"]) == ({"live": 1}, 2)


def test_the_live_run_cannot_be_promoted_or_restored_again(store):
    (run,) = publish(store)
    for decide in (promote, lambda store, run: roll_back(store, to=run.id)):
        with pytest.raises(errors.PromotionRefused, match="Version 1 is live already"):
            decide(store, run)
    assert len(promotions.history(store)) == 1


def test_rolling_back_twice_goes_back_twice(store):
    first, second, third = publish(store, 3)
    promote(store, second)
    promote(store, third)
    assert promotions.previous_run(store) == second
    line = roll_back(store)
    assert (line.kind, line.run_id, line.previous_run_id) == ("roll back", second.id, third.id)
    assert promotions.previous_run(store) == first
    roll_back(store)
    assert promotions.live_run(store) == first
    assert promotions.previous_run(store) is None
    with pytest.raises(errors.PromotionRefused, match="nothing to go back to"):
        roll_back(store)
    assert [entry.action for entry in audit.entries(store, action="roll-back")] == ["roll-back"] * 2


def test_a_promotion_after_a_roll_back_continues_from_where_it_went(store):
    first, second, third = publish(store, 3)
    promote(store, second)
    roll_back(store)
    promote(store, third)
    assert promotions.previous_run(store) == first


def test_any_version_that_was_live_can_be_gone_back_to(store):
    first, second, third = publish(store, 3)
    promote(store, second)
    promote(store, third)
    roll_back(store, to="1")
    assert promotions.live_run(store) == first
    assert promotions.previous_run(store) is None
    roll_back(store, to=third.id)  # it left the path, so this is a step forward again
    assert promotions.live_run(store) == third
    roll_back(store)
    assert promotions.live_run(store) == first


def test_a_version_that_was_never_live_cannot_be_gone_back_to(store):
    publish(store, 2)
    with pytest.raises(errors.PromotionRefused, match="Version 2 was never live"):
        roll_back(store, to="2")


def test_without_any_version_there_is_nothing_to_go_back_to(store):
    with pytest.raises(errors.PromotionRefused, match="nothing to go back to"):
        roll_back(store)


def test_a_damaged_version_cannot_be_restored_and_another_can(store):
    first, second, third = publish(store, 3)
    promote(store, second)
    promote(store, third)
    (artefacts.folder_of(store.home, second.artefact) / "weights.safetensors").write_bytes(b"torn")
    with pytest.raises(errors.PromotionRefused, match=r"Version 2 cannot be restored: .*weights\.safetensors"):
        roll_back(store)
    assert promotions.live_run(store) == third
    roll_back(store, to=first.id)
    assert promotions.live_run(store) == first


def test_a_decision_about_another_live_version_is_refused(store):
    first, second, third = publish(store, 3)
    promote(store, second, expected_live=first.id)
    with pytest.raises(errors.PromotionRefused, match="Grace made version 2 live in the meantime"):
        promote(store, third, expected_live=first.id)
    with pytest.raises(errors.PromotionRefused, match="Grace made version 2 live in the meantime"):
        roll_back(store, expected_live=first.id)
    assert promotions.live_run(store) == second


def test_a_promotion_that_overtakes_another_one_in_the_making_stops_it(store, monkeypatch):
    first, second, third = publish(store, 3)
    assess = promotions.gate.assess

    def overtaken(*arguments):
        monkeypatch.setattr(promotions.gate, "assess", assess)
        promote(store, third)
        return assess(*arguments)

    monkeypatch.setattr(promotions.gate, "assess", overtaken)
    with pytest.raises(errors.PromotionRefused, match="Grace made version 3 live in the meantime"):
        promote(store, second)
    assert [line.run_id for line in promotions.history(store)] == [third.id, first.id]


def test_a_promotion_that_fails_leaves_neither_a_line_of_history_nor_one_of_the_log(store):
    first, second = publish(store, 2)
    before = audit.entries(store)
    with pytest.raises(RuntimeError), database.write(store.engine) as connection:
        live_history.record(connection, second.id, reason="x", who="x")
        raise RuntimeError
    assert audit.entries(store) == before
    assert promotions.live_run(store) == first


def test_eight_processes_that_promote_at_once_lose_nothing(store):
    publish(store, 3)
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", PROMOTER, f"promoter {number}"],
            cwd=settings.PROJECT_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(8)
    ]
    outputs = []
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    for worker in workers:
        outputs.append(worker.communicate(timeout=120)[0])
        assert worker.returncode == 0
    acknowledged = sorted(line for output in outputs for line in json.loads(output))
    history = promotions.history(store)[::-1]
    assert acknowledged == [[line.sequence, line.previous_run_id, line.run_id] for line in history[1:]]
    assert [line.sequence for line in history] == list(range(1, 18))
    assert len(audit.entries(store, action="promote")) == 17
    assert doctor.breaches(store) == []
    assert runs.find(store, "live").id == history[-1].run_id
