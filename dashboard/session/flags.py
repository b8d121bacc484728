"""Notes of this session, and what controls and components have just reported."""

from typing import Any

import streamlit as st


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
