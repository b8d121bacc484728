"""The gallery: a list of garments as tiles or as a table, 24 a page, and the one that is opened."""

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from core.store.runs import Run
from dashboard import compare_wording, filters, glossary, guard, navigation, state, stored, wording
from dashboard.gallery import listing as lists
from dashboard.gallery import panel, picking, place, tiles

PAGE_SIZE = 24
VIEWS = {"tiles": "Tiles", "table": "Table"}


def render_chosen_kind(run: Run, listing: filters.Listing, hint: str, *, page_name: str = "garments") -> None:
    """The chosen kind of garments with a chip that takes the choice away; the hint where none is chosen."""
    if listing.cell is None:
        st.caption(hint)
        return
    with st.container(key="chosen-kind"):
        filters.render_chip(run, listing, len(filters.listed(run, listing)))
        render_gallery(run, listing, page_name=page_name)


@st.fragment
def render_gallery(run: Run, listing: filters.Listing, *, page_name: str = "garments") -> None:
    """Draws the listed garments with their count, paging, CSV, and the panel of the opened one.

    A fragment: turning a page or opening a garment draws nothing else again.

    Args:
        run: the version shown.
        listing: which garments.
        page_name: of the page, for the names of its files.
    """
    with guard.guarded("The gallery"):
        table = filters.listed(run, listing)
        num_pages = max(1, -(-len(table) // PAGE_SIZE))
        page = state.number("page", 1, num_pages) or 1
        shown = table.iloc[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
        view = state.choice("view", tuple(VIEWS), "tiles") or "tiles"
        _render_pair(run, listing)
        _render_bar(run, listing, table, page, view, page_name)
        if shown.empty:
            _render_nothing(listing)
            return
        asked = state.number("garment", 0, run.num_test - 1)
        opened = int(shown["garment"].iloc[0]) if asked is None else asked
        place.remember(run, listing, page, opened)
        left, right = st.columns([3, 1], gap="small")
        with right, st.container(key="garment-panel"):
            panel.render_panel(run, opened)
        with left:
            _render_list(run, listing, shown, page, view, opened)
            _render_pages(num_pages, page, _count_sentence(run, listing, table, page))


def _render_pair(run: Run, listing: filters.Listing) -> None:
    """What the team wrote about the two chosen categories, and the way to see them side by side."""
    if listing.real is None or listing.tagged is None or listing.real == listing.tagged:
        return
    first, second = run.class_names[listing.real], run.class_names[listing.tagged]
    rule = stored.pair_rule(first, second)
    with st.container(horizontal=True, vertical_alignment="center"):
        if rule:
            st.markdown(wording.markdown(compare_wording.rule(rule)), width="stretch")
        st.page_link(
            navigation.PAGES["compare"].path,
            label=wording.markdown(compare_wording.compare(first, second)),
            icon=navigation.PAGES["compare"].icon,
            query_params=state.link({"first": first, "second": second}),
        )


def _count_sentence(run: Run, listing: filters.Listing, table: pd.DataFrame, page: int) -> str:
    noun, num_all = _whole(run, listing)
    first = (page - 1) * PAGE_SIZE + 1
    return wording.showing(first, min(first + PAGE_SIZE - 1, len(table)), len(table), num_all, noun)


def _whole(run: Run, listing: filters.Listing) -> tuple[str, int]:
    """What the list is a part of: its noun, and how many there are."""
    if listing.group is not None:
        return "garments", len(listing.group.garments)
    if listing.only_mistakes:
        return "mistakes", run.num_test - run.num_correct
    return "garments tagged correctly", run.num_correct


def _render_bar(run: Run, listing: filters.Listing, table: pd.DataFrame, page: int, view: str, page_name: str) -> None:
    """The count, always visible, and what can be done with the whole list."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{wording.markdown(_count_sentence(run, listing, table, page))}**", width="content")
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
            chosen = picking.selected("tiles", _scope(run, listing))
            render_downloads(run, table, chosen, page_name, *file_choices(run, listing))


def render_downloads(run: Run, table: pd.DataFrame, chosen: frozenset[int], page_name: str, *choices: str) -> None:
    """The list as CSV, and what was selected from it.

    Args:
        run: the version shown.
        table: the whole list.
        chosen: the garments selected.
        page_name: of the page, for the names of the files.
        choices: what narrows and orders the list, for the names of the files.
    """
    if chosen:
        kept = table[table["garment"].isin(chosen)]
        _render_download(run, kept, compare_wording.selected(len(kept)), page_name, *choices, "selected")
    _render_download(run, table, "This list as CSV", page_name, *choices)


def _render_download(run: Run, table: pd.DataFrame, label: str, page_name: str, *choices: str) -> None:
    st.download_button(
        label,
        data=lambda: lists.as_csv(table, run.class_names),
        file_name=lists.file_name(run.version, *choices, page=page_name),
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        disabled=table.empty,
    )


def _render_nothing(listing: filters.Listing) -> None:
    if listing.only_mistakes:
        st.success(wording.no_match(listing.num_filters), icon=":material/check_circle:")
    elif listing.group is not None:
        st.info("No garment of this kind.", icon=":material/info:")
    else:
        st.info("The model found none of these garments.", icon=":material/info:")
    if listing.num_filters:
        st.button("Clear all filters", on_click=filters.clear, key="clear-empty")


def _render_list(run: Run, listing: filters.Listing, shown: pd.DataFrame, page: int, view: str, opened: int) -> None:
    images = _pictures(run, shown)
    if view == "table":
        _render_table(run, shown, images)
        return
    scope = _scope(run, listing)
    told = picking.told(
        "tiles", f"{scope} {listing.order} {page}", opened, scope=scope, reveal=bool(state.flag("reveal-gallery"))
    )
    state.set_flag("reveal-gallery", None)
    tiles.render_tiles(
        tiles.garment_tiles(shown, run.class_names),
        images,
        key="tiles",
        told=told,
        on_pick=picking.on_pick("tiles"),
        on_select=picking.on_select("tiles", scope),
    )


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
            "Sure": st.column_config.NumberColumn(format="%.1f %%", help=glossary.help_text("sure")),
            "Label": st.column_config.TextColumn(help=glossary.help_text("label")),
        },
        key="garment-table",
        on_select=lambda: _open_picked_row(garments),
        selection_mode="single-row",
    )


def _render_pages(num_pages: int, page: int, sentence: str) -> None:
    if num_pages > 1:
        st.caption(wording.markdown(sentence))
        st.pagination(num_pages, default=page, key=f"control-page-{page}", on_change=lambda: _turn_page(page))


def _pictures(run: Run, shown: pd.DataFrame) -> NDArray[np.uint8] | None:
    split = stored.garments(run)
    return None if split is None else split.images[shown["garment"].to_numpy()]


def _turn_page(page: int) -> None:
    turned = state.page_turned(f"control-page-{page}")
    state.change_address({"page": None if turned == 1 else str(turned), "garment": None})


def _open_picked_row(garments: list[int]) -> None:
    rows = state.selected_rows("garment-table")
    state.change_address({"garment": str(garments[rows[0]]) if rows else None})


def _scope(run: Run, listing: filters.Listing) -> str:
    """Names the list, whatever its page and order: a selection holds within it."""
    return f"{run.id} {listing.real} {listing.tagged} {listing.sure} {listing.group and listing.group.name}"


def file_choices(run: Run, listing: filters.Listing) -> tuple[str, ...]:
    """What narrows and orders a list, as parts of a file name."""
    real, tagged = (None if index is None else run.class_names[index] for index in (listing.real, listing.tagged))
    low, high = listing.sure
    parts = (
        f"real-{real}" if real else "",
        f"tagged-{tagged}" if tagged else "",
        f"sure-{low}-{high}" if (low, high) != (0, 100) else "",
        listing.order,
    )
    return tuple(filter(None, parts))
