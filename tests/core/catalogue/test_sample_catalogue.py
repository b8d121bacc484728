"""The built-in sample: real garments, whole, and what it was cut from."""

import lzma
import subprocess
import sys

import numpy as np
import pytest

from core import catalogue, errors
from core.catalogue import fashion_mnist, sample
from core.settings import PROJECT_ROOT, Settings
from tests import conftest
from tests.support import cut_sample


@pytest.fixture(scope="module")
def splits():
    return sample.load_splits()


def test_a_tenth_of_each_category_is_there_in_both_splits(splits):
    train, test = splits
    assert np.bincount(train.labels).tolist() == [550] * 10
    assert np.bincount(test.labels).tolist() == [100] * 10
    assert train.class_names == test.class_names == fashion_mnist.CLASS_NAMES
    assert train.images.shape == (5500, 28, 28) and test.images.shape == (1000, 28, 28)


def test_pictures_are_garments_on_black_and_none_occurs_twice(splits):
    images = np.concatenate([split.images for split in splits])
    assert {*images.max(axis=(1, 2)).tolist()} <= {254, 255} and not images.min(axis=(1, 2)).any()
    assert np.median(images[:, [0, 0, -1, -1], [0, -1, 0, -1]]) == 0
    assert len(np.unique(images.reshape(len(images), -1), axis=0)) == len(images)


def test_a_simple_learner_does_as_well_as_on_real_garments(splits):
    train, test = splits
    means = np.stack([train.images[train.labels == label].mean(axis=0).ravel() for label in range(10)])
    distances = ((test.images.reshape(len(test), 1, -1) - means) ** 2).sum(axis=-1)
    # The nearest mean of a category is right for 0.68 of the 10,000 test garments of Fashion-MNIST.
    assert 0.63 < (distances.argmin(axis=1) == test.labels).mean() < 0.73


def test_it_is_a_catalogue_like_every_other(splits):
    found = catalogue.load("sample", Settings())
    assert (len(found.train), len(found.validation), len(found.test)) == (5042, 458, 1000)
    assert np.array_equal(found.test.images, splits[1].images)
    assert catalogue.find("sample").note == "A tenth of Fashion-MNIST that comes with this program."


@pytest.mark.parametrize("content", [b"", b"no archive", lzma.compress(b"other garments")])
def test_a_file_that_is_not_the_released_one_is_refused_by_name(tmp_path, content):
    file = tmp_path / "sample.xz"
    file.write_bytes(content)
    with pytest.raises(errors.CatalogueCorrupt, match=r"built-in sample .*sample\.xz .*Install the program again\."):
        sample.load_splits(file)


def test_a_file_with_one_other_pixel_is_refused(tmp_path):
    content = bytearray(lzma.decompress(sample.FILE.read_bytes()))
    content[400] ^= 1
    (tmp_path / "sample.xz").write_bytes(lzma.compress(bytes(content), preset=0))
    with pytest.raises(errors.CatalogueCorrupt, match=f"not {sample.SHA256}"):
        sample.load_splits(tmp_path / "sample.xz")


def test_a_missing_file_is_named():
    with pytest.raises(errors.CatalogueCorrupt, match="cannot be read"):
        sample.load_splits(sample.FILE.with_name("gone.xz"))


def test_its_licence_stands_beside_it():
    text = sample.FILE.with_suffix(".LICENSE").read_text(encoding="utf-8")
    assert text.startswith("The MIT License (MIT) Copyright © 2017 Zalando SE")
    assert "The above copyright notice and this permission notice shall be included" in text


@pytest.mark.real_data
def test_it_is_what_the_cut_of_fashion_mnist_gives():
    assert cut_sample.content(conftest.REAL_DATA) == lzma.decompress(sample.FILE.read_bytes())


def test_loading_it_leaves_torch_out():
    code = "import sys; from core.catalogue import sample; sample.load_splits(); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
