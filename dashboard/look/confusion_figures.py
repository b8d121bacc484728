"""A documented table in, a Plotly figure out. Pure: no Streamlit, no state; colours come from `theme`.

Names of classes are anybody's text. Plotly reads a little HTML in texts, so every name passes `plain` first.
"""

import html
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.quality import confusion
from dashboard.look import phrases, theme

UNITS = {
    "garments": "Counts",
    "real": "% of the real category",
    "tagged": "% of the tagged category",
}
"""What a cell of the confusion map counts: name in the address -> name on screen."""

ANY = -1
"""Class index that stands for all of them, in what a click on a total reports."""


def plain(text: str) -> str:
    """`text` so that Plotly shows exactly these characters."""
    return html.escape(text, quote=False)


SIDE_BY_SIDE = 20
"""Categories up to which the map stands beside the garments; of more the worst are shown first."""
_WRITTEN = 30
"""Categories up to which figures stand in the cells: in smaller ones they could not be read."""


def worst(counts: NDArray[np.int64], num: int, also: Sequence[int] = ()) -> tuple[int, ...]:
    """The categories with the most mistakes, both lost and intruding, worst first; a few stay in their own order.

    Args:
        counts: (K, K) matrix of `confusion.matrix`, rows = true class.
        num: how many, where there are more than `SIDE_BY_SIDE`.
        also: categories that are shown whatever they are, after the others.
    """
    if len(counts) <= SIDE_BY_SIDE:
        return tuple(range(len(counts)))
    wrong = counts.sum(axis=0) + counts.sum(axis=1) - 2 * np.diag(counts)
    first = np.argsort(-wrong, kind="stable")[:num].tolist()
    return (*first, *dict.fromkeys(index for index in also if index not in first))


def confusion_heatmap(
    counts: NDArray[np.int64],
    class_names: tuple[str, ...],
    unit: str,
    chosen: tuple[int, int] | None,
    dark: bool,
    shown: Sequence[int] | None = None,
) -> go.Figure:
    """Who was taken for whom: mistakes in one colour scale, correct tags muted on the diagonal, totals at the rim.

    A heat map reports no clicks in Streamlit, so unseen squares on top of it catch them: a click reports
    `customdata` [true class index, predicted class index], `ANY` for a total.

    Args:
        counts: (K, K) matrix of `confusion.matrix`, rows = true class.
        class_names: the K names.
        unit: key of `UNITS`.
        chosen: (true, predicted) class index of the outlined cell, `ANY` for a total; None where none is.
        dark: appearance.
        shown: class indices that have a row and a column, in this order; None: all. Totals count all categories.
    """
    shown = range(len(class_names)) if shown is None else shown
    num_classes = len(shown)
    values = {"garments": counts, "real": confusion.by_row(counts), "tagged": confusion.by_column(counts)}[unit]
    values = values[np.ix_(shown, shown)]
    wrong = np.where(np.eye(num_classes, dtype=bool), np.nan, values.astype(np.float64))
    # The figures stand in the squares themselves: as annotations they would take most of the time of a click.
    colours, strong = theme.palette(dark), theme.STRONG_MISTAKE * _largest(wrong)
    weak_mistakes, strong_mistakes = np.where(wrong >= strong, np.nan, wrong), np.where(wrong >= strong, wrong, np.nan)
    texts = _cell_texts(values, unit) if num_classes <= _WRITTEN else np.full(values.shape, "", dtype=object)
    traces = [
        _correct_squares(texts, dark),
        _mistake_squares(weak_mistakes, _largest(wrong), texts, colours.on_weak_mistake, dark),
        _mistake_squares(strong_mistakes, _largest(wrong), texts, colours.on_strong_mistake, dark),
        _click_squares(counts, class_names, shown),
    ]
    outline = [] if chosen is None else [_outline(chosen, shown, dark)]
    # One layout, checked by Plotly once: every later change would have it check everything again.
    layout = {
        **_map_layout([class_names[index] for index in shown]),
        "template": theme.layout(dark),
        "annotations": _rim_texts(counts, unit, dark, shown),
        "shapes": [*outline, *_rim_lines(num_classes, dark)],
    }
    return go.Figure(data=traces, layout=layout)


def _correct_squares(texts: NDArray[np.object_], dark: bool) -> go.Heatmap:
    """The diagonal, in one muted colour."""
    colours = theme.palette(dark)
    is_correct = np.eye(len(texts), dtype=bool)
    return go.Heatmap(
        z=np.where(is_correct, 1.0, np.nan),
        text=np.where(is_correct, texts, ""),
        texttemplate="%{text}",
        textfont={"size": 13, "color": colours.quiet},
        colorscale=[[0, colours.correct], [1, colours.correct]],
        showscale=False,
        hoverinfo="skip",
        xgap=2,
        ygap=2,
    )


def _mistake_squares(
    wrong: NDArray[np.float64], largest: float, texts: NDArray[np.object_], ink: str, dark: bool
) -> go.Heatmap:
    """Mistakes that share a colour of text, in one colour scale from none to the most frequent mistake."""
    return go.Heatmap(
        z=wrong,
        zmin=0,
        zmax=largest,
        text=np.where(np.isnan(wrong), "", texts),  # a square that is left out would be written on all the same
        texttemplate="%{text}",
        textfont={"size": 13, "color": ink},
        colorscale=[list(stop) for stop in theme.palette(dark).mistake_scale],
        showscale=False,
        hoverinfo="skip",
        xgap=2,
        ygap=2,
    )


