"""What spot checks say of the products that left untouched: right or not, by week, and of one line. Pure."""

from collections.abc import Sequence
from datetime import datetime

import pandas as pd

from core.quality import acceptance
from core.retail.naming import Naming
from core.store.batches.automation_lines import ConfirmedLine
from core.store.batches.spot_checks import SpotCheck
from core.tagging import products as products_table


def in_local_time(products: pd.DataFrame) -> pd.DataFrame:
    """Table of `core.tagging.products` with times in the zone of this computer, in which checks name their weeks."""
    if products.empty:
        return products
    zone = datetime.now().astimezone().tzinfo
    return products.assign(
        **{name: products[name].dt.tz_convert(zone) for name in ("decided_at", "tagged_at") if name in products}
    )


def by_week(products: pd.DataFrame, checks: Sequence[SpotCheck], naming: Naming) -> pd.DataFrame:
    """One row a week in which products that left untouched were tagged, the newest first.

    Columns:
        week (str).
        num_products (int64): products tagged in that week that left untouched, those that a check led to a decision on
            included.
        num_checked (int64): those of them whose check is answered.
        num_right (int64): those whose answer is the tag.

    Args:
        products: table of `core.tagging.products` of every batch.
        checks: every spot check.
        naming: what the categories are called now.
    """
    found = in_local_time(products)
    if found.empty:
        return pd.DataFrame({name: [] for name in ("week", "num_products", "num_checked", "num_right")})
    keys = list(zip(found["batch"], found["position"], strict=True))
    answered = {(check.batch_number, check.position): check for check in checks if check.is_answered}
    right = dict(zip(answered, are_right(list(answered.values()), naming), strict=True))
    counted = found.assign(
        num_products=[left or key in answered for key, left in zip(keys, found["by_line"], strict=True)],
        num_checked=[key in answered for key in keys],
        num_right=[right.get(key, False) for key in keys],
    )
    counted = counted[counted["num_products"]]
    weeks = [acceptance.week_of(moment) for moment in counted["tagged_at"]]
    table = counted.groupby(pd.Series(weeks, index=counted.index, name="week", dtype=object))[
        ["num_products", "num_checked", "num_right"]
    ].sum()
    return table.sort_index(ascending=False).reset_index()


def are_right(checks: Sequence[SpotCheck], naming: Naming) -> list[bool]:
    """Of each answered check whether its tag is what the person chose, or one category with it in the shop."""
    return [
        check.category is not None and naming.of(check.category).name == naming.of(check.tag).name
        for check in checks
        if check.is_answered
    ]


def wrong_and_open(products: pd.DataFrame, checks: Sequence[SpotCheck], naming: Naming) -> list[SpotCheck]:
    """The answered checks whose tag was wrong and on whose product nobody has decided since, the newest first."""
    is_open = products["decision"] == products_table.NONE
    still = set(zip(products["batch"][is_open], products["position"][is_open], strict=True))
    answered = [check for check in checks if check.is_answered]
    right = are_right(answered, naming)
    wrong = [check for check, is_right in zip(answered, right, strict=True) if not is_right]
    return [check for check in wrong[::-1] if (check.batch_number, check.position) in still]


def of_line(products: pd.DataFrame, checks: Sequence[SpotCheck], held: ConfirmedLine, version: int) -> list[SpotCheck]:
    """The answered checks of what that version tagged, drawn since its line was confirmed, in the order of answering.

    Without those of categories that a person set by hand: of them nothing was promised.
    """
    if products.empty:  # nothing was tagged yet, and the table has no columns
        return []
    mine = set(products["batch"][products["version"] == version])
    of_line = [
        check
        for check in checks
        if check.answered_at is not None
        and check.drawn_at >= held.confirmed_at
        and check.batch_number in mine
        and check.tag not in held.by_hand
    ]
    return sorted(of_line, key=lambda check: (check.answered_at, check.number))
