"""The page of two categories side by side: the clear garments of each, and those between them."""

import contextlib
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from core.quality import two_classes
from core.store.runs.runs import Run
from dashboard.compare import rule
from dashboard.data import categories, run_views, store, stored_garments, views
from dashboard.data.run_views import RunView
from dashboard.gallery import marks, panel, picking, tiles, verdict_buttons, way_back
from dashboard.look import compare_wording, elsewhere_wording, phrases, theme
from dashboard.parts import places
from dashboard.session import address, category_switch, guard, navigation

NUM_TYPICAL = 12
NUM_BETWEEN = 24
_COLUMNS_HEIGHT = 560
"""Pixels that columns of `NUM_TYPICAL` garments take at least, on any screen."""
_KEYS = ("compare-first", "compare-between", "compare-second")


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """The two categories on the page, by position in the categories that are shown."""

    view: RunView
    """The version, in these categories."""
    first: int
    """On the left."""
    second: int
    """On the right; never the first."""

    @property
    def names(self) -> tuple[str, str]:
        """What the two are called on screen."""
        return self.view.names[self.first], self.view.names[self.second]


def chosen_pair(run: Run) -> Pair:
    """The two categories of the address, else the most confused pair."""
    view = category_switch.shown(run)
    if len(view.names) == 1:
        st.info(compare_wording.ONLY_ONE, icon=":material/join_inner:")
        view = run_views.of(run, merged=False)
    usual = _most_mixed_up(view)
    first = _asked(view, "first", usual)
    rival = _rival(view, first)
    second = _asked(view, "second", rival)
    if first == second:
        st.info(
            phrases.markdown(compare_wording.same_sides(view.names[first], view.names[rival])),
            icon=":material/link_off:",
        )
        second = rival
    return Pair(view=view, first=first, second=second)


def _asked(view: RunView, name: str, usual: int) -> int:
    """The category of the class that the address names: any class of a merged category stands for all of it."""
    class_names, otherwise = view.run.class_names, view.address_of(usual)
    return view.index_of(class_names.index(address.choice(name, class_names, otherwise) or otherwise))


def render_choice(pair: Pair) -> None:
    """The two categories to choose, and how often each is taken for the other."""
    way_back.render_way_back()
    view = pair.view
    category_switch.render_switch(view.run)
    left, right = st.columns(2)
    for column, name, index, other in (
        (left, "first", pair.first, pair.second),
        (right, "second", pair.second, pair.first),
    ):
        with column, places.at_least(places.FIELD, f"compare-{name}-category"):
            st.selectbox(
                "One category" if name == "first" else "The other",
                [index for index in range(len(view.names)) if index != other],
                format_func=view.names.__getitem__,
                key=address.control_key(name, index),
                on_change=address.on_control(name, view.address_of, clears=("garment",)),
            )
    _render_counts(pair)


def render_sides(pair: Pair) -> None:
    """Three columns of garments, the opened one below them, and the team's rule."""
    with guard.guarded("The garments"):
        _render_columns(pair)
    with guard.guarded("The rule"):
        rule.render_rule(pair.view, pair.first, pair.second)
        navigation.render_link("setup/names", "Do you need this difference in the shop? If not, merge the two.")


def _most_mixed_up(view: RunView) -> int:
    """The one side of the most confused pair, of which the other is the rival."""
    table = views.confused_pairs(view)
    return 0 if table.empty else int(table["first_index"].iloc[0])


def _rival(view: RunView, index: int) -> int:
    """The category it is mixed up with most often; the next one where it is mixed up with none."""
    table = views.confused_pairs(view)
    mine = table[(table["first_index"] == index) | (table["second_index"] == index)]
    if mine.empty:
        return (index + 1) % len(view.names)
    return int(mine["first_index"].iloc[0] + mine["second_index"].iloc[0] - index)


def _render_counts(pair: Pair) -> None:
    view = pair.view
    counts = views.counts(view)
    there, back = int(counts[pair.first, pair.second]), int(counts[pair.second, pair.first])
    num_real = counts.sum(axis=1)
    sentences = compare_wording.both_ways(
        *pair.names, there, back, int(num_real[pair.first]), int(num_real[pair.second])
    )
    num_mistakes = view.run.num_test - views.accuracy(view).num_correct
    weight = compare_wording.weight_of_pair(there + back, (there + back) / max(num_mistakes, 1))
    st.markdown(f"{phrases.markdown(' '.join(sentences))} **{phrases.markdown(weight)}**")
    with places.at_least(places.LINK, "compare-directions"), st.container(horizontal=True):
        for num, real, tagged in ((there, pair.first, pair.second), (back, pair.second, pair.first)):
            if num:
                label = f"{view.names[real]} tagged as {view.names[tagged]}: see {num:,}"
                kind = {"real": view.address_of(real), "tagged": view.address_of(tagged)}
                navigation.render_link("mistakes", label, kind)


