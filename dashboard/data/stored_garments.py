"""Pictures and keys of garments, read when they are asked for."""

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core import errors
from core.catalogue.identity import GarmentKeys
from core.catalogue.split import CatalogueSplit
from core.store.runs import garments as kept_garments
from core.store.runs.garments import Garments
from core.store.runs.runs import Run
from dashboard.data import store
from dashboard.look import phrases


@st.cache_resource(max_entries=8, show_spinner="Reading the garments …")
def _garments(fingerprint: str, split: str, _run: Run) -> Garments:
    return kept_garments.load(store.store(), _run, split)


def garment_keys(run: Run, split: str = "test") -> GarmentKeys:
    """Which garments those of a split are, "test" or "train".

    Raises:
        errors.ArtefactCorrupt: they cannot be read.
    """
    return _garments(run.catalogue_fingerprint, split, run).keys


def read_garments(run: Run, positions: Sequence[int] | NDArray[np.integer], *, split: str = "test") -> CatalogueSplit:
    """The garments at these positions of a split, in that order.

    Raises:
        errors.ArtefactCorrupt: they cannot be read.
    """
    return _garments(run.catalogue_fingerprint, split, run).take(positions)


def garments(
    run: Run, positions: Sequence[int] | NDArray[np.integer], *, split: str = "test", quiet: bool = False
) -> CatalogueSplit | None:
    """The same; None where they cannot be read, which is said unless `quiet`."""
    try:
        return read_garments(run, positions, split=split)
    except errors.GarmentsError as error:
        if not quiet:
            st.warning(phrases.markdown(f"The pictures cannot be shown; every figure still can. {error}"))
        return None
