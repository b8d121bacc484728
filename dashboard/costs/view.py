"""The page of costs: the grid of what each kind of mistake costs, what that means today, and the way back."""

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from core import errors
from core.quality import cost
from core.store.runs.runs import Run
from core.store.team.costs import Costs
from dashboard.costs import wording
from dashboard.data import names, predictions
from dashboard.look import phrases
from dashboard.session import address, flags, navigation, person

_REAL = "Real category"
_SAID: flags.Note[tuple[bool, str]] = flags.Note("costs-said")


def render_introduction(held: Costs) -> None:
    """What became of the last change, what costs are for, and where those in force come from."""
    _render_said()
    st.markdown(wording.introduction(cost.WEIGHTS[cost.EXPENSIVE]))
    st.caption(wording.where_from(is_chosen=held.is_chosen))


def render_grid(run: Run, held: Costs) -> NDArray[np.int64]:
    """The grid to change; gives back its levels (K, K) as they are chosen now."""
    shown = pd.DataFrame(np.asarray(wording.LEVELS, dtype=object)[held.levels], columns=list(run.names))
    shown.insert(0, _REAL, list(run.names))
    edited: pd.DataFrame = st.data_editor(
        shown,
        key=f"costs-editor-{held.number}-{hash(held.levels.tobytes())}",
        hide_index=True,
        num_rows="fixed",
        disabled=[_REAL],
        column_config={
            _REAL: st.column_config.TextColumn(pinned=True),
            **{
                name: st.column_config.SelectboxColumn(options=list(wording.LEVELS), required=True)
                for name in run.names
            },
        },
    )
    st.caption(wording.GRID_HELP)
    index = {name: number for number, name in enumerate(wording.LEVELS)}
    chosen = edited[list(run.names)].map(index.__getitem__).to_numpy(dtype=np.int64, copy=True)
    np.fill_diagonal(chosen, cost.NO_MATTER)
    return chosen


def render_saving(run: Run, held: Costs, levels: NDArray[np.int64]) -> None:
    """The buttons that save the grid for everybody, or take it back to the departments."""
    if not person.is_known():
        person.render_name_input("costs")
    with st.container(horizontal=True):
        st.button(
            "Save for everybody",
            type="primary",
            icon=":material/save:",
            key="costs-save",
            disabled=np.array_equal(levels, held.levels),
            on_click=_save,
            args=(run, held, levels),
        )
        st.button(
            "Back to departments",
            icon=":material/undo:",
            key="costs-defaults",
            disabled=not held.is_chosen,
            help="For everybody. What was chosen before stays in the log.",
            on_click=_save,
            args=(run, held, None),
        )


def _save(run: Run, held: Costs, levels: NDArray[np.int64] | None) -> None:
    try:
        names.save_costs(run, levels, who=person.name(), expected=held.number)
    except errors.GarmentsError as error:
        _SAID.set((False, str(error)))
    else:
        _SAID.set((True, "Saved for everybody."))


def _render_said() -> None:
    said = _SAID.get()
    if said is None:
        return
    _SAID.set(None)
    show, icon = (st.success, ":material/check_circle:") if said[0] else (st.error, ":material/error:")
    show(phrases.markdown(said[1]), icon=icon)


def render_meaning(run: Run, levels: NDArray[np.int64]) -> None:
    """The costliest mix-ups of the version on screen, by the grid as it stands there."""
    with st.container(border=True):
        table = cost.costliest_pairs(predictions.counts(run), run.names, cost.weights(levels))
        st.markdown(f"**{phrases.markdown(wording.total(int(table['cost'].sum()), run.num_test))}**")
        for row in table[table["cost"] > 0].head(3).to_dict("records"):
            st.markdown(phrases.markdown(wording.pair(row)))
        navigation.render_link("confusion", "See what goes wrong, by cost", {"by": "cost"})


def render_switch() -> bool:
    """Whether orders and verdicts are read by cost, as the address says; the control that changes it."""
    by = address.choice("by", tuple(wording.READINGS), "number") or "number"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.segmented_control(
            "Read mistakes",
            list(wording.READINGS),
            required=True,
            format_func=wording.READINGS.__getitem__,
            label_visibility="collapsed",
            key=address.control_key("by", by),
            on_change=address.on_control("by", lambda choice: None if choice == "number" else str(choice)),
        )
        if by == "cost":
            navigation.render_link("costs", "What a mistake costs")
    return by == "cost"
