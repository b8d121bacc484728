"""The worst mix-ups of a version, with pictures of the garments that were mixed up."""

import base64
import io
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image

from core import errors
from core.photos import sprite
from core.quality import cost, mistakes
from core.quality.category_views import CategoryView
from core.report import wording
from core.report.contents import Picture, WorstPair
from core.retail.naming import Naming
from core.store import Store
from core.store.runs import garments
from core.store.runs.runs import Run
from core.store.team import costs, team
from core.words import numbers, sentences

NUM_PAIRS = 3
NUM_PICTURES = 4
"""Garments shown of each direction."""
LONGEST_RULE = 110
_WHICH = ("first", "second")
_SIDE = 168
"""Pixels of a picture: sharp on paper at 14 mm."""


@dataclass(frozen=True, slots=True)
class _Judged:
    """What a pair is shown from."""

    store: Store
    run: Run
    naming: Naming
    categories: CategoryView
    wrong: pd.DataFrame
    """Garments tagged wrongly, the most sure first."""
    num_real: NDArray[np.int64]
    """(G,) garments of each category."""


def worst(
    store: Store,
    run: Run,
    called: tuple[Naming, CategoryView],
    pairs: pd.DataFrame,
    wrong: pd.DataFrame,
    num_real: NDArray[np.int64],
) -> tuple[tuple[WorstPair, ...], str]:
    """The first pairs of a table, and why no pictures are shown of them; that is empty where they are.

    Args:
        store: where.
        run: the version that mixed them up.
        called: what its classes are called, and the G categories that they are counted in.
        pairs: table of `core.quality.pairs` of these categories.
        wrong: garments tagged wrongly, with the columns of the predictions.
        num_real: (G,) garments of each category.
    """
    judged = _Judged(store, run, *called, mistakes.most_sure_first(wrong), num_real)
    rows = pairs.head(NUM_PAIRS).to_dict("records")
    try:
        return tuple(_pair(judged, row, with_pictures=True) for row in rows), ""
    except errors.StoreError as error:
        return tuple(_pair(judged, row, with_pictures=False) for row in rows), str(error)


def address(image: NDArray[np.uint8]) -> str:
    """The address of one picture: grey (H, W) as PNG, enlarged sharply; in colour (H, W, 3) as JPEG.

    What prints smooths what it enlarges, and a PDF forgets `image-rendering`; repeated pixels stay sharp.
    """
    if image.ndim == 2:
        return sprite.data_address(sprite.enlarged(image, smallest_side=_SIDE))
    picture, buffer = Image.fromarray(image), io.BytesIO()
    picture.thumbnail((2 * _SIDE, 2 * _SIDE))
    picture.save(buffer, format="JPEG", quality=85)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()


def _pair(judged: _Judged, row: Mapping[Hashable, Any], *, with_pictures: bool) -> WorstPair:
    first, second = int(row["first_index"]), int(row["second_index"])
    ways = ((first, second, row["num_first_as_second"]), (second, first, row["num_second_as_first"]))
    return WorstPair(
        title=" and ".join(wording.shortened(row[f"{which}_class"], wording.LONGEST_NAME) for which in _WHICH),
        weight=_weight(judged, row),
        directions=tuple(_direction(judged, *way, with_pictures=with_pictures) for way in ways if way[-1]),
        rule=wording.shortened(_rule(judged, first, second), LONGEST_RULE),
    )


def _direction(
    judged: _Judged, real: int, tagged: int, num: int, *, with_pictures: bool
) -> tuple[str, tuple[Picture, ...]]:
    names = [wording.shortened(judged.categories.names[index], wording.LONGEST_NAME) for index in (real, tagged)]
    way = f"{names[0]} tagged {names[1]}"
    told = f"{num:,} of {int(judged.num_real[real]):,}: {way}"
    if not with_pictures:
        return told, ()
    group = judged.categories.groups
    rows = judged.wrong
    is_kind = (group[rows["true_class"].to_numpy()] == real) & (group[rows["predicted_class"].to_numpy()] == tagged)
    chosen = rows[is_kind].head(NUM_PICTURES)
    images = garments.load(judged.store, judged.run, "test").take(chosen["garment"].to_numpy()).images
    shown = zip(images, chosen["confidence"].tolist(), strict=True)
    return told, tuple(
        Picture(address=address(image), words=f"{way}, the model was {numbers.percent(sure)} sure")
        for image, sure in shown
    )


def _weight(judged: _Judged, row: Mapping[Hashable, Any]) -> str:
    noun = "mistake" if row["num_mistakes"] == 1 else "mistakes"
    told = f"{row['num_mistakes']:,} {noun}. {sentences.share_of_mistakes(row['share_of_mistakes'])}"
    if row["num_mistakes"] < wording.FEW_MISTAKES:
        told += " So few may be chance."
    chosen = costs.current(judged.store, judged.naming)
    if chosen.is_chosen:
        some = np.ix_(_members(judged, row["first_index"]), _members(judged, row["second_index"]))
        level = max(int(chosen.levels[some].max()), int(chosen.levels.T[some].max()))
        told += f" Your team calls it {'of no matter' if level == cost.NO_MATTER else cost.LEVELS[level]}."
    return told


def _rule(judged: _Judged, first: int, second: int) -> str:
    names = judged.run.class_names
    found = [
        team.pair_rule(judged.store, names[one], names[other])
        for one in _members(judged, first)
        for other in _members(judged, second)
    ]
    return " ".join(filter(None, found))


def _members(judged: _Judged, group: int) -> Sequence[int]:
    """The model's classes that are that category."""
    members: list[int] = np.flatnonzero(judged.categories.groups == group).tolist()
    return members
