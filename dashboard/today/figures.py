"""Charts of the first page: a documented table in, a Plotly figure out."""

import pandas as pd
import plotly.graph_objects as go

from dashboard.look import phrases, theme


def accuracy_trend(versions: pd.DataFrame, shown_version: int, dark: bool) -> go.Figure:
    """How many of 100 garments each version tags correctly, with 95 % whiskers; the shown one is filled.

    Args:
        versions: columns version, accuracy, low, high (0-1), is_live; in order of version.
        shown_version: number of the version on screen.
        dark: appearance.
    """
    colours = theme.palette(dark)
    figure = go.Figure(layout={"template": theme.layout(dark)})
    names = [
        phrases.version(number, is_live).capitalize()
        for number, is_live in zip(versions["version"], versions["is_live"], strict=True)
    ]
    figure.add_scatter(
        x=names,
        y=100 * versions["accuracy"],
        mode="lines+markers+text",
        line={"color": colours.grid, "width": 2},
        marker={
            "size": 13,
            "color": [
                colours.found if number == shown_version else colours.background for number in versions["version"]
            ],
            "line": {"color": colours.found, "width": 2},
        },
        error_y={
            "array": 100 * (versions["high"] - versions["accuracy"]),
            "arrayminus": 100 * (versions["accuracy"] - versions["low"]),
            "color": colours.quiet,
            "thickness": 1.5,
            "width": 6,
        },
        text=[f"{100 * share:.1f}" for share in versions["accuracy"]],
        textposition="middle right",
        hovertext=[
            f"{name}: {accuracy:.1f} of 100 correct (between {low:.1f} and {high:.1f})"
            for name, accuracy, low, high in zip(
                names, *(100 * versions[column] for column in ("accuracy", "low", "high")), strict=True
            )
        ],
        hoverinfo="text",
    )
    figure.update_layout(
        height=280,
        showlegend=False,
        # Room on the right for the figure of the last version.
        xaxis={"showgrid": False, "type": "category", "range": [-0.4, len(versions) - 0.5]},
        yaxis={"title": {"text": "Correct of 100"}},
    )
    return figure
