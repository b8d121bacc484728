"""Sentences about the automation line. Pure."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from core.quality import intervals
from core.quality.acceptance import SpotChecks
from core.quality.automation_line import Outcome
from dashboard.look import phrases, theme

EXPLANATION = "Tags above the line need no person. A higher line makes fewer mistakes and leaves more to check."
OWN_CATEGORIES = (
    "The line counts the model's own categories: a mix-up between those that you sell as one counts as wrong here, "
    "so the promise holds in your shop too."
)
CURVE = "Click the curve to move the line. The shade: as many could be wrong, with a certainty of 99 %."
ABOVE = ":material/arrow_upward: **Just above the line:** no person looks"
BELOW = ":material/arrow_downward: **Just below it:** a person looks"
BESIDE = "Garments beside the line, with tag and sureness"
NONE_BESIDE = "None."
HOW_SUGGESTED = (
    "Lines are suggested on garments that were held out of learning, so that the promise holds with a certainty of "
    "99 % for garments of the same kind. Then they are checked on the test garments: a line that these contradict is "
    "not offered, but a surer one."
)
NAME_FIRST = "Say above who you are: your name stands beside the line."
OF_TEST = "Counted on garments kept back to judge; on your own photos as soon as this version tagged 100 of them."
ONLY_CHECKED = "Test garments, on which they are only checked"


def outcome(found: Outcome, lines: Sequence[float]) -> str:
    """What a line means in products."""
    if not found.num_tagged:
        time = phrases.duration(60 * found.minutes)
        return f"No tag is trusted: all of 100 products are checked by a person, about {time}."
    tagged, to_check = theme.two_parts(found.num_tagged / found.num_products)
    return (
        f"{trust(lines)}: {tagged} of 100 products are tagged automatically, about "
        f"{theme.of_hundred(found.wrong_share, decimals=1)} in 100 of those wrong; {to_check} to check, about "
        f"{phrases.duration(60 * found.minutes)} for every 100 products at 5 s each."
    )


def trust(lines: Sequence[float]) -> str:
    """The line at the start of a sentence: "At 90 %", "By a line for each category"."""
    reached = [line for line in lines if not math.isnan(line)]
    if len(reached) == len(lines) and min(reached) == max(reached):
        return f"At {percent(reached[0])}"
    return "By a line for each category"


def check(num_tagged: int, num_wrong: int, num_garments: int, where: str) -> str:
    """Counts on one set of garments, with the interval of the share of wrong tags."""
    start = f"{where}: {num_tagged:,} of {phrases.garments(num_garments)} tagged automatically"
    if not num_tagged:
        return f"{start}."
    low, high = intervals.wilson(num_wrong, num_tagged)
    return (
        f"{start}, {num_wrong:,} of those wrong: {theme.of_hundred(num_wrong / num_tagged, decimals=1)} in 100 "
        f"(likely {theme.between(float(low), float(high))})."
    )


def category_outcome(name: str, num_tagged: int, num_wrong: int, num_garments: int) -> str:
    """What a line gives for one category: tagged automatically, wrong of those with the interval, left to check."""
    if not num_garments:
        return f"no held-out garment was tagged {name}."
    if not num_tagged:
        return f"all of {phrases.garments(num_garments)} tagged {name} (held out) are left to check."
    low, high = intervals.wilson(num_wrong, num_tagged)
    return (
        f"{num_tagged:,} of {phrases.garments(num_garments)} tagged {name} (held out) automatically, {num_wrong:,} of "
        f"those wrong: {theme.of_hundred(num_wrong / num_tagged, decimals=1)} in 100 (likely "
        f"{theme.between(float(low), float(high))}); {num_garments - num_tagged:,} left to check."
    )


def more_than_promised(name: str, num_tagged: int, num_wrong: int, promise: float) -> str:
    """What must be known of a line by hand that is below what was asked for; empty where it is not."""
    if not num_tagged or 100 * num_wrong <= promise * num_tagged:
        return ""
    return (
        f"That is more than the {promise:g} wrong in 100 that lines are suggested for: set the line of {name} higher, "
        "or confirm it if that is what you want."
    )


def both(suggested: float, own: float | None) -> list[tuple[str, float]]:
    """The lines of a category that are worth comparing, each with what to call it: the suggested, and that by hand."""
    start = "none keeps the promise" if math.isnan(suggested) else f"{percent(suggested)} sure"
    found = [(f"Suggested, {start}", suggested)]
    if own is not None:
        found.append(("Never by itself" if math.isnan(own) else f"By hand, {percent(own)} sure", own))
    return found


def confirmed_for(by_hand: Sequence[str], mix: Sequence[float] | None, names: Sequence[str]) -> list[str]:
    """What a confirmed line was confirmed for, a sentence each: the categories set by hand, the product mix."""
    found = [f"Set by hand: {', '.join(by_hand)}."] if by_hand else []
    if mix is not None:
        parts = sorted(zip(mix, names, strict=True), key=lambda part: -part[0])
        shares = ", ".join(f"{number(100 * share / sum(mix))} {name}" for share, name in parts if share)
        found.append(f"For your product mix, of 100 products: {shares}.")
    return found


def not_reached(class_names: Sequence[str], lines: Sequence[float], promise: float, by_hand: Sequence[str] = ()) -> str:
    """For which categories no line keeps the promise, those set by hand left out; empty where each has one."""
    found = zip(class_names, lines, strict=True)
    missing = [name for name, line in found if math.isnan(line) and name not in by_hand]
    if not missing:
        return ""
    if len(missing) == len(class_names):
        return f"No line reaches at most {promise:g} wrong in 100: all products are checked by a person."
    tags = f"every tag {missing[0]}" if len(missing) == 1 else "every such tag"
    return f"No line reaches {promise:g} in 100 for {_listed(missing)}: {tags} is checked by a person."


def refused(names: Sequence[str], promise: float, version: int) -> str:
    """That the test garments contradicted lines, and what that means for what they prove; empty where none.

    Args:
        names: of the categories whose lines were refused; one empty name where it was the line for all.
        promise: wrong tags in 100 trusted ones.
        version: whose lines.
    """
    if not names:
        return ""
    where = f" for {_listed(names)}" if any(names) else ""
    return (
        f"The line found on held-out garments{where} is not offered: of the test garments above it clearly more than "
        f"{promise:g} in 100 are tagged wrongly. A surer line is offered in its place, or none. The test garments "
        f"helped to choose it, so they are no untouched proof of version {version} any more; spot checks are."
    )


def few_for_mix(num_drawn: int, num_garments: int) -> str:
    """Why fewer lines are found for an own mix."""
    return (
        f"For your mix lines are suggested on {num_drawn:,} of {phrases.garments(num_garments)} held out, spread as "
        "your products are. The more uneven the mix, the fewer they are, and the fewer lines can be promised."
    )


def on_curve(row: Mapping[Any, Any]) -> str:
    """What a line gives, pointed at on its curve, from a row of `line_curve.at`; as Plotly breaks its lines."""
    return (
        f"{percent(row['line'])} sure<br>{theme.of_hundred(row['tagged'], decimals=1)} of 100 without a person<br>"
        f"{theme.of_hundred(row['wrong'], decimals=1)} in 100 of those wrong ({int(row['num_wrong']):,} of "
        f"{int(row['num_tagged']):,})<br>at most {theme.of_hundred(row['upper'], decimals=1)}, 99 % certain"
    )


def is_a(name: str) -> str:
    """What a garment with a wrong tag is."""
    return f"is {name}"


def in_use(found: SpotChecks) -> str:
    """What real use says of a line, in one sentence."""
    if not found.num_checked:
        return "In real use nobody has checked it yet."
    return (
        f"In real use {found.num_right:,} of {found.num_checked:,} spot checks were right (of 100 "
        f"{theme.between(found.low, found.high, decimals=0)})."
    )


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def of_photos(num_photos: int, num_batches: int, num_unlike: int) -> str:
    """Of which photos the figures above are."""
    batches = "batch" if num_batches == 1 else f"{num_batches:,} batches"
    return (
        f"How many leave by themselves: of the last {num_photos:,} photos that this version tagged, its last "
        f"{batches}. {theme.of_hundred(num_unlike / num_photos)} of 100 were like nothing it learned. What is wrong of "
        "those that leave: by the test garments; spot checks tell it of your own."
    )


def unlike(share: float) -> str:
    """What does not depend on the line."""
    return (
        f"Whatever the line, about {theme.of_hundred(share)} of 100 garments of known categories are called “not one "
        "of our categories” and wait for a person, and so do photos in which the check notices something."
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


def table(
    names: Sequence[str],
    lines: Sequence[float],
    chosen: pd.DataFrame,
    checked: pd.DataFrame,
    *,
    suggested: Sequence[float] | None = None,
) -> pd.DataFrame:
    """The lines of the categories with counts on both sets of garments, for those who read.

    Args:
        names: (K) of the categories.
        lines: (K) the line of each; NaN trusts none of it.
        chosen: table of `core.quality.automation_line.per_class_outcome` on held-out garments.
        checked: the same on test garments.
        suggested: (K) the suggested line of each, to stand beside it; None where one line holds for all.
    """
    beside = {} if suggested is None else {"Suggested": [_line(line) for line in suggested]}
    return pd.DataFrame(
        {
            "Category": list(names),
            "Line": [_line(line) for line in lines],
            **beside,
            "Tagged as this (held out)": chosen["num_garments"],
            "Automatic (held out)": chosen["num_tagged"],
            "To check (held out)": chosen["num_garments"] - chosen["num_tagged"],
            "Wrong (held out)": chosen["num_wrong"],
            "Wrong in 100, likely (held out)": _likely(chosen),
            "Tagged as this (test)": checked["num_garments"],
            "Automatic (test)": checked["num_tagged"],
            "Wrong (test)": checked["num_wrong"],
            "Wrong in 100, likely (test)": _likely(checked),
        }
    )


def _line(line: float) -> str:
    return "always checked" if math.isnan(line) else f"{percent(line)} sure"


def _likely(found: pd.DataFrame) -> list[str]:
    """The 95 % interval of the share of wrong tags among the automatic ones: "0.4 to 3.1"."""
    low, high = intervals.wilson(found["num_wrong"], found["num_tagged"])
    return [
        theme.UNDEFINED if math.isnan(one) else " to ".join(theme.ends(one, other))
        for one, other in zip(low.tolist(), high.tolist(), strict=True)
    ]


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
