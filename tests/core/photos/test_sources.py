"""The files that are to be tagged: found in folders and ZIPs, refused one by one where they are harmful."""

import csv
import errno
import io
import os
import struct
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import errors
from core.photos import sandbox, sources
from core.retail import spreadsheet
from tests.support import product_photos


def zip_file(path, entries, **options):
    with zipfile.ZipFile(path, "w", **options) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def read_all(paths, **options):
    found = {}
    for source in sources.found(paths, max_mb=20, **options):
        try:
            found[source.name] = source.read()
        except errors.PhotoRefused as error:
            found[source.name] = error
    return found


def test_names_in_a_zip_lead_nowhere(tmp_path):
    good = product_photos.photo(np.full((28, 28), 200, dtype=np.uint8), side=60)
    names = ["../up.jpg", "/root.jpg", "a/../../b.jpg", "..\\up.jpg", "C:\\x.jpg", "\\\\server\\share.jpg"]
    path = zip_file(tmp_path / "a.zip", {**dict.fromkeys(names, good), "fine/a.jpg": good, "b\n=1.jpg": good})
    found = read_all([path])
    refused = [name for name, content in found.items() if isinstance(content, errors.PhotoRefused)]
    assert len(refused) == len(names)
    assert all(str(found[name]) == "Its name in the ZIP leads outside of the ZIP." for name in refused)
    assert {name.removeprefix(f"{path}/") for name in set(found) - set(refused)} == {"fine/a.jpg", "b\\n=1.jpg"}
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.zip"]


def test_files_of_the_system_are_skipped_whichever_slashes_a_zip_has(tmp_path):
    good = product_photos.photo(np.full((28, 28), 200, dtype=np.uint8), side=60)
    names = ["__MACOSX/._a.jpg", "__MACOSX\\._a.jpg", "new\\.b.jpg", "new/.b.jpg", "new\\Thumbs.db"]
    path = zip_file(tmp_path / "a.zip", {**dict.fromkeys(names, good), "new\\a.jpg": good, "..\\y.png": good})
    found = read_all([path])
    assert [name.removeprefix(f"{path}/") for name in found] == ["new\\a.jpg", "..\\y.png"]
    assert str(found[f"{path}/..\\y.png"]) == "Its name in the ZIP leads outside of the ZIP."


PHOTO = product_photos.photo(np.full((28, 28), 200, dtype=np.uint8), side=60)


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("./a.jpg", "a.jpg"),
        ("./new/a.jpg", "new/a.jpg"),
        ("././a.jpg", "a.jpg"),
        (".\\new\\a.jpg", "new\\a.jpg"),
        ("AW26:27/a.jpg", "AW26:27/a.jpg"),
        ("size 38:40.jpg", "size 38:40.jpg"),
        ("new/C:/a.jpg", "new/C:/a.jpg"),
    ],
)
def test_a_name_in_a_zip_is_a_name_however_it_begins(tmp_path, written, named):
    path = zip_file(tmp_path / "a.zip", {written: PHOTO})
    assert read_all([path]) == {f"{path}/{named}": PHOTO}


@pytest.mark.parametrize("name", ["C:/a.jpg", "c:a.jpg", "./../a.jpg", ".//root.jpg", ".\\..\\a.jpg"])
def test_a_name_that_leads_outside_does_so_behind_a_dot_as_well(tmp_path, name):
    path = zip_file(tmp_path / "a.zip", {name: PHOTO})
    [refused] = read_all([path]).values()
    assert str(refused) == "Its name in the ZIP leads outside of the ZIP."


ADDED = [
    "__MACOSX/._a.jpg", "Thumbs.db", "new/thumbs.DB", "Desktop.ini", "new/desktop.ini", ".DS_Store", "new/._a.jpg",
    "@eaDir/a.jpg/SYNOPHOTO_THUMB_M.jpg", "new/@eaDir/a.jpg", ".thumbnails/1.jpg", "new/.thumbnails/1.jpg",
    ".hidden/new/a.jpg", "#recycle/a.jpg", "$RECYCLE.BIN/a.jpg", "new/ehthumbs.db",
]  # fmt: skip


