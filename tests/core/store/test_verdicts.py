import dataclasses

import numpy as np
import pytest
from sqlalchemy.exc import IntegrityError

from core import doctor, errors
from core.catalogue import identity
from core.catalogue.split import CatalogueSplit, cut
from core.store.base import database
from core.store.verdicts import corrections, verdict_lines, verdict_tables, verdicts
from tests.support import worlds
from tests.support.desk import Desk
from tests.support.unguarded import unguarded


@pytest.fixture
def desk(store):
    return Desk(store)


def test_a_verdict_is_kept_with_who_when_and_on_which_version(desk):
    (line,) = desk.say("label-wrong", desk.subject(0, predicted="Bag", confidence=0.75), category="Coat")
    assert verdict_tables.history(desk.store) == [line]
    assert (line.number, line.kind, line.category, line.label) == (1, "label-wrong", "Coat", "Shirt")
    assert (line.who, line.entered_by, line.run_id, line.predicted, line.confidence) == (
        "Ada", "Ada", desk.run.id, "Bag", 0.75,
    )  # fmt: skip
    assert line.said_at.tzinfo is not None
    assert desk.view().mine == line


def test_the_last_line_of_a_person_is_what_they_say_today(desk):
    desk.say("model-wrong", desk.subject(0))
    (last,) = desk.say("cannot-tell", desk.subject(0))
    assert desk.view().mine == last
    assert verdict_tables.standing(desk.store) == [last]
    assert len(verdict_tables.history(desk.store)) == 2


def test_a_garment_is_known_again_after_another_cut_of_the_training_garments(desk):
    source = worlds.garments(60, seed=1)
    other = cut("sample", source, worlds.garments(30, seed=2), validation_share=0.5, validation_seed=3)
    common, here, there = np.intersect1d(
        desk.garments.train_positions, other.train_positions, assume_unique=True, return_indices=True
    )
    keys = identity.garment_keys(other.train)
    assert len(common) > 20
    assert not np.array_equal(here, there)
    assert [desk.keys["train"][position] for position in here] == [keys[position] for position in there]


def test_a_key_changes_with_one_pixel_and_with_the_label():
    split = worlds.garments(3)
    images, labels = split.images.copy(), split.labels.copy()
    images[0, 5, 5] ^= 1
    labels[1] = 2
    changed = CatalogueSplit(images=images, labels=labels, class_names=split.class_names)
    same = [a == b for a, b in zip(identity.garment_keys(split), identity.garment_keys(changed), strict=True)]
    assert same == [False, False, True]


def test_one_verdict_on_many_garments_is_stored_whole_or_not_at_all(desk):
    desk.say("cannot-tell", desk.subject(2), who="Grace")
    stale = desk.subject(2, seen=0)
    with pytest.raises(errors.VerdictConflict):
        desk.say("cannot-tell", desk.subject(0), desk.subject(1), stale)
    assert len(verdict_tables.history(desk.store)) == 1
    lines = desk.say("cannot-tell", desk.subject(0), desk.subject(1), desk.subject(2), desk.subject(1))
    assert [(line.number, line.place, line.position) for line in lines] == [(2, 0, 0), (3, 1, 1), (4, 2, 2)]


def test_saving_again_after_a_lost_answer_stores_nothing_twice_and_answers_the_same(desk):
    subjects = [desk.subject(0), desk.subject(1)]
    first = desk.say("model-wrong", *subjects, request_id="lost")
    desk.say("cannot-tell", desk.subject(0), who="Grace")
    assert desk.say("model-wrong", *subjects, request_id="lost") == first
    assert len(verdict_tables.history(desk.store)) == 3
    with pytest.raises(errors.VerdictRefused, match="'lost' was stored before with other verdicts"):
        desk.say("cannot-tell", *subjects, request_id="lost")


