"""The screen of a computer without a model: the first training, followed until there is something to show."""

import streamlit as st

from core import jobs
from core.store.runs import runs as stored_runs
from dashboard.data import store
from dashboard.look import phrases
from dashboard.session import guard
from dashboard.training import form as training_form
from dashboard.training import view as training_view


def render_if_no_version() -> None:
    """Draws the first training and ends the run where no version was published yet; else nothing."""
    if stored_runs.list_runs(store.store()):
        return
    st.title("Getting your first model ready", anchor=False)
    st.markdown(
        ":gray[The dashboard shows what a model gets right and wrong. There is none yet, so the first one is trained "
        "now, on this computer. You can close this page: the training goes on.]"
    )
    job = jobs.current(store.store())
    st.fragment(_render_first_training, run_every=1.0 if job is not None and job.is_active else 10.0)()
    st.stop()


def _render_first_training() -> None:
    with guard.guarded("The progress"):
        job = jobs.current(store.store())
        if job is None and training_form.was_refused():
            training_form.render_first_start_refused()
        elif job is None or job.status == "finished":
            st.rerun(scope="app")
        elif job.is_active:
            with st.container(border=True):
                training_view.render_progress(job)
        else:
            training_view.render_failure(job, "welcome")
        st.markdown("**What you will see then**")
        for sentence in (
            "How many of 100 garments are tagged correctly, and how sure that figure is.",
            "Which categories are taken for each other, and the very garments.",
            "The wrong tags, the most sure ones first, as pictures.",
        ):
            st.markdown(f"- {phrases.markdown(sentence)}")
