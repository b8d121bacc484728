"""The component that shows garments as tiles; registered once, its script and style beside this file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from core.access.roles import Action
from core.photos import sprite
from core.store.runs.runs import Run
from dashboard.look import phrases, theme
from dashboard.session import flags, person

Look = Literal["tiles", "wide", "small", "rows"]
"""Large tiles, wider ones for two pictures beside each other, small ones for narrow columns, or rows of picture and
words that cannot be picked."""
Tile = dict[str, Any]
"""One garment: garment, sentence (read aloud), and the lines said, sure, label, number, mark, each of which may miss;
guess and actual, the class names that the model said and the label says, where verdicts can be given.

A tile with a mark is outlined, and the mark stands above its other lines."""

_FOLDER = Path(__file__).parent
_SCRIPTS = ("component.js", "verdict_keys.js", "category_choice.js")

_COMPONENT = st.components.v2.component(
    "garment_tiles",
    html="""
<div class="root">
<div class="bar" role="group" aria-label="Select several garments" hidden>
  <button type="button" class="toggle"></button>
  <button type="button" class="page">All on this page</button>
  <span class="count" role="status"></span>
  <button type="button" class="clear">Clear</button>
</div>
<div class="say" role="group" aria-label="What you say of this garment" hidden>
  <form class="who"></form>
  <span class="answer" role="status"></span>
  <span class="verbs" id="keys"></span>
  <span class="ways">
    <button type="button" class="undo"><kbd>Z</kbd>Undo</button>
    <button type="button" class="details">Details</button>
    <button type="button" class="next"><kbd>N</kbd>Next</button>
  </span>
</div>
<ul aria-describedby="keys"></ul>
<div class="choice" role="group" aria-label="Right category" hidden>
  <div class="typed">
    <input role="combobox" aria-label="Right category" aria-expanded="true" aria-controls="options"
           aria-autocomplete="list" autocomplete="off" placeholder="Type to find it">
    <button type="button" class="leave">Cancel</button>
  </div>
  <div class="options" id="options" role="listbox" aria-label="Categories" tabindex="-1"></div>
  <span class="none" role="status" hidden>No category with these letters.</span>
</div>
</div>
""",
    css=(_FOLDER / "component.css").read_text(encoding="utf-8"),
    js="\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in _SCRIPTS),
)

ON_SCREEN: flags.Note[tuple[str, tuple[int, ...]]] = flags.Note("tiles-on-screen")
"""Key and garments of the tiles drawn last, in order, where a verdict opens the next one; else None."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Keys:
    """Which keys say what."""

    kinds: Mapping[str, str]
    """Key -> kind of what is said; "choose" lets a category be chosen first."""
    chosen: str
    """Kind of what is said by choosing a category."""
    shown: Mapping[str, tuple[str, str]]
    """Kind -> sign and words on a tile until it is stored."""
    buttons: tuple[tuple[str, str, str], ...]
    """Key, words and help of each button, in the order of the keys; undo and *Next* come besides."""


class Categories(Protocol):
    """What can be chosen."""

    @property
    def class_names(self) -> tuple[str, ...]:
        """The K categories, as they are stored."""

    @property
    def names(self) -> tuple[str, ...]:
        """(K,) as they are called on screen."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """Lets verdicts be given on the tiles, by key and by the buttons beside them."""

    run: "Categories"
    """The version whose categories can be chosen, or what knows them in its place."""
    on_said: Callable[[], None]
    """Called before the rerun; the component's state has `said`, a list of id, kind, garments and category."""
    keys: Keys
    """Which keys say what."""
    opens_next: bool = True
    """Whether the garment to which the focus moves on is picked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pages:
    """Lets the page be turned by key."""

    number: int
    """The page that is shown, from 1."""
    num_pages: int
    """How many there are."""
    on_turned: Callable[[], None]
    """Called before the rerun; the component's state has `turned`, the number of the page asked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What the tiles are told beside their garments; made by `picking.told`."""

    stamp: int
    """The tiles forget what was picked and selected when this changes, and only then heed the rest."""
    picked: int | None
    """The garment to show as picked."""
    reveal: bool
    """Whether to scroll to the tiles: they were asked for by a click farther up."""
    selected: tuple[int, ...] = ()
    """The garments to show as selected."""


