"""The parts of the page about categories: the team's target, one category in detail, the exact figures."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from core import errors
from core.access.roles import Action
from core.store.runs.runs import Run
from core.store.team import team
from dashboard.categories import charts, figures, wording
from dashboard.data import runs, store, stored_garments, views
from dashboard.data.run_views import RunView
from dashboard.gallery import filters, picking, tiles
from dashboard.look import elsewhere_wording, glossary, phrases
from dashboard.parts import tables
from dashboard.session import address, category_switch, flags, navigation, person

_TARGET: flags.Note[float] = flags.Note("target")
_TARGET_PROBLEM: flags.Note[str] = flags.Note("target-problem")
_TARGET_KEPT: flags.Note[float] = flags.Note("target-kept")

NUM_MIX_UPS = 3
_NUM_TILES = 9


def render_target() -> None:
    """The team's target, set here for everybody; what is typed is kept at once."""
    target = team.target(store.store())
    with st.popover(wording.target(target), icon=":material/flag:", key="target-popover"):
        st.markdown(wording.TARGET_HELP)
        _TARGET.set(100 * target)
        # Its key is the one of a note of this session, so that the callback can read it.
        st.number_input("Of 100 garments", 0.0, 100.0, step=1.0, format="%.4g", key=_TARGET.key, on_change=_keep_target,
                        **person.allowed(Action.SET))  # fmt: skip
        person.render_refusal(Action.SET)
        problem = _TARGET_PROBLEM.get()
        if problem:
            st.error(phrases.markdown(problem), icon=":material/error:")
        elif _TARGET_KEPT.get() == target:
            st.caption(wording.TARGET_SAVED)


def render_bars(run: Run) -> None:
    """The two bars of every category against the target, and how to read them."""
    category_switch.render_switch(run)
    previous = runs.previous_comparable(run)
    view = category_switch.shown(run)
    charts.render_category_bars(run, team.target(store.store()), previous, _num_shown(len(view.names)))
    has_arrow = bool(_clear_changes(view, previous))
    st.caption(wording.bars_key(previous.version if previous is not None and has_arrow else None))


def _num_shown(num_categories: int) -> int | None:
    """How many of the worst are drawn; of many categories all of them only when the address asks for it."""
    if num_categories <= figures.MOST:
        return None
    asked = address.choice("bars", ("all",), None)
    st.segmented_control(
        "Categories shown",
        list(wording.SHOWN),
        required=True,
        format_func=lambda name: wording.SHOWN[name].format(figures.MOST, num_categories),
        label_visibility="collapsed",
        key=address.control_key("bars", asked or "worst"),
        on_change=address.on_control("bars", lambda name: "all" if name == "all" else None),
    )
    return None if asked else figures.MOST


def chosen_category(run: Run, listing: filters.Listing) -> int:
    """Position, among the categories on screen, of the one in the address; else the one listed, else the worst."""
    view = category_switch.shown(run)
    worst = store.drawn((run.id, "worst", view.categories), lambda: int(_worst_first(view)["class_index"].iloc[0]))
    listed = listing.tagged if listing.real is None else listing.real
    usual = run.class_names[view.first_class(worst) if listed is None else listed]
    return view.index_of(run.class_names.index(address.choice("category", run.class_names, usual) or usual))


def render_table(run: Run) -> None:
    """The bars as a table, in the categories on screen."""
    tables.render_scores(views.class_scores(category_switch.shown(run)))


def render_category(run: Run, index: int) -> None:
    """One category: how it stands, what it is mixed up with, how sure the model is of it, and its garments."""
    view = category_switch.shown(run)
    st.header("One category closely", anchor=False)
    st.selectbox(
        "Category",
        range(len(view.names)),
        format_func=view.names.__getitem__,
        key=address.control_key("category", index),
        on_change=address.on_control("category", view.address_of),
    )
    _render_standing(view, index)
    _render_garments(view, index)
    with st.expander(wording.CLOSER), st.grid(2, min_column_width=340, gap="medium"):
        with st.container(border=True, height="stretch"):
            _render_mix_ups(view, index)
        with st.container(border=True, height="stretch"):
            st.markdown("**How sure the model is**", help=glossary.help_text("sure"))
            _render_sureness(view, index)


def _render_sureness(view: RunView, index: int) -> None:
    if (given := view.run.elsewhere) and not view.run.says_how_sure:
        st.info(phrases.markdown(elsewhere_wording.no_sureness(given.name)), icon=":material/help_center:")
        return
    st.markdown(phrases.markdown(wording.sureness(view.names[index], views.sureness_of(view, index))))
    charts.render_sureness(view, index)


