"""The log on screen: who did what, when; filtered, and as CSV."""

import pandas as pd
import streamlit as st

from core.store.base import audit
from dashboard.data import live, store
from dashboard.session import address
from dashboard.versions import wording as version_wording

MOST_SHOWN = 500
_ANYBODY = "Anybody"
_ANYTHING = "Anything"


def render_filters() -> tuple[str | None, str | None]:
    """Whose lines, and which actions; None: all of them."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        return _chosen_who(), _chosen_action()


def render_lines(who: str | None, action: str | None) -> None:
    """The newest lines that pass the two filters, how many there are, and all of them as CSV."""
    found = audit.entries(store.store(), who=who, action=action, limit=None)
    if not found:
        _render_nothing(is_filtered=who is not None or action is not None)
        return
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{version_wording.lines_shown(min(len(found), MOST_SHOWN), len(found))}**", width="content")
        st.download_button(
            "This list as CSV",
            data=lambda: live.log_as_csv(who=who, action=action),
            file_name="_".join(filter(None, ("log", action))) + ".csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
    st.dataframe(_table(found[:MOST_SHOWN]), hide_index=True)


def _render_nothing(*, is_filtered: bool) -> None:
    if not is_filtered:
        st.info("Nothing stands in the log yet. What is decided from now on will.", icon=":material/history:")
        return
    st.info("Nothing in the log matches these filters.", icon=":material/history:")
    st.button("Clear all filters", on_click=address.change_address, args=({"who": None, "what": None},))


def _chosen_who() -> str | None:
    people = audit.everybody(store.store())
    chosen = address.choice("who", people, None)
    st.selectbox(
        "Who",
        [_ANYBODY, *people],
        key=address.control_key("who", chosen or _ANYBODY),
        on_change=address.on_control("who", lambda name: None if name == _ANYBODY else str(name)),
        width=280,
    )
    return chosen


def _chosen_action() -> str | None:
    chosen = address.choice("what", audit.ACTIONS, None)
    st.selectbox(
        "What",
        [_ANYTHING, *audit.ACTIONS],
        format_func=lambda name: version_wording.ACTIONS.get(name, name),
        key=address.control_key("what", chosen or _ANYTHING),
        on_change=address.on_control("what", lambda name: None if name == _ANYTHING else str(name)),
        width=280,
    )
    return chosen


def _table(found: list[audit.Entry]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "When": [f"{entry.at.astimezone():%Y-%m-%d %H:%M}" for entry in found],
            "Who": [entry.who for entry in found],
            "What": [version_wording.ACTIONS.get(entry.action, entry.action) for entry in found],
            "About": [entry.subject for entry in found],
            "Before": [audit.as_text(entry.before) for entry in found],
            "Since then": [audit.as_text(entry.after) for entry in found],
            "Why": [" ".join(entry.note.split()) for entry in found],
        }
    )
