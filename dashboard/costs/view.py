"""The page of costs: choosing what each kind of mistake costs, what that means today, and the way back."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core import errors
from core.access.roles import Action
from core.quality import cost
from core.store.runs.runs import Run
from core.store.team.costs import Costs
from dashboard.costs import grid as grids
from dashboard.costs import wording
from dashboard.data import names, views
from dashboard.look import phrases
from dashboard.parts import sheet
from dashboard.session import address, category_switch, flags, navigation, person

_PROBLEM: flags.Note[str] = flags.Note("costs-problem")
_SAID: flags.Note[tuple[int, str]] = flags.Note("costs-said")


def render_introduction(held: Costs) -> None:
    """What costs are for, and where those in force come from."""
    st.markdown(wording.introduction(cost.WEIGHTS[cost.EXPENSIVE]))
    st.caption(wording.where_from(is_chosen=held.is_chosen))


def render_grid(run: Run, held: Costs) -> grids.Grid:
    """The grid to choose in, or of many categories one row of it; what is within a merge costs nothing."""
    category_switch.render_switch(run)
    view = category_switch.shown(run)
    found = grids.current(view, held)
    if found.row is not None:
        st.selectbox(
            wording.REAL,
            range(len(view.names)),
            format_func=lambda row: phrases.markdown(view.names[row]),
            key=address.control_key(grids.ROW, found.row),
            on_change=_turn,
            args=(found,),
        )
    sheet.render(found.table, label=wording.LABEL, is_cards=found.row is not None, said=_SAID.get(),
                 is_locked=bool(person.refusal(Action.SET)))  # fmt: skip
    help_text = wording.GRID_READ if person.refusal(Action.SET) else wording.GRID_HELP
    st.caption(help_text if found.row is None else wording.ROW_HELP)
    if view.is_merged:
        st.caption(wording.merged(differs=grids.differs_within(found)))
    if elsewhere := found.changed_elsewhere:
        st.warning(phrases.markdown(wording.elsewhere([view.names[row] for row in elsewhere])), icon=":material/edit:")
    return found


def _turn(found: grids.Grid) -> None:
    if sheet.is_behind(found.table):
        _PROBLEM.set(sheet.BEHIND)
    else:
        grids.turn(found)


def render_saving(run: Run, held: Costs, grid: grids.Grid) -> None:
    """The buttons that save the grid for everybody, or take it back to the departments."""
    if problem := _PROBLEM.get():
        _PROBLEM.set(None)
        st.error(phrases.markdown(problem), icon=":material/error:")
    person.render_refusal(Action.SET)
    person.render_question("costs")
    with st.container(horizontal=True, vertical_alignment="center"):
        # Not disabled while all is as it was: what is just being chosen is told here only after the click.
        st.button(
            "Save for everybody",
            type="primary",
            icon=":material/save:",
            key="costs-save",
            on_click=_save,
            args=(run, held, grid),
            **person.allowed(Action.SET),
        )
        st.button(
            "Back to departments",
            icon=":material/undo:",
            key="costs-defaults",
            on_click=_keep,
            args=(run, held, grid, None),
            **person.allowed(
                Action.SET,
                disabled=not held.is_chosen,
                help="For everybody. What was chosen before stays in the log.",
            ),
        )
        sheet.render_status(grid.table)


def _save(run: Run, held: Costs, grid: grids.Grid) -> None:
    """Keeps what stands on screen at the click."""
    if sheet.is_behind(grid.table):
        _PROBLEM.set(sheet.BEHIND)
        return
    levels = grids.chosen(grid)
    if np.array_equal(levels, held.levels):
        _end(grid, wording.UNCHANGED)
    else:
        _keep(run, held, grid, levels)


def _keep(run: Run, held: Costs, grid: grids.Grid, levels: NDArray[np.int64] | None) -> None:
    if not person.is_given("costs"):
        return
    try:
        names.save_costs(run, levels, who=person.name(), expected=held.number)
    except errors.GarmentsError as error:
        _PROBLEM.set(str(error))
    else:
        _end(grid, wording.SAVED)


def _end(grid: grids.Grid, said: str) -> None:
    grids.settle(grid)
    number, _ = _SAID.get() or (0, "")
    _SAID.set((number + 1, said))


def render_meaning(run: Run, levels: NDArray[np.int64]) -> None:
    """The costliest mix-ups of the version on screen, by the grid as it stands there."""
    with st.container(border=True):
        table = views.costliest_pairs(category_switch.shown(run), cost.weights(levels))
        st.markdown(f"**{phrases.markdown(wording.total(int(table['cost'].sum()), run.num_test))}**")
        for row in table[table["cost"] > 0].head(3).to_dict("records"):
            st.markdown(phrases.markdown(wording.pair(row)))
        navigation.render_link("mistakes", "See what goes wrong, by cost", {"by": "cost"})


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
            navigation.render_link("setup/costs", "What a mistake costs")
    return by == "cost"
