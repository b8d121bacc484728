"""What reading tags from elsewhere gives and takes: which column says what, the rows, what is wrong. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True, slots=True)
class Columns:
    """Which column of the file says what."""

    picture: str
    """Path or name of the picture."""
    label: str = ""
    """The category that it is; empty where the file does not know."""
    predicted: str = ""
    """The category that the system gave; empty where the most probable one of `probabilities` is meant."""
    confidence: str = ""
    """How sure the system was of that; empty where it did not say."""
    probabilities: tuple[tuple[str, str], ...] = ()
    """Pairs of a column and the category whose probability it holds; empty where there are none."""

    @property
    def sentence(self) -> str:
        """What was recognised, for people."""
        found = [f"{self.picture!r} names the picture"]
        if self.predicted:
            found.append(f"{self.predicted!r} the tag that was given")
        if self.label:
            found.append(f"{self.label!r} the label it is judged by")
        if self.confidence:
            found.append(f"{self.confidence!r} how sure the tag is")
        if self.probabilities:
            given = "" if self.predicted else ", of which the highest is the tag"
            found.append(f"{len(self.probabilities)} columns the probability of each category{given}")
        return f"The column {', '.join(found[:-1])} and {found[-1]}." if len(found) > 1 else f"The column {found[0]}."

    def to_json(self) -> dict[str, Any]:
        """For `json`; `of_json` reads it back."""
        return asdict(self)

    @classmethod
    def of_json(cls, content: Mapping[str, Any]) -> "Columns":
        """What `to_json` gave.

        Raises:
            KeyError, TypeError: it is something else.
        """
        pairs = tuple((str(column), str(category)) for column, category in content["probabilities"])
        return cls(**{**content, "probabilities": pairs})


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One kind of thing that is wrong, with the rows concerned."""

    kind: str
    """One word for programs: `missing`, `twice`, `spelling`, `sum`, `unknown`, `untagged`, `several`, `number`, ..."""
    sentence: str
    """What is wrong and what becomes of it, with the first rows, for people."""
    lines: tuple[int, ...]
    """Where the rows stand in the file; empty where it concerns the whole of it."""
    is_left_out: bool
    """Whether those rows are left out."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """The N rows that can be used, in the order of the file."""

    table: pd.DataFrame
    """One row a picture: line (int64, in the file), picture (str, as given), label (str, "" where unknown), predicted
    (str), confidence (float64 0-1, NaN where not given)."""
    probabilities: NDArray[np.float64] | None
    """(N, K) of each category, rows adding up to 1; None where the file has none."""
    class_names: tuple[str, ...]
    """The K categories: those of the labels, the tags and the columns, sorted; K is 2 or more."""
    problems: tuple[Problem, ...] = field(default=())
    """What was found."""

    def __len__(self) -> int:
        return len(self.table)

    @property
    def num_labelled(self) -> int:
        """Rows with a label."""
        return int((self.table["label"] != "").sum())

    def take(self, rows: NDArray[np.int64], problems: tuple[Problem, ...] = ()) -> "Given":
        """Some of the rows, in that order, with further problems."""
        return Given(
            table=self.table.iloc[rows].reset_index(drop=True),
            probabilities=None if self.probabilities is None else self.probabilities[rows],
            class_names=self.class_names, problems=(*self.problems, *problems),
        )  # fmt: skip
