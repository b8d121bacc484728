"""The part of its photo that the tag of a garment hangs on: worked out when a person asks for it."""

import pandas as pd
import streamlit as st

from core import errors
from core.store.runs.runs import Run
from dashboard.data import occlusions, photo_sources, predictions
from dashboard.gallery import occlusion_wording as wording
from dashboard.look import phrases
from dashboard.session import flags

_WIDTH = 260
_ASKED: flags.Note[tuple[str, int]] = flags.Note("where-it-looked")


def render(run: Run, garment: int) -> None:
    """Draws the button, and what was found once it was pressed; nothing where a version has no photos of its own.

    A map that was made before is drawn at once, whoever made it.
    """
    if not run.is_of_photos or not photo_sources.photos(run, garment, "test"):
        return
    asked = (run.id, garment)
    if _ASKED.get() != asked and not occlusions.is_kept(run, garment):
        st.button(
            wording.BUTTON, icon=":material/center_focus_strong:", help=wording.HELP, key="where-it-looked",
            on_click=_ASKED.set, args=(asked,),
        )  # fmt: skip
        return
    try:
        with st.spinner(wording.WAIT):
            _render_found(run, garment)
    except errors.GarmentsError as error:
        _ASKED.set(None)
        st.info(phrases.markdown(f"{error} Everything else still works."), icon=":material/info:")


def _render_found(run: Run, garment: int) -> None:
    found, picture = occlusions.of(run, garment), occlusions.picture(run, garment)
    tag = run.names[int(predictions.predictions(run).iloc[garment]["predicted_class"])]
    st.caption(wording.BUTTON, help=wording.LEGEND)
    if picture is not None:
        st.image(picture, width=_WIDTH, alt=wording.alternative(found, tag))
    several = len(photo_sources.photos(run, garment, "test")) > 1
    sentence = wording.sentence(found, tag) + (f" {wording.FIRST_ONLY}" if several else "")
    st.markdown(phrases.markdown(sentence))
    with st.expander("For analysts"):
        st.table(pd.DataFrame(wording.figures(found), columns=["", "Where it looked"]).set_index(""))
        st.caption(wording.METHOD)
