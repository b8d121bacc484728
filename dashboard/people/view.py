"""Who is at the screen and may do what, what the other roles may, and whom to ask."""

import streamlit as st

from core.access.roles import Person, Role
from core.settings import Settings
from dashboard.data import store
from dashboard.look import phrases
from dashboard.people import wording
from dashboard.session import navigation, person


def render_you() -> None:
    """Who it is, how the name is known, and what the role may; without a sign-in what that means."""
    settings, who = store.store().settings, person.of_session()
    with st.container(border=True, key="people-you"):
        if who is None:
            _render_open()
        elif who.role is None:
            st.warning(wording.OVER, icon=":material/lock:")
        else:
            _render_signed_in(who, who.role, settings)


def _render_open() -> None:
    st.markdown(f":material/lock_open: {wording.OPEN}")
    with st.expander("How to let a team in", icon=":material/group_add:"):
        st.markdown(wording.HOW)
        st.code(wording.SETTINGS, language=None)


def _render_signed_in(who: Person, role: Role, settings: Settings) -> None:
    st.markdown(f"{wording.ICONS[role]} **{phrases.markdown(who.name or person.UNKNOWN)}**, {role.words}")
    st.markdown(phrases.markdown(wording.you_may(role)))
    if not_allowed := wording.you_may_not(role):
        asked = wording.whom_to_ask(role, settings.roles)
        st.markdown(f":material/lock: {phrases.markdown(f'{not_allowed} {asked}')}")
    st.caption(phrases.markdown(wording.known_by(who)))
    with st.container(horizontal=True, vertical_alignment="center"):
        if role > Role.VIEWER:
            navigation.render_link("log", "What you decided", {"who": who.name})
        person.render_sign_out("people")


def render_roles() -> None:
    """The four roles, what each adds, and who has it where people sign in."""
    settings = store.store().settings
    st.header(wording.WHO, anchor=False)
    st.caption(wording.ADDS)
    for role in Role:
        with st.container(border=True):
            st.markdown(f"{wording.ICONS[role]} **{role.words.capitalize()}** {wording.role_may(role)}.")
            if settings.sign_in != "none":
                st.caption(f":material/group: {phrases.markdown(wording.role_of(settings.roles[role]))}")
    if settings.second_person:
        st.caption(f":material/group: {wording.SECOND_PERSON}")
