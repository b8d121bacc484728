"""What bringing in again changes is said before it, and what it changed after it: the same numbers."""

import shutil

import pytest

from core.catalogue.own import decisions, differences, layouts
from core.catalogue.own.records import Choices
from core.jobs import bringing_in
from core.store.team import photo_decisions
from tests.support import own_photos


def brought(store, folder, **choices):
    chosen = Choices(**choices)
    return bringing_in.bring_in(
        store, "shop", folder, layouts.recognised(folder, chosen), chosen, who="Ada", on_progress=lambda *told: None
    )


@pytest.mark.parametrize(
    ("now", "new", "changed", "gone", "num_same"),
    [
        ([("a", "1", "bag"), ("b", "2", "sock")], (), (), (), 2),
        ([("a", "1", "bag")], (), (), ("b",), 1),
        ([("a", "1", "bag"), ("b", "2", "sock"), ("c", "3", "sock")], ("c",), (), (), 2),
        ([("a", "9", "bag"), ("b", "2", "sock")], (), ("a",), (), 1),
        ([("a", "1", "sock"), ("b", "2", "sock")], (), ("a",), (), 1),
        ([("moved", "1", "bag"), ("b", "2", "sock")], (), (), (), 2),
        ([("moved", "1", "sock"), ("b", "2", "sock")], (), ("moved",), (), 1),
        ([("a", "", "bag"), ("c", "", "sock")], ("c",), (), ("b",), 1),
    ],
)
def test_photos_are_known_by_what_they_show_then_by_their_path(now, new, changed, gone, num_same):
    found = differences.between([("a", "1", "bag"), ("b", "2", "sock")], now)
    assert (found.new, found.changed, found.gone, found.num_same) == (new, changed, gone, num_same)
    assert found.is_complete == all(digest for _, digest, _ in now)
    assert found.is_empty == (not new + changed + gone)


def test_what_is_said_before_is_what_is_told_after(store, tmp_path, monkeypatch):
    folder = own_photos.shop(tmp_path / "shop")
    (folder / "bag" / "broken.jpg").write_bytes(b"no photo")
    told = brought(store, folder).sentence
    assert told == "36 photos of 3 categories, 36 new. 1 could not be used."
    layout = layouts.recognised(folder)
    assert bringing_in.changes_of(store, "shop", folder, layout).is_empty
    (folder / "bag" / "new.jpg").write_bytes(own_photos.photo("bag", 80))
    (folder / "bag" / "001.jpg").write_bytes(own_photos.photo("bag", 81))
    shutil.move(folder / "bag" / "002.jpg", folder / "sock" / "moved.jpg")
    (folder / "dress" / "003.jpg").unlink()
    layout = layouts.recognised(folder)
    found = bringing_in.changes_of(store, "shop", folder, layout)
    assert (found.new, found.changed, found.gone, found.num_same) == (
        ("bag/new.jpg",), ("bag/001.jpg", "sock/moved.jpg"), ("dress/003.jpg",), 33,
    )  # fmt: skip
    with monkeypatch.context() as patch:
        patch.setattr(differences, "MOST_MB", 0)
        some = bringing_in.changes_of(store, "shop", folder, layout)
        assert (some.new, some.is_complete) == (("bag/new.jpg", "sock/moved.jpg"), False)
    told = brought(store, folder).sentence
    assert told == "36 photos of 3 categories, 1 new, 2 changed, 1 no longer there. 1 could not be used."


def test_what_people_left_out_is_neither_gone_nor_unusable(store, tmp_path):
    folder = own_photos.shop(tmp_path / "shop")
    brought(store, folder)
    out = decisions.Decision(kind=decisions.LEAVE_OUT_CATEGORY, check="counts", category="sock")
    photo_decisions.decide(store, "shop", [out], who="Ada")
    assert bringing_in.changes_of(store, "shop", folder, layouts.recognised(folder)).is_empty
    assert brought(store, folder).sentence == "24 photos of 2 categories, 0 new. 12 stay left out, as people decided."


def test_what_lies_outside_the_folder_or_is_too_large_is_not_read(store, tmp_path):
    folder = own_photos.shop(tmp_path / "shop")
    outside = tmp_path / "secret.jpg"
    outside.write_bytes(own_photos.photo("bag", 1))
    (folder / "bag" / "000.jpg").unlink()
    (folder / "bag" / "000.jpg").symlink_to(outside)
    rows = list(layouts.recognised(folder).rows)
    listed = [*rows, rows[0].__class__(photo="bag/000.jpg", category="bag")]
    found = differences.of_place(folder, listed, {}, max_mb=20)
    assert len(found) == 35
    assert differences.of_place(folder, rows, {}, max_mb=0) == []
