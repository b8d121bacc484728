"""Which garments a page lists: the controls, and what the address says about them."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from core.quality import mistakes
from core.store.runs.runs import Run
from dashboard.data import predictions
from dashboard.data import standing as standing_data
from dashboard.look import compare_wording, confusion_figures, glossary, phrases, verdict_wording
from dashboard.session import address, flags, person

LIST_CHOICES = ("page", "garment")
"""Choices that belong to one list: another list starts without them."""
ANY = confusion_figures.ANY
_KEPT: flags.Note[tuple[tuple[str, str], NDArray[np.bool_]]] = flags.Note("kept-in-list")
_ANYTHING = "Verdicts: all"
ORDERS = (*mistakes.ORDERS, predictions.BY_COST)
"""Every order a list of garments can have, by its name in the address."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """Which garments are listed, and in which order."""

    real: int | None = None
    """Only garments of this class; None for all."""
    tagged: int | None = None
    """Only garments tagged so; None for all."""
    sure: tuple[int, int] = (0, 100)
    """Lowest and highest confidence, in percent."""
    order: str = "most-sure"
    """One of `ORDERS`."""
    said: str | None = None
    """Only garments that pass this key of `standings.FILTERS`; None for all."""
    group: predictions.Group | None = None
    """A set of garments that the page is about, right and wrong ones; None: all mistakes."""
    place: tuple[str, tuple[tuple[str, str], ...]] = ("mistakes", ())
    """The page of the navigation that shows this list, and what else its address must ask for."""

    @property
    def only_mistakes(self) -> bool:
        """False where the page is about a set of its own, or one class is asked for twice: tagged correctly."""
        return self.group is None and (self.real is None or self.real != self.tagged)

    @property
    def num_filters(self) -> int:
        """How many choices narrow the list."""
        return (self.real is not None) + (self.tagged is not None) + (self.sure != (0, 100)) + bool(self.said)

    @property
    def cell(self) -> tuple[int, int] | None:
        """The cell or total of the confusion map that stands for it; None where no kind was chosen."""
        if self.real is None and self.tagged is None:
            return None
        return (ANY if self.real is None else self.real, ANY if self.tagged is None else self.tagged)

    @property
    def arguments(self) -> dict[str, Any]:
        """What `mistakes.filtered` is called with."""
        return {
            "true_class": self.real,
            "predicted_class": self.tagged,
            "confidence_low": self.sure[0] / 100,
            "confidence_high": self.sure[1] / 100,
            "only_mistakes": self.only_mistakes,
        }


def listed(run: Run, listing: Listing) -> pd.DataFrame:
    """The garments of the listing, in its order, whatever was said: rows of the predictions table; read-only."""
    return predictions.listed(run, listing.order, listing.arguments, listing.group)


def with_said(run: Run, listing: Listing, scope: str) -> tuple[Listing, pd.DataFrame, int]:
    """The listing with the verdicts that the address asks for, its garments, and how many only stay in it.

    A garment that was listed stays while the list is on screen, whatever is said of it: the others keep their places.

    Args:
        run: the version shown.
        listing: everything else that narrows the list.
        scope: names the list; another one starts anew.
    """
    table = listed(run, listing)
    said = address.choice("verdict", standing_data.FILTERS, None)
    if said is None:
        _KEPT.set(None)
        return listing, table, 0
    passes = standing_data.standing(run, person.name()).passes(said)
    name, before = _KEPT.get() or (None, None)
    keeps: NDArray[np.bool_] = passes | before if name == (scope, said) and before is not None else passes.copy()
    _KEPT.set(((scope, said), keeps))
    found: pd.DataFrame = table[keeps[table["garment"].to_numpy()]]
    num_kept = int((~passes[found["garment"].to_numpy()]).sum())
    return dataclasses.replace(listing, said=said), found, num_kept


def forget_kept() -> None:
    """Lists only what passes the filter now."""
    _KEPT.set(None)


def render_said(run: Run, listing: Listing) -> None:
    """The choice by what people said, each with its count among the garments that pass every other filter."""
    standing, garments = standing_data.standing(run, person.name()), listed(run, listing)["garment"].to_numpy()
    counts = {name: int(standing.passes(name)[garments].sum()) for name in standing_data.FILTERS}
    st.selectbox(
        "Verdicts",
        [_ANYTHING, *standing_data.FILTERS],
        format_func=lambda name: f"{verdict_wording.FILTERS[name]} ({counts[name]:,})" if name in counts else name,
        key=address.control_key("verdict", listing.said or _ANYTHING),
        label_visibility="collapsed",
        width=230,
        on_change=address.on_control(
            "verdict", lambda name: None if name == _ANYTHING else str(name), clears=LIST_CHOICES
        ),
    )


def chosen_kind(run: Run) -> Listing:
    """The real and the tagged category that the address asks for, in the usual order."""
    names = run.class_names
    real, tagged = address.choice("real", names, None), address.choice("tagged", names, None)
    return Listing(
        real=None if real is None else names.index(real), tagged=None if tagged is None else names.index(tagged)
    )


def chosen(run: Run) -> Listing:
    """Everything the address asks for: kind, confidence and order."""
    return dataclasses.replace(
        chosen_kind(run),
        sure=address.number_range("sure", 0, 100),
        order=address.choice("order", ORDERS, "most-sure") or "most-sure",
    )


def render_controls(run: Run, listing: Listing) -> None:
    """Real category, tagged category, confidence and order, and one button that takes every filter off."""
    first, second, third = st.columns([1, 1, 1.3])
    with first:
        _render_class_choice(run, "real", "It really is", listing.real)
    with second:
        _render_class_choice(run, "tagged", "The model said", listing.tagged)
    with third:
        st.slider(
            "The model was sure, %",
            0,
            100,
            key=address.control_key("sure", listing.sure),
            step=5 if all(end % 5 == 0 for end in listing.sure) else 1,
            format="%d %%",
            help=glossary.help_text("sure"),
            on_change=address.on_control("sure", _range_text, clears=LIST_CHOICES),
        )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            "Order",
            list(ORDERS),
            required=True,
            format_func=lambda order: phrases.ORDER_NAMES.get(order, order),
            wrap=True,
            key=address.control_key("order", listing.order),
            on_change=address.on_control("order", _order_text, clears=LIST_CHOICES),
        )
        if listing.num_filters:
            st.button("Clear all filters", icon=":material/filter_alt_off:", on_click=clear, key="clear-filters")


def render_unit(run: Run) -> str:
    """What the cells of the confusion map count, as a key of `figures.UNITS`; beside it, how to read the map."""
    unit = address.choice("unit", tuple(confusion_figures.UNITS), "garments") or "garments"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            "Each cell counts",
            list(confusion_figures.UNITS),
            required=True,
            format_func=confusion_figures.UNITS.__getitem__,
            wrap=True,
            key=address.control_key("unit", unit),
            on_change=address.on_control("unit", lambda choice: None if choice == "garments" else str(choice)),
        )
        with st.popover("How to read this map", icon=":material/help:", type="tertiary"):
            _render_map_help(run)
    return unit


def _render_map_help(run: Run) -> None:
    st.markdown(phrases.MAP_HELP)
    pairs = predictions.confused_pairs(run)
    if not pairs.empty:
        worst = pairs.iloc[0].to_dict()
        num_first = int(predictions.counts(run)[worst["first_index"]].sum())
        st.markdown(phrases.markdown(compare_wording.map_example(worst, num_first)))
    st.markdown(compare_wording.MAP_CLICKS)


def render_map_choice(run: Run, listing: Listing) -> None:
    """The keyboard's way to what a click on the map shows: a row, a column, or the cell where they meet."""
    with st.expander("Choose without the map"):
        first, second = st.columns(2)
        with first:
            _render_class_choice(run, "real", "It really is", listing.real)
        with second:
            _render_class_choice(run, "tagged", "The model said", listing.tagged)


