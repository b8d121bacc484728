"""A name is replaced wherever it is kept, and nothing else changes: neither histories nor counts."""

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import unicodedata

import pandas as pd
import pytest
import sqlalchemy as sa

from core import __main__ as command_line
from core import doctor, errors
from core.catalogue import kept
from core.catalogue.own import decisions, layouts
from core.catalogue.own.records import Choices
from core.elsewhere import requests
from core.forgetting import names, person, rows
from core.jobs import bringing_in, records
from core.jobs.requests import TrainingRequest
from core.logs import lines
from core.quality import acceptance, review
from core.settings import PROJECT_ROOT
from core.store import retention
from core.store.base import artefacts, audit, database, guards, schema
from core.store.batches import releases, spot_checks
from core.store.live import promotions
from core.store.runs import file_reader, runs
from core.store.team import photo_decisions, team
from core.store.verdicts import suspect_lists, verdict_tables, verdicts, watch_lists
from core.tagging import batch_work, products
from tests.support import batch_world, own_photos, postgresql, worlds
from tests.support.desk import Desk
from tests.support.unguarded import unguarded

NAME, FORMER = "Zoë Quill", "former colleague 1"
NFD = unicodedata.normalize("NFD", NAME)
LONGER = "Zoë Quill-Marsh"
REASON = f"As {NAME} said, fewer shirts are lost; {LONGER} agrees."


@pytest.fixture
def desk(store, monkeypatch):
    monkeypatch.setattr("core.jobs.work_queue.settle", lambda *arguments: None)
    return Desk(store)


def speak(desk):
    for position, others in ((0, "Bo"), (1, None), (2, "Bo")):
        desk.say("model-wrong", desk.subject(position), who=NAME, request_id=f"theirs {position}")
        if others:
            desk.say("cannot-tell" if position else "model-wrong", desk.subject(position), who=others)
    desk.say("model-wrong", desk.subject(5), who=LONGER)
    desk.say("label-wrong", desk.subject(4, split="train"), who=NAME, category="Bag")
    with unguarded(desk.store, "verdicts") as connection:  # as a program of before stored it
        line = schema.verdicts.c.request_id == "theirs 1"
        connection.execute(sa.update(schema.verdicts).where(line).values(who=NFD, entered_by=NFD))


def decide(desk):
    store, run = desk.store, desk.run
    second, third = worlds.publish(store, seed=2), worlds.publish(store, seed=3)
    retention.delete(store, third.id, who=NAME, reason=REASON)
    facts = suspect_lists.SearchFacts(
        identity="x", catalogue_fingerprint=run.catalogue_fingerprint, recipe={}, seed=0, code_version="tests",
        num_garments=60, seconds=1.0,
    )  # fmt: skip
    suspect_lists.publish(store, pd.DataFrame({"position": [3, 5]}), facts, created_by=NAME)
    promotions.promote(store, second.id, reason=REASON, who=NAME, override=True)
    promotions.roll_back(store, reason=REASON, who="Bo")
    team.write_pair_rule(store, "Shirt", "Coat", f"Ask {NAME}.", who="Bo")
    watch_lists.save(store, "a1", name=f"{NAME}'s list", garments=["k1"], about="x", version=1, who=NAME)
    batch = batch_world.tagged(store, run, [0.99, 0.98, 0.5])
    batch_world.confirm(store, run, who=NAME)
    batch_world.decide(store, batch, [0], "accepted", who=NAME)
    tables = products.all_tables(store)
    week = acceptance.week_of(tables["tagged_at"].iloc[0])
    drawn = spot_checks.draw(store, tables.assign(by_line=True), week=week, num=1, who=NAME)
    spot_checks.answer(store, drawn[0].number, "Bag", class_names=run.class_names, who=NAME)
    releases.release(store, batch.number, reason=REASON, num_checked=20, num_right=19, who=NAME)
    batch_work.stop(store, batch, who=NAME)
    job = records.insert(store, TrainingRequest(recipe="quick", seed=3), started_by=NAME)
    records.request_cancel(store, job.id, who=NAME)
    with unguarded(store, "runs") as connection:
        connection.execute(sa.update(schema.runs).values(corrected_by=["Bo", NAME], created_by=NAME))
    batch_work.stop(store, batch_world.dropped(store, run, batch_world.new_photos(1), who=NAME), who=NAME)
    return second


