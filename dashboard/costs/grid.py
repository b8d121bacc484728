"""The grid of what mistakes cost as a sheet to choose in: all of it, or one row at a time of many categories."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.quality import cost
from core.store.team.costs import Costs
from dashboard.costs import wording
from dashboard.data.run_views import RunView
from dashboard.parts import sheet
from dashboard.session import address, flags

LARGEST = 24
"""More categories are shown one row at a time: of 500 the whole grid has a quarter of a million fields."""
ROW = "costs-row"
"""Name of the control that chooses the row."""
_ROW: flags.Note[int] = flags.Note("costs-row")
_Row = tuple[int, ...]
_LEFT: flags.Note[tuple[int, dict[int, tuple[_Row, _Row]]]] = flags.Note("costs-left")
"""Which categories it is about, and number -> what held and what was chosen in each row that was left."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Grid:
    """What is drawn, and what is chosen where nothing is drawn."""

    table: sheet.Sheet
    """The sheet to choose in."""
    row: int | None
    """Number of the real category that is drawn alone; None: all are."""
    about: int
    """Which categories it is about."""
    levels: NDArray[np.int64]
    """(G, G) what holds, and in rows that were left without saving what was chosen there."""
    groups: NDArray[np.int64]
    """(K,) which of the categories each of the model's is."""
    held: NDArray[np.int64]
    """(K, K) what holds between the model's."""
    changed_elsewhere: tuple[int, ...]
    """Numbers of the rows that were left without saving."""


def current(view: RunView, held: Costs) -> Grid:
    """What is to be drawn of what holds between the categories of a view."""
    names, groups = view.names, view.categories.groups
    about = hash(view.categories)
    base = f"{held.number} {hash((about, held.levels.tobytes()))}"
    levels = cost.merged_levels(held.levels, groups)
    left = _still_chosen(levels, _left(about))
    for number, chosen_there in left.items():
        levels[number] = chosen_there
    row = None
    if len(names) > LARGEST:
        row = min(_ROW.get() or 0, len(names) - 1)
    return Grid(table=_table(names, base, levels, row), row=row, about=about, levels=levels, groups=groups,
                held=held.levels, changed_elsewhere=tuple(sorted(left)))  # fmt: skip


def _still_chosen(levels: NDArray[np.int64], left: Mapping[int, tuple[_Row, _Row]]) -> dict[int, NDArray[np.int64]]:
    """Number -> (G,) rows that were left: what a colleague changed since is shown, own choices stay beside it."""
    found = {}
    for number, (before, chosen_there) in left.items():
        held, wanted = levels[number], np.array(chosen_there)
        is_own = (wanted != before) & (held == before)
        if is_own.any():
            found[number] = np.where(is_own, wanted, held)
    return found


def chosen(grid: Grid) -> NDArray[np.int64]:
    """(K, K) index in `cost.LEVELS` between the model's categories, by what is chosen now; see `_chosen`."""
    return cost.with_chosen(grid.held, grid.groups, _chosen(grid))


def differs_within(grid: Grid) -> bool:
    """Whether a cell stands for categories of the model that cost differently, of which it shows the dearest."""
    shown = cost.merged_levels(grid.held, grid.groups)[grid.groups[:, None], grid.groups[None, :]]
    return bool(((shown != grid.held) & (grid.groups[:, None] != grid.groups)).any())


def _chosen(grid: Grid) -> NDArray[np.int64]:
    """(G, G) what is chosen now; in a callback, with what was chosen before the click."""
    index = {name: number for number, name in enumerate(wording.LEVELS)}
    levels = grid.levels.copy()
    for number, texts in enumerate(sheet.typed(grid.table)):
        for column, text in enumerate(texts[1:]):
            if text is not None:
                place = (number, column) if grid.row is None else (grid.row, number)
                levels[place] = index[text]
    return levels


def turn(grid: Grid) -> None:
    """Goes to the row that the control asks for, and notes what is chosen in the one that is left; nothing is saved."""
    _ROW.set(int(address.control_value(ROW)))
    levels = _chosen(grid)
    if grid.row is not None and not np.array_equal(levels[grid.row], grid.levels[grid.row]):
        holds = cost.merged_levels(grid.held, grid.groups)[grid.row]
        row = tuple(holds.tolist()), tuple(levels[grid.row].tolist())
        _LEFT.set((grid.about, _left(grid.about) | {grid.row: row}))


def settle(grid: Grid) -> None:
    """Notes that everything that was chosen is saved or thrown away."""
    _LEFT.set(None)
    sheet.settle(grid.table)


def _left(about: int) -> dict[int, tuple[_Row, _Row]]:
    found = _LEFT.get()
    return dict(found[1]) if found is not None and found[0] == about else {}


def _table(names: Sequence[str], base: str, levels: NDArray[np.int64], row: int | None) -> sheet.Sheet:
    texts: list[list[str | None]] = np.asarray(wording.LEVELS, dtype=object)[levels].tolist()
    for number in range(len(names)):
        texts[number][number] = None  # a right tag costs nothing
    if row is None:
        columns = [wording.REAL, *names]
        rows = [(name, *some) for name, some in zip(names, texts, strict=True)]
    else:
        columns = [wording.SAID, wording.COSTS]
        rows = list(zip(names, texts[row], strict=True))
    return sheet.Sheet(
        key="costs-sheet",
        base=f"{base} {row}",
        columns=(
            sheet.Column(title=columns[0], is_fixed=True),
            *(sheet.Column(title=title, options=wording.LEVELS) for title in columns[1:]),
        ),
        rows=tuple(rows),
        brushes=tuple(zip(wording.LEVELS, wording.SIGNS, strict=True)) if row is None else (),
    )
