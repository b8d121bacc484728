"""A recipe for photos and their features in, everything a version needs out; the test photos are looked at once."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import errors
from core.model import head_fitting, heads, inference, photo_recipes, temperature
from core.model.tails import Learned, Tuner

_CHUNK = 2048
OnFold = Callable[[float], None]
"""Called with the share of the heads that are learned, 0-1; may raise to stop."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PhotoModel:
    """What learning gave."""

    recipe: photo_recipes.PhotoRecipe
    """What was followed."""
    head: heads.Head
    """Tells the classes apart, unless tails do; its coordinates are what the version says of a photo."""
    tails: dict[str, Learned]
    """Backbone -> its last blocks as they were learned; empty where the head answers."""
    temperature: float | None
    """Divides the logits before probabilities are made of them; fitted on the answers to photos left out."""
    held_out: inference.Predictions
    """Answers to the products, each by a head that learned from none of its group."""
    history: pd.DataFrame
    """One row, with the columns of `trained.TrainedModel.history`."""
    train_seconds: float
    """Of learning, without the making of features."""


def learn(
    recipe: photo_recipes.PhotoRecipe,
    space: head_fitting.Space,
    labels: NDArray[np.int64],
    groups: NDArray[np.int64],
    num_classes: int,
    *,
    seed: int,
    products: NDArray[np.int64] | None = None,
    tuner: Tuner | None = None,
    places: NDArray[np.int64] | None = None,
    on_fold: OnFold = lambda share: None,
) -> PhotoModel:
    """The model that the recipe makes of N photos.

    Args:
        recipe: what to do.
        space: they themselves, in coordinates.
        labels: (N,) their classes.
        groups: (N,) numbers of their groups.
        num_classes: K.
        seed: of the folds.
        products: (N,) which product each shows, 0 to P - 1; answers are given for the P products. None: one each.
        tuner: learns the last blocks of backbones anew, where the recipe says so; then they answer.
        places: (N,) where the photos stand in what the tuner has. None: in order.
        on_fold: see `OnFold`.

    Raises:
        errors.TrainingError: there are too few groups to leave some out.
    """
    started = time.perf_counter()
    num_folds = min(recipe.num_folds, len(np.unique(groups)))
    if num_folds < 2:
        raise errors.TrainingError("All photos belong to one group, so none can be left out to judge. Bring in more.")
    values = space.values
    shown = np.arange(len(values)) if products is None else products
    fold_of = head_fitting.folds(labels, groups, num_folds, seed)
    at = np.arange(len(values)) if places is None else places
    logits = np.empty((len(values), num_classes), dtype=np.float32)
    for fold in range(num_folds):
        is_left_out = fold_of == fold
        learned = np.flatnonzero(~is_left_out)

        def report(share: float, done: int = fold) -> None:
            on_fold((done + share) / (num_folds + 1))

        weights, bias = head_fitting.fitted(values[learned], labels[learned], num_classes, looseness=recipe.looseness)
        logits[is_left_out] = values[is_left_out] @ weights + bias
        if tuner is not None:
            tails = tuner.fitted(at[learned], labels[learned], seed=seed, on_share=report)
            logits[is_left_out] = tuner.logits(tails, at[is_left_out], logits[is_left_out])
        report(1.0)
    weights, bias = head_fitting.fitted(values, labels, num_classes, looseness=recipe.looseness)
    own = values @ weights + bias
    tails = {}
    if tuner is not None:
        tails = tuner.fitted(
            at, labels, seed=seed, on_share=lambda share: on_fold((num_folds + share) / (num_folds + 1))
        )
        own = tuner.logits(tails, at, own)
    on_fold(1.0)
    scale = temperature.fitted(logits, labels)
    held_out = _answers(logits, values[:, : head_fitting.NUM_KEPT], labels[_first(shown)], scale, shown)
    losses = [float(temperature.negative_log_likelihoods(given.astype(np.float64), labels).mean())
              for given in (own, logits)]  # fmt: skip
    seconds = time.perf_counter() - started
    is_right = held_out.table["predicted_class"] == held_out.table["true_class"]
    history = pd.DataFrame(
        {"epoch": [1], "train_loss": losses[0], "validation_loss": losses[1],
         "validation_accuracy": float(is_right.mean()), "seconds": seconds}
    )  # fmt: skip
    return PhotoModel(
        recipe=recipe,
        head=head_fitting.head(space.coordinates, weights, bias),
        tails=tails,
        temperature=scale,
        held_out=held_out,
        history=history,
        train_seconds=seconds,
    )


def predict(
    model: PhotoModel,
    rows: head_fitting.Rows,
    places: NDArray[np.int64],
    labels: NDArray[np.int64],
    products: NDArray[np.int64],
    tuner: Tuner | None = None,
) -> inference.Predictions:
    """The model's calibrated answers to P products.

    Args:
        model: whose.
        rows: features.
        places: (N,) where in them the N photos stand.
        labels: (P,) classes of the products.
        products: (N,) number of the product that each photo shows.
        tuner: by which the tails learned, where there are any.
    """
    num_kept = model.head.coordinates.axes.shape[1]
    logits = np.empty((len(places), model.head.bias.shape[0]), dtype=np.float32)
    kept = np.empty((len(places), num_kept), dtype=np.float32)
    for start in range(0, len(places), _CHUNK):
        part = slice(start, start + _CHUNK)
        logits[part], kept[part] = model.head.logits_and_features(rows.take(places[part]))
    if tuner is not None:
        logits = tuner.logits(model.tails, places, logits)
    return _answers(logits, kept, labels, model.temperature, products)


def _answers(
    logits: NDArray[np.float32],
    kept: NDArray[np.float32],
    labels: NDArray[np.int64],
    scale: float | None,
    products: NDArray[np.int64],
) -> inference.Predictions:
    """Of a product with several photos the mean of what is said of each."""
    probabilities = _averaged(temperature.calibrated(logits, scale), products)
    features = _averaged(np.clip(kept, -6e4, 6e4), products).astype(np.float16)
    for array in (probabilities, features):
        array.flags.writeable = False
    return inference.Predictions(
        table=inference.predictions_table(probabilities, labels), probabilities=probabilities, features=features
    )


def _averaged(values: NDArray[np.float32], products: NDArray[np.int64]) -> NDArray[np.float32]:
    """(P, D) means of the (N, D) values of the photos of each product."""
    counts = np.bincount(products)
    if len(counts) == len(products):
        found: NDArray[np.float32] = values[np.argsort(products)]
        return found
    total = np.zeros((len(counts), values.shape[1]))
    np.add.at(total, products, values)
    return (total / counts[:, None]).astype(np.float32)


def _first(products: NDArray[np.int64]) -> NDArray[np.int64]:
    """(P,) place of the first photo of each product."""
    return np.unique(products, return_index=True)[1].astype(np.int64)
