"""What pages cost on small and large tables of predictions: seconds of one run of a page's script, without a browser.

    python -m tests.benchmarks.pages --garments 10000 1000000 [--repeats 5] [--photos 50000] [--categories 60]

Publishes a made-up version with that many test garments (pictures, predictions, probabilities, neighbours) into a
temporary home and opens every page: *first* is the first time after the server's start, when everything is read from
disk, compared with what was published and computed, on the clock and of the processor; *again* is the median of the
next ones, and their mean of the processor. Afterwards the choices that a person makes: filters, orders, pages of the
gallery, a garment. With `--photos` the same over a version of that many photos in colour, a fifth of them kept back to
judge, beside the grey ones; with `--categories` the map of mix-ups of that many. Last, the confusion matrix and the
scores of every category on tables of 10 thousand, 1 and 10 million rows, against scikit-learn on the same arrays.
"""

import argparse
import dataclasses
import hashlib
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support
from streamlit.testing.v1 import AppTest

from core import settings
from core.catalogue import Catalogue, CatalogueSplit
from core.catalogue.split import cut
from core.quality import confusion, scores
from core.settings import PROJECT_ROOT
from core.store import open_store
from core.store.runs import publishing
from dashboard.look import confusion_figures
from dashboard.session import site_map
from tests.support import worlds

NAMES = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")
CHOICES: dict[str, tuple[str, dict[str, str]]] = {
    "a cell of the map": ("mistakes", {"real": "Shirt", "tagged": "Coat"}),
    "wrong tags by difficulty": ("mistakes", {"order": "hardest"}),
    "wrong tags, spread over kinds": ("mistakes", {"order": "spread"}),
    "wrong tags, 40 to 60 % sure": ("mistakes", {"sure": "40-60"}),
    "page 200 of the wrong tags": ("mistakes", {"page": "200"}),
    "another garment": ("mistakes", {"garment": "4321"}),
    "the table": ("mistakes", {"view": "table"}),
    "one category": ("categories", {"real": "Coat"}),
    "two categories": ("mistakes/compare", {"first": "Coat", "second": "Shirt"}),
    "similar garments": ("mistakes/similar", {"garment": "1234"}),
}
"""What is chosen -> the page and its address."""


def publish_photos(home: Path, num_photos: int) -> None:
    """Two made-up versions of that many photos in colour, a fifth of which judge."""
    rng = np.random.default_rng(0)
    num_test = num_photos // 5
    store = open_store(settings.Settings(home=home, data_dir=home / "none"))

    def split(num: int) -> CatalogueSplit:
        # Smooth, as photos are: noise would make sheets several times as large.
        small = rng.integers(0, 256, (num, 6, 6, 3), dtype=np.uint8)
        images = np.repeat(np.repeat(small, 16, axis=1), 16, axis=2)
        return CatalogueSplit(images=images, labels=rng.integers(0, len(NAMES), num), class_names=NAMES)

    train, test = split(num_photos - num_test), split(num_test)
    places = np.arange(len(train), dtype=np.int64)
    found = Catalogue(name="shop", train=train, validation=train, test=test, train_positions=places,
                      validation_positions=places)  # fmt: skip
    neighbours = {
        "similar": rng.integers(0, num_test, (num_test, 24), dtype=np.int32),
        "similar_train": rng.integers(0, len(train), (num_test, 5), dtype=np.int32),
    }
    sources = pd.DataFrame(
        {"split": np.repeat(["train", "test"], [len(train), num_test]),
         "garment": np.concatenate([places, np.arange(num_test)]),
         "photo": [f"{number}.jpg" for number in range(num_photos)], "product": "",
         "sha256": [hashlib.sha256(str(number).encode()).hexdigest() for number in range(num_photos)]}
    )  # fmt: skip
    for seed, skill in ((1, 0.8), (2, 0.85)):
        files = worlds.run_files(found, seed=seed, skill=skill, **neighbours)
        recipe = {**files.recipe, "backbones": ["made up"]}
        files = dataclasses.replace(files, sources=sources, recipe=recipe)
        publishing.publish(store, files, worlds.facts(files, seed=seed), created_by="benchmark")
    store.engine.dispose()


