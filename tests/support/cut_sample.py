"""Cuts the built-in sample out of Fashion-MNIST: `FASHION_MNIST_DIR=... python -m tests.support.cut_sample`."""

import hashlib
import lzma
import os
import sys
from pathlib import Path

from core import catalogue
from core.catalogue import sample
from core.settings import Settings


def content(folder: str) -> bytes:
    """The unpacked sample of the original files in that folder."""
    garments = catalogue.CATALOGUES["fashion-mnist"]
    return sample.packed(*garments.load_splits(Settings(data_dir=Path(folder)), lambda doing, share: None))


if __name__ == "__main__":
    unpacked = content(os.environ["FASHION_MNIST_DIR"])
    sample.FILE.write_bytes(lzma.compress(unpacked, preset=9 | lzma.PRESET_EXTREME))
    sys.stdout.write(f"{sample.FILE.stat().st_size:,} bytes, SHA-256 {hashlib.sha256(unpacked).hexdigest()}\n")
