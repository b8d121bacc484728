import csv
import io

import pytest
import sqlalchemy as sa

from core.store.base import audit, database, schema
from core.store.team import team
from tests.core.store.test_names_of_reviewers import APART, WRITTEN
from tests.support import worlds


def fill(store):
    worlds.publish(store)
    team.choose_target(store, 0.9, who="Grace")
    team.choose_target(store, 0.8, who="Ada")
    team.write_pair_rule(store, "Shirt", "Coat", "=A coat has a lining.", who="Grace")


def test_whatever_changes_for_everybody_stands_in_the_log_newest_first(store):
    fill(store)
    found = audit.entries(store)
    assert [(line.sequence, line.who, line.action, line.subject) for line in found] == [
        (5, "Grace", "pair-rule", "Coat / Shirt"),
        (4, "Ada", "target", "target"),
        (3, "Grace", "target", "target"),
        (2, "Ada", "promote", "version 1"),
        (1, "Ada", "publish", "version 1"),
    ]
    assert [(line.before, line.after) for line in found[:3]] == [
        (None, "=A coat has a lining."),
        (0.9, 0.8),
        (None, 0.9),
    ]
    assert (found[3].before, found[3].after, found[3].note) == (None, {"live": 1}, "The first version.")
    assert found[4].after["recipe"] == "quick"
    assert found[0].at.tzinfo is not None


@pytest.mark.parametrize(
    ("filters", "sequences"),
    [
        ({"who": "Grace"}, [5, 3]),
        ({"action": "target"}, [4, 3]),
        ({"subject": "version 1"}, [2, 1]),
        ({"who": "Ada", "action": "target"}, [4]),
        ({"limit": 2}, [5, 4]),
        ({"limit": 0}, []),
        ({"who": "nobody"}, []),
        ({"who": "' OR 1=1 --"}, []),
    ],
)
def test_the_log_is_filtered(store, filters, sequences):
    fill(store)
    assert [line.sequence for line in audit.entries(store, **filters)] == sequences


def test_everybody_in_the_log_can_be_chosen(store):
    fill(store)
    assert audit.everybody(store) == ["Ada", "Grace"]


@pytest.mark.parametrize(("kept", "other"), WRITTEN)
def test_a_name_that_was_stored_in_two_ways_is_one_person_of_the_log(store, kept, other):
    fill(store)
    with database.write(store.engine) as connection:
        audit.record(connection, who=other, action="target", subject="target", after=0.7)
        assert connection.scalar(sa.select(schema.log.c.who).order_by(schema.log.c.sequence.desc())) == kept
        row = dict(connection.execute(sa.select(schema.log).where(schema.log.c.sequence == 6)).mappings().one())
        connection.execute(sa.insert(schema.log), row | {"sequence": 7, "who": other})  # as it was stored before
    assert audit.everybody(store) == sorted(["Ada", "Grace", kept])
    for who in (kept, other):
        assert [(line.sequence, line.who) for line in audit.entries(store, who=who)] == [(7, kept), (6, kept)]
        assert [line.sequence for line in audit.entries(store, who=who, limit=1)] == [7]
    assert audit.entries(store)[0].who == kept


@pytest.mark.parametrize(("one", "other"), APART)
def test_names_that_look_different_are_two_people_of_the_log(store, one, other):
    with database.write(store.engine) as connection:
        for who in (one, other):
            audit.record(connection, who=who, action="target", subject="target")
    assert audit.everybody(store) == sorted([one, other])
    assert [line.who for line in audit.entries(store, who=other)] == [other]


def test_what_fails_leaves_no_line(store):
    with pytest.raises(RuntimeError), database.write(store.engine) as connection:
        audit.record(connection, who="Ada", action="target", subject="target", after=0.9)
        raise RuntimeError
    assert audit.entries(store) == []


def test_the_csv_holds_every_line_and_starts_no_formula(store):
    fill(store)
    rows = list(csv.DictReader(io.StringIO(audit.as_csv(audit.entries(store)).decode("utf-8-sig"))))
    assert tuple(rows[0]) == audit.COLUMNS
    assert [row["sequence"] for row in rows] == ["5", "4", "3", "2", "1"]
    assert (rows[0]["before"], rows[0]["after"]) == ("", "'=A coat has a lining.")
    assert (rows[1]["before"], rows[1]["after"], rows[3]["after"]) == ("0.9", "0.8", '{"live": 1}')
    assert rows[1]["at"].endswith("+00:00")
