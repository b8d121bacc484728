"""The open store, and what is kept of it in memory: the only decorator that keeps what a page read or drew."""

import threading
from collections.abc import Callable, Hashable
from typing import Any, ParamSpec, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core import logs, settings
from core.access import acting
from core.logs import records
from core.store import Store, open_store
from core.store.base import database, engines
from core.store.batches.batches import Batch
from core.store.runs.runs import Run
from core.store.verdicts.suspect_lists import SuspectList
from dashboard.data import log_ids
from dashboard.data.run_views import RunView

Drawn = TypeVar("Drawn")
P = ParamSpec("P")
R = TypeVar("R")
_RUN = threading.local()
"""What was read in the run that this thread is at; of no other session, since a thread runs one script at a time."""


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """The database and the artefacts, opened once for all sessions."""
    records.mask_all()
    found = settings.load()
    logs.start(found.home, logs.WEB, ids=log_ids.ids)
    # Nobody's decision, whoever looks first; and who looks is not to be asked here, for that asks this store.
    with acting.by_itself():
        return open_store(found, engines.PAGE)


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


def once(name: Hashable, read: Callable[[Store], R]) -> R:
    """What `read` gives of the store, read once while a page is drawn: all parts of a page tell the same.

    It is read anew in the next run, and in this one as soon as this process has written anything. With fifty people at
    once each transaction costs more by waiting for its turn on the processor than by what it does.

    Args:
        name: of what is read, with all that it depends on.
        read: reads it; nobody may change what it gives.
    """
    context = get_script_run_ctx()
    if context is None:
        return read(store())
    # Streamlit makes the cursors of a run anew each time, and kept they cannot be mistaken for those of another one.
    run, num_written = context.cursors, database.num_written()
    if getattr(_RUN, "run", None) is not run or num_written != _RUN.num_written:
        _RUN.run, _RUN.num_written, _RUN.read = run, num_written, {}
    known: dict[Hashable, R] = _RUN.read
    if name not in known:
        known[name] = read(store())
    return known[name]


@st.cache_resource(max_entries=256, show_spinner=False)
def _drawn(shows: Hashable, _draw: Callable[[], Any]) -> Any:
    return _draw()


def drawn(shows: Hashable, draw: Callable[[], Drawn]) -> Drawn:
    """What `draw` gives, from memory where it was drawn before; `shows` names all that it depends on."""
    picture: Drawn = _drawn(shows, draw)
    return picture