@pytest.mark.parametrize("how", ["folder", "zip", "zip with dots", "zip with backslashes"])
def test_what_systems_add_is_passed_over_alike_in_folders_and_zips_and_counted(tmp_path, how):
    names = [*ADDED, "new/a.jpg", "b.jpg"]
    if how == "folder":
        path = tmp_path / "photos"
        for name in names:
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(PHOTO)
    else:
        turned = [name.replace("/", "\\") if how == "zip with backslashes" else name for name in names]
        start = "./" if how == "zip with dots" else ""
        path = zip_file(tmp_path / "a.zip", {f"{start}{name}": PHOTO for name in turned})
    skipped = sources.Skipped()
    found = [source.name.replace("\\", "/") for source in sources.found([path], max_mb=20, skipped=skipped)]
    assert sorted(name.removeprefix(f"{path}/") for name in found) == ["b.jpg", "new/a.jpg"]
    assert skipped.num == len(ADDED)


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ({}, "There is no photo in the ZIP."),
        ({"new/": b""}, "There is no photo in the ZIP."),
        ({"__MACOSX/._a.jpg": b"a", "Thumbs.db": b"a"}, "There is no photo in the ZIP; what is in it (2 files)"),
    ],
)
def test_a_zip_with_nothing_in_it_is_named(tmp_path, entries, message):
    path = zip_file(tmp_path / "a.zip", entries)
    [(name, refused)] = read_all([path]).items()
    assert name == str(path) and str(refused).startswith(message)


def flagless(names):
    """A ZIP whose names are in UTF-8 without the bit that says so, as several programs write."""
    content = product_photos.zipped(
        **{f"n{place}".ljust(len(name.encode()), "x"): PHOTO for place, name in enumerate(names)}
    )
    for place, name in enumerate(names):
        content = content.replace(f"n{place}".ljust(len(name.encode()), "x").encode(), name.encode())
    return content


@pytest.mark.parametrize(
    "name", ["chemise été.jpg", "chemise e\u0301te\u0301.jpg", "größe 38.jpg", "シャツ.jpg", "plain.jpg"]
)
def test_a_name_in_utf_8_is_read_as_such_without_a_flag(name):
    found = [source.name for source in sources.of_zip("a.zip", io.BytesIO(flagless([name])), max_mb=20)]
    assert found == [f"a.zip/{name}"]


@pytest.mark.parametrize("name", ["größe.jpg", "été.jpg", "niño.jpg"])
def test_a_name_in_the_letters_of_the_first_pcs_is_read_as_such(name):
    plain = f"n{'x' * (len(name) - 1)}"
    content = product_photos.zipped(**{plain: PHOTO}).replace(plain.encode(), name.encode("cp437"))
    assert [source.name for source in sources.of_zip("a.zip", io.BytesIO(content), max_mb=20)] == [f"a.zip/{name}"]


@pytest.mark.parametrize("name", ["été.jpg", "größe 38.jpg", "шорты.jpg"])
def test_the_name_of_info_zip_comes_before_the_plain_one(name):
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        entry = zipfile.ZipInfo("plain.jpg")
        field = b"\1" + struct.pack("<I", 7) + name.encode()
        entry.extra = struct.pack("<HHI", 0x000A, 4, 0) + struct.pack("<HH", 0x7075, len(field)) + field
        archive.writestr(entry, PHOTO)
    found = [source.name for source in sources.of_zip("a.zip", io.BytesIO(output.getvalue()), max_mb=20)]
    assert found == [f"a.zip/{name}"]


def test_a_zip_cannot_fill_the_memory(tmp_path):
    zeros = {"zeros.png": b"\0" * 19_000_000, "huge.png": b"\0" * 21_000_000}
    inner = product_photos.zipped(a=b"a")
    path = zip_file(tmp_path / "a.zip", {**zeros, "in.zip": inner}, compression=zipfile.ZIP_DEFLATED)
    found = read_all([path])
    assert "grows far more" in str(found[f"{path}/zeros.png"])
    assert "It has 21.0 MB; at most 20 MB are read." in str(found[f"{path}/huge.png"])
    assert found[f"{path}/in.zip"] == inner  # read as it is, and refused as no photo
    with sandbox.Sandbox(num_processes=1) as decoders, pytest.raises(errors.PhotoRefused, match="a ZIP by its content"):
        decoders.decode(inner, (28, 28))


def test_a_zip_by_another_method_is_refused_whatever_it_says_of_its_size(tmp_path):
    for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        zeros = zip_file(tmp_path / "zeros.zip", {"a": b"\0" * 50_000_000}, compression=method)
        content = bytearray(zeros.read_bytes())
        directory = content.index(b"PK\1\2")
        for place in (22, directory + 24):
            content[place : place + 4] = struct.pack("<I", 1000)  # instead of what it becomes
        zeros.write_bytes(content)
        tracemalloc.start()
        found = read_all([zeros])
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert str(found[f"{zeros}/a"]).startswith("It is compressed in the ZIP by another method")
        assert peak < 1_000_000
        damaged = zip_file(tmp_path / "damaged.zip", {"a": bytes(range(256)) * 9}, compression=method)
        content = damaged.read_bytes()
        damaged.write_bytes(content[:60] + b"\xff" * 20 + content[80:])
        assert isinstance(read_all([damaged])[f"{damaged}/a"], errors.PhotoRefused)


