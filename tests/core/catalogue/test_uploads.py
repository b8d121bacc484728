"""Files that were dropped on the page become a folder; names that lead elsewhere become none."""

import io
import os
import time
import zipfile

import pytest

from core import errors
from core.catalogue import kept
from core.catalogue.own import adding, layouts, uploads
from core.catalogue.own.records import Choices
from tests.support import own_photos


def packed(files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def relative(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_files_and_what_is_in_zips_lie_where_their_names_say(tmp_path):
    drop = [
        ("a.jpg", b"1"),
        ("list.csv", b"image,category"),
        ("more.zip", packed({"dress/b.jpg": b"2", "c.jpg": b"3"})),
    ]
    folder, left_out = uploads.stage(tmp_path, drop, max_mb=20, most=10)
    assert relative(folder) == {"a.jpg": b"1", "list.csv": b"image,category", "dress/b.jpg": b"2", "c.jpg": b"3"}
    assert left_out == []


@pytest.mark.parametrize("name", ["../a.jpg", "/etc/a.jpg", "C:\\a.jpg", "x/../../a.jpg", "..", "a" * 300 + ".jpg"])
def test_a_name_that_leads_elsewhere_is_left_out_and_told(tmp_path, name):
    for drop in ([(name, b"1"), ("b.jpg", b"2")], [("z.zip", packed({name: b"1", "b.jpg": b"2"}))]):
        folder, left_out = uploads.stage(tmp_path / "home", drop, max_mb=20, most=10)
        assert relative(folder) == {"b.jpg": b"2"}
        assert len(left_out) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"home"}


def test_two_files_of_one_name_are_not_one_and_too_many_leave_nothing(tmp_path):
    folder, left_out = uploads.stage(tmp_path, [("a.jpg", b"1"), ("a.jpg", b"2")], max_mb=20, most=10)
    assert relative(folder) == {"a.jpg": b"1"}
    assert left_out == ["a.jpg: Another file of that name was dropped as well."]
    with pytest.raises(errors.CatalogueError, match=r"More than 2 files were dropped"):
        uploads.stage(tmp_path, [(f"{number}.jpg", b"1") for number in range(3)], max_mb=20, most=2)
    assert list((tmp_path / "uploads" / "waiting").iterdir()) == [folder]


def test_a_second_drop_adds_to_the_first_and_replaces_what_has_its_name(tmp_path):
    for drop in ([("a.jpg", b"1"), ("b.jpg", b"2")], [("b.jpg", b"3"), ("c.jpg", b"4")]):
        staged, _ = uploads.stage(tmp_path, drop, max_mb=20, most=10)
        target = uploads.take_over(tmp_path, staged, "shop")
    assert relative(target) == {"a.jpg": b"1", "b.jpg": b"3", "c.jpg": b"4"}
    assert not staged.exists()
    with pytest.raises(errors.CatalogueError, match="no longer there"):
        uploads.take_over(tmp_path, staged, "shop")
    with pytest.raises(errors.CatalogueError, match="no longer there"):
        uploads.take_over(tmp_path, tmp_path, "shop")


def test_what_nobody_brought_in_is_taken_away_after_a_day(tmp_path):
    staged, _ = uploads.stage(tmp_path, [("a.jpg", b"1")], max_mb=20, most=10)
    uploads.stage(tmp_path, [("a.jpg", b"1")], max_mb=20, most=10)
    assert staged.exists()
    old = time.time() - uploads.KEPT_SECONDS - 1
    os.utime(staged, (old, old))
    uploads.stage(tmp_path, [("a.jpg", b"1")], max_mb=20, most=10)
    assert not staged.exists()


def test_a_zip_with_everything_in_one_folder_is_recognised_and_goes_to_the_trash_with_its_catalogue(tmp_path):
    photos = {
        f"our photos/{category}/{number}.jpg": own_photos.photo(category, number)
        for category in own_photos.CATEGORIES
        for number in range(8)
    }
    staged, _ = uploads.stage(tmp_path, [("photos.zip", packed(photos))], max_mb=20, most=100)
    place = uploads.take_over(tmp_path, staged, "shop")
    layout = layouts.recognised(place)
    assert layout.categories == dict.fromkeys(own_photos.CATEGORIES, 8)
    adding.add(tmp_path, "shop", place, layout, Choices(), max_mb=20)
    trash = kept.remove(tmp_path, "shop")
    assert not place.exists()
    assert len(relative(trash / "uploads")) == len(photos)


def test_files_that_grow_too_large_out_of_their_zip_leave_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(uploads.sources, "BYTES_PER_MB", 1000)
    pieces = {f"{number}.jpg": os.urandom(900) for number in range(6)}
    with pytest.raises(errors.CatalogueError, match=r"The files have more than 4 MB together, out of their ZIPs"):
        uploads.stage(tmp_path, [("photos.zip", packed(pieces))], max_mb=1, most=10)
    assert list((tmp_path / "uploads" / "waiting").iterdir()) == []
