"""Other ways to a list of garments than the map of mix-ups: a box in the picture of all garments, and weak groups."""

import dataclasses
from collections.abc import Callable

import streamlit as st

from core import errors
from core.quality import garment_map
from core.store.runs.runs import Run
from dashboard.data import garment_maps, predictions, store, views, weak_groups
from dashboard.data.predictions import Group
from dashboard.gallery import filter_controls, filters
from dashboard.look import garment_map_figures, phrases, weak_group_wording
from dashboard.mixups import wording
from dashboard.parts import charts
from dashboard.session import address, category_switch, flags, guard

LOOK, BOX, WEAK = "look", "box", "weak"
"""Names in the address: what stands beside the garments, the box drawn in it, and the weak group listed."""
MAP, ALL = "map", "all"
_KEY = "all-garments"


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
    """The listing within the box or the weak group that the address asks for; mistakes only, as everywhere here."""
    box = address.number_list(BOX, 4, garment_map.STEPS) if address.asked(LOOK) == ALL else None
    if box is not None:
        left, right, bottom, top = box
        within = garment_maps.within(run, ((left, right), (bottom, top)))
        return _of_group(run, listing, within, ((LOOK, ALL), (BOX, address.asked(BOX) or "")))
    asked = address.number(WEAK, 1, 99)
    if asked is None:
        return listing
    view = category_switch.shown(run)
    found = weak_groups.found(view)
    if asked > len(found):
        return listing
    return _of_group(run, listing, weak_groups.wrong_ones(view, found[asked - 1]), ((WEAK, str(asked)),))


def _of_group(run: Run, listing: filters.Listing, group: Group, query: tuple[tuple[str, str], ...]) -> filters.Listing:
    table = views.predictions(category_switch.shown(run)).iloc[group.garments]
    wrong = table[(table["true_class"] != table["predicted_class"]).to_numpy()]
    only_wrong = predictions.Group(name=(group.name, "wrong"), garments=wrong["garment"].to_numpy())
    return dataclasses.replace(listing, group=only_wrong, place=("mistakes", query))


def render_all_garments(run: Run) -> None:
    """The picture of all garments; a box drawn in it lists its mistakes beside it."""
    table, dark = views.predictions(category_switch.shown(run)), flags.is_dark()
    is_wrong = (table["true_class"] != table["predicted_class"]).to_numpy()
    charts.render(
        store.drawn(
            (run.id, "all garments", category_switch.shown(run).categories, dark),
            lambda: garment_map_figures.garment_map(garment_maps.places(run), is_wrong, dark),
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
