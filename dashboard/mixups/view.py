"""What goes wrong, in ranked sentences: the same as the confusion map, for reading and for the keyboard."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core import errors
from core.photos import sprite
from core.store.runs.runs import Run
from dashboard import gallery
from dashboard.costs import view as costs_view
from dashboard.costs import wording as cost_wording
from dashboard.data import names, store, stored_garments, views
from dashboard.data.run_views import RunView
from dashboard.gallery import filter_controls, filters
from dashboard.look import compare_wording, glossary, phrases
from dashboard.mixups import charts, picker, wording
from dashboard.parts import tables
from dashboard.session import category_switch, guard, navigation
from dashboard.today import next_step

NUM_LISTED = 10
_NUM_PICTURES = 4


def render_map_and_garments(run: Run, listing: filters.Listing) -> None:
    """The filters, and below them the map beside the garments that pass; one above the other where it is narrow."""
    filter_controls.render_controls(run, listing, lambda: picker.render_group_choice(run, listing))
    narrowed = picker.narrowed(run, listing)
    look = picker.chosen_look()
    with st.container(key="map-and-garments"):
        if charts.is_wide(run):
            beside, place = st.container(), st.container()
        else:
            # Where there is no room for both the first one stands above, for the eye and for the keyboard.
            place, beside = st.columns(charts.shares(run), gap="medium")
    with beside, guard.guarded("What stands beside the garments", "The garments beside it still can be seen."):
        picker.render_looks(look)
        if look == picker.ALL:
            picker.render_all_garments(run)
        else:
            unit = filter_controls.render_unit(run)
            charts.render_confusion_map(run, narrowed, unit)
    with place, st.container(key="all-kinds" if listing.cell is None else "chosen-kind", gap="small"):
        gallery.render_gallery(run, narrowed, page_name="mistakes", is_beside=True)


def render_table(run: Run) -> None:
    """The map as a table, for whoever reads figures or cannot see colours."""
    with st.expander("As a table"):
        view = category_switch.shown(run)
        tables.render_matrix(views.counts(view), view.names)


def render_pairs(run: Run) -> None:
    """The ten worst pairs with both directions merged, four garments each, and what the others weigh; folded."""
    with st.expander("Worst pairs", icon=":material/format_list_numbered:"):
        _render_worst_pairs(run)


def _render_worst_pairs(run: Run) -> None:
    title = st.container()
    by_cost = costs_view.render_switch()
    order = "dearest first" if by_cost else "most often first"
    title.markdown(f"**What goes wrong, {order}**", help=glossary.help_text("pair"))
    view = category_switch.shown(run)
    table = _by_cost(view) if by_cost else views.confused_pairs(view)
    listed = table[table["num_mistakes"] >= next_step.SMALLEST_PAIR].head(NUM_LISTED)
    if listed.empty:
        st.success(f"No pair reaches {next_step.SMALLEST_PAIR} garments.", icon=":material/check_circle:")
        st.caption(compare_wording.small_pairs(len(table), next_step.SMALLEST_PAIR))
        return
    _render_cards(view, listed.to_dict("records"))
    rest = table.drop(listed.index)
    if by_cost:
        st.caption(cost_wording.rest_of_pairs(len(rest), float(rest["share_of_cost"].sum())))
    else:
        st.caption(wording.rest_of_pairs(len(rest), float(rest["share_of_mistakes"].sum())))


def _by_cost(view: RunView) -> pd.DataFrame:
    weights = names.costs_of(view.run).weights
    return store.drawn(
        (view.run.id, "costliest pairs", view.categories, weights.tobytes()),
        lambda: views.costliest_pairs(view, weights),
    )


def _render_cards(view: RunView, pairs: Sequence[Mapping[Hashable, Any]]) -> None:
    num_real = views.counts(view).sum(axis=1)
    with st.grid(2, min_column_width=340, gap="small"):
        for rank, pair in enumerate(pairs, start=1):
            with st.container(border=True, height="stretch"):
                _render_card(view, rank, pair, int(num_real[pair["first_index"]]))


def _render_card(view: RunView, rank: int, pair: Mapping[Hashable, Any], num_first: int) -> None:
    first, second = (view.first_class(int(pair[name])) for name in ("first_index", "second_index"))
    run = view.run
    weight = (
        cost_wording.share_of_cost(pair["share_of_cost"])
        if "share_of_cost" in pair
        else phrases.share_of_mistakes(pair["share_of_mistakes"])
    )
    sentence = f"{wording.pair(pair, num_first)} {weight}"
    st.markdown(f"**{rank}.** {phrases.markdown(sentence)}")
    _render_pictures(view, first, second)
    with st.container(horizontal=True, vertical_alignment="center"):
        _render_button(view, f"See these {pair['num_first_as_second']:,}", first, second)
        if pair["num_second_as_first"]:
            _render_button(view, f"The other way {pair['num_second_as_first']:,}", second, first)
        navigation.render_link(
            "mistakes/compare",
            "Side by side",
            {"first": run.class_names[first], "second": run.class_names[second]},
            help=phrases.markdown(compare_wording.compare(pair["first_class"], pair["second_class"])),
        )


def _render_button(view: RunView, label: str, real: int, tagged: int) -> None:
    help_text = wording.chosen_direction(*(view.names[view.index_of(index)] for index in (real, tagged)))
    st.button(
        label,
        key=f"pair-{real}-{tagged}",
        help=phrases.markdown(help_text),
        on_click=filter_controls.choose_kind,
        args=(view.run, real, tagged),
    )


def _render_pictures(view: RunView, real: int, tagged: int) -> None:
    try:
        picture = store.drawn(
            (view.run.id, "strip", real, tagged, view.categories.group_of), lambda: _strip(view, real, tagged)
        )
    except errors.GarmentsError:
        return
    labelled, said = (view.names[view.index_of(index)] for index in (real, tagged))
    st.image(picture, alt=f"Garments labelled {labelled}, tagged {said}")


def _strip(view: RunView, real: int, tagged: int) -> str:
    """The most sure mistakes of this kind side by side, as an address that carries the picture."""
    kind = filters.Listing(real=real, tagged=tagged, merged=view.is_merged)
    garments = filters.listed(view.run, kind)["garment"].to_numpy()[:_NUM_PICTURES]
    shown = stored_garments.read_garments(view.run, garments)
    return sprite.data_address(sprite.strip(shown.images))
