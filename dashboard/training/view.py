"""Trainings on screen: how far the one that runs is, which one waits, and what came of the last.

Used by the sidebar and by the pages on which a job is followed.
"""

from datetime import UTC, datetime

import streamlit as st

from core import errors, jobs
from core.access.roles import Action
from core.jobs import Job, Queue, lanes, resume
from core.store.runs.runs import Run
from dashboard.data import live, runs, store
from dashboard.look import phrases
from dashboard.session import address, flags, navigation, person, shown_version
from dashboard.training import form, titles, wording

_NEWS_SECONDS = 24 * 60 * 60.0
"""How long it is told that a version became live by itself, where nobody hides it before."""
_PROBLEM: flags.Note[str] = flags.Note("end-process-problem")
_NOT_CANCELLED: flags.Note[str] = flags.Note("cancel-problem")


def render_running(job: Job) -> None:
    """The training that runs, with its progress and the way to stop it."""
    with st.container(border=True):
        st.markdown(f"**{phrases.markdown(titles.of_job(job))}**")
        render_progress(job)
        if place := jobs.elsewhere(store.store(), job):
            st.caption(phrases.markdown(wording.on_another_computer(place)))
        if not jobs.answers(store.store(), job):
            _render_unanswering(job)
        elif job.cancel_requested:
            st.caption("Stopping …")
        else:
            render_cancel(job, "cancel-job", "The live version stays.")


def _render_unanswering(job: Job) -> None:
    """That nothing was heard of a training for long, and the way to end its process."""
    sentence = phrases.does_not_answer(jobs.seconds_silent(store.store(), job))
    st.warning(phrases.markdown(sentence), icon=":material/hourglass_disabled:")
    st.button(
        "End it",
        key="end-process",
        on_click=_end_process,
        args=(job.id,),
        **person.allowed(
            Action.TRAIN, help="The live version stays. Trying again goes on from the last complete round."
        ),
    )
    if problem := _PROBLEM.get():
        st.error(phrases.markdown(problem), icon=":material/error:")
    with st.expander("Details for IT"):
        st.code(jobs.details(store.store(), job), language=None)


def _end_process(job_id: str) -> None:
    _PROBLEM.set(None)
    try:
        jobs.end_process(store.store(), job_id, who=person.name())
    except errors.GarmentsError as error:
        _PROBLEM.set(str(error))


def render_waiting(job: Job, running: Job | None) -> None:
    """The training that waits: after which one, who asked for it, and the way to take it back."""
    with st.container(border=True):
        st.markdown(f"**{phrases.markdown(titles.of_job(job))}**")
        if running is not None:
            place = wording.next_in_line(titles.of_job(running), who(running), running.created_at)
            st.caption(phrases.markdown(place))
        st.caption(phrases.markdown(wording.asked_for(who(job), job.created_at)))
        render_cancel(job, "cancel-waiting", "The running one goes on.")


def render_progress(job: Job) -> None:
    """The bar of a training with its stage in words and the time left, and who started it."""
    st.progress(min(max(job.fraction, 0.0), 1.0), text=phrases.markdown(wording.progress(job.stage, job.seconds_left)))
    if job.message:
        st.caption(phrases.markdown(job.message))
    st.caption(phrases.markdown(wording.started(who(job), _seconds_since(job.created_at))))


def render_result(job: Job, published: list[Run]) -> None:
    """What came of the last training: a version to look at, or why there is none."""
    if job.status != "finished":
        render_failure(job, "sidebar")
        return
    run = next((run for run in published if run.id == job.run_id), None)
    is_shown = run is None or shown_version.shown_version(published) == run.version
    if run is not None and is_shown and live.came_by_itself(run):
        _render_first(job, run)
    elif run is None or is_shown:
        if job.message:
            st.caption(phrases.markdown(job.message))
    else:
        _render_ready(job, run)


