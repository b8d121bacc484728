"""What the address says: it is the truth, every choice is read from it, and changing a control writes it.

So a colleague who opens the same address sees the same garments, and the browser's back button undoes a choice.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard.look import phrases

VERSION = "version"
"""Name in the address of the version shown; kept from page to page."""
CATALOGUE = "catalogue"
"""Name in the address of the garments whose versions are shown, where they are not the usual ones; kept likewise."""
CATEGORIES = "categories"
"""Name in the address of the categories that figures are about, where they are not as we sell; kept likewise."""


def change_address(changes: Mapping[str, str | None]) -> None:
    """Writes choices into the address in one step of the browser's history; None takes one out."""
    wanted = {**st.query_params.to_dict(), **changes}
    kept = {name: value for name, value in wanted.items() if value is not None}
    if kept != st.query_params.to_dict():
        st.query_params.from_dict(kept)


def start_anew(query: Mapping[str, str]) -> None:
    """Starts the address of this page anew with these choices and the version on screen."""
    st.query_params.from_dict(link(query))


def asked(name: str) -> str | None:
    """What the address says of a choice, unchecked; None where it says nothing."""
    value: str | None = st.query_params.get(name)
    return value


def link(query: Mapping[str, str]) -> dict[str, str]:
    """What a link to another page must carry: its own choices; the garments, version and categories on screen."""
    kept = {name: st.query_params.get(name) for name in (CATALOGUE, VERSION, CATEGORIES)}
    return {**{name: value for name, value in kept.items() if value}, **query}


def choice(name: str, options: Sequence[str], default: str | None) -> str | None:
    """The value in the address if it is one of `options`; else the default, with one sentence."""
    value = st.query_params.get(name)
    if value is None or value in options:
        return default if value is None else value
    _say_fallback(name, value, "all of them" if default is None else f"“{default}”")
    return default


def number(name: str, low: int, high: int) -> int | None:
    """The whole number in the address if it lies in low..high; else None, with one sentence."""
    value = st.query_params.get(name)
    if value is None:
        return None
    if value.isascii() and value.isdigit() and len(value) <= 12 and low <= int(value) <= high:
        return int(value)
    _say_fallback(name, value, "the usual view")
    return None


def number_range(name: str, low: int, high: int) -> tuple[int, int]:
    """The range "20-80" in the address if it lies in low..high; else all of it, with one sentence."""
    value = st.query_params.get(name)
    if value is None:
        return low, high
    first, _, last = value.partition("-")
    if all(end.isascii() and end.isdigit() and len(end) <= 12 for end in (first, last)):
        ends = int(first), int(last)
        if low <= ends[0] <= ends[1] <= high:
            return ends
    _say_fallback(name, value, f"{low} to {high}")
    return low, high


def number_list(name: str, length: int, high: int) -> tuple[int, ...] | None:
    """The `length` whole numbers "40-10-0" in the address, each 0..high and not all 0; else None, with one sentence."""
    value = st.query_params.get(name)
    if value is None:
        return None
    parts = value.split("-")
    if len(parts) == length and all(part.isascii() and part.isdigit() and len(part) <= 9 for part in parts):
        numbers = tuple(int(part) for part in parts)
        if any(numbers) and max(numbers) <= high:
            return numbers
    _say_fallback(name, value, "the usual view")
    return None


def _say_fallback(name: str, value: str, instead: str) -> None:
    st.info(phrases.markdown(phrases.fallback(name, value, instead)), icon=":material/link_off:")


def control_key(name: str, value: Any) -> str:
    """The key of a control that shows `value`; the control starts from the address in every run."""
    key = f"control-{name}"
    st.session_state[key] = value
    return key


def control_value(name: str) -> Any:
    """What a control made with `control_key` was set to; for its `on_change`."""
    return st.session_state[f"control-{name}"]


def on_control(name: str, to_text: Callable[[Any], str | None], clears: Sequence[str] = ()) -> Callable[[], None]:
    """What a control calls when it was changed: writes its value into the address and takes `clears` out.

    Args:
        name: of the choice in the address.
        to_text: the value as it stands in the address, None to take it out.
        clears: choices that no longer make sense, such as the page of a list that is now another.
    """

    def write() -> None:
        text = to_text(control_value(name))
        change_address({**dict.fromkeys(clears), name: text})

    return write
