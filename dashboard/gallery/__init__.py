"""The gallery: a list of garments as tiles or as a table, 24 a page, and the one that is opened."""

import contextlib
from collections.abc import Mapping

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from core import errors
from core.store.runs.runs import Run
from core.store.verdicts.verdict_tables import View
from dashboard.data import pair_rules, run_views, stored_garments, views
from dashboard.gallery import (
    downloads,
    filter_controls,
    filters,
    marks,
    paging,
    panel,
    picking,
    tiles,
    verdict_buttons,
    way_back,
)
from dashboard.gallery import listing as lists
from dashboard.look import compare_wording, glossary, phrases, verdict_wording
from dashboard.session import address, flags, guard, navigation

VIEWS = {"tiles": "Tiles", "table": "Table"}


def render_chosen_kind(run: Run, listing: filters.Listing, hint: str, *, page_name: str = "garments") -> None:
    """The chosen kind of garments with a chip that takes the choice away; the hint where none is chosen."""
    if listing.cell is None:
        st.caption(hint)
        return
    with st.container(key="chosen-kind"):
        filter_controls.render_chip(run, listing, len(filters.listed(run, listing)))
        render_gallery(run, listing, page_name=page_name)


@st.fragment
def render_gallery(
    run: Run,
    listing: filters.Listing,
    *,
    page_name: str = "garments",
    is_beside: bool = False,
    before: Mapping[int, str] | None = None,
) -> None:
    """Draws the listed garments with their count, paging, CSV, and the panel of the opened one.

    A fragment: turning a page or opening a garment draws nothing else again.

    Args:
        run: the version shown.
        listing: which garments.
        page_name: of the page, for the names of its files.
        is_beside: it stands beside a chart, so the opened garment lies above small tiles instead of beside large ones.
        before: garment -> what a version before said of it, for the captions; None: nothing is told of one.
    """
    with guard.guarded("The state of your verdicts"):
        verdict_buttons.render_status()
    with guard.guarded("The gallery"):
        listing, table, num_kept = _with_said(run, listing)
        pages = paging.paging(len(table))
        shown = pages.of(table)
        view = address.choice("view", tuple(VIEWS), "tiles") or "tiles"
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if is_beside and listing.cell is not None and filter_controls.render_chip(run, listing, len(table)):
                st.rerun()  # the map and the controls are not part of this fragment
            _render_pair(run, listing)
        _render_bar(run, listing, table, pages, view, page_name)
        _render_kept(num_kept)
        if shown.empty:
            verdict_buttons.render_answers()
            _render_nothing(listing)
            return
        asked = address.number("garment", 0, run.num_test - 1)
        opened = int(shown["garment"].iloc[0]) if asked is None else asked
        way_back.remember(run, listing, pages.number, opened)
        # The opened one may come from the address and stand on another page.
        found = marks.views(run, list(dict.fromkeys([*shown["garment"].tolist(), opened])))
        if is_beside:
            with st.container(key="garment-strip"):
                panel.render_strip(run, opened, found.get(opened))
            left = st.container()
        else:
            left, right = st.columns([3, 1], gap="small")
            with right, st.container(key="garment-panel"):
                panel.render_panel(run, opened, found.get(opened))
        with left:
            _render_list(run, listing, shown, pages, view, opened, found, before or {}, is_small=is_beside)
            verdict_buttons.render_for_selected(run, picking.selected("tiles", _scope(run, listing)))
            if pages.num_pages > 1 and not is_beside:
                st.caption(phrases.markdown(_count_sentence(run, listing, pages)))
            pages.render()


def _with_said(run: Run, listing: filters.Listing) -> tuple[filters.Listing, pd.DataFrame, int]:
    """See `filters.with_said`; without the pictures nobody knows what was said of which garment."""
    try:
        return filters.with_said(run, listing, _scope(run, listing))
    except errors.ArtefactCorrupt:
        return listing, filters.listed(run, listing), 0


def _render_kept(num_kept: int) -> None:
    """How many garments only stay in the list; an empty place where none does, so that nothing below it moves."""
    with st.container(horizontal=True, vertical_alignment="center", key="kept"):
        if not num_kept:
            return
        st.caption(verdict_wording.kept_in_list(num_kept), width="content")
        st.button("Clear them", type="tertiary", key="forget-kept", on_click=_forget_kept)


def _forget_kept() -> None:
    filters.forget_kept()
    address.change_address(dict.fromkeys(filters.LIST_CHOICES))


def _render_pair(run: Run, listing: filters.Listing) -> None:
    """What the team wrote about the two chosen categories, and the ways to see what they share and what parts them."""
    if listing.real is None or listing.tagged is None or listing.real == listing.tagged:
        return
    first, second = run.class_names[listing.real], run.class_names[listing.tagged]
    view = run_views.of(run, listing.merged)
    real, tagged = view.index_of(listing.real), view.index_of(listing.tagged)
    names, rule = (view.names[real], view.names[tagged]), pair_rules.quoted(view, real, tagged)
    navigation.render_link("mistakes/compare", compare_wording.compare(*names), {"first": first, "second": second})
    navigation.render_link("mistakes/themes", "What they have in common", {"real": first, "tagged": second})
    if rule:
        st.markdown(phrases.markdown(compare_wording.rule(rule)), width="stretch")


