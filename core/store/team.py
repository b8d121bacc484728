"""What the team has chosen for everybody: today the target line, and the rules that tell two categories apart.

The table only grows: the last choice of a name holds, and the earlier ones tell who chose what before. Every choice
also stands in the log.
"""

import hashlib
import json
import math
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from core import errors
from core.store import Store, audit, database, schema

DEFAULT_TARGET = 0.85
LONGEST_RULE = 2000


def target(store: Store) -> float:
    """The share, 0-1, that each category should reach in both of its scores."""
    chosen = _last(store, "target")
    return DEFAULT_TARGET if chosen is None else float(chosen)


def choose_target(store: Store, share: float, *, who: str) -> None:
    """Sets the target line for everybody.

    Raises:
        errors.StoreError: the share is not a number between 0 and 1.
    """
    if not (math.isfinite(share) and 0 <= share <= 1):
        raise errors.StoreError(f"The target must lie between 0 and 100 of 100 garments, got {share * 100!r}.")
    _choose(store, "target", share, who=who, action="target", subject="target")


def pair_rule(store: Store, first_class: str, second_class: str) -> str:
    """How the team tells the two classes apart, in its own words; empty until somebody wrote it."""
    return str(_last(store, _rule_name(first_class, second_class)) or "")


def write_pair_rule(store: Store, first_class: str, second_class: str, rule: str, *, who: str) -> None:
    """Keeps the team's rule for a pair, whichever class is named first.

    Raises:
        errors.StoreError: the rule is longer than `LONGEST_RULE` characters.
    """
    if len(rule) > LONGEST_RULE:
        raise errors.StoreError(f"A rule can have {LONGEST_RULE:,} characters, this one has {len(rule):,}. Shorten it.")
    subject = " / ".join(sorted((first_class, second_class)))
    _choose(store, _rule_name(first_class, second_class), rule.strip(), who=who, action="pair-rule", subject=subject)


def _rule_name(first_class: str, second_class: str) -> str:
    # Class names can be of any length, the column cannot.
    names = json.dumps(sorted((first_class, second_class)))
    return f"rule {hashlib.sha256(names.encode()).hexdigest()}"


def _last(store: Store, name: str) -> Any:
    with database.read(store.engine) as connection:
        return connection.scalar(_last_of(name))


def _last_of(name: str) -> sa.Select[Any]:
    choices = schema.team_choices.c
    return sa.select(choices.value).where(choices.name == name).order_by(choices.number.desc()).limit(1)


def _choose(store: Store, name: str, value: Any, *, who: str, action: str, subject: str) -> None:
    values = {"name": name, "value": value, "who": who, "chosen_at": datetime.now(UTC)}
    with database.write(store.engine) as connection:
        before = connection.scalar(_last_of(name))
        connection.execute(sa.insert(schema.team_choices).values(**values))
        audit.record(connection, who=who, action=action, subject=subject, before=before, after=value)
