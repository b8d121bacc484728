"""The frame around every example: it says that this is one."""

import contextlib
from collections.abc import Iterator

import streamlit as st

from dashboard.session import guard

MARK = "This is how it will look. Example from the built-in sample, not your garments."


@contextlib.contextmanager
def framed(key: str) -> Iterator[None]:
    """A frame with the mark on it; what goes wrong inside is said inside.

    Args:
        key: what no other example of the page is called.
    """
    with st.container(border=True, key=f"example-{key}"):
        st.markdown(f":material/visibility: **{MARK}**")
        with guard.guarded("The example"):
            yield
