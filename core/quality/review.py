"""What people's verdicts add up to: the state of each garment, and the score after the team's review."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.quality import scores
from core.quality.scores import Accuracy

MODEL_WRONG, LABEL_WRONG, CANNOT_TELL = "model-wrong", "label-wrong", "cannot-tell"
WITHDRAWN = "withdrawn"
KINDS = (MODEL_WRONG, LABEL_WRONG, CANNOT_TELL)
"""What a person can say; a withdrawn verdict says nothing."""
DISAGREEMENT = "disagreement"
STATES = (*KINDS, DISAGREEMENT)
"""What a garment can be after people spoke."""
ENOUGH = 100
"""So many test garments must have a verdict before the second score is shown in full."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TwoScores:
    """One version judged twice on the same test garments; the two are never mixed."""

    by_labels: Accuracy
    """By the labels the garments came with."""
    num_garments: int
    """Test garments."""
    num_right: int
    """Those tagged right by what the team says, and by the label where nobody said anything."""
    num_reviewed: int
    """Test garments of which somebody says something today, disagreements included."""
    num_relabelled: int
    """Of these, judged by the category the team agrees on instead of the label."""
    num_cannot_tell: int
    """Of these, neither right nor wrong, because all who looked cannot tell, whatever the label says."""
    num_disagreements: int
    """Of these, neither right nor wrong, because people do not agree."""
    num_unseen: int
    """Mistakes by their label that nobody has looked at."""

    @property
    def at_least(self) -> float:
        """Share tagged right, 0-1, were all that nobody can tell or agree on wrong; NaN without garments."""
        return self.num_right / self.num_garments if self.num_garments else float("nan")

    @property
    def at_most(self) -> float:
        """The same, were all of it right."""
        open_ones = self.num_cannot_tell + self.num_disagreements
        return (self.num_right + open_ones) / self.num_garments if self.num_garments else float("nan")

    @property
    def is_enough(self) -> bool:
        """Whether so many garments were reviewed that the second score says something."""
        return self.num_reviewed >= ENOUGH


def garment_states(verdicts: pd.DataFrame, stands_for: Mapping[str, str] | None = None) -> pd.DataFrame:
    """One row a garment of which somebody says something, in the order in which `verdicts` first names them.

    People agree where all of them say the same, one person included; to say "cannot tell" where another can is a
    disagreement, and so are two different categories.

    Args:
        verdicts: one row a person and garment, as
            `core.store.verdicts.verdict_tables.current` gives: columns garment, kind,
            category (None where there is none) at least. Withdrawn ones count for nothing.
        stands_for: class name -> the class name by which its category is known, where several are one in the shop:
            who chose two of them does not disagree. None: each is one by itself.

    Columns:
        garment (str): its key.
        state (str): one of `STATES`.
        category (str or None): the class name all chose, the first one of a category that is several; only where the
            state is label-wrong.
        num_people (int64): who say something of it today.
    """
    standing = verdicts[verdicts["kind"].to_numpy() != WITHDRAWN]
    garment, names = pd.factorize(standing["garment"].to_numpy(dtype=object))
    kind, category = standing["kind"].to_numpy(dtype=object), standing["category"].to_numpy(dtype=object)
    known = stands_for or {}
    chosen = np.array([known.get(name, name) for name in category], dtype=object)
    opinion = _codes(kind) * (len(standing) + 1) + _codes(chosen)
    first = np.zeros(len(names), dtype=np.int64)
    first[garment[::-1]] = np.arange(len(standing))[::-1]
    agrees = np.ones(len(names), dtype=bool)
    agrees[garment[opinion != opinion[first[garment]]]] = False
    return pd.DataFrame(
        {
            # As objects, so that no category is None and not NaN.
            "garment": pd.Series(names, dtype=object),
            "state": pd.Series(np.where(agrees, kind[first], DISAGREEMENT), dtype=object),
            "category": pd.Series(np.where(agrees & (kind[first] == LABEL_WRONG), category[first], None), dtype=object),
            "num_people": np.bincount(garment, minlength=len(names)),
        }
    )


