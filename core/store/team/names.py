"""What the team calls the model's categories, kept: every choice stays, the last one holds for everybody."""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from typing import Any

import sqlalchemy as sa

from core import errors
from core.access.roles import Action
from core.catalogue import kept
from core.retail import naming
from core.retail.naming import Naming
from core.store.base import choices, database, permission
from core.store.base.store import Store


def current(store: Store, class_names: Sequence[str]) -> Naming:
    """What holds for a model with these classes; where nobody has chosen the defaults, with the shop's departments."""
    with database.read(store.engine) as connection:
        found = current_in(connection, class_names)
    return found if found.number else defaults(store, class_names)


def defaults(store: Store, class_names: Sequence[str]) -> Naming:
    """The names of the model themselves, sold where the retailer's own lists say."""
    return naming.defaults(class_names, kept.departments(store.home))


def current_in(connection: sa.Connection, class_names: Sequence[str]) -> Naming:
    """`current`, as that transaction sees it."""
    chosen = choices.last_in(connection, name_of(class_names))
    if chosen is None:
        return naming.defaults(class_names)
    entries = tuple(naming.Entry(**entry) for entry in chosen.value)
    return Naming(entries=entries, number=chosen.number)


@permission.needs(Action.SET)
def save(store: Store, named: Naming, *, who: str, merges: Collection[str] = (), expected: int | None = None) -> Naming:
    """Keeps the names for everybody; where nothing differs, nothing is written.

    Args:
        store: where.
        named: made by `naming.checked` or `naming.defaults`.
        who: who chose them.
        merges: the names that several categories may carry from now on; those that are merged today need none.
        expected: `number` of the names that were on screen; None: whatever holds.

    Raises:
        errors.MergeUnconfirmed: categories would become one, and nobody said so.
        errors.ChoiceConflict: somebody else has changed the names since.
    """
    before = current(store, named.class_names)
    if before.entries == named.entries:
        return before
    asked = {name: group for name, group in naming.new_merges(named, before).items() if name not in merges}
    if asked:
        groups = "; ".join(f"{' and '.join(group)} as {name}" for name, group in asked.items())
        raise errors.MergeUnconfirmed(f"Equal names merge categories: {groups}. Confirm it, or change a name.", asked)
    chosen = choices.choose(
        store,
        name_of(named.class_names),
        [asdict(entry) for entry in named.entries],
        who=who,
        action="names",
        subject="names of categories",
        expected=before.number if expected is None else expected,
        told=_difference(before, named),
    )
    return replace(named, number=chosen.number)


def name_of(class_names: Sequence[str]) -> str:
    """The name of the choice for a model with these classes."""
    return f"names {hashlib.sha256(json.dumps(list(class_names)).encode()).hexdigest()}"


def _difference(before: Naming, after: Naming) -> tuple[dict[str, Any], dict[str, Any]]:
    """Before and after, for the log: what changed of which category, nothing else."""
    was: dict[str, Any] = {}
    becomes: dict[str, Any] = {}
    for old, new in zip(before.entries, after.entries, strict=True):
        changed = [name for name, value in asdict(new).items() if asdict(old)[name] != value]
        if changed:
            was[new.class_name] = {name: asdict(old)[name] for name in changed}
            becomes[new.class_name] = {name: asdict(new)[name] for name in changed}
    return was, becomes
