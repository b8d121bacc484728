"""Fashion-MNIST: 60,000 training and 10,000 test garments, 28 x 28 grey, 10 categories.

Source: H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking machine learning
algorithms", 2017, arXiv:1708.07747. Licence: MIT, copyright 2017 Zalando SE.

torchvision reads and downloads the files, but it never looks inside extracted ones: a flipped byte, label 99 or 9,999
labels for 10,000 pictures load without a word. So this module compares every file with its SHA-256 at every load.
Where the files are, and how they come here, is in `core.catalogue.source_files`.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core import errors
from core.catalogue import source_files
from core.catalogue.split import CatalogueSplit
from core.settings import Settings

if TYPE_CHECKING:
    from core.catalogue import OnProgress

CLASS_NAMES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip

OFFICIAL = source_files.Source(
    folder_name="fashion-mnist",
    mirrors=(
        # The address torchvision knows, with and without encryption: MD5 and SHA-256 guard the content either way.
        "https://fashion-mnist.s3.eu-central-1.amazonaws.com/",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    ),
    files=(
        source_files.SourceFile(
            name="train-images-idx3-ubyte",
            sha256="c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
            archive_md5="8d4fb7e6c68d591d4c3dfef9ec88bf0d",
            archive_bytes=26_421_880,
        ),
        source_files.SourceFile(
            name="train-labels-idx1-ubyte",
            sha256="bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
            archive_md5="25c81989df183df01b3e8a0aad5dffbe",
            archive_bytes=29_515,
        ),
        source_files.SourceFile(
            name="t10k-images-idx3-ubyte",
            sha256="5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
            archive_md5="bef4ecab320f06d8554ea6380940ec79",
            archive_bytes=4_422_102,
        ),
        source_files.SourceFile(
            name="t10k-labels-idx1-ubyte",
            sha256="0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
            archive_md5="bb300cfdad3c16e7a12a480ee83cd310",
            archive_bytes=5_148,
        ),
    ),
    num_train=60_000,
    num_test=10_000,
)


def load_splits(
    settings: Settings, on_progress: "OnProgress", source: source_files.Source = OFFICIAL
) -> tuple[CatalogueSplit, CatalogueSplit]:
    """The original training and test garments, read by torchvision from verified files; fetched where they are missing.

    Raises:
        errors.CatalogueMissing: the files are not here and no mirror could be reached.
        errors.CatalogueCorrupt: a file is not the published one; the message names it and what was found.
    """
    folder = source_files.locate(settings, source, on_progress) or source_files.fetch(settings, source, on_progress)
    on_progress("checking the garments", 1.0)
    source_files.verify(folder, source)
    return _read(folder, source, is_train=True), _read(folder, source, is_train=False)


def _read(folder: Path, source: source_files.Source, *, is_train: bool) -> CatalogueSplit:
    dataset = source_files.torchvision_class(source)(folder, train=is_train)
    images, labels = dataset.data.numpy(), dataset.targets.numpy().astype(np.int64)
    expected = source.num_train if is_train else source.num_test
    if len(images) != expected or len(labels) != expected:
        raise errors.CatalogueCorrupt(
            f"{folder} holds {len(images)} pictures and {len(labels)} labels where {expected} of each are expected."
        )
    return CatalogueSplit(images=images, labels=labels, class_names=CLASS_NAMES)
