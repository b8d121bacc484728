"""Own catalogues on screen: what each holds, what is wrong with it, and which one trainings use."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import streamlit as st

from core import errors
from core.access.roles import Action
from core.catalogue.kept import OwnCatalogue
from core.catalogue.own import checks
from core.catalogue.own.records import Choices
from core.photos import sprite
from core.retail import spreadsheet
from dashboard.data import bringing, own_catalogues
from dashboard.garments import changes, coming, deciding, examples, training, wording
from dashboard.look import phrases
from dashboard.session import flags, guard, person

NUM_PICTURES, _SIDE = 10, 96
_MOST_ROWS = 20
_SAID: flags.Note[str] = flags.Note("catalogue-said")
_LOOKED: flags.Note[dict[str, float | None]] = flags.Note("catalogue-looked")
"""Name of a catalogue -> when somebody asked what is new where it came from; None: it was put away."""


def render_catalogues() -> None:
    """Each catalogue with its photos, categories and checks; why there is none where there is none."""
    if said := _SAID.get():
        st.error(phrases.markdown(said), icon=":material/error:")
        _SAID.set(None)
    person.render_refusal(Action.COLLECT)
    found, used = own_catalogues.all_catalogues(), own_catalogues.in_use()
    if not found:
        st.info(wording.NONE, icon=":material/photo_library:")
        examples.render_offer()
        return
    for each in found:
        with guard.guarded(f"The catalogue {each.name}"):
            _render_one(each, is_used=each.name == used)


def _render_one(found: OwnCatalogue, *, is_used: bool) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.header(phrases.markdown(found.name), anchor=False, width="content")
            _render_use(found.name, is_used=is_used)
        _render_news(found)
        coming.render_of(found.name)
        if is_used:
            training.render(found)
        day = phrases.date(datetime.fromtimestamp(found.changed_at, UTC))
        st.markdown(phrases.markdown(wording.summary(found, day, _source(found))))
        if own_catalogues.is_example(found):
            st.caption(f":material/visibility: {wording.EXAMPLES_NOTE}")
        pictures = own_catalogues.some_pictures(found.name, found.rows_file, NUM_PICTURES)
        # One by one, so that a phone puts them below each other in place of making them tiny.
        shown = [sprite.data_address(sprite.enlarged(picture, smallest_side=_SIDE)) for picture in pictures]
        st.image(shown, width=_SIDE, alt=[f"Photo {number} of {found.name}" for number in range(1, len(shown) + 1)])
        with guard.guarded("What was found"):
            _render_checks(found, is_used=is_used)


def _source(found: OwnCatalogue) -> str:
    if own_catalogues.is_example(found):
        return wording.EXAMPLES_SOURCE
    return wording.DROPPED_SOURCE if own_catalogues.is_dropped(found) else found.source


def _render_use(name: str, *, is_used: bool) -> None:
    with st.container(horizontal=True, width="content"):
        if own_catalogues.may_update(name):
            st.button(
                wording.LOOK, key=f"look-{name}", icon=":material/sync:", on_click=_look, args=(name, time.time()),
                help="Looks at the folder it came from once more, and changes nothing yet.",
            )  # fmt: skip
        _render_choice(name, is_used=is_used)


def _look(name: str, asked_at: float | None) -> None:
    _LOOKED.set({**(_LOOKED.get() or {}), name: asked_at})


def _render_news(found: OwnCatalogue) -> None:
    """What is new where it came from, once somebody asked for it, and the button that brings it in."""
    asked_at = (_LOOKED.get() or {}).get(found.name)
    if asked_at is None or not own_catalogues.may_update(found.name):
        return
    with st.container(border=True), guard.guarded("What is new"):
        choices = Choices.of_json(found.layout)
        told = bringing.changes(found.name, found.rows_file, Path(found.source), asked_at, choices)
        changes.render(told, found.name)
        with st.container(horizontal=True):
            if not told.differences.is_empty or not told.differences.is_complete:
                st.button(wording.BRING, type="primary", key=f"update-{found.name}", on_click=_update,
                          args=(found.name,), **person.allowed(Action.COLLECT))  # fmt: skip
            st.button(wording.NOT_NOW, key=f"unlook-{found.name}", on_click=_look, args=(found.name, None))


def _update(name: str) -> None:
    _look(name, None)
    coming.asked_elsewhere(name)
    _act(bringing.update, name)


def _render_choice(name: str, *, is_used: bool) -> None:
    may = person.allowed(Action.COLLECT)
    if is_used:
        st.button("Go back to the program's own garments", key=f"unuse-{name}", on_click=_choose, args=(None,), **may)
    else:
        st.button(wording.USE, type="primary", key=f"use-{name}", on_click=_choose, args=(name,), **may)
        with st.popover("Remove", icon=":material/delete:"):
            st.markdown(wording.REMOVE)
            st.button("Move to the trash", key=f"remove-{name}", on_click=_act, args=(own_catalogues.remove, name),
                      **person.allowed(Action.DELETE))  # fmt: skip
            person.render_refusal(Action.DELETE)


def _render_checks(found: OwnCatalogue, *, is_used: bool) -> None:
    results, lines = own_catalogues.checked(found.name, found.rows_file)
    st.markdown(f"**{wording.standing(sum(check.num > 0 for check in results))}**")
    deciding.render(found, results)
    if is_used:
        training.render_decided(found)
    left, right = st.columns(2)
    with left:
        asked = own_catalogues.asked(found.name, found.rows_file).questions
        for check in results:
            if not asked.get(check.name):
                mark = "**" if check.num else ""
                st.markdown(f"{wording.icon(check)} {mark}{phrases.markdown(check.sentence)}{mark}")
        if len(lines):
            st.download_button(
                "Every photo concerned as CSV",
                data=lambda: spreadsheet.as_csv(checks.COLUMNS, lines.itertuples(index=False, name=None)),
                file_name=f"checks_{found.name}.csv",
                mime="text/csv",
                icon=":material/download:",
                key=f"checks-{found.name}",
                on_click="ignore",
            )
    with right:
        st.markdown("**Photos of each category**")
        table = own_catalogues.categories(found.name, found.rows_file)
        names = {"category": "Category", "learned": "To learn from", "judged": "Kept back to judge"}
        # All of them in sight, but of many: what is scrolled in itself looks like the whole of it on a phone.
        height: Literal["content"] | int = "content" if len(table) <= _MOST_ROWS else 460
        st.dataframe(table.rename(columns=names), hide_index=True, height=height)


def _act(action: Callable[..., None], name: str) -> None:
    try:
        action(name, who=person.name())
    except errors.GarmentsError as error:
        _SAID.set(str(error))


def _choose(name: str | None) -> None:
    try:
        own_catalogues.choose(name, who=person.name())
    except errors.GarmentsError as error:
        _SAID.set(str(error))
