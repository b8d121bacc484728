"""Doubted labels of a version whose tags come from elsewhere: by the probabilities that came with them, or why not."""

import pandas as pd
import streamlit as st

from core.store.runs.runs import Run
from dashboard.data import predictions as stored_predictions
from dashboard.data import stored_garments, suspects
from dashboard.gallery import marks, paging, panel, picking, tiles, verdict_buttons
from dashboard.look import phrases
from dashboard.session import address, category_switch, guard, navigation
from dashboard.suspects import wording

_KEY = "doubted-tiles"


def render(run: Run) -> None:
    """The list with what it is worth; of a version without probabilities what to do instead."""
    assert run.elsewhere is not None
    if not run.weighs_others:
        st.info(phrases.markdown(wording.cannot_be_doubted(run.elsewhere.name)), icon=":material/label_off:")
        navigation.render_link("setup/elsewhere", wording.TRAIN_OURS)
        return
    with guard.guarded("The list"):
        table = suspects.of_given(category_switch.shown(run))
        st.header(phrases.markdown(wording.headline_given(len(table), run.num_test)), anchor=False)
        category_switch.render_switch(run)
        st.warning(phrases.markdown(wording.may_have_learned(run.elsewhere.name)), icon=":material/school:")
        navigation.render_link("setup/elsewhere", wording.TRAIN_OURS)
        if len(table):
            _render_list(run, table)


@st.fragment
def _render_list(run: Run, table: pd.DataFrame) -> None:
    with guard.guarded("The state of your verdicts"):
        verdict_buttons.render_status()
    with guard.guarded("The list"):
        pages = paging.paging(len(table))
        garments = pages.of(table)["garment"].tolist()
        asked = address.number("garment", 0, run.num_test - 1)
        opened = asked if asked is not None and asked in garments else int(garments[0])
        seen = marks.views(run, garments)
        left, right = st.columns([3, 1], gap="small")
        with right, st.container(key="garment-panel"):
            panel.render_panel(run, opened, seen.get(opened))
        with left:
            _render_tiles(run, garments, opened, pages, can_judge=bool(seen))
            marks.render_marks(run, _KEY, seen)
            verdict_buttons.render_for_selected(run, picking.selected(_KEY, _scope(run)))
            pages.render()


def _render_tiles(run: Run, garments: list[int], opened: int, pages: paging.Paging, *, can_judge: bool) -> None:
    found = stored_garments.garments(run, garments)
    scope = _scope(run)
    tiles.render_tiles(
        tiles.garment_tiles(stored_predictions.predictions(run).iloc[garments], run),
        None if found is None else found.images,
        key=_KEY,
        told=picking.told(_KEY, f"{scope} {pages.number}", opened, scope=scope),
        on_pick=picking.on_pick(_KEY),
        on_select=picking.on_select(_KEY, scope),
        review=marks.review_by_key(run, _KEY) if can_judge else None,
        pages=pages.by_key(_KEY),
    )


def _scope(run: Run) -> str:
    """Names the list, whatever its page: a selection holds within it."""
    return f"doubted {run.id} {category_switch.is_as_sold()}"