def keep_files(store, folder):
    place = own_photos.shop(folder, num_each=10)
    layout = layouts.recognised(place)
    bringing_in.bring_in(store, "shop", place, layout, Choices(), who=NAME, on_progress=lambda *progress: None)
    out = decisions.Decision(kind=decisions.LEAVE_OUT_CATEGORY, check="counts", category="bag")
    photo_decisions.decide(store, "shop", [out], who=NAME)
    bringing_in._save(store, bringing_in.Coming(name="shop", place=str(place), choices=Choices(), who=NFD,
                                                started_at=0.0, problem=f"The last one was {NAME}."))  # fmt: skip
    requests._save(store, requests.Asked(name="cloud", file="f", pictures="p", columns={}, who=NAME, started_at=0.0,
                                         version=1))  # fmt: skip
    line = {"places": [0], "kind": "right", "category": "", "at": ""}
    said = [{**line, "who": who, "request": str(number)} for number, who in enumerate((NAME, "Bo"))]
    for room in ("judging/cloud", "trash/judging-old-1"):
        (store.home / room).mkdir(parents=True)
        (store.home / room / "said.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in said))
        (store.home / room / "judging.json").write_text(json.dumps({"name": "cloud", "who": NAME}))
    (store.home / "logs").mkdir(exist_ok=True)
    (store.home / "logs" / "shop.log").write_text(f"{NAME}: done\n", encoding="utf-8")
    happened = lines.line({"event": "noted", "who": NFD, "message": f"\x85 {NAME} said so"})
    (store.home / "logs" / "events.jsonl.3").write_bytes(happened)


def with_names_in_files(store, run):
    """The version as it was published when files still named who corrected labels."""
    staging = artefacts.new_staging(store.home)
    for path in artefacts.folder_of(store.home, run.artefact).iterdir():
        if path.name != artefacts.MANIFEST:
            (staging / path.name).write_bytes(path.read_bytes())
    learned = {"relabelled": [], "left_out": [], "people": ["Bo", NAME], "digest": "d" * 64}
    (staging / "corrections.json").write_text(json.dumps(learned))
    digest = artefacts.publish(store.home, staging)
    with unguarded(store, "runs") as connection:
        changed = {"artefact": digest, "corrections_digest": "d" * 64}
        connection.execute(sa.update(schema.runs).where(schema.runs.c.id == run.id).values(**changed))
    return digest


@pytest.fixture
def world(desk, tmp_path):
    """A store in which that person did everything that a person can do."""
    speak(desk)
    run = decide(desk)
    keep_files(desk.store, tmp_path / "photos")
    with_names_in_files(desk.store, run)
    assert doctor.breaches(desk.store) == []
    return desk


def dump(store):
    """Every text of every table, by table and column."""
    with database.read(store.engine) as connection:
        return {
            f"{table.name}.{column.name}": [
                value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=repr)
                for value in connection.scalars(sa.select(column).order_by(*table.primary_key.columns))
            ]
            for table in schema.metadata.sorted_tables
            for column in table.columns
        }


def content(home):
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in home.rglob("*") if path.is_file()}


def standing(store):
    """Where the name stands, without the longer one: in columns of tables and files of the home."""
    longer = [form for name in (LONGER,) for form in (name, unicodedata.normalize("NFD", name))]
    found = []
    for place, texts in dump(store).items():
        left = "\n".join(texts)
        for other in longer:
            left = left.replace(other, "")
        found += [place] if NAME in left or NFD in left else []
    for place, data in content(store.home).items():
        for other in longer:
            data = data.replace(other.encode(), b"").replace(json.dumps(other)[1:-1].encode(), b"")
        forms = [form.encode() for name in (NAME, NFD) for form in (name, json.dumps(name)[1:-1])]
        found += [place] if any(form in data for form in forms) else []
    return found


def figures(store):
    """What is counted of people and shown to them, with the name as it will be."""
    current = verdict_tables.current(store)
    current["who"] = current["who"].replace(NAME, FORMER)
    states = review.garment_states(current)
    counts = pd.crosstab(current["who"], current["kind"])
    disputes = [[line.number for line in some] for some in verdict_tables.disagreements(store)]
    log = [entry.action for entry in audit.entries(store) if entry.action != "forget"]
    return states.to_json(), counts.to_json(), disputes, log, len(runs.list_runs(store))


