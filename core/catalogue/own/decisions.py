"""What people decided about photos that the checks found, and what it makes of the rows of a catalogue. Pure.

A decision holds while the photo and the category that it was about are as they were; what the retailer mended in the
folder since stands above it. Decisions are applied one after the other to the rows as they were brought in, so taking
one back gives what there would be without it.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from core.catalogue import kept
from core.catalogue.own import splitting

Photo = tuple[str, str, int, str]
"""Path, SHA-256 (empty where it could not be read), place among rows of the same path and SHA-256, category."""
RELABEL, LEAVE_OUT, BOTH_RIGHT, KEEP_COPIES, SEEN = "relabel", "leave-out", "both-right", "keep-copies", "seen"
MERGE, LEAVE_OUT_CATEGORY, KEEP_CATEGORY = "merge", "leave-out-category", "keep-category"
TAKE_BACK = "take-back"
ABOUT_CATEGORIES = (MERGE, LEAVE_OUT_CATEGORY, KEEP_CATEGORY)
FINE = {"usable": SEEN, "contradictions": BOTH_RIGHT, "copies": KEEP_COPIES, "near": KEEP_COPIES}
"""Name of a check about photos -> the kind of decision by which what it found stays as it is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """One line of the history."""

    kind: str
    """One of the constants above."""
    check: str = ""
    """The name of the check that asked; empty of `TAKE_BACK`."""
    photos: tuple[Photo, ...] = ()
    """Which it is about, with their categories when it was taken; empty where it is about a category."""
    category: str = ""
    """Which it is about; empty where it is about photos."""
    into: str = ""
    """The category that photos get by `RELABEL` and `MERGE`."""
    undoes: str = ""
    """The id of the decision that `TAKE_BACK` takes back."""
    id: str = ""
    """Names it in this history; empty before it is kept."""
    who: str = ""
    """Decided; empty before it is kept."""
    at: float = 0.0
    """Seconds since 1970."""


def to_lines(history: Iterable[Decision]) -> str:
    """The history as JSON lines, the oldest first."""
    return "".join(f"{json.dumps(asdict(each), ensure_ascii=False)}\n" for each in history)


def of_lines(content: str) -> list[Decision]:
    """The history that `to_lines` gave.

    Raises:
        ValueError, TypeError, KeyError: it is none.
    """
    return [_of_json(json.loads(line)) for line in content.split("\n") if line]


def _of_json(content: Mapping[str, Any]) -> Decision:
    photos = tuple((str(path), str(sha256), int(nth), str(category)) for path, sha256, nth, category in
                   content["photos"])  # fmt: skip
    return Decision(**{**content, "photos": photos})


def active(history: Sequence[Decision]) -> list[Decision]:
    """Those that hold: neither taken back nor a taking back, the oldest first."""
    undone = {each.undoes for each in history if each.kind == TAKE_BACK}
    return [each for each in history if each.kind != TAKE_BACK and each.id not in undone]


def photos_of(table: pd.DataFrame) -> list[Photo]:
    """How each row is named in decisions, in the order of the rows.

    Args:
        table: see `kept.COLUMNS`; with `kept.AS_BROUGHT` where decisions were applied.
    """
    order = table.sort_values("given_place", kind="stable") if "given_place" in table else table
    nth = order.groupby(["photo", "sha256"]).cumcount().reindex(table.index)
    columns = (table["photo"], table["sha256"], nth, table["category"])
    return [(str(path), str(sha), int(n), str(category)) for path, sha, n, category in zip(*columns, strict=True)]


def as_brought(table: pd.DataFrame) -> pd.DataFrame:
    """The rows before anybody decided, in their order then; columns `kept.COLUMNS`.

    Args:
        table: see `kept.all_rows`.
    """
    rows = table.sort_values("given_place", kind="stable").reset_index(drop=True)
    return rows.assign(category=rows["given_category"], problem=rows["given_problem"])[list(kept.COLUMNS)]


def applied(brought: pd.DataFrame, decided: Sequence[Decision]) -> pd.DataFrame:
    """The rows as they are learned from, in the order of `splitting.order`; with `kept.AS_BROUGHT`.

    Args:
        brought: the rows as they were brought in, see `kept.COLUMNS`.
        decided: what holds, see `active`.
    """
    table = brought.reset_index(drop=True)
    category, problem = table["category"].tolist(), table["problem"].tolist()
    places = {(path, sha256, nth): place for place, (path, sha256, nth, _) in enumerate(photos_of(table))}
    for each in decided:
        if each.kind in (MERGE, LEAVE_OUT_CATEGORY):
            concerned = [place for place, name in enumerate(category) if name == each.category and not problem[place]]
        elif each.kind in (RELABEL, LEAVE_OUT):
            found = [(places.get(photo[:3]), photo[3]) for photo in each.photos]
            concerned = [p for p, name in found if p is not None and category[p] == name and not problem[p]]
        else:
            continue
        for place in concerned:
            if each.kind in (RELABEL, MERGE):
                category[place] = each.into
            else:
                problem[place] = kept.LEFT_OUT
    found_rows = table.assign(
        category=category, problem=problem, given_place=range(len(table)), given_category=table["category"],
        given_problem=table["problem"],
    )  # fmt: skip
    return found_rows.iloc[splitting.order(found_rows)].reset_index(drop=True)


class Settled:
    """What need not be asked once more."""

    def __init__(self, decided: Sequence[Decision]) -> None:
        self._groups: dict[tuple[str, Photo], list[frozenset[Photo]]] = {}
        for each in decided:
            if each.kind in FINE.values():
                for photo in each.photos:
                    self._groups.setdefault((each.kind, photo), []).append(frozenset(each.photos))
        self.categories = frozenset(each.category for each in decided if each.kind == KEEP_CATEGORY)
        """Small ones that are kept as they are."""

    def is_settled(self, check: str, photos: Sequence[Photo]) -> bool:
        """Whether somebody said of all of them together that what the check found may stay."""
        return any(group.issuperset(photos) for group in self._groups.get((FINE[check], photos[0]), ()))
