"""All garments as points, in which a box is drawn: those that the model sees as alike lie beside each other. Pure."""

import html
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.quality import garment_map as placing
from dashboard.look import theme

_SMALL_BELOW = 20_000  # garments: more of them need smaller points


def garment_map(
    places: NDArray[np.uint16],
    is_wrong: NDArray[np.bool_],
    dark: bool,
    categories: tuple[NDArray[np.integer], Sequence[str]] | None = None,
) -> go.Figure:
    """Garments tagged correctly as grey points, mistakes above them as orange diamonds; dragging draws a box.

    Places go to the browser as they are, four bytes a garment, and nothing is said over a single point.

    Args:
        places: (N, 2) as `core.store.runs.garment_maps.places` gives them.
        is_wrong: (N,) which garments are tagged wrongly.
        dark: appearance.
        categories: (N,) category of each garment, and their names, which then stand amid their garments.
    """
    colours, size = theme.palette(dark), 5 if len(places) < _SMALL_BELOW else 3
    figure = go.Figure(layout={"template": theme.layout(dark)})
    for name, shown, colour, symbol, wider in (
        ("Tagged correctly", ~is_wrong, colours.quiet, "circle", 0),
        ("Tagged wrongly", is_wrong, colours.right, "diamond", 2),
    ):
        figure.add_scattergl(
            x=np.ascontiguousarray(places[shown, 0]),
            y=np.ascontiguousarray(places[shown, 1]),
            mode="markers",
            name=name,
            marker={"color": colour, "size": size + wider, "symbol": symbol, "opacity": 0.9 if wider else 0.35},
            hoverinfo="skip",
        )
    axis = {"visible": False, "range": [-0.02 * placing.STEPS, 1.02 * placing.STEPS], "fixedrange": True}
    figure.update_layout(
        height=520,
        dragmode="select",
        xaxis=axis,
        yaxis=axis,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "itemsizing": "constant"},
        margin={"l": 0, "r": 0, "t": 30, "b": 0},
    )
    if categories is not None:
        _write_names(figure, places, *categories, dark)
    return figure


def _write_names(
    figure: go.Figure, places: NDArray[np.uint16], labels: NDArray[np.integer], names: Sequence[str], dark: bool
) -> None:
    """Each name at the middle garment of its category, in both directions; none where there is no garment."""
    colours = theme.palette(dark)
    for index, name in enumerate(names):
        own = places[labels == index]
        if len(own):
            x, y = np.median(own, axis=0)
            figure.add_annotation(
                x=float(x),
                y=float(y),
                text=html.escape(name, quote=False),
                showarrow=False,
                font={"color": colours.text, "size": 13},
                bgcolor=colours.background,
                opacity=0.85,
            )


def drawn_box(boxes: Sequence[Mapping[str, Any]]) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """The last box of a chart's selection (`event.selection.box`), each pair in rising order; None without one."""
    if not boxes:
        return None
    (left, right), (bottom, top) = (sorted(float(end) for end in boxes[-1][axis]) for axis in ("x", "y"))
    return (left, right), (bottom, top)
