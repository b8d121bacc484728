"""What is wrong with a catalogue before anything learns from it: counts, and a line for each photo concerned. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from core.catalogue import kept
from core.catalogue.own import decisions, questions
from core.catalogue.own.questions import WEAK_BELOW, Question

FEW_BELOW = 10
"""Fewer than so many should be merged or left out."""
FAULTLESS_FOR_A_LINE = 228
"""Tags without a mistake that "2 in 100" needs at 99 % (`core.quality.automation_line`), so photos to learn from."""
COLUMNS = ("check", "photo", "category", "what")


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One thing that was looked for."""

    name: str
    """One word for programs."""
    num: int
    """How many photos or categories it concerns; 0 where all is well."""
    sentence: str
    """What was found and what to do, for people."""


def weak_sentence(categories: Sequence[tuple[str, int]], most: int = 6) -> str:
    """That every figure of categories with few garments is weak; empty where there is none.

    Args:
        categories: name and number of the training garments of each.
        most: that are named; the others are counted.
    """
    if not categories:
        return ""
    named = ", ".join(f"{name} ({num:,})" for name, num in categories[:most])
    rest = f" and {len(categories) - most:,} more" if len(categories) > most else ""
    return f"Learned from few garments, so every figure of them is weak: {named}{rest}."


def checks(table: pd.DataFrame, decided: Sequence[decisions.Decision] = ()) -> tuple[list[Check], pd.DataFrame]:
    """What was looked for, and a line for each photo or category that it concerns; what is decided is not told again.

    Args:
        table: see `kept.COLUMNS`; with `kept.AS_BROUGHT` where decisions were applied.
        decided: what holds of what people decided, see `decisions.active`.

    Returns:
        The checks, and a table with `COLUMNS`, all text.
    """
    table = table.reset_index(drop=True)
    usable, asked = table[table["problem"] == ""], questions.questions(table, decided)
    settled = decisions.Settled(decided)
    found = [
        _unusable(table, asked["usable"]), _twice(usable, asked["copies"]),
        _contradictions(usable, asked["contradictions"]), _near(usable, asked["near"]),
        _counts(usable, asked["counts"], settled),
    ]  # fmt: skip
    lines = pd.concat([lines for _, lines in found], ignore_index=True)
    return [check for check, _ in found] + [_for_a_line(usable), _without_test(usable)], lines


def _lines(check: str, rows: pd.DataFrame, what: Sequence[str] | str) -> pd.DataFrame:
    content = {"check": [check] * len(rows), "photo": list(rows["photo"]), "category": list(rows["category"])}
    return pd.DataFrame({**content, "what": what}, columns=list(COLUMNS), dtype=str)


def _unusable(table: pd.DataFrame, asked: Sequence[Question]) -> tuple[Check, pd.DataFrame]:
    rows = table.loc[[place for question in asked for place in question.places]]
    num_left_out = int((table["problem"] == kept.LEFT_OUT).sum())
    is_whole = (table["problem"] == "").all()
    sentence = "All can be used." if is_whole else "Every other photo or line can be used."
    if len(rows):
        sentence = f"{len(rows):,} of {len(table):,} photos and lines cannot be used."
    if num_left_out:
        sentence += f" People left {num_left_out:,} out."
    return Check(name="usable", num=len(rows), sentence=sentence), _lines("usable", rows, list(rows["problem"]))


def _later(usable: pd.DataFrame, asked: Sequence[Question]) -> pd.DataFrame:
    """All but the first of each group."""
    return usable.loc[sorted(place for question in asked for place in question.places[1:])]


def _twice(usable: pd.DataFrame, asked: Sequence[Question]) -> tuple[Check, pd.DataFrame]:
    rows = _later(usable, asked)
    sentence = f"{len(rows):,} photos are there more than once, byte for byte." if len(rows) else "No photo is twice."
    return Check(name="copies", num=len(rows), sentence=sentence), _lines("copies", rows, "the same file again")


def _contradictions(usable: pd.DataFrame, asked: Sequence[Question]) -> tuple[Check, pd.DataFrame]:
    """Photos of one file, or so near that people see one, under two categories."""
    rows = usable.loc[[place for question in asked for place in question.places]]
    what = [
        "so like a photo of " + ", ".join(sorted(set(usable["category"].loc[list(question.places)]) - {own}))
        for question in asked
        for own in usable["category"].loc[list(question.places)]
    ]
    sentence = (
        f"{len(rows):,} photos look alike but stand under different categories: one of the labels is wrong."
        if len(rows) else "No two photos that look alike stand under different categories."
    )  # fmt: skip
    return Check(name="contradictions", num=len(rows), sentence=sentence), _lines("contradictions", rows, what)


def _near(usable: pd.DataFrame, asked: Sequence[Question]) -> tuple[Check, pd.DataFrame]:
    """Of photos under one category; copies under several are `_contradictions`, and the same file is `_twice`."""
    rows = _later(usable, asked)
    rows = rows[~usable.duplicated("sha256")[rows.index]]
    sentence = (
        f"{len(rows):,} photos are nearly the same as another one; they are learned or judged together with it."
        if len(rows) else "No photo is nearly the same as another one."
    )  # fmt: skip
    return Check(name="near", num=len(rows), sentence=sentence), _lines(
        "near", rows, "nearly the same as another photo"
    )


def _counts(usable: pd.DataFrame, asked: Sequence[Question], settled: decisions.Settled) -> tuple[Check, pd.DataFrame]:
    sizes = [(question.category, len(question.places)) for question in asked]
    few, weak = ([each for each in sizes if (each[1] < FEW_BELOW) == is_few] for is_few in (True, False))
    parts = []
    if few:
        parts.append(f"{_named(few)} have fewer than {FEW_BELOW} photos: merge or leave them out.")
    if weak:
        parts.append(f"{_named(weak)} have fewer than {WEAK_BELOW}: every figure of them is weak.")
    rows = pd.DataFrame({"photo": "", "category": [name for name, _ in sizes]})
    what = [f"{number} photos" for _, number in sizes]
    other = "other " if settled.categories & set(usable["category"]) else ""
    sentence = " ".join(parts) or f"Every {other}category has at least {WEAK_BELOW} photos."
    return Check(name="counts", num=len(rows), sentence=sentence), _lines("counts", rows, what)


def _named(counts: Sequence[tuple[str, int]]) -> str:
    return ", ".join(f"{name} ({number})" for name, number in counts)


def _for_a_line(usable: pd.DataFrame) -> Check:
    num = int((usable["split"] == "train").sum())
    if num >= FAULTLESS_FOR_A_LINE:
        return Check(
            name="line", num=0, sentence=f"{num:,} photos to learn from: a line for untouched tags can be found."
        )
    return Check(
        name="line", num=num,
        sentence=f"{num:,} photos to learn from: too few for a line by which tags leave untouched "
        f"({FAULTLESS_FOR_A_LINE} at least).",
    )  # fmt: skip


def _without_test(usable: pd.DataFrame) -> Check:
    judged, learned = (set(usable["category"][usable["split"] == side]) for side in ("test", "train"))
    missing = sorted((learned | judged) - judged)
    unlearned = sorted((learned | judged) - learned)
    parts = []
    if missing:
        parts.append(f"{', '.join(missing)} have no photo to be judged on.")
    if unlearned:
        parts.append(f"{', '.join(unlearned)} have no photo to learn from: bring in more, or leave them out.")
    sentence = " ".join(parts) or "Every category has photos to learn from and to be judged on."
    return Check(name="split", num=len(missing) + len(unlearned), sentence=sentence)
