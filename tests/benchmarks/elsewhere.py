"""Tags from elsewhere: from files to a screen that one can review, beside LightlyStudio; and a million rows.

    python -m tests.benchmarks.elsewhere [--pictures 10000] [--rows 1000000] [--lightly PYTHON]

Writes the test garments of Fashion-MNIST as PNG files of 28 pixels with a CSV of made-up tags, a tenth of them wrong.
Ours is the process of `import-predictions`, from its start to its end, and the page *Mistakes* opened for the first
time, until its first pictures are there. With `--lightly`, the Python of an environment in which lightly-studio 1.2.0
is installed, the same files there, without the start of its process and of its screen: images added without embedding,
labels and predictions added, evaluated; first, as ours looks at all pictures afterwards. It has a way for many
classifications at once only inside (boxes come in by it, too), which is used here in its favour: one by one, as its
manual says, they take several times as long. Last, tags of a million garments of a catalogue that is here
(Fashion-MNIST repeated), and the same again.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from core import settings
from core.catalogue import Catalogue, CatalogueSplit
from core.settings import PROJECT_ROOT
from core.store import open_store
from core.store.runs import publishing
from tests.support import worlds

NAMES = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")
SCREEN = """
import time
from streamlit.testing.v1 import AppTest
from core.settings import PROJECT_ROOT
at = AppTest.from_file(str(PROJECT_ROOT / "dashboard" / "main.py"), default_timeout=600)
at.switch_page(str(PROJECT_ROOT / "pages" / "log.py")).run()
begun, worked = time.perf_counter(), time.process_time()
at.switch_page(str(PROJECT_ROOT / "pages" / "mistakes.py")).run()
assert not at.exception and not at.error
print(f"page {time.process_time() - worked:.2f} {time.perf_counter() - begun:.2f}")
"""
LIGHTLY = """
import sys, time
import pandas as pd
import lightly_studio as ls
from lightly_studio.core.annotation.annotation_create import CreateClassification
from lightly_studio.resolvers import annotation_resolver, collection_resolver
folder, table = sys.argv[1], pd.read_csv(sys.argv[2])
begun, worked = time.perf_counter(), time.process_time()
dataset = ls.ImageDataset.create("tags")
dataset.add_images_from_path(folder, embed=False)
added = time.perf_counter()
said = {row.image: row for row in table.itertuples()}
samples = [(sample.sample_id, said[sample.file_name]) for sample in dataset]
session, collection = dataset.session, dataset.collection_id
about = collection_resolver.get_by_id(session=session, collection_id=collection).dataset_id
for source, has_confidence in (("label", False), ("prediction", True)):
    ids, made = {}, []
    for sample_id, row in samples:
        name = getattr(row, source)
        tag = CreateClassification(class_name=name, confidence=row.confidence if has_confidence else None)
        if name not in ids:
            ids[name] = tag.to_annotation_create(session, about, sample_id)
        made.append(ids[name].model_copy(update={"confidence": tag.confidence, "parent_sample_id": sample_id}))
    annotation_resolver.create_many(
        session=session, parent_collection_id=collection, annotations=made, collection_name=source
    )
annotated = time.perf_counter()
found = dataset.evaluate().classification(
    name="all", gt_annotation_source="label", pred_annotation_source="prediction"
)
assert found.sample_count == found.pred_annotation_count == len(table), found
done = time.perf_counter()
parts = added - begun, annotated - added, done - annotated, time.process_time() - worked, done - begun
print("adding {:.1f}, annotations {:.1f}, evaluating {:.1f}, processor {:.1f}, all {:.1f}".format(*parts))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description="Tags from elsewhere.")
    parser.add_argument("--pictures", type=int, default=10_000)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--lightly", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        if asked.pictures:
            _files_to_screen(Path(place), asked.pictures, asked.lightly)
        if asked.rows:
            _many_rows(Path(place), asked.rows)


def _files_to_screen(place: Path, num: int, lightly: Path | None) -> None:
    pictures, file = _written(place, num)
    home, theirs, of_processor = place / "home", 0.0, 0.0
    if lightly is not None:
        _, of_theirs = _measured([str(lightly), "-c", LIGHTLY, str(pictures), str(file)], home, place)
        said = _SAID[-1].split()
        theirs, of_processor = (
            float(said[-1]),
            float(said[-3].strip(",")),
        )  # without the start of its process, its screen
        print(f"LightlyStudio: {theirs:.1f} s, {of_processor:.1f} of the processor, {of_theirs:.0f} MB")
    command = ["import-predictions", str(file), "--pictures", str(pictures), "--name", "cloud", "--yes", "--json"]
    seconds, megabytes = _measured([sys.executable, "-m", "core", *command], home)
    worked = _SPENT[0]
    print(f"ours, {num:,} pictures: bringing in {seconds:.1f} s, {worked:.1f} of the processor, {megabytes:.0f} MB")
    _, of_screen = _measured([sys.executable, "-c", SCREEN], home)
    of_page, screen = (float(each) for each in _SAID[-1].split()[-2:])
    print(f"ours, the page Mistakes, opened first: {screen:.1f} s, {of_page:.1f} of the processor, {of_screen:.0f} MB")
    if theirs:
        print(f"LightlyStudio takes {theirs / (seconds + screen):.0f} times as long, and", end=" ")
        print(f"{of_processor / (worked + of_page):.0f} times as long of the processor")


