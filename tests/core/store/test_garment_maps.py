"""Maps of versions: made when asked for, also of old versions, kept by the digest, made again, and let go."""

import numpy as np
import pytest

from core import doctor, errors
from core.quality import garment_map
from core.store import retention
from core.store.base import artefacts
from core.store.runs import garment_maps, runs
from tests.support import worlds


@pytest.fixture
def version(store):
    worlds.publish_two_runs(store)
    return runs.list_runs(store)[0]


def files(store):
    return sorted(path.name for path in (store.home / garment_maps.FOLDER).glob("*"))


def test_a_map_is_made_once_and_kept_by_the_digest_of_the_version(store, version, monkeypatch):
    found = garment_maps.places(store, version)
    assert found.shape == (version.num_test, 2)
    assert found.dtype == np.uint16
    assert found.max() == garment_map.STEPS
    assert files(store) == [f"{version.artefact}.safetensors"]
    monkeypatch.setattr(garment_map, "positions", None)  # not asked again
    np.testing.assert_array_equal(garment_maps.places(store, version), found)
    assert doctor.breaches(store) == []


@pytest.mark.parametrize("content", [b"", b"{}", b"x" * 100])
def test_a_damaged_map_is_made_again(store, version, content):
    found = garment_maps.places(store, version)
    (store.home / garment_maps.FOLDER / files(store)[0]).write_bytes(content)
    np.testing.assert_array_equal(garment_maps.places(store, version), found)
    assert (store.home / garment_maps.FOLDER / files(store)[0]).read_bytes() != content


def test_where_nothing_can_be_kept_the_map_is_still_made(store, version, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(garment_maps, "save_file", full)
    assert garment_maps.places(store, version).shape == (version.num_test, 2)
    assert files(store) == []


def test_a_version_without_its_features_has_no_map_and_says_so(store, version):
    (artefacts.folder_of(store.home, version.artefact) / "features.safetensors").unlink()
    with pytest.raises(errors.ArtefactCorrupt, match=r"features\.safetensors"):
        garment_maps.places(store, version)
    assert files(store) == []


def test_the_map_of_a_deleted_version_is_collected_and_the_others_stay(store, version):
    for run in runs.list_runs(store):
        garment_maps.places(store, run)
    (store.home / garment_maps.FOLDER / "killed.tmp").write_bytes(b"half")
    live = next(run for run in runs.list_runs(store) if run.version == 1)
    retention.delete(store, version.id, who="Ana")
    retention.collect(store, who="Ana")
    assert files(store) == [f"{live.artefact}.safetensors"]