def _click_squares(counts: NDArray[np.int64], class_names: tuple[str, ...], shown: Sequence[int]) -> go.Scatter:
    """Unseen marks in the middle of every cell and total: they carry the sentence and catch the click."""
    place = {ANY: len(shown)} | {index: position for position, index in enumerate(shown)}
    cells = [(real, tagged) for real in shown for tagged in shown]
    rim = [(real, ANY) for real in shown] + [(ANY, tagged) for tagged in shown]
    return go.Scatter(
        x=[place[tagged] for _, tagged in cells + rim],
        y=[place[real] for real, _ in cells + rim],
        customdata=[list(kind) for kind in cells + rim],
        mode="markers",
        marker={"symbol": "square", "size": min(26, _row_height(len(shown))), "opacity": 0, "color": "rgba(0,0,0,0)"},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        hovertext=[plain(_kind_sentence(counts, class_names, *kind)) for kind in cells + rim],
        hoverinfo="text",
        showlegend=False,
    )


def _kind_sentence(counts: NDArray[np.int64], class_names: tuple[str, ...], real: int, tagged: int) -> str:
    if tagged == ANY:
        return phrases.lost(int(counts[real].sum() - counts[real, real]), int(counts[real].sum()), class_names[real])
    if real == ANY:
        column = counts[:, tagged]
        return phrases.intruders(int(column.sum() - column[tagged]), int(column.sum()), class_names[tagged])
    return phrases.cell(int(counts[real, tagged]), int(counts[real].sum()), class_names[real], class_names[tagged])


def _cell_texts(values: NDArray[Any], unit: str) -> NDArray[np.object_]:
    """(K, K) the figure in each cell; empty cells stay empty, so that the eye finds the others."""
    texts = [["" if not np.nan_to_num(value) else _figure_text(value, unit) for value in row] for row in values]
    return np.array(texts, dtype=object)


def _rim_texts(counts: NDArray[np.int64], unit: str, dark: bool, shown: Sequence[int]) -> list[dict[str, Any]]:
    """The totals of mistakes at the end of each row and the foot of each column."""
    num_classes = len(shown)
    right = np.diag(counts)
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    font = {"size": 13 if num_classes <= _WRITTEN else 9, "color": theme.palette(dark).text}
    texts = []
    for position, index in enumerate(shown):
        for total, place in ((rows, {"x": num_classes, "y": position}), (columns, {"x": position, "y": num_classes})):
            wrong = int(total[index] - right[index])
            share = wrong / total[index] if total[index] else float("nan")
            text = _figure_text(wrong if unit == "garments" else share, unit)
            texts.append({**place, "text": text, "font": font, "showarrow": False, "captureevents": False})
    return texts


def _figure_text(value: float, unit: str) -> str:
    if unit == "garments" or np.isnan(value):
        return theme.count(float(value))
    percent = 100 * value
    return f"{percent:.0f}" if percent >= 9.95 or percent == 0 else f"{percent:.1f}"


def _largest(wrong: NDArray[np.float64]) -> float:
    """The largest mistake, at least a little above 0, so that a perfect model has a scale too."""
    largest = np.nanmax(wrong, initial=0.0)
    return float(largest) if largest > 0 else 1.0


def _outline(chosen: tuple[int, int], shown: Sequence[int], dark: bool) -> dict[str, Any]:
    y, x = (len(shown) if index == ANY else list(shown).index(index) for index in chosen)
    line = {"color": theme.palette(dark).chosen, "width": 3}
    return {"type": "rect", "x0": x - 0.5, "x1": x + 0.5, "y0": y - 0.5, "y1": y + 0.5, "line": line}


def _row_height(num_classes: int) -> int:
    """Pixels of a row: of many categories as much as a name takes."""
    return 46 if num_classes <= 12 else 30 if num_classes <= _WRITTEN else 18


def _map_layout(class_names: Sequence[str]) -> dict[str, Any]:
    num_classes = len(class_names)
    ticks = {
        "tickvals": list(range(num_classes + 1)),
        "ticktext": [*(plain(_short(name)) for name in class_names), "all wrong"],
        "range": [-0.5, num_classes + 0.5],
        "showgrid": False,
        "ticks": "",
        "tickfont": {"size": 12 if num_classes <= _WRITTEN else 10},
    }
    return {
        "height": 120 + _row_height(num_classes) * (num_classes + 1),
        "clickmode": "event+select",
        "hovermode": "closest",
        "hoverdistance": 60,
        "margin": {"r": 38},  # the slanted name of the last column
        "xaxis": {
            **ticks,
            "side": "top",
            "title": {"text": "The model said"},
            "tickangle": -55 if num_classes <= 12 else -90,
            "ticklabeloverflow": "allow",
        },
        "yaxis": {
            **ticks,
            "range": [num_classes + 0.5, -0.5],
            "title": {"text": "It really is", "standoff": 12},
            "ticklabelstandoff": 4,
        },
    }


def _rim_lines(num_classes: int, dark: bool) -> list[dict[str, Any]]:
    """The lines between the cells and their totals."""
    line = {"color": theme.palette(dark).quiet, "width": 1}
    rim = num_classes - 0.5
    return [
        {"type": "line", "x0": rim, "x1": rim, "y0": -0.5, "y1": rim, "line": line},
        {"type": "line", "x0": -0.5, "x1": rim, "y0": rim, "y1": rim, "line": line},
    ]


def _short(name: str) -> str:
    """Long names would push the map off a phone; the full one stands in every sentence."""
    return name if len(name) <= 18 else name[:17] + "…"
