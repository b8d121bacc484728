"""Homes that many tests begin from: published, really trained, trained on the real garments, on photos of one's own."""

import contextlib
import io
import sys
from pathlib import Path

import pytest

from core import catalogue, settings
from core.catalogue.own import adding, layouts, records
from core.catalogue.split import cut
from core.jobs.requests import TrainingRequest
from core.store import Store, open_store
from core.store.base import artefacts
from core.store.runs import file_reader, runs
from tests.support import own_photos, sample_garments, worlds


def published(home: Path) -> None:
    """Two published runs of a small sample catalogue."""
    opened = open_store(settings.Settings(home=home, data_dir=home.parent / "data"))
    worlds.publish_two_runs(opened)
    opened.engine.dispose()


def trained(home: Path) -> None:
    """One version that was really trained, on a part of the sample."""
    from core.jobs import training_pipeline  # only where a model is trained

    opened = open_store(settings.Settings(home=home, data_dir=home.parent / "data", catalogue="sample"))
    found = cut("sample", *sample_garments.few(num_train=1200, num_test=300), validation_share=0.25, validation_seed=0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training_pipeline.catalogue, "load_wanted", lambda name, given, **options: (found, ""))
        _train(opened, TrainingRequest(recipe="quick", catalogue="sample", epochs=5))
    opened.engine.dispose()


def of_own_photos(home: Path) -> None:
    """The catalogue `shop` of drawn photos and a version that learned it."""
    folder = own_photos.shop(home.parent / "photos" / "shop", num_each=30)
    opened = open_store(settings.Settings(home=home, data_dir=home.parent / "data", training_threads=1))
    chosen = records.Choices()
    adding.add(home, "shop", folder, layouts.recognised(folder, chosen), chosen, max_mb=20)
    _train(opened, TrainingRequest(recipe="quick", catalogue="shop"))
    opened.engine.dispose()


def real(home: Path, real_data: Path) -> None:
    """A version of the real garments that the command trained; what it printed is in `printed.json` beside the home."""
    from core import __main__ as command_line

    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(printed):
        patch.setenv("GARMENTS_HOME", str(home))
        patch.setenv("GARMENTS_DATA_DIR", str(real_data))
        patch.setenv("GARMENTS_TRAINING_THREADS", "1")
        patch.setenv("GARMENTS_TRAINING_NICENESS", "0")
        patch.setattr(sys, "argv", ["core", "train", "--json"])
        assert command_line.main() == 0, printed.getvalue()
    (home.parent / "printed.json").write_text(printed.getvalue(), encoding="utf-8")


def model_of(home: Path, real_data: Path):
    """Of the version in the home `real` made: a function from pictures to classes, the test pictures, and their tags.

    The function has the network as `module`, its `temperature` and the `garments` it learned.
    """
    import torch  # only where a model answers

    from core.model import inference, recipes, weights

    given = settings.Settings(home=home, data_dir=real_data)
    store = open_store(given)
    run, garments = runs.find(store, "live"), catalogue.load("fashion-mnist", given)
    predicted = file_reader.load_predictions(store, run)["predicted_class"].to_numpy()
    store.engine.dispose()
    path = artefacts.verified(home, run.artefact, "weights.safetensors")
    module = weights.load(path, recipes.Recipe(**run.recipe), len(run.class_names))

    def tags(pictures):
        return inference.logits_and_features(module, torch.from_numpy(pictures))[0].numpy().argmax(axis=1)

    tags.module, tags.temperature, tags.garments = module, run.temperature, garments
    return tags, garments.test.images, predicted


def _train(store: Store, request: TrainingRequest) -> None:
    from core.jobs import training_work, worker

    worker.run_here(store, request, training_work, started_by="Ada", on_report=lambda *report: None)
