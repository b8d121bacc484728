"""What stands around every page: its title and question, its foot, and the few rules of layout Streamlit lacks."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from core.catalogue.own import checks
from core.store.runs.runs import Run
from dashboard.data import predictions, runs
from dashboard.gallery import filters
from dashboard.look import phrases
from dashboard.session import flags, navigation, shown_version
from dashboard.shell import tour

if TYPE_CHECKING:
    from core.tagging.drop import Drop

DROPPED: "flags.Note[tuple[tuple[str, ...], Drop]]" = flags.Note("drop-checked")
"""Note of photos that were dropped but not stored: hundreds of megabytes, so forgotten when their page is left."""

# A constant: no data ever gets here. The opened garment stays in view while the tiles scroll; of a batch it stands
# above them on a phone, its buttons in view, so that the first decision is on the first screen. Streamlit writes white
# on primary buttons in both appearances, which the light blue of the dark one does not carry.
_STYLE = Path(__file__).with_name("style.css")


def render_style() -> None:
    """The rules of layout; once in every run, whatever page follows."""
    st.html(_STYLE)


@contextlib.contextmanager
def page(key: str) -> Iterator[Run]:
    """What stands around a page: its head, the version on screen, and below everything its foot.

    Where there is no version yet the page says so and ends here; one that fails gets no foot.

    Args:
        key: of the page in `navigation.PAGES`.
    """
    render_head(navigation.PAGES[key])
    run = shown_version.current_run()
    if run.is_of_photos and (weak := checks.weak_sentence(predictions.weak_categories(run))):
        st.caption(f":material/warning: {phrases.markdown(weak)}")
    yield run
    render_foot(run)


def render_head(entry: navigation.Entry) -> None:
    """The title of the page and the question it answers; below them, the step of a running tour."""
    if flags.arrived_at(entry.file):
        filters.forget_kept()
        DROPPED.set(None)
    st.title(entry.title, anchor=False)
    st.markdown(f":gray[{phrases.markdown(entry.question)}]")
    tour.render_step(next(key for key, page in navigation.PAGES.items() if page is entry))


def render_foot(run: Run) -> None:
    """The strip at the foot: version, training, data and how many garments it was judged on."""
    parts = phrases.footer(
        phrases.version(run.version, runs.is_live(run)),
        run.recipe_name,
        phrases.date(run.created_at),
        run.num_train,
        " ".join(filter(None, (run.catalogue_title, f"({run.catalogue_note.rstrip('.')})" * bool(run.catalogue_note)))),
        run.num_test,
        phrases.corrections_included(run.num_corrections, run.num_left_out, len(run.corrected_by)),
    )
    st.divider()
    st.caption(" · ".join(phrases.markdown(part) for part in parts))
