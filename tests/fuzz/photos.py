"""Coverage-guided fuzzing of all that touches a photo's bytes: `python -m tests.fuzz.photos FOLDER [options]`.

The options are those of libFuzzer, such as `-runs=2000000` or `-max_total_time=30`. Begins with what is in the folder,
small good photos of every kind, and the hostile files of the tests, and keeps there what led it on. Whatever the bytes
are, the decoder's answer must be a picture of the size asked for with a safe small one, or one sentence; anything else
ends the run with the bytes that did it. What it is guided by is our code, and what of Pillow and pillow-heif is Python:
of libraries in C, such as those of HEIC and AVIF, it sees what comes out, and whether they crash.
"""

import warnings
from pathlib import Path

import atheris
import numpy as np

with atheris.instrument_imports(include=["core.photos", "PIL", "pillow_heif"]):
    import pillow_heif
    from PIL import Image

    from core.photos import decoder

from tests.fuzz import running
from tests.support import product_photos

LONGEST = 4096
"""Bytes of one file: more would test Pillow's speed."""
SHAPE, EDGE = (28, 28), 32


def check(data: bytes) -> None:
    """Raises AssertionError, or what the decoder raised, where its answer is none that it may give."""
    content, pixels = decoder.answer(data, SHAPE, EDGE)
    if "refused" in content:
        sentence = content["refused"]
        assert sentence.endswith(".") and "\n" not in sentence and len(sentence) < 300, sentence
        assert pixels == b""
        return
    height, width = content["preview"]
    assert 0 < height <= EDGE and 0 < width <= EDGE
    assert len(pixels) == SHAPE[0] * SHAPE[1] + 3 * height * width


def write_corpus(folder: Path) -> None:
    """Small good photos of every kind, and the hostile files that are no longer than `LONGEST`."""
    garment = np.zeros((24, 24), dtype=np.uint8)
    garment[4:20, 6:18] = 180
    files = {kind: product_photos.photo(garment, kind, side=40) for kind in ("jpeg", "cut out", "turned", "webp")}
    files |= {"without end": files["jpeg"][:-2], **transparent(), **boxed(Image.fromarray(255 - garment))}
    for name, data in {**files, **product_photos.hostile()}.items():
        if len(data) <= LONGEST:
            (folder / name.replace(" ", "-")).write_bytes(data)


def boxed(image: Image.Image) -> dict[str, bytes]:
    """HEIC and AVIF: in greys, with opacity, and turned by notes."""
    pillow_heif.register_heif_opener()
    cut_out = image.convert("RGBA")
    cut_out.putalpha(image.point(lambda value: 255 if value < 255 else 0))
    note = Image.Exif()
    note[0x0112] = 6
    return {
        f"{kind} {name}": product_photos.encoded(each, kind, quality=50, **options)
        for kind in ("HEIF", "AVIF")
        for name, each, options in (
            ("plain", image.convert("RGB"), {}), ("cut out", cut_out, {}),
            ("turned", image.convert("RGB"), {"exif": note.tobytes()}),
        )
    }  # fmt: skip


def transparent() -> dict[str, bytes]:
    """PNGs of which one colour is transparent, in 2 and 16 bits and in colours of 16."""
    kinds = {"2 bits": (2, 0, 3, 1), "16 bits": (16, 0, 25, 1), "colours": (16, 2, 73, 3)}
    return {
        f"transparent {name}": product_photos.png(
            12, 12, bytes(num_bytes if depth > 2 else 4) * 12, depth=depth, colour=colour,
            between=product_photos.chunk(b"tRNS", bytes(2 * num_channels)),
        )
        for name, (depth, colour, num_bytes, num_channels) in kinds.items()
    }  # fmt: skip


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    running.run(check, write_corpus, longest=LONGEST)
