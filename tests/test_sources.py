"""The files that are to be tagged: found in folders and ZIPs, refused one by one where they are harmful."""

import csv
import io
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import errors, spreadsheet
from core.tagging import sandbox, sources
from tests import product_photos


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


@given(st.text(max_size=30))
def test_any_name_stands_on_one_line_and_comes_back(name):
    shown = sources.printable(name)
    lines = spreadsheet.as_lines([(shown, 1)])
    assert lines.count("\n") == 1
    row = next(csv.reader(io.StringIO(lines)))
    assert spreadsheet.original_cell(row[0]) == shown or shown.startswith("'")
    assert not row[0].startswith(("=", "+", "-", "@"))
