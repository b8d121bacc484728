"""One garment seen closely: its photos as they were brought in, else the small picture; and what it is called."""

from pathlib import PurePosixPath

import streamlit as st

from core.photos import sprite
from core.store.runs.runs import Run
from dashboard.data import photo_sources, store, stored_garments
from dashboard.look import phrases


def render(run: Run, garment: int, *, width: int, alt: str, split: str = "test") -> None:
    """Draws the garment; of a product with several photos the others stand small below the first.

    Args:
        run: the version shown.
        garment: position in the split.
        width: of the picture, in pixels.
        alt: what is read aloud in its place.
        split: "test" or "train".
    """
    if photos := _photos(run, garment, split):
        # As an address that carries the picture: whoever presses keys fast is gone before a file would be fetched.
        st.image(photos[0], width=width, alt=alt)
        if others := photos[1:]:
            st.image(others, width=width // 3, alt=[f"{alt}, photo {number}" for number in range(2, len(photos) + 1)])
        return
    found = stored_garments.garments(run, [garment], split=split, quiet=True)
    if found is None:
        st.caption("The picture of this garment cannot be read.")
        return
    picture = store.drawn(
        (run.catalogue_fingerprint, "large", split, garment),
        lambda: sprite.data_address(sprite.enlarged(found.images[0])),
    )
    st.image(picture, width=width, alt=alt)


def _photos(run: Run, garment: int, split: str) -> list[str]:
    return [sprite.data_address(photo, "jpeg") for photo in photo_sources.photos(run, garment, split)]


def called(run: Run, garment: int, split: str = "test") -> str:
    """What a garment is called on screen, as Markdown: by the retailer where that is known, and by its number."""
    number = f"Garment {garment:,}" if split == "test" else f"Training garment {garment:,}"
    product, photo = photo_sources.names(run, garment, split)
    return phrases.markdown(" · ".join(filter(None, (number, product, PurePosixPath(photo).name))))
