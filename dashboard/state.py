"""What a page knows: the version shown and the choices in the address.

The only user of `st.session_state` and `st.query_params`. The address is the truth: every choice is read from it, and
changing a control writes it. So a colleague who opens the same address sees the same garments, and the browser's back
button undoes a choice. What is stored of a version is read in `dashboard.stored`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from core.store import promotions
from core.store.runs import Run
from dashboard import stored, wording

VERSION = "version"
"""Name in the address of the version shown; kept from page to page."""


# ---- the version shown -----------------------------------------------------------------------------------------


def current_run() -> Run:
    """The version on screen: the one in the address, else the last one chosen, else the live one, else the newest.

    Says what must be known about its garments. Where there is no version yet it says so and ends the page.
    """
    published = stored.all_runs()
    if not published:
        st.info("There is no model yet. Train the first one from the sidebar.", icon=":material/model_training:")
        st.stop()
    run = _asked_for(published) or _remembered(published) or promotions.live_run(stored.store()) or published[0]
    if run.catalogue_note:
        st.info(wording.markdown(run.catalogue_note), icon=":material/draw:")
    return run


def shown_version(published: Sequence[Run]) -> int:
    """The number of the version on screen, without a word on the page; `published` must not be empty."""
    run = (
        _asked_for(published, quiet=True)
        or _remembered(published)
        or promotions.live_run(stored.store())
        or published[0]
    )
    return run.version


def remember_version(number: int) -> None:
    """Shows that version from now on, on every page of this session; keeps the page's other choices."""
    st.session_state["remembered-version"] = number
    change_address({VERSION: str(number), "garment": None})


def forget_version() -> None:
    """Shows the usual version again: the one on screen is gone."""
    st.session_state["remembered-version"] = None
    change_address({VERSION: None, "garment": None})


def on_version_chosen() -> None:
    """What the control for the version calls."""
    remember_version(int(st.session_state["control-shown-version"]))


def _asked_for(published: Sequence[Run], *, quiet: bool = False) -> Run | None:
    asked = st.query_params.get(VERSION)
    if asked is None:
        return None
    found = next((run for run in published if asked in (str(run.version), run.id)), None)
    if found is not None:
        st.session_state["remembered-version"] = found.version
    elif not quiet:
        st.info(wording.markdown(wording.fallback("version", asked, "the usual version")), icon=":material/link_off:")
    return found


def _remembered(published: Sequence[Run]) -> Run | None:
    number = st.session_state.get("remembered-version")
    found = next((run for run in published if run.version == number), None)
    if found is not None and found.version != stored.live_version() and VERSION not in st.query_params:
        # The address of every page must tell a colleague which version this is.
        change_address({VERSION: str(found.version)})
    return found


# ---- the address ------------------------------------------------------------------------------------------------


def change_address(changes: Mapping[str, str | None]) -> None:
    """Writes choices into the address in one step of the browser's history; None takes one out."""
    wanted = {**st.query_params.to_dict(), **changes}
    kept = {name: value for name, value in wanted.items() if value is not None}
    if kept != st.query_params.to_dict():
        st.query_params.from_dict(kept)


def link(query: Mapping[str, str]) -> dict[str, str]:
    """What a link to another page must carry: its own choices and the version on screen."""
    asked = st.query_params.get(VERSION)
    return {VERSION: asked, **query} if asked else dict(query)


def choice(name: str, options: Sequence[str], default: str | None) -> str | None:
    """The value in the address if it is one of `options`; else the default, with one sentence."""
    value = st.query_params.get(name)
    if value is None or value in options:
        return default if value is None else value
    _say_fallback(name, value, "all of them" if default is None else f"“{default}”")
    return default


def number(name: str, low: int, high: int) -> int | None:
    """The whole number in the address if it lies in low..high; else None, with one sentence."""
    value = st.query_params.get(name)
    if value is None:
        return None
    if value.isascii() and value.isdigit() and len(value) <= 12 and low <= int(value) <= high:
        return int(value)
    _say_fallback(name, value, "the usual view")
    return None


