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
from core.tagging import checked_products, products
from dashboard.data import store


@st.cache_resource(max_entries=2, show_spinner="Reading the products …")
def _all_products(state: tuple[int, ...]) -> pd.DataFrame:
    return products.all_tables(store.store())


def all_products() -> pd.DataFrame:
    """The table of `core.tagging.products` of every batch; read-only."""
    return _all_products(spot_checks.products_state(store.store()))


def in_local_time(products: pd.DataFrame) -> pd.DataFrame:
    """The same with its times in the time zone of this computer; see `checked_products.in_local_time`."""
    return checked_products.in_local_time(products)


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
    """Table of `checked_products.by_week` of all products."""
    return checked_products.by_week(all_products(), checks, names.current(store.store(), class_names))


def answer(check: SpotCheck, category: str | None, who: str) -> SpotCheck:
    """Keeps an answer; see `spot_checks.answer`."""
    _, run = where(check)
    return spot_checks.answer(store.store(), check.number, category, class_names=run.class_names, who=who)


def where(check: SpotCheck) -> tuple[Batch, Run]:
    """The batch of a spot check, and the version that tagged it."""
    batch = batches.find(store.store(), check.batch_number)
    return batch, runs.find(store.store(), batch.run_id)


def in_real_use(class_names: Sequence[str]) -> tuple[acceptance.SpotChecks, acceptance.Weighted]:
    """How spot checks of products that left without a person came out, and their share right over all of those."""
    found = spot_checks.all_checks(store.store())
    weeks = by_week(found, class_names)
    total = acceptance.spot_checks(are_right(found, class_names))
    return total, acceptance.weighted(*(weeks[name].tolist() for name in ("num_right", "num_checked", "num_products")))


def wrong_and_open(checks: Sequence[SpotCheck], class_names: Sequence[str]) -> list[SpotCheck]:
    """Of all products; see `checked_products.wrong_and_open`."""
    return checked_products.wrong_and_open(all_products(), checks, names.current(store.store(), class_names))


def of_line(checks: Sequence[SpotCheck], held: ConfirmedLine, run: Run) -> list[SpotCheck]:
    """The answered checks that say something of a line; see `checked_products.of_line`."""
    return checked_products.of_line(all_products(), checks, held, run.version)


def of_held_line(held: ConfirmedLine, run: Run) -> acceptance.SpotChecks:
    """What the spot checks came to of that version since its line was confirmed, as in `of_line`."""
    found = of_line(spot_checks.all_checks(store.store()), held, run)
    return acceptance.spot_checks(are_right(found, run.class_names))


def are_right(checks: Sequence[SpotCheck], class_names: Sequence[str]) -> list[bool]:
    """By the names of today; see `checked_products.are_right`."""
    return checked_products.are_right(checks, names.current(store.store(), class_names))
