"""The search for wrong labels on its page: how it stands, and the button that begins one.

The only one that starts such a search from the screen.
"""

import streamlit as st

from core import errors, jobs
from core.access.roles import Action
from core.jobs import Job, estimates
from core.store.runs.runs import Run
from dashboard.data import store, trainings
from dashboard.look import phrases
from dashboard.session import flags, person
from dashboard.suspects import wording
from dashboard.training import view as training_view
from dashboard.training import wording as training_wording

_ERROR: flags.Note[str] = flags.Note("search-error")

_WATCHING_SECONDS = 1.0


def render_search(run: Run, published: list[Run], *, is_first: bool) -> None:
    """Draws the search that is under way or that failed, else the way to one of these garments."""
    queue = trainings.queue()
    ours = next((job for job in (queue.running, queue.waiting) if job is not None and job.kind == "suspects"), None)
    if ours is not None:
        st.fragment(_render_running, run_every=_WATCHING_SECONDS)(ours.id)
        return
    ended = queue.ended
    if is_first and ended is not None and ended.kind == "suspects" and ended.status != "finished":
        training_view.render_failure(ended, "suspects")
        return
    if problem := _ERROR.get():
        st.warning(phrases.markdown(problem), icon=":material/info:")
    is_full = queue.running is not None and queue.waiting is not None
    st.button(
        wording.start(_seconds(run, published)) if is_first else "Look again",
        icon=":material/search:",
        type="primary" if is_first else "secondary",
        key="search",
        on_click=_start,
        args=(run.catalogue,),
        **person.allowed(
            Action.TRAIN, disabled=is_full, help=training_wording.both_places_taken() if is_full else None
        ),
    )


def _seconds(run: Run, published: list[Run]) -> float | None:
    """How long a search takes, where that is known; one of photos trains nothing and is done at once."""
    found = None if run.is_of_photos else estimates.of_suspects(store.store(), published)
    return None if found is None else found.seconds


def _render_running(job_id: str) -> None:
    job = jobs.status(store.store(), job_id)
    if not job.is_active:
        st.rerun(scope="app")
    with st.container(border=True):
        training_view.render_progress(job)
        _render_cancel(job)


def _render_cancel(job: Job) -> None:
    if job.cancel_requested:
        st.caption("Stopping …")
    else:
        training_view.render_cancel(job, "cancel-search", "What is judged so far is kept for the next search.")


def _start(catalogue: str) -> None:
    """Begins the search; that somebody else was first is an answer, not an error."""
    try:
        job = jobs.submit(store.store(), jobs.of_suspects(catalogue=catalogue), started_by=person.name())
    except errors.GarmentsError as error:
        _ERROR.set(str(error))
    else:
        _ERROR.set(None)
        flags.OWN_JOBS.set((*(flags.OWN_JOBS.get() or ()), job.id))
