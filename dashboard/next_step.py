"""The one thing to do next, chosen by rule. Pure: the overview draws it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

SMALLEST_PAIR = 10
"""A pair with fewer mistakes is left alone: it may be chance."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A recommendation and the way to it."""

    sentence: str
    """Why, in words; plain text."""
    action: str
    """What the button says."""
    page: str = ""
    """Key in `navigation.PAGES`; empty where there is nothing to open."""
    query: Mapping[str, str] = field(default_factory=dict)
    """What the page is asked for."""


def recommended(pairs: pd.DataFrame, shown_version: int, live_version: int | None, newest_version: int) -> Step:
    """The first rule that applies: a newer version waits; a pair is mixed up often; nothing is urgent.

    Args:
        pairs: table of `pairs.most_confused_pairs`.
        shown_version: number of the version on screen.
        live_version: number of the live version, None where none is.
        newest_version: number of the newest version.
    """
    if shown_version != newest_version and newest_version != live_version:
        return Step(
            sentence=f"Version {newest_version} has been trained and nobody has made it live. Look at it first.",
            action=f"Show version {newest_version}",
            page="overview",
            query={"version": str(newest_version)},
        )
    if len(pairs) and pairs.iloc[0]["num_mistakes"] >= SMALLEST_PAIR:
        worst = pairs.iloc[0]
        return Step(
            sentence=(
                f"{worst['first_class']} and {worst['second_class']} are mixed up most often. "
                f"Look at the {worst['num_first_as_second']:,} {worst['first_class']} garments "
                f"that were tagged {worst['second_class']}."
            ),
            action="See these garments",
            page="mistakes",
            query={"real": worst["first_class"], "tagged": worst["second_class"]},
        )
    return Step(sentence="Nothing is urgent: no two categories are mixed up often.", action="")
