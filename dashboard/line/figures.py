"""The chart of the automation line: a documented table in, a Plotly figure out. Pure."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from core.quality import intervals
from dashboard.data.line_curves import Curve
from dashboard.line import wording
from dashboard.look import theme

_ALL_ALIKE: dict[str, Any] = {"marker": {"opacity": 1}}
HEIGHT = 400
BAND = 1.0
"""Opacity of what is promised: nothing lies below it."""


def curve(found: Curve, promise: float, dark: bool) -> go.Figure:
    """Wrong tags in 100 trusted ones against tags of 100 that need no person, with what is promised as a band.

    A click on the curve reports `customdata` [line in tenths of a percent].

    Args:
        found: tables of `core.quality.line_curve.at`: every line, those that a click chooses, the one on screen, and
            the same on test garments.
        promise: wrong tags in 100 trusted ones.
        dark: appearance.
    """
    colours = theme.palette(dark)
    figure = go.Figure(layout={"template": theme.layout(dark)})
    table = found.all_lines
    tagged = 100 * table["tagged"]
    flat = {"x": tagged, "mode": "lines", "hoverinfo": "skip"}
    figure.add_scatter(**flat, y=100 * table["wrong"], line={"width": 0}, showlegend=False)
    figure.add_scatter(
        **flat,
        y=100 * table["upper"],
        line={"width": 0},
        fill="tonexty",
        fillcolor=_faded(colours.found),
        name="could be so many",
    )
    figure.add_scatter(
        **flat, y=100 * table["wrong"], line={"color": colours.found, "width": 2.5}, name="garments held out"
    )
    figure.add_trace(_handles(found.handles, colours))
    if len(found.checked) and found.checked["num_tagged"].iloc[0]:
        figure.add_trace(_checked(found.checked, colours))
    if len(found.chosen) and found.chosen["num_tagged"].iloc[0]:
        figure.add_trace(_chosen(found.chosen, colours))
    top = max(3 * promise, 110 * table["wrong"].iloc[-1]) if len(table) else 3 * promise
    _lay_out(figure, found, promise, min(top, 101), colours)
    return figure


def _handles(table: pd.DataFrame, colours: theme.Palette) -> go.Scatter:
    return go.Scatter(
        x=100 * table["tagged"],
        y=100 * table["wrong"],
        mode="markers",
        marker={"size": 7, "color": colours.found},
        customdata=[[round(1000 * line)] for line in table["line"]],
        hovertext=[wording.on_curve(row) for row in table.to_dict("records")],
        hoverinfo="text",
        showlegend=False,
        selected=_ALL_ALIKE,
        unselected=_ALL_ALIKE,
    )


def _checked(table: pd.DataFrame, colours: theme.Palette) -> go.Scatter:
    """The line on test garments, on which nothing is chosen, with its 95 % interval."""
    row = table.iloc[0]
    low, high = intervals.wilson(row["num_wrong"], row["num_tagged"])
    return go.Scatter(
        x=[100 * row["tagged"]],
        y=[100 * row["wrong"]],
        mode="markers",
        name="this line, test garments",
        marker={"symbol": "diamond-open", "size": 12, "color": colours.text, "line": {"width": 2}},
        error_y={
            "array": [100 * (float(high) - row["wrong"])],
            "arrayminus": [100 * (row["wrong"] - float(low))],
            "color": colours.text,
            "thickness": 1.5,
            "width": 4,
        },
        hovertext=[wording.on_curve(row.to_dict())],
        hoverinfo="text",
        selected=_ALL_ALIKE,
        unselected=_ALL_ALIKE,
    )


def _chosen(table: pd.DataFrame, colours: theme.Palette) -> go.Scatter:
    row = table.iloc[0]
    return go.Scatter(
        x=[100 * row["tagged"]],
        y=[100 * row["wrong"]],
        mode="markers",
        name="this line",
        marker={"size": 18, "color": colours.right, "line": {"color": colours.background, "width": 3}},
        hovertext=[wording.on_curve(row.to_dict())],
        hoverinfo="text",
        selected=_ALL_ALIKE,
        unselected=_ALL_ALIKE,
    )


def _lay_out(figure: go.Figure, found: Curve, promise: float, top: float, colours: theme.Palette) -> None:
    band = {"type": "rect", "xref": "paper", "x0": 0, "x1": 1, "y0": 0, "y1": promise, "layer": "below"}
    edge = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": promise, "y1": promise}
    shapes = [
        {**band, "fillcolor": colours.grid, "opacity": BAND, "line": {"width": 0}},
        {**edge, "line": {"color": colours.text, "width": 1.5, "dash": "dash"}},
    ]
    names = [_name(f"at most {promise:g} wrong in 100", 0.5, promise, colours, "left")]
    if len(found.chosen) and found.chosen["num_tagged"].iloc[0]:
        place, line = 100 * found.chosen["tagged"].iloc[0], found.chosen["line"].iloc[0]
        shapes.append({"type": "line", "x0": place, "x1": place, "y0": 0, "y1": 0.93 * top,
                       "line": {"color": colours.right, "width": 2}})  # fmt: skip
        names.append(
            _name(f"{wording.percent(line)} sure", place, 0.93 * top, colours, "right" if place > 85 else "center")
        )
    figure.update_layout(
        height=HEIGHT,
        showlegend=True,
        hovermode="closest",
        clickmode="event+select",
        legend={"itemclick": False, "itemdoubleclick": False},
        shapes=shapes,
        annotations=names,
        xaxis={
            "title": {"text": "Tagged without a person, of 100"},
            "range": [0, 103],
            "tickvals": list(range(0, 101, 20)),
        },
        yaxis={"title": {"text": "Wrong, in 100 of those"}, "range": [-0.03 * top, top], "nticks": 6},
    )


def _name(text: str, x: float, y: float, colours: theme.Palette, anchor: str) -> dict[str, Any]:
    place = {"x": x, "y": y, "xanchor": anchor, "yanchor": "bottom"}
    return {
        **place,
        "text": text,
        "font": {"size": 13, "color": colours.text},
        "showarrow": False,
        "captureevents": False,
    }


def _faded(colour: str) -> str:
    """The colour as glass: "#3B82C4" as "rgba(59, 130, 196, 0.25)"."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, 0.25)"