def test_damaged_zips_are_one_refusal_each(tmp_path):
    good = (zip_file(tmp_path / "good.zip", {"a.jpg": b"x" * 5000, "b.jpg": b"y"})).read_bytes()
    (tmp_path / "none.zip").write_bytes(b"no zip")
    (tmp_path / "half.zip").write_bytes(good[: len(good) // 2])
    (tmp_path / "broken.zip").write_bytes(good.replace(b"x" * 100, b"z" * 100, 1))
    assert [str(error) for error in read_all([tmp_path / "none.zip", tmp_path / "half.zip"]).values()] == [
        "The ZIP is damaged or cut short."
    ] * 2
    found = read_all([tmp_path / "broken.zip"])
    assert str(found[f"{tmp_path / 'broken.zip'}/a.jpg"]) == "It is damaged in the ZIP."
    assert found[f"{tmp_path / 'broken.zip'}/b.jpg"] == b"y"


def test_files_that_are_too_large_or_no_files_are_refused_unread(tmp_path):
    with (tmp_path / "zeros.png").open("wb") as file:
        file.truncate(10_000_000_000)
    (tmp_path / ".hidden.png").write_bytes(b"x")
    (tmp_path / "tags.csv").write_bytes(b"x")
    found = read_all([tmp_path], without=tmp_path / "tags.csv")
    assert [str(error) for error in found.values()] == ["It has 10,000.0 MB; at most 20 MB are read."]


def test_links_that_lead_nowhere_and_pipes_named_as_zips_are_refused_one_by_one(tmp_path):
    if os.name == "nt":  # neither is there
        return
    (tmp_path / "gone.jpg").symlink_to("nowhere")
    (tmp_path / "loop.jpg").symlink_to("loop.jpg")
    (tmp_path / "gone.zip").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe.zip")
    (tmp_path / "tags.csv").write_bytes(b"x")
    found = read_all([tmp_path], without=tmp_path / "tags.csv")
    assert {name.rpartition("/")[2]: str(error) for name, error in found.items()} == {
        "gone.jpg": "It cannot be read (No such file or directory).",
        "gone.zip": "It cannot be read (No such file or directory).",
        "loop.jpg": "It cannot be read (Too many levels of symbolic links).",
        "pipe.zip": "It is no ordinary file.",
    }


def test_what_may_not_be_opened_is_named(tmp_path, monkeypatch):
    for name in ("closed", "folder.zip", "open"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.jpg").write_bytes(b"x")
    zip_file(tmp_path / "locked.zip", {"a.jpg": b"x"})
    scandir, opened = os.scandir, zipfile.ZipFile

    def refuse(kind, names):  # permissions do not hold for everybody who may run these tests
        def call(path, *arguments):
            if Path(path).name in names:
                raise PermissionError(errno.EACCES, "Permission denied", str(path))
            return kind(path, *arguments)

        return call

    monkeypatch.setattr(os, "scandir", refuse(scandir, ("closed", "folder.zip")))
    monkeypatch.setattr(zipfile, "ZipFile", refuse(opened, ("locked.zip",)))
    found = {name.removeprefix(f"{tmp_path}/"): str(content) for name, content in read_all([tmp_path]).items()}
    closed = "The folder cannot be opened, so nothing in it was looked at."
    assert found == {
        "open/a.jpg": "b'x'", "locked.zip": "It cannot be read (Permission denied).",
        "closed": closed, "folder.zip": closed,
    }  # fmt: skip


@pytest.mark.parametrize("path", ["gone", "tags.csv/a.jpg", "a" * 300])
def test_a_path_that_leads_nowhere_is_one_sentence(tmp_path, path):
    (tmp_path / "tags.csv").write_bytes(b"x")
    with pytest.raises(errors.TaggingRefused, match=r"There is no file or folder|\(File name too long\)"):
        sources.found([tmp_path / path], max_mb=20)


@given(st.text(max_size=30))
def test_any_name_stands_on_one_line_and_comes_back(name):
    shown = sources.printable(name)
    lines = spreadsheet.as_lines([(shown, 1)])
    assert lines.count("\n") == 1
    row = next(csv.reader(io.StringIO(lines)))
    assert spreadsheet.original_cell(row[0]) == shown or shown.startswith("'")
    assert not row[0].startswith(("=", "+", "-", "@"))
