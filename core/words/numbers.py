"""Numbers as people read them: counts, shares of a hundred, intervals. Pure."""

import math

UNDEFINED = "–"
"""What stands for a figure that cannot be computed; never 0."""


def count(number: float) -> str:
    """`number` with thousands separators: "10,000"; an en dash where it is undefined."""
    return UNDEFINED if math.isnan(number) else f"{round(number):,}"


def percent(share: float, *, decimals: int = 0) -> str:
    """A share (0-1) as "91 %"; an en dash where it is undefined. Never rounded to a false 100 % or 0 %."""
    if math.isnan(share):
        return UNDEFINED
    text = f"{100 * share:.{decimals}f}"
    step = 10.0**-decimals
    if share < 1 and float(text) >= 100:
        return f"over {100 - step:.{decimals}f} %"
    if share > 0 and float(text) <= 0:
        return f"under {step:.{decimals}f} %"
    return f"{text} %"


def of_hundred(share: float, *, decimals: int = 0) -> str:
    """A share (0-1) as the figure in "92 of 100"; with a decimal where rounding would claim all or none.

    What is smaller still is "under 0.1" or "over 99.9": nothing that exists is shown as nothing.
    """
    if math.isnan(share):
        return UNDEFINED
    for places in (decimals, max(decimals, 1)):
        text = f"{100 * share:.{places}f}"
        if share in (0, 1) or 0 < float(text) < 100:
            return text
    step = 10.0**-places
    return f"over {100 - step:.{places}f}" if share > 0.5 else f"under {step:.{places}f}"


def two_parts(share: float) -> tuple[str, str]:
    """A share (0-1) and the rest, of 100, so rounded that they add up: "84" and "16", "99.6" and "0.4"."""
    if math.isnan(share):
        return UNDEFINED, UNDEFINED
    for places in (0, 1):
        first = float(f"{100 * share:.{places}f}")
        if share in (0, 1) or 0 < first < 100:
            return f"{first:.{places}f}", f"{100 - first:.{places}f}"
    return ("over 99.9", "under 0.1") if share > 0.5 else ("under 0.1", "over 99.9")


def ends(low: float, high: float, *, decimals: int = 1) -> tuple[str, str]:
    """The ends (0-1) of an interval, of 100, with as many decimals as keep them apart and true: "83.4" and "98.0".

    They are equal only where the ends are, and 0 or 100 only where these are.
    """
    if math.isnan(low) or math.isnan(high):
        return UNDEFINED, UNDEFINED
    for places in range(decimals, 5):
        texts = f"{100 * low:.{places}f}", f"{100 * high:.{places}f}"
        is_true = all(end in (0, 1) or 0 < float(text) < 100 for end, text in zip((low, high), texts, strict=True))
        if is_true and (low == high or texts[0] != texts[1]):
            break
    return texts


def between(low: float, high: float, *, decimals: int = 1) -> str:
    """The same in words: "between 83.4 and 98.0"."""
    return "between {} and {}".format(*ends(low, high, decimals=decimals))


def points(difference: float) -> str:
    """A difference of two shares (-1 to 1) as signed points with one decimal: "+0.4", "−1.2", "0.0"."""
    if math.isnan(difference):
        return UNDEFINED
    text = f"{abs(100 * difference):.1f}"
    if float(text) == 0:
        return text
    return f"+{text}" if difference > 0 else f"−{text}"