def _render_first(job: Job, run: Run) -> None:
    """That the version on screen became live by itself, until somebody has read it or a day has passed."""
    if job.ended_at is None or _seconds_since(job.ended_at) > _NEWS_SECONDS:
        return
    with st.container(border=True):
        st.success(wording.live_by_itself(run.version), icon=":material/check_circle:")
        if job.message:
            st.caption(phrases.markdown(job.message))
        with st.container(horizontal=True, vertical_alignment="center"):
            navigation.render_link("today", "See how good it is")
            st.button("Hide", type="tertiary", key="hide-result", on_click=_hidden(job).set, args=(True,))


def _render_ready(job: Job, run: Run) -> None:
    with st.container(border=True):
        is_first = live.came_by_itself(run)
        sentence = wording.live_by_itself(run.version) if is_first else f"Version {run.version} is ready."
        st.success(sentence, icon=":material/check_circle:")
        _render_whose(job)
        if job.message:
            st.caption(phrases.markdown(job.message))
        with st.container(horizontal=True):
            st.button(
                f"Show version {run.version}",
                key="show-new",
                on_click=shown_version.remember_version,
                args=(run.version,),
            )
            _render_comparison(run)


def render_failure(job: Job, key: str) -> None:
    """Why a training gave no version, what still works, the way on, and details for IT."""
    st.warning(
        phrases.markdown(wording.failure(job.status, job.message, lanes.subject(job.kind))), icon=":material/error:"
    )
    _render_whose(job)
    num_done = resume.rounds_done(store.store(), job.request)
    if goes_on := wording.goes_on(num_done, job.request.num_rounds):
        st.caption(phrases.markdown(goes_on))
    with st.container(horizontal=True):
        st.button(
            "Try again",
            icon=":material/refresh:",
            key=f"again-{key}",
            on_click=form.submit,
            args=(job.request,),
            **person.allowed(Action.TRAIN),
        )
        if key == "sidebar":
            st.button("Hide", type="tertiary", key="hide-result", on_click=_hidden(job).set, args=(True,))
    if job.status in ("failed", "interrupted"):
        with st.expander("Details for IT"):
            st.code(jobs.details(store.store(), job), language=None)


def _render_whose(job: Job) -> None:
    st.caption(phrases.markdown(wording.started_at(titles.of_job(job), who(job), job.created_at)))


def _render_comparison(run: Run) -> None:
    """The way to the decision about a new version; none where it is the live one already."""
    if not runs.is_live(run):
        query = address.link({"new": str(run.version)})
        navigation.render_link("versions", "Compare with the live one", query)


def is_news(queue: Queue) -> bool:
    """Whether the last result is still to be told: not hidden, and not older than what runs now."""
    assert queue.ended is not None and queue.ended.ended_at is not None
    if _hidden(queue.ended).get():
        return False
    return queue.running is None or queue.running.created_at < queue.ended.ended_at


def render_cancel(job: Job, key: str, help_text: str) -> None:
    """The button that cancels a job and, where that was not possible just now, why not."""
    st.button("Cancel", key=key, on_click=_cancel, args=(job.id,), **person.allowed(Action.TRAIN, help=help_text))
    if problem := _NOT_CANCELLED.get():
        _NOT_CANCELLED.set(None)
        st.error(phrases.markdown(problem), icon=":material/error:")


def _cancel(job_id: str) -> None:
    cancel(job_id)


def cancel(job_id: str) -> bool:
    """Has a job stop; where that is not possible it is said beside the button.

    Returns:
        whether it was asked to.
    """
    try:
        jobs.cancel(store.store(), job_id, who=person.name())
    except errors.GarmentsError as error:
        _NOT_CANCELLED.set(str(error))
        return False
    return True


def _hidden(job: Job) -> flags.Note[bool]:
    return flags.Note(f"hidden-{job.id}")


def who(job: Job) -> str:
    """Who asked for a job, as this session calls them."""
    return "you" if job.id in (flags.OWN_JOBS.get() or ()) else job.started_by


def _seconds_since(moment: datetime) -> float:
    return max((datetime.now(UTC) - moment).total_seconds(), 0.0)
