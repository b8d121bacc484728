"""Learning from photos of one's own: `python -m tests.benchmarks.photos_of_our_own FOLDER SOURCES`.

FOLDER holds a folder of photos for each category. SOURCES is a CSV with the columns `image` (path below FOLDER) and
`source` (who contributed it): folds keep sources together, so nobody is judged by photos of their own shoot. Everything
is measured in one run, in a home of its own that is removed; quote ratios.
"""

import argparse
import collections
import csv
import functools
import itertools
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
import torchvision
from numpy.typing import NDArray
from PIL import Image

from core import settings
from core.catalogue import kept
from core.catalogue.own import adding, layouts, loading, records
from core.jobs import TrainingRequest, photo_pipeline, training_work, worker
from core.model import head_fitting, photo_recipes, photo_training
from core.model.backbones import feature_files
from core.photos import sandbox, sources
from core.quality import automation_line, scores
from core.store import Store, open_store
from core.store.runs import runs
from core.tagging import tagger

NUM_STEPS, BATCH, NUM_EPOCHS = 50, 32, 5


def main() -> None:
    """Prints one line of JSON for each thing that was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("sources", type=Path)
    parser.add_argument("--recipes", nargs="*", default=list(photo_recipes.PHOTO_RECIPES))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        home = Path(place) / "home"
        store = open_store(settings.Settings(home=home, data_dir=Path(place) / "data"))
        took: dict[str, float] = {}
        started = time.monotonic()
        chosen = records.Choices()
        layout = layouts.recognised(asked.folder, chosen)
        adding.add(home, "own", asked.folder, layout, chosen, max_mb=20)
        took["add"] = time.monotonic() - started
        for recipe in asked.recipes:
            began = time.monotonic()
            request = TrainingRequest(recipe=recipe, catalogue="own")
            worker.run_here(store, request, training_work, started_by="benchmark", on_report=lambda *report: None)
            took[f"first training, {recipe}"] = time.monotonic() - began
            began = time.monotonic()
            again = TrainingRequest(recipe=recipe, catalogue="own", again=True)
            worker.run_here(store, again, training_work, started_by="benchmark", on_report=lambda *report: None)
            took[f"training again, {recipe}"] = time.monotonic() - began
            told(grouped_folds(store, asked.sources, recipe))
            told(leave_three_out(store, asked.folder, recipe))
        rival = seconds_of_efficientnet_b0(home)
        told({"seconds": {name: round(value, 1) for name, value in took.items()}, "efficientnet_b0, 5 epochs": rival,
              "from add to the first version, against it": {
                  name: round((took["add"] + took[f"first training, {name}"]) / rival, 4) for name in asked.recipes
              }})  # fmt: skip
        told(tagging_against_decoding(store, asked.folder, asked.recipes))


def told(content: dict[str, object]) -> None:
    print(json.dumps(content), flush=True)


def grouped_folds(store: Store, sources: Path, recipe_name: str) -> dict[str, object]:
    """Accuracy of the recipe over all photos, each judged by a head that saw none of its source; the line of it."""
    home = store.home
    found = kept.find(home, "own")
    table = kept.rows(home, found)
    with sources.open(encoding="utf-8", newline="") as file:
        source_of = {row["image"]: row["source"] for row in csv.DictReader(file)}
    groups = np.unique([source_of[photo] for photo in table["photo"]], return_inverse=True)[1].astype(np.int64)
    labels = np.searchsorted(found.class_names, table["category"].to_numpy()).astype(np.int64)
    recipe = photo_recipes.find(recipe_name)
    rows = feature_files.stored(
        home, recipe.backbones, list(table["sha256"]), photo_pipeline.reader(home),
        mirrored=recipe.mirrored, threads=None, on_photos=lambda num, num_all: None,
    )  # fmt: skip
    tuner = photo_pipeline.tuner_of(
        store, recipe, list(table["sha256"]), len(found.class_names), lambda num, num_all: None
    )
    model = photo_training.learn(
        recipe, head_fitting.space(rows, 0), labels, groups, len(found.class_names), seed=0, tuner=tuner
    )
    told_right = model.held_out.table["predicted_class"].to_numpy() == labels
    score = scores.accuracy_of_counts(int(told_right.sum()), len(labels))
    confidence = model.held_out.table["confidence"].to_numpy()
    line = automation_line.suggested(confidence, told_right)
    is_ready = confidence >= line.confidence if line.is_reached else np.zeros(len(labels), dtype=bool)
    fold_of = head_fitting.folds(labels, groups, recipe.num_folds, 0)
    each = [round(float(told_right[fold_of == fold].mean()), 4) for fold in range(recipe.num_folds)]
    return {
        "recipe": recipe_name, "photos": len(labels), "sources": int(groups.max()) + 1,
        "accuracy, source-grouped folds": round(score.accuracy, 4),
        "interval": [round(score.low, 4), round(score.high, 4)], "folds": each,
        "ready of 100": round(100 * float(is_ready.mean()), 1),
        "wrong of the ready": int((~told_right[is_ready]).sum()),
        "ready": int(is_ready.sum()), "temperature": round(model.temperature or 0.0, 3),
        "learning seconds": round(model.train_seconds, 1),
    }  # fmt: skip


LEFT_OUT = ("hat", "shorts", "skirt")


def leave_three_out(store: Store, folder: Path, recipe: str) -> dict[str, object]:
    """What a version says of photos of categories that it never saw, without the alarm for a whole delivery of them."""
    chosen = records.Choices(left_out=LEFT_OUT)
    adding.add(store.home, "seven", folder, layouts.recognised(folder, chosen), chosen, max_mb=20)
    request = TrainingRequest(recipe=recipe, catalogue="seven")
    _, run = worker.run_here(store, request, training_work, started_by="benchmark", on_report=lambda *report: None)
    model = tagger.load(store, run.id)
    found: dict[str, object] = {"recipe": recipe, "left out": list(LEFT_OUT), "notice": model.notice}
    counts: collections.Counter[str] = collections.Counter()
    for name in LEFT_OUT:
        files = sorted((folder / name).glob("*.jpg"))
        with sandbox.Sandbox() as decoders:
            photos = decoders.map([functools.partial(sources.read, file, 20_000_000) for file in files], model.shape)
            piles = collections.Counter(one.pile for some in _in_parts(zip(map(str, files), photos, strict=True))
                                        for one in model.tagged(some))  # fmt: skip
        found[name] = dict(piles)
        counts += piles
    found["ready of 100"] = round(100 * counts[tagger.READY] / counts.total(), 1)
    return found


def _in_parts(pairs: Iterator[tuple[str, object]]) -> Iterator[list[tuple[str, object]]]:
    while some := list(itertools.islice(pairs, 64)):
        yield some


def batches(home: Path) -> Iterator[NDArray[np.uint8]]:
    own = loading.load(home, "own")
    pictures = photo_pipeline.reader(home)(list(itertools.islice(itertools.cycle(own.train_photos), NUM_STEPS * BATCH)))
    while some := list(itertools.islice(pictures, BATCH)):
        yield np.stack([np.asarray(Image.fromarray(picture).resize((224, 224))) for picture in some])


def seconds_of_efficientnet_b0(home: Path) -> float:
    """What five epochs of torchvision's network from scratch would take on these photos: 50 steps, extrapolated."""
    num_photos = kept.find(home, "own").num_photos
    network = torchvision.models.efficientnet_b0(weights=None, num_classes=10).train()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)
    started = time.monotonic()
    for pictures in batches(home):
        images = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(network(images), torch.zeros(len(images), dtype=torch.long)).backward()
        optimizer.step()
    return round((time.monotonic() - started) / (NUM_STEPS * BATCH) * num_photos * NUM_EPOCHS, 1)


def tagging_against_decoding(store, folder: Path, recipe_names: list[str]) -> dict[str, object]:
    """Photos a second of tagging, and of decoding the same files with Pillow in one thread for each core."""
    files = sorted(folder.rglob("*.jpg"))[::8]
    started = time.monotonic()
    with torch.multiprocessing.get_context("fork").Pool() as pool:
        pool.map(decode, files, chunksize=8)
    decoding = len(files) / (time.monotonic() - started)
    found: dict[str, object] = {"decoding alone, photos a second": round(decoding, 1)}
    for name in recipe_names:
        run = next(run for run in runs.list_runs(store) if (run.recipe_name, run.catalogue) == (name, "own"))
        model = tagger.load(store, run.id)
        started = time.monotonic()
        num = sum(1 for _ in model.photos(files))
        speed = num / (time.monotonic() - started)
        found[f"tagging, {name}"] = round(speed, 1)
        found[f"tagging, {name}, against decoding"] = round(speed / decoding, 3)
    return found


def decode(path: Path) -> None:
    """Reads a photo as a whole."""
    with Image.open(path) as photo:
        photo.load()


if __name__ == "__main__":
    main()
