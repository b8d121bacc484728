"""Every action of the log as a sentence, from what the code itself writes when it is done."""

import dataclasses
import datetime
import os
import re
import time

import pandas as pd
import pytest

from core import errors, jobs
from core.access import acting
from core.access.roles import Person, Role
from core.catalogue import kept
from core.catalogue.own import deciding, decisions, layouts
from core.catalogue.own.records import Choices
from core.elsewhere import judging, reading
from core.forgetting import person
from core.jobs import bringing_in, records
from core.quality import acceptance
from core.retail import naming
from core.retail.list_columns import Columns
from core.store import retention
from core.store.backups import making, restoring
from core.store.base import audit
from core.store.batches import automation_lines, releases, spot_checks
from core.store.live import promotions
from core.store.team import catalogue_in_use, costs, list_columns, names, photo_decisions, team
from core.store.verdicts import suspect_lists, watch_lists
from core.tagging import batch_work, products
from dashboard.log import wording
from tests.support import batch_world, elsewhere, own_photos, worlds
from tests.support.payloads import SCRIPTS

REASON = "Fewer shirts lost among T-shirts."
NOW = datetime.datetime(2026, 11, 29, 23, 49, tzinfo=datetime.UTC)


def entry(action, subject="version 2", before=None, after=None, note="", who="Ada"):
    return audit.Entry(
        sequence=1, at=NOW, who=who, action=action, subject=subject, before=before, after=after, note=note
    )


def decide_about_versions(store):
    first, second = worlds.publish(store, seed=1), worlds.publish(store, seed=2)
    third = worlds.publish(store, seed=3)
    promotions.promote(store, second.id, reason=REASON, who="Ada", override=True)
    promotions.roll_back(store, reason=REASON, who="Ada")
    promotions.keep(store, third.id, reason=REASON, who="Ada")
    retention.delete(store, third.id, who="Ada", reason="too weak by far")
    long_ago = time.time() - 8 * 86400
    os.utime(store.home / "trash" / third.artefact, (long_ago, long_ago))
    retention.collect(store, who="Ada")
    return first


def choose_for_the_team(store, run):
    for target in (0.8, 0.85):
        team.choose_target(store, target, who="Ada")
    for rule in ("Coats open at the front.", ""):
        team.write_pair_rule(store, "Shirt", "Coat", rule, who="Ada")
    watch_lists.save(store, "a1", name="Misses", garments=["k1", "k2"], about="x", version=1, who="Ada")
    watch_lists.end(store, "a1", who="Ada")
    named = names.current(store, run.class_names)
    changed = [dataclasses.replace(named.entries[0], name="Tops"), *named.entries[1:]]
    changed[1] = dataclasses.replace(changed[1], department="Women", tag="warm")
    naming_now = names.save(store, naming.checked(changed, run.class_names), who="Ada")
    levels = costs.current(store, naming_now).levels.copy()
    levels[0, 1], levels[1, 0] = (level + 1 for level in (0, 1))
    costs.save(store, naming_now, levels, who="Ada", expected=0)
    header = ("file", "number", "name")
    list_columns.save(store, header, Columns(photo="file", sku="number", title="name"), who="Ada")


def train_and_search(store, run):
    job = records.insert(store, jobs.TrainingRequest(recipe="quick", seed=3), started_by="Ada")
    records.insert(store, jobs.of_suspects(), started_by="Ada")
    records.request_cancel(store, job.id, who="Ada")
    facts = suspect_lists.SearchFacts(
        identity="x", catalogue_fingerprint=run.catalogue_fingerprint, recipe={}, seed=0, code_version="tests",
        num_garments=60, seconds=1.0,
    )  # fmt: skip
    suspect_lists.publish(store, pd.DataFrame({"position": [3, 5]}), facts, created_by="Ada")


def tag_a_delivery(store, run):
    batch = batch_world.tagged(store, run, [0.99, 0.98, 0.5])
    job = records.of_batch(store, batch.number)
    records.request_cancel(store, job.id, who="Ada")
    batch_work.go_on(store, batch, who="Ada")
    batch_world.confirm(store, run)
    automation_lines.confirm(
        store, run.id, [0.9, float("nan"), 0.7], who="Ada", request_id="b", max_wrong_in_100=2.0, by_hand=["Bag"]
    )
    tables = products.all_tables(store)
    week = acceptance.week_of(tables["tagged_at"].iloc[0])
    spot_checks.draw(store, tables.assign(by_line=True), week=week, num=2, who="Ada")
    releases.release(store, batch.number, reason=REASON, num_checked=20, num_right=19, who="Ada")
    releases.note_export(store, batch.number, file="tags.csv", num_products=3, who="Ada")


