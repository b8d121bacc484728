"""The log on screen: who did what, when and why, a sentence a line, day by day; filtered, and as CSV."""

import itertools

import pandas as pd
import streamlit as st

from core.store.base import audit
from dashboard.data import live, store
from dashboard.log import wording
from dashboard.look import people_wording, phrases
from dashboard.parts import places
from dashboard.session import address, flags
from dashboard.versions import wording as version_wording

NUM_LINES = 50
"""Lines on screen at first, and so many more with each click."""
MOST_IN_TABLE = 500
_ANYBODY = "Anybody"
_ANYTHING = "Anything"
_SHOWN: flags.Note[tuple[tuple[str | None, str | None], int]] = flags.Note("log-lines-shown")


def render_filters() -> tuple[str | None, str | None]:
    """Whose lines, and which actions; None: all of them."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        return _chosen_who(), _chosen_action()


def render_lines(who: str | None, action: str | None) -> None:
    """The newest lines that pass the two filters as sentences, how many there are, and all of them as CSV."""
    found = audit.entries(store.store(), who=who, action=action, limit=None)
    if not found:
        _render_nothing(is_filtered=who is not None or action is not None)
        return
    shown = found[: _num_shown(who, action)]
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{version_wording.lines_shown(len(shown), len(found))}**", width="content")
        _render_download(who, action)
    for day, lines in itertools.groupby(shown, key=lambda entry: phrases.date(entry.at)):
        st.header(day, anchor=False)
        st.markdown("\n\n".join(_line(entry) for entry in lines))
    if len(shown) < len(found):
        more = ((who, action), len(shown) + NUM_LINES)
        st.button("Show older lines", key="log-more", icon=":material/expand_more:", on_click=_SHOWN.set, args=(more,))
    with st.expander("For analysts"):
        st.dataframe(_table(found[:MOST_IN_TABLE]), hide_index=True)


def _num_shown(who: str | None, action: str | None) -> int:
    """How many lines were asked for; another choice of lines starts at the newest again."""
    filters, num = _SHOWN.get() or (None, NUM_LINES)
    return num if filters == (who, action) else NUM_LINES


def _line(entry: audit.Entry) -> str:
    """One line as Markdown: the time, a sign, the name, what was done, and why."""
    reason = wording.reason(entry)
    parts = (
        f":gray[{entry.at.astimezone():%H:%M}]",
        wording.ICONS.get(entry.action, wording.OTHER_ICON),
        f"**{phrases.markdown(entry.who)}**",
        phrases.markdown(wording.sentence(entry)),
        f":gray[{phrases.markdown(reason)}]" if reason else "",
    )
    return " ".join(filter(None, parts))


def _render_download(who: str | None, action: str | None) -> None:
    st.download_button(
        "This list as CSV",
        data=lambda: live.log_as_csv(who=who, action=action),
        file_name="_".join(filter(None, ("log", action))) + ".csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def _render_nothing(*, is_filtered: bool) -> None:
    if not is_filtered:
        st.info("Nothing stands in the log yet. What is decided from now on will.", icon=":material/history:")
        return
    st.info("Nothing in the log matches these filters.", icon=":material/history:")
    st.button("Clear all filters", on_click=address.change_address, args=({"who": None, "what": None},))


def _chosen_who() -> str | None:
    people = audit.everybody(store.store())
    chosen = address.choice("who", people, None)
    with places.at_least(places.FIELD, "log-who", width=280):
        st.selectbox(
            "Who",
            [_ANYBODY, *people],
            key=address.control_key("who", chosen or _ANYBODY),
            on_change=address.on_control("who", lambda name: None if name == _ANYBODY else str(name)),
        )
    return chosen


def _chosen_action() -> str | None:
    chosen = address.choice("what", audit.ACTIONS, None)
    with places.at_least(places.FIELD, "log-what", width=280):
        st.selectbox(
            "What",
            [_ANYTHING, *audit.ACTIONS],
            format_func=lambda name: version_wording.ACTIONS.get(name, name),
            key=address.control_key("what", chosen or _ANYTHING),
            on_change=address.on_control("what", lambda name: None if name == _ANYTHING else str(name)),
        )
    return chosen


def _table(found: list[audit.Entry]) -> pd.DataFrame:
    """The lines as they are kept; what was so before and since as JSON."""
    return pd.DataFrame(
        {
            "When": [f"{entry.at.astimezone():%Y-%m-%d %H:%M}" for entry in found],
            "Who": [entry.who for entry in found],
            "Known": [people_wording.known_by(entry.known_by) for entry in found],
            "What": [version_wording.ACTIONS.get(entry.action, entry.action) for entry in found],
            "About": [entry.subject for entry in found],
            "Before": [audit.as_text(entry.before) for entry in found],
            "Since then": [audit.as_text(entry.after) for entry in found],
            "Why": [" ".join(entry.note.split()) for entry in found],
        }
    )
