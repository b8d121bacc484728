"""The example photos that come with the program: 100 in colour, ten of each of ten categories, to try it with.

One ZIP beside this module, as people drop them: small photos in a folder for each category, with a list that says who
contributed each. Origin and licence (CC0 1.0) stand in the file beside it. They are brought in like any other photos,
under a name of their own that says that they are examples.
"""

import csv
import hashlib
import io
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core import errors
from core.catalogue.own import uploads

NAME = "example-photos"
"""Of the catalogue; nobody else's photos may be called so."""
NOTE = "100 example photos that come with this program, not your garments: figures of so few say little."
"""What people must know where a version learned from them."""
FILE = Path(__file__).with_name("example-photos.zip")
LICENCE = FILE.with_suffix(".LICENSE")
LIST = "photos.csv"
SHA256 = "0c25062b4e6b66c92ce1640788ca971c30d92a8eeac1c0d6f3d0c11b3258ce75"
"""Of the file."""
NUM_PHOTOS, NUM_CATEGORIES = 100, 10
_MOST_MB = 1


def content(file: Path = FILE) -> bytes:
    """The file as it was released.

    Raises:
        errors.CatalogueCorrupt: it is missing or another one.
    """
    try:
        found = file.read_bytes()
    except OSError as error:
        raise errors.CatalogueCorrupt(f"The example photos {file} cannot be read ({error}). {_NEXT_STEP}") from None
    if (digest := hashlib.sha256(found).hexdigest()) != SHA256:
        raise errors.CatalogueCorrupt(
            f"The example photos {file} have the SHA-256 {digest}, not {SHA256}. {_NEXT_STEP}"
        )
    return found


_NEXT_STEP = "Install the program again."


def one_of_each() -> dict[str, NDArray[np.uint8]]:
    """Category -> (h, w, 3) the first photo of it, to be looked at before anything is brought in.

    Raises:
        errors.CatalogueCorrupt: see `content`.
    """
    with zipfile.ZipFile(io.BytesIO(content())) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read(LIST).decode())))
        first = {row["category"]: row["photo"] for row in reversed(rows)}
        return {category: _opened(archive.read(first[category])) for category in sorted(first)}


def _opened(photo: bytes) -> NDArray[np.uint8]:
    # Of the file that was released, by its digest: no stranger's.
    with Image.open(io.BytesIO(photo), formats=["WEBP"]) as found:
        return np.asarray(found.convert("RGB"))


def folder_of(home: Path) -> Path:
    """Where the photos are from which the catalogue is brought in, or would be."""
    return uploads.folder_of(home, NAME)


def unpack(home: Path, file: Path = FILE) -> Path:
    """Puts the photos into the home, as if they had been dropped, and gives back their folder.

    Raises:
        errors.CatalogueCorrupt: see `content`.
        errors.CatalogueError: the disk is full.
    """
    staged, _ = uploads.stage(home, [(FILE.name, content(file))], max_mb=_MOST_MB, most=NUM_PHOTOS + 1)
    return uploads.take_over(home, staged, NAME)