def _count_sentence(run: Run, listing: filters.Listing, pages: paging.Paging) -> str:
    noun, num_all = _whole(run, listing)
    return phrases.showing(pages.first, pages.last, pages.num_items, num_all, noun)


def _whole(run: Run, listing: filters.Listing) -> tuple[str, int]:
    """What the list is a part of: its noun, and how many there are."""
    if listing.group is not None:
        noun = "mistakes" if listing.place[0] == "mistakes" else "garments"
        return noun, len(listing.group.garments)
    num_correct = views.accuracy(run_views.of(run, listing.merged)).num_correct
    if listing.only_mistakes:
        return "mistakes", run.num_test - num_correct
    return "garments tagged correctly", num_correct


def _render_bar(
    run: Run, listing: filters.Listing, table: pd.DataFrame, pages: paging.Paging, view: str, page_name: str
) -> None:
    """The count, always visible, and what can be done with the whole list."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{phrases.markdown(_count_sentence(run, listing, pages))}**", width="content")
        with st.container(horizontal=True, width="content"):
            with contextlib.suppress(errors.ArtefactCorrupt):
                filter_controls.render_said(run, listing)
            st.segmented_control(
                "Show as",
                list(VIEWS),
                required=True,
                format_func=VIEWS.__getitem__,
                key=address.control_key("view", view),
                label_visibility="collapsed",
                on_change=address.on_control("view", lambda choice: None if choice == "tiles" else str(choice)),
            )
            chosen = picking.selected("tiles", _scope(run, listing))
            downloads.render_downloads(run, table, chosen, page_name, *downloads.file_choices(run, listing))


def _render_nothing(listing: filters.Listing) -> None:
    if listing.said in ("nobody", "not-mine"):
        st.success(verdict_wording.ALL_JUDGED, icon=":material/check_circle:")
    elif listing.only_mistakes:
        st.success(phrases.no_match(listing.num_filters), icon=":material/check_circle:")
    elif listing.group is not None:
        st.info("No garment of this kind.", icon=":material/info:")
    else:
        st.info("The model found none of these garments.", icon=":material/info:")
    if listing.num_filters and st.button("Clear all filters", on_click=filter_controls.clear, key="clear-empty"):
        st.rerun()  # the controls above are not part of this fragment


def _render_list(
    run: Run,
    listing: filters.Listing,
    shown: pd.DataFrame,
    pages: paging.Paging,
    view: str,
    opened: int,
    found: dict[int, View],
    before: Mapping[int, str],
    *,
    is_small: bool,
) -> None:
    images = _pictures(run, shown)
    if view == "table":
        _render_table(run, shown, images, found)
        return
    scope = _scope(run, listing)
    told = picking.told(
        "tiles",
        f"{scope} {listing.order} {pages.number}",
        opened,
        scope=scope,
        reveal=bool(flags.REVEAL_GALLERY.get()),
    )
    flags.REVEAL_GALLERY.set(None)
    tiles.render_tiles(
        (tiles.garment_tiles(shown, run, listing.kind) if is_small else tiles.retagged_tiles(shown, run, before)),
        images,
        key="tiles",
        look="small" if is_small else "tiles",
        told=told,
        on_pick=picking.on_pick("tiles"),
        on_select=picking.on_select("tiles", scope),
        review=marks.review_by_key(run, "tiles") if found else None,
        pages=pages.by_key("tiles"),
    )
    marks.render_marks(run, "tiles", found)


def _render_table(run: Run, shown: pd.DataFrame, images: NDArray[np.uint8] | None, found: dict[int, View]) -> None:
    table = lists.readable(shown, run.names)
    garments = table["Garment"].to_list()
    texts = [marks.mark_of(run, found[garment]) if garment in found else None for garment in garments]
    if not run.says_how_sure:
        table = table.drop(columns="Sure", errors="ignore")
    table["Verdict"] = [mark["text"] if mark else "" for mark in texts]
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


def _pictures(run: Run, shown: pd.DataFrame) -> NDArray[np.uint8] | None:
    found = stored_garments.garments(run, shown["garment"].to_numpy())
    return None if found is None else found.images


def _open_picked_row(garments: list[int]) -> None:
    rows = flags.selected_rows("garment-table")
    address.change_address({"garment": str(garments[rows[0]]) if rows else None})


def _scope(run: Run, listing: filters.Listing) -> str:
    """Names the list, whatever its page and order: a selection holds within it."""
    return (
        f"{run.id} {listing.real} {listing.tagged} {listing.merged} {listing.sure} {listing.said} "
        f"{listing.group and listing.group.name}"
    )
