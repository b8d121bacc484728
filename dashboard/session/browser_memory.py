"""What this browser remembers from one session to the next, in small cookies: a name, and that the tour was seen.

A cookie comes with the first request of a session; one that is written now is there from the next session on. What
stands in it is anybody's text: it is cut, and shown as text only.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import streamlit as st

from dashboard.session import flags

NAME, TOUR_SEEN = "garment-tags-name", "garment-tags-tour-seen"
LONGEST = 80
"""Characters of a note; what is longer was not written here."""

_WRITTEN: flags.Note[dict[str, str]] = flags.Note("browser-notes")
_UNSENT: flags.Note[bool] = flags.Note("browser-notes-unsent")
_COMPONENT = st.components.v2.component(
    "browser_notes",
    html="<span></span>",
    js="""
export default function ({ data }) {
  const year = 60 * 60 * 24 * 365
  for (const [name, text] of Object.entries(data)) {
    const age = text ? year : 0
    document.cookie = `${name}=${encodeURIComponent(text)}; path=/; max-age=${age}; SameSite=Lax`
  }
}
""",
)


def read(name: str) -> str:
    """The note of that name, one line without control characters; empty where there is none."""
    text = _written().get(name)
    if text is None:
        found = st.context.cookies.get(name)
        text = unquote(found) if isinstance(found, str) else ""
    return cleaned(text)


def write(name: str, text: str) -> None:
    """Keeps a note in this browser; an empty one takes it out. `render` brings it there."""
    _WRITTEN.set({**_written(), name: cleaned(text)})
    _UNSENT.set(True)


def render() -> None:
    """Gives the browser what was written in this session; draws nothing that can be seen."""
    _UNSENT.set(False)
    written = _written()
    if written:
        _COMPONENT(key="browser-notes", data=dict(written))


def bring() -> None:
    """Draws the whole page anew where a note was written in a fragment: `render` is no part of it."""
    if _UNSENT.get():
        st.rerun(scope="app")


def cleaned(text: str) -> str:
    """The text as one line of at most `LONGEST` characters, without characters that cannot be seen."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line[:LONGEST].strip()


def _written() -> Mapping[str, Any]:
    return _WRITTEN.get() or {}
