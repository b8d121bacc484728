"""How long a person waits for a drop of photos to be tagged, against decoding alone.

    python -m tests.benchmarks.drop [--photos 2000] [--side 1000] [--repeats 3] [--recipe quick]

The photos of `tests.benchmarks.photos`, each another file. The drop is all that happens once the browser has sent them:
looked at, stored with every byte on disk, and tagged by a worker's process of its own, which starts, loads the version
and stores each tag with its small picture. Decoding alone is Pillow's in full size on as many processes as there are
cores. Both in turn within each repeat, so that a change in the load of the machine touches both; the worker steps back
for others, so beside other work only processor time compares. The version learned from the sample for one epoch: how
right it is does not matter here.
"""

import argparse
import json
import os
import platform
import statistics
import tempfile
import time
import uuid
from pathlib import Path

import psutil

from core import settings
from core.jobs import TrainingRequest, records, training_work, work_queue, worker
from core.store import Store, open_store
from core.store.batches import batch_tags, batches
from core.store.runs import runs
from core.tagging import drop
from tests.benchmarks import photos

SECONDS_BETWEEN_LOOKS = 0.02
PARTS = ("looked_at", "stored", "tagged")


def main() -> None:
    """Prints one JSON line with every figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=2000)
    parser.add_argument("--side", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--recipe", default="quick")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="drop-", ignore_cleanup_errors=True) as folder:
        paths = each_another(photos.written(Path(folder), options.photos, options.side))
        store = trained(Path(folder, "home"), options.recipe)
        lines = [measured(store, paths) for _ in range(options.repeats)]
        store.engine.dispose()
    figures = {name: round(statistics.median(line[name] for line in lines), 3) for name in lines[0]}
    conditions = {**vars(options), "cores": os.cpu_count(), "load": os.getloadavg()[0], "platform": platform.platform()}
    print(json.dumps({**conditions, **figures}))


def each_another(paths: list[Path]) -> list[Path]:
    """The files with a comment each: of files that are the same only one is tagged."""
    for number, path in enumerate(paths):
        data = path.read_bytes()
        path.write_bytes(data[:2] + b"\xff\xfe\x00\x06" + number.to_bytes(4, "big") + data[2:])
    return paths


def trained(home: Path, recipe: str) -> Store:
    """The store of a new home with one version that learned for one epoch."""
    store = open_store(
        settings.Settings(home=home, data_dir=home.parent / "data", max_drop_mb=100_000, max_drop_photos=20_000)
    )
    request = TrainingRequest(recipe=recipe, catalogue="sample", epochs=1)
    worker.run_here(store, request, training_work, started_by="Ada", on_report=lambda *report: None)
    return store


def measured(store: Store, paths: list[Path]) -> dict[str, float]:
    """One repeat: seconds of both sides and of the drop's parts, and how they compare, by processor time too."""
    alone, alone_work = photos.timed(lambda: photos.alone(paths))
    files, before = [(path.name, path.read_bytes()) for path in paths], photos.processor_seconds()
    parts = dropped(store, files)
    while psutil.Process().children():  # only of ended ones the system tells what they took
        time.sleep(SECONDS_BETWEEN_LOOKS)
    work, total = photos.processor_seconds() - before, sum(parts.values())
    seconds = {f"{name}_seconds": each for name, each in parts.items()}
    return {
        "alone_seconds": alone, "drop_seconds": total, **seconds, "ratio": alone / total,
        "alone_processor_seconds": alone_work, "drop_processor_seconds": work, "ratio_by_processor": alone_work / work,
    }  # fmt: skip


def dropped(store: Store, files: list[tuple[str, bytes]]) -> dict[str, float]:
    """Seconds of each part of one drop."""
    run = runs.find(store, "live")
    instants = [time.perf_counter()]
    found = drop.checked(files, store.settings)
    instants.append(time.perf_counter())
    lines = [0.9] * len(run.class_names)
    batch = batches.create(store, run, found.photos, lines, who="Ada", request_id=uuid.uuid4().hex)
    instants.append(time.perf_counter())
    work_queue.settle(store)
    while (job := records.of_batch(store, batch.number)).is_active:
        time.sleep(SECONDS_BETWEEN_LOOKS)
    instants.append(time.perf_counter())
    assert job.status == "finished", job.message
    assert batch_tags.num_tagged(store, batch) == len(files)
    return {name: after - before for name, before, after in zip(PARTS, instants, instants[1:], strict=False)}


if __name__ == "__main__":
    main()
