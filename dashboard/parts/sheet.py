"""A table of fields to type in: every letter is there when something is clicked, and what is not saved yet is told.

Streamlit's own editor draws its cells: what is being typed in one lies above the drawing until the cell is left, and
does not come along with the click on a button. Here every cell is a field of its own.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.parts import places
from dashboard.session import flags

_FOLDER = Path(__file__).parent
_CELL = re.compile(r"(\d{1,6}),(\d{1,6})", re.ASCII)
_COMPONENT = st.components.v2.component(
    "sheet",
    html='<div class="sheet"></div>',
    css=(_FOLDER / "sheet.css").read_text(encoding="utf-8"),
    js="\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in ("sheet.js", "sheet_brush.js")),
)
_STATUS = st.components.v2.component(
    "sheet_status",
    html='<span role="status"></span>',
    css="""
span { color: var(--st-text-color); font-family: var(--st-font); font-size: 0.875rem; }
span[data-saved="false"] { border-left: 3px solid var(--st-orange-color); padding-left: 0.5rem; }
""",
    js=(_FOLDER / "sheet_status.js").read_text(encoding="utf-8"),
)
_LINE, _BRUSHED_LINE, _ABOVE_BRUSHED, _MOST = 37.75, 35.6, 122, 590
"""Pixels: a line of fields; one of cells to paint, and what stands above those; the most that is kept free."""
BEHIND = "The table has changed while you typed, and nothing was saved. Look at it as it is now, then save again."
"""Said in place of saving where `is_behind`."""
_WORDS = {"one": "1 cell is not saved yet.", "many": "{} cells are not saved yet."}


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column of a sheet."""

    title: str
    """Above it."""
    is_fixed: bool = False
    """Whether nobody can type in it."""
    options: tuple[str, ...] = ()
    """What can be chosen in it; empty: any text."""
    longest: int | None = None
    """Characters that can be typed in a cell."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """What a sheet shows before anybody types in it."""

    key: str
    """What no other sheet of the dashboard is called."""
    base: str
    """Another one where the rows are others, such as after a colleague saved: old changes are not heeded then."""
    columns: tuple[Column, ...]
    """From left to right; the first is fixed and says what its row is about."""
    rows: tuple[tuple[str | None, ...], ...]
    """The texts of each row, one a column; None where there is no field."""
    brushes: tuple[tuple[str, str], ...] = ()
    """Options and the sign of each, where cells are painted with one of them instead of opened; from none to most."""


def render(sheet: Sheet, *, label: str, is_cards: bool = False, said: tuple[int, str] | None = None,
           is_locked: bool = False) -> None:  # fmt: skip
    """Draws the table; `typed` tells what stands in it.

    Args:
        sheet: what it shows.
        label: what it is, read aloud.
        is_cards: on a phone, each row is a card instead of a line to be scrolled sideways.
        said: a number that rises, and words that stand beside the button from that number on until somebody types.
        is_locked: nobody can type in it: it is to be read only.
    """
    settled, taken = _settled(sheet).get() or (0, 0)
    cells = _reported(sheet)
    data = {
        "key": sheet.key,
        "base": sheet.base,
        "settled": settled,
        "taken": taken,
        "number": max(taken, _number(sheet)),  # a table that is drawn anew counts on from what was settled
        "behind": is_behind(sheet),
        "columns": [
            {"title": one.title, "fixed": one.is_fixed, "options": list(one.options), "longest": one.longest}
            for one in sheet.columns
        ],
        "rows": [list(row) for row in sheet.rows],
        "cells": {f"{row},{column}": text for (row, column), text in cells.items()},
        "label": label,
        "brushes": [{"text": text, "sign": sign} for text, sign in sheet.brushes],
        "cards": is_cards,
        "locked": is_locked,
        "words": _WORDS,
        "said": {"number": said[0], "text": said[1]} if said else None,
    }
    with places.at_least(_height(sheet), f"{sheet.key}-place"):
        _COMPONENT(key=sheet.key, data=data, on_typed_change=_ignore)


def _height(sheet: Sheet) -> int:
    """Pixels that it takes at a desk, known before it is drawn, so that what stands below it does not jump."""
    if sheet.brushes:
        return round(_ABOVE_BRUSHED + _BRUSHED_LINE * len(sheet.rows))
    return min(round(_LINE * (len(sheet.rows) + 1)), _MOST)


def render_status(sheet: Sheet) -> None:
    """Draws, beside the button that saves, how many cells are not saved yet, or what `render` was told to say."""
    _STATUS(key=f"{sheet.key}-status", data={"key": sheet.key})


def typed(sheet: Sheet) -> list[list[str | None]]:
    """The rows as they stand on screen now; in a callback, with what was typed before the click."""
    rows = [list(row) for row in sheet.rows]
    for (row, column), text in _reported(sheet).items():
        rows[row][column] = text
    return rows


def is_behind(sheet: Sheet) -> bool:
    """Whether something was typed into earlier rows, so that `typed` does not hold it.

    In a callback it must be refused with `BEHIND`, and nothing settled: the browser did not know these rows at the
    click. It tells what was typed again as soon as it does.
    """
    taken = (_settled(sheet).get() or (0, 0))[1]
    return bool(_report(sheet).get("cells")) and _number(sheet) > taken and not _is_of(sheet)


def settle(sheet: Sheet) -> None:
    """Notes that all that was typed so far is saved or thrown away: the sheet shows its rows again."""
    number, _ = _settled(sheet).get() or (0, 0)
    _settled(sheet).set((number + 1, _number(sheet)))


def _settled(sheet: Sheet) -> flags.Note[tuple[int, int]]:
    """How often it was settled, and the number of the last change that was."""
    return flags.Note(f"{sheet.key}-settled")


def _report(sheet: Sheet) -> Mapping[str, Any]:
    found = flags.component_value(sheet.key, "typed")
    return found if isinstance(found, Mapping) else {}


def _number(sheet: Sheet) -> int:
    number = _report(sheet).get("number")
    return number if isinstance(number, int) else 0


def _reported(sheet: Sheet) -> dict[tuple[int, int], str]:
    """Row and column -> text of the cells that were changed in these rows."""
    cells = _report(sheet).get("cells")
    if not isinstance(cells, Mapping) or not _is_of(sheet):
        return {}
    found = {}
    for name, text in cells.items():
        place = _CELL.fullmatch(str(name))
        if place and isinstance(text, str) and _is_field(sheet, int(place[1]), int(place[2]), text):
            found[int(place[1]), int(place[2])] = text
    return found


def _is_of(sheet: Sheet) -> bool:
    """Whether what was reported was typed into these very rows."""
    settled = (_settled(sheet).get() or (0, 0))[0]
    return (_report(sheet).get("base"), _report(sheet).get("settled")) == (sheet.base, settled)


def _is_field(sheet: Sheet, row: int, column: int, text: str) -> bool:
    if row >= len(sheet.rows) or column >= len(sheet.columns) or sheet.rows[row][column] is None:
        return False
    asked = sheet.columns[column]
    return not asked.is_fixed and (not asked.options or text in asked.options)


def _ignore() -> None:
    """What was typed is read where it is needed."""
