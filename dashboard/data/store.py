"""The open store, and what is kept of drawing."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import streamlit as st

from core import settings
from core.store import Store, open_store

Drawn = TypeVar("Drawn")


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """The database and the artefacts, opened once for all sessions."""
    return open_store(settings.load())


@st.cache_resource(max_entries=256, show_spinner=False)
def _drawn(shows: Hashable, _draw: Callable[[], Any]) -> Any:
    return _draw()


def drawn(shows: Hashable, draw: Callable[[], Drawn]) -> Drawn:
    """What `draw` gives, from memory where it was drawn before; `shows` names all that it depends on."""
    picture: Drawn = _drawn(shows, draw)
    return picture
