"""What is wrong with tags from elsewhere, row by row, and the rows that can be used. Nothing is kept here."""

import ast
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import errors
from core.elsewhere import columns as column_names
from core.elsewhere.records import Columns, Given, Problem

MOST_CATEGORIES, LONGEST_CATEGORY = 500, 80
SUM_TOLERANCE = 0.02
"""How far probabilities, rounded to two or three places, may be from adding up to 1."""
NO_LABEL = ("", "nan", "none", "null", "n/a", "na", "unknown", "not sure")
"""Cells, in small letters, that say no category."""
_SHOWN = 5
_APART = ("|", ";")
"""What separates several tags in one cell."""

Find = Callable[[str], int | None]
"""The place of the picture that a cell names; None where there is none, or more than one."""


def checked(table: pd.DataFrame, columns: Columns, find: Find, known: Sequence[str] = ()) -> Given:
    """The rows that can be used, with everything that was found; the column `place` says which picture each is of.

    Args:
        table: of the file, indexed by line.
        columns: which column says what.
        find: see `Find`.
        known: categories that are there already, whose names and order hold.

    Raises:
        errors.ElsewhereRefused: nothing can be used: no picture, or fewer than two categories.
    """
    work = _Work(table, columns)
    work.read_tags()
    work.read_pictures(find)
    work.read_confidences()
    work.read_probabilities()
    names = work.one_spelling(known)
    return work.given(names)


