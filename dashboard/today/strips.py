"""Garments in a row on the first page: of the worst mix-up, and of the next step."""

import streamlit as st

from core import errors
from core.photos import sprite
from core.store.runs.runs import Run
from dashboard.data import standing as standing_data
from dashboard.data import store, stored_garments
from dashboard.gallery import filters
from dashboard.session import category_switch, person
from dashboard.today.next_step import Step

NUM_SHOWN = 8
"""Garments in a row: as many as fit beside each other at a desk."""
_FEW, _WIDTH_EACH = 5, 98
"""So many fill the row; of fewer each has so many pixels, as one alone would fill the card with a blurred picture."""


def render_of_kind(run: Run, real: int, tagged: int) -> None:
    """The most sure mistakes between two classes, of the more frequent direction first; nothing where none can be read.

    Args:
        run: the version shown.
        real: index of a class, which stands for its category as on the map.
        tagged: index of the other one.
    """
    _render(run, filters.Listing(real=real, tagged=tagged, merged=category_switch.is_as_sold()))


def render_for_step(run: Run, step: Step) -> None:
    """Garments that the next step is about, where it opens a list of mistakes; else nothing."""
    if step.page != "mistakes":
        return
    real, tagged = (step.query.get(name) for name in ("real", "tagged"))
    low = int(step.query.get("sure", "0-100").partition("-")[0])
    listing = filters.Listing(
        real=None if real is None else run.class_names.index(real),
        tagged=None if tagged is None else run.class_names.index(tagged),
        sure=(low, 100),
        merged=category_switch.is_as_sold(),
    )
    _render(run, listing, said=step.query.get("verdict"))


def _render(run: Run, listing: filters.Listing, said: str | None = None) -> None:
    try:
        garments = filters.listed(run, listing)["garment"].to_numpy()
        if said is not None:
            garments = garments[standing_data.standing(run, person.name(), listing.merged).passes(said)[garments]]
        shown = tuple(int(garment) for garment in garments[:NUM_SHOWN])
        if not shown:
            return
        picture = store.drawn(
            (run.catalogue_fingerprint, "strip of garments", shown),
            lambda: sprite.data_address(sprite.strip(stored_garments.read_garments(run, list(shown)).images)),
        )
    except errors.GarmentsError:
        return
    alt = f"{len(shown)} garments that it is about"
    st.image(picture, alt=alt, width="stretch" if len(shown) >= _FEW else _WIDTH_EACH * len(shown))
