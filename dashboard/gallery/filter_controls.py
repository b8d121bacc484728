"""The controls that narrow and order a list of garments; what is chosen goes into the address."""

from collections.abc import Callable
from typing import Literal

import streamlit as st

from core.store.runs.runs import Run
from dashboard.data import standing as standing_data
from dashboard.data import views
from dashboard.gallery import filters
from dashboard.look import compare_wording, confusion_figures, elsewhere_wording, glossary, phrases, verdict_wording
from dashboard.session import address, category_switch, flags, person

_ANYTHING = "Verdicts: all"


def render_said(run: Run, listing: filters.Listing) -> None:
    """The choice by what people said, each with its count among the garments that pass every other filter."""
    standing = standing_data.standing(run, person.name(), listing.merged)
    garments = filters.listed(run, listing)["garment"].to_numpy()
    counts = {name: int(standing.passes(name)[garments].sum()) for name in standing_data.FILTERS}
    st.selectbox(
        "Verdicts",
        [_ANYTHING, *standing_data.FILTERS],
        format_func=lambda name: f"{verdict_wording.FILTERS[name]} ({counts[name]:,})" if name in counts else name,
        key=address.control_key("verdict", listing.said or _ANYTHING),
        label_visibility="collapsed",
        width=230,
        on_change=address.on_control(
            "verdict", lambda name: None if name == _ANYTHING else str(name), clears=filters.LIST_CHOICES
        ),
    )


def render_controls(run: Run, listing: filters.Listing, more: Callable[[], None] = lambda: None) -> None:
    """One row: real and tagged category, how sure the model was, order, and a button that takes every filter off.

    The two categories are the keyboard's way to what a click on the map shows; `more` draws what the page narrows by
    besides.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="filters"):
        _render_class_choice(run, "real", "It really is", listing.real, width=170)
        _render_class_choice(run, "tagged", "The model said", listing.tagged, width=170)
        st.selectbox(
            "Order",
            list(filters.orders(run)),
            format_func=lambda order: phrases.order_name(order, says_how_sure=run.says_how_sure),
            width=170,
            key=address.control_key("order", listing.order),
            on_change=address.on_control("order", _order_text, clears=filters.LIST_CHOICES),
        )
        if given := run.elsewhere if not run.says_how_sure else None:
            st.caption(phrases.markdown(elsewhere_wording.no_sureness(given.name)), width=260)
        else:
            _render_sureness(listing)
        more()
        category_switch.render_switch(run)
        if listing.num_filters or any(address.asked(name) for name in ("verdict", *filters.GROUPS)):
            st.button("Clear", icon=":material/filter_alt_off:", on_click=clear, key="clear-filters")


def _render_sureness(listing: filters.Listing) -> None:
    with st.container(width=170):
        st.slider(
            "The model was sure, %",
            0,
            100,
            key=address.control_key("sure", listing.sure),
            step=5 if all(end % 5 == 0 for end in listing.sure) else 1,
            format="%d %%",
            help=glossary.help_text("sure"),
            on_change=address.on_control("sure", _range_text, clears=filters.LIST_CHOICES),
        )


def render_unit(run: Run) -> str:
    """What the cells of the confusion map count, as a key of `figures.UNITS`; beside it, how to read the map."""
    unit = address.choice("unit", tuple(confusion_figures.UNITS), "garments") or "garments"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.selectbox(
            "Each cell counts",
            list(confusion_figures.UNITS),
            format_func=confusion_figures.UNITS.__getitem__,
            width=230,
            label_visibility="collapsed",
            key=address.control_key("unit", unit),
            on_change=address.on_control("unit", lambda choice: None if choice == "garments" else str(choice)),
        )
        with st.popover("Help", icon=":material/help:", type="tertiary"):
            _render_map_help(run)
    return unit


def _render_map_help(run: Run) -> None:
    st.markdown(phrases.MAP_HELP)
    view = category_switch.shown(run)
    pairs = views.confused_pairs(view)
    if not pairs.empty:
        worst = pairs.iloc[0].to_dict()
        num_first = int(views.counts(view)[worst["first_index"]].sum())
        st.markdown(phrases.markdown(compare_wording.map_example(worst, num_first)))
    st.markdown(compare_wording.MAP_CLICKS)


def render_category_choice(run: Run, listing: filters.Listing) -> None:
    """The keyboard's way to what a click on a bar shows."""
    with st.expander("Choose without the chart"):
        first, second = st.columns(2)
        with first:
            _render_class_choice(run, "real", "Missed garments of", listing.real)
        with second:
            _render_class_choice(run, "tagged", "Wrongly tagged as", listing.tagged)


