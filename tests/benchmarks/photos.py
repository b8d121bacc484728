"""How fast photos become pictures for the model, against decoding alone, and how much memory that takes.

    python -m tests.benchmarks.photos [--photos 2000] [--side 1000] [--repeats 3]

Product photos of the sample with the grain of a camera, as JPEG. The sandbox as tagging uses it (checked, decoded
in other processes, put on black, trimmed, made small, measured) and decoding alone with Pillow, in full size, on as
many processes and in one, in turn within each repeat, so that a change in the load of the machine touches all of them.
Photos per second of the clock, and how the work of the processors compares: beside other work only that is comparable.
"""

import argparse
import io
import json
import os
import platform
import resource
import statistics
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import psutil
from PIL import Image

from core.photos import decoder_process, sandbox
from tests.support import product_photos, sample_garments

SHAPE = (28, 28)
NUM_DIFFERENT = 100
WATCH_SECONDS = 0.5


def main() -> None:
    """Prints one JSON line with every figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=2000)
    parser.add_argument("--side", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="photos-") as folder:
        paths = written(Path(folder), options.photos, options.side)
        lines = [measured(paths) for _ in range(options.repeats)]
        with Watch() as watch:  # apart from the others, because looking takes time as well
            in_sandbox(paths)
    figures = {name: statistics.median(line[name] for line in lines) for name in lines[0]}
    figures["sandbox_megabytes"] = watch.most / 1e6
    conditions = {"photos": options.photos, "side": options.side, "repeats": options.repeats, "cores": os.cpu_count(),
                  "load": os.getloadavg()[0], "platform": platform.platform()}  # fmt: skip
    print(json.dumps({**conditions, **{name: round(value, 3) for name, value in figures.items()}}))


def written(folder: Path, number: int, side: int) -> list[Path]:
    """The photos on disk; after `NUM_DIFFERENT` of them the first one comes again."""
    images = sample_garments.few(num_train=10, num_test=NUM_DIFFERENT)[1].images
    margin = 0.125  # of the garment on each side
    contents = [grainy(image, round(side / (1 + 2 * margin)), margin, seed) for seed, image in enumerate(images)]
    paths = [folder / f"{place:05}.jpg" for place in range(number)]
    for place, path in enumerate(paths):
        path.write_bytes(contents[place % NUM_DIFFERENT])
    return paths


def grainy(image, side: int, margin: float, seed: int) -> bytes:
    """A dark garment on white as a camera takes it: some noise, that of the colours weaker than that of the light."""
    clean = 255.0 - product_photos.enlarged(image, side, margin)[..., None]
    random = np.random.default_rng(seed)
    noise = random.normal(0, 4, clean.shape) + random.normal(0, 1.5, (*clean.shape[:2], 3))
    return product_photos.encoded(Image.fromarray(np.clip(clean + noise, 0, 255).astype(np.uint8)), "JPEG", quality=90)


def measured(paths: list[Path]) -> dict[str, float]:
    """One repeat: photos per second of the clock, and how the sandbox compares by the clock and by processor time."""
    full, full_work = timed(lambda: alone(paths))
    single, _ = timed(lambda: all(map(full_size, paths)))
    boxed, boxed_work = timed(lambda: in_sandbox(paths))
    number = len(paths)
    return {
        "alone_per_second": number / full,
        "alone_in_one_process_per_second": number / single,
        "sandbox_per_second": number / boxed,
        "ratio": full / boxed,
        "ratio_by_processor": full_work / boxed_work,
        "ratio_to_one_process": single / boxed,
    }


def timed(work) -> tuple[float, float]:
    """Seconds of the clock and of all processors, those of ended child processes included."""
    before, began = processor_seconds(), time.perf_counter()
    work()
    return time.perf_counter() - began, processor_seconds() - before


def processor_seconds() -> float:
    uses = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(use.ru_utime + use.ru_stime for use in uses)


def alone(paths: list[Path]) -> None:
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        assert all(pool.map(full_size, paths, chunksize=20))


def full_size(path: Path) -> bool:
    """Pixels of one photo, as they are."""
    with Image.open(io.BytesIO(path.read_bytes())) as image:
        image.load()
        return image.size > (0, 0)


def in_sandbox(paths: list[Path]) -> None:
    with sandbox.Sandbox() as decoders:
        found = list(decoders.map((path.read_bytes for path in paths), SHAPE))
    assert all(isinstance(photo, decoder_process.Decoded) for photo in found)


class Watch:
    """What this process's children hold at most, all together, in bytes of resident memory."""

    def __init__(self) -> None:
        self.most = 0
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def _look(self) -> None:
        while not self._is_over.wait(WATCH_SECONDS):
            held = 0
            for child in psutil.Process().children():
                try:
                    held += child.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
            self.most = max(self.most, held)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *reason: object) -> None:
        self._is_over.set()
        self._thread.join()


if __name__ == "__main__":
    main()