@dataclass
class _Work:
    """The rows while they are read; what is left out is only marked."""

    table: pd.DataFrame
    columns: Columns
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lines = self.table.index.to_numpy(dtype=np.int64)
        self.is_used = np.ones(len(self.table), dtype=bool)
        self.probabilities: NDArray[np.float64] | None = None
        self.said_beside = np.full(len(self.table), np.nan)
        self.categories = [category for _, category in self.columns.probabilities]

    # ---- cells ------------------------------------------------------------------------------------------------

    def read_tags(self) -> None:
        """Labels and tags as text; of several tags the first."""
        self.label = self._text(self.columns.label)
        self.label = self.label.mask(self.label.str.lower().isin(NO_LABEL), "")
        self.predicted = self._text(self.columns.predicted)
        read = {cell: _first(cell) for cell in self.predicted.unique()}
        first = self.predicted.map({cell: tag for cell, (tag, _) in read.items()})
        self.said_beside = self.predicted.map({cell: sure for cell, (_, sure) in read.items()}).to_numpy(np.float64)
        several = (first != self.predicted).to_numpy()
        self.predicted = first.mask(first.str.lower().isin(NO_LABEL), "")
        self._note(
            "several",
            several,
            "{rows} {have} more than one tag. Only the first one of each is read.",
            is_left_out=False,
        )

    def _text(self, name: str) -> pd.Series:
        """A column as text; whole numbers that were read as fractions, because a cell is empty, are whole again."""
        if not name:
            return pd.Series("", index=self.table.index, dtype=object)
        column = self.table[name]
        if pd.api.types.is_float_dtype(column.dtype) and (column.dropna() % 1 == 0).all():
            column = column.astype("Int64")
        text = column.astype(object).where(column.notna(), "").astype(str).str.strip()
        return text.astype(object)

    def read_pictures(self, find: Find) -> None:
        """Which picture each row is of: those that are not there, and further rows of one, are left out."""
        said = self._text(self.columns.picture)
        places = {cell: find(cell) for cell in said.unique()}
        place = said.map(places)
        self.picture = said
        self._note("missing", place.isna().to_numpy(), "{rows} {name} a picture that is not there, and {are} left out.")
        self.place = place.fillna(-1).to_numpy(dtype=np.int64)
        is_again = pd.Series(self.place).duplicated().to_numpy() & (self.place >= 0)
        num_differ = self._num_with_another_tag(is_again)
        more = f" {num_differ:,} of them with another tag." if num_differ else ""
        self._note("twice", is_again, "{rows} {name} a picture again that a row before has, and {are} left out." + more)

    def _num_with_another_tag(self, is_again: NDArray[np.bool_]) -> int:
        """Of the rows that name a picture again, those of a picture with several tags."""
        concerned = np.isin(self.place, self.place[is_again]) if is_again.any() else is_again
        tags = self.predicted[concerned].groupby(self.place[concerned]).transform("nunique").to_numpy()
        return int((tags[is_again[concerned]] > 1).sum())

    def read_confidences(self) -> None:
        """How sure each tag is, 0-1; NaN for all where no column says so."""
        self.confidence = self.said_beside
        if self.columns.confidence:
            self.confidence = column_names.numbers(self.table[self.columns.confidence]).to_numpy()
        elif not self.columns.predicted or np.isnan(self.confidence[self._is_tagged()]).any():
            self.confidence = np.full(len(self.table), np.nan)  # beside some tags only it says nothing
            return
        if np.nanmax(self.confidence, initial=0.0) > 1:
            self.confidence = self.confidence / 100
            said = self.columns.confidence or self.columns.predicted
            self._say("percent", f"The numbers of {said!r} are read as per cent.")
        is_none = ~((self.confidence >= 0) & (self.confidence <= 1))
        self._note("number", is_none, "{rows} {have} no confidence between 0 and 1, and {are} left out.")

    def _is_tagged(self) -> NDArray[np.bool_]:
        return self.is_used & (self.predicted != "").to_numpy()

    def read_probabilities(self) -> None:
        """(N, K) probabilities that add up to 1, and the tags where no column says them."""
        if not self.columns.probabilities:
            self._note("untagged", (self.predicted == "").to_numpy(), "{rows} {have} no tag, and {are} left out.")
            return
        found = np.column_stack(
            [column_names.numbers(self.table[name]).to_numpy() for name, _ in self.columns.probabilities]
        )
        if np.nanmedian(found.sum(axis=1)) > 1.5:
            found = found / 100
            self._say("percent", "The numbers of the columns of probabilities are read as per cent.")
        sums = found.sum(axis=1)
        is_astray = ~((np.abs(sums - 1) <= SUM_TOLERANCE) & (found >= 0).all(axis=1))
        self._note("sum", is_astray, "{rows} {have} probabilities that do not add up to 1, and {are} left out.")
        self.probabilities = found / np.where(is_astray, 1.0, sums)[:, None]
        self._agree(~is_astray)

    def _agree(self, is_usable: NDArray[np.bool_]) -> None:
        """The tag is the most probable category; else the file contradicts itself: no probability is used."""
        assert self.probabilities is not None
        with np.errstate(invalid="ignore"):
            most = self.probabilities.max(axis=1)
        best = pd.Series([self.categories[place] for place in np.nan_to_num(self.probabilities).argmax(axis=1)])
        is_untagged = (self.predicted == "").to_numpy()
        self.predicted = self.predicted.where(~is_untagged, best.to_numpy())
        if np.isnan(self.confidence).all():
            self.confidence = most
        numbers = {category.casefold(): place for place, category in enumerate(self.categories)}
        places = self.predicted.str.casefold().map(numbers).fillna(-1).to_numpy(dtype=np.int64)
        own = np.where(places >= 0, self.probabilities[np.arange(len(places)), places], -1.0)
        differs = is_usable & ~is_untagged & (own < most)
        self._note(
            "contradiction", differs, "{rows} {have} a tag that is not the most probable category of the row. The tags "
            "count, and the columns of probabilities are not used.", is_left_out=False,
        )  # fmt: skip
        if differs.any():
            self.probabilities, self.categories = None, []
            self.confidence = self.confidence if self.columns.confidence else self.said_beside

    # ---- categories -------------------------------------------------------------------------------------------

    def one_spelling(self, known: Sequence[str]) -> tuple[str, ...]:
        """The categories, each written one way: as known, else as most rows write it."""
        self._numbers_as_names(known)
        used = self.is_used
        counts = _counted(self.label[used]) + _counted(self.predicted[used]) + Counter(self.categories)
        del counts[""]
        chosen: dict[str, str] = {plain(name): name for name in known}
        for name, _ in sorted(counts.items(), key=lambda each: (-each[1], each[0])):
            chosen.setdefault(plain(name), name)
        differing = {name: chosen[plain(name)] for name in counts if chosen[plain(name)] != name}
        if differing:
            shown = ", ".join(f"{name!r} is read as {as_!r}" for name, as_ in sorted(differing.items())[:_SHOWN])
            more = f" and {len(differing) - _SHOWN:,} more" if len(differing) > _SHOWN else ""
            self._say("spelling", f"Categories that are written in two ways are made one: {shown}{more}.")
            self.label, self.predicted = (
                column.map(lambda name: differing.get(name, name)) for column in (self.label, self.predicted)
            )
            self.categories = [differing.get(name, name) for name in self.categories]
        found = {chosen[plain(name)] for name in counts}
        if found <= set(known):
            return tuple(known)
        return (*known, *sorted(found - set(known)))

    def _numbers_as_names(self, known: Sequence[str]) -> None:
        """Classes by number, as training programs write them, are those of the catalogue in its order."""
        said = ({*self.label.unique(), *self.predicted.unique()} - {""}) | set(self.categories)
        if not known or set(known) & said or not said:
            return
        if not all(cell.isascii() and cell.isdigit() and int(cell) < len(known) for cell in said):
            return
        self._say(
            "numbers", f"Categories are given by number and are read as 0 {known[0]!r}, 1 {known[1]!r}, and so on."
        )
        names = {cell: known[int(cell)] for cell in said} | {"": ""}
        self.label, self.predicted = self.label.map(names), self.predicted.map(names)
        self.categories = [names[cell] for cell in self.categories]

    def given(self, names: tuple[str, ...]) -> Given:
        """What can be used."""
        self._refuse(names)
        rows = np.flatnonzero(self.is_used)
        table = pd.DataFrame(
            {
                "line": self.lines, "picture": self.picture.to_numpy(), "label": self.label.to_numpy(),
                "predicted": self.predicted.to_numpy(), "confidence": self.confidence, "place": self.place,
            }
        )  # fmt: skip
        self._unknown(table.iloc[rows])
        return Given(
            table=table.iloc[rows].reset_index(drop=True), probabilities=self._by_name(names, rows), class_names=names,
            problems=tuple(self.problems),
        )  # fmt: skip

    def _by_name(self, names: tuple[str, ...], rows: NDArray[np.int64]) -> NDArray[np.float64] | None:
        if self.probabilities is None:
            return None
        found = np.zeros((len(rows), len(names)))
        for place, category in enumerate(self.categories):  # two spellings of one category add up
            found[:, names.index(category)] += self.probabilities[rows, place]
        return found

    def _refuse(self, names: tuple[str, ...]) -> None:
        if not self.is_used.any():
            why = next((problem.sentence for problem in self.problems if problem.is_left_out), "")
            raise errors.ElsewhereRefused(f"No row can be used. {why}".strip())
        if len(names) < 2:
            raise errors.ElsewhereRefused(f"At least two categories are needed, found {', '.join(names) or 'none'}.")
        if len(names) > MOST_CATEGORIES:
            raise errors.ElsewhereRefused(
                f"There are {len(names):,} categories, more than {MOST_CATEGORIES}. Does the column name the category, "
                "or the product? Say which one does: --column predicted=NAME."
            )
        if long := next((name for name in names if len(name) > LONGEST_CATEGORY), None):
            raise errors.ElsewhereRefused(
                f"A category's name has up to {LONGEST_CATEGORY} characters, got {long[:40]!r}… Does the column name "
                "the category? Say which one does: --column predicted=NAME."
            )

    def _unknown(self, used: pd.DataFrame) -> None:
        tags = set(used["predicted"]) | set(self.categories)
        for name, num in sorted(_counted(used["label"][used["label"] != ""]).items()):
            if name not in tags:
                self._say(
                    "unknown",
                    f"{num:,} {'row is' if num == 1 else 'rows are'} labelled {name!r}, which is never given as a tag: "
                    "each counts as wrong.",
                )

    # ---- problems ---------------------------------------------------------------------------------------------

    def _note(self, kind: str, concerned: NDArray[np.bool_], sentence: str, *, is_left_out: bool = True) -> None:
        """Writes down a problem of rows that are not left out already."""
        concerned = concerned & self.is_used
        if not concerned.any():
            return
        lines = self.lines[concerned]
        one = len(lines) == 1
        shown = ", ".join(map(str, lines[:_SHOWN].tolist())) + (" …" if len(lines) > _SHOWN else "")
        words = {"rows": "1 row" if one else f"{len(lines):,} rows", "have": "has" if one else "have"}
        words |= {"name": "names" if one else "name", "are": "is" if one else "are"}
        said = f"{sentence.format(**words)} (Line {shown}.)" if one else f"{sentence.format(**words)} (Lines {shown}.)"
        self.problems.append(Problem(kind=kind, sentence=said, lines=tuple(lines.tolist()), is_left_out=is_left_out))
        if is_left_out:
            self.is_used &= ~concerned

    def _say(self, kind: str, sentence: str) -> None:
        self.problems.append(Problem(kind=kind, sentence=sentence, lines=(), is_left_out=False))


