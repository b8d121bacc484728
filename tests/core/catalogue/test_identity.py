"""Which garment is which: keys as they were published, and where the garments of given keys are."""

import dataclasses

import numpy as np
import pytest

from core import errors
from core.catalogue import CatalogueSplit, identity
from core.store.runs import file_reader, file_writer, garments
from tests.support import worlds


def twins():
    """Six garments, of which 1, 3 and 4 look the same, and 4 carries another label."""
    images = np.arange(6 * 4, dtype=np.uint8).reshape(6, 2, 2)
    images[[3, 4]] = images[1]
    return CatalogueSplit(images=images, labels=np.array([0, 1, 0, 1, 0, 1]), class_names=("Bag", "Coat"))


def test_positions_by_key_are_those_of_the_keys_by_position():
    keys, hexadecimal = identity.keys_of(twins()), identity.garment_keys(twins())
    assert [keys[position] for position in range(len(keys))] == list(hexadecimal)
    asked = [hexadecimal[4], "0" * 64, hexadecimal[3], hexadecimal[3]]
    numbers, positions = keys.positions(asked)
    assert list(zip(numbers.tolist(), positions.tolist(), strict=True)) == [(0, 4), (2, 1), (2, 3), (3, 1), (3, 3)]
    assert [len(found) for found in keys.positions([])] == [0, 0]


def test_keys_that_begin_alike_are_told_apart():
    digests = np.zeros((3, 32), dtype=np.uint8)
    digests[:, 31] = [1, 2, 1]
    keys = identity.GarmentKeys(digests)
    assert [found.tolist() for found in keys.positions([keys[1], keys[0]])] == [[0, 1, 1], [1, 0, 2]]


@pytest.mark.parametrize("split", ["train", "validation", "test"])
def test_keys_are_published_with_the_garments_and_are_theirs(store, split):
    run = worlds.publish(store)
    published = file_reader.load_keys(store, run, split)
    garments = file_reader.load_split(store, run, split)
    assert tuple(published[position] for position in range(len(published))) == identity.garment_keys(garments)


def test_garments_published_before_keys_were_kept_have_the_same_keys(store, monkeypatch):
    run = worlds.publish(store)
    published = file_reader.load_keys(store, run, "test").digests
    monkeypatch.setattr(file_reader, "KEYS", "no such file")
    assert (file_reader.load_keys(store, run, "test").digests == published).all()


def test_damaged_keys_are_refused_by_name(store):
    run = worlds.publish(store)
    path = store.home / "artefacts" / run.catalogue_artefact / file_writer.KEYS
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(errors.ArtefactCorrupt, match=file_writer.KEYS):
        file_reader.load_keys(store, run, "test")
    with pytest.raises(errors.ArtefactCorrupt):
        file_reader.load_keys(store, dataclasses.replace(run, catalogue_artefact="0" * 64), "test")


@pytest.mark.parametrize("split", ["train", "test"])
def test_garments_are_read_one_by_one_as_they_were_published(store, split):
    run = worlds.publish(store)
    whole, kept = file_reader.load_split(store, run, split), garments.load(store, run, split)
    positions = [7, 0, 7, len(whole) - 1]
    found = kept.take(positions)
    assert (found.images == whole.images[positions]).all()
    assert found.labels.tolist() == whole.labels[positions].tolist()
    assert kept.take([]).images.shape == (0, *whole.images.shape[1:])


def test_garments_published_before_keys_were_kept_are_read_as_a_whole(store, monkeypatch):
    run = worlds.publish(store)
    expected = garments.load(store, run, "test").take([3, 1])
    monkeypatch.setattr(file_writer, "KEYS", "no such file")
    found = garments.load(store, run, "test").take([3, 1])
    assert (found.images == expected.images).all()
    assert found.labels.tolist() == expected.labels.tolist()


def test_a_changed_picture_is_refused_by_its_number_and_the_others_are_shown(store):
    run = worlds.publish(store)
    kept = garments.load(store, run, "test")
    path = store.home / "artefacts" / run.catalogue_artefact / file_writer.GARMENTS
    content = bytearray(path.read_bytes())
    content[content.index(kept.take([5]).images.tobytes())] ^= 255
    path.write_bytes(content)
    assert len(kept.take([0, 1, 2, 3, 4, 6])) == 6
    with pytest.raises(errors.ArtefactCorrupt, match="Garment 5 was changed"):
        kept.take([0, 5])


def test_a_file_of_garments_that_is_gone_or_cut_off_is_refused_by_name(store):
    run = worlds.publish(store)
    kept = garments.load(store, run, "test")
    path = store.home / "artefacts" / run.catalogue_artefact / file_writer.GARMENTS
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(errors.ArtefactCorrupt, match=file_writer.GARMENTS):
        kept.take([0])
    path.unlink()
    with pytest.raises(errors.ArtefactCorrupt, match=file_writer.GARMENTS):
        kept.take([0])
    with pytest.raises(errors.ArtefactCorrupt, match=file_writer.GARMENTS):
        garments.load(store, run, "test")