def _written(place: Path, num: int) -> tuple[Path, Path]:
    images, labels = _garments()
    pictures = place / "pictures"
    pictures.mkdir()
    for number in range(num):
        Image.fromarray(images[number % len(images)]).save(pictures / f"{number:05d}.png")
    table = _tags(np.resize(labels, num))
    table.insert(0, "image", [f"{number:05d}.png" for number in range(num)])
    table.to_csv(place / "tags.csv", index=False)
    return pictures, place / "tags.csv"


def _tags(labels: np.ndarray) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    tags = np.where(rng.random(len(labels)) < 0.1, rng.integers(0, len(NAMES), len(labels)), labels)
    names = np.array(NAMES, dtype=object)
    sure = rng.uniform(0.3, 1, len(labels)).round(4)
    return pd.DataFrame({"label": names[labels], "prediction": names[tags], "confidence": sure})


def _garments() -> tuple[np.ndarray, np.ndarray]:
    """The original test garments where they are, else noise of the same size."""
    folder = os.environ.get("FASHION_MNIST_DIR", "")
    if not folder:
        rng = np.random.default_rng(0)
        return rng.integers(0, 255, (10_000, 28, 28), dtype=np.uint8), np.arange(10_000) % 10
    from core.catalogue import load  # only here: it reads the files

    test = load("fashion-mnist", settings.load().model_copy(update={"data_dir": Path(folder)})).test
    return test.images, test.labels


def _many_rows(place: Path, num: int) -> None:
    home = place / "large"
    images, labels = _garments()
    test = CatalogueSplit(images=np.resize(images, (num, 28, 28)), labels=np.resize(labels, num), class_names=NAMES)
    few, others = test.take(np.arange(100)), test.take(np.arange(100, 200))
    positions = np.arange(100)
    large = Catalogue(
        name="fashion-mnist", train=few, validation=others, test=test, train_positions=positions,
        validation_positions=positions + 100,
    )  # fmt: skip
    store = open_store(settings.load().model_copy(update={"home": home, "database_url": None}))
    files = worlds.run_files(
        large, similar=np.zeros((num, 2), dtype=np.int32), similar_train=np.zeros((num, 2), dtype=np.int32)
    )
    publishing.publish(store, files, worlds.facts(files), created_by="benchmark")
    table = _tags(np.resize(labels, num)).drop(columns="label")
    table.insert(0, "id", np.arange(num))
    table.to_csv(place / "many.csv", index=False)
    command = [sys.executable, "-m", "core", "import-predictions", str(place / "many.csv")]
    command += ["--pictures", "fashion-mnist", "--name", "cloud", "--yes", "--json"]
    seconds, megabytes = _measured(command, home)
    print(f"{num:,} rows over a catalogue that is here: {seconds:.1f} s, {megabytes:.0f} MB")
    again, _ = _measured(command, home)
    print(f"the same again, which is the same version: {again:.1f} s")


def _measured(command: list[str], home: Path, folder: Path = PROJECT_ROOT) -> tuple[float, float]:
    """Seconds and the most megabytes of a process."""
    environment = {**os.environ, "GARMENTS_HOME": str(home), "LIGHTLY_STUDIO_ANALYTICS_ENABLED": "false"}
    started, most = time.perf_counter(), 0.0
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        most = max(most, _megabytes(process.pid))
        _SPENT[0] = _processor_seconds(process.pid) or _SPENT[0]
        time.sleep(0.05)
    seconds = time.perf_counter() - started
    output = process.stdout.read().decode() if process.stdout else ""
    if process.returncode:
        raise SystemExit(f"{' '.join(command[:4])} failed:\n{output}")
    _SAID[:] = output.strip().splitlines() or [""]
    if "annotations" in output:
        print(_SAID[-1])
    return seconds, most


_SAID = [""]
"""Lines that the last process printed."""


_SPENT = [0.0]
"""Processor seconds of the last process, until a twentieth of a second before its end."""


def _processor_seconds(pid: int) -> float:
    """Of all its threads so far."""
    try:
        spent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    except OSError:
        return 0.0
    return sum(map(int, spent)) / os.sysconf("SC_CLK_TCK")


def _megabytes(pid: int) -> float:
    """The most that a process had so far; of its own, unlike what the system says of children that end."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((float(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


if __name__ == "__main__":
    main()
