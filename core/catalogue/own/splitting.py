"""Which photos are learned from and which judge: whole groups, and the same ones again when products arrive."""

import hashlib
from collections.abc import Mapping, Sequence

import pandas as pd

from core.catalogue.own import likeness

TEST_SHARE = 0.2
"""Of the groups, where the retailer gives no split."""


def part(rows: Sequence[dict[str, str]], before: Mapping[str, str] | None = None) -> None:
    """Fills in "group" and "split" ("train" or "test") of the usable rows; a given split is kept where it can be.

    A group is what the retailer says (product, source), with near copies of its photos. It goes to one side by its own
    name alone, so photos that arrive later move no other. Given splits hold for every group that lies on one side of
    them; one on both is learned from.

    Args:
        rows: see `kept.COLUMNS`.
        before: SHA-256 of photos that were there before -> the side they were on, where their group stays.
    """
    usable = [row for row in rows if not row["problem"]]
    _name_groups(usable)
    sides: dict[str, set[str]] = {}
    has_test = any(row["split"] == "test" for row in usable)
    for row in usable:
        given = row["split"]
        if given == "validation":
            given = "train" if has_test else "test"
        sides.setdefault(row["group"], set()).add(given)
    known: dict[str, set[str]] = {}
    for row in usable:
        if side := (before or {}).get(row["sha256"]):
            known.setdefault(row["group"], set()).add(side)
    for row in usable:
        row["split"] = _side(row["group"], known.get(row["group"]) or sides[row["group"]])


def order(table: pd.DataFrame) -> list[int]:
    """The places of the rows, those first by which garments of each side are shown: their pictures lie in one piece.

    Training garments, then test garments, each by the first photo of its product; then their other photos; then what
    cannot be used. Otherwise in the order given.

    Args:
        table: see `kept.COLUMNS`.
    """
    seen: set[tuple[str, str, str]] = set()
    ranks = []
    names = ("split", "product", "photo", "category", "problem")
    for values in zip(*(table[name].tolist() for name in names), strict=True):
        row = dict(zip(names, values, strict=True))
        if row["problem"]:
            ranks.append(3)
            continue
        key = garment_of(row)
        side = 0 if row["split"] == "train" else 1
        ranks.append(2 if key in seen else side)
        seen.add(key)
    return sorted(range(len(ranks)), key=ranks.__getitem__)


def garment_of(row: Mapping[str, str]) -> tuple[str, str, str]:
    """What photos of one garment share: side, product and category. A photo without product is one.

    A product under two categories is two garments: a label of it is wrong.
    """
    return (row["split"], f"product {row['product']}" if row["product"] else f"photo {row['photo']}", row["category"])


def is_test(group: str) -> bool:
    """Whether a group judges, by the hash of its name."""
    number = int.from_bytes(hashlib.sha256(f"split {group}".encode()).digest()[:8], "big")
    return number < TEST_SHARE * 2**64


def _side(group: str, given: set[str]) -> str:
    if given == {""}:
        return "test" if is_test(group) else "train"
    return "test" if given == {"test"} else "train"


def _name_groups(usable: Sequence[dict[str, str]]) -> None:
    """What shows the same product as a photo of a group, or nearly the same, belongs to it; the first one names it."""
    numbers = likeness.groups([row["hash"] for row in usable])
    joined: dict[str, str] = {}

    def root(name: str) -> str:
        while joined.get(name, name) != name:
            name = joined[name]
        return name

    first: dict[int | str, str] = {}
    names = [f"said {row['group']}" if row["group"] else f"photo {row['sha256']}" for row in usable]
    for name, number, row in zip(names, numbers.tolist(), usable, strict=True):
        for shared in (number, *filter(None, [row["product"]])):
            other = first.setdefault(shared, name)
            low, high = sorted((root(name), root(other)))
            joined[high] = low
    for row, name in zip(usable, names, strict=True):
        row["group"] = root(name)
