"""Tags from elsewhere on screen: the versions that are here, what is being brought in, and the way to bring more in."""

import functools

import streamlit as st

from core import errors
from core.access.roles import Action
from core.elsewhere.requests import Asked
from core.store.runs.runs import Run
from dashboard.data import elsewhere
from dashboard.elsewhere import wording
from dashboard.look import phrases
from dashboard.session import address, flags, navigation, person

_WATCHING_SECONDS = 1.0
_REFUSED: flags.Note[str] = flags.Note("elsewhere-refused")
_TOLD: flags.Note[str] = flags.Note("elsewhere-told")
_NOT_CLOSED: flags.Note[str] = flags.Note("elsewhere-not-closed")


def render_introduction() -> None:
    """What this is for."""
    st.markdown(phrases.markdown(wording.HOW))


def render_asked() -> None:
    """The bar of what is being brought in, and how it ended."""
    found = elsewhere.all_asked()
    if problem := _NOT_CLOSED.get():
        _NOT_CLOSED.set(None)
        st.error(phrases.markdown(problem), icon=":material/error:")
    if any(is_running for _, is_running in found):
        st.fragment(_render_each, run_every=_WATCHING_SECONDS)(is_watching=True)
    elif found:
        _render_each(is_watching=False)


def _render_each(*, is_watching: bool) -> None:
    found = elsewhere.all_asked()
    if is_watching and not any(is_running for _, is_running in found):
        st.rerun(scope="app")
    for asked, is_running in found:
        with st.container(border=True):
            if is_running:
                st.progress(min(1.0, asked.share), text=phrases.markdown(f"{asked.name}: {asked.doing} …"))
                st.caption("It goes on when you leave this page or close the browser.")
            else:
                _render_ended(asked)


def _render_ended(asked: Asked) -> None:
    if asked.version:
        st.success(phrases.markdown(f"{asked.name} is version {asked.version}."), icon=":material/check_circle:")
    else:
        why = asked.problem or "The process ended before it was done. Bring it in again."
        st.error(phrases.markdown(f"{asked.name}: {why}"), icon=":material/error:")
    with st.container(horizontal=True, vertical_alignment="center"):
        if asked.version:
            navigation.render_link("today", "Show it", {address.VERSION: str(asked.version)})
        st.button("Close", key=f"elsewhere-close-{asked.name}", on_click=_close, args=(asked.name,),
                  **person.allowed(Action.REVIEW))  # fmt: skip


# ---- the versions that are here -----------------------------------------------------------------------------------


def render_versions() -> None:
    """Each version from elsewhere: what it is worth, what it has not, and what can be done about it."""
    found = elsewhere.versions()
    if not found:
        return
    st.header("Tags that are here", anchor=False)
    st.caption(phrases.markdown(wording.HAS_NOT))
    for note, draw in ((_TOLD, st.success), (_REFUSED, st.error)):
        if said := note.get():
            note.set(None)
            draw(phrases.markdown(said))
    for run in found:
        with st.container(border=True):
            _render_version(run)


def _render_version(run: Run) -> None:
    assert run.elsewhere is not None
    given = run.elsewhere
    summary = wording.summary(run.version, given.name, run.num_correct, run.num_test, given.num_drawn)
    st.markdown(f"**{phrases.markdown(summary)}**")
    st.markdown(phrases.markdown(wording.sureness(given.gives, given.calibration, run.num_validation)))
    state, is_complete, is_running = elsewhere.looked_at(run)
    looking = wording.looking(state.num, state.num_all, state.problem, is_complete=is_complete, is_running=is_running)
    if looking:
        st.caption(phrases.markdown(looking))
    person.render_question(_place(run))
    with st.container(horizontal=True, vertical_alignment="center"):
        navigation.render_link("today", "Show it", {address.VERSION: str(run.version)})
        st.button(
            "Train one of ours on the same garments", icon=":material/model_training:",
            key=f"elsewhere-train-{run.version}", on_click=_train, args=(run,), **person.allowed(Action.REVIEW),
        )  # fmt: skip
        if not is_complete and not is_running:
            st.button(
                "Look at its pictures", icon=":material/visibility:", key=f"elsewhere-look-{run.version}",
                on_click=_look, args=(run,), **person.allowed(Action.REVIEW),
            )  # fmt: skip
    _render_giving_back(run)


def _render_giving_back(run: Run) -> None:
    assert run.elsewhere is not None
    with st.expander("Give back what people said", icon=":material/upload:"):
        st.caption(
            "The rows of the file as they were, under the same names of columns, with the verdict and the corrected "
            "category of each that somebody looked at."
        )
        with st.container(horizontal=True):
            for ending, is_parquet in (("CSV", False), ("Parquet", True)):
                st.download_button(
                    ending, data=person.as_now(functools.partial(elsewhere.given_back, run, as_parquet=is_parquet)),
                    file_name=f"{run.elsewhere.name}-version-{run.version}.{ending.lower()}",
                    icon=":material/download:", on_click="ignore", key=f"elsewhere-back-{run.version}-{ending}",
                )  # fmt: skip


def _place(run: Run) -> str:
    """Of the field for the name: beside the button that needs it."""
    return f"elsewhere-train-{run.version}"


def _train(run: Run) -> None:
    if not person.is_given(_place(run)):
        return
    try:
        elsewhere.train_ours(run, who=person.name())
    except errors.GarmentsError as error:
        _REFUSED.set(str(error))
        return
    _TOLD.set("A version of ours on these garments is on its way: the sidebar shows how far it is.")


def _look(run: Run) -> None:
    try:
        elsewhere.look(run)
    except errors.GarmentsError as error:
        _REFUSED.set(str(error))
    except OSError as error:
        _REFUSED.set(f"No process could be started ({error.strerror}). Try again.")


def _close(name: str) -> None:
    try:
        elsewhere.forget(name)
    except errors.GarmentsError as error:
        _NOT_CLOSED.set(str(error))
