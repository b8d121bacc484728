"""The built-in sample: a tenth of Fashion-MNIST, so that the first training needs no internet.

5,500 of its training and 1,000 of its test garments, as many of each category, in one file beside this module: the
bytes of `packed`, compressed with LZMA. Source and licence (MIT, copyright 2017 Zalando SE) as in
`core.catalogue.fashion_mnist`; the licence's text stands beside the file.
"""

import hashlib
import lzma
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core import errors
from core.catalogue.fashion_mnist import CLASS_NAMES
from core.catalogue.split import CatalogueSplit

TITLE = "Sample of Fashion-MNIST"
NOTE = "A tenth of Fashion-MNIST that comes with this program."
FILE = Path(__file__).with_name("fashion-mnist-sample.xz")
SHA256 = "4ae1b89590636633ca9fe25a6b3999fc429f81e89c369e7e35dffc519d595d4e"
"""Of the unpacked file."""
NUM_TRAIN, NUM_TEST, SIDE = 5_500, 1_000, 28
_SEED = 0


def load_splits(file: Path = FILE) -> tuple[CatalogueSplit, CatalogueSplit]:
    """The training and the test garments of the sample, in the order of the original.

    Raises:
        errors.CatalogueCorrupt: the file is missing or not the one that was released.
    """
    try:
        content = lzma.decompress(file.read_bytes())
    except (OSError, lzma.LZMAError) as error:
        raise errors.CatalogueCorrupt(f"The built-in sample {file} cannot be read ({error}). {_NEXT_STEP}") from None
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256:
        raise errors.CatalogueCorrupt(f"The built-in sample {file} has the SHA-256 {found}, not {SHA256}. {_NEXT_STEP}")
    num_pixels = NUM_TRAIN * SIDE * SIDE + NUM_TRAIN
    return _unpacked(content[:num_pixels], NUM_TRAIN), _unpacked(content[num_pixels:], NUM_TEST)


_NEXT_STEP = "Install the program again."


def packed(train: CatalogueSplit, test: CatalogueSplit) -> bytes:
    """The sample of the original garments: pictures and labels of the training split, then those of the test split."""
    return b"".join(
        split.images[chosen].tobytes() + split.labels[chosen].astype(np.uint8).tobytes()
        for split, number in ((train, NUM_TRAIN), (test, NUM_TEST))
        for chosen in [_chosen(split.labels, number // len(CLASS_NAMES))]
    )


def _chosen(labels: NDArray[np.int64], num_each: int) -> NDArray[np.int64]:
    """(K * num_each,) positions, ascending: `num_each` garments of each category, drawn with a fixed seed."""
    chance = np.random.default_rng(_SEED)
    drawn = [chance.permutation(np.flatnonzero(labels == label))[:num_each] for label in range(len(CLASS_NAMES))]
    return np.sort(np.concatenate(drawn))


def _unpacked(content: bytes, num_garments: int) -> CatalogueSplit:
    values = np.frombuffer(content, dtype=np.uint8)
    return CatalogueSplit(
        images=values[:-num_garments].reshape(num_garments, SIDE, SIDE),
        labels=values[-num_garments:].astype(np.int64),
        class_names=CLASS_NAMES,
    )