def bring_photos(store, folder):
    place = own_photos.shop(folder, num_each=10)
    layout, choices = layouts.recognised(place), Choices()
    bringing_in.bring_in(store, "shop", place, layout, choices, who="Ada", on_progress=lambda *progress: None)
    out = decisions.Decision(kind=decisions.LEAVE_OUT_CATEGORY, check="counts", category="bag")
    photo_decisions.decide(store, "shop", [out], who="Ada")
    [held] = decisions.active(deciding.history(store.home, kept.find(store.home, "shop")))
    photo_decisions.take_back(store, "shop", held.id, who="Ada")
    for name in ("shop", None):
        catalogue_in_use.choose(store, name, who="Ada")
    catalogue_in_use.remove(store, "shop", who="Ada")


def judge_tags(store, place):
    file, pictures = place / "tags.csv", str(elsewhere.pictures(place / "pictures", 40))
    elsewhere.table(40).drop(columns="label").to_csv(file, index=False)
    for name in ("cloud", "supplier"):
        judging.start(store, reading.read(store, file, pictures), name, file, pictures, {}, num=30, who="Ada")
        judging.say(store, name, range(28), judging.RIGHT, "", who="Ben", request_id="a")
    judging.say(store, "cloud", [28, 29], judging.CANNOT_TELL, "", who="Ada", request_id="b")
    for _ in range(2):  # once more, as after a process that died
        judging.publish(store, "cloud", who="Ada")
    judging.stop(store, "supplier", who="Ada")


@pytest.fixture
def told(store, tmp_path, monkeypatch):
    """Everything that can stand in the log, done by the functions that do it."""
    monkeypatch.setattr("core.jobs.work_queue.settle", lambda *arguments: None)
    run = decide_about_versions(store)
    choose_for_the_team(store, run)
    train_and_search(store, run)
    tag_a_delivery(store, run)
    bring_photos(store, tmp_path / "photos")
    backup = making.make(store, tmp_path / "backups").manifest
    restoring.note(
        store, restoring.Restored(manifest=dataclasses.replace(backup, created_at=NOW), num_let_go=0), who="Ada"
    )
    judge_tags(store, tmp_path)
    eve = Person(name="eve@example.com", role=Role.VIEWER, known_by="proxy")
    with acting.acting_as(eve), pytest.raises(errors.NotAllowed):
        promotions.promote(store, run.id, reason=REASON, who="Ada")
    team.choose_target(store, 0.9, who="Zed")
    person.forget(store, "Zed", who="Ada")
    return {(line.action, line.sequence): line for line in audit.entries(store)}


def test_every_action_is_a_sentence_of_its_own_and_none_is_written_as_a_program_writes(told):
    assert {action for action, _ in told} == set(audit.ACTIONS) == set(wording.ICONS)
    for (action, _), line in told.items():
        said = wording.sentence(line)
        assert said == wording._SENTENCES[action](line), f"{action} is told plainly: {said}"
        assert not re.search(r"[{}\[\]]|None|null|nan|True|False|[0-9a-f]{12}", said), said
        assert said[-1] in ".”", said
        assert len(said) < 300, said