def test_the_name_stands_nowhere_afterwards_and_all_else_is_as_it_was(world):
    store = world.store
    before, tables = figures(store), dump(store)
    people_of = {table.name for table in schema.metadata.sorted_tables if rows.person_columns(table)}
    there = {place.partition(".")[0] for place in standing(store)}
    assert people_of - there == set(), "what this world lacks of a person"
    planned = person.plan(store, NFD)
    done = person.forget(store, NFD, who="Bo")
    assert done == planned and done.former == FORMER
    assert standing(store) == []
    assert figures(store) == before
    after = dump(store)
    for place, texts in tables.items():
        kept_as_it_was = [text.replace(NAME, FORMER).replace(NFD, FORMER) for text in texts]
        if place not in ("runs.artefact",):
            was = [text.replace(f"{FORMER}-Marsh", LONGER) for text in kept_as_it_was]
            assert after[place][: len(texts)] == was, place
    assert doctor.breaches(store) == []
    entry = audit.entries(store, limit=1)[0]
    assert (entry.action, entry.who, entry.subject) == ("forget", "Bo", FORMER)
    assert entry.after == {"rows": sum(done.rows.values()), "texts": sum(done.texts.values()), "files": done.num_files}


def test_what_they_said_can_still_be_undone_and_nothing_can_be_changed(world):
    person.forget(world.store, NAME, who="Bo")
    verdicts.undo(world.store, "theirs 0", who=FORMER, request_id="undo")
    assert world.view(0, who=FORMER).mine is None
    with database.read(world.store.engine) as connection:
        assert guards.missing(connection) == []
    with pytest.raises(sa.exc.IntegrityError), database.write(world.store.engine) as connection:
        connection.execute(sa.update(schema.log).values(who="x"))


def test_a_version_that_named_them_in_its_files_is_whole_under_another_digest(world):
    before = runs.find(world.store, "2")
    assert file_reader.load_corrections(world.store, before)["people"] == ["Bo", NAME]
    predictions = file_reader.load_predictions(world.store, before)
    assert person.forget(world.store, NAME, who="Bo").num_versions == 1
    after = runs.find(world.store, "2")
    assert after.artefact != before.artefact and after.corrected_by == ("Bo", FORMER)
    assert "people" not in file_reader.load_corrections(world.store, after)
    pd.testing.assert_frame_equal(file_reader.load_predictions(world.store, after), predictions)
    assert not artefacts.folder_of(world.store.home, before.artefact).exists()


STEPS = ("forget-committing", "forget-committed")


@pytest.mark.parametrize("step", STEPS)
def test_killed_anywhere_nothing_has_changed_or_the_next_call_ends_it(world, step):
    store = world.store
    tables, files = dump(store), content(store.home)
    code = (
        "from core import settings; from core.store import open_store; from core.forgetting import person; "
        f"person.forget(open_store(settings.load()), {NAME!r}, who='Bo')"
    )
    killed = subprocess.run([sys.executable, "-c", code], env={**os.environ, "FAILPOINT": step}, cwd=PROJECT_ROOT)
    assert killed.returncode == -9
    if step == "forget-committing":
        assert dump(store) == tables
        files_after = content(store.home)
        ours = [name for name in files if not name.startswith(("garments.db", "locks/", "identity"))]
        assert {name: files[name] for name in ours} == {name: files_after[name] for name in ours}
    else:
        assert {place.partition(".")[0] for place in standing(store)} & schema.metadata.tables.keys() == set()
        assert len(doctor.breaches(store)) == 1
        assert person.plan(store, NAME).former == FORMER
    assert person.forget(store, NAME, who="Bo").former == FORMER
    assert standing(store) == []
    assert doctor.breaches(store) == []
    assert [entry.subject for entry in audit.entries(store, action="forget")] == [FORMER]


@postgresql.sqlite_only("a server does that in its own time")
def test_nothing_of_a_name_stays_in_the_free_space_of_the_file(desk):
    desk.say("model-wrong", desk.subject(0), who=NAME)
    file = desk.store.home / "garments.db"
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA secure_delete = OFF")
        connection.execute("CREATE TABLE passing (who TEXT)")
        connection.executemany("INSERT INTO passing VALUES (?)", [(f"{NAME} {number}",) for number in range(999)])
        connection.commit()
        connection.execute("DROP TABLE passing")
    assert file.read_bytes().count(NAME.encode()) > 900
    person.forget(desk.store, NAME, who="Bo")
    assert file.read_bytes().count(NAME.encode()) == 0


def test_the_next_one_gets_the_next_number_and_who_came_back_the_old_one(desk):
    for name in (NAME, "Bo"):
        desk.say("model-wrong", desk.subject(0), who=name)
    assert [person.forget(desk.store, name, who="Cy").former for name in (NAME, "Bo")] == [FORMER, "former colleague 2"]
    desk.say("model-wrong", desk.subject(1), who=NAME)
    with pytest.raises(errors.ForgetRefused, match="no 'former colleague 9' yet"):
        person.forget(desk.store, NAME, who="Cy", number=9)
    assert person.forget(desk.store, NAME, who=NAME, number=1).former == FORMER
    assert len(verdict_tables.current(desk.store)["who"].unique()) == 2
    assert audit.entries(desk.store, limit=1)[0].who == FORMER, "who forgets themselves is not named either"


