"""The first minutes of a computer without a model: garments and a bar, a first look, then news of the real model."""

import streamlit as st

from core import catalogue, errors, jobs
from core.jobs import first_start
from core.photos import sprite
from core.store.live import promotions
from core.store.runs import publishing
from core.store.runs.runs import Run
from dashboard.data import built_in_sample, run_views, runs, store, trainings, views
from dashboard.look import phrases
from dashboard.session import address, guard, navigation, shown_version, site_map
from dashboard.training import form as training_form
from dashboard.training import view as training_view
from dashboard.training import wording


def render_if_no_version(page: str) -> None:
    """Draws the first training and ends the run where no version was published yet; else nothing.

    What needs no version is open meanwhile: there the sidebar alone follows the training.

    Args:
        page: the end of its address.
    """
    if runs.published():
        return
    if page in site_map.PAGES and (part := navigation.shown_part(page)):
        # Once there is a version the page has other parts too: who works on this one stays.
        address.change_address({site_map.PART: part})
        return
    st.title("Getting your first model ready", anchor=False)
    st.markdown(
        ":gray[The dashboard shows what a model gets right and wrong. There is none yet, so the first one is trained "
        "now, on this computer. You can close this page: the training goes on.]"
    )
    navigation.render_link("setup/garments", wording.MEANWHILE)
    job = jobs.current(store.store())
    st.fragment(_render_first_training, run_every=1.0 if job is not None and job.is_active else 10.0)()
    if job is not None and job.is_active:
        _render_garments(job.catalogue)
    st.stop()


def _render_first_training() -> None:
    with guard.guarded("The progress"):
        queue = trainings.queue()
        job = queue.running or queue.waiting or queue.ended
        if job is None and training_form.was_refused():
            training_form.render_first_start_refused()
        elif job is None or job.status == "finished":
            st.rerun(scope="app")
        elif job.is_active:
            with st.container(border=True):
                training_view.render_progress(job)
                if first_start.is_first_look(store.store(), job.request, job.started_by) and queue.waiting is not None:
                    st.caption(wording.FIRST_LOOK_COMES)
        else:
            training_view.render_failure(job, "welcome")


def _render_garments(name: str | None) -> None:
    """Some garments of the built-in sample with their labels; nothing where other garments are trained."""
    if name not in (None, catalogue.DEFAULT, catalogue.FALLBACK):
        return
    try:
        found = built_in_sample.few()
    except errors.CatalogueError:  # the training says what is wrong
        return
    st.markdown("**What it learns to tell apart**")
    with st.container(horizontal=True):
        for label, images in found.items():
            with st.container(width=236, gap="xxsmall"):
                st.image(sprite.strip(images))
                st.caption(phrases.markdown(label))


def render_news() -> None:
    """What must be known of a first look that nobody chose, while it is on screen: what comes, and that it has come.

    Who looks at it keeps it, and the page, until the real model is asked for.
    """
    published = runs.published()
    look = _first_look(published)
    if look is None or shown_version.shown_version(published) != look.version:
        return
    live = runs.live(look.scope)
    if live is None:
        return
    if live.id != look.id:
        _render_switch(live)
    elif first_start.is_open(store.store()) and trainings.queue().running is not None:
        shown_version.keep_on_screen(look.version)
        st.caption(f":material/hourglass_top: {wording.FIRST_LOOK}")


def _first_look(published: list[Run]) -> Run | None:
    """The version that became live as a first look; None where the first one was none."""
    lines = promotions.history(store.store())
    if not lines or lines[-1].reason != publishing.FIRST_LOOK_REASON:
        return None
    return next((run for run in published if run.id == lines[-1].run_id), None)


def _render_switch(live: Run) -> None:
    found = views.accuracy(run_views.of(live))
    sentence = wording.real_model_ready((found.accuracy, found.low, found.high), live.num_test, live.num_train)
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/check_circle: {phrases.markdown(sentence)}", width="stretch")
        st.button(
            f"Show version {live.version}",
            key="show-real",
            type="primary",
            on_click=shown_version.remember_version,
            args=(live.version,),
        )
