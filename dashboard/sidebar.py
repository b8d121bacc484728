"""Which version is shown, and retraining: the only caller of core.jobs from the screen."""

from datetime import UTC, datetime

import streamlit as st

from core import errors, jobs
from core.jobs import Job, Queue, TrainingRequest, estimates, news, resume
from core.model import recipes
from core.store import promotions
from core.store.runs import Run
from dashboard import decided, glossary, guard, navigation, person, state, stored, tour, training_wording, wording

FIRST_RECIPE = "quick"
PRESETS = training_wording.PRESETS
_REFUSED = "training-refused"
_WATCHING_SECONDS = 1.0
_IDLE_SECONDS = 5.0


def render_sidebar() -> None:
    """Draws the version shown and the panel for retraining."""
    with st.sidebar, guard.guarded("The sidebar"):
        published = stored.all_runs()
        if published:
            _render_version(published)
        else:
            _start_first_training()
        queue = jobs.queue(stored.store())
        state.set_flag("seen-jobs", _seen(queue))
        is_busy = queue.running is not None or queue.waiting is not None
        st.fragment(_render_training, run_every=_WATCHING_SECONDS if is_busy else _IDLE_SECONDS)(published)
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
    st.warning(wording.markdown(training_wording.failure(job.status, job.message)), icon=":material/error:")
    _render_whose(job)
    num_done = resume.rounds_done(stored.store(), job.request)
    if goes_on := training_wording.goes_on(num_done, job.request.full_recipe.epochs):
        st.caption(wording.markdown(goes_on))
    with st.container(horizontal=True):
        st.button("Try again", icon=":material/refresh:", key=f"again-{key}", on_click=_submit, args=(job.request,))
        if key == "sidebar":
            st.button("Hide", type="tertiary", key="hide-result", on_click=state.set_flag, args=(_hidden(job), True))
    if job.status in ("failed", "interrupted"):
        with st.expander("Details for IT"):
            st.code(job.details or jobs.log(stored.store(), job.id) or f"job {job.id}: no details", language=None)


def render_first_start_refused() -> None:
    """Why the very first training could not even be started, and the way to try again."""
    _render_refusal()
    request = TrainingRequest(recipe=FIRST_RECIPE)
    st.button("Try again", icon=":material/refresh:", key="again-first", on_click=_submit, args=(request,))


def was_refused() -> bool:
    """Whether what this session asked for last was refused, and nothing has begun or ended since."""
    refused = state.flag(_REFUSED)
    return refused is not None and refused[1] == _seen(jobs.queue(stored.store()))


def _render_refusal() -> None:
    if was_refused():
        st.warning(wording.markdown(state.flag(_REFUSED)[0]), icon=":material/error:")


def _refuse(why: str) -> None:
    """Notes why a training was not started, and what the queue was then: later the reason may be gone."""
    state.set_flag(_REFUSED, (why, _seen(jobs.queue(stored.store()))))


def _start_first_training() -> None:
    """The training that gives the first version, unless somebody was first.

    Only a computer on which nothing was ever trained starts by itself; after a failure a person decides.
    """
    if jobs.current(stored.store()) is not None:
        return
    try:
        jobs.submit(stored.store(), TrainingRequest(recipe=FIRST_RECIPE), started_by="the dashboard")
    except errors.JobError as error:
        _refuse(str(error))


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
        queue = jobs.queue(stored.store())
        if _seen(queue) != state.flag("seen-jobs") or state.is_dark() != state.flag("dark"):
            # It began, ended, or the appearance changed: every page and every session draws itself again, once.
            st.rerun(scope="app")
        st.subheader("Training", anchor=False)
        if queue.ended is not None and published and _is_news(queue):
            _render_result(queue.ended, published)
        if queue.running is not None:
            _render_running(queue.running)
        if queue.waiting is not None:
            _render_waiting(queue.waiting, queue.running)
        if published or queue.running is None:
            _render_refusal()
            _render_ask(queue, published)


def _is_news(queue: Queue) -> bool:
    """Whether the last result is still to be told: not hidden, and not older than what runs now."""
    assert queue.ended is not None and queue.ended.ended_at is not None
    if state.flag(_hidden(queue.ended)):
        return False
    return queue.running is None or queue.running.created_at < queue.ended.ended_at


def _render_running(job: Job) -> None:
    with st.container(border=True):
        st.markdown(f"**{wording.markdown(training_wording.title(job.name))}**")
        render_progress(job)
        if job.cancel_requested:
            st.caption("Stopping …")
        else:
            st.button("Cancel", key="cancel-job", on_click=_cancel, args=(job.id,), help="The live version stays.")


def _render_waiting(job: Job, running: Job | None) -> None:
    with st.container(border=True):
        st.markdown(f"**{wording.markdown(training_wording.title(job.name))}**")
        if running is not None:
            place = training_wording.next_in_line(running.name, _who(running), running.created_at)
            st.caption(wording.markdown(place))
        st.caption(wording.markdown(training_wording.asked_for(_who(job), job.created_at)))
        st.button("Cancel", key="cancel-waiting", on_click=_cancel, args=(job.id,), help="The running one goes on.")


