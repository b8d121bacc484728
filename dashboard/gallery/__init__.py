"""The gallery: a list of garments as tiles or as a table, 24 a page, and the one that is opened."""

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from core.store.runs import Run
from dashboard import filters, guard, state, stored, wording
from dashboard.gallery import listing as lists
from dashboard.gallery import panel, tiles

PAGE_SIZE = 24
VIEWS = {"tiles": "Tiles", "table": "Table"}


def render_chosen_kind(run: Run, listing: filters.Listing, hint: str) -> None:
    """The chosen kind of garments with a chip that takes the choice away; the hint where none is chosen."""
    if listing.cell is None:
        st.caption(hint)
        return
    with st.container(key="chosen-kind"):
        filters.render_chip(run, listing, len(stored.listed(run, listing.order, listing.arguments)))
        render_gallery(run, listing)


@st.fragment
def render_gallery(run: Run, listing: filters.Listing) -> None:
    """Draws the listed garments with their count, paging, CSV, and the panel of the opened one.

    A fragment: turning a page or opening a garment draws nothing else again.
    """
    with guard.guarded("The gallery"):
        table = stored.listed(run, listing.order, listing.arguments)
        num_pages = max(1, -(-len(table) // PAGE_SIZE))
        page = state.number("page", 1, num_pages) or 1
        shown = table.iloc[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
        view = state.choice("view", tuple(VIEWS), "tiles") or "tiles"
        _render_bar(run, listing, table, page, view)
        if shown.empty:
            _render_nothing(listing)
            return
        asked = state.number("garment", 0, run.num_test - 1)
        opened = int(shown["garment"].iloc[0]) if asked is None else asked
        left, right = st.columns([4, 1], gap="small")
        with right, st.container(key="garment-panel"):
            panel.render_panel(run, opened)
        with left:
            _render_list(run, listing, shown, page, view, opened)
            _render_pages(num_pages, page)


def _render_bar(run: Run, listing: filters.Listing, table: pd.DataFrame, page: int, view: str) -> None:
    """The count, always visible, and what can be done with the whole list."""
    noun = "mistakes" if listing.only_mistakes else "garments tagged correctly"
    num_all = run.num_test - run.num_correct if listing.only_mistakes else run.num_correct
    first = (page - 1) * PAGE_SIZE + 1
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        sentence = wording.showing(first, min(first + PAGE_SIZE - 1, len(table)), len(table), num_all, noun)
        st.markdown(f"**{wording.markdown(sentence)}**", width="content")
        with st.container(horizontal=True, width="content"):
            st.segmented_control(
                "Show as",
                list(VIEWS),
                required=True,
                format_func=VIEWS.__getitem__,
                key=state.control_key("view", view),
                label_visibility="collapsed",
                on_change=state.on_control("view", lambda choice: None if choice == "tiles" else str(choice)),
            )
            st.download_button(
                "This list as CSV",
                data=lambda: lists.as_csv(table, run.class_names),
                file_name=_file_name(run, listing),
                mime="text/csv",
                icon=":material/download:",
                on_click="ignore",
                disabled=table.empty,
            )


def _render_nothing(listing: filters.Listing) -> None:
    if listing.only_mistakes:
        st.success(wording.no_match(listing.num_filters), icon=":material/check_circle:")
    else:
        st.info("The model found none of these garments.", icon=":material/info:")
    if listing.num_filters:
        st.button("Clear all filters", on_click=filters.clear, key="clear-empty")


def _render_list(run: Run, listing: filters.Listing, shown: pd.DataFrame, page: int, view: str, opened: int) -> None:
    images = _pictures(run, shown)
    if view == "table":
        _render_table(run, shown, images)
        return
    told = _told_tiles(f"{run.id} {listing} {page}", opened)
    tiles.render_tiles(shown, images, run.class_names, key="tiles", told=told, on_pick=_open_picked_tile)


def _render_table(run: Run, shown: pd.DataFrame, images: NDArray[np.uint8] | None) -> None:
    table = lists.readable(shown, run.class_names)
    garments = table["Garment"].to_list()
    st.dataframe(
        table if images is None else lists.with_pictures(table, images),
        hide_index=True,
        row_height=60,
        height="content",
        column_config={
            "Picture": st.column_config.ImageColumn(width="small"),
            "Sure": st.column_config.NumberColumn(format="%.1f %%", help=wording.GLOSSARY["sure"]),
            "Label": st.column_config.TextColumn(help=wording.GLOSSARY["label"]),
        },
        key="garment-table",
        on_select=lambda: _open_picked_row(garments),
        selection_mode="single-row",
    )


def _render_pages(num_pages: int, page: int) -> None:
    if num_pages > 1:
        st.pagination(num_pages, default=page, key=f"control-page-{page}", on_change=lambda: _turn_page(page))


def _pictures(run: Run, shown: pd.DataFrame) -> NDArray[np.uint8] | None:
    split = stored.garments(run)
    return None if split is None else split.images[shown["garment"].to_numpy()]


def _turn_page(page: int) -> None:
    turned = state.page_turned(f"control-page-{page}")
    state.change_address({"page": None if turned == 1 else str(turned), "garment": None})


def _open_picked_tile() -> None:
    picked = state.component_value("tiles", "picked")
    if picked is not None:
        state.set_flag("tiles-know", (state.flag("tiles-list"), int(picked)))
        state.change_address({"garment": str(int(picked))})


def _open_picked_row(garments: list[int]) -> None:
    rows = state.selected_rows("garment-table")
    state.change_address({"garment": str(garments[rows[0]]) if rows else None})


def _told_tiles(list_name: str, garment: int) -> tiles.Told:
    """What the tiles must be told; the same as before unless they cannot know it.

    The tiles know what they reported themselves. Telling them again would send the sheet with every click.
    """
    told: tiles.Told | None = state.flag("tiles")
    if told is None or state.flag("tiles-know") != (list_name, garment):
        stamp = 1 if told is None else told.stamp + 1
        told = tiles.Told(stamp=stamp, picked=garment, reveal=bool(state.flag("reveal-gallery")))
        state.set_flag("tiles", told)
        state.set_flag("tiles-list", list_name)
        state.set_flag("tiles-know", (list_name, garment))
        state.set_flag("reveal-gallery", None)
    return told


def _file_name(run: Run, listing: filters.Listing) -> str:
    real, tagged = (None if index is None else run.class_names[index] for index in (listing.real, listing.tagged))
    low, high = listing.sure
    return lists.file_name(
        run.version,
        f"real-{real}" if real else None,
        f"tagged-{tagged}" if tagged else None,
        f"sure-{low}-{high}" if (low, high) != (0, 100) else None,
        listing.order,
    )
