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
from dashboard.look import elsewhere_wording, phrases
from dashboard.session import address, flags, navigation, shown_version, site_map
from dashboard.shell import tour

if TYPE_CHECKING:
    from core.tagging.drop import Drop

DROPPED: "flags.Note[tuple[tuple[str, ...], Drop]]" = flags.Note("drop-checked")
"""Note of photos that were dropped but not stored: hundreds of megabytes, so forgotten when their page is left."""
PILE: flags.Note[tuple[str, str]] = flags.Note("pile-worked-on")
"""Note of the batch, by id, and the pile of it that is worked on; whoever comes back goes on where something waits."""

# A constant: no data ever gets here. The opened garment stays in view while the tiles scroll; of a batch it stands
# above them on a phone, its buttons in view, so that the first decision is on the first screen. Streamlit writes white
# on primary buttons in both appearances, which the light blue of the dark one does not carry.
_STYLE = Path(__file__).with_name("style.css")


def render_style() -> None:
    """The rules of layout; once in every run, before anything else is drawn.

    A browser fetches the code of each kind of element in the order in which it meets them, the sidebar's first, and
    the rules hold as soon as the code of this one is there. Rules alone would be met last, after the page was drawn
    without them, and all of it would move; the empty word beside them keeps them in their place, which has its height
    beforehand.
    """
    with st.sidebar, st.container(height=1, border=False, key="rules"):
        st.html(f"<style>{_STYLE.read_text(encoding='utf-8')}</style><wbr>")


@contextlib.contextmanager
def page(key: str) -> Iterator[Run]:
    """What stands around a page: its head, the version on screen, and below everything its foot.

    Where there is no version yet the page says so and ends here; one that fails gets no foot.

    Args:
        key: of the page in `site_map.PAGES`.
    """
    with parted_page(key) as (run, _):
        yield run


@contextlib.contextmanager
def parted_page(key: str) -> Iterator[tuple[Run, str]]:
    """What stands around a page that has parts, as `page` does: the version on screen, and the part to be shown."""
    part = render_head(key)
    with version() as run:
        yield run, part


@contextlib.contextmanager
def version() -> Iterator[Run]:
    """What stands around what is told of the version on screen, below a head; without a version the page ends here."""
    run = shown_version.current_run()
    if run.elsewhere:
        mark = elsewhere_wording.mark(run.elsewhere.name, run.elsewhere.file, run.elsewhere.num_drawn)
        st.caption(f":material/input: {phrases.markdown(mark)}")
    if run.is_of_photos and (weak := checks.weak_sentence(predictions.weak_categories(run))):
        st.caption(f":material/warning: {phrases.markdown(weak)}")
    yield run
    render_foot(run)


def version_if_any() -> contextlib.AbstractContextManager[object]:
    """What stands around a part that needs no version: as `version` does once there is one, before that nothing."""
    return version() if runs.published() else contextlib.nullcontext()


def render_head(key: str) -> str:
    """The title of the page, the choice of its part, the question that is answered and the step of a running tour.

    Returns:
        the part that is shown; empty where the page has none.
    """
    entry = site_map.PAGES[key]
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="page-head"):
        st.title(entry.title, anchor=False, width="content")
        part = navigation.shown_part(key)
        if len(navigation.open_parts(key)) > 1:
            _render_parts(key, part)
    place = f"{key}/{part}" if part else key
    if flags.arrived_at(place):
        filters.forget_kept()
        DROPPED.set(None)
        PILE.set(None)
    st.markdown(f":gray[{phrases.markdown(entry.parts[part].question if part else entry.question)}]")
    tour.render_step(place)
    return part


def _render_parts(key: str, part: str) -> None:
    """What else the page can show; another part begins with an address of its own."""
    parts = {name: each for name, each in navigation.open_parts(key).items() if each.is_offered or name == part}
    st.segmented_control(
        "Part of this page",
        list(parts),
        required=True,
        format_func=lambda name: f"{parts[name].icon} {parts[name].title}",
        label_visibility="collapsed",
        width=_width_of_parts([each.title for each in parts.values()]),
        key=address.control_key(site_map.PART, part),
        on_change=_on_part,
        args=(key,),
    )


def _width_of_parts(titles: list[str]) -> int:
    """Pixels that the choice of these parts takes, said beforehand: its code comes late, and it would push the rest."""
    return 70 * len(titles) + 6 * sum(map(len, titles))


def _on_part(key: str) -> None:
    address.start_anew(site_map.query_of(f"{key}/{address.control_value(site_map.PART)}"))


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
        is_from_elsewhere=run.elsewhere is not None,
    )
    st.divider()
    st.caption(" · ".join(phrases.markdown(part) for part in parts))
