"""Sentences about the automation line. Pure."""

import math
from collections.abc import Sequence

import pandas as pd

from core.quality import intervals
from core.quality.line import Outcome
from dashboard import theme, wording

EXPLANATION = (
    "Tags above the line need no person: such products are ready at once. Tags below it wait to be checked. A higher "
    "line makes fewer mistakes and leaves more to check."
)
HOW_SUGGESTED = (
    "Lines are suggested on garments that were held out of learning, so that the promise holds with a certainty of "
    "99 % for garments of the same kind, and are only checked on the test garments."
)


def outcome(found: Outcome, lines: Sequence[float]) -> str:
    """What a line means in products."""
    if not found.num_tagged:
        return f"No tag is trusted: all of 100 products go to checking, about {wording.duration(60 * found.minutes)}."
    return (
        f"{trust(lines)}: {number(found.num_tagged)} of 100 products are tagged by themselves, about "
        f"{number(100 * found.wrong_share)} in 100 of those wrong; {number(found.num_to_check)} to check, about "
        f"{wording.duration(60 * found.minutes)} for every 100 products at 5 s each."
    )


def trust(lines: Sequence[float]) -> str:
    """The line at the start of a sentence: "At 90 %", "By a line for each category"."""
    reached = [line for line in lines if not math.isnan(line)]
    if len(reached) == len(lines) and min(reached) == max(reached):
        return f"At {percent(reached[0])}"
    return "By a line for each category"


def check(num_tagged: int, num_wrong: int, num_garments: int, where: str) -> str:
    """Counts on one set of garments, with the interval of the share of wrong tags."""
    start = f"{where}: {num_tagged:,} of {wording.garments(num_garments)} tagged by themselves"
    if not num_tagged:
        return f"{start}."
    low, high = intervals.wilson(num_wrong, num_tagged)
    return (
        f"{start}, {num_wrong:,} of those wrong: {100 * num_wrong / num_tagged:.1f} in 100 "
        f"(likely between {100 * float(low):.1f} and {100 * float(high):.1f})."
    )


def not_reached(class_names: Sequence[str], lines: Sequence[float], promise: float) -> list[str]:
    """A sentence for each category, or for all, for which no line keeps the promise."""
    missing = [name for name, line in zip(class_names, lines, strict=True) if math.isnan(line)]
    if len(missing) == len(class_names):
        return [f"No line reaches at most {promise:g} wrong in 100: all products go to checking."]
    return [f"No line reaches {promise:g} in 100 for {name}: every tag {name} goes to checking." for name in missing]


def unlike(share: float) -> str:
    """What does not depend on the line."""
    return (
        f"Whatever the line, about {100 * share:.0f} of 100 garments of known categories are called “not one of our "
        "categories” and wait for a person, and so do photos in which the check notices something."
    )


def calibration(table: pd.DataFrame, num_garments: int) -> str:
    """What the chart shows in one sentence, at the bin that matters most for a line: that around 90 %."""
    bins = table[(table["low"] < 0.9) & (table["high"] >= 0.9)]
    if bins.empty:
        bins = table.tail(1)
    row = bins.iloc[0]
    return (
        f"When the model says it is about {theme.percent(row['confidence'])} sure, it is right "
        f"{theme.of_hundred(row['accuracy'])} of 100 times ({int(row['num_garments']):,} of {num_garments:,} test "
        "garments). "
        "The closer the dots lie to the dotted line, the more its percentages can be taken at their word."
    )


def table(names: Sequence[str], lines: Sequence[float], chosen: pd.DataFrame, checked: pd.DataFrame) -> pd.DataFrame:
    """The lines of the categories with counts on both sets of garments, for those who read."""
    return pd.DataFrame(
        {
            "Category": list(names),
            "Line": ["always checked" if math.isnan(line) else f"{percent(line)} sure" for line in lines],
            "Tagged so (held out)": chosen["num_garments"],
            "By themselves (held out)": chosen["num_tagged"],
            "Wrong (held out)": chosen["num_wrong"],
            "Tagged so (test)": checked["num_garments"],
            "By themselves (test)": checked["num_tagged"],
            "Wrong (test)": checked["num_wrong"],
        }
    )


def confirmed(line_text: str, who: str, when: str, promise: float | None) -> str:
    """A confirmed line with who stands by it."""
    end = "" if promise is None else f", suggested for at most {promise:g} wrong in 100"
    return f"{line_text[:1].upper()}{line_text[1:]}: confirmed by {who}, {when}{end}."


def percent(line: float) -> str:
    """A line as people say it: "90 %", "93.4 %"."""
    return f"{100 * line:.1f}".removesuffix(".0") + " %"


def number(value: float) -> str:
    """A number of products: whole from 10 on, else with one decimal."""
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}".removesuffix(".0")
