"""Charts about categories: a documented table in, a Plotly figure out. Pure, like `figures`.

A colour is one of the two questions, here and on the whole page. How a bar stands is never a fill: what is clearly
below the target has a thick outline, and words say it.
"""

from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard.categories import wording
from dashboard.look import confusion_figures, phrases, theme

_NO_SELECTION_FADE: dict[str, Any] = {"marker": {"opacity": 1}}
_ROW_HEIGHT = 58
_LONGEST_NAME = 18


BELOW_LIGHT, BELOW_DARK = "#1B2430", "#FFFFFF"
"""Outline of what is clearly below the target; at least 3:1 against both bars and the page."""
ON_BAR_LIGHT, ON_BAR_DARK = "#000000", "#000000"
"""Figures on a bar; at least 4.5:1 on both."""
MOST = 20
"""Categories drawn before all are asked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Bar:
    """One of the two questions asked about each category."""

    column: str
    """Of the scores: "recall" or "precision"."""
    total: str
    """Column with the number of garments it is a share of."""
    side: str
    """What a click reports: garments chosen by what they are ("real") or by what they were tagged ("tagged")."""
    question: str
    """As the key of the chart asks it."""
    shift: int
    """Pixels from the middle of the row up to the bar."""


BARS = (
    _Bar(
        column="recall",
        total="support",
        side="real",
        question="Upper bar: of 100 real ones, how many does it find?",
        shift=11,
    ),
    _Bar(
        column="precision",
        total="num_predicted",
        side="tagged",
        question="Lower bar: of 100 tagged as this, how many are right?",
        shift=-11,
    ),
)


def worst_first(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of `scores.per_class_scores`, the lowest of both figures first, categories without garments last."""
    worst = table[["precision", "recall"]].min(axis=1).where(table["support"] > 0)
    return table.loc[worst.sort_values(kind="stable", na_position="last").index]


def per_class_bars(
    table: pd.DataFrame, target: float, changes: pd.DataFrame | None, dark: bool, *, most: int | None = None
) -> go.Figure:
    """Two bars a category, each labelled by its per cent, with 95 % whiskers; the worst category first.

    Blue is what is found, orange what is right; an outline is clearly below the target, and words say so, as they do
    where it is too close to call. A click on a bar reports `customdata` [class_index, "real" or "tagged"].

    Args:
        table: columns of `scores.per_class_scores`.
        target: the team's target, 0-1.
        changes: table of `changes.per_class_changes` since the version before; None where there is none to compare.
        dark: appearance.
        most: so many of the worst categories are drawn; None draws all.
    """
    order = worst_first(table).head(len(table) if most is None else most)
    figure = go.Figure(layout={"template": theme.layout(dark)})
    for bar in BARS:
        figure.add_trace(_bars(order, bar, target, dark))
    figure.add_traces(_key(order, target, dark))
    height = 100 + _ROW_HEIGHT * len(order)
    _lay_out(figure, order, changes, height)
    figure.update_layout(
        shapes=[_target_line(target, dark)],
        annotations=[_target_name(target, dark), *_counts(order, dark), *_gaps(order, dark)],
    )
    return figure


def _bars(order: pd.DataFrame, bar: _Bar, target: float, dark: bool) -> go.Bar:
    colours = theme.palette(dark)
    # Of a category without garments nothing was found, but also nothing was there to be found: no bar.
    shown = order.where(order["support"] > 0)
    standings = _standings(order, bar, target)
    return go.Bar(
        orientation="h",
        y=list(range(len(order))),
        x=100 * shown[bar.column],
        marker={
            "color": _colour(bar, dark),
            "line": {
                "color": BELOW_DARK if dark else BELOW_LIGHT,
                "width": [3 if standing == "below" else 0 for standing in standings],
            },
        },
        text=[_label(share, standing) for share, standing in zip(shown[bar.column], standings, strict=True)],
        textposition="auto",
        insidetextanchor="start",
        textangle=0,
        constraintext="none",
        insidetextfont={"size": 12, "color": ON_BAR_DARK if dark else ON_BAR_LIGHT},
        outsidetextfont={"size": 12, "color": colours.text},
        customdata=[[int(index), bar.side] for index in order["class_index"]],
        error_x=_whiskers(shown, bar.column, colours.text),
        hovertext=[_sentence(row, bar, target) for row in order.to_dict("records")],
        hoverinfo="text",
        showlegend=False,
        selected=_NO_SELECTION_FADE,
        unselected=_NO_SELECTION_FADE,
    )


def _standings(order: pd.DataFrame, bar: _Bar, target: float) -> list[str]:
    columns = (order["support"], order[f"{bar.column}_low"], order[f"{bar.column}_high"])
    return [
        wording.standing(low, high, target) if support else "undefined"
        for support, low, high in zip(*columns, strict=True)
    ]


def _label(share: float, standing: str) -> str:
    """The per cent of a bar and, where it does not clearly reach the target, how it stands."""
    words = {"below": " · below target", "undecided": " · too close to call"}.get(standing, "")
    return f"{theme.percent(share)}{words}"


def _colour(bar: _Bar, dark: bool) -> str:
    colours = theme.palette(dark)
    return colours.found if bar.side == "real" else colours.right


