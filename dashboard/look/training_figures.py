"""Charts about how a training went: a documented table in, a Plotly figure out."""

import pandas as pd
import plotly.graph_objects as go

from dashboard.look import theme


def history_curves(history: pd.DataFrame, dark: bool) -> go.Figure:
    """The loss on what was learned from (blue) and on garments held out (orange) after each round of learning.

    Args:
        history: columns epoch, train_loss, validation_loss.
        dark: appearance.
    """
    colours = theme.palette(dark)
    figure = go.Figure(layout={"template": theme.layout(dark)})
    curves = (
        ("train_loss", "on the garments it learned from", colours.found, "solid", "circle"),
        ("validation_loss", "on garments held out", colours.right, "dash", "diamond"),
    )
    for column, name, colour, dash, symbol in curves:
        if history[column].notna().any():
            figure.add_scatter(
                x=history["epoch"],
                y=history[column],
                name=name,
                mode="lines+markers",
                line={"color": colour, "dash": dash, "width": 2},
                marker={"symbol": symbol, "size": 8},
                hovertemplate="round %{x}: %{y:.4f}",
            )
    figure.update_layout(
        height=300,
        xaxis={"title": {"text": "Round of learning (epoch)"}, "dtick": max(1, len(history) // 8), "showgrid": False},
        yaxis={"title": {"text": "Loss (cross-entropy)"}, "rangemode": "tozero"},
    )
    return figure
