"""Which photos work and which do not, shown with garments that the version knows."""

from collections.abc import Callable

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image

from core import errors
from core.photos import sprite
from core.store.runs import file_reader
from core.store.runs.runs import Run
from dashboard.data import predictions, store
from dashboard.tagging import wording

NUM_GOOD = 5
_SIDE = 112
Picture = NDArray[np.uint8]


def render_examples(run: Run) -> None:
    """Photos that work, and photos that do not, with what is wrong with them."""
    if run.is_of_photos:
        st.caption(wording.PHOTOS_LIKE_LEARNED)
        return
    try:
        good, bad = store.drawn((run.id, "photo-examples"), lambda: drawn(_typical(run)))
    except errors.GarmentsError:  # the sentences say it as well
        return
    with st.expander("Photos that work, and photos that do not", icon=":material/photo_camera:"):
        st.markdown(wording.PHOTOS_THAT_WORK)
        st.image(good, alt="Single garments, whole and upright, on plain white")
        st.markdown(wording.PHOTOS_THAT_DO_NOT)
        st.image(bad, alt=", ".join(wording.WRONG_WITH_PHOTOS))


def _typical(run: Run) -> Picture:
    """(N, H, W) the surest garment of each of the first categories."""
    table = predictions.predictions(run)
    right = table[table["true_class"] == table["predicted_class"]].sort_values("confidence", ascending=False)
    places = right.drop_duplicates("true_class").sort_values("true_class").index[:NUM_GOOD]
    found: Picture = file_reader.load_split(store.store(), run, "test").images[places.to_numpy()]
    return found


def drawn(garments: Picture) -> tuple[bytes, bytes]:
    """Two PNGs: garments as photos that work, and one of them as photos that do not.

    Args:
        garments: (N, H, W) bright on black, N at least 1.
    """
    good = np.stack([_photo(garment) for garment in garments])
    bad = np.stack([spoil(garments[0], garments[-1]) for spoil in _SPOILED])
    return sprite.strip(good, gap=6, smallest_side=_SIDE), sprite.strip(bad, gap=6, smallest_side=_SIDE)


def _photo(garment: Picture, *, side: int = 80, angle: float = 0.0) -> Picture:
    """Dark on a white square of `_SIDE` pixels."""
    paper = Image.new("L", (_SIDE, _SIDE), 0)
    large = Image.fromarray(garment).resize((side, side), Image.Resampling.BICUBIC)
    paper.paste(large.rotate(angle, resample=Image.Resampling.BICUBIC), ((_SIDE - side) // 2,) * 2)
    return 255 - np.asarray(paper)


def _busy(garment: Picture, other: Picture) -> Picture:
    planks = np.where(np.arange(_SIDE) % 16 < 3, 90, 175).astype(np.uint8)
    return np.minimum(_photo(garment), planks[:, None])


def _cut(garment: Picture, other: Picture) -> Picture:
    return np.roll(_photo(garment), -_SIDE // 3, axis=0)[: 2 * _SIDE // 3].repeat(2, axis=0)[:_SIDE]


def _two(garment: Picture, other: Picture) -> Picture:
    left, right = (np.roll(_photo(one, side=52), shift, axis=1) for one, shift in ((garment, -27), (other, 27)))
    return np.minimum(left, right)


_SPOILED: tuple[Callable[[Picture, Picture], Picture], ...] = (
    _busy,
    lambda garment, other: _photo(garment, angle=25),
    lambda garment, other: _photo(garment, side=20),
    _two,
    _cut,
)
"""In the order of `wording.WRONG_WITH_PHOTOS`."""