def render_tiles(
    shown: Sequence[Tile],
    images: NDArray[np.uint8] | None,
    *,
    key: str,
    told: Told,
    on_pick: Callable[[], None],
    on_select: Callable[[], None] | None = None,
    look: Look = "tiles",
    panel_below: bool = False,
    review: Review | None = None,
    pages: Pages | None = None,
) -> None:
    """Draws the tiles and calls `on_pick` when one is picked, `on_select` when the selection changes.

    Args:
        shown: see `Tile`; `garment_tile` makes the usual one.
        images: (len(shown), H, W) their pictures, (len(shown), H, W, 3) where they have colours; None draws grey tiles.
        key: of the component; its state has `picked`, a garment or None, and `selected`, a list of garments.
        told: what the component itself reported must not change it: the sheet would be sent again with every click.
        on_pick: called before the rerun.
        on_select: called before the rerun; None where selecting several makes no sense.
        look: see `Look`.
        panel_below: the opened garment stands below the tiles, so that a pick scrolls there.
        review: see `Review`; None where no verdict is given.
        pages: see `Pages`; None where there is one page.
    """
    data = _data(shown, images, key, look)
    data |= {
        "stamp": told.stamp,
        "picked": told.picked,
        "selected": list(told.selected),
        "reveal": told.reveal,
        "selectable": on_select is not None,
        "panelBelow": panel_below,
        "review": review is not None,
        "refused": person.refusal(Action.REVIEW) if review else "",
        "classes": list(review.run.class_names) if review else [],
        "names": list(review.run.names) if review else [],
        "opens": bool(review and review.opens_next),
        "keys": _keys(review),
        "page": pages.number if pages else 0,
        "pages": pages.num_pages if pages else 0,
    }
    ON_SCREEN.set((key, tuple(tile["garment"] for tile in shown)) if data["opens"] else None)
    _COMPONENT(
        key=key,
        data=data,
        on_name_change=lambda: person.give_name(flags.component_value(key, "name")),
        on_picked_change=on_pick,
        on_selected_change=on_select or _ignore,
        on_said_change=review.on_said if review else _ignore,
        on_turned_change=pages.on_turned if pages else _ignore,
    )


def render_rows(shown: Sequence[Tile], images: NDArray[np.uint8], label: str, *, key: str) -> None:
    """Draws garments as rows of a small picture and its words, to be read only."""
    data = _data(shown, images, key, "rows")
    data |= {"label": label, "stamp": 0, "picked": None, "selected": [], "reveal": False, "selectable": False}
    _COMPONENT(key=key, data=data)


def garment_tile(row: Any, run: Run, mark: str = "") -> Tile:
    """The usual tile of one row of the predictions table: what the model said, how surely, the label, the number."""
    true, predicted = run.names[row.true_class], run.names[row.predicted_class]
    number = f"Garment {row.garment:,}"
    sure = run.said_sure(row.confidence)
    sentence = f"{number}. {phrases.verdict(true, predicted, sure)}"
    return {
        "garment": int(row.garment),
        "mark": mark,
        "said": phrases.guess(predicted),
        "sure": "" if sure is None else theme.percent(sure),
        "label": phrases.label(true),
        "number": number,
        "guess": run.class_names[row.predicted_class],
        "actual": run.class_names[row.true_class],
        "sentence": f"{sentence} {mark}." if mark else sentence,
    }


def garment_tiles(table: pd.DataFrame, run: Run, shared: tuple[int | None, int | None] | None = None) -> list[Tile]:
    """`garment_tile` for every row of a table like that of the predictions.

    Args:
        table: the rows.
        run: the version.
        shared: real and tagged category that stand above the tiles already, so that few words are left to each; None
            for the usual ones.
    """
    found = [garment_tile(row, run) for row in table.itertuples()]
    return found if shared is None else [_short_tile(tile, shared, run) for tile in found]


def _short_tile(tile: Tile, shared: tuple[int | None, int | None], run: Run) -> Tile:
    """A tile without what its whole list shares, and without its number, which stands beside the opened garment."""
    real, tagged = shared
    told = [run.name_of(tile[name]) for name, known in (("actual", real), ("guess", tagged)) if known is None]
    return {**tile, "said": " → ".join(told), "sure": tile["sure"].replace("over ", "> "), "label": "", "number": ""}


def retagged_tiles(table: pd.DataFrame, run: Run, before: Mapping[int, str]) -> list[Tile]:
    """The same with what a version before said of each garment, by garment; the usual tile where that is not known."""
    return [_retagged_tile(row, run, before) for row in table.itertuples()]


def _retagged_tile(row: Any, run: Run, tags_before: Mapping[int, str]) -> Tile:
    tile, before = garment_tile(row, run), tags_before.get(int(row.garment))
    if before is None:
        return tile
    now, true = run.names[row.predicted_class], run.names[row.true_class]
    sentence = f"{tile['number']}. {phrases.retagged_sentence(before, now, true)}"
    return {**tile, "said": phrases.retagged(before, now), "sentence": sentence}


def _data(shown: Sequence[Tile], images: NDArray[np.uint8] | None, key: str, look: Look) -> dict[str, Any]:
    height, width = (1, 1) if images is None or not len(images) else images.shape[1:3]
    return {
        "key": key,
        "label": "Garments. Arrow keys move, Enter opens.",
        "sheet": None if images is None or not len(images) else sprite.sheet_address(images),
        "smooth": images is not None and images.ndim == 4,
        "width": int(width),
        "height": int(height),
        "look": look,
        "tiles": list(shown),
    }


def _keys(review: Review | None) -> dict[str, Any] | None:
    if review is None:
        return None
    keys = review.keys
    return {
        "kinds": dict(keys.kinds),
        "chosen": keys.chosen,
        "shown": {kind: list(words) for kind, words in keys.shown.items()},
        "buttons": [list(button) for button in keys.buttons],
    }


def _ignore() -> None:
    """What the tiles report is not asked for here."""
