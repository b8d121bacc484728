"""The sidebar: which version is shown, what is trained and the button for more, who is at the screen, and help."""

import streamlit as st

from core.store.runs.runs import Run
from dashboard.data import runs, trainings
from dashboard.look import glossary, phrases
from dashboard.parts import places
from dashboard.session import address, flags, guard, navigation, person, shown_version
from dashboard.shell import tour
from dashboard.training import form as training_form
from dashboard.training import view as training_view

_SEEN_JOBS: flags.Note[object] = flags.Note("seen-jobs")

_WATCHING_SECONDS = 1.0
_IDLE_SECONDS = 5.0


def render_sidebar() -> None:
    """Draws the version shown and the panel for retraining: how trainings stand, and the form once it is asked for."""
    with st.sidebar, guard.guarded("The sidebar"):
        published = runs.published()
        if published:
            _render_version(published)
        else:
            training_form.start_first_training()
        queue = trainings.queue()
        _SEEN_JOBS.set(training_form.seen(queue))
        is_watched = training_form.is_watched(queue, is_first=not published)
        st.fragment(_render_training, run_every=_WATCHING_SECONDS if is_watched else _IDLE_SECONDS)(published)
        if published:
            _render_help()


def _render_version(published: list[Run]) -> None:
    run = shown_version.shown_run(published)
    _render_catalogue(published, run)
    published = [other for other in published if other.scope == run.scope]
    shown, live = run.version, runs.live_version(run)
    if len(published) == 1:
        name = phrases.markdown(phrases.version(shown, shown == live, _given_by(run)))
        st.caption(f"Showing **{name}**", help=glossary.help_text("version"))
        return
    given_by = {other.version: _given_by(other) for other in published}
    with places.at_least(places.FIELD, "shown-version"):
        st.selectbox(
            "Version shown",
            [run.version for run in published],
            format_func=lambda number: _title(phrases.version(number, number == live, given_by[number])),
            key=address.control_key("shown-version", shown),
            on_change=shown_version.on_version_chosen,
            help=glossary.help_text("version"),
        )


def _given_by(run: Run) -> str:
    return run.elsewhere.name if run.elsewhere else ""


def _title(name: str) -> str:
    return name[:1].upper() + name[1:]


def _render_catalogue(published: list[Run], run: Run) -> None:
    """Which garments are shown, where versions learned more than one catalogue."""
    titles = shown_version.titles(published)
    if len(titles) > 1:
        st.selectbox(
            "Garments shown",
            list(titles),
            format_func=titles.__getitem__,
            key=address.control_key("shown-catalogue", shown_version.name_of(run)),
            on_change=shown_version.on_catalogue_chosen,
            help="Each catalogue has its own versions, its own live one, and its own lines and mistakes.",
        )


def _render_help() -> None:
    """Who is at the screen, where the words are explained, and the tour."""
    st.divider()
    person.render_name()
    if person.signed_in():
        navigation.render_link("setup/people", "What I may do here")
    with st.expander("Words we use", icon=":material/menu_book:"):
        st.markdown(glossary.whole())
    tour.render_restart()


def _render_training(published: list[Run]) -> None:
    with guard.guarded("The training panel"):
        queue = trainings.queue()
        if training_form.seen(queue) != _SEEN_JOBS.get() or flags.is_dark() != flags.DARK.get():
            # It began, ended, or the appearance changed: every page and every session draws itself again, once.
            st.rerun(scope="app")
        if queue.ended is not None and published and training_view.is_news(queue):
            training_view.render_result(queue.ended, published)
        if queue.running is not None:
            training_view.render_running(queue.running)
        if queue.waiting is not None:
            training_view.render_waiting(queue.waiting, queue.running)
        if published or queue.running is None:
            training_form.render_refusal()
            training_form.render_ask(queue, published)
