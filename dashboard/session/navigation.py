"""The navigation, links to pages, and the part of a page that the address asks for."""

from collections.abc import Callable, Mapping
from typing import Literal

import streamlit as st

from dashboard.data import runs
from dashboard.look import phrases
from dashboard.session import address, site_map


def open_parts(page: str) -> dict[str, site_map.Part]:
    """The parts of a page that can be shown now: before there is a version, those that need none."""
    has_version = bool(runs.published())
    return {name: part for name, part in site_map.PAGES[page].parts.items() if has_version or not part.needs_version}


def shown_part(page: str) -> str:
    """The part of a page that the address asks for; its first open one where it asks for none, empty without any."""
    parts = tuple(open_parts(page))
    return (address.choice(site_map.PART, parts, parts[0]) or parts[0]) if parts else ""


def render_link(
    place: str,
    label: str,
    query: Mapping[str, str] | None = None,
    *,
    icon: str = "",
    help: str | None = None,
    width: Literal["content", "stretch"] = "content",
) -> None:
    """A link to a page that keeps the version on screen.

    Args:
        place: one of `site_map.places`, or a page.
        label: what it says; may hold names that anybody chose.
        query: the choices that the address of the page begins with.
        icon: Material symbol; empty: that of the place.
        help: what a pointer over it says, as Markdown.
        width: as wide as its words, or as the place it stands in.
    """
    page, _, part = place.partition("/")
    entry = site_map.PAGES[page]
    st.page_link(
        site_map.path(page),
        label=phrases.markdown(label),
        icon=icon or (entry.parts[part].icon if part else entry.icon),
        query_params=address.link(site_map.query_of(place, query)),
        help=help,
        width=width,
    )


def open_page(place: str, query: Mapping[str, str] | None = None) -> None:
    """Leaves this page for another place, and keeps the version on screen."""
    st.switch_page(site_map.path(place.partition("/")[0]), query_params=address.link(site_map.query_of(place, query)))


def chosen_page() -> st.Page:
    """Draws the navigation and gives the page that was asked for.

    It stands above the page, so that the sidebar begins with the version and the training; a phone has no room there,
    and Streamlit lists the pages at the head of the sidebar instead.
    """
    first = next(iter(site_map.PAGES))
    shown = [
        st.Page(site_map.path(page), title=entry.title, icon=entry.icon, help=entry.question, default=page == first)
        for page, entry in site_map.PAGES.items()
    ]
    former = [
        st.Page(
            _forwards(place), title=site_map.PAGES[place.partition("/")[0]].title, url_path=before, visibility="hidden"
        )
        for before, place in site_map.FORMER.items()
    ]
    return st.navigation([*shown, *former], position="top", expanded=True)


def _forwards(place: str) -> Callable[[], None]:
    """A page that is nothing but the way to its new place, with everything else that the address asked for."""

    def forward() -> None:
        open_page(place, {name: value for name, value in st.query_params.to_dict().items() if name != site_map.PART})

    return forward
