"""Garments as pictures with a few words under each, to be looked at only: nothing happens when one is clicked."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.photos import sprite
from dashboard.parts import places

_FOLDER = Path(__file__).parent
_COMPONENT = st.components.v2.component(
    "garment_pictures",
    html="<ul></ul>",
    css=(_FOLDER / "pictures.css").read_text(encoding="utf-8"),
    js=(_FOLDER / "pictures.js").read_text(encoding="utf-8"),
)
Sign = Literal["", "right", "wrong", "asks"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """What stands under one picture."""

    first: str
    """In bold, such as the tag."""
    second: str = ""
    """Below it."""
    sign: Sign = ""
    """A shape on the picture: a tick in a circle, a cross in a square, a question mark; never by its colour alone."""


def render(images: NDArray[np.uint8], words: Sequence[Words], *, label: str, key: str, height: int) -> None:
    """Draws the pictures in rows.

    Args:
        images: (N, H, W), or (N, H, W, 3) where they have colours.
        words: (N) under them.
        label: what they are, read aloud.
        key: of the component.
        height: in pixels, that they take at a desk: what stands below them does not wait for their code to come.
    """
    if not len(words):
        return
    with places.at_least(height, f"{key}-place"):
        _COMPONENT(
            key=key,
            data={
                "label": label,
                "sheet": sprite.sheet_address(images),
                "ratio": f"{images.shape[2]} / {images.shape[1]}",
                "smooth": images.ndim == 4,
                "words": [_whole(each) for each in words],
            },
        )


def _whole(words: Words) -> dict[str, str]:
    """As the component takes them: a sign of per cent stays beside its number."""
    return asdict(replace(words, second=words.second.replace(" %", "\N{NO-BREAK SPACE}%")))
