"""Which categories figures are about: those of the shop, where several of the model's may be one, or its own."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True, slots=True)
class CategoryView:
    """The G categories that figures are about, made of the K classes of a model by `as_sold` or `own`."""

    names: tuple[str, ...]
    """(G,) on screen, each once."""
    group_of: tuple[int, ...]
    """(K,) position in `names` of the category that each class belongs to."""

    @property
    def groups(self) -> NDArray[np.int64]:
        """(K,) `group_of` as an array."""
        return np.array(self.group_of, dtype=np.int64)

    @property
    def first_members(self) -> tuple[int, ...]:
        """(G,) the first class of each category: it stands for the category in addresses."""
        return tuple(self.group_of.index(group) for group in range(len(self.names)))

    @property
    def is_merged(self) -> bool:
        """Whether any category holds more than one class."""
        return len(self.names) < len(self.group_of)


def own(names: Sequence[str]) -> CategoryView:
    """Every class of the model by itself, under its (K,) names on screen."""
    return CategoryView(names=tuple(names), group_of=tuple(range(len(names))))


def as_sold(sold_as: Sequence[str]) -> CategoryView:
    """One category for each name that is sold, from the (K,) name of each class; ordered by their first classes."""
    names = tuple(dict.fromkeys(sold_as))
    position = {name: number for number, name in enumerate(names)}
    return CategoryView(names=names, group_of=tuple(position[name] for name in sold_as))


def stands_for(view: CategoryView, class_names: Sequence[str]) -> dict[str, str]:
    """The model's (K,) name of each class -> that of the first class of its category."""
    return {
        name: class_names[view.first_members[group]] for name, group in zip(class_names, view.group_of, strict=True)
    }


def probabilities(view: CategoryView, of_classes: NDArray[np.floating]) -> NDArray[np.float32]:
    """(N, G) probability of each category: those of its classes together; the same object if nothing is merged."""
    if not view.is_merged:
        return of_classes.astype(np.float32, copy=False)
    summed = np.zeros((len(of_classes), len(view.names)), dtype=np.float64)
    for class_index, group in enumerate(view.group_of):
        summed[:, group] += of_classes[:, class_index]
    return np.minimum(summed, 1.0).astype(np.float32)


def relabelled(view: CategoryView, table: pd.DataFrame) -> pd.DataFrame:
    """A table with true_class and predicted_class (class indices), with these as positions in the categories."""
    if not view.is_merged:
        return table
    return table.assign(**{name: view.groups[table[name].to_numpy()] for name in ("true_class", "predicted_class")})


def predictions(view: CategoryView, table: pd.DataFrame, of_classes: NDArray[np.floating]) -> pd.DataFrame:
    """The predictions table of `core.model.inference` in categories, same rows; the same object if not merged.

    The tag is the category of the class that the model said, as it leaves for the shop; how sure the model is of it is
    what its classes have together. So another category may be likelier than the tag, and its margin below 0.

    Args:
        view: the categories.
        table: the predictions table in classes.
        of_classes: (N, K) probabilities in the same order.
    """
    if not view.is_merged:
        return table
    groups, rows = view.groups, np.arange(len(table))
    tagged = groups[table["predicted_class"].to_numpy()]
    summed = probabilities(view, of_classes).astype(np.float64)
    confidence = summed[rows, tagged]
    summed[rows, tagged] = -1.0
    second = summed.argmax(axis=1)
    return table.assign(
        true_class=groups[table["true_class"].to_numpy()],
        predicted_class=tagged,
        confidence=confidence,
        second_class=second,
        margin=confidence - np.maximum(summed[rows, second], 0.0),
    )
