"""The component that shows garments as tiles; registered once, its script and style beside this file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from dashboard import theme, wording
from dashboard.gallery import sprite

Look = Literal["tiles", "small", "rows"]
"""Large tiles, small tiles for narrow columns, or rows of picture and words that cannot be picked."""
Tile = dict[str, Any]
"""One garment: garment, sentence (read aloud), and the lines said, sure, label, number, mark, each of which may miss.

A tile with a mark is outlined, and the mark stands above its other lines."""

_FOLDER = Path(__file__).parent

_COMPONENT = st.components.v2.component(
    "garment_tiles",
    html="""
<div class="bar" role="group" aria-label="Select several garments" hidden>
  <button type="button" class="toggle"></button>
  <button type="button" class="page">All on this page</button>
  <span class="count" role="status"></span>
  <button type="button" class="clear">Clear</button>
</div>
<ul></ul>
""",
    css=(_FOLDER / "component.css").read_text(encoding="utf-8"),
    js=(_FOLDER / "component.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What the tiles are told beside their garments; made by `picking.told`."""

    stamp: int
    """The tiles forget what was picked and selected when this changes, and only then heed the rest."""
    picked: int | None
    """The garment to show as picked."""
    reveal: bool
    """Whether to scroll to the tiles: they were asked for by a click farther up."""
    selected: tuple[int, ...] = ()
    """The garments to show as selected."""


def render_tiles(
    shown: Sequence[Tile],
    images: NDArray[np.uint8] | None,
    *,
    key: str,
    told: Told,
    on_pick: Callable[[], None],
    on_select: Callable[[], None] | None = None,
    look: Look = "tiles",
    panel_below: bool = False,
) -> None:
    """Draws the tiles and calls `on_pick` when one is picked, `on_select` when the selection changes.

    Args:
        shown: see `Tile`; `garment_tile` makes the usual one.
        images: (len(shown), H, W) their pictures; None draws grey tiles.
        key: of the component; its state has `picked`, a garment or None, and `selected`, a list of garments.
        told: what the component itself reported must not change it: the sheet would be sent again with every click.
        on_pick: called before the rerun.
        on_select: called before the rerun; None where selecting several makes no sense.
        look: see `Look`.
        panel_below: the opened garment stands below the tiles, so that a pick scrolls there.
    """
    data = _data(shown, images, key, look)
    data |= {
        "stamp": told.stamp,
        "picked": told.picked,
        "selected": list(told.selected),
        "reveal": told.reveal,
        "selectable": on_select is not None,
        "panelBelow": panel_below,
    }
    _COMPONENT(key=key, data=data, on_picked_change=on_pick, on_selected_change=on_select or _ignore)


def render_rows(shown: Sequence[Tile], images: NDArray[np.uint8], label: str, *, key: str) -> None:
    """Draws garments as rows of a small picture and its words, to be read only."""
    data = _data(shown, images, key, "rows")
    data |= {"label": label, "stamp": 0, "picked": None, "selected": [], "reveal": False, "selectable": False}
    _COMPONENT(key=key, data=data)


def garment_tile(row: Any, class_names: tuple[str, ...], mark: str = "") -> Tile:
    """The usual tile of one row of the predictions table: what the model said, how surely, the label, the number."""
    true, predicted = class_names[row.true_class], class_names[row.predicted_class]
    number = f"Garment {row.garment:,}"
    sentence = f"{number}. {wording.verdict(true, predicted, row.confidence)}"
    return {
        "garment": int(row.garment),
        "mark": mark,
        "said": wording.guess(predicted),
        "sure": theme.percent(row.confidence),
        "label": wording.label(true),
        "number": number,
        "sentence": f"{sentence} {mark}." if mark else sentence,
    }


def garment_tiles(table: pd.DataFrame, class_names: tuple[str, ...]) -> list[Tile]:
    """`garment_tile` for every row of a table like that of the predictions."""
    return [garment_tile(row, class_names) for row in table.itertuples()]


def _data(shown: Sequence[Tile], images: NDArray[np.uint8] | None, key: str, look: Look) -> dict[str, Any]:
    height, width = (1, 1) if images is None or not len(images) else images.shape[1:]
    return {
        "key": key,
        "label": "Garments. Arrow keys move, Enter opens.",
        "sheet": None if images is None or not len(images) else sprite.data_address(sprite.sheet(images)),
        "width": int(width),
        "height": int(height),
        "look": look,
        "tiles": list(shown),
    }


def _ignore() -> None:
    """Nothing is selected here."""
