"""Which version is shown, and retraining: the only caller of core.jobs from the screen."""

from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st

from core import errors, jobs
from core.jobs import Job, TrainingRequest
from core.model import recipes
from core.store.runs import Run
from dashboard import glossary, guard, person, state, stored, tour, wording

FIRST_RECIPE = "quick"
_WATCHING_SECONDS = 1.0
_IDLE_SECONDS = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Preset:
    """A recipe as a merchandiser chooses it."""

    title: str
    """Name on screen."""
    note: str
    """What it is for, one sentence."""


PRESETS: dict[str, Preset] = {
    "quick": Preset(title="Quick check", note="The shortest. Good for seeing whether new garments can be learned."),
    "standard": Preset(title="Standard", note="The usual choice: clearly better tags for a few minutes more."),
    "thorough": Preset(title="Thorough", note="The best tags. Takes the longest; start it before a break."),
}
"""Recipe name -> how it is offered; every other recipe is offered to analysts only."""


def render_sidebar() -> None:
    """Draws the version shown and the panel for retraining."""
    with st.sidebar, guard.guarded("The sidebar"):
        published = stored.all_runs()
        if published:
            _render_version(published)
        job = jobs.current(stored.store()) if published else _first_training()
        state.set_flag("seen-job", _seen(job))
        every = _WATCHING_SECONDS if job is not None and job.is_active else _IDLE_SECONDS
        st.fragment(_render_training, run_every=every)(published)
        if published:
            _render_help()


def render_progress(job: Job) -> None:
    """The bar of a training with its stage in words and the time left, and who started it."""
    st.progress(min(max(job.fraction, 0.0), 1.0), text=wording.markdown(wording.progress(job.stage, job.seconds_left)))
    if job.message:
        st.caption(wording.markdown(job.message))
    st.caption(wording.markdown(wording.started(_who(job), _seconds_since(job.created_at))))


def render_failure(job: Job, key: str) -> None:
    """Why a training gave no version, what still works, the way on, and details for IT."""
    sentence = {"cancelled": "The training was cancelled."}.get(job.status, job.message or "The training stopped.")
    st.warning(wording.markdown(f"{sentence} Nothing that was there before has changed."), icon=":material/error:")
    with st.container(horizontal=True):
        st.button("Try again", icon=":material/refresh:", key=f"again-{key}", on_click=_submit, args=(job.request,))
        if key == "sidebar":
            st.button("Hide", type="tertiary", key="hide-result", on_click=state.set_flag, args=(_hidden(job), True))
    if job.status in ("failed", "interrupted"):
        with st.expander("Details for IT"):
            st.code(job.details or jobs.log(stored.store(), job.id) or f"job {job.id}: no details", language=None)


def _first_training() -> Job | None:
    """The training that gives the first version: submitted here unless somebody was first.

    Only a computer on which nothing was ever trained starts by itself; after a failure a person decides.
    """
    job = jobs.current(stored.store())
    if job is None:
        try:
            job = jobs.submit(stored.store(), TrainingRequest(recipe=FIRST_RECIPE), started_by="the dashboard")
        except errors.JobBusy:
            job = jobs.current(stored.store())
    return job


def _render_version(published: list[Run]) -> None:
    shown, live = state.shown_version(published), stored.live_version()
    if len(published) == 1:
        st.caption(f"Showing **{wording.version(shown, shown == live)}**", help=glossary.help_text("version"))
        return
    st.selectbox(
        "Version shown",
        [run.version for run in published],
        format_func=lambda number: wording.version(number, number == live).capitalize(),
        key=state.control_key("shown-version", shown),
        on_change=state.on_version_chosen,
        help=glossary.help_text("version"),
    )


def _render_help() -> None:
    """Who is at the screen, where the words are explained, and the tour."""
    st.divider()
    person.render_name()
    with st.expander("Words we use", icon=":material/menu_book:"):
        st.markdown(glossary.whole())
    tour.render_restart()


def _render_training(published: list[Run]) -> None:
    with guard.guarded("The training panel"):
        job = jobs.current(stored.store())
        if _seen(job) != state.flag("seen-job") or state.is_dark() != state.flag("dark"):
            # It began, ended, or the appearance changed: every page and every session draws itself again, once.
            st.rerun(scope="app")
        st.subheader("Training", anchor=False)
        if job is not None and job.is_active:
            _render_running(job)
            return
        if job is not None and published and not state.flag(_hidden(job)):
            _render_result(job, published)
        _render_start(published)