@st.fragment
def _render_columns(pair: Pair) -> None:
    run = pair.view.run
    with guard.guarded("The garments"):
        opened = address.number("garment", 0, run.num_test - 1)
        with _place_of_columns(pair):
            left, middle, right = st.columns([1, 1.7, 1], gap="medium")
            with left:
                _render_typical(pair.view, pair.first, _KEYS[0], opened)
            with middle:
                st.header("In between" if run.weighs_others else "Mixed up", anchor=False)
                _render_between(pair, opened)
            with right:
                _render_typical(pair.view, pair.second, _KEYS[2], opened)
        with st.container(key="garment-panel"):
            if opened is None:
                st.caption("Click a garment to see it large, with what the model considered.")
            else:
                with st.container(width=340):
                    verdict_buttons.render_status()
                    panel.render_panel(run, opened, marks.views(run, [opened]).get(opened))


def _place_of_columns(pair: Pair) -> contextlib.AbstractContextManager[None]:
    """A place as high as full columns; where there are fewer garments, it grows with them."""
    is_full = all(len(categories.typical(pair.view, index)) >= NUM_TYPICAL for index in (pair.first, pair.second))
    return places.at_least(_COLUMNS_HEIGHT, "compare-columns") if is_full else contextlib.nullcontext()


def _render_typical(view: RunView, index: int, key: str, opened: int | None) -> None:
    table = categories.typical(view, index)
    shown = table.head(NUM_TYPICAL)
    st.header(phrases.markdown(compare_wording.typical_heading(view.names[index])), anchor=False)
    is_sorted = view.run.says_how_sure
    st.caption(phrases.markdown(compare_wording.typical_count(len(shown), len(table), is_sorted=is_sorted)))
    words = [_typical_tile(row, view.names[index], view.run) for row in shown.itertuples()]
    _render_tiles(view, shown, words, key, f"{index}", opened)


def _typical_tile(row: Any, name: str, run: Run) -> tiles.Tile:
    sure = run.said_sure(row.confidence)
    return {
        "garment": int(row.garment),
        "label": "" if sure is None else f"{theme.percent(sure)} sure",
        "number": f"Garment {row.garment:,}",
        "sentence": f"Garment {row.garment:,}. {phrases.verdict(name, name, sure)}",
    }


def _render_between(pair: Pair, opened: int | None) -> None:
    view = pair.view
    table = categories.borderline(view, pair.first, pair.second)
    shown = store.drawn(
        (view.run.id, "undecided", pair.first, pair.second, view.categories),
        lambda: two_classes.most_undecided(table, NUM_BETWEEN),
    )
    num_wrong = int((table["true_class"] != table["predicted_class"]).sum())
    first, second = pair.names
    given = view.run.elsewhere
    if given and not view.run.weighs_others:
        why = elsewhere_wording.no_others(given.name, says_how_sure=view.run.says_how_sure)
        st.caption(phrases.markdown(f"{why} {compare_wording.mixed_up_count(len(shown), len(table))}"))
    else:
        st.caption(phrases.markdown(compare_wording.between_count(len(shown), len(table), num_wrong)))
    if shown.empty:
        return
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        if not view.run.weighs_others:
            first, second = (f"tagged {name}" for name in (first, second))
        st.markdown(f"← **{phrases.markdown(first)}**", width="content")
        st.markdown(f"**{phrases.markdown(second)}** →", width="content")
    words = [_between_tile(row, view.names, pair) for row in shown.itertuples()]
    _render_tiles(view, shown, words, _KEYS[1], f"{pair.first} {pair.second}", opened)


def _between_tile(row: Any, names: tuple[str, ...], pair: Pair) -> tiles.Tile:
    run = pair.view.run
    true, predicted = names[row.true_class], names[row.predicted_class]
    mark = "Mistake" if row.true_class != row.predicted_class else ""
    sentence = f"Garment {row.garment:,}. {phrases.verdict(true, predicted, run.said_sure(row.confidence))}"
    said = compare_wording.lean(row.lean, *pair.names) if run.weighs_others else phrases.guess(predicted)
    return {
        "garment": int(row.garment),
        "mark": mark,
        "said": said,
        "sure": "",
        "label": phrases.label(true),
        "number": f"Garment {row.garment:,}",
        "sentence": f"{sentence} {mark}." if mark else sentence,
    }


def _render_tiles(
    view: RunView, shown: pd.DataFrame, words: list[tiles.Tile], key: str, list_name: str, opened: int | None
) -> None:
    if shown.empty:
        return
    garments = shown["garment"].to_numpy()
    found = stored_garments.garments(view.run, garments, quiet=key != _KEYS[0])
    tiles.render_tiles(
        words,
        None if found is None else found.images,
        key=key,
        told=picking.told(
            key, f"{view.run.id} {hash(view.categories)} {list_name}", opened if opened in garments else None
        ),
        on_pick=picking.on_pick(key),
        look="small",
        panel_below=True,
    )