def test_undo_adds_a_line_and_what_was_said_before_holds_again(desk):
    desk.say("model-wrong", desk.subject(0), request_id="first")
    desk.say("label-wrong", desk.subject(0), desk.subject(1), category="Bag", request_id="second")
    lines = desk.undo("second")
    assert [line.kind for line in lines] == ["model-wrong", "withdrawn"]
    assert (desk.view(0).mine.kind, desk.view(1).mine) == ("model-wrong", None)
    assert desk.undo("second") == lines, "undo that is repeated is one undo"
    assert len(verdict_tables.history(desk.store)) == 5


def test_undo_is_for_ones_own_last_words_only(desk):
    desk.say("model-wrong", desk.subject(0), request_id="first")
    with pytest.raises(errors.VerdictRefused, match="Grace has no verdicts of request 'first'"):
        desk.undo("first", who="Grace")
    desk.say("cannot-tell", desk.subject(0), who="Grace")
    (newer,) = desk.say("cannot-tell", desk.subject(0))
    with pytest.raises(errors.VerdictConflict) as caught:
        desk.undo("first")
    assert caught.value.conflicts[0].theirs == newer


def test_the_second_of_two_people_at_once_sees_both_values_and_decides(desk):
    shown = desk.subject(0)
    (first,) = desk.say("model-wrong", shown, who="Ada")
    with pytest.raises(errors.VerdictConflict, match=r"Ada spoke since .* model-wrong; you: label-wrong ") as caught:
        desk.say("label-wrong", shown, who="Grace", category="Bag")
    (conflict,) = caught.value.conflicts
    assert (conflict.theirs, conflict.kind, conflict.category) == (first, "label-wrong", "Bag")
    desk.say("label-wrong", desk.subject(0, seen=conflict.theirs.number), who="Grace", category="Bag")
    (disputed,) = verdict_tables.disagreements(desk.store)
    assert [line.who for line in disputed] == ["Ada", "Grace"]


def test_a_second_opinion_is_asked_before_the_first_is_shown(desk):
    (first,) = desk.say("model-wrong", desk.subject(0), who="Ada")
    view = desk.view(who="Grace")
    assert (view.mine, view.others, view.num_hidden, view.seen) == (None, (), 1, 1)
    desk.say("model-wrong", desk.subject(0, seen=view.seen), who="Grace")
    view = desk.view(who="Grace")
    assert (view.others, view.num_hidden) == ((first,), 0)
    assert verdict_tables.disagreements(desk.store) == []


def test_one_garment_of_many_is_taken_back_alone_and_said_again(desk):
    desk.say("model-wrong", desk.subject(0), desk.subject(1), request_id="both")
    desk.say("cannot-tell", desk.subject(1), who="Grace")
    keys = [desk.keys["test"][1]]
    lines = verdicts.withdraw(desk.store, keys, who="Ada", request_id="back")
    assert [(line.kind, line.who) for line in lines] == [("withdrawn", "Ada")]
    assert (desk.view(0).mine.kind, desk.view(1).mine) == ("model-wrong", None)
    assert desk.view(1, who="Grace").mine.kind == "cannot-tell"
    assert verdicts.withdraw(desk.store, keys, who="Ada", request_id="back") == lines, "repeated, it is one"
    desk.undo("back", request_id="said again")
    assert desk.view(1).mine.kind == "model-wrong"
    assert len(verdict_tables.history(desk.store)) == 5


def test_what_nobody_says_cannot_be_taken_back(desk):
    desk.say("model-wrong", desk.subject(0))
    for garments, who in (([desk.keys["test"][1]], "Ada"), ([desk.keys["test"][0]], "Grace"), ([], "Ada")):
        with pytest.raises(errors.VerdictRefused, match="says nothing of these garments"):
            verdicts.withdraw(desk.store, garments, who=who, request_id="back")
    verdicts.withdraw(desk.store, [desk.keys["test"][0]], who="Ada", request_id="once")
    with pytest.raises(errors.VerdictRefused, match="says nothing of these garments"):
        verdicts.withdraw(desk.store, [desk.keys["test"][0]], who="Ada", request_id="twice")


