"""The page of names: the table to type in, what merging does, saving, and the names as CSV."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core import errors
from core.quality import merging
from core.retail import naming, taxonomy
from core.retail.naming import Entry, Naming
from core.retail.taxonomy import Release
from core.store.base import choices
from core.store.runs.runs import Run
from core.store.team import names as stored_names
from dashboard.data import predictions, store
from dashboard.look import glossary, phrases
from dashboard.names import wording
from dashboard.parts import tables
from dashboard.session import flags, person

LARGEST_FILE = 1_000_000
"""Bytes that a file of names may have."""
_DRAFT: flags.Note[tuple[int, Naming]] = flags.Note("names-draft")
_SAID: flags.Note[tuple[bool, str]] = flags.Note("names-said")
_COLUMNS = {
    "class_name": "The model's category",
    "name": "Our name",
    "department": "Department",
    "product_type": "Product type",
    "tag": "Tags",
    "product_category": "Product category",
}
_LONGEST = {"class_name": None, "product_category": naming.LONGEST_CATEGORY}
"""Characters of a cell, where they are not those of a name."""


def render_introduction() -> None:
    """What became of the last change, and what names are for."""
    _render_said()
    st.markdown(wording.INTRODUCTION)


def render_taxonomy() -> Release | None:
    """Where a release of Shopify's categories is given; None where it is not, or cannot be read, which is said."""
    with st.expander("Shopify's product categories"):
        st.markdown(wording.TAXONOMY_HELP)
        categories = _taxonomy_file("Categories of a release: categories.txt", "names-taxonomy")
        mapping = _taxonomy_file("Google's categories for them, if wanted: shopify_…_to_google_….txt", "names-google")
        if categories is None:
            if mapping is not None:
                st.info(wording.MAPPING_ALONE, icon=":material/info:")
            return None
        try:
            release: Release = store.drawn(
                ("taxonomy", categories.file_id, mapping and mapping.file_id),
                lambda: taxonomy.release(categories.getvalue(), None if mapping is None else mapping.getvalue()),
            )
        except errors.NamesRefused as error:
            st.error(phrases.markdown(str(error)), icon=":material/error:")
            return None
        st.caption(phrases.markdown(wording.release(release)))
        return release