def shown_to(verdicts: pd.DataFrame, who: str) -> pd.DataFrame:
    """The rows that person may see: their own, and those of others on garments of which they say something today.

    A second opinion is worth something only while it does not know the first. Same columns and order.
    """
    is_mine = verdicts["who"].to_numpy() == who
    judged = verdicts["garment"][is_mine & (verdicts["kind"].to_numpy() != WITHDRAWN)]
    shown: pd.DataFrame = verdicts[is_mine | verdicts["garment"].isin(judged).to_numpy()]
    return shown


def with_newer(verdicts: pd.DataFrame, newer: pd.DataFrame) -> pd.DataFrame:
    """The rows of `verdicts`, each replaced by that of `newer` of the same garment and person, and the other new ones.

    Both as `core.store.verdicts.verdict_tables` gives them, by rising number; so is what comes back.
    """
    newer = newer.drop_duplicates(["garment", "who"], keep="last")
    replaced = set(zip(newer["garment"], newer["who"], strict=True))
    # Only rows of the garments spoken of are looked at one by one: a hundred thousand others just stay.
    stays = ~verdicts["garment"].isin(newer["garment"]).to_numpy()
    for place in np.flatnonzero(~stays).tolist():
        stays[place] = (verdicts["garment"].iat[place], verdicts["who"].iat[place]) not in replaced
    return pd.concat([verdicts[stays], newer], ignore_index=True)


def two_scores(
    true_class: NDArray[np.integer],
    predicted_class: NDArray[np.integer],
    states: pd.DataFrame,
    class_names: Sequence[str],
    groups: NDArray[np.integer] | None = None,
) -> TwoScores:
    """Both scores of one version.

    After the review a garment whose label all reviewers call wrong counts by the category they chose. One that all of
    them cannot tell, or on which they disagree, may be right or wrong, whether or not the model says what the label
    says: the second score is two bounds, not an interval, since who looks at mistakes first chose what was reviewed.
    Every other garment counts by its label.

    Args:
        true_class: (N,) class index of each test garment's label.
        predicted_class: (N,) class index the version gave.
        states: columns state and category of `garment_states`, one row a garment that somebody reviewed; the index
            is its position in the test split, each at most once.
        class_names: (K,) names of the classes.
        groups: (K,) number of the category of each class, where several are one in the shop; None: each by itself.
    """
    of_class = np.arange(len(class_names)) if groups is None else np.asarray(groups)
    true_class, predicted = of_class[true_class], of_class[predicted_class]
    position = states.index.to_numpy(dtype=np.int64)
    state = states["state"].to_numpy(dtype=object)
    is_relabelled = state == LABEL_WRONG
    index = {name: int(number) for name, number in zip(class_names, of_class, strict=True)}
    reviewed_class = np.array(true_class, dtype=np.int64)
    reviewed_class[position[is_relabelled]] = [index[name] for name in states["category"][is_relabelled]]
    is_open = np.zeros(len(true_class), dtype=bool)
    is_open[position[(state == CANNOT_TELL) | (state == DISAGREEMENT)]] = True
    is_unseen = np.ones(len(true_class), dtype=bool)
    is_unseen[position] = False
    return TwoScores(
        by_labels=scores.accuracy(true_class, predicted),
        num_garments=len(true_class),
        num_right=int(((reviewed_class == predicted) & ~is_open).sum()),
        num_reviewed=len(states),
        num_relabelled=int(is_relabelled.sum()),
        num_cannot_tell=int((state == CANNOT_TELL).sum()),
        num_disagreements=int((state == DISAGREEMENT).sum()),
        num_unseen=int((is_unseen & (np.asarray(true_class) != predicted)).sum()),
    )


def _codes(values: NDArray[np.object_]) -> NDArray[np.int64]:
    """A number for each different value, -1 for none."""
    codes: NDArray[np.int64] = pd.factorize(values)[0].astype(np.int64)
    return codes
