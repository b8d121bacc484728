"""The open store, and what is kept of it in memory: the only decorator that keeps what a page read or drew."""

from collections.abc import Callable, Hashable
from typing import Any, ParamSpec, TypeVar

import streamlit as st

from core import settings
from core.store import Store, open_store
from core.store.base import engines
from core.store.batches.batches import Batch
from core.store.runs.runs import Run
from core.store.verdicts.suspect_lists import SuspectList
from dashboard.data.run_views import RunView

Drawn = TypeVar("Drawn")
P = ParamSpec("P")
R = TypeVar("R")


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """The database and the artefacts, opened once for all sessions."""
    return open_store(settings.load(), engines.PAGE)


def cached(
    *, most: int, spinner: str | bool = False, by_names: bool = False
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keeps what a function gives, by its arguments; one object serves everybody, so nobody may change it.

    A version, a batch and a list of suspects never change, so their ids stand for them.

    Args:
        most: results that are kept; the one asked for longest ago goes first.
        spinner: what is said while it is worked out; False: nothing.
        by_names: whether the result holds the names of categories on screen, which people change.
    """
    keys: dict[str | type[Any], Callable[[Any], Hashable]] = {
        Run: (lambda run: (run.id, run.names)) if by_names else (lambda run: run.id),
        RunView: lambda view: (view.run.id, view.categories),
        Batch: lambda batch: batch.id,
        SuspectList: lambda found: found.artefact,
    }
    return st.cache_resource(max_entries=most, show_spinner=spinner, hash_funcs=keys)


@st.cache_resource(max_entries=256, show_spinner=False)
def _drawn(shows: Hashable, _draw: Callable[[], Any]) -> Any:
    return _draw()


def drawn(shows: Hashable, draw: Callable[[], Drawn]) -> Drawn:
    """What `draw` gives, from memory where it was drawn before; `shows` names all that it depends on."""
    picture: Drawn = _drawn(shows, draw)
    return picture
