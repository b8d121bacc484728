"""How often each category is found before and after, as dots joined by a line. Pure: a table in, a Plotly figure out.

No fact is told by colour alone: the version before is a ring, the new one a diamond below it, and what is more than
luck stands beside the name in words.
"""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.quality import intervals
from dashboard.look import confusion_figures, phrases, theme
from dashboard.versions import wording

MOST_ROWS = 20
"""Categories in one chart: more than fit a screen twice are folded."""
_ROW_HEIGHT = 50
_NAME, _BEFORE, _NOW = -0.24, 0.08, 0.28  # of a row, downwards: the name, and the two marks
_LONGEST_NAME = 22
_NO_FADE: dict[str, Any] = {"marker": {"opacity": 1}}
_SIGNS = {"Clearly better": "▲", "Clearly worse": "▼"}


def before_after(
    rows: pd.DataFrame, live_number: int, number: int, *, chosen: int | None = None, dark: bool
) -> go.Figure:
    """One row a category: its recall before and after as dots with 95 % Wilson intervals, joined by a line.

    A click anywhere on a row reports `customdata` [class_index].

    Args:
        rows: of the table of `changes.per_class_changes`, in the order of the rows.
        live_number: the version before.
        number: the new version.
        chosen: class_index of the row that is marked; None for none.
        dark: appearance.
    """
    colours = theme.palette(dark)
    ends = _ends(rows)
    figure = go.Figure(layout={"template": theme.layout(dark)})
    figure.add_trace(_click_rows(rows, ends, (live_number, number), chosen, colours))
    figure.add_trace(_joins(rows, colours))
    before, now = f"Version {live_number} (live)", f"Version {number}"
    figure.add_trace(_marks(rows, "before", before, _BEFORE, "circle-open", colours.text))
    figure.add_trace(_marks(rows, "after", now, _NOW, "diamond", colours.found))
    height = 64 + _ROW_HEIGHT * len(rows)
    figure.update_layout(
        height=height,
        hovermode="closest",
        clickmode="event+select",
        showlegend=True,
        legend={"itemclick": False, "itemdoubleclick": False, "traceorder": "normal"},
        annotations=_names(rows, colours),
        xaxis={"range": ends, "ticksuffix": " %", "nticks": 6},
        yaxis={
            "range": [len(rows) - 0.5, -0.5],
            "tickvals": [position - 0.5 for position in range(1, len(rows))],  # a line between each two rows
            "showgrid": True,
            "showticklabels": False,
        },
    )
    return figure


