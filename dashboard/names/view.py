"""The page of names: the table to type in, what merging does, saving, and the names as CSV."""

from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core import errors
from core.access.roles import Action
from core.quality import merging
from core.retail import naming, taxonomy
from core.retail import tables as retail_tables
from core.retail.naming import Entry, Naming
from core.retail.taxonomy import Release
from core.store.base import choices
from core.store.runs.runs import Run
from core.store.team import names as stored_names
from dashboard.data import predictions, store
from dashboard.look import glossary, phrases
from dashboard.names import wording
from dashboard.parts import sheet, tables
from dashboard.session import flags, person

LARGEST_FILE = 1_000_000
"""Bytes that a file of names may have."""
_DRAFT: flags.Note[tuple[int, Naming]] = flags.Note("names-draft")
_PROBLEM: flags.Note[str] = flags.Note("names-problem")
_SAID: flags.Note[tuple[int, str]] = flags.Note("names-said")
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
    """What names are for."""
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


def shown(held: Naming) -> sheet.Sheet:
    """The table to type in, before anybody types: what holds, or the names of a file."""
    number, draft = _DRAFT.get() or (held.number, held)
    # What colleagues saved meanwhile makes a new table: nobody types over names that are no longer there.
    entries = (draft if number == held.number else held).entries
    return sheet.Sheet(
        key="names-sheet",
        base=f"{held.number} {hash(entries)}",
        columns=tuple(
            sheet.Column(
                title=title,
                is_fixed=name == "class_name",
                longest=_LONGEST.get(name, naming.LONGEST),
            )
            for name, title in _COLUMNS.items()
        ),
        rows=tuple(tuple(getattr(entry, name) for name in _COLUMNS) for entry in entries),
    )


def render_editor(run: Run, held: Naming, table: sheet.Sheet, release: Release | None) -> Naming | None:
    """The table to type in; gives back the names as they are typed now, None where they cannot be, which is said."""
    sheet.render(table, label="Names of categories", is_cards=True, said=_SAID.get(),
                 is_locked=bool(person.refusal(Action.SET)))  # fmt: skip
    st.caption(wording.EDITOR_HELP)
    try:
        return _wanted(run, held, table, release)
    except errors.NamesRefused as error:
        st.error(phrases.markdown(str(error)), icon=":material/error:")
        return None


def _wanted(run: Run, held: Naming, table: sheet.Sheet, release: Release | None) -> Naming:
    """The names as they are typed now.

    Raises:
        errors.NamesRefused: they cannot be.
    """
    entries = [Entry(**dict(zip(_COLUMNS, map(str, row), strict=True))) for row in sheet.typed(table)]
    return naming.checked(naming.in_taxonomy(entries, held, release), run.class_names)


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


def render_saving(run: Run, held: Naming, table: sheet.Sheet, wanted: Naming | None, release: Release | None) -> None:
    """The button that saves, what kept it from saving, and the question before categories become one."""
    merges = naming.new_merges(wanted, held) if wanted else {}
    if merges:
        st.warning(phrases.markdown(wording.asked(merges)), icon=":material/call_merge:")
    if problem := _PROBLEM.get():
        _PROBLEM.set(None)
        st.error(phrases.markdown(problem), icon=":material/error:")
    person.render_refusal(Action.SET)
    person.render_question("names")
    defaults = stored_names.defaults(store.store(), run.class_names)
    with st.container(horizontal=True, vertical_alignment="center"):
        # Not disabled while all is as it was: what is being typed is told here only after the click. Another button
        # where there is a question, so that a click that was on its way is no answer to it.
        st.button(
            "Yes, they are one: save for everybody" if merges else "Save for everybody",
            type="primary",
            icon=":material/save:",
            key="names-merge" if merges else "names-save",
            on_click=_save,
            args=(run, held, table, release, merges),
            **person.allowed(Action.SET),
        )
        st.button(
            "Back to the model's names",
            icon=":material/undo:",
            key="names-defaults",
            on_click=_keep,
            args=(defaults, held, table, {}),
            **person.allowed(
                Action.SET,
                disabled=held.entries == defaults.entries,
                help="For everybody. What was chosen before stays in the log.",
            ),
        )
        sheet.render_status(table)
    last = choices.last(store.store(), stored_names.name_of(run.class_names))
    if last is not None:
        st.caption(phrases.markdown(wording.chosen_by(last.who, phrases.moment(last.chosen_at))))


def _save(
    run: Run, held: Naming, table: sheet.Sheet, release: Release | None, asked: Mapping[str, Sequence[str]]
) -> None:
    """Keeps what stands on screen at the click."""
    if sheet.is_behind(table):
        _PROBLEM.set(sheet.BEHIND)
        return
    try:
        wanted = _wanted(run, held, table, release)
    except errors.NamesRefused:
        _PROBLEM.set(wording.NOT_SAVED)  # what is wrong stands below the table
        return
    _keep(wanted, held, table, asked)


def _keep(wanted: Naming, held: Naming, table: sheet.Sheet, asked: Mapping[str, Sequence[str]]) -> None:
    if not person.is_given("names"):
        return
    # A merge that has grown since it was asked about is another question.
    merges = [name for name, group in wanted.merged.items() if asked.get(name) == group]
    try:
        stored_names.save(store.store(), wanted, who=person.name(), merges=merges, expected=held.number)
    except errors.MergeUnconfirmed:
        _PROBLEM.set(wording.NOT_SAVED)  # the question stands above the button
    except errors.GarmentsError as error:
        _PROBLEM.set(str(error))
    else:
        _DRAFT.set(None)
        sheet.settle(table)
        _say(wording.UNCHANGED if wanted.entries == held.entries else wording.SAVED)


def _say(text: str) -> None:
    """Beside the button, until somebody types."""
    number, _ = _SAID.get() or (0, "")
    _SAID.set((number + 1, text))


def render_files(run: Run, held: Naming, table: sheet.Sheet, release: Release | None) -> None:
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
            wording.FILE, type=retail_tables.ENDINGS, max_upload_size=5, key="names-file", help=wording.FILE_HELP
        )
        if file is None:
            return
        if file.size > LARGEST_FILE:
            st.error(f"The file has {file.size:,} bytes; {LARGEST_FILE:,} are possible. It must hold names only.")
            return
        try:
            # Kept, for a workbook is read by a process of its own, and the page runs with every word that is typed.
            found = store.drawn(
                ("names", file.file_id, held.entries, release and (release.number, len(release.google))),
                lambda: naming.from_csv(file.getvalue(), run.class_names, held=held, release=release),
            )
        except errors.NamesRefused as error:
            st.error(phrases.markdown(str(error)), icon=":material/error:")
            return
        st.button(
            "Put them into the table above",
            key="names-take-in",
            on_click=_take_in,
            args=(held, found, table),
            help="Nothing is saved before you save it there.",
        )


def _take_in(held: Naming, found: Naming, table: sheet.Sheet) -> None:
    _DRAFT.set((held.number, found))
    sheet.settle(table)
    _say(wording.UNCHANGED if found.entries == held.entries else wording.FROM_FILE)
