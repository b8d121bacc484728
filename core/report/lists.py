"""The lists of the Monday pack as CSV: whole, with the names that the team uses, and safe for a spreadsheet. Pure."""

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from core.report.contents import Contents
from core.retail import spreadsheet
from core.store.base import audit

CARD, PAIRS, CHANGES = "score-card.csv", "mix-ups.csv", "changes.csv"
WRONG, DECISIONS, LOG, QUESTIONS = "wrong-tags.csv", "decisions.csv", "log.csv", "open-questions.csv"
CARD_COLUMNS = (
    "class_name", "support", "num_predicted", "num_correct", "recall", "recall_low", "recall_high", "precision",
    "precision_low", "precision_high", "f1",
)  # fmt: skip
PAIRS_COLUMNS = (
    "first_class", "second_class", "num_first_as_second", "num_second_as_first", "num_mistakes", "share_of_mistakes"
)  # fmt: skip
CHANGES_COLUMNS = (
    "class_name", "support", "num_fixed", "num_broken", "recall_before", "recall_after", "p_value", "is_clear",
    "precision_before", "precision_after", "is_precision_clearly_down",
)  # fmt: skip
DECISIONS_COLUMNS, QUESTIONS_COLUMNS = ("decision",), ("question",)
WRONG_COLUMNS = ("garment", "label", "model_said", "confidence", "second_guess", "margin")
"""As a gallery writes them."""
_DIGITS = 6


def files(contents: Contents) -> dict[str, bytes]:
    """Name of each file -> its bytes."""
    return {
        CARD: _table(contents.card, CARD_COLUMNS),
        PAIRS: _table(contents.pairs, PAIRS_COLUMNS),
        CHANGES: _table(contents.changed.classes.reindex(columns=list(CHANGES_COLUMNS)), CHANGES_COLUMNS),
        WRONG: spreadsheet.as_csv(WRONG_COLUMNS, _wrong(contents)),
        DECISIONS: spreadsheet.as_csv(DECISIONS_COLUMNS, ([sentence] for sentence in contents.decisions)),
        LOG: audit.as_csv(contents.log),
        QUESTIONS: spreadsheet.as_csv(QUESTIONS_COLUMNS, ([sentence] for sentence in contents.questions)),
    }


def _table(table: pd.DataFrame, columns: Sequence[str]) -> bytes:
    rows = table[list(columns)].itertuples(index=False, name=None)
    return spreadsheet.as_csv(columns, ([_cell(value) for value in row] for row in rows))


def _cell(value: Any) -> str | int | float:
    """A figure without needless digits; empty where there is none."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return "" if value != value else round(value, _DIGITS)
    found: str | int = value
    return found


def _wrong(contents: Contents) -> Iterable[Sequence[str | int | float]]:
    names, table = contents.run.names, contents.wrong
    columns = (table[name].tolist() for name in ("garment", "true_class", "predicted_class", "second_class"))
    figures = (table[name].round(_DIGITS).tolist() for name in ("confidence", "margin"))
    for garment, label, said, second, confidence, margin in zip(*columns, *figures, strict=True):
        yield garment, names[label], names[said], confidence, names[second], margin
