"""Whether figures are as we sell or in the model's own categories: the address says so, and one switch changes it."""

import streamlit as st

from core.store.runs.runs import Run
from dashboard.data import run_views
from dashboard.data.run_views import RunView
from dashboard.session import address

OWN = "own"
AS_SOLD = "sold"
_LABELS = {AS_SOLD: "As we sell", OWN: "Model's own categories"}


def is_as_sold() -> bool:
    """Whether merged categories are shown as one; they are, unless the address asks for the model's own."""
    return address.asked(address.CATEGORIES) != OWN


def shown(run: Run) -> RunView:
    """That version in the categories that the address asks for."""
    return run_views.of(run, is_as_sold())


def render_switch(run: Run) -> None:
    """The switch between both; nothing where the team has merged no categories, as both are the same then."""
    if not run_views.of(run).is_merged:
        return
    st.segmented_control(
        "Categories",
        list(_LABELS),
        required=True,
        format_func=_LABELS.__getitem__,
        key=address.control_key(address.CATEGORIES, address.choice("categories", (AS_SOLD, OWN), AS_SOLD)),
        label_visibility="collapsed",
        on_change=address.on_control(
            address.CATEGORIES,
            lambda choice: None if choice == AS_SOLD else OWN,
            clears=("real", "tagged", "theme", "page", "garment"),
        ),
    )
