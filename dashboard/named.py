"""What the team calls the categories, read and written for pages.

With `dashboard.stored`, `dashboard.decided` and `dashboard.reviewed` a reader of core.store.
"""

from collections.abc import Collection

from core.naming import Naming
from core.store import choices, names
from core.store.choices import Choice
from core.store.runs import Run
from dashboard import stored


def naming_of(run: Run) -> Naming:
    """What the categories of that version are called now."""
    return names.current(stored.store(), run.class_names)


def save_names(named: Naming, *, who: str, merges: Collection[str], expected: int) -> Naming:
    """See `names.save`."""
    return names.save(stored.store(), named, who=who, merges=merges, expected=expected)


def last_choice(run: Run) -> Choice | None:
    """Who chose the names last, and when; None where nobody has."""
    return choices.last(stored.store(), names.name_of(run.class_names))
