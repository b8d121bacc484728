"""What is being brought in, where somebody asked for it: how far it is, how it ended, and what comes next."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from core import errors
from core.access.roles import Action
from core.jobs.bringing_in import Coming
from dashboard.data import bringing, own_catalogues
from dashboard.garments import training, wording
from dashboard.look import phrases
from dashboard.session import flags, person

_WATCHING_SECONDS = 1.0
_ELSEWHERE: flags.Note[tuple[str, ...]] = flags.Note("bringing-elsewhere")
"""Names that this session asked for beside the catalogue or the examples, not by the form."""
_PROBLEM: flags.Note[str] = flags.Note("bringing-problem")


def asked_elsewhere(name: str) -> None:
    """Notes that the bar of that name belongs beside its catalogue, or to the examples."""
    _ELSEWHERE.set((*(_ELSEWHERE.get() or ()), name))


def render_here() -> bool:
    """Those that the form asked for, in its place; whether one of them works."""
    names = tuple(each.name for each, _ in bringing.all_coming() if each.name not in (_ELSEWHERE.get() or ()))
    return _render(names)


def render_of(name: str) -> None:
    """The one of that name, where this session asked for it beside its catalogue or the examples."""
    if name in (_ELSEWHERE.get() or ()):
        _render((name,), is_beside=True)


def _render(names: tuple[str, ...], *, is_beside: bool = False) -> bool:
    """Those of these names; `is_beside`: beside the catalogue, whose own buttons stand there."""
    if problem := _PROBLEM.get():
        st.error(phrases.markdown(problem), icon=":material/error:")
    is_working = any(is_running for each, is_running in bringing.all_coming() if each.name in names)
    if is_working:
        st.fragment(_render_each, run_every=_WATCHING_SECONDS)(names, is_watching=True, is_beside=is_beside)
    else:
        _render_each(names, is_watching=False, is_beside=is_beside)
    return is_working


def _render_each(names: tuple[str, ...], *, is_watching: bool, is_beside: bool) -> None:
    found = [(each, is_running) for each, is_running in bringing.all_coming() if each.name in names]
    if is_watching and not any(is_running for _, is_running in found):
        st.rerun(scope="app")
    for each, is_running in found:
        with st.container(border=True):
            if is_running:
                _render_running(each)
            else:
                _render_ended(each, is_beside=is_beside)


def _render_running(coming: Coming) -> None:
    text = f"{coming.name}: {coming.doing} …"
    st.progress(min(1.0, coming.share), text=phrases.markdown(text))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("It goes on when you leave this page or close the browser.", width="content")
        st.button(
            "Stop", icon=":material/stop_circle:", key=f"bring-stop-{coming.name}", on_click=_act,
            args=(bringing.stop, coming.name), **person.allowed(Action.COLLECT),
        )  # fmt: skip


def _render_ended(coming: Coming, *, is_beside: bool) -> None:
    if coming.result:
        then = wording.NEXT_IN_USE if own_catalogues.in_use() == coming.name else wording.NEXT
        st.success(phrases.markdown(f"{coming.name}: {coming.result} {then}"), icon=":material/check_circle:")
    else:
        why = coming.problem or "The process ended before it was done. What was looked at stays."
        st.error(phrases.markdown(f"{coming.name}: {why}"), icon=":material/error:")
    is_next_here, is_used = bool(coming.result) and not is_beside, own_catalogues.in_use() == coming.name
    if is_next_here and is_used and (found := bringing.catalogue(coming.name)):
        training.render(found, key="brought")
    may = person.allowed(Action.COLLECT)
    with st.container(horizontal=True):
        if is_next_here and not is_used:
            st.button(wording.USE, type="primary", key=f"bring-use-{coming.name}", on_click=_act,
                      args=(_use, coming.name), **may)  # fmt: skip
        if not coming.result:
            st.button("Go on", key=f"bring-on-{coming.name}", icon=":material/play_arrow:", on_click=_act,
                      args=(_go_on, coming), **may)  # fmt: skip
        st.button("Close", key=f"bring-close-{coming.name}", on_click=_act, args=(bringing.forget, coming.name), **may)


def _use(name: str) -> None:
    own_catalogues.choose(name, who=person.name())


def _go_on(coming: Coming) -> None:
    bringing.go_on(coming, who=person.name())


def _act(action: Callable[[Any], None], about: object) -> None:
    """Does what a button says; that it could not be done is said above it."""
    _PROBLEM.set(None)
    try:
        action(about)
    except errors.GarmentsError as error:
        _PROBLEM.set(str(error))
