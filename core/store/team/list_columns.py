"""Which column of a list says what, as people said it once: remembered for everybody, by the list's headings."""

import hashlib
import json
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, replace

from core.access.roles import Action
from core.retail import list_columns
from core.retail.list_columns import MEANINGS, Columns
from core.store.base import choices, permission
from core.store.base.store import Store


def remembered(store: Store, header: Sequence[str]) -> Columns | None:
    """What people said last of lists with these headings, in any order and capitals; None where nobody has."""
    chosen = choices.last(store, name_of(header))
    if chosen is None:
        return None
    photo, sku, title = (_as_here(chosen.value[what], header) for what in MEANINGS)
    return Columns(photo=photo, sku=sku, title=title, number=chosen.number)


@permission.needs(Action.REVIEW)
def save(store: Store, header: Sequence[str], columns: Columns, *, who: str, expected: int | None = None) -> Columns:
    """Remembers it for everybody; where nothing differs, nothing is written.

    Args:
        store: where.
        header: all headings of the list.
        columns: which of them is which.
        who: who says so.
        expected: `number` of the columns that were on screen; None: whatever is remembered.

    Raises:
        errors.TaggingRefused: the columns make no list.
        errors.ChoiceConflict: somebody else has chosen since.
    """
    list_columns.checked(header, columns)
    before = remembered(store, header)
    if before is not None and replace(columns, number=before.number) == before:
        return before
    value = {what: asdict(columns)[what] for what in MEANINGS}
    chosen = choices.choose(
        store, name_of(header), value, who=who, action="list-columns", subject="columns of a list", expected=expected
    )
    return replace(columns, number=chosen.number)


def name_of(header: Sequence[str]) -> str:
    """The name of the choice for lists with these headings."""
    return f"list-columns {hashlib.sha256(json.dumps(sorted(map(_alike, header))).encode()).hexdigest()}"


def _as_here(heading: str, header: Sequence[str]) -> str:
    """The heading as this list writes it; where it has several that differ in capitals only, the one that is equal."""
    alike = [name for name in header if _alike(name) == _alike(heading)]
    return heading if heading in alike or not alike else alike[0]


def _alike(heading: str) -> str:
    return unicodedata.normalize("NFC", heading).casefold()