def _taxonomy_file(label: str, key: str) -> UploadedFile | None:
    return st.file_uploader(label, type="txt", max_upload_size=taxonomy.LARGEST_FILE // 1_000_000, key=key)


def render_editor(run: Run, held: Naming, release: Release | None) -> Naming | None:
    """The table to type in; gives back the names as they are typed now, None where they cannot be, which is said."""
    try:
        return naming.checked(naming.in_taxonomy(_typed(held), held, release), run.class_names)
    except errors.NamesRefused as error:
        st.error(phrases.markdown(str(error)), icon=":material/error:")
        return None


def _typed(held: Naming) -> list[Entry]:
    """The table; its rows as they are typed now."""
    number, draft = _DRAFT.get() or (held.number, held)
    # What colleagues saved meanwhile makes a new table: nobody types over names that are no longer there.
    shown: Naming = draft if number == held.number else held
    table = pd.DataFrame([{name: getattr(entry, name) for name in _COLUMNS} for entry in shown.entries])
    edited = st.data_editor(
        table,
        key=f"names-editor-{held.number}-{hash(shown.entries)}",
        hide_index=True,
        num_rows="fixed",
        disabled=["class_name"],
        column_config={
            name: st.column_config.TextColumn(title, max_chars=_LONGEST.get(name, naming.LONGEST))
            for name, title in _COLUMNS.items()
        },
    )
    st.caption(wording.EDITOR_HELP)
    rows = edited.fillna("").astype(str).to_dict("records")
    return [Entry(**{str(name): text for name, text in row.items()}) for row in rows]


def render_effect(run: Run, shown: Naming) -> None:
    """What each merge does to the share of correct tags, and the scores of the merged categories."""
    with st.container(border=True):
        st.markdown("**What merging does**", help=glossary.help_text("correct"))
        if not shown.merged:
            st.markdown(wording.NOTHING_MERGED)
            return
        counts = predictions.counts(run)
        for group in shown.merged.values():
            found = merging.effect(counts, _alone(run.class_names, group))
            st.markdown(phrases.markdown(wording.effect(group, found)))
        if len(shown.merged) > 1:
            st.markdown(phrases.markdown(wording.together(merging.effect(counts, shown.shop_index))))
        st.caption(wording.WHERE_MERGED)
        with st.expander("Category by category, merged"):
            tables.render_scores(merging.merged_scores(counts, shown.shop_index, shown.shop_names))


def _alone(class_names: Sequence[str], group: Sequence[str]) -> NDArray[np.int64]:
    """(K,) numbers of the categories where only that group is merged."""
    first = [group[0] if name in group else name for name in class_names]
    numbers = {name: number for number, name in enumerate(dict.fromkeys(first))}
    return np.array([numbers[name] for name in first], dtype=np.int64)


def render_saving(run: Run, held: Naming, wanted: Naming | None) -> None:
    """The button that saves, and the question before categories become one."""
    merges = naming.new_merges(wanted, held) if wanted else {}
    if merges:
        st.warning(phrases.markdown(wording.asked(merges)), icon=":material/call_merge:")
    if not person.is_known():
        person.render_name_input("names")
    defaults = naming.defaults(run.class_names)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Yes, they are one: save for everybody" if merges else "Save for everybody",
            type="primary",
            icon=":material/save:",
            key="names-save",
            disabled=wanted is None or wanted.entries == held.entries,
            on_click=_save,
            args=(wanted, held, tuple(merges)),
        )
        st.button(
            "Back to the model's names",
            icon=":material/undo:",
            key="names-defaults",
            disabled=held.entries == defaults.entries,
            help="For everybody. What was chosen before stays in the log.",
            on_click=_save,
            args=(defaults, held, ()),
        )
        last = choices.last(store.store(), stored_names.name_of(run.class_names))
        if last is not None:
            st.caption(phrases.markdown(wording.chosen_by(last.who, phrases.moment(last.chosen_at))), width="content")


def _save(wanted: Naming, held: Naming, merges: tuple[str, ...]) -> None:
    try:
        stored_names.save(store.store(), wanted, who=person.name(), merges=merges, expected=held.number)
    except errors.GarmentsError as error:
        _SAID.set((False, str(error)))
    else:
        _DRAFT.set(None)
        _SAID.set((True, wording.SAVED))


def _render_said() -> None:
    said = _SAID.get()
    if said is None:
        return
    _SAID.set(None)
    show, icon = (st.success, ":material/check_circle:") if said[0] else (st.error, ":material/error:")
    show(phrases.markdown(said[1]), icon=icon)


def render_files(run: Run, held: Naming, release: Release | None) -> None:
    """The names as a file, and names from a file."""
    with st.expander("Names as a file"):
        st.download_button(
            "These names as CSV",
            data=lambda: naming.to_csv(held),
            file_name="names.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
        file = st.file_uploader(
            "Names from a CSV", type="csv", max_upload_size=5, key="names-file", help="As the button above writes it."
        )
        if file is None:
            return
        if file.size > LARGEST_FILE:
            st.error(f"The file has {file.size:,} bytes; {LARGEST_FILE:,} are possible. It must hold names only.")
            return
        try:
            found = naming.from_csv(file.getvalue(), run.class_names, held=held, release=release)
        except errors.NamesRefused as error:
            st.error(phrases.markdown(str(error)), icon=":material/error:")
            return
        st.button(
            "Put them into the table above",
            key="names-take-in",
            on_click=_DRAFT.set,
            args=((held.number, found),),
            help="Nothing is saved before you save it there.",
        )
