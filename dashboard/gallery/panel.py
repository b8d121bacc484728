"""The garment that was opened: its picture, the label, and what else the model considered."""

import streamlit as st

from core.store.runs import Run
from dashboard import stored, theme, wording
from dashboard.gallery import sprite


def render_panel(run: Run, garment: int) -> None:
    """Draws the opened garment: the first of the page until one is picked."""
    row = stored.predictions(run).iloc[garment]
    real, tagged = run.class_names[int(row["true_class"])], run.class_names[int(row["predicted_class"])]
    with st.container(border=True):
        st.markdown(f"**Garment {garment:,}**")
        split = stored.garments(run, quiet=True)
        if split is not None:
            st.image(
                sprite.data_address(sprite.enlarged(split.images[garment])),
                width="stretch",
                alt=f"Garment {garment}, labelled {real}",
            )
        st.markdown(wording.markdown(wording.verdict(real, tagged, float(row["confidence"]))))
        st.caption("What the model considered", help=wording.GLOSSARY["sure"])
        _render_guesses(run, garment)


def _render_guesses(run: Run, garment: int) -> None:
    for name, probability in stored.best_guesses(run, garment):
        st.progress(min(max(probability, 0.0), 1.0), text=f"{wording.markdown(name)} {theme.percent(probability)}")
