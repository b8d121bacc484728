"""Bringing photos in on screen: where they are, what was recognised, and how far it is."""

import dataclasses
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core import errors
from core.access.roles import Action
from core.catalogue.own import lists, previewed
from core.catalogue.own.records import Choices, Layout
from core.photos import containers, sprite
from dashboard.data import bringing
from dashboard.garments import categories, changes, coming, wording
from dashboard.look import phrases
from dashboard.parts import sheet
from dashboard.session import flags, guard, person

NUM_PICTURES = 24
_ENDINGS = [*containers.ENDINGS, ".zip", *lists.ENDINGS]
_STAGED: flags.Note[tuple[tuple[str, ...], str, list[str]]] = flags.Note("bringing-staged")
_ROUND: flags.Note[int] = flags.Note("bringing-round")
_REFUSED: flags.Note[str] = flags.Note("bringing-refused")
_NAME, _PLACE = "bring-name", "bring"
_CONTROLS = ("bring-way", "bring-folder", "bring-list", "bring-column-", "bring-fetch")
"""How the keys start of those that say which photos are meant."""
_DROPPED, _FOLDER = "Drop files", "A folder of this computer"


def render_bringing() -> None:
    """The way to bring photos in: where they are, what was recognised, and the button; the bar once it was pressed."""
    st.header("Bring photos in", anchor=False)
    if coming.render_here():
        with st.expander(wording.MORE, icon=":material/add_photo_alternate:"):
            _render_form()
    else:
        _render_form()
    with st.expander("By the command line", icon=":material/terminal:"):
        st.markdown(wording.COMMANDS)
        st.code(wording.COMMAND, language=None)
        st.code(wording.UPDATE_COMMAND, language=None)


def _render_form() -> None:
    st.markdown(wording.HOW)
    person.render_refusal(Action.COLLECT)
    place = _render_place()
    if place is not None:
        with guard.guarded("What was recognised"):
            _render_recognised(place)


# ---- where they are -----------------------------------------------------------------------------------------------


def _render_place() -> Path | None:
    folders = bringing.folders()
    way = _DROPPED
    if folders:
        way = st.segmented_control(
            "Where are they?", [_DROPPED, _FOLDER], default=_DROPPED, required=True, label_visibility="collapsed",
            key="bring-way",
        )  # fmt: skip
    if way == _FOLDER:
        return st.selectbox("Folder", folders, index=None, format_func=str, placeholder="Choose a folder",
                            key="bring-folder")  # fmt: skip
    files = st.file_uploader(
        "Photos as a ZIP of folders, or photos with their list; or a list or feed alone",
        type=_ENDINGS,
        accept_multiple_files=True,
        max_upload_size=bringing.limits().max_drop_mb,
        key=f"bring-files-{_ROUND.get() or 0}",
        **person.allowed(Action.COLLECT),
    )
    return _staged(files) if files else None


def _staged(files: list[UploadedFile]) -> Path | None:
    about = tuple(file.file_id for file in files)
    kept = _STAGED.get()
    if kept is None or kept[0] != about or not Path(kept[1]).is_dir():
        try:
            with st.spinner("Looking at what was dropped …"):
                contents = [(file.name, file.getvalue()) for file in files]
                folder, left_out = bringing.stage(contents, Action.COLLECT)
        except errors.GarmentsError as error:
            st.error(phrases.markdown(str(error)), icon=":material/error:")
            return None
        kept = (about, str(folder), left_out)
        _STAGED.set(kept)
    if kept[2]:
        with st.expander(f"{len(kept[2]):,} files are left out"):
            st.dataframe(pd.DataFrame({"What": kept[2][:200]}), hide_index=True)
    return Path(kept[1])


# ---- what was recognised --------------------------------------------------------------------------------------------


def _render_recognised(place: Path) -> None:
    changed_at = place.stat().st_mtime
    choices = _render_columns(place, changed_at)
    try:
        layout = bringing.recognised(place, changed_at, choices)
    except errors.CatalogueError as error:
        st.error(phrases.markdown(str(error)), icon=":material/error:")
        return
    st.markdown(f"**{phrases.markdown(layout.kind)}**")
    fetch = _render_addresses(layout)
    if fetch:
        choices = dataclasses.replace(choices, fetch=True)
        layout = bringing.recognised(place, changed_at, choices)
    with guard.guarded("The preview"):
        _render_pictures(place, changed_at, layout)
    table = categories.table(place, layout)
    st.caption(wording.TABLE_HELP)
    sheet.render(table, label=wording.TABLE, is_cards=True, is_locked=bool(person.refusal(Action.COLLECT)))
    _render_unusable(layout)
    left_out = categories.left_out(table)
    num = sum(n for name, n in layout.categories.items() if name not in left_out)
    _render_start(place, choices, table, num)


