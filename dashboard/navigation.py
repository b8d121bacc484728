"""Which pages there are. To add one: a file in pages/ and an entry here; the tests find it by themselves."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

FOLDER = Path(__file__).resolve().parents[1] / "pages"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One page of the navigation."""

    file: str
    """Name in the folder pages/."""
    title: str
    """Name in the navigation and at the head of the page."""
    icon: str
    """Material symbol."""
    question: str
    """What the page answers; equal to its docstring."""

    @property
    def path(self) -> Path:
        """Where the page's script is."""
        return FOLDER / self.file


PAGES: dict[str, Entry] = {
    "overview": Entry(
        file="overview.py",
        title="Today",
        icon=":material/today:",
        question="Can we trust the tags today, and what should we look at first?",
    ),
    "categories": Entry(
        file="categories.py",
        title="Categories",
        icon=":material/checklist:",
        question="Which categories does the model find, and which of its tags can be trusted?",
    ),
    "confusion": Entry(
        file="confusion.py",
        title="Mix-ups",
        icon=":material/grid_on:",
        question="Which categories does the model take for each other?",
    ),
    "mistakes": Entry(
        file="mistakes.py",
        title="Wrong tags",
        icon=":material/image_search:",
        question="Which garments does the model get wrong, and how sure was it?",
    ),
    "compare": Entry(
        file="compare.py",
        title="Compare two",
        icon=":material/compare:",
        question="What tells two categories apart, and which garments lie between them?",
    ),
    "similar": Entry(
        file="similar.py",
        title="More like this",
        icon=":material/join_inner:",
        question="Which garments does the model see as alike, and do they carry the same mistake?",
    ),
}
"""Key (used in links) -> page, in the order of the navigation; the first one opens at the start."""


# A constant: no data ever gets here. Links name categories, and a name that is cut says nothing.
_STYLE = """
<style>
[data-testid="stPageLink-NavLink"] { height: auto; }
[data-testid="stPageLink-NavLink"] > span:last-of-type,
[data-testid="stPageLink-NavLink"] p {
  line-height: 1.35;
  overflow: visible;
  overflow-wrap: anywhere;
  white-space: normal;
}
</style>
"""


def chosen_page() -> st.Page:
    """Draws the navigation and gives the page that was asked for."""
    st.html(_STYLE)
    entries = list(PAGES.values())
    return st.navigation(
        [
            st.Page(entry.path, title=entry.title, icon=entry.icon, help=entry.question, default=entry is entries[0])
            for entry in entries
        ]
    )
