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