def _render_result(job: Job, published: list[Run]) -> None:
    if job.status != "finished":
        render_failure(job, "sidebar")
        return
    run = next((run for run in published if run.id == job.run_id), None)
    if run is None or state.shown_version(published) == run.version:
        if job.message:
            st.caption(wording.markdown(job.message))
        return
    with st.container(border=True):
        st.success(f"Version {run.version} is ready.", icon=":material/check_circle:")
        _render_whose(job)
        if job.message:
            st.caption(wording.markdown(job.message))
        with st.container(horizontal=True):
            st.button(
                f"Show version {run.version}", key="show-new", on_click=state.remember_version, args=(run.version,)
            )
            _render_comparison(run)


def _render_whose(job: Job) -> None:
    st.caption(wording.markdown(training_wording.started_at(job.name, _who(job), job.created_at)))


def _render_comparison(run: Run) -> None:
    """The way to the decision about a new version; none where it is the live one already."""
    page = navigation.PAGES["decide"]
    if run.version != stored.live_version():
        query = state.link({"new": str(run.version)})
        st.page_link(page.path, label="Compare with the live one", icon=page.icon, query_params=query)


def _render_ask(queue: Queue, published: list[Run]) -> None:
    """The way to a new training: in full where nothing runs, folded away where it would wait."""
    if queue.running is not None and queue.waiting is not None:
        state.set_flag("confirm-training", None)  # what was asked about is no longer possible
        why = training_wording.both_places_taken()
        st.button("Train a new version", icon=":material/model_training:", key="start", disabled=True, help=why)
        st.caption(why)
    elif queue.running is None and queue.waiting is None:
        if published:
            estimates.request_calibration(stored.store())
        _render_start(published)
    elif state.flag("confirm-training"):
        _render_confirm(state.flag("confirm-training"), published, queue.running)
    else:
        with st.expander("Have another one wait", icon=":material/hourglass_top:"):
            _render_start(published)


def _render_confirm(asked: TrainingRequest, published: list[Run], running: Job | None) -> None:
    name = wording.markdown(training_wording.title(asked.recipe))
    when = "now" if running is None else f"when {wording.markdown(training_wording.title(running.name))} has ended"
    st.markdown(f"Start **{name}** {when}? The live version stays as it is.")
    st.caption(_takes(asked.recipe, published))
    with st.container(horizontal=True):
        st.button("Start", type="primary", key="start-confirmed", on_click=_submit, args=(asked,))
        st.button("Not now", key="start-refused", on_click=state.set_flag, args=("confirm-training", None))


def _render_start(published: list[Run]) -> None:
    if asked := state.flag("confirm-training"):
        _render_confirm(asked, published, None)
        return
    recipe = st.radio(
        "How thorough?",
        list(PRESETS),
        format_func=training_wording.title,
        captions=[training_wording.preset_note(name, _takes(name, published)) for name in PRESETS],
        key="preset",
    )
    request = _render_for_analysts(recipe)
    _render_news(request, published)
    st.button("Train a new version", icon=":material/model_training:", key="start", on_click=_ask, args=(request,))


def _render_news(request: TrainingRequest, published: list[Run]) -> None:
    live = promotions.live_run(stored.store())
    if live is None:
        return
    found = news.since(live, request, published, stored.store().settings.catalogue, _to_learn)
    same_version, learn = None if found.same is None else found.same.version, found.to_learn
    sentence = training_wording.news(same_version, live.version, found.differences, learn.num_new)
    used = training_wording.corrections(learn.num_corrections, learn.num_left_out, learn.num_people)
    st.caption(wording.markdown(f"{sentence} {used}".strip()))


def _to_learn(run: Run) -> news.ToLearn:
    """What people corrected in the garments of a version; nothing where its garments cannot be read."""
    try:
        return news.to_learn(run, decided.confirmed_corrections(run), decided.learned_corrections(run))
    except errors.GarmentsError:
        return news.ToLearn()


def _takes(recipe: str, published: list[Run]) -> str:
    """How long a training by that recipe takes here; empty where nothing is known yet."""
    found = estimates.of_recipe(stored.store(), recipes.find(recipe), published)
    return "" if found is None else training_wording.takes(found.seconds, is_measured=found.is_measured)


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
    state.set_flag(_REFUSED, None)
    state.set_flag("confirm-training", request)


def _submit(request: TrainingRequest) -> None:
    """Starts the training; that somebody else was first is an answer, not an error."""
    state.set_flag("confirm-training", None)
    try:
        job = jobs.submit(stored.store(), request, started_by=person.name())
    except errors.JobBusy:
        _refuse(training_wording.too_late())
    except errors.GarmentsError as error:
        _refuse(str(error))
    else:
        state.set_flag(_REFUSED, None)
        state.set_flag("own-jobs", (*(state.flag("own-jobs") or ()), job.id))


def _cancel(job_id: str) -> None:
    jobs.cancel(stored.store(), job_id, who=person.name())


def _seen(queue: Queue) -> tuple[str | None, ...]:
    """What every session draws itself again for when it changes."""
    return tuple(None if job is None else job.id for job in (queue.running, queue.waiting, queue.ended))


def _hidden(job: Job) -> str:
    return f"hidden-{job.id}"


def _who(job: Job) -> str:
    return "you" if job.id in (state.flag("own-jobs") or ()) else job.started_by


def _seconds_since(moment: datetime) -> float:
    return max((datetime.now(UTC) - moment).total_seconds(), 0.0)
