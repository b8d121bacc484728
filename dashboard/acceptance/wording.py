"""Acceptance in real use, as sentences and tables a merchandiser reads. Pure."""

from collections.abc import Sequence

import pandas as pd

from core.quality import acceptance, anytime, intervals
from core.quality.acceptance import SpotChecks, Weighted
from dashboard.look import theme

INTRODUCTION = (
    "Each week a few products that were exported untouched are drawn at random and shown to you without the model's "
    "tag: only so is it known how right they are."
)
WHO_REVIEWS = (
    "People look mostly at what the model was unsure of, so this says little of the products that left untouched: for "
    "those there are spot checks."
)
OF_BEFORE = "The checks so far are from before this line was confirmed, so they say nothing of it yet."
SHARE_TITLES = ("Accepted, of 100", "at least", "at most")
"""Columns of `weeks_in_words` that hold shares."""
SHARES = (
    f"Shares are told from {acceptance.ENOUGH_CHECKS} products on, with their 95 % intervals. Products that the model "
    "gave no tag are not in them: there was nothing to accept."
)
NOTHING_DECIDED = (
    "Nobody has decided on new garments yet. What people accept, change and reject is counted here by week."
)
NOTHING_UNTOUCHED = (
    "No product has been exported untouched yet, so there is none to check. Confirm an automation line first."
)
PUT_RIGHT = "A check changes no product. Open one to change its tag or to reject it."
WEEKS = "By the week in which the products were tagged, and how many of 100 of them are likely right."
MEASURES_ONLY = "An answer only measures; it changes no product."


def checks(found: SpotChecks, shares: Weighted) -> str:
    """What the spot checks came to: "Of 20 spot checks 19 were right (…)"; no share before there are enough."""
    if not found.is_enough:
        return f"Not enough checks yet: {found.num_checked} of {acceptance.ENOUGH_CHECKS} answered."
    return (
        f"Of {found.num_checked:,} spot checks {found.num_right:,} were right (of 100 products that left untouched "
        f"{theme.between(shares.low, shares.high, decimals=0)})."
    )


def about_checks(shares: Weighted, weeks: pd.DataFrame, week: str) -> list[str]:
    """Of which products that is told, and what is known of those of this week."""
    sentences = []
    if shares.num_products and len(weeks) > 1:
        without = f" Of {shares.num_unchecked:,} products of other weeks none was checked." * bool(shares.num_unchecked)
        sentences.append(
            f"That is all weeks, versions and lines together, {shares.num_products:,} products: each week counts for "
            f"as many products as were tagged in it.{without}"
        )
    mine = weeks[(weeks["week"] == week) & (weeks["num_checked"] > 0)]
    for num_right, num_checked in zip(mine["num_right"].tolist(), mine["num_checked"].tolist(), strict=True):
        low, high = (float(end) for end in intervals.wilson(num_right, num_checked))
        sentences.append(
            f"**This week's products: {num_right:,} of {num_checked:,} checks right** (of 100 "
            f"{theme.between(low, high, decimals=0)})."
        )
    return sentences


def needed(promise: float) -> str:
    """How many right answers the promise needs before it is shown to be kept."""
    return (
        f"It takes {anytime.answers_needed(promise / 100):,} right answers in a row to show that; that it is broken is "
        "said as soon as the answers show it, and falsely for at most 5 of 100 lines that keep it."
    )


def promised(version: int, promise: float, by_hand: Sequence[str]) -> str:
    """What the confirmed line promised of these products, to compare with what the checks say."""
    without = f", {' and '.join(by_hand)} left out, which a person set by hand" if by_hand else ""
    return (
        f"Promised by the line of version {version}: at most {promise:g} wrong in 100, so at least "
        f"{100 - promise:g} of 100 checks right{without}."
    )


def broken(found: SpotChecks) -> str:
    """That the line did not keep what it promised, and what to do."""
    return (
        f"Of {found.num_checked:,} checks since this line was confirmed {found.num_right:,} were right: fewer than it "
        "promised. Set a higher line, or have the categories that went wrong always checked."
    )


def still_wrong(num: int) -> str:
    """How many products people found wrong that still go to the shop as they are."""
    if num == 1:
        return "1 product that a check found wrong still has its tag"
    return f"{num:,} products that checks found wrong still have their tags"


def wrong_product(batch_number: int, position: int, tag: str, said: str) -> str:
    """One of them: "Batch 3, product 12: Bag, the model had said Coat"."""
    return f"Batch {batch_number:,}, product {position + 1:,}: {said or 'none of these'}, the model had said {tag}"


def decided(weeks: pd.DataFrame) -> str:
    """What people did with all tags they looked at, from the table of `acceptance.of_weeks`."""
    counts = [int(weeks[f"num_{name}"].sum()) for name in ("accepted", "changed", "rejected")]
    return "{:,} accepted, {:,} changed, {:,} rejected.".format(*counts)


def progress(num_answered: int, num_drawn: int) -> str:
    """How far this week's checks are."""
    if num_answered == num_drawn:
        checks = "The check" if num_drawn == 1 else f"All {num_drawn:,} checks"
        return f"{checks} of this week {'is' if num_drawn == 1 else 'are'} answered."
    return f"{num_answered:,} of {num_drawn:,} checks of this week answered."


def draw(num: int) -> str:
    """The label of the button that draws."""
    return "Draw this week's spot check" if num == 1 else f"Draw this week's {num:,} spot checks"


def answered(tag: str, *, is_right: bool) -> str:
    """What the model had said, told once the person has answered."""
    return f"Saved. The model says so too: {tag}." if is_right else f"Saved. The model had said {tag}."


def weeks_in_words(table: pd.DataFrame) -> pd.DataFrame:
    """Table of `acceptance.by_week` or `acceptance.of_weeks` for those who read; shares from enough products on."""
    is_enough = table["num_with_tag"] >= acceptance.ENOUGH_CHECKS
    shares = {
        title: [
            f"{100 * share:.1f}" if enough else theme.UNDEFINED
            for share, enough in zip(table[name], is_enough, strict=True)
        ]
        for title, name in zip(SHARE_TITLES, ("accepted", "low", "high"), strict=True)
    }
    first = {"Week": table["week"]}
    if "category" in table:
        first["Category"] = table["category"].where(table["category"] != acceptance.NO_TAG, "no tag")
    counts = {"Accepted": table["num_accepted"], "Changed": table["num_changed"], "Rejected": table["num_rejected"]}
    return pd.DataFrame({**first, **counts, **shares})


def checks_in_words(weeks: pd.DataFrame) -> pd.DataFrame:
    """Table of `dashboard.data.acceptance.by_week` for those who read, with the interval of each week."""
    low, high = intervals.wilson(weeks["num_right"], weeks["num_checked"])
    told = [theme.ends(one, other, decimals=0) for one, other in zip(low.tolist(), high.tolist(), strict=True)]
    ends = {title: [pair[place] for pair in told] for place, title in enumerate(SHARE_TITLES[1:])}
    counts = {"Week": "week", "Products": "num_products", "Checked": "num_checked", "Right": "num_right"}
    return pd.DataFrame({title: weeks[name] for title, name in counts.items()} | ends)
