"""Notes of this session, and what controls and components have just reported."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import streamlit as st

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Note(Generic[T]):
    """Something that this session notes for its later runs; a control may hold it, by its key."""

    name: str
    """What no other note is called."""

    @property
    def key(self) -> str:
        """Where it lies in the state of the session."""
        return f"note-{self.name}"

    def get(self) -> T | None:
        """What was noted last; None where nothing was."""
        found: T | None = st.session_state.get(self.key)
        return found

    def set(self, value: T | None) -> None:
        """Makes the note."""
        st.session_state[self.key] = value


OWN_JOBS: Note[tuple[str, ...]] = Note("own-jobs")
"""Trainings and searches that this session asked for, by id."""
REVEAL_GALLERY: Note[bool] = Note("reveal-gallery")
"""Whether the next gallery that is drawn is to be scrolled to."""
DARK: Note[bool] = Note("dark")
"""Whether the page was last drawn for the dark appearance."""
_ON_SCREEN: Note[str] = Note("page-on-screen")


def chart_points(key: str) -> list[dict[str, Any]]:
    """The marks of a chart that were just clicked; empty where a click only ended a choice."""
    event = st.session_state.get(key) or {}
    return list(event.get("selection", {}).get("points", []))


def chart_boxes(key: str) -> list[dict[str, Any]]:
    """The boxes that were just drawn in a chart; empty where the choice ended."""
    event = st.session_state.get(key) or {}
    return list(event.get("selection", {}).get("box", []))


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


def standing(*starts: str) -> dict[str, Any]:
    """Key -> value of the controls whose keys start so; in a callback, with what was changed before the click."""
    return {str(key): value for key, value in st.session_state.items() if str(key).startswith(starts)}


def component_value(key: str, name: str) -> Any:
    """What a component of ours has just reported."""
    return getattr(st.session_state.get(key), name, None)


def arrived_at(page: str) -> bool:
    """Notes the page that is drawn; True where another one was on screen before."""
    is_new = _ON_SCREEN.get() != page
    _ON_SCREEN.set(page)
    return is_new


def is_dark() -> bool:
    """Whether this browser shows the dark appearance."""
    return st.context.theme.type == "dark"


def remember_appearance() -> None:
    """Notes what this run was drawn for, so that the sidebar can tell when it changes."""
    DARK.set(is_dark())
