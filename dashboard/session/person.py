"""Who is at the screen: the person who signed in where there is a login, else the name given once in this browser.

The name stands in the history and the log beside what was decided. It is no proof: a team that needs one puts a login
in front.
"""

import streamlit as st

from core.store.base import people
from dashboard.look import phrases
from dashboard.session import address, browser_memory

UNKNOWN = "somebody at the dashboard"


def signed_in() -> str:
    """Who signed in, where a login stands in front of the dashboard; else empty."""
    if getattr(st.user, "is_logged_in", False):
        return str(st.user.get("name") or st.user.get("email") or "a colleague")
    return ""


def name() -> str:
    """Who decides here, for the history and the log; `UNKNOWN` before anybody said so."""
    return people.person(signed_in() or browser_memory.read(browser_memory.NAME)) or UNKNOWN


def is_known() -> bool:
    """Whether somebody signed in or gave a name."""
    return name() != UNKNOWN


def render_name() -> None:
    """Who it is, and where the name is given or changed."""
    if signed_in():
        st.caption(f"Signed in as **{phrases.markdown(name())}**")
        return
    known = is_known()
    label = f"You are {phrases.markdown(name())}" if known else "Say who you are"
    with st.popover(label, icon=":material/person:", type="tertiary", key="who"):
        st.markdown("Your name stands beside what you decide: trainings, live versions, targets.")
        render_name_input("popover")


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


def give_name(text: object) -> None:
    """Remembers the name in this browser; nothing where none was typed."""
    if isinstance(text, str) and text.strip():
        browser_memory.write(browser_memory.NAME, text)