def render_category_choice(run: Run, listing: Listing) -> None:
    """The keyboard's way to what a click on a bar shows."""
    with st.expander("Choose without the chart"):
        first, second = st.columns(2)
        with first:
            _render_class_choice(run, "real", "Missed garments of", listing.real)
        with second:
            _render_class_choice(run, "tagged", "Wrongly tagged as", listing.tagged)


def render_chip(run: Run, listing: Listing, num_garments: int) -> None:
    """The chosen kind of garments as a chip that takes itself away."""
    text = phrases.chosen_kind(_shown(run, listing.real), _shown(run, listing.tagged), num_garments)
    st.button(
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
    address.change_address({**dict.fromkeys(LIST_CHOICES), **changes})


def clear() -> None:
    """Takes every filter out of the address."""
    address.change_address(dict.fromkeys(("real", "tagged", "sure", "verdict", *LIST_CHOICES)))


def on_map_click(run: Run, key: str) -> Callable[[], None]:
    """What the confusion map calls: chooses the cell or total that was clicked."""

    def choose() -> None:
        for point in flags.chart_points(key)[:1]:
            real, tagged = (None if index == ANY else int(index) for index in point["customdata"])
            choose_kind(run, real, tagged)

    return choose


def on_bar_click(run: Run, key: str) -> Callable[[], None]:
    """What the bars call: garments of the category that were missed, or garments wrongly tagged as it."""

    def choose() -> None:
        for point in flags.chart_points(key)[:1]:
            index, side = point["customdata"]
            choose_kind(run, *((int(index), None) if side == "real" else (None, int(index))))

    return choose


def _render_class_choice(run: Run, name: str, label: str, index: int | None) -> None:
    st.selectbox(
        label,
        [ANY, *range(len(run.class_names))],
        format_func=lambda choice: "Any category" if choice == ANY else run.names[choice],
        key=address.control_key(name, ANY if index is None else index),
        on_change=address.on_control(
            name, lambda choice: None if choice == ANY else run.class_names[choice], clears=LIST_CHOICES
        ),
    )


def _name(run: Run, index: int | None) -> str | None:
    """The name of a class in the address."""
    return None if index is None else run.class_names[index]


def _shown(run: Run, index: int | None) -> str | None:
    """Its name on screen."""
    return None if index is None else run.names[index]


def _range_text(sure: tuple[int, int]) -> str | None:
    return None if tuple(sure) == (0, 100) else f"{sure[0]}-{sure[1]}"


def _order_text(order: str) -> str | None:
    return None if order == "most-sure" else order
