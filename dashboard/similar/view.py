"""The page of one garment and those the model sees as most like it."""

from typing import Any

import pandas as pd
import streamlit as st

from core import errors
from core.quality import lookalikes
from core.store.runs.runs import Run
from dashboard.data import predictions, stored_garments
from dashboard.gallery import downloads, filters, marks, panel, picking, tiles, verdict_buttons, way_back
from dashboard.look import compare_wording, phrases
from dashboard.session import address, guard

_KEY = "similar-tiles"


@st.fragment
def render_similar(run: Run) -> None:
    """The garment of the address beside its nearest test garments; a pick makes another garment the subject."""
    with guard.guarded("The state of your verdicts"):
        verdict_buttons.render_status()
    with guard.guarded("The similar garments"):
        if not run.num_test:
            st.info("This version was judged on no garment, so there is nothing to compare.", icon=":material/info:")
            return
        asked = address.number("garment", 0, run.num_test - 1)
        garment = _surest_mistake(run) if asked is None else asked
        left, right = st.columns([1, 3], gap="medium")
        with left, st.container(key="garment-panel"):
            _render_choice(run, garment)
            panel.render_panel(run, garment, marks.views(run, [garment]).get(garment), is_subject=True)
        with right:
            _render_nearest(run, garment)


def _surest_mistake(run: Run) -> int:
    """Where to begin without a choice: the mistake the model was most sure of, else the first garment."""
    listing = filters.Listing()
    table = filters.listed(run, listing)
    return 0 if table.empty else int(table["garment"].iloc[0])


def _render_choice(run: Run, garment: int) -> None:
    way_back.render_way_back()
    st.number_input(
        "Number of the garment",
        min_value=0,
        max_value=run.num_test - 1,
        step=1,
        key=address.control_key("garment", garment),
        help=f"From 0 to {run.num_test - 1:,}; it stands under every garment.",
        on_change=address.on_control("garment", str),
    )


def _render_nearest(run: Run, garment: int) -> None:
    try:
        nearest = predictions.similar(run, garment)
    except errors.GarmentsError as error:
        st.warning(phrases.markdown(f"The similar garments cannot be read; everything else still works. {error}"))
        return
    row = predictions.predictions(run).iloc[garment]
    true, predicted = int(row["true_class"]), int(row["predicted_class"])
    counts = lookalikes.counted(nearest, true, predicted)
    sentence = compare_wording.share_of_similar(counts, run.names[true], run.names[predicted])
    scope = f"{run.id} {garment}"
    st.header(phrases.markdown(compare_wording.nearest_heading(len(nearest))), anchor=False)
    st.markdown(f"**{phrases.markdown(sentence)}**")
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption(
            "Nearest first. Click one to see what is like it, or select several and say what they are at once.",
            width="content",
        )
        with st.container(horizontal=True, width="content"):
            chosen = picking.selected(_KEY, scope)
            downloads.render_downloads(run, nearest, chosen, "more-like-this", f"garment-{garment}")
    if nearest.empty:
        return
    found = marks.views(run, nearest["garment"].tolist())
    pictures = stored_garments.garments(run, nearest["garment"].to_numpy())
    tiles.render_tiles(
        _tiles(run, nearest, true, predicted),
        None if pictures is None else pictures.images,
        key=_KEY,
        told=picking.told(_KEY, scope, None, scope=scope),
        on_pick=picking.on_pick(_KEY),
        on_select=picking.on_select(_KEY, scope),
        review=marks.review_by_key(run, _KEY, opens_next=False) if found else None,
    )
    marks.render_marks(run, _KEY, found)
    verdict_buttons.render_for_selected(run, chosen)


def _tiles(run: Run, nearest: pd.DataFrame, true: int, predicted: int) -> list[tiles.Tile]:
    return [tiles.garment_tile(row, run, _mark(row, true, predicted)) for row in nearest.itertuples()]


def _mark(row: Any, true: int, predicted: int) -> str:
    if row.true_class == row.predicted_class:
        return ""
    return "Same mistake" if (row.true_class, row.predicted_class) == (true, predicted) else "Mistake"
