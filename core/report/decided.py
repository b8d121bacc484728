"""What was decided in some days: the log, and what people said of garments and new products, counted."""

from collections.abc import Sequence
from datetime import datetime

import pandas as pd

from core.quality import acceptance
from core.report import decisions
from core.retail.naming import Naming
from core.store import Store
from core.store.base.audit import Entry
from core.store.verdicts import verdict_tables


def decided(store: Store, naming: Naming, products: pd.DataFrame, log: Sequence[Entry], since: datetime) -> list[str]:
    """One sentence each, what people counted first, then the decisions by their weight.

    Args:
        store: where.
        naming: what the categories are called.
        products: table of `core.tagging.products` of every batch.
        log: the lines of the log since then.
        since: from when on.
    """
    return [
        *decisions.of_verdicts(verdict_tables.counts_since(store, since)),
        *_of_products(products, since),
        *decisions.of_log(log, naming),
    ]


def _of_products(products: pd.DataFrame, since: datetime) -> list[str]:
    if products.empty:
        return []
    recent = products[(products["decided_at"] >= since) & ~products["by_line"].astype(bool)]
    counts = [int((recent["decision"] == kind).sum()) for kind in acceptance.DECISIONS]
    tagged = products[(products["tagged_at"] >= since) & products["leaves"].astype(bool)]
    num_by_line = int(tagged["by_line"].sum())
    return [
        *decisions.of_products(*counts),
        *decisions.of_leaving(num_by_line, len(tagged) - num_by_line, tagged["batch"].nunique()),
    ]