def test_the_sentences_tell_what_was_done(told):
    said = {f"{line.action}: {wording.sentence(line)}" for line in told.values()}
    for sentence in (
        "promote: made version 1 live, the first one.",
        "roll-back: made version 1 live again in place of version 2.",
        "keep: kept version 1 live and left version 3.",
        "target: set the target to 80 of 100.",
        "target: set the target to 85 of 100, before 80.",
        "pair-rule: wrote how to tell Coat / Shirt apart: “Coats open at the front.”",
        "pair-rule: removed the rule for Coat / Shirt.",
        "watch-list: started the watch list “Misses”: 2 garments.",
        "watch-list: ended the watch list “Misses”.",
        "names: renamed Shirt to Tops; gave Coat the department “Women” and shop tags “warm”.",
        "list-columns: said where a list has its columns: photos in “file”, SKUs in “number” and titles in “name”.",
        "train: started the training Quick check with seed 3.",
        "train: started a search for wrong labels.",
        "refuse: was not allowed to decide which version is live: has the role viewer, and it takes the role approver.",
        "cancel: cancelled a training or a search before it began.",
        "find-suspects: had 60 garments searched for wrong labels: 2 doubted.",
        "drop-photos: dropped 3 photos to be tagged by version 1 (batch 1).",
        "stop-tagging: stopped the tagging of batch 1 before it began.",
        "go-on-tagging: had the tagging of batch 1 go on.",
        "confirm-line: confirmed the line of version 1: tags of 3 of 3 categories leave without a person.",
        "confirm-line: confirmed the line of version 1: at most 2 wrong in 100; tags of 2 of 3 categories leave "
        "without a person; Bag set by hand.",
        "release-delivery: let batch 1 go although it differs: 19 of 20 that were looked at are right.",
        "draw-tags: drew 30 of 40 tags of cloud at random, to be judged.",
        "judge-tags: made version 4 of 30 judged tags of cloud (28 by Ben and 2 by Ada; of 2 nobody could tell).",
        "stop-judging: stopped the judging of supplier after 28 of 30.",
        "add-catalogue: brought in the catalogue shop: 30 photos (30 new).",
        "use-catalogue: had trainings learn from shop, before from the garments that come with the program.",
        "remove-catalogue: took the catalogue shop away.",
        "forget: had the name of a person replaced by “former colleague 1” in 2 places.",
        "decide-photos: decided about photos of the catalogue shop: 1 decision, 20 to learn from.",
        "decide-photos: took 1 decision about photos of the catalogue shop back, 30 to learn from.",
        "restore: brought backup 1 back: everything before this line is of 2026-11-29 23:49 UTC or earlier.",
    ):
        assert sentence in said, (sentence, [line for line in said if line.startswith(sentence.partition(":")[0])])
    assert any(
        re.match(r"publish: trained version 1: Quick check, [\d.]+ of 100 tagged correctly\.", one) for one in said
    )
    assert sum(line.action == "judge-tags" for line in told.values()) == 1
    assert any(one.startswith("purge: removed 1 deleted item for good (") for one in said)
    assert any(re.match(r"costs: set what mistakes cost\. (Shirt|Coat) tagged", one) for one in said)
    assert any(re.match(r"draw-checks: drew 2 products for the spot check of week ", one) for one in said)


def test_what_a_person_stood_by_is_named():
    after = {"live": 2, "overridden": {"overall": "Worse.", "precision": "Worse."}}
    line = entry("promote", before={"live": 1}, after=after, note=REASON)
    assert wording.sentence(line) == (
        "made version 2 live in place of version 1, against the safety checks Not worse overall and No tag clearly "
        "less right."
    )
    assert wording.reason(line) == f"“{REASON}”"


def test_lines_of_before_and_of_later_programs_are_plain_sentences():
    values = [None, 3, "x", {"a": {"b": [1]}}, [None, 0.5], {"recipe": {}, "accuracy": 1}, {"kind": []}, True, ""]
    for action in (*audit.ACTIONS, "paint-the-shop"):
        for before in values:
            for after in values:
                said = wording.sentence(entry(action, before=before, after=after))
                assert said and "{" not in said and "[" not in said, (action, before, after)
    assert wording.sentence(entry("paint-the-shop", "the door")) == "paint-the-shop: the door."
    given = {"elsewhere": "cloud", "accuracy": 0.8277}
    said = wording.sentence(entry("publish", after=given))
    assert said == "brought in the tags of cloud as version 2: 82.8 of 100 right."
    assert wording.sentence(entry("publish", after=None)) == "Version trained: version 2."
    lines = entry("confirm-line", before=[0.9, None], after=[0.9, 0.8])
    assert wording.sentence(lines) == (
        "confirmed the line of version 2: tags of 2 of 2 categories leave without a person."
    )


def test_long_reasons_are_cut_and_notes_of_the_program_are_no_reasons():
    assert wording.reason(entry("keep", note="word " * 300)).endswith("…”")
    assert len(wording.reason(entry("keep", note="word " * 300))) == wording.LONGEST_REASON + 2
    assert wording.reason(entry("cancel", note="before it began")) == ""
    assert wording.sentence(entry("cancel", note="it did not answer")) == (
        "cancelled a training or a search (it did not answer)."
    )
    assert wording.reason(entry("keep")) == ""


def test_photos_that_are_let_go_are_counted():
    line = entry("purge", "photos of batch 3", after={"photos": 1})
    assert wording.sentence(line) == "removed the photos of batch 3 for good (1 photo)."


def test_names_like_attacks_are_told_as_they_are():
    for name in SCRIPTS:
        line = entry("names", before={"Shirt": {"name": "Shirt"}}, after={"Shirt": {"name": name}})
        assert wording.sentence(line) == f"renamed Shirt to {name}."
        assert wording.sentence(entry("remove-catalogue", name)) == f"took the {name} away."


def test_many_changes_are_told_in_part_with_their_number():
    kinds = {f"Kind {number}": "expensive" for number in range(8)}
    line = entry("costs", before=dict.fromkeys(kinds, "annoying"), after=kinds)
    assert wording.sentence(line).endswith("Kind 2: expensive, before annoying; and 5 more.")
