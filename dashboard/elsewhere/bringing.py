"""Bringing tags from elsewhere in on screen: the file, its pictures, what was recognised, what is wrong, the button."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from core import errors
from core.access.roles import Action
from core.elsewhere import judging
from core.elsewhere.reading import Read
from core.elsewhere.records import Problem
from core.photos import containers, sprite
from dashboard.data import bringing, elsewhere
from dashboard.elsewhere import wording
from dashboard.look import phrases
from dashboard.session import flags, guard, person

NUM_PICTURES = 24
_ROUND: flags.Note[int] = flags.Note("elsewhere-round")
_STAGED: flags.Note[tuple[tuple[str, ...], str]] = flags.Note("elsewhere-staged")
_FILE: flags.Note[tuple[str, str]] = flags.Note("elsewhere-dropped")
_REFUSED: flags.Note[str] = flags.Note("elsewhere-bring-refused")
_NAME = "elsewhere-name"
_CONTROLS = ("elsewhere-way", "elsewhere-folder", "elsewhere-here", "elsewhere-column-")
_MOST_LINES = 200

Columns = tuple[tuple[str, str], ...]


def render_bringing() -> None:
    """The way in: a file of tags, the pictures that it names, and what was recognised."""
    st.header("Bring tags in", anchor=False)
    st.caption(wording.WHAT)
    person.render_refusal(Action.REVIEW)
    file = _render_file()
    said = _render_pictures() if file else None
    if file and said:
        with guard.guarded("What was recognised"):
            _render_recognised(file, said)
    with st.expander("What the file looks like", icon=":material/table_rows:"):
        st.caption(wording.EXAMPLE_TOLD)
        st.dataframe(pd.DataFrame(wording.EXAMPLE), hide_index=True, width="content")
    with st.expander("By the command line", icon=":material/terminal:"):
        st.markdown(wording.COMMANDS)
        st.code(wording.COMMAND, language=None)


def _render_file() -> Path | None:
    dropped = st.file_uploader(
        "The file with the tags", type=list(elsewhere.ENDINGS), max_upload_size=bringing.limits().max_drop_mb,
        key=f"elsewhere-file-{_ROUND.get() or 0}", **person.allowed(Action.REVIEW),
    )  # fmt: skip
    if dropped is None:
        return None
    kept = _FILE.get()
    if kept is not None and kept[0] == dropped.file_id and Path(kept[1]).is_file():
        return Path(kept[1])
    try:
        found = elsewhere.keep_file(dropped.name, dropped.getvalue())
        _FILE.set((dropped.file_id, str(found)))
        return found
    except errors.GarmentsError as error:
        st.error(phrases.markdown(str(error)), icon=":material/error:")
        return None


def _render_pictures() -> str | None:
    """Where the pictures are, as `reading.where` takes it."""
    folders = bringing.folders()
    ways = [wording.DROPPED, *[wording.FOLDER] * bool(folders), wording.HERE]
    way = st.segmented_control("Where are its pictures?", ways, default=ways[0], required=True, key="elsewhere-way")
    if way == wording.HERE:
        return st.selectbox("Garments", elsewhere.catalogues(), index=None, placeholder="Choose", key="elsewhere-here")
    if way == wording.FOLDER:
        chosen = st.selectbox(
            "Folder", folders, index=None, format_func=str, placeholder="Choose a folder", key="elsewhere-folder"
        )
        return str(chosen) if chosen else None
    return _render_drop()


def _render_drop() -> str | None:
    files = st.file_uploader(
        "Pictures, or a ZIP of them", type=[*containers.ENDINGS, ".zip"], accept_multiple_files=True,
        max_upload_size=bringing.limits().max_drop_mb, key=f"elsewhere-pictures-{_ROUND.get() or 0}",
        **person.allowed(Action.REVIEW),
    )  # fmt: skip
    if not files:
        return None
    about = tuple(file.file_id for file in files)
    staged = _STAGED.get()
    if staged is None or staged[0] != about or not Path(staged[1]).is_dir():
        try:
            with st.spinner("Looking at what was dropped …"):
                folder, _ = bringing.stage([(file.name, file.getvalue()) for file in files], Action.REVIEW)
        except errors.GarmentsError as error:
            st.error(phrases.markdown(str(error)), icon=":material/error:")
            return None
        staged = (about, str(folder))
        _STAGED.set(staged)
    return staged[1]


# ---- what was recognised --------------------------------------------------------------------------------------------


def _render_recognised(file: Path, said: str) -> None:
    columns = _render_columns(file)
    try:
        found = elsewhere.read(file, said, columns)
    except (errors.ElsewhereRefused, errors.CatalogueError) as error:
        st.error(phrases.markdown(str(error)), icon=":material/error:")
        return
    st.markdown(f"**{phrases.markdown(found.columns.sentence)}**")
    for problem in found.problems:
        _render_problem(problem)
    with guard.guarded("The preview"):
        _render_previews(file, said, columns)
    _render_start(file, said, columns, found)


def _render_columns(file: Path) -> Columns:
    """Which column says what, where a person says it; nothing chosen is recognised."""
    header = elsewhere.header(file)
    with st.expander("Which columns say what", icon=":material/view_column:"):
        st.caption("What is left empty is recognised by its name and by what stands in it.")
        chosen = []
        boxes = st.columns(len(wording.COLUMNS))
        for box, (what, title) in zip(boxes, wording.COLUMNS.items(), strict=True):
            column = box.selectbox(title, header, index=None, placeholder="Recognised", key=f"elsewhere-column-{what}")
            if column:
                chosen.append((what, column))
    return tuple(chosen)


def _render_problem(problem: Problem) -> None:
    icon = ":material/warning:" if problem.is_left_out else ":material/info:"
    st.markdown(f"{icon} {phrases.markdown(problem.sentence)}")
    if len(problem.lines) > 1:
        with st.expander(f"All {len(problem.lines):,} lines"):
            lines = pd.DataFrame({"Line": problem.lines[:_MOST_LINES]})
            st.dataframe(lines, hide_index=True)


def _render_previews(file: Path, said: str, columns: Columns) -> None:
    found = elsewhere.previews(file, said, columns, NUM_PICTURES)
    addresses = [sprite.data_address(sprite.enlarged(picture, smallest_side=96)) for _, _, picture in found]
    captions = [phrases.markdown(_caption(label, tag)) for label, tag, _ in found]
    st.image(addresses, caption=captions, width=96, alt=[f"A picture tagged {tag}" for _, tag, _ in found])


def _caption(label: str, tag: str) -> str:
    if not label:
        return tag
    return f"{tag} ✓" if label == tag else f"{tag}, is {label}"


def _render_start(file: Path, said: str, columns: Columns, found: Read) -> None:
    usual = re.sub(r"[^a-z0-9]+", "-", file.stem.lower()).strip("-")[:40]
    st.text_input(
        "What to call the system", value=usual, max_chars=40, key=_NAME,
        help="Small letters, digits and hyphens, such as cloud or supplier-2026.",
    )  # fmt: skip
    if refused := _REFUSED.get():
        _REFUSED.set(None)
        st.error(phrases.markdown(refused), icon=":material/error:")
    person.render_question("elsewhere")
    if not found.given.num_labelled:
        _render_drawing(file, said, columns)
        return
    st.button(
        f"Bring in {len(found.given):,} tags", type="primary", icon=":material/input:", key="elsewhere-start",
        on_click=_start, args=(file, said, columns, flags.standing(*_CONTROLS)), **person.allowed(Action.REVIEW),
    )  # fmt: skip


def _render_drawing(file: Path, said: str, columns: Columns) -> None:
    """Tags without labels: some are drawn and judged."""
    st.info(phrases.markdown(wording.DRAW), icon=":material/casino:")
    num = st.number_input(
        "Pictures to judge", min_value=judging.FEWEST, max_value=judging.MOST, value=judging.USUAL, step=10,
        key="elsewhere-draw",
    )  # fmt: skip
    st.caption(wording.within(int(num)))
    st.button(
        "Draw them at random", type="primary", icon=":material/casino:", key="elsewhere-start",
        on_click=_draw, args=(file, said, columns), **person.allowed(Action.REVIEW),
    )  # fmt: skip


def _draw(file: Path, said: str, columns: Columns) -> None:
    if not person.is_given("elsewhere"):
        return
    try:
        now = flags.standing(_NAME, "elsewhere-draw")
        elsewhere.draw(now[_NAME], file, said, columns, int(now["elsewhere-draw"]), who=person.name())
    except errors.GarmentsError as error:
        _REFUSED.set(str(error))
        return
    _STAGED.set(None)
    _ROUND.set((_ROUND.get() or 0) + 1)


def _start(file: Path, said: str, columns: Columns, before: Mapping[str, Any]) -> None:
    """Brings in what stands on screen at the click."""
    if not person.is_given("elsewhere"):
        return
    now = flags.standing(*_CONTROLS)
    if any(now.get(key, value) != value for key, value in before.items()):
        _REFUSED.set("What is to be brought in was changed just now. Look at it below, then click again.")
        return
    try:
        elsewhere.start(flags.standing(_NAME)[_NAME], file, said, columns, who=person.name())
    except errors.GarmentsError as error:
        _REFUSED.set(str(error))
        return
    _STAGED.set(None)
    _ROUND.set((_ROUND.get() or 0) + 1)