def publish(home: Path, num_garments: int) -> None:
    """Two made-up versions judged on that many garments."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, len(NAMES), num_garments)
    images = rng.integers(0, 256, (num_garments, 28, 28), dtype=np.uint8)
    train = worlds.garments(2000, class_names=NAMES)
    test = CatalogueSplit(images=images, labels=labels, class_names=NAMES)
    found = cut("fashion-mnist", train, test, validation_share=0.1, validation_seed=0)
    store = open_store(settings.Settings(home=home, data_dir=home / "none"))
    # Neighbours are found by the worker, so that any will do here.
    neighbours = {
        "similar": rng.integers(0, num_garments, (num_garments, 24), dtype=np.int32),
        "similar_train": rng.integers(0, len(found.train), (num_garments, 5), dtype=np.int32),
    }
    for seed, skill in ((1, 0.8), (2, 0.85)):
        files = worlds.run_files(found, seed=seed, skill=skill, **neighbours)
        publishing.publish(store, files, worlds.facts(files, seed=seed), created_by="benchmark")
    store.engine.dispose()


def opened(page: str, query: dict[str, str]) -> AppTest:
    """The app on that page, not yet run."""
    app = AppTest.from_file(str(PROJECT_ROOT / "dashboard" / "main.py"), default_timeout=120)
    app.query_params.update(site_map.query_of(page, query))
    return app.switch_page(str(site_map.path(page.partition("/")[0])))


def seconds_of(work: Callable[[], object]) -> float:
    """Seconds on the clock."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measure_pages(num_garments: int, repeats: int, publish: Callable[[Path, int], None] = publish) -> None:
    """Prints seconds for every page and choice."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        publish(home, num_garments)
        os.environ |= {"GARMENTS_HOME": str(home), "GARMENTS_DATA_DIR": str(home / "none")}
        st.cache_resource.clear()
        what = "photos in colour" if publish is publish_photos else "garments"
        print(f"\n{f'{num_garments:,} {what}':40} {'first':>8} {'processor':>10} {'again':>8} {'processor':>10}")
        places = {place: (place, {}) for place in site_map.places()} | CHOICES
        for what, (page, query) in places.items():
            app = opened(page, query)
            processor = time.process_time()
            first = seconds_of(app.run)
            processor = time.process_time() - processor
            assert not app.exception and not app.error, what
            busy = time.process_time()
            again = statistics.median(seconds_of(app.run) for _ in range(repeats))
            busy = (time.process_time() - busy) / repeats  # of a machine that others use the clock says little
            print(f"{what:40} {first:8.3f} {processor:10.3f} {again:8.3f} {busy:10.3f}")
        st.cache_resource.clear()


def measure_map(num_categories: int, repeats: int) -> None:
    """Prints milliseconds that the map of that many categories takes: the worst of them, and all."""
    counts = np.random.default_rng(0).integers(0, 9, (num_categories, num_categories))
    names = tuple(f"Category {number}" for number in range(num_categories))
    for num in (confusion_figures.SIDE_BY_SIDE, num_categories):
        shown = confusion_figures.worst(counts, num)

        def draw(shown: tuple[int, ...] = shown) -> None:
            confusion_figures.confusion_heatmap(counts, names, "garments", None, False, shown).to_json()

        spent = statistics.median(seconds_of(draw) for _ in range(repeats))
        print(f"\nthe map of {len(shown)} of {num_categories} categories: {1000 * spent:.0f} ms")


def measure_scores(num_rows: int, repeats: int) -> None:
    """Prints milliseconds of the confusion matrix with all scores, ours and scikit-learn's."""
    rng = np.random.default_rng(0)
    true_class = rng.integers(0, len(NAMES), num_rows)
    predicted_class = np.where(rng.random(num_rows) < 0.9, true_class, rng.integers(0, len(NAMES), num_rows))

    def ours() -> None:
        scores.per_class_scores_of_matrix(confusion.matrix(true_class, predicted_class, len(NAMES)), NAMES)

    def theirs() -> None:
        confusion_matrix(true_class, predicted_class)
        precision_recall_fscore_support(true_class, predicted_class)

    own, other = (1000 * statistics.median(seconds_of(work) for _ in range(repeats)) for work in (ours, theirs))
    print(f"{num_rows:>12,} rows: ours {own:8.1f} ms, scikit-learn {other:8.1f} ms, {other / own:.0f} times")


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description="Seconds of a page's script on tables of predictions.")
    parser.add_argument("--garments", nargs="*", type=int, default=[10_000, 1_000_000])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--photos", type=int)
    parser.add_argument("--categories", type=int)
    arguments = parser.parse_args()
    for num_garments in arguments.garments:
        measure_pages(num_garments, arguments.repeats)
    if arguments.photos:
        measure_pages(arguments.photos, arguments.repeats, publish_photos)
    if arguments.categories:
        measure_map(arguments.categories, arguments.repeats)
    print("\nConfusion matrix and scores of all categories")
    for num_rows in (10_000, 1_000_000, 10_000_000):
        measure_scores(num_rows, arguments.repeats)


if __name__ == "__main__":
    main()