def _key(order: pd.DataFrame, target: float, dark: bool) -> list[go.Scatter]:
    """What colours and the outline mean: marks without a place; the outline where it occurs."""
    entries = [(bar.question, _colour(bar, dark), 0) for bar in BARS]
    if any("below" in _standings(order, bar, target) for bar in BARS):
        entries.append(("clearly below the target", "rgba(0, 0, 0, 0)", 3))
    edge = BELOW_DARK if dark else BELOW_LIGHT
    return [
        go.Scatter(
            x=[None],
            y=[None],
            name=name,
            mode="markers",
            marker={"symbol": "square", "size": 12, "color": colour, "line": {"color": edge, "width": width}},
        )
        for name, colour, width in entries
    ]


def _lay_out(figure: go.Figure, order: pd.DataFrame, changes: pd.DataFrame | None, height: int) -> None:
    figure.update_layout(
        barmode="group",
        bargap=0.28,
        bargroupgap=0.06,
        height=height,
        hovermode="closest",
        clickmode="event+select",
        showlegend=True,
        # Above the name of the target line.
        legend={"traceorder": "normal", "y": 1 + 24 / (_ROW_HEIGHT * len(order) or 1), "itemclick": False},
        yaxis={
            "range": [len(order) - 0.5, -0.5],
            "tickvals": list(range(len(order))),
            "ticktext": _row_names(order, changes),
            "showgrid": False,
            "ticks": "",
            "ticklabelstandoff": 6,
        },
        margin={"r": 96},
        xaxis={"range": [0, 101], "tickvals": [0, 25, 50, 75, 100]},
    )


def _row_names(order: pd.DataFrame, changes: pd.DataFrame | None) -> list[str]:
    """The names at the left, short where they are long, with an arrow under those that changed clearly."""
    arrows = {} if changes is None else clear_changes(changes)
    return [
        confusion_figures.plain(name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…")
        + (f"<br>{wording.arrow(arrows[index])}" if index in arrows else "")
        for index, name in zip(order["class_index"], order["class_name"], strict=True)
    ]


def clear_changes(changes: pd.DataFrame) -> dict[int, float]:
    """Class index -> change of recall (-1 to 1), only where it is more than luck.

    Args:
        changes: table of `changes.per_class_changes`.
    """
    clear = changes[changes["is_clear"]]
    differences = clear["recall_after"] - clear["recall_before"]
    return dict(zip(clear["class_index"].tolist(), differences.tolist(), strict=True))


def _target_line(target: float, dark: bool) -> dict[str, Any]:
    line = {"color": theme.palette(dark).text, "width": 1.5, "dash": "dash"}
    return {"type": "line", "x0": 100 * target, "x1": 100 * target, "yref": "paper", "y0": 0, "y1": 1, "line": line}


def _target_name(target: float, dark: bool) -> dict[str, Any]:
    """The name of the line above it, kept inside the chart at both ends of the axis."""
    anchor = "left" if target < 0.2 else "right" if target > 0.8 else "center"
    font = {"size": 12, "color": theme.palette(dark).text}
    text = f"target {wording.number(target)}"
    place = {"x": 100 * target, "xanchor": anchor, "y": 1, "yref": "paper", "yanchor": "bottom"}
    return {**place, "text": text, "font": font, "showarrow": False, "captureevents": False}


def _counts(order: pd.DataFrame, dark: bool) -> list[dict[str, Any]]:
    """The garments behind each bar, in a column of their own: on the bars they would hide the whiskers."""
    return [
        _text(f"{row['num_correct']:,} of {row[bar.total]:,}", position, bar.shift, theme.palette(dark).quiet, 1)
        for bar in BARS
        for position, row in enumerate(order.to_dict("records"))
        if row["support"] and row[bar.total]
    ]


def _gaps(order: pd.DataFrame, dark: bool) -> list[dict[str, Any]]:
    """The words where a bar cannot be."""
    colour = theme.palette(dark).quiet
    texts = []
    for position, row in enumerate(order.to_dict("records")):
        if not row["support"]:
            texts.append(_text(wording.NOT_IN_TEST_SET, position, 0, colour, 0))
        elif not row["num_predicted"]:
            texts.append(_text(wording.NEVER_TAGGED, position, BARS[1].shift, colour, 0))
    return texts


def _text(text: str, position: int, shift: int, colour: str, x: int) -> dict[str, Any]:
    place = {"x": x, "xref": "paper", "xanchor": "left", "y": position, "yshift": shift}
    return {**place, "text": text, "font": {"size": 12, "color": colour}, "showarrow": False, "captureevents": False}


def _whiskers(table: pd.DataFrame, column: str, colour: str) -> dict[str, Any]:
    return {
        "array": 100 * (table[f"{column}_high"] - table[column]),
        "arrayminus": 100 * (table[column] - table[f"{column}_low"]),
        "color": colour,
        "thickness": 1.5,
        "width": 4,
    }


def _sentence(row: Any, bar: _Bar, target: float) -> str:
    """What a bar says when it is pointed at, in lines that fit a phone."""
    value, low, high = (row[f"{bar.column}{end}"] for end in ("", "_low", "_high"))
    lines = (
        row["class_name"],
        phrases.found(value) if bar.side == "real" else phrases.trusted(value),
        f"{row['num_correct']:,} of {phrases.garments(row[bar.total])}, {theme.between(low, high)}",
        wording.against_target(low, high, target).capitalize(),
    )
    return "<br>".join(confusion_figures.plain(line) for line in lines)
