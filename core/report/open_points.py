"""What waits for a person, counted from what is stored."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import errors
from core.quality import acceptance, anytime, suspects
from core.quality.review import TwoScores
from core.report import questions
from core.retail.naming import Naming
from core.store import Store
from core.store.batches import automation_lines
from core.store.batches.automation_lines import ConfirmedLine
from core.store.batches.spot_checks import SpotCheck
from core.store.live import promotions
from core.store.runs import offered_line
from core.store.runs.runs import Run
from core.store.verdicts import suspect_lists
from core.tagging import checked_products
from core.tagging import products as products_table


def read(
    store: Store,
    run: Run,
    products: pd.DataFrame,
    checks: Sequence[SpotCheck],
    naming: Naming,
    *,
    reviewed: TwoScores | None,
    num_below: int,
    groups: NDArray[np.int64],
    now: datetime,
) -> list[str]:
    """One sentence each, the most urgent first.

    Args:
        store: where.
        run: the version that the pack is about.
        products: table of `core.tagging.products` of every batch.
        checks: every spot check.
        naming: what the categories are called.
        reviewed: both scores; None where the garments cannot be read.
        num_below: categories clearly below the target.
        groups: (K,) number of the category that each class is counted in.
        now: today, in the time zone in which weeks are told.
    """
    waiting = promotions.waiting_run(store, run.scope)
    held = automation_lines.newest(store, run.id)
    num_products, num_batches, num_held_back = _of_batches(products)
    week = acceptance.week_of(now)
    found = questions.Open(
        waiting_version=None if waiting is None else waiting.version,
        is_promise_broken=_is_broken(products, checks, naming, held, run),
        why_no_line="" if held is not None else _why_no_line(store, run),
        num_held_back=num_held_back,
        num_products=num_products,
        num_batches=num_batches,
        num_open_checks=sum(check.week == week and not check.is_answered for check in checks),
        num_wrong_checks=len(checked_products.wrong_and_open(products, checks, naming)) if len(products) else 0,
        num_below=num_below,
        reviewed=reviewed,
        num_suspects=_num_suspects(store, run, groups),
    )
    return questions.told(found)


def _of_batches(products: pd.DataFrame) -> tuple[int, int, int]:
    """Products that wait for a person, the batches they are in, and the batches that are held back."""
    if products.empty:
        return 0, 0, 0
    waiting = [products_table.num_waiting(rows) for _, rows in products.groupby("batch")]
    held_back = products["batch"][products["held_back"].astype(bool)]
    return sum(waiting), sum(num > 0 for num in waiting), held_back.nunique()


def _is_broken(
    products: pd.DataFrame, checks: Sequence[SpotCheck], naming: Naming, held: ConfirmedLine | None, run: Run
) -> bool:
    if held is None or held.max_wrong_in_100 is None or products.empty:
        return False
    of_line = checked_products.of_line(products, checks, held, run.version)
    are_wrong = [not right for right in checked_products.are_right(of_line, naming)]
    return anytime.is_broken(are_wrong, held.max_wrong_in_100 / 100)


def _why_no_line(store: Store, run: Run) -> str:
    try:
        why = offered_line.why_none(store, run)
    except errors.StoreError as error:
        why = str(error)
    return why or f"No automation line is confirmed for version {run.version}, so nothing leaves without a person."


def _num_suspects(store: Store, run: Run, groups: NDArray[np.int64]) -> int | None:
    """Doubted labels that nobody has judged; None where nobody has searched, or the list cannot be read."""
    newest = suspect_lists.newest(store, run.catalogue_fingerprint)
    if newest is None:
        return None
    try:
        table = suspect_lists.load(store, newest)
        table = table[suspects.crosses(table, groups)]
    except errors.StoreError:
        return None
    return len(table) - len(suspect_lists.states(store, table))
