"""The chart of what a line promised and what was kept: a documented table in, a Plotly figure out. Pure."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from core.quality import intervals
from dashboard.look import theme

HEIGHT = 280


def kept(weeks: pd.DataFrame, promise: float | None, dark: bool) -> go.Figure:
    """Spot checks that found the tag right, of 100, week by week with 95 % intervals, against what was promised.

    Args:
        weeks: columns week, num_checked and num_right of `dashboard.data.acceptance.by_week`, the newest first.
        promise: wrong tags in 100 that the line promised at most; None draws no band.
        dark: appearance.
    """
    colours = theme.palette(dark)
    checked = weeks[weeks["num_checked"] > 0].iloc[::-1]
    right, num = (checked[name].to_numpy(dtype=float) for name in ("num_right", "num_checked"))
    low, high = intervals.wilson(right, num)
    share = right / num
    figure = go.Figure(layout={"template": theme.layout(dark)})
    figure.add_scatter(
        x=list(range(len(checked))),
        y=100 * share,
        mode="markers",
        marker={"size": 12, "color": colours.right},
        error_y={
            "array": 100 * (high - share),
            "arrayminus": 100 * (share - low),
            "color": colours.text,
            "thickness": 1.5,
            "width": 5,
        },
        hovertext=[
            f"{week}: {one:.0f} of {of:.0f} right<br>of 100 {theme.between(float(start), float(end), decimals=0)}"
            for week, one, of, start, end in zip(checked["week"], right, num, low, high, strict=True)
        ],
        hoverinfo="text",
        showlegend=False,
    )
    floor = min([*(100 * low), *([] if promise is None else [100 - 3 * promise])], default=0)
    names = [
        f"{week.partition('-')[2] or week}<br>{one:.0f} of {of:.0f}"
        for week, one, of in zip(checked["week"], right, num, strict=True)
    ]
    _lay_out(figure, names, max(0.0, floor - 3), promise, colours)
    return figure


def _lay_out(figure: go.Figure, names: list[str], floor: float, promise: float | None, colours: theme.Palette) -> None:
    shapes: list[dict[str, Any]] = []
    words: list[dict[str, Any]] = []
    if promise is not None:
        across = {"xref": "paper", "x0": 0, "x1": 1, "y0": 100 - promise, "layer": "below"}
        dashes = {"color": colours.text, "width": 1.5, "dash": "dash"}
        shapes = [
            {"type": "rect", **across, "y1": 101, "fillcolor": colours.grid, "line": {"width": 0}},
            {"type": "line", **across, "y1": 100 - promise, "line": dashes},
        ]
        place = {"xref": "paper", "x": 0, "xanchor": "left", "yref": "paper", "y": 1, "yanchor": "bottom"}
        font = {"size": 13, "color": colours.text}
        words = [{**place, "text": f"promised: at least {100 - promise:g} of 100", "font": font, "showarrow": False}]
    figure.update_layout(
        height=HEIGHT,
        shapes=shapes,
        annotations=words,
        margin={"t": 28},
        hovermode="closest",
        xaxis={
            "tickvals": list(range(len(names))),
            "ticktext": names,
            "range": [-0.5, max(len(names), 3) - 0.5],
            "showgrid": False,
        },
        yaxis={"title": {"text": "Right, of 100"}, "range": [floor, 101], "nticks": 5},
    )