def test_unknown_names_and_people_at_work_are_refused_and_nothing_changes(desk):
    store = desk.store
    for name in ("Bo", "Zoé Quell", NAME):
        desk.say("model-wrong", desk.subject(0), who=name)
    before = dump(store)
    with pytest.raises(errors.ForgetRefused, match=r"called 'Zoe Quill'. The names are: 'Zoë Quill', 'Zoé Quell', "):
        person.forget(store, "Zoe Quill", who="Bo")
    job = records.insert(store, TrainingRequest(recipe="quick"), started_by=NAME)
    with pytest.raises(errors.ForgetRefused, match="they asked for"):
        person.forget(store, NAME, who="Bo")
    records.request_cancel(store, job.id, who="Bo")
    other = records.insert(store, TrainingRequest(recipe="quick"), started_by="Bo")
    assert records.claim(store, other.id)
    with pytest.raises(errors.ForgetRefused, match="whose corrections it learned"):
        person.forget(store, NAME, who="Bo")
    after = dump(store)
    assert {place for place in before if before[place] != after[place][: len(before[place])]} == set()
    assert all(entry.action != "forget" for entry in audit.entries(store))


def test_every_column_with_words_is_known_to_hold_people_their_texts_or_neither():
    found = set()
    for table in schema.metadata.sorted_tables:
        known = {column.name for column in rows.person_columns(table)} | set(rows.TEXTS.get(table.name, ()))
        for column in table.columns:
            is_word = isinstance(column.type, sa.String | sa.JSON) and not column.foreign_keys
            if is_word and column.name not in known:
                found.add(f"{table.name}.{column.name}")
    assert found == NEITHER, "say of a new column in core/forgetting whether a person can stand in it"


NEITHER = {
    f"{table}.{column}"
    for table, columns in {
        "identity": "id",
        "catalogues": "fingerprint name class_names artefact",
        "runs": "id identity recipe_name recipe code_version artefact corrections_digest",
        "promotions": "kind overridden",
        "deletions": "run_id artefact",
        "log": "action subject before after known_by",  # what people wrote in these is told by the action
        "team_choices": "name value",  # likewise, by the name
        "jobs": "id recipe catalogue status stage kind host place owner clock",
        "suspect_lists": "identity recipe code_version artefact",
        "verdicts": "request_id garment label split kind category predicted",
        "automation_lines": "request_id lines by_hand mix",
        "batches": "id request_id suggested",
        "batch_photos": "name sku title sha256 refused",
        "batch_tags": "guesses findings",
        "tag_decisions": "request_id kind category",
        "spot_checks": "week tag",
        "spot_answers": "category",
        "folder_files": "folder name sku sha256",
        "folder_lists": "layout path positions seen",
    }.items()
    for column in columns.split()
}


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        (f"{NAME} stopped the tagging.", f"{FORMER} stopped the tagging."),
        (f"by {NFD}, twice: {NAME}", f"by {FORMER}, twice: {FORMER}"),
        ("Zoë  Quill\n", f"{FORMER}\n"),
        (f"{LONGER} and {NAME}-like", f"{LONGER} and {FORMER}-like"),
        ("Zoë Quills, aZoë Quill, zoë quill, Zoë Quill\u0301", None),
    ],
)
def test_in_texts_the_name_is_replaced_as_a_word_of_its_own(text, changed):
    assert names.of(NAME, [NAME, NFD, LONGER], 1).in_text(text) == (changed or text)


def test_the_command_says_what_would_change_and_does_it_only_where_somebody_says_so(desk, monkeypatch, capsys):
    monkeypatch.setattr("core.commands.store", lambda: desk.store)
    desk.say("model-wrong", desk.subject(0), who=NAME)
    desk.say("model-wrong", desk.subject(1), who=NAME.lower())
    before = dump(desk.store)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["core", "forget", NAME, *arguments])
        return command_line.main(), capsys.readouterr()

    code, told = run()
    assert code == 2 and "say --yes as well" in told.err and "verdicts" in told.out and NAME.lower() in told.out
    assert run("--json")[0] == 2
    assert dump(desk.store) == before
    code, told = run("--yes", "--json")
    assert code == 0
    assert json.loads(told.out) == {"former": FORMER, "rows": {"verdicts": 1}, "texts": {}, "num_files": 0,
                                    "num_versions": 0, "alike": [NAME.lower()], "num_copies": 0}  # fmt: skip
    assert kept.names(desk.store.home) == []
