"""Acceptance in real use, read and written for pages: all products, and the spot checks among them."""

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
import streamlit as st

from core.quality import acceptance
from core.store.batches import batches, spot_checks
from core.store.batches.automation_lines import ConfirmedLine
from core.store.batches.batches import Batch
from core.store.batches.spot_checks import SpotCheck
from core.store.runs import runs
from core.store.runs.runs import Run
from core.store.team import names
from core.tagging import products
from dashboard.data import store


@st.cache_resource(max_entries=2, show_spinner="Reading the products …")
def _all_products(state: tuple[int, ...]) -> pd.DataFrame:
    return products.all_tables(store.store())


def all_products() -> pd.DataFrame:
    """The table of `core.tagging.products` of every batch; read-only."""
    return _all_products(spot_checks.products_state(store.store()))


def in_local_time(products: pd.DataFrame) -> pd.DataFrame:
    """The same with its times in the time zone of this computer, in which spot checks name their weeks too."""
    if products.empty:
        return products
    zone = datetime.now().astimezone().tzinfo
    return products.assign(
        **{name: products[name].dt.tz_convert(zone) for name in ("decided_at", "tagged_at") if name in products}
    )


def this_week() -> str:
    """The week of today, in the time zone of this computer."""
    return acceptance.week_of(datetime.now().astimezone())


def num_a_week() -> int:
    """How many spot checks a week has."""
    return store.store().settings.spot_checks_per_week


def draw(week: str, who: str) -> None:
    """Draws the spot checks of a week; see `spot_checks.draw`."""
    spot_checks.draw(store.store(), in_local_time(all_products()), week=week, num=num_a_week(), who=who)


def by_week(checks: Sequence[SpotCheck], class_names: Sequence[str]) -> pd.DataFrame:
    """One row a week in which products that left untouched were tagged, the newest first.

    Columns:
        week (str).
        num_products (int64): products tagged in that week that left untouched, those that a check led to a decision on
            included.
        num_checked (int64): those of them whose check is answered.
        num_right (int64): those whose answer is the tag.
    """
    found = in_local_time(all_products())
    if found.empty:
        return pd.DataFrame({name: [] for name in ("week", "num_products", "num_checked", "num_right")})
    keys = list(zip(found["batch"], found["position"], strict=True))
    answered = {(check.batch_number, check.position): check for check in checks if check.is_answered}
    right = dict(zip(answered, are_right(list(answered.values()), class_names), strict=True))
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


def answer(check: SpotCheck, category: str | None, who: str) -> SpotCheck:
    """Keeps an answer; see `spot_checks.answer`."""
    _, run = where(check)
    return spot_checks.answer(store.store(), check.number, category, class_names=run.class_names, who=who)


def where(check: SpotCheck) -> tuple[Batch, Run]:
    """The batch of a spot check, and the version that tagged it."""
    batch = batches.find(store.store(), check.batch_number)
    return batch, runs.find(store.store(), batch.run_id)


def wrong_and_open(checks: Sequence[SpotCheck], class_names: Sequence[str]) -> list[SpotCheck]:
    """The answered checks whose tag was wrong and on whose product nobody has decided since, the newest first."""
    found = all_products()
    is_open = found["decision"] == products.NONE
    still = set(zip(found["batch"][is_open], found["position"][is_open], strict=True))
    answered = [check for check in checks if check.is_answered]
    right = are_right(answered, class_names)
    wrong = [check for check, is_right in zip(answered, right, strict=True) if not is_right]
    return [check for check in wrong[::-1] if (check.batch_number, check.position) in still]


def of_line(checks: Sequence[SpotCheck], held: ConfirmedLine, run: Run) -> list[SpotCheck]:
    """The answered checks of what that version tagged, drawn since its line was confirmed, in the order of answering.

    Without those of categories that a person set by hand: of them nothing was promised.
    """
    found = all_products()
    mine = set(found["batch"][found["version"] == run.version])
    of_line = [
        check
        for check in checks
        if check.answered_at is not None
        and check.drawn_at >= held.confirmed_at
        and check.batch_number in mine
        and check.tag not in held.by_hand
    ]
    return sorted(of_line, key=lambda check: (check.answered_at, check.number))


def are_right(checks: Sequence[SpotCheck], class_names: Sequence[str]) -> list[bool]:
    """Of each answered check whether its tag is what the person chose, or one category with it in the shop."""
    naming = names.current(store.store(), class_names)
    return [
        check.category is not None and naming.of(check.category).name == naming.of(check.tag).name
        for check in checks
        if check.is_answered
    ]
