"""Which version is on screen: the one in the address, else the last one chosen, else the live one."""

from collections.abc import Sequence

import streamlit as st

from core.store.live import promotions
from core.store.runs import runs as stored_runs
from core.store.runs.runs import Run
from dashboard.data import runs, store
from dashboard.look import phrases
from dashboard.session import address


def current_run() -> Run:
    """The version on screen: the one in the address, else the last one chosen, else the live one, else the newest.

    Says what must be known about its garments. Where there is no version yet it says so and ends the page.
    """
    published = stored_runs.list_runs(store.store())
    if not published:
        st.info("There is no model yet. Train the first one from the sidebar.", icon=":material/model_training:")
        st.stop()
    run = _asked_for(published) or _remembered(published) or promotions.live_run(store.store()) or published[0]
    if run.catalogue_note:
        st.info(phrases.markdown(run.catalogue_note), icon=":material/inventory_2:")
    return run


def shown_version(published: Sequence[Run]) -> int:
    """The number of the version on screen, without a word on the page; `published` must not be empty."""
    run = (
        _asked_for(published, quiet=True)
        or _remembered(published)
        or promotions.live_run(store.store())
        or published[0]
    )
    return run.version


def remember_version(number: int) -> None:
    """Shows that version from now on, on every page of this session; keeps the page's other choices."""
    st.session_state["remembered-version"] = number
    address.change_address({address.VERSION: str(number), "garment": None})


def keep_on_screen(number: int) -> None:
    """Keeps that version on screen in this session, even when another one becomes live meanwhile."""
    st.session_state["remembered-version"] = number


def forget_version() -> None:
    """Shows the usual version again: the one on screen is gone."""
    st.session_state["remembered-version"] = None
    address.change_address({address.VERSION: None, "garment": None})


def on_version_chosen() -> None:
    """What the control for the version calls."""
    remember_version(int(st.session_state["control-shown-version"]))


def _asked_for(published: Sequence[Run], *, quiet: bool = False) -> Run | None:
    asked = st.query_params.get(address.VERSION)
    if asked is None:
        return None
    found = next((run for run in published if asked in (str(run.version), run.id)), None)
    if found is not None:
        st.session_state["remembered-version"] = found.version
    elif not quiet:
        st.info(phrases.markdown(phrases.fallback("version", asked, "the usual version")), icon=":material/link_off:")
    return found


def _remembered(published: Sequence[Run]) -> Run | None:
    number = st.session_state.get("remembered-version")
    found = next((run for run in published if run.version == number), None)
    if found is not None and found.version != runs.live_version() and address.VERSION not in st.query_params:
        # The address of every page must tell a colleague which version this is.
        address.change_address({address.VERSION: str(found.version)})
    return found