def _counted(names: pd.Series) -> "Counter[str]":
    return Counter({str(name): num for name, num in names.value_counts().items()})


def plain(name: str) -> str:
    """A category's name without what people write in two ways: capitals, blanks, hyphens and underscores."""
    return "".join(name.replace("-", " ").replace("_", " ").casefold().split())


_NAMES, _SURE = ("label", "category", "class", "name", "Name"), ("score", "confidence", "Confidence", "probability")
"""Keys of a tag that is an object, and of how sure it is: as pipelines for pictures and cloud services write them."""


def _first(cell: str) -> tuple[str, float]:
    """The first tag of a cell that holds several, as a list or with separators, and how sure it is; NaN where not told.

    A cell that holds one tag is that tag.
    """
    if cell.startswith("[") and cell.endswith("]"):
        try:
            listed = ast.literal_eval(cell)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return cell, math.nan
        one = listed[0] if isinstance(listed, list) and listed else ""
        if not isinstance(one, dict):
            return str(one).strip(), math.nan
        tag = next((one[name] for name in _NAMES if name in one), "")
        sure = next((one[name] for name in _SURE if isinstance(one.get(name), int | float)), math.nan)
        return str(tag).strip(), float(sure)
    for separator in _APART:
        if separator in cell:
            return cell.split(separator)[0].strip(), math.nan
    return cell, math.nan
