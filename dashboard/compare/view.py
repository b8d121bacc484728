"""The page of two categories side by side: the clear garments of each, and those between them."""

import contextlib
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from core.quality import two_classes
from core.store.runs.runs import Run
from core.store.team import team
from dashboard.data import categories, predictions, store, stored_garments
from dashboard.gallery import marks, panel, picking, tiles, verdict_buttons, way_back
from dashboard.look import compare_wording, phrases, theme
from dashboard.parts import places
from dashboard.session import address, guard, navigation, person

NUM_TYPICAL = 12
NUM_BETWEEN = 24
_COLUMNS_HEIGHT = 560
"""Pixels that columns of `NUM_TYPICAL` garments take at least, on any screen."""
_KEYS = ("compare-first", "compare-between", "compare-second")


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """The two categories on the page, by class index."""

    first: int
    """On the left."""
    second: int
    """On the right; never the first."""

    def names(self, run: Run) -> tuple[str, str]:
        """What the two are called on screen."""
        return run.names[self.first], run.names[self.second]

    def keys(self, run: Run) -> tuple[str, str]:
        """What the two are called in addresses and in what is stored."""
        return run.class_names[self.first], run.class_names[self.second]


def chosen_pair(run: Run) -> Pair:
    """The two categories of the address, else the most confused pair."""
    names = run.class_names
    usual = _worst_pair(run)
    first = names.index(address.choice("first", names, names[usual.first]) or names[usual.first])
    rival = _rival(run, first)
    second = names.index(address.choice("second", names, names[rival]) or names[rival])
    if first == second:
        st.info(
            phrases.markdown(compare_wording.same_sides(run.names[first], run.names[rival])), icon=":material/link_off:"
        )
        second = rival
    return Pair(first=first, second=second)


def render_choice(run: Run, pair: Pair) -> None:
    """The two categories to choose, and how often each is taken for the other."""
    way_back.render_way_back()
    left, right = st.columns(2)
    for column, name, index, other in (
        (left, "first", pair.first, pair.second),
        (right, "second", pair.second, pair.first),
    ):
        with column, places.at_least(places.FIELD, f"compare-{name}-category"):
            st.selectbox(
                "One category" if name == "first" else "The other",
                [index for index in range(len(run.class_names)) if index != other],
                format_func=run.names.__getitem__,
                key=address.control_key(name, index),
                on_change=address.on_control(name, run.class_names.__getitem__, clears=("garment",)),
            )
    _render_counts(run, pair)


def render_sides(run: Run, pair: Pair) -> None:
    """Three columns of garments, the opened one below them, and the team's rule."""
    with guard.guarded("The garments"):
        _render_columns(run, pair)
    with guard.guarded("The rule"):
        _render_rule(run, pair)
        navigation.render_link("setup/names", "Do you need this difference in the shop? If not, merge the two.")


def _worst_pair(run: Run) -> Pair:
    table = predictions.confused_pairs(run)
    if table.empty:
        return Pair(first=0, second=1)
    return Pair(first=int(table["first_index"].iloc[0]), second=int(table["second_index"].iloc[0]))


def _rival(run: Run, class_index: int) -> int:
    """The category it is mixed up with most often; the next one where it is mixed up with none."""
    table = predictions.confused_pairs(run)
    mine = table[(table["first_index"] == class_index) | (table["second_index"] == class_index)]
    if mine.empty:
        return (class_index + 1) % len(run.class_names)
    return int(mine["first_index"].iloc[0] + mine["second_index"].iloc[0] - class_index)


def _render_counts(run: Run, pair: Pair) -> None:
    counts = predictions.counts(run)
    there, back = int(counts[pair.first, pair.second]), int(counts[pair.second, pair.first])
    num_real = counts.sum(axis=1)
    sentences = compare_wording.both_ways(
        *pair.names(run), there, back, int(num_real[pair.first]), int(num_real[pair.second])
    )
    num_mistakes = run.num_test - run.num_correct
    weight = compare_wording.weight_of_pair(there + back, (there + back) / max(num_mistakes, 1))
    st.markdown(f"{phrases.markdown(' '.join(sentences))} **{phrases.markdown(weight)}**")
    with st.container(horizontal=True):
        for num, real, tagged in ((there, pair.first, pair.second), (back, pair.second, pair.first)):
            if num:
                label = f"{run.names[real]} tagged as {run.names[tagged]}: see {num:,}"
                _render_mistakes_link(label, run.class_names[real], run.class_names[tagged])


def _render_mistakes_link(label: str, real: str, tagged: str) -> None:
    navigation.render_link("mistakes", label, {"real": real, "tagged": tagged})


