"""A list of garments as a table and as CSV. Pure."""

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.photos import sprite
from core.retail import spreadsheet
from core.store.runs.runs import Run

_LINE_END = "\r\n"
"""Both, so that either in a cell is quoted: else a spreadsheet begins a line, and a cell, in it."""


def readable(table: pd.DataFrame, class_names: tuple[str, ...]) -> pd.DataFrame:
    """The list in the words of the screen: Garment, Label, Model said, Sure (0-100), Second guess; same order."""
    names = np.asarray(class_names, dtype=object)
    return pd.DataFrame(
        {
            "Garment": table["garment"].to_numpy(),
            "Label": names[table["true_class"].to_numpy()],
            "Model said": names[table["predicted_class"].to_numpy()],
            "Sure": (100 * table["confidence"]).round(1).to_numpy(),
            "Second guess": names[table["second_class"].to_numpy()],
        }
    )


def with_pictures(table: pd.DataFrame, images: NDArray[np.uint8]) -> pd.DataFrame:
    """`readable` with a first column Picture that carries the picture (N, H, W) of each row."""
    pictures = [sprite.data_address(sprite.enlarged(image, smallest_side=56)) for image in images]
    return pd.concat([pd.DataFrame({"Picture": pictures}), table], axis=1)


def as_csv(
    table: pd.DataFrame,
    class_names: tuple[str, ...],
    states: pd.DataFrame | None = None,
    sources: pd.DataFrame | None = None,
) -> bytes:
    """The list as CSV with columns of the code: garment, label, model_said, confidence (0-1), second_guess, margin.

    Where `states` are given (columns state, category; same order; None: nothing to see), also verdict, the state of the
    garment as the person may see it, and agreed_category, the category that the team agrees on instead of the label.
    Where `sources` are given (columns product, photo; same order), they stand after the garment.

    Cells that a spreadsheet would take for a formula begin with an apostrophe, see `core.retail.spreadsheet`.
    """
    names = np.asarray([spreadsheet.safe_cell(name) for name in class_names], dtype=object)
    content = pd.DataFrame(
        {
            "garment": table["garment"].to_numpy(),
            "label": names[table["true_class"].to_numpy()],
            "model_said": names[table["predicted_class"].to_numpy()],
            "confidence": table["confidence"].round(6).to_numpy(),
            "second_guess": names[table["second_class"].to_numpy()],
            "margin": table["margin"].round(6).to_numpy(),
        }
    )
    # The mark lets spreadsheets read names with accents.
    return _complete(content, states, sources)


def suspects_as_csv(
    table: pd.DataFrame,
    class_names: tuple[str, ...],
    states: pd.DataFrame | None = None,
    sources: pd.DataFrame | None = None,
) -> bytes:
    """The list of suspects as CSV: training_garment, label, suggested, probability_of_label, probability_of_suggested.

    Where `states` and `sources` are given, their columns stand beside them as in `as_csv`.
    """
    names = np.asarray([spreadsheet.safe_cell(name) for name in class_names], dtype=object)
    content = pd.DataFrame(
        {
            "training_garment": table["position"].to_numpy(),
            "label": names[table["label"].to_numpy()],
            "suggested": names[table["suggested_class"].to_numpy()],
            "probability_of_label": table["self_confidence"].round(6).to_numpy(),
            "probability_of_suggested": table["suggested_confidence"].round(6).to_numpy(),
        }
    )
    return _complete(content, states, sources)


def _complete(content: pd.DataFrame, states: pd.DataFrame | None, sources: pd.DataFrame | None) -> bytes:
    if sources is not None:
        for place, name in enumerate(("product", "photo"), 1):
            content.insert(place, name, [spreadsheet.safe_cell(cell) for cell in sources[name]])
    return _with_states(content, states).to_csv(index=False, lineterminator=_LINE_END).encode("utf-8-sig")


def named(states: pd.DataFrame, run: Run) -> pd.DataFrame:
    """Table of `reviewed.states` with the categories as the team calls them; None stays None."""
    shown = [category and run.name_of(category) for category in states["category"]]
    return states.assign(category=pd.Series(shown, index=states.index, dtype=object))


def _with_states(content: pd.DataFrame, states: pd.DataFrame | None) -> pd.DataFrame:
    if states is None:
        return content
    agreed = [name and spreadsheet.safe_cell(name) for name in states["category"]]
    return content.assign(verdict=states["state"].to_numpy(), agreed_category=pd.Series(agreed, dtype=object))


def file_name(version: int, *choices: str | None, page: str = "garments") -> str:
    """A file name that says what is in the file: "wrong-tags_version-3_real-Shirt_most-sure.csv".

    Args:
        version: number of the version whose list it is.
        choices: what narrows and orders the list; None is left out.
        page: the page that made it.
    """
    parts = [page, f"version-{version}", *(choice for choice in choices if choice)]
    return "_".join(re.sub(r"\W+", "-", part)[:60].strip("-") for part in parts) + ".csv"
