"""The parts of the page about categories: the team's target, one category in detail, the exact figures."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from core import errors
from core.store.runs.runs import Run
from core.store.team import team
from dashboard.categories import charts, figures, wording
from dashboard.data import categories, predictions, runs, store, stored_garments
from dashboard.gallery import filters, picking, tiles
from dashboard.look import glossary, phrases
from dashboard.parts import tables
from dashboard.session import address, flags, navigation, person

_TARGET: flags.Note[float] = flags.Note("target")
_TARGET_PROBLEM: flags.Note[str] = flags.Note("target-problem")
_TARGET_KEPT: flags.Note[float] = flags.Note("target-kept")

NUM_MIX_UPS = 4
_NUM_TILES = 9


def render_target() -> None:
    """The team's target, set here for everybody; what is typed is kept at once."""
    target = team.target(store.store())
    with st.popover(wording.target(target), icon=":material/flag:", key="target-popover"):
        st.markdown(wording.TARGET_HELP)
        _TARGET.set(100 * target)
        # Its key is the one of a note of this session, so that the callback can read it.
        st.number_input("Of 100 garments", 0.0, 100.0, step=1.0, format="%.4g", key=_TARGET.key, on_change=_keep_target)
        problem = _TARGET_PROBLEM.get()
        if problem:
            st.error(phrases.markdown(problem), icon=":material/error:")
        elif _TARGET_KEPT.get() == target:
            st.caption(wording.TARGET_SAVED)


def render_bars(run: Run) -> None:
    """The two bars of every category against the target, and how to read them."""
    previous = runs.previous_comparable(run)
    charts.render_category_bars(run, team.target(store.store()), previous)
    has_arrow = bool(_clear_changes(run, previous))
    st.caption(wording.bars_key(previous.version if previous is not None and has_arrow else None))


def chosen_category(run: Run, listing: filters.Listing) -> int:
    """Class index of the category in the address; else the one whose garments are listed, else the worst."""
    worst = store.drawn((run.id, "worst"), lambda: int(_worst_first(run)["class_index"].iloc[0]))
    listed = listing.tagged if listing.real is None else listing.real
    usual = run.class_names[worst if listed is None else listed]
    return run.class_names.index(address.choice("category", run.class_names, usual) or usual)


def render_category(run: Run, class_index: int) -> None:
    """One category: how it stands, what it is mixed up with, how sure the model is of it, and its garments."""
    st.header("One category closely", anchor=False)
    st.selectbox(
        "Category",
        range(len(run.class_names)),
        format_func=run.names.__getitem__,
        key=address.control_key("category", class_index),
        on_change=address.on_control("category", lambda index: run.class_names[index]),
    )
    _render_standing(run, class_index)
    with st.grid(2, min_column_width=340, gap="medium"):
        with st.container(border=True, height="stretch"):
            _render_mix_ups(run, class_index)
        with st.container(border=True, height="stretch"):
            st.markdown("**How sure the model is**", help=glossary.help_text("sure"))
            sentence = wording.sureness(run.names[class_index], categories.sureness_of_class(run, class_index))
            st.markdown(phrases.markdown(sentence))
            charts.render_sureness(run, class_index)
    _render_garments(run, class_index)


def render_analysts(run: Run, class_index: int) -> None:
    """The exact figures, drawn only while they are open."""
    with st.expander("For analysts", key="analysts", on_change="rerun") as expander:
        if not expander.open:
            return
        tables.render_exact_scores(predictions.class_scores(run))
        with st.grid(2, min_column_width=340, gap="medium"):
            with st.container():
                st.markdown(f"**Precision and recall of {phrases.markdown(run.names[class_index])}**")
                st.caption(wording.CURVE_HELP)
                charts.render_precision_recall(run, class_index)
            with st.container():
                st.markdown("**Calibration over all categories**")
                error = predictions.reliability(run)[1]
                by_luck = predictions.calibration_by_luck(run)
                words = wording.calibration(error, by_luck, run.num_test, run.temperature)
                st.markdown(phrases.markdown(words))
                st.caption(wording.RELIABILITY_HELP)
                charts.render_reliability(run)


def _worst_first(run: Run) -> pd.DataFrame:
    return figures.worst_first(predictions.class_scores(run))


def _clear_changes(run: Run, previous: Run | None) -> dict[int, float]:
    """What changed clearly since the previous version, as `category_figures.clear_changes`; nothing without one."""
    if previous is None:
        return {}
    return store.drawn(
        (run.id, "changes", previous.id, run.names),
        lambda: figures.clear_changes(categories.class_changes(run, previous)),
    )


def _keep_target() -> None:
    """Keeps what was just typed; that it could not be kept is said beside the control."""
    share = (_TARGET.get() or 0.0) / 100
    try:
        team.choose_target(store.store(), share, who=person.name())
    except errors.GarmentsError as error:
        _TARGET_PROBLEM.set(str(error))
    else:
        _TARGET_PROBLEM.set(None)
        _TARGET_KEPT.set(share)