def render_analysts(run: Run, index: int) -> None:
    """The exact figures, drawn only while they are open."""
    with st.expander("For analysts", key="analysts", on_change="rerun") as expander:
        if not expander.open:
            return
        view = category_switch.shown(run)
        tables.render_exact_scores(views.class_scores(view))
        if (given := run.elsewhere) and not run.says_how_sure:
            st.info(phrases.markdown(elsewhere_wording.no_sureness(given.name)), icon=":material/help_center:")
            return
        with st.grid(2, min_column_width=340, gap="medium"):
            with st.container():
                st.markdown(f"**Precision and recall of {phrases.markdown(view.names[index])}**")
                st.caption(wording.CURVE_HELP)
                if given and not run.weighs_others:
                    said = elsewhere_wording.no_others(given.name, says_how_sure=True)
                    st.caption(phrases.markdown(f"{said} {wording.SHARED_OUT}"))
                charts.render_precision_recall(view, index)
            with st.container():
                st.markdown("**Calibration over all categories**")
                error = views.reliability(view)[1]
                by_luck = views.calibration_by_luck(view)
                words = wording.calibration(error, by_luck, run.num_test, run.temperature)
                st.markdown(phrases.markdown(words))
                st.caption(wording.RELIABILITY_HELP)
                charts.render_reliability(view)


def _worst_first(view: RunView) -> pd.DataFrame:
    return figures.worst_first(views.class_scores(view))


def _clear_changes(view: RunView, previous: Run | None) -> dict[int, float]:
    """What changed clearly since the previous version, as `category_figures.clear_changes`; nothing without one."""
    if previous is None:
        return {}
    return store.drawn(
        (view.run.id, "changes", previous.id, view.categories),
        lambda: figures.clear_changes(views.class_changes(view, previous)),
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


def _render_standing(view: RunView, index: int) -> None:
    row = store.drawn(
        (view.run.id, "scores", index, view.categories), lambda: views.class_scores(view).iloc[index].to_dict()
    )
    target, previous = team.target(store.store()), runs.previous_comparable(view.run)
    st.markdown(phrases.markdown(wording.found(row, target)), help=glossary.help_text("find"))
    st.markdown(phrases.markdown(wording.trusted(row, target)), help=glossary.help_text("trust"))
    difference = _clear_changes(view, previous).get(index)
    if previous is not None and difference is not None:
        st.markdown(phrases.markdown(wording.change(difference, previous.version)))


def _render_mix_ups(view: RunView, index: int) -> None:
    st.markdown("**What it is mixed up with**", help=glossary.help_text("pair"))
    counts = views.counts(view)
    found = store.drawn((view.run.id, "mix-ups", index, view.categories), lambda: mix_ups(counts, index))
    num_real = counts.sum(axis=1)
    for mix_up in found[:NUM_MIX_UPS]:
        _render_mix_up(view, index, mix_up, int(num_real[index]), int(num_real[mix_up["other_index"]]))
    rest = found[NUM_MIX_UPS:]
    if rest:
        num_garments = sum(mix_up["num_lost"] + mix_up["num_gained"] for mix_up in rest)
        st.caption(wording.rest_of_mix_ups(len(rest), num_garments))
    if found:
        with st.container(horizontal=True, gap="small"):
            kind = {"real": view.address_of(index)}
            navigation.render_link("mistakes", "See it on the map", kind)
            navigation.render_link("mistakes/themes", "What they have in common", kind)
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


def _render_mix_up(view: RunView, index: int, row: Mapping[str, int], num_real: int, num_other: int) -> None:
    sentence = wording.mix_up(view.names[row["other_index"]], row["num_lost"], num_real, row["num_gained"], num_other)
    with st.container(gap="xxsmall"):
        st.markdown(phrases.markdown(sentence))
        _render_directions(view, index, row)


def _render_directions(view: RunView, index: int, row: Mapping[str, int]) -> None:
    """The way to the garments of each direction that has some."""
    with st.container(horizontal=True, gap="small"):
        other = row["other_index"]
        for real, tagged, number in ((index, other, row["num_lost"]), (other, index, row["num_gained"])):
            if number:
                label = phrases.chosen_kind(view.names[real], view.names[tagged], number)
                navigation.render_link(
                    "mistakes", label, {"real": view.address_of(real), "tagged": view.address_of(tagged)}
                )


def _render_garments(view: RunView, index: int) -> None:
    """Typical garments, and those the model was surest about and wrong; picking one opens its list in this page."""
    run, name = view.run, view.address_of(index)
    wrong = filters.Listing(real=view.first_class(index), merged=view.is_merged)
    first = ", the surest first" if run.says_how_sure else ""
    st.markdown(f"**Typical garments**, tagged correctly{first}")
    _render_row(
        run,
        "typical",
        views.typical(view, index),
        wording.NONE_TYPICAL,
        {"real": name, "tagged": name},
    )
    st.markdown(f"**The worst**, tagged wrongly{first}" if first else "**Tagged wrongly**")
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