BAD = [
    ({"kind": "model-wong"}, {}, "A verdict is one of model-wrong, label-wrong, cannot-tell, got 'model-wong'"),
    ({"kind": "withdrawn"}, {}, "got 'withdrawn'"),
    ({"kind": "label-wrong"}, {}, "must be another one of Shirt, Coat, Bag; got None"),
    ({"kind": "label-wrong", "category": "Shirt"}, {}, "got 'Shirt'"),
    ({"kind": "label-wrong", "category": "Hat"}, {}, "got 'Hat'"),
    ({"category": "Coat"}, {}, "Only a wrong label has a right category, got 'Coat' with 'cannot-tell'"),
    ({"kind": "model-wrong"}, {"predicted": "Shirt"}, "The model said 'Shirt', as the label does"),
    ({"who": "  "}, {}, "needs a name"),
    ({"who": "x" * 201}, {}, "1 to 200 printable characters"),
    ({"who": "Ada\r\nGrace"}, {}, "printable characters, got 'Ada"),
    ({"request_id": "x" * 65}, {}, "1 to 64 characters, got 65"),
    ({}, {"garment": "../../etc/passwd"}, "64 hex digits, got '../../etc/passwd'"),
    ({}, {"split": "exam"}, "got 'exam' at 0"),
    ({}, {"position": -1}, "got 'test' at -1"),
    ({}, {"label": "Hat"}, "The label must be one of Shirt, Coat, Bag, got 'Hat'"),
    ({}, {"predicted": "Hat"}, "got 'Hat'"),
    ({}, {"confidence": float("nan")}, "between 0 and 1, got nan"),
    ({}, {"seen": 7}, "No line 7 of this garment exists"),
]


@pytest.mark.parametrize(("options", "changes", "message"), BAD, ids=range(len(BAD)))
def test_what_makes_no_sense_is_refused_by_name_and_nothing_is_stored(desk, options, changes, message):
    options = {"kind": "cannot-tell", **options}
    with pytest.raises(errors.VerdictRefused, match=message):
        desk.say(options.pop("kind"), dataclasses.replace(desk.subject(0), **changes), **options)
    assert verdict_tables.newest_number(desk.store) == 0


def test_a_verdict_on_no_garment_or_on_no_version_is_refused(desk):
    with pytest.raises(errors.VerdictRefused, match="at least one garment"):
        desk.say("cannot-tell")
    with pytest.raises(errors.RunNotFound, match="No run 'nothing'"):
        desk.say("cannot-tell", desk.subject(0), run_id="nothing")


@pytest.mark.parametrize("statement", ["UPDATE verdicts SET kind = 'cannot-tell'", "DELETE FROM verdicts"])
def test_the_database_refuses_to_change_what_was_said(desk, statement):
    desk.say("model-wrong", desk.subject(0))
    with pytest.raises(IntegrityError, match="verdicts cannot be changed"), database.write(desk.store.engine) as c:
        c.exec_driver_sql(statement)


def test_what_came_since_is_read_by_itself(desk):
    desk.say("model-wrong", desk.subject(0), desk.subject(1))
    desk.say("cannot-tell", desk.subject(0))
    newer = verdict_tables.since(desk.store, 2)
    assert newer["number"].tolist() == [3]
    assert verdict_tables.current(desk.store)["number"].tolist() == [2, 3]
    assert verdict_tables.current(desk.store, [desk.keys["test"][1]])["number"].tolist() == [2]
    assert verdict_tables.current(desk.store, []).empty


def test_more_garments_than_fit_into_one_statement_are_read_in_parts(desk, monkeypatch):
    monkeypatch.setattr(verdict_lines, "_AT_ONCE", 7)
    lines = desk.say("cannot-tell", *(desk.subject(position, seen=0) for position in range(30)))
    assert len(verdict_tables.current(desk.store, desk.keys["test"])) == len(lines) == 30
    assert len(verdict_tables.views(desk.store, desk.keys["test"], who="Ada")) == 30