@st.fragment
def _render_columns(run: Run, pair: Pair) -> None:
    with guard.guarded("The garments"):
        opened = address.number("garment", 0, run.num_test - 1)
        with _place_of_columns(run, pair):
            left, middle, right = st.columns([1, 1.7, 1], gap="medium")
            with left:
                _render_typical(run, pair.first, _KEYS[0], opened)
            with middle:
                st.header("In between", anchor=False)
                _render_between(run, pair, opened)
            with right:
                _render_typical(run, pair.second, _KEYS[2], opened)
        with st.container(key="garment-panel"):
            if opened is None:
                st.caption("Click a garment to see it large, with what the model considered.")
            else:
                with st.container(width=340):
                    verdict_buttons.render_status()
                    panel.render_panel(run, opened, marks.views(run, [opened]).get(opened))


def _place_of_columns(run: Run, pair: Pair) -> contextlib.AbstractContextManager[None]:
    """A place as high as full columns; where there are fewer garments, it grows with them."""
    is_full = all(len(categories.typical(run, index)) >= NUM_TYPICAL for index in (pair.first, pair.second))
    return places.at_least(_COLUMNS_HEIGHT, "compare-columns") if is_full else contextlib.nullcontext()


def _render_typical(run: Run, class_index: int, key: str, opened: int | None) -> None:
    table = categories.typical(run, class_index)
    shown = table.head(NUM_TYPICAL)
    st.header(phrases.markdown(compare_wording.typical_heading(run.names[class_index])), anchor=False)
    st.caption(phrases.markdown(compare_wording.typical_count(len(shown), len(table))))
    words = [_typical_tile(row, run.names[class_index]) for row in shown.itertuples()]
    _render_tiles(run, shown, words, key, f"{run.id} {class_index}", opened)


def _typical_tile(row: Any, name: str) -> tiles.Tile:
    sure = theme.percent(row.confidence)
    return {
        "garment": int(row.garment),
        "label": f"{sure} sure",
        "number": f"Garment {row.garment:,}",
        "sentence": f"Garment {row.garment:,}. {phrases.verdict(name, name, row.confidence)}",
    }


def _render_between(run: Run, pair: Pair, opened: int | None) -> None:
    table = categories.borderline(run, pair.first, pair.second)
    shown = store.drawn(
        (run.id, "undecided", pair.first, pair.second), lambda: two_classes.most_undecided(table, NUM_BETWEEN)
    )
    num_wrong = int((table["true_class"] != table["predicted_class"]).sum())
    first, second = pair.names(run)
    st.caption(phrases.markdown(compare_wording.between_count(len(shown), len(table), num_wrong)))
    if shown.empty:
        return
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.markdown(f"← **{phrases.markdown(first)}**", width="content")
        st.markdown(f"**{phrases.markdown(second)}** →", width="content")
    words = [_between_tile(row, run.names, first, second) for row in shown.itertuples()]
    _render_tiles(run, shown, words, _KEYS[1], f"{run.id} {pair.first} {pair.second}", opened)


def _between_tile(row: Any, names: tuple[str, ...], first: str, second: str) -> tiles.Tile:
    true, predicted = names[row.true_class], names[row.predicted_class]
    mark = "Mistake" if row.true_class != row.predicted_class else ""
    sentence = f"Garment {row.garment:,}. {phrases.verdict(true, predicted, row.confidence)}"
    return {
        "garment": int(row.garment),
        "mark": mark,
        "said": compare_wording.lean(row.lean, first, second),
        "sure": "",
        "label": phrases.label(true),
        "number": f"Garment {row.garment:,}",
        "sentence": f"{sentence} {mark}." if mark else sentence,
    }


def _render_tiles(
    run: Run, shown: pd.DataFrame, words: list[tiles.Tile], key: str, list_name: str, opened: int | None
) -> None:
    if shown.empty:
        return
    garments = shown["garment"].to_numpy()
    found = stored_garments.garments(run, garments, quiet=key != _KEYS[0])
    tiles.render_tiles(
        words,
        None if found is None else found.images,
        key=key,
        told=picking.told(key, list_name, opened if opened in garments else None),
        on_pick=picking.on_pick(key),
        look="small",
        panel_below=True,
    )


def _render_rule(run: Run, pair: Pair) -> None:
    first, second = sorted(pair.keys(run))
    written = team.pair_rule(store.store(), first, second)
    # Another rule in the store is another box: nobody saves over what a colleague wrote meanwhile without seeing it.
    key = f"rule-{sorted((pair.first, pair.second))}-{hash(written)}"
    with st.form(key, border=True):
        rule = st.text_area(
            phrases.markdown(compare_wording.rule_label(*pair.names(run))),
            value=written,
            max_chars=team.LONGEST_RULE,
            placeholder=compare_wording.RULE_PROMPT,
            help="Everybody sees it here, and beside the garments of this pair.",
        )
        saved = st.form_submit_button("Save for everybody", icon=":material/save:")
    if saved and rule.strip() != written:
        team.write_pair_rule(store.store(), first, second, rule, who=person.name())
        st.toast("Saved for everybody.", icon=":material/check_circle:")
        st.rerun()
    if saved:
        st.caption("Nothing has changed." if written else compare_wording.RULE_PROMPT)
