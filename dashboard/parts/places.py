"""Places on a page that have their height before what stands in them is there, so that nothing below them jumps."""

import contextlib
from collections.abc import Iterator
from typing import Literal

import streamlit as st

FIELD = 68
"""Pixels that a field of one line takes with its name above it."""
LINK = 40
"""Pixels of the place that is kept for a link to another page until its code is there; the link itself is lower."""


@contextlib.contextmanager
def at_least(height: int, key: str, width: int | Literal["stretch"] = "stretch") -> Iterator[None]:
    """A place that takes so many pixels from the first moment on, and more where its content is higher.

    The browser loads the code of a widget when it meets the first of its kind; rules of style come by the same way and
    as late. A container of a fixed height is there at once, but would cut what is higher: so it stands, without
    anything in it, beside the content.

    Args:
        height: in pixels.
        key: names the place; no other one on the screen has it.
        width: in pixels.
    """
    with st.container(horizontal=True, gap=None, width=width, key=key):
        with st.container(width="stretch", key=f"{key}-content"):
            yield
        st.container(width=1, height=height, border=False, key=f"{key}-height")
