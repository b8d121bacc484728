"""The offer to train beside what was just decided: the same start as the sidebar's, where the eye is."""

import streamlit as st

from core import errors
from core.access.roles import Action
from core.jobs import Job, TrainingRequest, first_start
from core.store.runs import live_history
from core.store.runs.runs import Run
from dashboard.data import runs, trainings
from dashboard.look import phrases
from dashboard.session import guard, person
from dashboard.training import form, view, wording

_WATCHING_SECONDS = 1.0


def render(catalogue: str | None, label: str, *, key: str, why: str = "", is_short: bool = False) -> None:
    """The button that trains by the usual recipe, what it takes, and how far it is once it runs.

    Args:
        catalogue: what to learn from, as a request names it; None: the usual one.
        label: what the button says.
        key: where it stands, unlike any other.
        why: what there is new to learn; empty where the label says it.
        is_short: a button alone, in a row of others; what it takes is told by the pointer, and progress by the sidebar.
    """
    if is_asked(catalogue):
        if is_short:
            st.caption(wording.IS_ASKED, width="content")
        else:
            render_progress(catalogue)
        return
    form.render_refusal()
    queue, recipe = trainings.queue(), _usual_recipe(catalogue)
    both_taken = queue.running is not None and queue.waiting is not None and not _gives_way(queue.waiting)
    running = None if queue.running is None else queue.running.name
    takes = form.takes(recipe, catalogue, runs.published())
    said = wording.both_places_taken() if both_taken else wording.by_recipe(recipe, takes, running)
    told = phrases.markdown(f"{why} {said}".strip())
    with st.container(horizontal=True, vertical_alignment="center", width="content" if is_short else "stretch"):
        st.button(
            label, type="primary", icon=":material/model_training:", key=f"train-{key}",
            on_click=_start, args=(TrainingRequest(recipe=recipe, catalogue=catalogue),),
            **person.allowed(Action.TRAIN, disabled=both_taken, help=told if is_short else None),
        )  # fmt: skip
        if not is_short:
            st.caption(told, width="stretch")


def is_asked(catalogue: str | None) -> bool:
    """Whether a training of that catalogue, None for any, runs or waits."""
    queue = trainings.queue()
    return any(job is not None and _is_of(job, catalogue) for job in (queue.running, queue.waiting))


def render_progress(catalogue: str | None) -> None:
    """How far a training of that catalogue is, or what it waits for; nothing where none was asked for."""
    if is_asked(catalogue):
        st.fragment(_render_running, run_every=_WATCHING_SECONDS)(catalogue)


def _start(request: TrainingRequest) -> None:
    """Starts it, once: a click that arrives twice finds it asked for."""
    if is_asked(request.catalogue):
        return
    waiting = trainings.queue().waiting
    if waiting is not None and _gives_way(waiting) and not view.cancel(waiting.id):
        return
    form.submit(request)


def _gives_way(waiting: Job) -> bool:
    """Whether what waits makes room for what a person asks for: nobody asked for it, the first start did."""
    return waiting.started_by == first_start.BY_ITSELF


def render_corrections(run: Run, *, key: str, is_short: bool = False) -> None:
    """The offer to learn what people corrected since the live version of those garments; nothing where there is none.

    Args:
        run: the version on screen.
        key: where it stands.
        is_short: see `render`.
    """
    with guard.guarded("The offer to train again"):
        published = runs.published()
        learned = runs.live(run.scope)
        if learned is None or learned.catalogue_fingerprint != run.catalogue_fingerprint:
            return
        found = form.to_learn(learned)
        if found.is_other and (found.num_corrections or found.num_left_out):
            label = wording.train_again(found.num_new)
            used = wording.corrections(found.num_corrections, found.num_left_out, found.num_people)
            render(form.wanted_catalogue(published), label, key=key, why=used, is_short=is_short)


def _is_of(job: Job, catalogue: str | None) -> bool:
    return job.kind == "training" and catalogue in (None, job.catalogue)


def _usual_recipe(catalogue: str | None) -> str:
    """That of the live version of those garments where it is offered, else that of a first one."""
    scope = None if catalogue is None else live_history.scope_of(catalogue)
    try:
        live = runs.live(scope)
    except errors.StoreError:
        live = None
    return live.recipe_name if live is not None and live.recipe_name in form.PRESETS else form.FIRST_RECIPE


def _render_running(catalogue: str | None) -> None:
    with guard.guarded("The progress"):
        queue = trainings.queue()
        if queue.running is not None and _is_of(queue.running, catalogue):
            view.render_progress(queue.running)
        elif queue.waiting is not None and queue.running is not None:
            running = queue.running
            st.caption(phrases.markdown(wording.next_in_line(running.name, view.who(running), running.created_at)))
        else:
            st.rerun(scope="app")