def render_chip(run: Run, listing: filters.Listing, num_garments: int) -> bool:
    """The chosen kind of garments as a chip that takes itself away; whether it was just pressed."""
    text = phrases.chosen_kind(_shown(run, listing.real), _shown(run, listing.tagged), num_garments)
    return st.button(
        f"{phrases.markdown(text)} ✕",
        key="chip",
        help="Take this choice away",
        on_click=clear,
    )


def choose_kind(run: Run, real: int | None, tagged: int | None) -> None:
    """Writes a kind of garments into the address; the same kind again takes it out."""
    kind = {"real": _name(run, real), "tagged": _name(run, tagged)}
    asked = {name: address.asked(name) for name in kind}
    changes = dict.fromkeys(kind) if kind == asked else kind
    flags.REVEAL_GALLERY.set(kind != asked)
    address.change_address({**dict.fromkeys((*filters.LIST_CHOICES, "theme")), **changes})


def clear() -> None:
    """Takes every filter out of the address."""
    address.change_address(dict.fromkeys(("real", "tagged", "sure", "verdict", *filters.GROUPS, *filters.LIST_CHOICES)))


def on_map_click(run: Run, key: str) -> Callable[[], None]:
    """What the confusion map of the view on screen calls: chooses the cell or total that was clicked."""
    view = category_switch.shown(run)

    def choose() -> None:
        for point in flags.chart_points(key)[:1]:
            real, tagged = (
                None if index == filters.ANY else view.first_class(int(index)) for index in point["customdata"]
            )
            choose_kind(run, real, tagged)

    return choose


def on_bar_click(run: Run, key: str) -> Callable[[], None]:
    """What the bars call: garments of the category that were missed, or garments wrongly tagged as it."""
    view = category_switch.shown(run)

    def choose() -> None:
        for point in flags.chart_points(key)[:1]:
            index, side = point["customdata"]
            chosen = view.first_class(int(index))
            choose_kind(run, *((chosen, None) if side == "real" else (None, chosen)))

    return choose


def _render_class_choice(
    run: Run, name: str, label: str, index: int | None, *, width: int | Literal["stretch"] = "stretch"
) -> None:
    firsts = category_switch.shown(run).categories.first_members
    st.selectbox(
        label,
        [filters.ANY, *firsts],
        format_func=lambda choice: "Any category" if choice == filters.ANY else str(_shown(run, choice)),
        key=address.control_key(name, filters.ANY if index is None else index),
        width=width,
        on_change=address.on_control(
            name,
            lambda choice: None if choice == filters.ANY else run.class_names[choice],
            clears=(*filters.LIST_CHOICES, "theme"),
        ),
    )


def _name(run: Run, index: int | None) -> str | None:
    """The name of a class in the address."""
    return None if index is None else run.class_names[index]


def _shown(run: Run, index: int | None) -> str | None:
    """Its name on screen, or that of the category as we sell that it stands for."""
    view = category_switch.shown(run)
    return None if index is None else view.names[view.index_of(index)]


def _range_text(sure: tuple[int, int]) -> str | None:
    return None if tuple(sure) == (0, 100) else f"{sure[0]}-{sure[1]}"


def _order_text(order: str) -> str | None:
    return None if order == "most-sure" else order