def _render_standing(run: Run, class_index: int) -> None:
    row = store.drawn(
        (run.id, "scores", class_index, run.names), lambda: predictions.class_scores(run).iloc[class_index].to_dict()
    )
    target, previous = team.target(store.store()), runs.previous_comparable(run)
    st.markdown(phrases.markdown(wording.found(row, target)), help=glossary.help_text("find"))
    st.markdown(phrases.markdown(wording.trusted(row, target)), help=glossary.help_text("trust"))
    difference = _clear_changes(run, previous).get(class_index)
    if previous is not None and difference is not None:
        st.markdown(phrases.markdown(wording.change(difference, previous.version)))


def _render_mix_ups(run: Run, class_index: int) -> None:
    st.markdown("**What it is mixed up with**", help=glossary.help_text("pair"))
    found = store.drawn((run.id, "mix-ups", class_index), lambda: mix_ups(predictions.counts(run), class_index))
    num_real = predictions.counts(run).sum(axis=1)
    for mix_up in found[:NUM_MIX_UPS]:
        _render_mix_up(run, class_index, mix_up, int(num_real[class_index]), int(num_real[mix_up["other_index"]]))
    rest = found[NUM_MIX_UPS:]
    if rest:
        num_garments = sum(mix_up["num_lost"] + mix_up["num_gained"] for mix_up in rest)
        st.caption(wording.rest_of_mix_ups(len(rest), num_garments))
    if found:
        with st.container(horizontal=True, gap="small"):
            navigation.render_link("mistakes", "See it on the map", {"real": run.class_names[class_index]})
            navigation.render_link(
                "mistakes/themes", "What they have in common", {"real": run.class_names[class_index]}
            )
    else:
        st.markdown(wording.NO_MIX_UPS)


def mix_ups(counts: NDArray[np.int64], class_index: int) -> list[dict[str, int]]:
    """The categories that are mixed up with this one, most garments first.

    Each with other_index; num_lost, garments of this category tagged as the other; num_gained, the other way round.

    Args:
        counts: (K, K) matrix of `confusion.matrix`, rows = true class.
        class_index: this category.
    """
    lost, gained = counts[class_index].tolist(), counts[:, class_index].tolist()
    others = [index for index in range(len(counts)) if index != class_index and lost[index] + gained[index]]
    others.sort(key=lambda index: (-(lost[index] + gained[index]), index))
    return [{"other_index": index, "num_lost": lost[index], "num_gained": gained[index]} for index in others]


def _render_mix_up(run: Run, class_index: int, row: Mapping[str, int], num_real: int, num_other: int) -> None:
    sentence = wording.mix_up(run.names[row["other_index"]], row["num_lost"], num_real, row["num_gained"], num_other)
    with st.container(gap="xxsmall"):
        st.markdown(phrases.markdown(sentence))
        _render_directions(run, class_index, row)


def _render_directions(run: Run, class_index: int, row: Mapping[str, int]) -> None:
    """The way to the garments of each direction that has some."""
    with st.container(horizontal=True, gap="small"):
        other = row["other_index"]
        for real, tagged, number in ((class_index, other, row["num_lost"]), (other, class_index, row["num_gained"])):
            if number:
                label = phrases.chosen_kind(run.names[real], run.names[tagged], number)
                navigation.render_link(
                    "mistakes", label, {"real": run.class_names[real], "tagged": run.class_names[tagged]}
                )


def _render_garments(run: Run, class_index: int) -> None:
    """Typical garments, and those the model was surest about and wrong; picking one opens its list in this page."""
    name = run.class_names[class_index]
    wrong = filters.Listing(real=class_index)
    st.markdown("**Typical garments**, tagged correctly, the surest first")
    _render_row(
        run,
        "typical",
        categories.typical(run, class_index),
        wording.NONE_TYPICAL,
        {"real": name, "tagged": name},
    )
    st.markdown("**The worst**, tagged wrongly, the surest first")
    _render_row(run, "worst", filters.listed(run, wrong), wording.NONE_WRONG, {"real": name})


def _render_row(run: Run, row: str, table: pd.DataFrame, if_none: str, kind: Mapping[str, str]) -> None:
    shown = table.head(_NUM_TILES)
    if shown.empty:
        st.caption(if_none)
        return
    found = stored_garments.garments(run, shown["garment"].to_numpy(), quiet=True)
    images = None if found is None else found.images
    opened = address.number("garment", 0, run.num_test - 1)
    picked = opened if opened in shown["garment"].to_numpy() else None
    key = f"{row}-tiles"
    tiles.render_tiles(
        tiles.garment_tiles(shown, run),
        images,
        key=key,
        told=picking.told(key, f"{run.id} {kind}", picked),
        on_pick=_on_pick(key, kind),
        look="small",
    )


def _on_pick(key: str, kind: Mapping[str, str]) -> Callable[[], None]:
    """What a row of tiles calls: opens the list that the garment comes from, with that garment."""

    def open_list() -> None:
        garment = flags.component_value(key, "picked")
        if garment is not None:
            flags.REVEAL_GALLERY.set(True)
            asked = {"real": None, "tagged": None, "page": None, **kind, "garment": str(int(garment))}
            address.change_address(asked)

    return open_list
