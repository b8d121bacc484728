"""What bringing photos in would change in a catalogue that is there: how many, and some of them."""

import streamlit as st

from core.photos import sprite
from dashboard.data import bringing
from dashboard.garments import wording
from dashboard.look import phrases

_WIDTH = 96


def render(found: bringing.Changes, name: str) -> None:
    """The sentence, and some of the photos that are new, changed and gone."""
    show = st.warning if found.differences.gone else st.info
    show(phrases.markdown(wording.changes(found.differences, name)), icon=":material/difference:")
    for title, pictures in (
        (wording.NEW, found.new), (wording.ALTERED, found.changed), (wording.GONE, found.gone),
    ):  # fmt: skip
        if not pictures:
            continue
        st.markdown(f"**{title}**")
        with st.container(horizontal=True, gap="small"):
            for path, picture in pictures:
                address = sprite.data_address(sprite.enlarged(picture, smallest_side=bringing.SIDE))
                st.image(address, width=_WIDTH, alt=f"The photo {path}")
