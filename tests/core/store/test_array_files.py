"""Arrays written piece by piece: byte for byte what safetensors writes, also of arrays that lie on the disk."""

import itertools

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from core.store.runs import array_files

KINDS = (np.uint8, np.int32, np.int64, np.float16, np.float32, np.float64)


@pytest.mark.parametrize(("first", "second"), list(itertools.product(KINDS, KINDS)))
def test_the_file_is_that_of_safetensors(tmp_path, first, second):
    arrays = {
        "names": np.arange(6, dtype=first).reshape(2, 3),
        "größe": np.arange(3, dtype=second),
        "nothing": np.zeros((0, 4), dtype=first),
        "a": np.arange(24, dtype=second).reshape(2, 3, 4)[:, ::2],
    }
    save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, tmp_path / "expected")
    array_files.save(arrays, tmp_path / "found")
    assert (tmp_path / "found").read_bytes() == (tmp_path / "expected").read_bytes()


def test_an_array_on_the_disk_is_copied_in_pieces(tmp_path, monkeypatch):
    monkeypatch.setattr(array_files, "_PIECE_BYTES", 100)
    expected = np.random.default_rng(0).integers(0, 256, (50, 7, 3), dtype=np.uint8)
    np.save(tmp_path / "pictures.npy", expected)
    on_disk = np.load(tmp_path / "pictures.npy", mmap_mode="r")[10:45]
    assert len(array_files._pieces(on_disk)) == 9
    array_files.save({"pictures": on_disk}, tmp_path / "found")
    np.testing.assert_array_equal(load_file(tmp_path / "found")["pictures"], expected[10:45])


def test_arrays_are_read_where_they_are_looked_at_and_cannot_be_written_to(tmp_path):
    arrays = {
        "pictures": np.arange(5 * 6, dtype=np.uint8).reshape(5, 2, 3), "labels": np.arange(5, dtype=np.int64),
        "nothing": np.zeros((0, 2, 3), dtype=np.uint8),
    }  # fmt: skip
    array_files.save(arrays, tmp_path / "found")
    for name, found in zip(arrays, array_files.mapped(tmp_path / "found", list(arrays)), strict=True):
        assert found.dtype == arrays[name].dtype
        np.testing.assert_array_equal(found, arrays[name])
    pictures, labels = array_files.mapped(tmp_path / "found", ["pictures", "labels"])
    assert isinstance(pictures, np.memmap) and isinstance(labels, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        pictures[0] = 1
    with pytest.raises(KeyError):
        array_files.mapped(tmp_path / "found", ["others"])


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 40, (2).to_bytes(8, "little") + b"[]" + b"\0" * 40])
def test_a_file_of_another_kind_is_an_error_and_no_crash(tmp_path, content):
    (tmp_path / "found").write_bytes(content)
    with pytest.raises((ValueError, KeyError, TypeError)):
        array_files.mapped(tmp_path / "found", ["pictures"])