def number_range(name: str, low: int, high: int) -> tuple[int, int]:
    """The range "20-80" in the address if it lies in low..high; else all of it, with one sentence."""
    value = st.query_params.get(name)
    if value is None:
        return low, high
    first, _, last = value.partition("-")
    if all(end.isascii() and end.isdigit() and len(end) <= 12 for end in (first, last)):
        ends = int(first), int(last)
        if low <= ends[0] <= ends[1] <= high:
            return ends
    _say_fallback(name, value, f"{low} to {high}")
    return low, high


def number_list(name: str, length: int, high: int) -> tuple[int, ...] | None:
    """The `length` whole numbers "40-10-0" in the address, each 0..high and not all 0; else None, with one sentence."""
    value = st.query_params.get(name)
    if value is None:
        return None
    parts = value.split("-")
    if len(parts) == length and all(part.isascii() and part.isdigit() and len(part) <= 9 for part in parts):
        numbers = tuple(int(part) for part in parts)
        if any(numbers) and max(numbers) <= high:
            return numbers
    _say_fallback(name, value, "the usual view")
    return None


def _say_fallback(name: str, value: str, instead: str) -> None:
    st.info(wording.markdown(wording.fallback(name, value, instead)), icon=":material/link_off:")


# ---- controls whose value lives in the address --------------------------------------------------------------------


def control_key(name: str, value: Any) -> str:
    """The key of a control that shows `value`; the control starts from the address in every run."""
    key = f"control-{name}"
    st.session_state[key] = value
    return key


def control_value(name: str) -> Any:
    """What a control made with `control_key` was set to; for its `on_change`."""
    return st.session_state[f"control-{name}"]


def on_control(name: str, to_text: Callable[[Any], str | None], clears: Sequence[str] = ()) -> Callable[[], None]:
    """What a control calls when it was changed: writes its value into the address and takes `clears` out.

    Args:
        name: of the choice in the address.
        to_text: the value as it stands in the address, None to take it out.
        clears: choices that no longer make sense, such as the page of a list that is now another.
    """

    def write() -> None:
        text = to_text(control_value(name))
        change_address({**dict.fromkeys(clears), name: text})

    return write


def chart_points(key: str) -> list[dict[str, Any]]:
    """The marks of a chart that were just clicked; empty where a click only ended a choice."""
    event = st.session_state.get(key) or {}
    return list(event.get("selection", {}).get("points", []))


def selected_rows(key: str) -> list[int]:
    """The positions of the rows that are selected in a table."""
    event = st.session_state.get(key) or {}
    return [int(position) for position in event.get("selection", {}).get("rows", [])]


def page_turned(key: str) -> int:
    """The page that was just chosen in a paging control."""
    return int(st.session_state[key])


def chosen_in_menu(key: str) -> str | None:
    """What was just chosen in the menu of a button."""
    chosen = st.session_state.get(key)
    return None if chosen is None else str(chosen)


def component_value(key: str, name: str) -> Any:
    """What a component of ours has just reported."""
    return getattr(st.session_state.get(key), name, None)


# ---- small things about this session ------------------------------------------------------------------------------


def flag(name: str) -> Any:
    """A note this session made for itself, None where it made none."""
    return st.session_state.get(f"flag-{name}")


def set_flag(name: str, value: Any) -> None:
    """Makes a note for later runs of this session."""
    st.session_state[f"flag-{name}"] = value


def arrived_at(page: str) -> bool:
    """Notes the page that is drawn; True where another one was on screen before."""
    is_new: bool = flag("page-on-screen") != page
    set_flag("page-on-screen", page)
    return is_new


def is_dark() -> bool:
    """Whether this browser shows the dark appearance."""
    return st.context.theme.type == "dark"


def remember_appearance() -> None:
    """Notes what this run was drawn for, so that the sidebar can tell when it changes."""
    set_flag("dark", is_dark())


def signed_in() -> str:
    """Who signed in, where a login stands in front of the dashboard; else empty."""
    if getattr(st.user, "is_logged_in", False):
        return str(st.user.get("name") or st.user.get("email") or "a colleague")
    return ""
