"""Which of many photos are shown before they are brought in: some of every category. Pure."""

from collections.abc import Sequence

from core.catalogue.own.records import Row

MOST_CATEGORIES = 60
"""Categories of which a photo is shown; of more the largest."""


def some_of_each(rows: Sequence[Row], num: int) -> list[Row]:
    """About `num` rows, at least one of every category, the largest category first; spread evenly over each.

    Args:
        rows: usable ones.
        num: how many where there are not more categories; the large categories get what is left over.
    """
    of_category: dict[str, list[Row]] = {}
    for row in rows:
        of_category.setdefault(row.category, []).append(row)
    largest = sorted(of_category.values(), key=len, reverse=True)[:MOST_CATEGORIES]
    each, over = divmod(max(num, len(largest)), max(1, len(largest)))
    return [row for place, found in enumerate(largest) for row in _spread(found, each + (place < over))]


def _spread(rows: Sequence[Row], num: int) -> list[Row]:
    num = min(num, len(rows))
    return [rows[place * len(rows) // num] for place in range(num)]
