"""Photos of one product in a batch: what they say together, in the table and for a decision."""

import dataclasses

import pytest

from core import errors
from core.store.base import database
from core.store.batches import batch_tags, several_photos, tag_decisions
from core.store.runs import runs
from core.tagging import piles, products
from tests.support import batch_world


@pytest.fixture
def run(published_store):
    return runs.find(published_store, "live")


def of_one_product(store, run, said, **more):
    """A batch whose photos all have one SKU; `said` gives confidence, number of the class and fields of each."""
    photos = [dataclasses.replace(photo, sku=" S1 " if n else "S1")
              for n, photo in enumerate(batch_world.new_photos(len(said)))]  # fmt: skip
    batch = batch_world.dropped(store, run, photos)
    tags = [batch_world.photo_tag(run, n, share, number, **fields) for n, (share, number, fields) in enumerate(said)]
    batch_tags.append(store, batch, tags)
    return batch


def test_photos_that_agree_give_the_mean_of_their_probabilities(published_store, run):
    batch = of_one_product(published_store, run, [(0.99, 2, {}), (0.85, 2, {}), (0.95, 2, {})])
    table = products.table(published_store, batch)
    assert table["tag"].tolist() == [run.class_names[2]] * 3
    assert table["confidence"].to_list() == pytest.approx([0.93] * 3)
    assert table["pile"].tolist() == [piles.READY] * 3, "0.93 is above the line, though 0.85 alone is not"
    assert table["guesses"][0][1] == (run.class_names[3], pytest.approx(0.07))


def test_photos_that_disagree_are_for_a_person(published_store, run):
    batch = of_one_product(published_store, run, [(0.999, 2, {}), (0.999, 2, {}), (0.55, 4, {})])
    table = products.table(published_store, batch)
    assert table["pile"].tolist() == [piles.CHECK] * 3
    named = ", ".join(sorted((run.class_names[2], run.class_names[4])))
    assert table["findings"][0] == (f"The 3 photos of this product say different things: {named}.",)
    assert table["tag"][2] == run.class_names[2]


def test_a_photo_that_is_unlike_or_faint_has_no_vote_where_others_have_one(published_store, run):
    unlike, faint = {"is_unlike": True}, {"needs_look": True, "findings": ("It is faint.",)}
    batch = of_one_product(published_store, run, [(0.99, 2, {}), (0.6, 4, unlike), (0.6, 5, faint)])
    table = products.table(published_store, batch)
    assert table["pile"].tolist() == [piles.READY] * 3
    assert table["confidence"].to_list() == pytest.approx([0.99] * 3)
    assert table["findings"].tolist() == [(), (), ("It is faint.",)]
    only_faint = of_one_product(published_store, run, [(0.99, 2, faint), (0.98, 4, unlike)])
    assert products.table(published_store, only_faint)["pile"].tolist() == [piles.CHECK] * 2
    all_unlike = of_one_product(published_store, run, [(0.99, 2, unlike), (0.98, 2, unlike)])
    assert products.table(published_store, all_unlike)["pile"].tolist() == [piles.NOT_OURS] * 2


def test_photos_without_a_sku_and_unreadable_ones_stand_alone(published_store, run):
    batch = batch_world.dropped(published_store, run, batch_world.new_photos(2, sku=" "))
    tags = [batch_world.photo_tag(run, 0, 0.95, 1), batch_world.photo_tag(run, 1, 0.95, 3)]
    batch_tags.append(published_store, batch, tags)
    table = products.table(published_store, batch)
    assert table["tag"].tolist() == [run.class_names[1], run.class_names[3]]
    nothing = {"picture": None, "guesses": (), "findings": ("It is damaged.",), "strangeness": None}
    mixed = of_one_product(published_store, run, [(0.95, 1, {}), (0.0, 0, nothing)])
    table = products.table(published_store, mixed)
    assert table["pile"].tolist() == [piles.READY, piles.UNREADABLE]
    assert table["findings"].tolist() == [(), ("It is damaged.",)]


def test_to_accept_a_photo_is_to_accept_what_its_product_is_called(published_store, run):
    store = published_store
    batch = of_one_product(store, run, [(0.98, 2, {}), (0.51, 4, {})])
    assert products.table(store, batch)["tag"][1] == run.class_names[2]
    (line,) = batch_world.decide(store, batch, [1], tag_decisions.ACCEPTED)
    assert line.category == run.class_names[2]
    unlike = of_one_product(store, run, [(0.98, 2, {"is_unlike": True}), (0.9, 4, {"is_unlike": True})])
    with pytest.raises(errors.TaggingRefused, match=r"Product 1 has no tag to accept"):
        batch_world.decide(store, unlike, [0], tag_decisions.ACCEPTED)


def test_what_holds_for_some_positions_is_what_the_table_says(published_store, run):
    store = published_store
    batch = of_one_product(store, run, [(0.9, 2, {}), (0.8, 2, {}), (0.7, 5, {})])
    table = products.table(store, batch)
    with database.read(store.engine) as connection:
        found = several_photos.of_positions(connection, batch, [2])
    assert list(found) == [2]
    assert found[2].guesses[0] == (table["guess"][2], pytest.approx(table["confidence"][2]))
