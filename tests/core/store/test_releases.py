import pytest
from sqlalchemy.exc import IntegrityError

from core import errors
from core.store.base import audit, database
from core.store.batches import batch_tags, releases
from core.tagging import products
from tests.support import batch_world, worlds

REASON = "a new studio, all that I saw were right"


@pytest.fixture
def run(store):
    return worlds.publish(store)


@pytest.fixture
def batch(store, run):
    """Forty products of which ten are unlike anything learned, so that none leaves by the line."""
    found = batch_world.dropped(store, run, batch_world.new_photos(40))
    batch_tags.append(store, found, [
        batch_world.photo_tag(run, place, 0.99, place % 3, is_unlike=place < 10) for place in range(40)
    ])  # fmt: skip
    batch_world.confirm(store, run)
    return found


def release(store, batch, **more):
    values = {"reason": REASON, "num_checked": 20, "num_right": 20, "who": "Ada", **more}
    return releases.release(store, batch.number, **values)


def test_a_release_lets_the_sure_tags_leave_and_stands_in_the_log(store, run, batch):
    before = products.table(store, batch)
    assert (before["held_back"].sum(), before["by_line"].sum()) == (30, 0)
    assert (before["pile"] == "check").sum() == 30
    found = release(store, batch)
    assert releases.of_batch(store, batch.number) == found
    after = products.table(store, batch)
    assert (after["held_back"].sum(), after["by_line"].sum()) == (0, 30)
    assert products.why_held_back(store, batch), "why it was held back stays to be read"
    (entry,) = audit.entries(store, action="release-delivery")
    assert (entry.who, entry.note, entry.after) == ("Ada", REASON, {"num_checked": 20, "num_right": 20})


def test_a_second_release_changes_nothing(store, batch):
    first = release(store, batch)
    assert release(store, batch, who="Bo", reason="another reason altogether") == first
    assert len(audit.entries(store, action="release-delivery")) == 1


@pytest.mark.parametrize(
    ("more", "error", "message"),
    [
        ({"reason": "because"}, errors.ReasonMissing, "A reason is needed to let this delivery go"),
        ({"reason": "x" * 2001}, errors.ReasonMissing, "10 to 2,000 characters"),
        ({"who": " "}, errors.TaggingRefused, "This needs a name"),
    ],
)
def test_without_a_reason_or_a_name_nothing_is_let_go(store, batch, more, error, message):
    with pytest.raises(error, match=message):
        release(store, batch, **more)
    assert releases.of_batch(store, batch.number) is None


def test_a_batch_that_is_not_there_is_refused(store):
    with pytest.raises(errors.TaggingRefused, match="There is no batch 7"):
        releases.release(store, 7, reason=REASON, num_checked=20, num_right=20, who="Ada")


@pytest.mark.parametrize("statement", ["UPDATE batch_releases SET who = 'Bo'", "DELETE FROM batch_releases"])
def test_no_release_can_be_edited(store, batch, statement):
    release(store, batch)
    with pytest.raises(IntegrityError, match="cannot be changed"), database.write(store.engine) as connection:
        connection.exec_driver_sql(statement)


def test_the_sample_is_drawn_among_what_is_held_back_and_stays_the_same(store, batch):
    table = products.table(store, batch)
    first = products.sample(table)
    assert len(first) == products.NUM_SAMPLED == len(set(first))
    assert min(first) >= 10 and first != sorted(first)
    batch_world.decide(store, batch, first[:5], "accepted")
    assert products.sample(products.table(store, batch)) == first
    assert products.sample(table.assign(held_back=False)) == []
    assert len(products.sample(table.assign(sku="the same"))) == 1
