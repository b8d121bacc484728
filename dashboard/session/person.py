"""Who is at the screen: the person who signed in where there is a sign-in, else the name given once in this browser.

The name stands in the history and the log beside what was decided. Given in the browser it is no proof: a team that
needs one sets up a sign-in, and then it comes from there only.
"""

from collections.abc import Callable
from typing import ParamSpec, TypedDict, TypeVar

import streamlit as st

from core.access import acting
from core.access.roles import Action, Person
from core.store.base import people
from dashboard.data import store
from dashboard.look import phrases
from dashboard.session import address, browser_memory, flags, forged, identity

P = ParamSpec("P")
R = TypeVar("R")
UNKNOWN = "somebody at the dashboard"
MISSING = "Say who you are first. Nothing is saved yet."
"""What stands at a field for the name after a click that needs one."""
_STANDING: flags.Note[tuple[str, ...]] = flags.Note("name-fields")
"""Places whose field stays until their button was pressed."""
_MISSED: flags.Note[str] = flags.Note("name-missed")
"""The place whose button was pressed before anybody gave a name."""


class Use(TypedDict):
    """What a widget is told about who may use it."""

    disabled: bool
    """Whether nobody, or not whoever is at the screen, can use it."""
    help: str | None
    """Why not; else what it does."""


def found_for_core() -> None:
    """Has core ask this module who acts, at each thing that is to be changed."""
    acting.found_by(of_session)


def of_session() -> Person | None:
    """Who signed in, with the role; None where nobody has to. Somebody without a role where the sign-in is missing."""
    return identity.of_session(store.store().settings)


def is_over() -> bool:
    """Whether somebody was let in, and the sign-in has run out since."""
    who = acting.person()
    return who is not None and who.role is None


def signed_in() -> str:
    """Who signed in, where people do; else empty."""
    who = of_session()
    return who.name or UNKNOWN if who else ""


def refusal(action: Action) -> str:
    """Why whoever is at the screen may not do it, for the help of a button that is disabled; empty where they may."""
    return acting.refused(action)


def allowed(action: Action, *, disabled: bool = False, help: str | None = None) -> Use:
    """For every widget that leads to that: `st.button("Save", **person.allowed(Action.SET))`.

    Args:
        action: what is changed by it in the end.
        disabled: whether nobody can use it now.
        help: what it does, or why nobody can; for whoever may not use it the reason stands in its place.
    """
    if reason := refusal(action):
        forged.note(action)
    return {"disabled": disabled or bool(reason), "help": reason or help}


def render_refusal(action: Action, about: str = "") -> None:
    """Says once why nothing can be changed here; draws nothing for whoever may.

    Args:
        action: what this part of the page is for.
        about: a sentence before the reason, where the reason alone does not tell what it is about.
    """
    if reason := refusal(action):
        st.caption(f":material/lock: {phrases.markdown(f'{about} {reason}'.strip())}")


def as_now(work: Callable[P, R]) -> Callable[P, R]:
    """The same, done as whoever is at the screen now: a browser fetches a file later, without its session."""
    who = acting.person()

    def done(*args: P.args, **kwargs: P.kwargs) -> R:
        with acting.acting_as(who):
            return work(*args, **kwargs)

    return done


def name() -> str:
    """Who decides here, for the history and the log; `UNKNOWN` before anybody said so."""
    return people.person(signed_in() or browser_memory.read(browser_memory.NAME)) or UNKNOWN


def is_known() -> bool:
    """Whether somebody signed in or gave a name."""
    return name() != UNKNOWN


def render_name() -> None:
    """Who it is, and where the name is given or changed."""
    if (who := of_session()) is not None:
        role = who.role.words if who.role else "the sign-in has run out: load this page again"
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"Signed in as **{phrases.markdown(name())}**, {role}", width="stretch")
            render_sign_out("sidebar")
        return
    known = is_known()
    label = f"You are {phrases.markdown(name())}" if known else "Say who you are"
    with st.popover(label, icon=":material/person:", type="tertiary", key="who"):
        st.markdown("Your name stands beside what you decide: trainings, live versions, targets.")
        render_name_input("popover")


def render_sign_out(place: str) -> None:
    """The way out, where people sign in at a provider; a proxy has its own.

    Args:
        place: where on the screen, so that two of them can stand there.
    """
    if store.store().settings.sign_in == "provider":
        st.button("Sign out", icon=":material/logout:", type="tertiary", key=f"sign-out-{place}", on_click=st.logout)


def render_name_input(place: str) -> None:
    """The field for the name; it is remembered in this browser as soon as it is typed.

    Args:
        place: where on the screen, so that two of them can stand there.
    """
    key = f"name-{place}"
    st.text_input(
        "Your name",
        max_chars=browser_memory.LONGEST,
        key=address.control_key(key, browser_memory.read(browser_memory.NAME)),
        placeholder="First and last name",
        on_change=lambda: browser_memory.write(browser_memory.NAME, address.control_value(key)),
    )


def render_question(place: str) -> None:
    """Asks for the name beside a button whose callback asks `is_given`; draws nothing where it is known.

    The field stays until that button was pressed: leaving it for the button gives the name, and were the field gone by
    then, the button would move from under the pointer and the click be lost.
    """
    standing = _STANDING.get() or ()
    if is_known() and (signed_in() or place not in standing):
        return
    if place not in standing:
        _STANDING.set((*standing, place))
    render_name_input(place)
    if _MISSED.get() == place and not is_known():
        st.warning(MISSING, icon=":material/person:")


def is_given(place: str) -> bool:
    """Whether somebody is known at a click, with what stands in the field of `render_question` there.

    Where nobody is, the next run says so at the field.
    """
    if not is_known():
        give_name(next(iter(flags.standing(f"control-name-{place}").values()), None))
    _MISSED.set(None if is_known() else place)
    if is_known():
        _STANDING.set(tuple(each for each in _STANDING.get() or () if each != place))
    return is_known()


def give_name(text: object) -> None:
    """Remembers the name in this browser; nothing where none was typed."""
    if isinstance(text, str) and text.strip():
        browser_memory.write(browser_memory.NAME, text)
