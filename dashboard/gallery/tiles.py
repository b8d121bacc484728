"""The component that shows garments as tiles; registered once, its script and style beside this file."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from dashboard import theme, wording
from dashboard.gallery import sprite

_FOLDER = Path(__file__).parent

_COMPONENT = st.components.v2.component(
    "garment_tiles",
    html="<ul></ul>",
    css=(_FOLDER / "component.css").read_text(encoding="utf-8"),
    js=(_FOLDER / "component.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What the tiles are told beside their garments."""

    stamp: int
    """The tiles forget what was picked when this changes, and only then heed the rest."""
    picked: int | None
    """The garment to show as picked."""
    reveal: bool
    """Whether to scroll to the tiles: they were asked for by a click farther up."""


def render_tiles(
    table: pd.DataFrame,
    images: NDArray[np.uint8] | None,
    class_names: tuple[str, ...],
    *,
    key: str,
    told: Told,
    on_pick: Callable[[], None],
) -> None:
    """Draws one tile a row and calls `on_pick` when one is picked or released.

    Args:
        table: columns garment, true_class, predicted_class, confidence.
        images: (len(table), H, W) their pictures; None draws grey tiles.
        class_names: the K names.
        key: of the component; its state has `picked`, a garment or None.
        told: what the component itself reported must not change it: the sheet would be sent again with every click.
        on_pick: called before the rerun.
    """
    height, width = (1, 1) if images is None else images.shape[1:]
    data: dict[str, Any] = {
        "label": "Garments. Arrow keys move, Enter opens.",
        "sheet": None if images is None else sprite.data_address(sprite.sheet(images)),
        "width": int(width),
        "height": int(height),
        "tiles": [_tile(row, class_names) for row in table.itertuples()],
        "stamp": told.stamp,
        "picked": told.picked,
        "reveal": told.reveal,
    }
    _COMPONENT(key=key, data=data, on_picked_change=on_pick)


def _tile(row: Any, class_names: tuple[str, ...]) -> dict[str, Any]:
    true, predicted = class_names[row.true_class], class_names[row.predicted_class]
    number = f"Garment {row.garment:,}"
    return {
        "garment": int(row.garment),
        "said": wording.guess(predicted),
        "sure": theme.percent(row.confidence),
        "label": wording.label(true),
        "number": number,
        "sentence": f"{number}. {wording.verdict(true, predicted, row.confidence)}",
    }
