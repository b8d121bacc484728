"""Other ways to a list of garments than the map of mix-ups: a box in the picture of all garments, and weak groups."""

import dataclasses
from collections.abc import Callable

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core import errors
from core.quality import garment_map
from core.store.runs.runs import Run
from dashboard.data import garment_maps, predictions, store, views, watch_lists, weak_groups
from dashboard.data.predictions import Group
from dashboard.data.run_views import RunView
from dashboard.gallery import filter_controls, filters
from dashboard.look import garment_map_figures, phrases, weak_group_wording
from dashboard.mixups import wording
from dashboard.parts import charts
from dashboard.session import address, category_switch, flags, guard
from dashboard.themes import wording as theme_wording

LOOK, BOX, WEAK = "look", "box", "weak"
"""Names in the address: what stands beside the garments, the box drawn in it, and the weak group listed."""
MAP, ALL = "map", "all"
_KEY = "all-garments"
_ANY_GROUP = "Any of them"
_Asked = tuple[Group, tuple[tuple[str, str], ...]]
"""A group that the address asks for, and what it says of it."""


def chosen_look() -> str:
    """What stands beside the garments: `MAP` or `ALL`."""
    return address.choice(LOOK, (MAP, ALL), MAP) or MAP


def render_looks(look: str) -> None:
    """The choice between the map of mix-ups and the picture of all garments."""
    st.segmented_control(
        "Beside the garments",
        list(wording.LOOKS),
        required=True,
        format_func=wording.LOOKS.__getitem__,
        label_visibility="collapsed",
        key=address.control_key(LOOK, look),
        on_change=address.on_control(LOOK, lambda name: None if name == MAP else str(name), clears=(BOX,)),
    )


def narrowed(run: Run, listing: filters.Listing) -> filters.Listing:
    """The listing within every group that the address asks for: a box, a weak group, a theme, a watch list.

    Mistakes only, as everywhere here.
    """
    view = category_switch.shown(run)
    asked = [*_box(run), *_weak_group(view), *_theme(view, listing), *_watch_list(run)]
    if not asked:
        return listing
    table = views.predictions(view)
    is_in = (table["true_class"] != table["predicted_class"]).to_numpy().copy()
    for group, _ in asked:
        is_in &= np.isin(np.arange(run.num_test), group.garments)
    name = (*(group.name for group, _ in asked), "wrong", view.categories.group_of)
    query = tuple(choice for _, choices in asked for choice in choices)
    return dataclasses.replace(
        listing, group=predictions.Group(name=name, garments=np.flatnonzero(is_in)), place=("mistakes", query)
    )


def _box(run: Run) -> list[_Asked]:
    box = address.number_list(BOX, 4, garment_map.STEPS) if address.asked(LOOK) == ALL else None
    if box is None:
        return []
    left, right, bottom, top = box
    within = garment_maps.within(run, ((left, right), (bottom, top)))
    return [(within, ((LOOK, ALL), (BOX, address.asked(BOX) or "")))]


def _weak_group(view: RunView) -> list[_Asked]:
    asked = address.number(WEAK, 1, 99)
    found = [] if asked is None else weak_groups.found(view)
    if asked is None or asked > len(found):
        return []
    return [(weak_groups.wrong_ones(view, found[asked - 1]), ((WEAK, str(asked)),))]


def _theme(view: RunView, listing: filters.Listing) -> list[_Asked]:
    """A theme of the chosen kind; none where no kind is chosen."""
    asked = address.number("theme", 1, 99)
    themes = [] if asked is None else _themes(view, listing)
    if asked is None or asked > len(themes):
        return []
    group = predictions.Group(name=("theme", listing.kind, asked), garments=np.sort(themes[asked - 1]))
    return [(group, (("theme", str(asked)),))]


def _themes(view: RunView, listing: filters.Listing) -> list[NDArray[np.int64]]:
    """The garments of each theme of the chosen kind, as the page of themes numbers them; often none."""
    if listing.real is None or listing.real == listing.tagged:
        return []
    try:
        found = watch_lists.grouping(view, watch_lists.Kind(real=listing.real, tagged=listing.tagged))
    except errors.ArtefactCorrupt:
        return []
    if found.status != "grouped":
        return []
    return [rows["garment"].to_numpy() for _, rows in found.table.groupby("theme")]


