"""Which column of a dropped list says what: shown, asked where the headings do not say it, and changed."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from core import errors
from core.access.roles import Action
from core.retail import list_columns
from core.retail.list_columns import Columns, Head
from dashboard.data import batches
from dashboard.look import phrases
from dashboard.session import flags, person
from dashboard.tagging import list_wording

_CHANGING: flags.Note[tuple[str, ...]] = flags.Note("list-columns-changing")
"""Headings of the list whose columns are being changed."""
_PROBLEM: flags.Note[str] = flags.Note("list-columns-problem")


def render_known(head: Head) -> None:
    """What the columns are read as, with the way to change it."""
    assert head.columns is not None
    with st.container(horizontal=True, vertical_alignment="center", key="list-columns-known"):
        st.caption(phrases.markdown(list_wording.columns(head.columns)), width="content")
        st.button(
            "Change columns",
            icon=":material/view_column:",
            type="tertiary",
            key="list-columns-change",
            on_click=_CHANGING.set,
            args=(head.header,),
            **person.allowed(Action.REVIEW),
        )


def is_changing(head: Head) -> bool:
    """Whether the columns of lists like this one are asked for now."""
    return head.columns is None or _CHANGING.get() == head.header


def render_choice(name: str, head: Head, on_saved: Callable[[], None]) -> None:
    """Asks which column is which; what is chosen is remembered for everybody.

    Args:
        name: of the list.
        head: its headings and first lines.
        on_saved: called after it was stored, or somebody else was faster: the list is then to be read again.
    """
    st.markdown(f"**{phrases.markdown(list_wording.which_columns(name))}**")
    chosen = _render_boxes(head)
    st.dataframe(_preview(head), hide_index=True)
    st.caption(list_wording.COLUMNS_ARE_REMEMBERED)
    person.render_question("list")
    problem = _problem(head, chosen)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Use these columns",
            type="primary",
            icon=":material/check:",
            key="list-columns-use",
            on_click=_save,
            args=(head, chosen, on_saved),
            **person.allowed(Action.REVIEW, disabled=bool(problem)),
        )
        if head.columns is not None:
            st.button("Leave as it is", key="list-columns-leave", on_click=_CHANGING.set, args=(None,))
    if problem:
        st.caption(phrases.markdown(problem))


def render_problem() -> None:
    """Why what was chosen last could not be stored."""
    if problem := _PROBLEM.get():
        st.error(phrases.markdown(problem), icon=":material/error:")


def _render_boxes(head: Head) -> Columns:
    likely = _likely(head)
    photo, sku, title = st.columns(3)
    return Columns(
        photo=photo.selectbox(
            "Photo",
            head.choices,
            index=head.choices.index(likely.photo) if likely.photo else None,
            placeholder="Choose a column",
            key=f"list-column-photo-{hash(head.header)}",
        )
        or "",
        sku=_box(sku, "SKU", head, likely.sku),
        title=_box(title, "Title", head, likely.title),
    )


def _box(place: st.delta_generator.DeltaGenerator, label: str, head: Head, likely: str) -> str:
    options = ["", *head.choices]
    found: str = place.selectbox(
        label,
        options,
        index=options.index(likely),
        format_func=lambda heading: heading or list_wording.NOT_IN_LIST,
        key=f"list-column-{label.lower()}-{hash(head.header)}",
    )
    return found


def _likely(head: Head) -> Columns:
    """What the boxes show first: what is known, else each meaning that only one heading can have."""
    known = head.columns
    found = {what: names[0] if len(names) == 1 else "" for what, names in list_columns.candidates(head.header).items()}
    if known is not None:
        found = {"photo": known.photo, "sku": known.sku, "title": known.title}
    # A remembered heading may stand there twice in this list.
    photo, sku, title = (name if name in head.choices else "" for name in found.values())
    return Columns(photo=photo, sku=sku, title=title)


def _preview(head: Head) -> pd.DataFrame:
    names = [name or f"Column {number}" for number, name in enumerate(head.header, start=1)]
    seen = [name if names.index(name) == place else f"{name} ({place + 1})" for place, name in enumerate(names)]
    rows = [(row + ("",) * len(names))[: len(names)] for row in head.rows]
    return pd.DataFrame(rows, columns=seen)


def _problem(head: Head, chosen: Columns) -> str:
    try:
        list_columns.checked(head.header, chosen)
    except errors.TaggingRefused as error:
        return str(error)
    return ""


def _save(head: Head, chosen: Columns, on_saved: Callable[[], None]) -> None:
    _PROBLEM.set(None)
    if not person.is_given("list"):
        return
    try:
        batches.remember_columns(head, chosen, who=person.name())
    except errors.ChoiceConflict as error:
        _PROBLEM.set(f"Not saved. {error}")
    except errors.GarmentsError as error:
        _PROBLEM.set(f"Not saved. {error}")
        return
    _CHANGING.set(None)
    on_saved()