def _render_running(job: Job) -> None:
    with st.container(border=True):
        st.markdown(f"**{wording.markdown(_title(job.recipe))}**")
        render_progress(job)
        if job.cancel_requested:
            st.caption("Stopping …")
        else:
            st.button("Cancel", key="cancel-job", on_click=_cancel, args=(job.id,), help="The live version stays.")
    st.caption("Another training can start when this one has ended.")


def _render_result(job: Job, published: list[Run]) -> None:
    if job.status != "finished":
        render_failure(job, "sidebar")
        return
    run = next((run for run in published if run.id == job.run_id), None)
    if run is None or state.shown_version(published) == run.version:
        if job.message:
            st.caption(wording.markdown(job.message))
        return
    st.success(f"Version {run.version} is ready.", icon=":material/check_circle:")
    if job.message:
        st.caption(wording.markdown(job.message))
    st.button(f"Show version {run.version}", key="show-new", on_click=state.remember_version, args=(run.version,))


def _render_start(published: list[Run]) -> None:
    asked = state.flag("confirm-training")
    if asked:
        st.markdown(f"Start **{wording.markdown(_title(asked.recipe))}** now? The live version stays as it is.")
        with st.container(horizontal=True):
            st.button("Start", type="primary", key="start-confirmed", on_click=_submit, args=(asked,))
            st.button("Not now", key="start-refused", on_click=state.set_flag, args=("confirm-training", None))
        return
    if state.flag("training-error"):
        st.warning(wording.markdown(str(state.flag("training-error"))), icon=":material/info:")
    recipe = st.radio(
        "How thorough?",
        list(PRESETS),
        format_func=_title,
        captions=[_note(name, published) for name in PRESETS],
        key="preset",
    )
    request = _render_for_analysts(recipe)
    st.button("Train a new version", icon=":material/model_training:", key="start", on_click=_ask, args=(request,))


def _render_for_analysts(recipe: str) -> TrainingRequest:
    with st.expander("For analysts"):
        name = st.selectbox(
            "Recipe",
            [recipe, *(name for name in recipes.RECIPES if name != recipe)],
            format_func=lambda name: f"{name} (chosen above)" if name == recipe else name,
            key=f"recipe-{recipe}",
        )
        seed = st.number_input("Seed", min_value=0, max_value=2**31 - 1, value=0, key="seed")
        again = st.checkbox(
            "Train even if the same version exists",
            key="again",
            help="Same recipe, garments, seed and code give the same version: it is shown instead of trained again.",
        )
        st.json(recipes.find(name).model_dump(mode="json"), expanded=False)
    return TrainingRequest(recipe=name, seed=int(seed), again=again)


def _ask(request: TrainingRequest) -> None:
    state.set_flag("training-error", None)
    state.set_flag("confirm-training", request)


def _submit(request: TrainingRequest) -> None:
    """Starts the training; that somebody else was first is an answer, not an error."""
    state.set_flag("confirm-training", None)
    try:
        job = jobs.submit(stored.store(), request, started_by=person.name())
    except errors.GarmentsError as error:
        state.set_flag("training-error", str(error))
    else:
        state.set_flag("training-error", None)
        state.set_flag("own-job", job.id)


def _cancel(job_id: str) -> None:
    jobs.cancel(stored.store(), job_id)


def _seen(job: Job | None) -> tuple[str, bool] | None:
    return None if job is None else (job.id, job.is_active)


def _hidden(job: Job) -> str:
    return f"hidden-{job.id}"


def _title(recipe: str) -> str:
    return PRESETS[recipe].title if recipe in PRESETS else recipe


def _note(recipe: str, published: list[Run]) -> str:
    """What the preset is for, and how long it took here the last time, where it was run before."""
    last = next((run for run in published if run.recipe_name == recipe), None)
    note = PRESETS[recipe].note
    return note if last is None else f"{note} Took {wording.duration(last.total_seconds)} here."


def _who(job: Job) -> str:
    return "you" if state.flag("own-job") == job.id else job.started_by


def _seconds_since(moment: datetime) -> float:
    return max((datetime.now(UTC) - moment).total_seconds(), 0.0)
