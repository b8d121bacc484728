"""Asking for a training: how thorough, how long it takes, what it would bring, and why it was refused.

The only one that starts trainings from the screen. The form is used once a week, so it is one button until then.
"""

import contextlib
from collections.abc import Mapping

import streamlit as st

from core import catalogue, errors, jobs
from core.access.roles import Action
from core.catalogue import kept
from core.jobs import Job, Queue, TrainingRequest, estimates, first_start, preview, requests
from core.model import photo_recipes, recipes
from core.store.runs import live_history
from core.store.runs.runs import Run
from dashboard.data import live as live_data
from dashboard.data import own_catalogues, runs, store, trainings
from dashboard.look import phrases
from dashboard.session import flags, person, shown_version
from dashboard.training import titles, wording

FIRST_RECIPE = first_start.RECIPE
PRESETS = wording.PRESETS
_REFUSED: flags.Note[tuple[str, object]] = flags.Note("training-refused")
_OPEN: flags.Note[bool] = flags.Note("training-form-open")
"""Whether the form stands open in this session."""


def render_ask(queue: Queue, published: list[Run]) -> None:
    """The way to a new training: one button, which opens the form in its place."""
    if queue.running is not None and queue.waiting is not None:
        _OPEN.set(None)  # what was asked about is no longer possible
        why = wording.both_places_taken()
        _render_button(is_disabled=True)
        st.caption(why)
    elif _OPEN.get():
        if queue.running is None:
            estimates.request_calibration(store.store())
        _render_form(published, queue.running)
    else:
        _render_button()


def _render_button(*, is_disabled: bool = False) -> None:
    st.button(
        "Train a new version",
        icon=":material/model_training:",
        key="start",
        width="stretch",
        on_click=_open,
        **person.allowed(Action.TRAIN, disabled=is_disabled),
    )


def render_first_start_refused() -> None:
    """Why the very first training could not even be started, and the way to try again."""
    render_refusal()
    request = TrainingRequest(recipe=FIRST_RECIPE)
    st.button("Try again", icon=":material/refresh:", key="again-first", on_click=submit, args=(request,),
              **person.allowed(Action.TRAIN))  # fmt: skip


def was_refused() -> bool:
    """Whether what this session asked for last was refused, and nothing has begun or ended since."""
    refused = _REFUSED.get()
    return refused is not None and refused[1] == seen(trainings.queue())


def render_refusal() -> None:
    """Why what this session asked for last was refused; nothing where it was not."""
    refused = _REFUSED.get()
    if refused is not None and was_refused():
        st.warning(phrases.markdown(refused[0]), icon=":material/error:")


def submit(request: TrainingRequest) -> None:
    """Starts the training; that somebody else was first is an answer, not an error."""
    _OPEN.set(None)
    try:
        job = jobs.submit(store.store(), request, started_by=person.name())
    except errors.JobBusy:
        _refuse(wording.too_late())
    except errors.GarmentsError as error:
        _refuse(str(error))
    else:
        _REFUSED.set(None)
        flags.OWN_JOBS.set((*(flags.OWN_JOBS.get() or ()), job.id))


def _start(request: TrainingRequest) -> None:
    """Starts what the form asked for, once: a click that arrives twice finds the form closed."""
    if _OPEN.get():
        submit(request)


def start_first_training() -> None:
    """The training that gives the first version, unless somebody was first.

    Only a computer on which nothing was ever trained starts by itself; after a failure a person decides.
    """
    if jobs.current(store.store()) is not None:
        return
    try:
        first_start.ask(store.store())
    except errors.GarmentsError as error:
        _refuse(str(error))


def is_watched(queue: Queue, *, is_first: bool) -> bool:
    """Whether somebody waits at this screen for what is trained: who asked for it, and everybody for the very first.

    Fifty people who look every second at a training of one of them take more than a core to draw its bar.
    """
    active = [job.id for job in (queue.running, queue.waiting) if job is not None]
    return bool(active) and (is_first or not set(active).isdisjoint(flags.OWN_JOBS.get() or ()))


def seen(queue: Queue) -> tuple[str | None, ...]:
    """What every session draws itself again for when it changes."""
    return tuple(None if job is None else job.id for job in (queue.running, queue.waiting, queue.ended))


