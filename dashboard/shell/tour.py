"""The first five minutes: six short steps, each beside what it is about. A card in the page, never in the way.

It is offered on the first page only, where the address asks for nothing; who opens a link to something sees just that.
A browser that saw it or refused it is not asked again. Once started it goes along from page to page until it is ended;
the sidebar starts it again.
"""

from dataclasses import dataclass

import streamlit as st

from dashboard.look import phrases
from dashboard.session import address, browser_memory, flags, navigation


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One stop of the tour."""

    page: str
    """One of `site_map.places`, or a page: where it is shown."""
    title: str
    """A few words."""
    text: str
    """Two or three short sentences, plain text."""


STEPS = (
    Step(
        page="today",
        title="Start here",
        text="The headline says how many of 100 garments are tagged correctly, judged on garments the model had never "
        "seen. The range behind it says how far that figure can be trusted. Below it stands one next step.",
    ),
    Step(
        page="categories",
        title="Which categories can be trusted",
        text="The worst category comes first, with two bars. The upper one: of 100 real ones, how many does the model "
        "find? The lower one: of 100 it tags so, how many are right? Choose a bar and its garments open below.",
    ),
    Step(
        page="mistakes/garments",
        title="What is taken for what",
        text="Rows say what a garment really is, columns what the model said. Choose a cell, and you see those very "
        "garments, the most sure mistakes first: often the label is wrong, not the model.",
    ),
    Step(
        page="tag",
        title="Tag what is new",
        text="Drop photos, ZIPs and the list of your shop. What the model is sure of is ready, the rest waits for a "
        "click of yours, and nothing leaves for the shop before a person confirmed the line.",
    ),
    Step(
        page="setup/garments",
        title="Bring in your own photos",
        text="Drop a ZIP with a folder for each category, or photos with the list of your shop, and have trainings use "
        "them: the next version knows your garments by your own names, in colour. Without photos at hand, try it with "
        "the 100 examples that come with the program.",
    ),
    Step(
        page="today",
        title="Words, versions, training",
        text="A “?” beside a figure explains it with a garment; “Words we use” at the foot of the sidebar has "
        "them all. The sidebar also trains a new version. The live one stays until a person decides otherwise.",
    ),
)
"""The stops in order; each on a page of the navigation."""

_STEP: flags.Note[int] = flags.Note("tour-step")
_OVER: flags.Note[bool] = flags.Note("tour-over")
_OFFERED: flags.Note[bool] = flags.Note("tour-offered")
_CHOICE = "tour"


def render_offer() -> None:
    """Offers the tour once a browser, where nobody asked for anything else; ?tour=1 starts it at once."""
    asked = address.choice(_CHOICE, ("1",), None)
    if _OVER.get() or _STEP.get() is not None:
        return
    if asked:
        _go_to(0)
        _render_step(0)
    elif (_OFFERED.get() or not address.link({})) and not browser_memory.read(browser_memory.TOUR_SEEN):
        # Once offered it stays: the address may come to name a version by itself, when another one becomes live.
        _OFFERED.set(True)
        _render_invitation()


def render_step(page: str) -> None:
    """The step of a running tour, on every page that it may pass; nothing where none runs.

    Args:
        page: the place being drawn, as in `site_map.places`.
    """
    number = _STEP.get()
    if number is not None and STEPS[number].page == page:
        _render_step(number)


def render_restart() -> None:
    """The button in the sidebar that begins the tour again."""
    if st.button("Show the tour", icon=":material/explore:", type="tertiary", key="tour-restart"):
        _go_to(0)
        _open(0)


def _render_invitation() -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="tour-offer"):
        st.markdown("**New here?** Six short steps show what is where. Two minutes.")
        if st.button("Start the tour", icon=":material/explore:", key="tour-start"):
            _go_to(0)
            st.rerun()
        st.button("No, thanks", type="tertiary", key="tour-refused", on_click=_end)


def _render_step(number: int) -> None:
    step, last = STEPS[number], len(STEPS) - 1
    with st.container(border=True, key="tour-card"):
        st.markdown(f"**{phrases.markdown(step.title)}** :gray[· step {number + 1} of {len(STEPS)} of the tour]")
        st.markdown(phrases.markdown(step.text))
        with st.container(horizontal=True, vertical_alignment="center"):
            if number and st.button("Back", key="tour-back"):
                _go_to(number - 1)
                _open(number - 1)
            if number < last and st.button(f"Next: {STEPS[number + 1].title}", type="primary", key="tour-next"):
                _go_to(number + 1)
                _open(number + 1)
            label, kind = ("Done", "primary") if number == last else ("End the tour", "tertiary")
            st.button(label, type=kind, key="tour-end", on_click=_end)  # type: ignore[arg-type]


def _go_to(number: int) -> None:
    _STEP.set(number)
    _OVER.set(True)


def _open(number: int) -> None:
    navigation.open_page(STEPS[number].page)


def _end() -> None:
    _STEP.set(None)
    _OVER.set(True)
    browser_memory.write(browser_memory.TOUR_SEEN, "yes")
    address.change_address({_CHOICE: None})
