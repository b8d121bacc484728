"""Which column of a file of tags says what: by usual names, then by what stands in it; people may say otherwise."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields

import numpy as np
import pandas as pd

from core import errors
from core.elsewhere.records import Columns

PICTURE = (
    "picture", "image", "photo", "filepath", "file_path", "file", "file_name", "filename", "image_path", "path",
    "image_name", "image_id", "id", "uri", "url", "key", "name",
)  # fmt: skip
PREDICTED = (
    "predicted", "prediction", "predicted_label", "predicted_category", "predicted_class", "pred", "y_pred",
    "pred_label", "tag", "tags", "labels", "top1", "predictions", "output",
)  # fmt: skip
LABEL = (
    "label", "true_label", "ground_truth", "groundtruth", "actual", "y_true", "target", "true", "gt", "true_class",
    "right", "right_label", "correct_label", "category", "class", "articletype", "product_type",
)  # fmt: skip
CONFIDENCE = ("confidence", "score", "probability", "prob", "proba", "conf", "certainty", "sure", "how_sure")
PROBABILITY = "prob_"
"""Before the name of a category, in files that are written here."""
_BEFORE = (PROBABILITY, "proba_", "probability_", "p_", "score_", "scores_", "probabilities_", "conf_", "prob ", "p ")
USUAL = (*PICTURE, *PREDICTED, *LABEL, *CONFIDENCE)
_SEEN = 200
"""Rows by which columns are told."""

IsPicture = Callable[[str], bool]
"""Whether a cell names a picture that is there."""


def recognised(table: pd.DataFrame, is_picture: IsPicture, chosen: Mapping[str, str] | None = None) -> Columns:
    """Which column says what.

    Args:
        table: of the file.
        is_picture: see `IsPicture`.
        chosen: what people say: a field of `Columns` but `probabilities` -> a column, "" for none of them.

    Raises:
        errors.ElsewhereRefused: a column that was said is none, or nothing names pictures or tags.
    """
    said = _checked(table, chosen or {})
    found = dict(said)
    taken = {name for name in said.values() if name}
    some = table.head(_SEEN)
    if "picture" not in said:
        found["picture"] = _picture(some, is_picture, taken)
    taken.add(found["picture"])
    probabilities = _probabilities(table, taken)
    taken |= {column for column, _ in probabilities}
    for what, usual in (("predicted", PREDICTED), ("label", LABEL), ("confidence", CONFIDENCE)):
        if what not in said:
            found[what] = _named(table, usual, taken)
            taken.add(found[what])
    if not found["predicted"] and not probabilities and found["label"] and "label" not in said:
        # "label" and "score", as cloud services say it: the label is what they think.
        found["predicted"], found["label"] = found["label"], _named(table, LABEL, taken)
    if not found["picture"]:
        raise errors.ElsewhereRefused(
            f"No column names pictures that are there. Say which one does: --column picture=NAME. {_has(table)}"
        )
    if not found["predicted"] and not probabilities:
        raise errors.ElsewhereRefused(
            f"No column names the predicted category. Say which one does: --column predicted=NAME. {_has(table)}"
        )
    return Columns(**found, probabilities=probabilities)


def _checked(table: pd.DataFrame, chosen: Mapping[str, str]) -> dict[str, str]:
    known = {field.name for field in fields(Columns)} - {"probabilities"}
    for what, name in chosen.items():
        if what not in known:
            raise errors.ElsewhereRefused(f"A column says one of {', '.join(sorted(known))}, got {what!r}.")
        if name and name not in table.columns:
            raise errors.ElsewhereRefused(f"The file has no column {name!r} for {what}. {_has(table)}")
    return dict(chosen)


def _has(table: pd.DataFrame) -> str:
    shown = [str(name) for name in table.columns[:20]]
    return f"The file has {', '.join(map(repr, shown))}{' and more' if len(table.columns) > len(shown) else ''}."


def _named(table: pd.DataFrame, usual: Sequence[str], taken: set[str]) -> str:
    """The column with the first of those names that there is."""
    by_name = {_plain(name): name for name in reversed([str(name) for name in table.columns]) if name not in taken}
    return next((by_name[name] for name in usual if name in by_name), "")


def _plain(name: str) -> str:
    return name.strip().rstrip("?:").casefold().replace("-", "_").replace(" ", "_")


def _picture(some: pd.DataFrame, is_picture: IsPicture, taken: set[str]) -> str:
    """The column most of whose cells name a picture; of equal ones, that with a usual name."""
    usual = _named(some, PICTURE, taken)
    if usual and all(map(is_picture, map(str, some[usual].tolist()))):
        return usual  # no other can be better; cells that name no picture are long looked for
    counts = {
        str(name): sum(map(is_picture, map(str, some[name].tolist())))
        for name in some.columns if name not in taken and _may_name(some[name])
    }  # fmt: skip
    best = max(counts, key=lambda name: (counts[name], name == usual), default="")
    return best if best and counts[best] else usual


def _may_name(column: pd.Series) -> bool:
    return not np.issubdtype(column.dtype, np.floating) if isinstance(column.dtype, np.dtype) else True


def _probabilities(table: pd.DataFrame, taken: set[str]) -> tuple[tuple[str, str], ...]:
    """The columns whose numbers add up to about 1 in most rows, with the categories they are named after."""
    some = table.head(_SEEN)
    names = [str(name) for name in table.columns if name not in taken and _are_shares(some[name])]
    for names_of in (_with_beginning(names), [name for name in names if _plain(name) not in USUAL]):
        if len(names_of) < 2:
            continue
        sums = sum(_numbers(some[name]) for name in names_of)
        if (np.abs(sums - 1) < 0.05).mean() > 0.5 or (np.abs(sums - 100) < 5).mean() > 0.5:
            return tuple((name, _category(name)) for name in names_of)
    return ()


def _with_beginning(names: Sequence[str]) -> list[str]:
    return [name for name in names if name.lower().startswith(_BEFORE)]


def _category(name: str) -> str:
    before = next((before for before in _BEFORE if name.lower().startswith(before)), "")
    return name[len(before) :].strip() or name


def _are_shares(column: pd.Series) -> bool:
    values = _numbers(column)
    return bool(len(values)) and bool(((values >= 0) & (values <= 100)).mean() > 0.5)


def _numbers(column: pd.Series) -> pd.Series:
    """As numbers, NaN where a cell is none; decimal commas as points."""
    if not pd.api.types.is_numeric_dtype(column.dtype):
        column = column.astype(str).str.strip().str.removesuffix("%").str.strip()
        column = column.where(column.str.contains(".", regex=False), column.str.replace(",", ".", regex=False))
    return pd.to_numeric(column, errors="coerce").astype(np.float64)


numbers = _numbers
"""The cells of a column as numbers, NaN where one is none."""
