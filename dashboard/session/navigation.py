"""Which pages there are. To add one: a file in pages/ and an entry here; the tests find it by themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import streamlit as st

from dashboard.look import phrases
from dashboard.session import address

FOLDER = Path(__file__).resolve().parents[2] / "pages"


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
    section: str = ""
    """Menu of the navigation in which it stands; empty: beside the menus."""

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
        section="Understand",
    ),
    "confusion": Entry(
        file="confusion.py",
        title="Mix-ups",
        icon=":material/grid_on:",
        question="Which categories does the model take for each other?",
        section="Understand",
    ),
    "mistakes": Entry(
        file="mistakes.py",
        title="Wrong tags",
        icon=":material/image_search:",
        question="Which garments does the model get wrong, and how sure was it?",
        section="Understand",
    ),
    "themes": Entry(
        file="themes.py",
        title="Themes",
        icon=":material/bubble_chart:",
        question="What do the garments of one kind of mistake have in common?",
        section="Understand",
    ),
    "compare": Entry(
        file="compare.py",
        title="Compare two",
        icon=":material/compare:",
        question="What tells two categories apart, and which garments lie between them?",
        section="Understand",
    ),
    "similar": Entry(
        file="similar.py",
        title="More like this",
        icon=":material/join_inner:",
        question="Which garments does the model see as alike, and do they carry the same mistake?",
        section="Understand",
    ),
    "tag": Entry(
        file="tag.py",
        title="Tag new garments",
        icon=":material/add_a_photo:",
        question="Which tags do new garments get, and which of them need a person?",
        section="Tag",
    ),
    "trust": Entry(
        file="trust.py",
        title="Automation line",
        icon=":material/rule:",
        question="How sure must the model be, so that a tag needs no person?",
        section="Tag",
    ),
    "acceptance": Entry(
        file="acceptance.py",
        title="Acceptance",
        icon=":material/how_to_reg:",
        question="Are the tags of new garments right in real use?",
        section="Tag",
    ),
    "reviews": Entry(
        file="reviews.py",
        title="Reviews",
        icon=":material/rate_review:",
        question="What has the team said about garments, and where do people disagree?",
        section="Review",
    ),
    "suspects": Entry(
        file="suspects.py",
        title="Wrong labels?",
        icon=":material/label_off:",
        question="Which labels of the training garments are probably wrong?",
        section="Review",
    ),
    "decide": Entry(
        file="decide.py",
        title="New against live",
        icon=":material/balance:",
        question="Is the new version better than the live one, and should it become live?",
        section="Decide",
    ),
    "garments": Entry(
        file="garments.py",
        title="Garments",
        icon=":material/photo_library:",
        question="Which garments do trainings learn from, and what is wrong with them?",
        section="Decide",
    ),
    "names": Entry(
        file="names.py",
        title="Names",
        icon=":material/sell:",
        question="What do we call the categories, and which of them are one to us?",
        section="Decide",
    ),
    "costs": Entry(
        file="costs.py",
        title="Costs",
        icon=":material/payments:",
        question="Which wrong tags are expensive, and which do not matter?",
        section="Decide",
    ),
    "versions": Entry(
        file="versions.py",
        title="Versions",
        icon=":material/history:",
        question="Which versions are there, and which one was live when, and why?",
        section="Decide",
    ),
    "log": Entry(
        file="log.py",
        title="Log",
        icon=":material/receipt_long:",
        question="Who decided what, when, and why?",
        section="Decide",
    ),
}
"""Key (used in links) -> page, in the order of the navigation; the first one opens at the start."""


def render_link(
    page: str,
    label: str,
    query: Mapping[str, str] | None = None,
    *,
    icon: str = "",
    help: str | None = None,
    width: Literal["content", "stretch"] = "content",
) -> None:
    """A link to a page that keeps the version on screen.

    Args:
        page: key in `PAGES`.
        label: what it says; may hold names that anybody chose.
        query: the choices that the address of the page begins with.
        icon: Material symbol; empty: that of the page.
        help: what a pointer over it says, as Markdown.
        width: as wide as its words, or as the place it stands in.
    """
    entry = PAGES[page]
    st.page_link(
        entry.path,
        label=phrases.markdown(label),
        icon=icon or entry.icon,
        query_params=address.link(query or {}),
        help=help,
        width=width,
    )


def open_page(page: str, query: Mapping[str, str] | None = None) -> None:
    """Leaves this page for another one, and keeps the version on screen."""
    st.switch_page(PAGES[page].path, query_params=address.link(query or {}))


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
    """Draws the navigation and gives the page that was asked for.

    It stands above the page, so that the sidebar begins with the version and the training; a phone has no room there,
    and Streamlit lists the pages at the head of the sidebar instead.
    """
    st.html(_STYLE)
    first = next(iter(PAGES.values()))
    sections: dict[str, list[st.Page]] = {}
    for entry in PAGES.values():
        page = st.Page(entry.path, title=entry.title, icon=entry.icon, help=entry.question, default=entry is first)
        sections.setdefault(entry.section, []).append(page)
    return st.navigation(sections, position="top")
