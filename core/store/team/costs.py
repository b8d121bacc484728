"""What the team says mistakes cost, kept: every choice stays, the last one holds for everybody."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core import errors
from core.access.roles import Action
from core.quality import cost
from core.retail.naming import Naming
from core.store.base import choices, permission
from core.store.base.store import Store


@dataclass(frozen=True, kw_only=True, slots=True)
class Costs:
    """What mistakes cost today."""

    levels: NDArray[np.int64]
    """(K, K) index in `cost.LEVELS`, rows = what a garment really is; the diagonal does not matter."""
    number: int
    """Which choice of the team it is; 0: none was made."""
    is_chosen: bool
    """Whether people chose it; else it follows from the departments."""

    @property
    def weights(self) -> NDArray[np.int64]:
        """(K, K) see `cost.weights`."""
        return cost.weights(self.levels)


def current(store: Store, naming: Naming) -> Costs:
    """What mistakes cost between the categories of a model; by their departments where nobody has chosen."""
    chosen = choices.last(store, name_of(naming.class_names))
    if chosen is None or chosen.value is None:
        number = 0 if chosen is None else chosen.number
        return Costs(levels=_default(naming), number=number, is_chosen=False)
    return Costs(levels=np.array(chosen.value, dtype=np.int64), number=chosen.number, is_chosen=True)


@permission.needs(Action.SET)
def save(store: Store, naming: Naming, levels: NDArray[np.integer] | None, *, who: str, expected: int) -> Costs:
    """Keeps what mistakes cost for everybody; where nothing differs, nothing is written.

    Args:
        store: where.
        naming: of the model's categories.
        levels: (K, K) index in `cost.LEVELS`, rows = what a garment really is; None: by departments again.
        who: who chose them.
        expected: `number` of what was on screen.

    Raises:
        errors.StoreError: the levels are not those of these categories.
        errors.ChoiceConflict: somebody else has changed them since.
    """
    before = current(store, naming)
    if levels is None and not before.is_chosen:
        return before
    value = None if levels is None else _checked(levels, len(naming.class_names)).tolist()
    if value is not None and before.is_chosen and value == before.levels.tolist():
        return before
    chosen = choices.choose(
        store,
        name_of(naming.class_names),
        value,
        who=who,
        action="costs",
        subject="what mistakes cost",
        expected=expected,
        told=_difference(naming, before, _default(naming) if value is None else np.array(value)),
    )
    return Costs(
        levels=_default(naming) if value is None else np.array(value, dtype=np.int64),
        number=chosen.number,
        is_chosen=value is not None,
    )


def name_of(class_names: Sequence[str]) -> str:
    """The name of the choice for a model with these classes."""
    return f"costs {hashlib.sha256(json.dumps(list(class_names)).encode()).hexdigest()}"


def _default(naming: Naming) -> NDArray[np.int64]:
    return cost.default_levels([entry.department for entry in naming.entries], naming.shop_index)


def _checked(levels: NDArray[np.integer], num_classes: int) -> NDArray[np.int64]:
    found = np.array(levels, dtype=np.int64)
    if found.shape != (num_classes, num_classes) or not np.isin(found, range(len(cost.LEVELS))).all():
        raise errors.StoreError(
            f"Costs need one of {', '.join(cost.LEVELS)} for each two of {num_classes} categories, got {found.shape}."
        )
    np.fill_diagonal(found, cost.NO_MATTER)
    return found


def _difference(naming: Naming, before: Costs, after: NDArray[np.integer]) -> tuple[dict[str, str], dict[str, str]]:
    """Before and after, for the log: the kinds of mistakes that cost something else now."""
    kinds = {
        f"{naming.class_names[real]} tagged {naming.class_names[tagged]}": (
            before.levels[real, tagged],
            after[real, tagged],
        )
        for real, tagged in np.argwhere(before.levels != after)
    }
    was, becomes = ({kind: cost.LEVELS[pair[side]] for kind, pair in kinds.items()} for side in (0, 1))
    return was, becomes