def _watch_list(run: Run) -> list[_Asked]:
    try:
        lists = {one.id: one for one in watch_lists.current()}
        asked = address.choice("watch", tuple(lists), None)
        if asked is None:
            return []
        garments = watch_lists.positions(run, lists[asked])
    except errors.StoreError:
        return []
    return [(predictions.Group(name=("watch", asked, lists[asked].garments), garments=garments), (("watch", asked),))]


def render_group_choice(run: Run, listing: filters.Listing) -> None:
    """The choice of a theme of the chosen kind or of a watch list; nothing where there is none to choose."""
    view = category_switch.shown(run)
    try:
        options = {f"watch {one.id}": wording.watched(one.name) for one in watch_lists.current()}
    except errors.StoreError:
        options = {}
    for number, garments in enumerate(_themes(view, listing), start=1):
        options[f"theme {number}"] = theme_wording.heading(number, len(garments))
    if not options:
        return
    asked = [f"{name} {address.asked(name)}" for name in filters.GROUPS if address.asked(name)]
    chosen = next((one for one in asked if one in options), _ANY_GROUP)
    st.selectbox(
        "Theme or watch list",
        [_ANY_GROUP, *options],
        format_func=lambda option: options.get(option, option),
        key=address.control_key("group", chosen),
        width=190,
        on_change=_take_group,
    )


def _take_group() -> None:
    name, _, value = str(address.control_value("group")).partition(" ")
    chosen = {name: value} if name in filters.GROUPS else {}
    address.change_address({**dict.fromkeys((*filters.LIST_CHOICES, *filters.GROUPS)), **chosen})


def render_all_garments(run: Run) -> None:
    """The picture of all garments; a box drawn in it lists its mistakes beside it."""
    view = category_switch.shown(run)
    table, dark = views.predictions(view), flags.is_dark()
    named = table["true_class"].to_numpy(), view.names
    is_wrong = (table["true_class"] != table["predicted_class"]).to_numpy()
    charts.render(
        store.drawn(
            (run.id, "all garments", view.categories, dark),
            lambda: garment_map_figures.garment_map(garment_maps.places(run), is_wrong, dark, named),
        ),
        alt=wording.ALL_GARMENTS_ALT,
        key=_KEY,
        on_select=_take_box,
        selection_mode="box",
    )
    st.caption(wording.ALL_GARMENTS)
    if address.asked(BOX):
        st.button("Take the box away", icon=":material/close:", key="no-box", on_click=_take_away)


def _take_box() -> None:
    drawn = garment_map_figures.drawn_box(flags.chart_boxes(_KEY))
    if drawn is None:
        return
    ends = [min(max(round(end), 0), garment_map.STEPS) for pair in drawn for end in pair]
    address.change_address({**dict.fromkeys(filters.LIST_CHOICES), BOX: "-".join(map(str, ends))})


def _take_away() -> None:
    address.change_address({BOX: None, **dict.fromkeys(filters.LIST_CHOICES)})


def render_weak_groups(run: Run) -> None:
    """Groups across categories that are wrong clearly more often, one sentence each; worked out when asked for."""
    asked = address.asked(WEAK)
    place = st.expander(
        wording.WEAK_GROUPS,
        icon=":material/troubleshoot:",
        expanded=asked is not None,
        key="weak-groups",
        on_change="rerun",
    )
    if not (place.open or asked):
        return
    with place, guard.guarded("The groups that are wrong more often"):
        view = category_switch.shown(run)
        try:
            found = weak_groups.found(view)
        except errors.ArtefactCorrupt:
            st.info("The pictures cannot be read, so no group can be looked for. The map still holds.")
            return
        if not found:
            st.caption(weak_group_wording.NONE)
        titles = weak_group_wording.titles(found, view.names)
        for number, (group, title) in enumerate(zip(found, titles, strict=True), start=1):
            with st.container(horizontal=True, vertical_alignment="center", key=f"weak-group-{number}"):
                st.markdown(phrases.markdown(weak_group_wording.sentence(group, title, view.names)), width="stretch")
                st.button(
                    "See its mistakes",
                    icon=":material/photo_library:",
                    key=f"weak-see-{number}",
                    disabled=asked == str(number),
                    on_click=_list_group(number),
                )
        if asked:
            st.button("All mistakes again", icon=":material/close:", key="no-weak", on_click=_list_group(None))


def _list_group(number: int | None) -> Callable[[], None]:
    def choose() -> None:
        filter_controls.clear()
        address.change_address({WEAK: None if number is None else str(number), BOX: None})

    return choose
