"""Bars of the score card as inline SVG: the share, its 95 % interval as a whisker, the target as a line. Pure.

What is drawn stands in figures beside it, so the drawings say nothing to a screen reader. Fills of SVG are printed
whatever a browser does with backgrounds.
"""

import math

WIDTH, HEIGHT = 100, 14
"""Units of the drawing: one a garment in 100."""
FOUND, RIGHT = "#3B82C4", "#D9700F"
"""Blue and orange, apart for every common kind of colour blindness."""
_INK, _TRACK = "#1B2430", "#E3E8EE"


def bar(share: float, low: float, high: float, target: float, colour: str) -> str:
    """One bar as SVG.

    Args:
        share: 0-1; NaN draws the empty track.
        low: lower end of the interval, 0-1.
        high: upper end.
        target: 0-1.
        colour: of the bar, as CSS writes it.
    """
    middle = HEIGHT / 2
    drawn = [_box(0, 100, middle - 1, 2, _TRACK)]
    if not math.isnan(share):
        drawn += [
            _box(0, 100 * share, 2, HEIGHT - 4, colour),
            # The whisker stands on white: dark on a bar of any colour, and beyond its end.
            _box(100 * low, 100 * (high - low), middle - 1.8, 3.6, "#FFFFFF"),
            _box(100 * low, 100 * (high - low), middle - 0.7, 1.4, _INK),
            _box(100 * low - 0.4, 0.8, middle - 3, 6, _INK),
            _box(100 * high - 0.4, 0.8, middle - 3, 6, _INK),
        ]
    line = f'<path d="M{100 * target:.2f} 0V{HEIGHT}" stroke="{_INK}" stroke-width="0.8" stroke-dasharray="2 1.4"/>'
    return (
        f'<svg viewBox="-1 0 {WIDTH + 2} {HEIGHT}" aria-hidden="true" focusable="false" preserveAspectRatio="none">'
        f"{''.join(drawn)}{line}</svg>"
    )


def _box(left: float, width: float, top: float, height: float, colour: str) -> str:
    return f'<rect x="{left:.2f}" y="{top:.2f}" width="{max(width, 0):.2f}" height="{height:.2f}" fill="{colour}"/>'