def test_corrections_are_those_of_the_training_garments_that_all_agree_on(desk):
    desk.say("label-wrong", desk.subject(9, split="train"), desk.subject(3, split="train"), category="Bag")
    desk.say("label-wrong", desk.subject(4, split="train"), category=other_than(desk, 4), who="Grace")
    desk.say("cannot-tell", desk.subject(5, split="train"), who="Tim")
    desk.say("model-wrong", desk.subject(6, split="train"), who="Una")
    desk.say("label-wrong", desk.subject(7, split="train"), category=other_than(desk, 7))
    desk.say("cannot-tell", desk.subject(7, split="train"), who="Zoe")
    desk.say("cannot-tell", desk.subject(1, split="validation"), who="Vic")
    found = corrections.corrections(desk.store, desk.garments)
    assert found.positions.tolist() == [3, 4, 9]
    names = [desk.garments.class_names[label] for label in found.labels]
    assert names == ["Bag", other_than(desk, 4), "Bag"]
    assert found.unclear_positions.tolist() == [5]
    assert found.people == ("Ada", "Grace", "Tim")
    assert len(found) == 3


def other_than(desk, position):
    train = desk.garments.train
    return train.class_names[(train.labels[position] + 1) % len(train.class_names)]


def test_the_digest_is_that_of_the_exact_set_and_of_nothing_else(desk):
    empty = corrections.corrections(desk.store, desk.garments).digest
    desk.say("label-wrong", desk.subject(3, split="train"), category="Bag", request_id="first")
    one = corrections.corrections(desk.store, desk.garments).digest
    desk.say("label-wrong", desk.subject(3, split="train"), category="Bag", who="Grace")
    desk.say("model-wrong", desk.subject(0), who="Grace")
    assert corrections.corrections(desk.store, desk.garments).digest == one
    desk.say("label-wrong", desk.subject(9, split="train"), category="Bag", request_id="more")
    two = corrections.corrections(desk.store, desk.garments).digest
    assert len({empty, one, two}) == 3
    desk.undo("more")
    assert corrections.corrections(desk.store, desk.garments).digest == one


def test_test_garments_are_never_learned_from(desk):
    desk.say("label-wrong", desk.subject(1), desk.subject(4), category="Bag")
    assert len(corrections.corrections(desk.store, desk.garments)) == 0
    # The same garments as the training split of another catalogue: they were said of as test garments.
    turned = cut("sample", desk.garments.test, worlds.garments(9, seed=5), validation_share=0, validation_seed=0)
    assert len(corrections.corrections(desk.store, turned)) == 0


def test_the_twin_of_a_test_garment_is_never_learned_from(desk):
    desk.say("label-wrong", desk.subject(3, split="train"), desk.subject(9, split="train"), category="Bag")
    images, labels = desk.garments.test.images.copy(), desk.garments.test.labels
    images[0] = desk.garments.train.images[3]
    test = CatalogueSplit(images=images, labels=labels, class_names=desk.garments.class_names)
    leaking = cut("sample", desk.garments.train, test, validation_share=0, validation_seed=0)
    assert corrections.corrections(desk.store, leaking).positions.tolist() == [9]


def test_lost_and_torn_verdicts_are_found(desk):
    desk.say("cannot-tell", desk.subject(0), desk.subject(1))
    desk.say("model-wrong", desk.subject(0))
    with unguarded(desk.store, "verdicts") as connection:
        connection.exec_driver_sql("DELETE FROM verdicts WHERE number = 1")
    found = doctor.breaches(desk.store)
    assert [breach[:2] for breach in found] == ["I6", "I6", "I7"]
    assert found[0] == "I6: the verdicts are numbered up to 3, but 2 are stored."
    assert found[2] == "I7: verdict 3 followed verdict 1 of its garment, but 0 is there."


def test_a_state_that_is_not_what_was_said_last_is_found(desk, monkeypatch):
    desk.say("cannot-tell", desk.subject(0))
    table = verdict_tables.current(desk.store)
    desk.say("model-wrong", desk.subject(0))
    monkeypatch.setattr(verdict_tables, "current", lambda store: table)
    assert doctor.breaches(desk.store) == ["I7: what people say today is not what they said last."]
