"""The Monday pack on the first page: one button that makes it and hands it to the browser."""

from datetime import UTC, datetime

import streamlit as st

from core.report import pack
from core.store.runs.runs import Run
from dashboard.data import store
from dashboard.session import category_switch, guard, person


def render_button(run: Run) -> None:
    """The pack about the version and categories on screen: two pages to print, and their lists; made at the click."""
    # Asked now: the browser fetches the file without its session.
    who, as_sold = person.name(), category_switch.is_as_sold()
    with guard.guarded("The Monday pack"), st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Monday pack",
            data=person.as_now(
                lambda: pack.make(store.store(), run, who=who, now=datetime.now(UTC), as_sold=as_sold).zipped()
            ),
            file_name=f"monday-pack_version-{run.version}_{datetime.now().astimezone():%Y-%m-%d}.zip",
            mime="application/zip",
            icon=":material/print:",
            on_click="ignore",
            key="monday-pack",
        )
        st.caption("Two pages to print for the Monday meeting, and their lists as CSV.", width="content")
