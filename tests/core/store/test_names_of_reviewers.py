"""One person is one reviewer, however their computer writes their name, also in lines that were stored before."""

import unicodedata

import pytest
import sqlalchemy as sa

from core import doctor, errors
from core.quality import review
from core.store.base import database, people, schema
from core.store.verdicts import verdict_csv, verdict_tables, verdicts
from tests.support.desk import Desk

WRITTEN = [
    ("Zoé", "Zoe\u0301"),
    ("Åse", "\u212bse"),
    ("김민지", unicodedata.normalize("NFD", "김민지")),
    ("Nguyễn Thị", unicodedata.normalize("NFD", "Nguyễn Thị")),
    ("Ada Lovelace", "  Ada   Lovelace "),
]
"""As it is kept, and as another computer writes it."""
APART = [("Ada", "ada"), ("Zoé", "Zoe"), ("\ufb01nn", "finn"), ("Strauß", "Strauss")]


@pytest.fixture
def desk(store):
    return Desk(store)


def say(desk, who, kind, position=0):
    subject = desk.subject(position, seen=desk.view(position).seen)
    category = subject.predicted if kind == "label-wrong" else None
    request_id = f"request {len(verdict_tables.history(desk.store))}"
    verdicts.save(desk.store, [subject], run_id=desk.run.id, kind=kind, category=category, who=who,
                  request_id=request_id)  # fmt: skip
    return request_id


def as_stored_before(desk, who):
    """The last line carries that name, as the program wrote it before it looked at how names are written."""
    newest = verdict_tables.newest_number(desk.store)
    with database.write(desk.store.engine) as connection:
        row = dict(connection.execute(sa.select(schema.verdicts).order_by(schema.verdicts.c.number.desc())).mappings()
                   .first())  # fmt: skip
        row |= {"number": newest + 1, "who": who, "entered_by": who, "request_id": "before", "seen": newest}
        connection.execute(sa.insert(schema.verdicts), row)


@pytest.mark.parametrize(("kept", "other"), WRITTEN)
def test_a_name_is_kept_in_one_way(desk, kept, other):
    say(desk, other, "model-wrong")
    assert [line.who for line in verdict_tables.standing(desk.store)] == [kept]
    with database.read(desk.store.engine) as connection:
        assert connection.scalar(sa.select(schema.verdicts.c.who)) == kept


@pytest.mark.parametrize(("kept", "other"), WRITTEN)
def test_what_was_stored_in_another_way_is_the_same_persons(desk, kept, other):
    say(desk, "Grace", "model-wrong")
    as_stored_before(desk, other)
    last = say(desk, kept, "cannot-tell")
    table = verdict_tables.current(desk.store)
    assert table[["who", "kind"]].to_numpy().tolist() == [["Grace", "model-wrong"], [kept, "cannot-tell"]]
    (state,) = review.garment_states(table).to_dict("records")
    assert (state["state"], state["num_people"]) == (review.DISAGREEMENT, 2)
    assert len(review.shown_to(table, kept)) == 2
    for name in (kept, other):
        view = desk.view(0, who=name)
        assert (view.mine.kind, view.mine.who, len(view.others)) == ("cannot-tell", kept, 1)
    assert len(verdict_tables.since(desk.store, 1)) == 1
    verdicts.undo(desk.store, last, who=other, request_id="undo")
    assert desk.view(0, who=kept).mine.kind == "model-wrong", "what they had said under the other name holds again"
    verdicts.withdraw(desk.store, [desk.subject(0).garment], who=other, request_id="back")
    assert desk.view(0, who=kept).mine is None
    assert doctor.breaches(desk.store) == []


@pytest.mark.parametrize(("one", "other"), APART)
def test_names_that_look_different_are_two_people(desk, one, other):
    say(desk, one, "model-wrong")
    say(desk, other, "model-wrong")
    assert [line.who for line in verdict_tables.standing(desk.store)] == [other, one]
    (state,) = review.garment_states(verdict_tables.current(desk.store)).to_dict("records")
    assert (state["state"], state["num_people"]) == ("model-wrong", 2)


@pytest.mark.parametrize(("kept", "other"), WRITTEN)
def test_a_file_with_the_name_written_otherwise_is_no_second_opinion(desk, kept, other):
    train = desk.subject(2, split="train", predicted=None, confidence=None)
    desk.say("cannot-tell", train, who=kept)
    content = verdict_csv.to_csv(verdict_tables.history(desk.store)).replace(kept, other)
    again = verdict_csv.from_csv(desk.store, content, entered_by="Grace")
    assert again == verdict_csv.Imported(num_stored=0, num_known=1)
    new = f"run,split,position,kind,category,who\n{desk.run.id},train,2,cannot-tell,,{other}\n"
    assert verdict_csv.from_csv(desk.store, new, entered_by="Grace").num_stored == 1
    assert [line.who for line in verdict_tables.standing(desk.store)] == [kept]


@pytest.mark.parametrize("name", ["", "   ", "Ada\nLovelace", "x" * 201])
def test_what_is_no_name_is_refused(desk, name):
    with pytest.raises(errors.VerdictRefused):
        say(desk, name, "model-wrong")
    assert people.person("  a \u0301 ") == "a \u0301"
