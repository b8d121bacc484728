"""Charts about how sure the model is: a documented table in, a Plotly figure out."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.look import phrases, theme


def sureness_bars(table: pd.DataFrame, dark: bool) -> go.Figure:
    """How sure the model was of one category's tags: of 100 right ones (orange) and of 100 wrong ones (grey, striped).

    Args:
        table: columns of `sureness.of_class`.
        dark: appearance.
    """
    colours = theme.palette(dark)
    ranges = [f"{100 * low:.0f}–{100 * high:.0f}" for low, high in zip(table["low"], table["high"], strict=True)]
    stripes = {"fillmode": "overlay", "fgcolor": colours.background, "size": 6, "solidity": 0.35}
    figure = go.Figure(layout={"template": theme.layout(dark)})
    for column, name, colour, shape in (
        ("num_right", "when right", colours.right, ""),
        ("num_wrong", "when wrong", colours.quiet, "/"),
    ):
        total = int(table[column].sum())
        if total:
            figure.add_bar(
                x=50 * (table["low"] + table["high"]),
                y=100 * table[column] / total,
                name=name,
                marker={"color": colour, "pattern": {**stripes, "shape": shape}},
                hovertext=[
                    f"{name}, {sure} % sure:<br>{number:,} of {total:,} tags"
                    for sure, number in zip(ranges, table[column], strict=True)
                ],
                hoverinfo="text",
            )
    figure.update_layout(
        barmode="group",
        bargap=0.2,
        height=260,
        showlegend=True,
        xaxis={
            "title": {"text": "How sure the model was, %"},
            "range": [0, 100],
            "tickvals": list(range(0, 101, 20)),
            "showgrid": False,
        },
        yaxis={"title": {"text": "Of 100 such tags"}, "rangemode": "tozero", "nticks": 5},
    )
    return figure


def precision_recall_curve(curve: pd.DataFrame, precision: float, recall: float, dark: bool) -> go.Figure:
    """The precision-recall curve of one category, and where the version tags (diamond).

    Args:
        curve: columns of `curves.precision_recall`.
        precision: of the category as it is tagged, 0-1; NaN draws no diamond.
        recall: likewise.
        dark: appearance.
    """
    colours = theme.palette(dark)
    figure = go.Figure(layout={"template": theme.layout(dark)})
    figure.add_scatter(
        x=curve["recall"],
        y=curve["precision"],
        name="tagged from a probability on",
        mode="lines",
        line={"color": colours.quiet, "width": 2, "shape": "hv"},
        customdata=curve["threshold"],
        hovertemplate="from %{customdata:.4f} on<br>precision %{y:.4f}<br>recall %{x:.4f}<extra></extra>",
    )
    if not np.isnan([precision, recall]).any():
        figure.add_scatter(
            x=[recall],
            y=[precision],
            name="as this version tags",
            mode="markers",
            marker={"symbol": "diamond", "size": 13, "color": colours.text},
            hovertemplate="as this version tags<br>precision %{y:.4f}<br>recall %{x:.4f}<extra></extra>",
        )
    figure.update_layout(
        height=340,
        showlegend=True,
        hovermode="closest",
        xaxis={"title": {"text": "Recall"}, "range": [0, 1.02]},
        yaxis={"title": {"text": "Precision"}, "range": [0, 1.05]},
    )
    return figure


def reliability_curve(table: pd.DataFrame, dark: bool, *, plain: bool = False) -> go.Figure:
    """How often the model is right (accuracy) for how sure it is (mean confidence of a bin), beside the ideal.

    Args:
        table: columns of `calibration.reliability`.
        dark: appearance.
        plain: names of the axes in words instead of terms.
    """
    colours = theme.palette(dark)
    names = ("The model says it is so sure", "So often it is right") if plain else ("Confidence", "Accuracy")
    tick_format = ".0%" if plain else None
    figure = go.Figure(layout={"template": theme.layout(dark)})
    figure.add_scatter(
        x=[0, 1],
        y=[0, 1],
        name="as often right as sure",
        mode="lines",
        line={"color": colours.quiet, "dash": "dot", "width": 1.5},
        hoverinfo="skip",
    )
    most = max(table["num_garments"].to_list(), default=1)
    figure.add_scatter(
        x=table["confidence"],
        y=table["accuracy"],
        name="this version",
        mode="lines+markers",
        line={"color": colours.text, "width": 2},
        marker={"size": 6 + 14 * np.sqrt(table["num_garments"] / most), "opacity": 1},
        hovertext=[
            f"{100 * row['low']:.0f}–{100 * row['high']:.0f} % sure: {phrases.garments(row['num_garments'])}<br>"
            f"mean confidence {row['confidence']:.4f}<br>accuracy {row['accuracy']:.4f}"
            for row in table.to_dict("records")
        ],
        hoverinfo="text",
    )
    figure.update_layout(
        height=340,
        showlegend=True,
        hovermode="closest",
        xaxis={"title": {"text": names[0]}, "range": [0, 1.02], "tickformat": tick_format},
        yaxis={"title": {"text": names[1]}, "range": [0, 1.05], "tickformat": tick_format},
    )
    return figure
