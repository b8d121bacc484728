"""Which version is on screen: the one in the address, else the last one chosen, else the live one of its catalogue.

Each catalogue of one's own has its own versions and its own live one, see `core.store.runs.live_history`: which one is
on screen stands in the address likewise, else it is the last one chosen, else the usual one.
"""

from collections.abc import Sequence

import streamlit as st

from core.catalogue import CATALOGUES, DEFAULT
from core.store.runs import live_history
from core.store.runs.runs import Run
from dashboard.data import runs
from dashboard.look import phrases
from dashboard.session import address

_VERSION, _SCOPE = "remembered-version", "remembered-catalogue"


def current_run() -> Run:
    """The version on screen: the one in the address, else the last one chosen, else the live one, else the newest.

    Says what must be known about its garments. Where there is no version yet it says so and ends the page.
    """
    published = runs.published()
    if not published:
        st.info("There is no model yet. Train the first one from the sidebar.", icon=":material/model_training:")
        st.stop()
    run = shown_run(published, quiet=False)
    if run.catalogue_note:
        st.info(phrases.markdown(run.catalogue_note), icon=":material/inventory_2:")
    return run


def shown_run(published: Sequence[Run], *, quiet: bool = True) -> Run:
    """The version on screen, where `quiet` without a word on the page; `published` must not be empty."""
    if run := _asked_for(published, quiet=quiet):
        return run
    scope = _shown_scope(published, quiet=quiet)
    ours = [run for run in published if run.scope == scope]
    return _remembered(ours) or runs.live(scope) or ours[0]


def shown_version(published: Sequence[Run]) -> int:
    """The number of the version on screen, without a word on the page; `published` must not be empty."""
    return shown_run(published).version


def titles(published: Sequence[Run]) -> dict[str, str]:
    """Each catalogue that has versions, as a link names it -> its name for people; that of the newest version first."""
    found: dict[str, str] = {}
    for run in published:
        found.setdefault(name_of(run), run.catalogue_title)
    return found


def name_of(run: Run) -> str:
    """The catalogue of a version, as a link names it: those that come with the program go by one name."""
    return run.scope or DEFAULT


def remember_version(number: int) -> None:
    """Shows that version from now on, on every page of this session; keeps the page's other choices."""
    st.session_state[_VERSION] = number
    address.change_address({address.VERSION: str(number), "garment": None})


def remember_catalogue(name: str) -> None:
    """Shows the live version of that catalogue from now on; choices about other garments are no longer meant."""
    st.session_state[_VERSION], st.session_state[_SCOPE] = None, live_history.scope_of(name)
    st.query_params.from_dict({address.CATALOGUE: name})


def keep_on_screen(number: int) -> None:
    """Keeps that version on screen in this session, even when another one becomes live meanwhile."""
    st.session_state[_VERSION] = number


def forget_version() -> None:
    """Shows the usual version again: the one on screen is gone."""
    st.session_state[_VERSION] = None
    address.change_address({address.VERSION: None, "garment": None})


def on_version_chosen() -> None:
    """What the control for the version calls."""
    remember_version(int(st.session_state["control-shown-version"]))


def on_catalogue_chosen() -> None:
    """What the control for the catalogue calls."""
    remember_catalogue(str(st.session_state["control-shown-catalogue"]))


def _asked_for(published: Sequence[Run], *, quiet: bool = False) -> Run | None:
    asked = st.query_params.get(address.VERSION)
    if asked is None:
        return None
    found = next((run for run in published if asked in (str(run.version), run.id)), None)
    if found is not None:
        st.session_state[_VERSION], st.session_state[_SCOPE] = found.version, found.scope
    elif not quiet:
        st.info(phrases.markdown(phrases.fallback("version", asked, "the usual version")), icon=":material/link_off:")
    return found


def _shown_scope(published: Sequence[Run], *, quiet: bool) -> str:
    """The catalogue of the address, else the last one chosen, else the usual one; only one that has versions."""
    scopes = {run.scope for run in published}
    asked = st.query_params.get(address.CATALOGUE)
    if asked is not None and (asked in CATALOGUES or asked in scopes) and live_history.scope_of(asked) in scopes:
        st.session_state[_SCOPE] = live_history.scope_of(asked)
        return live_history.scope_of(asked)
    if asked is not None and not quiet:
        said = phrases.fallback("catalogue", asked, "the usual garments")
        st.info(phrases.markdown(said), icon=":material/link_off:")
    live = runs.live()
    usual = published[0].scope if live is None else live.scope
    remembered = st.session_state.get(_SCOPE)
    if remembered is None or remembered not in scopes:
        return usual
    if remembered != usual and asked is None:
        # The address of every page must tell a colleague which garments these are.
        address.change_address({address.CATALOGUE: remembered or DEFAULT})
    return str(remembered)


def _remembered(published: Sequence[Run]) -> Run | None:
    number = st.session_state.get(_VERSION)
    found = next((run for run in published if run.version == number), None)
    if found is not None and not runs.is_live(found) and address.VERSION not in st.query_params:
        # The address of every page must tell a colleague which version this is.
        address.change_address({address.VERSION: str(found.version)})
    return found
