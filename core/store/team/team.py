"""What the team has chosen for everybody: today the target line, and the rules that tell two categories apart.

How they are kept is told in `core.store.base.choices`.
"""

import hashlib
import json
import math
from typing import Any

from core import errors
from core.access.roles import Action
from core.store.base import choices, permission
from core.store.base.store import Store

DEFAULT_TARGET = 0.85
LONGEST_RULE = 2000


def target(store: Store) -> float:
    """The share, 0-1, that each category should reach in both of its scores."""
    chosen = _last(store, "target")
    return DEFAULT_TARGET if chosen is None else float(chosen)


@permission.needs(Action.SET)
def choose_target(store: Store, share: float, *, who: str) -> None:
    """Sets the target line for everybody.

    Raises:
        errors.StoreError: the share is not a number between 0 and 1.
    """
    if not (math.isfinite(share) and 0 <= share <= 1):
        raise errors.StoreError(f"The target must lie between 0 and 100 of 100 garments, got {share * 100!r}.")
    choices.choose(store, "target", share, who=who, action="target", subject="target")


def pair_rule(store: Store, first_class: str, second_class: str) -> str:
    """How the team tells the two classes apart, in its own words; empty until somebody wrote it."""
    return str(_last(store, _rule_name(first_class, second_class)) or "")


@permission.needs(Action.SET)
def write_pair_rule(store: Store, first_class: str, second_class: str, rule: str, *, who: str) -> None:
    """Keeps the team's rule for a pair, whichever class is named first.

    Raises:
        errors.StoreError: the rule is longer than `LONGEST_RULE` characters.
    """
    if len(rule) > LONGEST_RULE:
        raise errors.StoreError(f"A rule can have {LONGEST_RULE:,} characters, this one has {len(rule):,}. Shorten it.")
    subject = " / ".join(sorted((first_class, second_class)))
    choices.choose(
        store, _rule_name(first_class, second_class), rule.strip(), who=who, action="pair-rule", subject=subject
    )


def _rule_name(first_class: str, second_class: str) -> str:
    # Class names can be of any length, the column cannot.
    names = json.dumps(sorted((first_class, second_class)))
    return f"rule {hashlib.sha256(names.encode()).hexdigest()}"


def _last(store: Store, name: str) -> Any:
    chosen = choices.last(store, name)
    return None if chosen is None else chosen.value
