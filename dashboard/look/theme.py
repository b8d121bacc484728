"""Colours, number formats and the template of our charts. Knows no Streamlit and no figure.

Blue and orange stay apart for every common kind of colour blindness, and no fact is told by colour alone.
"""

from dataclasses import dataclass
from typing import Any

from core.words import numbers

UNDEFINED = numbers.UNDEFINED
"""What stands for a figure that cannot be computed; never 0."""
count, percent, of_hundred, two_parts = numbers.count, numbers.percent, numbers.of_hundred, numbers.two_parts
ends, between, points = numbers.ends, numbers.between, numbers.points


@dataclass(frozen=True, kw_only=True, slots=True)
class Palette:
    """The colours of one appearance, as CSS colours."""

    text: str
    """Axis names, labels and figures; at least 7:1 against the page."""
    quiet: str
    """Less important text; at least 4.5:1 against the page."""
    grid: str
    """Lines that help the eye."""
    background: str
    """The page behind the chart."""
    found: str
    """Marks about the garments of a real category (recall): blue."""
    right: str
    """Marks about the garments tagged so (precision): orange."""
    correct: str
    """The diagonal of the confusion map: muted grey."""
    chosen: str
    """Outline of what was clicked."""
    mistake_scale: tuple[tuple[float, str], ...]
    """Colour scale of mistakes, none (0.0) to most (1.0); one hue, ever farther from the page.

    It steps over the middle tones at `STRONG_MISTAKE`, on which neither dark nor light figures are readable."""
    on_weak_mistake: str
    """Figures on the lower half of the scale."""
    on_strong_mistake: str
    """Figures on the upper half of the scale."""


LIGHT = Palette(
    text="#1B2430",
    quiet="#5A6675",
    grid="#E3E8EE",
    background="#FFFFFF",
    found="#3B82C4",
    right="#D9700F",
    correct="#E3E7EC",
    chosen="#0B5CAD",
    mistake_scale=(
        (0.0, "#F7F8FA"),
        (0.001, "#FFF1E3"),
        (0.35, "#F9B97A"),
        (0.59, "#E5903F"),
        (0.6, "#B45309"),
        (1.0, "#7A3300"),
    ),
    on_weak_mistake="#1B2430",
    on_strong_mistake="#FFFFFF",
)
DARK = Palette(
    text="#E7ECF2",
    quiet="#A3AFBD",
    grid="#2A3440",
    background="#0F141A",
    found="#3F8FD6",
    right="#C9772A",
    correct="#2A3440",
    chosen="#7DBBF5",
    mistake_scale=(
        (0.0, "#141A21"),
        (0.001, "#2E2013"),
        (0.35, "#67390D"),
        (0.59, "#92530F"),
        (0.6, "#CF7A22"),
        (1.0, "#FFD3A3"),
    ),
    on_weak_mistake="#F5EEE6",
    on_strong_mistake="#1B1206",
)
STRONG_MISTAKE = 0.6
"""Share of the largest mistake from which figures in a cell change to `on_strong_mistake`."""


def palette(dark: bool) -> Palette:
    """The colours of the dark or the light appearance."""
    return DARK if dark else LIGHT


def layout(dark: bool) -> dict[str, Any]:
    """The Plotly layout template of our charts, as Plotly spells it."""
    colours = palette(dark)
    axis = {
        "gridcolor": colours.grid,
        "linecolor": colours.grid,
        "zeroline": False,
        "fixedrange": True,
        "automargin": True,
        "tickfont": {"color": colours.text, "size": 13},
        "title": {"font": {"color": colours.quiet, "size": 13}},
    }
    return {
        "layout": {
            "font": {"color": colours.text, "size": 13, "family": '"Source Sans", sans-serif'},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "hoverlabel": {
                "bgcolor": colours.background,
                "bordercolor": colours.quiet,
                "font": {"color": colours.text, "size": 14},
                "align": "left",
                "namelength": 0,
            },
            "legend": {"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "font": {"color": colours.text}},
            "xaxis": axis,
            "yaxis": axis,
            "dragmode": False,
        }
    }
