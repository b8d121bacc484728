"""The example photos that come with the program: some of them to look at, and the button that brings them in."""

import streamlit as st

from core import errors
from core.access.roles import Action
from core.catalogue.own import example_photos
from core.photos import sprite
from dashboard.data import bringing
from dashboard.garments import coming, wording
from dashboard.look import phrases
from dashboard.session import flags, guard, person

_REFUSED: flags.Note[str] = flags.Note("examples-refused")


def render_offer() -> None:
    """One example of each category and the button; nothing once they are being brought in."""
    coming.render_of(example_photos.NAME)
    if any(each.name == example_photos.NAME for each, _ in bringing.all_coming()):
        return
    with st.container(border=True, key="examples-offer"):
        st.markdown(wording.TRY_WHAT)
        with guard.guarded("The examples"):
            found = bringing.examples()
            st.image(
                [sprite.data_address(sprite.enlarged(photo, smallest_side=bringing.SIDE)) for photo in found.values()],
                caption=[phrases.markdown(category) for category in found],
                width=bringing.SIDE,
                alt=[f"An example of {category}" for category in found],
            )
        if refused := _REFUSED.get():
            _REFUSED.set(None)
            st.error(phrases.markdown(refused), icon=":material/error:")
        st.button(wording.TRY, key="try-examples", icon=":material/photo_library:", on_click=_start,
                  **person.allowed(Action.COLLECT))  # fmt: skip


def _start() -> None:
    coming.asked_elsewhere(example_photos.NAME)
    try:
        bringing.start_examples(who=person.name())
    except errors.GarmentsError as error:
        _REFUSED.set(str(error))