def _render_columns(place: Path, changed_at: float) -> Choices:
    """Which list and which of its columns, where a person says it; nothing chosen is recognised."""
    found = bringing.headers(place, changed_at)
    if not found:
        return Choices()
    with st.expander("Which columns say what", icon=":material/view_column:"):
        st.caption("What is left empty is recognised by what the columns name.")
        name = next(iter(found))
        if len(found) > 1:
            name = st.selectbox("List", list(found), index=None, placeholder="Recognised", key="bring-list") or ""
        header = found.get(name, ())
        chosen: list[tuple[str, str]] = []
        boxes = st.columns(len(wording.COLUMNS))
        for box, (what, title) in zip(boxes, wording.COLUMNS.items(), strict=True):
            column = box.selectbox(
                title, header, index=None, placeholder="Recognised", key=f"bring-column-{what}-{name}"
            )
            if column:
                chosen.append((what, column))
    list_file = name if chosen or len(found) > 1 else ""
    return Choices(list_file=list_file if place.is_dir() else "", columns=tuple(chosen))


def _render_addresses(layout: Layout) -> bool:
    num = sum(wording.is_unfetched(row) for row in layout.rows)
    return bool(num) and st.checkbox(wording.fetch(num), key="bring-fetch", help=wording.FETCH_HELP)


def _render_pictures(place: Path, changed_at: float, layout: Layout) -> None:
    usable = [row for row in layout.rows if not row.problem and not row.is_address]
    some = tuple(previewed.some_of_each(usable, NUM_PICTURES))
    if not some:
        return
    found = bringing.pictures(place, changed_at, some)
    addresses = [sprite.data_address(sprite.enlarged(picture, smallest_side=96)) for _, picture in found]
    captions = [phrases.markdown(row.category) for row, _ in found]
    st.image(addresses, caption=captions, width=96, alt=[f"A photo of {row.category}" for row, _ in found])


def _render_unusable(layout: Layout) -> None:
    problems = [row for row in layout.rows if row.problem]
    if layout.num_repaired:
        st.caption(f"{layout.num_repaired:,} lines had separators without quotes in their last cell; repaired.")
    if not problems:
        return
    with st.expander(f"{len(problems):,} cannot be used"):
        rows = [(row.photo, row.problem) for row in problems[:200]]
        st.dataframe(pd.DataFrame(rows, columns=["Photo", "Why"]), hide_index=True)


def _render_start(place: Path, choices: Choices, table: sheet.Sheet, num: int) -> None:
    usual = re.sub(r"[^a-z0-9]+", "-", place.stem.lower()).strip("-")[:40]
    is_dropped = _STAGED.get() is not None and str(place) == (_STAGED.get() or ((), "", []))[1]
    name = st.text_input(
        "Name of these photos", value="our-garments" if is_dropped else usual, max_chars=40, key=_NAME,
        help="Small letters, digits and hyphens. The name of photos that are here already adds to them.",
    )  # fmt: skip
    shown = _render_changes(name, place, choices, table)
    if refused := _REFUSED.get():
        _REFUSED.set(None)
        st.error(phrases.markdown(refused), icon=":material/error:")
    person.render_question(_PLACE)
    # Not disabled where all are left out: what was just typed or chosen is told here only after the click.
    st.button(
        f"Bring in {num:,} photos",
        type="primary",
        icon=":material/add_photo_alternate:",
        key="bring-start",
        on_click=_start,
        args=(place, choices, table, flags.standing(*_CONTROLS), shown),
        **person.allowed(Action.COLLECT, disabled=not table.rows),
    )
    if not table.rows:
        st.caption(wording.NOTHING_USABLE)


def _render_changes(name: str, place: Path, choices: Choices, table: sheet.Sheet) -> str:
    """What would change where photos of that name are there already, and the name of which it was told."""
    found = bringing.catalogue(name)
    if found is None:
        return ""
    with guard.guarded("What would change"):
        wanted = dataclasses.replace(choices, renamed=categories.renamed(table), left_out=categories.left_out(table))
        told = bringing.changes(name, found.rows_file, place, place.stat().st_mtime, wanted)
        changes.render(told, name)
    return name


def _start(place: Path, choices: Choices, table: sheet.Sheet, before: Mapping[str, Any], shown: str) -> None:
    """Brings in what stands on screen at the click."""
    if not person.is_given(_PLACE):
        return
    try:
        if sheet.is_behind(table):
            raise errors.CatalogueError(wording.CHANGED)
        now = flags.standing(*_CONTROLS)  # one that is no longer drawn has no value
        if any(now.get(key, value) != value for key, value in before.items()):
            raise errors.CatalogueError(wording.CHANGED)
        renamed, left_out = categories.renamed(table), categories.left_out(table)
        name = flags.standing(_NAME)[_NAME]
        if bringing.catalogue(name) is not None and name != shown:
            raise errors.CatalogueError(wording.THERE_ALREADY)
        wanted = dataclasses.replace(choices, renamed=renamed, left_out=left_out)
        bringing.start(name, place, wanted, who=person.name())
    except errors.GarmentsError as error:
        _REFUSED.set(str(error))
        return
    _STAGED.set(None)
    _ROUND.set((_ROUND.get() or 0) + 1)