def intervals_of(rows: pd.DataFrame, when: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lower and upper end (0-1) of the recall "before" or "after" of each row; NaN without garments."""
    found = np.rint(rows[f"recall_{when}"].fillna(0) * rows["support"])
    return intervals.wilson(found, rows["support"])


def _ends(rows: pd.DataFrame) -> list[float]:
    """The part of 0 to 100 that the intervals need, with some room for the marks."""
    ends = np.concatenate([100 * end for when in ("before", "after") for end in intervals_of(rows, when)])
    if np.isnan(ends).all():
        return [0, 100]
    low, high = float(np.nanmin(ends)), float(np.nanmax(ends))
    room = 0.04 * max(high - low, 1.0)
    return [low - room, high + room]


def _click_rows(
    rows: pd.DataFrame, ends: list[float], numbers: tuple[int, int], chosen: int | None, colours: theme.Palette
) -> go.Bar:
    """Unseen bars behind everything, so that a whole row can be clicked and tells its figures."""
    fills = [colours.grid if index == chosen else "rgba(0,0,0,0)" for index in rows["class_index"]]
    return go.Bar(
        orientation="h",
        y=list(range(len(rows))),
        base=ends[0],
        x=[ends[1] - ends[0]] * len(rows),
        width=0.96,
        marker={"color": fills, "line": {"width": 0}},
        customdata=[[int(index)] for index in rows["class_index"]],
        hovertext=[_sentence(row, numbers) for row in _with_ends(rows).to_dict("records")],
        hoverinfo="text",
        showlegend=False,
        selected=_NO_FADE,
        unselected=_NO_FADE,
    )


def _joins(rows: pd.DataFrame, colours: theme.Palette) -> go.Scatter:
    """A line from each dot before to the one after."""
    before, after = 100 * rows["recall_before"], 100 * rows["recall_after"]
    xs = [x for pair in zip(before, after, strict=True) for x in (*pair, None)]
    ys = [y for position in range(len(rows)) for y in (position + _BEFORE, position + _NOW, None)]
    return go.Scatter(
        x=xs, y=ys, mode="lines", line={"color": colours.quiet, "width": 3}, hoverinfo="skip", showlegend=False
    )


def _marks(rows: pd.DataFrame, when: str, name: str, shift: float, symbol: str, colour: str) -> go.Scatter:
    low, high = intervals_of(rows, when)
    recall = rows[f"recall_{when}"].to_numpy()
    return go.Scatter(
        x=100 * recall,
        y=[position + shift for position in range(len(rows))],
        name=name,
        mode="markers",
        marker={"symbol": symbol, "size": 11, "color": colour, "line": {"color": colour, "width": 2}},
        error_x={
            "array": 100 * (high - recall),
            "arrayminus": 100 * (recall - low),
            "color": colour,
            "thickness": 1.5,
            "width": 4,
        },
        hoverinfo="skip",
        selected=_NO_FADE,
        unselected=_NO_FADE,
    )


def _names(rows: pd.DataFrame, colours: theme.Palette) -> list[dict[str, Any]]:
    """Above the marks of each row its name, what is more than luck, and both figures."""
    texts = []
    for position, row in enumerate(rows.to_dict("records")):
        name = row["class_name"]
        name = confusion_figures.plain(name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…")
        meaning = _meaning(row)
        sign = f" <b>{_SIGNS[meaning]} {meaning.lower()}</b>" if meaning in _SIGNS else ""
        texts.append(_text(f"{name}{sign}", position, "left", colours.text))
        texts.append(_text(_figures(row), position, "right", colours.text if sign else colours.quiet))
    return texts


def _figures(row: Any) -> str:
    if not row["support"]:
        return "no test garments"
    return " → ".join(theme.percent(row[f"recall_{when}"], decimals=1) for when in ("before", "after"))


def _text(text: str, position: int, side: str, colour: str) -> dict[str, Any]:
    place = {"x": 0 if side == "left" else 1, "xref": "paper", "xanchor": side, "y": position + _NAME}
    return {**place, "text": text, "font": {"size": 13, "color": colour}, "showarrow": False, "captureevents": False}


def _meaning(row: Any) -> str:
    return wording.class_meaning(bool(row["is_clear"]), int(row["num_fixed"] - row["num_broken"]))


def _with_ends(rows: pd.DataFrame) -> pd.DataFrame:
    found = {}
    for when in ("before", "after"):
        found[f"low_{when}"], found[f"high_{when}"] = intervals_of(rows, when)
    return rows.assign(**found)


def _sentence(row: Any, numbers: tuple[int, int]) -> str:
    """What a row says when it is pointed at, in lines that fit a phone."""
    lines = [row["class_name"]]
    for number, when in zip(numbers, ("before", "after"), strict=True):
        found = round((row[f"recall_{when}"] if row["support"] else 0) * row["support"])
        between = theme.between(row[f"low_{when}"], row[f"high_{when}"])
        lines.append(f"Version {number}: {found:,} of {phrases.garments(row['support'])}, {between} of 100")
    lines.append(f"{row['num_fixed']:,} fixed, {row['num_broken']:,} newly wrong")
    lines.append(_meaning(row))
    return "<br>".join(confusion_figures.plain(line) for line in lines)