def _render_form(published: list[Run], running: Job | None) -> None:
    """What can be chosen, what it brings, and the button that starts it; folded away until it is asked for."""
    wanted = wanted_catalogue(published)
    with st.container(border=True):
        if learned := _title(wanted):
            st.caption(phrases.markdown(wording.learns_from(learned)))
        recipe = st.radio(
            "How thorough?",
            list(PRESETS),
            format_func=wording.title,
            captions=[wording.preset_note(name, takes(name, wanted, published)) for name in PRESETS],
            key="preset",
        )
        request = _render_for_analysts(recipe, wanted)
        _render_news(request, published)
        st.caption(phrases.markdown(wording.what_starts(None if running is None else titles.of_job(running))))
        with st.container(horizontal=True):
            st.button("Start", type="primary", key="start-confirmed", on_click=_start, args=(request,),
                      **person.allowed(Action.TRAIN))  # fmt: skip
            st.button("Not now", key="start-refused", on_click=_OPEN.set, args=(None,))


def wanted_catalogue(published: list[Run]) -> str | None:
    """The catalogue that the next training learns from, as a request names it; None: the usual one.

    That of the garments on screen. Those that the team chose for trainings come first while nothing has learned them.
    """
    try:
        usual = catalogue.named_by(None, store.store().settings)
    except errors.SettingsError:  # said once a training is asked for
        return None
    if not published:
        return None
    shown = shown_version.shown_run(published)
    usual_scope = live_history.scope_of(usual or catalogue.DEFAULT)
    if shown.scope == usual_scope or usual_scope not in {run.scope for run in published}:
        return None
    is_there = shown.catalogue in (*catalogue.CATALOGUES, *kept.names(store.store().home))
    return shown.catalogue if is_there else None


def _title(wanted: str | None) -> str:
    """The name for people of the own catalogue that is learned from; empty where it is one of the program's."""
    with contextlib.suppress(errors.SettingsError):
        named = catalogue.named_by(wanted, store.store().settings)
        return named if named and named not in catalogue.CATALOGUES else ""
    return ""


def _render_for_analysts(recipe: str, wanted: str | None) -> TrainingRequest:
    with st.expander("For analysts"):
        name = st.selectbox(
            "Recipe",
            [recipe, *(name for name in _recipes(wanted) if name != recipe)],
            format_func=lambda name: f"{name} (chosen above)" if name == recipe else name,
            key=f"recipe-{recipe}",
        )
        seed = st.number_input("Seed", min_value=0, max_value=2**31 - 1, value=0, key="seed")
        again = st.checkbox(
            "Train even if the same version exists",
            key="again",
            help="Same recipe, garments, seed and code give the same version: it is shown instead of trained again.",
        )
        request = TrainingRequest(recipe=name, catalogue=wanted, seed=int(seed), again=again)
        with contextlib.suppress(errors.SettingsError):  # said once a training is asked for
            request = requests.resolved(request, store.store().settings)
        st.json(request.full_recipe.model_dump(mode="json"), expanded=False)
    return request


def _recipes(wanted: str | None) -> Mapping[str, recipes.Recipe | photo_recipes.PhotoRecipe]:
    """The recipes for the garments that the next training learns from."""
    try:
        named = catalogue.named_by(wanted, store.store().settings)
    except errors.SettingsError:  # said once a training is asked for
        named = None
    return recipes.RECIPES if named is None or named in catalogue.CATALOGUES else photo_recipes.PHOTO_RECIPES


def _render_news(request: TrainingRequest, published: list[Run]) -> None:
    if not published:
        return
    live = runs.live(shown_version.shown_run(published).scope)
    if live is None:
        return
    found = preview.since(live, request, published, store.store().settings.catalogue, to_learn, _is_changed)
    same_version, learn = None if found.same is None else found.same.version, found.to_learn
    sentence = wording.news(same_version, live.version, found.differences, learn.num_new)
    used = wording.corrections(learn.num_corrections, learn.num_left_out, learn.num_people)
    st.caption(phrases.markdown(f"{sentence} {used}".strip()))


def _is_changed(run: Run) -> bool:
    """Whether the photos of a version changed since it learned them."""
    return run.is_of_photos and own_catalogues.is_changed_since(run.catalogue, run.created_at)


def to_learn(run: Run) -> preview.ToLearn:
    """What people corrected in the garments of a version; nothing where its garments cannot be read."""
    try:
        return preview.to_learn(run, live_data.confirmed_corrections(run), live_data.learned_corrections(run))
    except errors.GarmentsError:
        return preview.ToLearn()


def takes(recipe: str, wanted: str | None, published: list[Run]) -> str:
    """How long a training by that recipe takes here; empty where nothing is known yet."""
    found = estimates.of_recipe(store.store(), _recipes(wanted)[recipe], published, wanted)
    return "" if found is None else wording.takes(found.seconds, is_measured=found.is_measured)


def _open() -> None:
    _REFUSED.set(None)
    _OPEN.set(True)


def _refuse(why: str) -> None:
    """Notes why a training was not started, and what the queue was then: later the reason may be gone."""
    _REFUSED.set((why, seen(jobs.queue(store.store()))))
