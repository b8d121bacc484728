"""Cuts the example photos out of the clothing dataset: `CLOTHING_DIR=... python -m tests.support.cut_examples`.

The folder holds one folder for each category; beside it lies NAME-sources.csv (image, source) with a number for who
contributed each photo. The rule, the same for every category: photos are taken in the order of the SHA-256 of their
path, one of each contributor, `NUM_TRAIN` whose contributor learns and `NUM_TEST` whose contributor judges by
`core.catalogue.own.splitting`; `LEFT_OUT` are passed over. No model was asked.
"""

import csv
import hashlib
import io
import os
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

from PIL import Image, ImageOps

from core.catalogue.own import example_photos, splitting

NUM_TRAIN, NUM_TEST = 8, 2
SIDE = 96
"""The longest edge in pixels."""
QUALITY = 90
LEFT_OUT: dict[str, str] = {
    "dress/f58a0a2b": "other things of whoever took it",
    "dress/3bc76eb3": "other things of whoever took it",
    "hat/2f96b4e8": "part of a person",
    "hat/2d6afa47": "the name or mark of a firm",
    "hat/a1725635": "part of a person",
    "hat/1febd681": "the name or mark of a firm",
    "hat/75eacbac": "the name or mark of a firm",
    "longsleeve/fd24aa3a": "the name or mark of a firm",
    "outwear/12905752": "the name or mark of a firm",
    "outwear/3f3f3c92": "a date",
    "pants/fb59bc3a": "the name or mark of a firm",
    "shoes/fbdddc68": "the name or mark of a firm",
    "shoes/9ff58614": "the name or mark of a firm",
    "shoes/49d3d0c4": "the name or mark of a firm",
    "shoes/56a45826": "other things of whoever took it",
    "shoes/d6c3190d": "part of a person",
    "shoes/9f922e1a": "the name or mark of a firm",
    "shorts/13e8dc7f": "the name or mark of a firm",
    "shorts/06164b7d": "the name or mark of a firm",
    "shorts/535d956a": "a date",
    "shorts/6cbd8a06": "somebody's figure or emblem",
    "shorts/c6549bb4": "part of a person",
    "skirt/a0734f9e": "a date",
    "t-shirt/ecd67121": "somebody's figure or emblem",
    "t-shirt/1cab0eb2": "part of a person",
    "t-shirt/4c08ecd6": "the name or mark of a firm",
    "t-shirt/586519b5": "the name or mark of a firm",
    "t-shirt/e912d309": "somebody's figure or emblem",
    "t-shirt/d978eb33": "somebody's figure or emblem",
    "t-shirt/3c354594": "the name or mark of a firm",
    "t-shirt/a1ce79d6": "the name or mark of a firm",
}
"""Category and first letters of a file's name -> why it is no example; said by people who looked at all that come
before the last one taken."""
_DAY = (1980, 1, 1, 0, 0, 0)


def chosen(sources: dict[str, str], left_out: Iterable[str] = LEFT_OUT) -> list[tuple[str, str]]:
    """Path and side of the photos that are taken, category by category, those to learn from first."""
    passed = tuple(left_out)
    found: list[tuple[str, str]] = []
    for category in sorted({path.split("/")[0] for path in sources}):
        names = sorted((path for path in sources if path.startswith(f"{category}/")), key=_digest)
        taken: dict[str, list[str]] = {"train": [], "test": []}
        seen: set[str] = set()
        for path in names:
            if path.startswith(passed) or sources[path] in seen:
                continue
            seen.add(sources[path])
            taken["test" if splitting.is_test(f"said {sources[path]}") else "train"].append(path)
        found += [(path, "train") for path in taken["train"][:NUM_TRAIN]]
        found += [(path, "test") for path in taken["test"][:NUM_TEST]]
    return found


def packed(folder: Path, sources: dict[str, str]) -> tuple[bytes, str]:
    """The ZIP with the small photos and their list, and the table of where each is from."""
    content, table, told = io.BytesIO(), io.StringIO(), []
    lines = csv.writer(table, lineterminator="\n")
    lines.writerow(["photo", "category", "source", "split"])
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        number = 0
        before = ""
        for path, side in chosen(sources):
            category = path.split("/")[0]
            number = number + 1 if category == before else 1
            before = category
            name = f"{category}/{number:02}.webp"
            archive.writestr(zipfile.ZipInfo(name, _DAY), _small(folder / path))
            lines.writerow([name, category, sources[path], side])
            told.append(f"{name:<20}{sources[path]:>5}  {path}")
        archive.writestr(zipfile.ZipInfo(example_photos.LIST, _DAY), table.getvalue())
    return content.getvalue(), "\n".join(told)


def licence(told: str) -> str:
    """What stands beside the file."""
    return f"""\
{example_photos.FILE.name} holds {example_photos.NUM_PHOTOS} photos of garments of the public "clothing dataset, small"
of Alexey Grigorev and those who sent him photos of their clothes
(https://github.com/alexeygrigorev/clothing-dataset-small,
a part of https://github.com/alexeygrigorev/clothing-dataset), made small: the longest edge has {SIDE} pixels, saved as
WebP, without anything that cameras write into files.

The dataset is dedicated to the public domain under CC0 1.0 Universal
(https://creativecommons.org/publicdomain/zero/1.0/): to the extent possible under law, its authors have waived all
copyright and related or neighbouring rights to it. The small photos and the list in the file are given on under the
same terms. CC0 waives no rights in trademarks.

Ten photos of each of ten categories, chosen by the rule in tests/support/cut_examples.py and looked at one by one: no
person is to be recognised in them. Each photo with the number of who contributed it and its path in the training split
of the dataset:

{told}
"""


def _digest(path: str) -> str:
    return hashlib.sha256(path.encode()).hexdigest()


def _small(file: Path) -> bytes:
    with Image.open(file) as opened:
        photo = ImageOps.exif_transpose(opened).convert("RGB")
    photo.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    content = io.BytesIO()
    photo.save(content, "WEBP", quality=QUALITY, method=6)
    return content.getvalue()


if __name__ == "__main__":
    place = Path(os.environ["CLOTHING_DIR"])
    listed = (place.parent / f"{place.name}-sources.csv").read_text()
    data, where_from = packed(place, {row["image"]: row["source"] for row in csv.DictReader(io.StringIO(listed))})
    example_photos.FILE.write_bytes(data)
    example_photos.LICENCE.write_text(licence(where_from))
    sys.stdout.write(f"{len(data):,} bytes, SHA-256 {hashlib.sha256(data).hexdigest()}\n")
