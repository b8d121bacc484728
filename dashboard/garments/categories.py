"""The table of the categories that were recognised: each can be called otherwise, merged and left out."""

from pathlib import Path

from core import errors
from core.catalogue.own.records import Layout
from dashboard.garments import wording
from dashboard.parts import sheet

LONGEST = 80
"""Characters that can be typed as a name."""


def table(place: Path, layout: Layout) -> sheet.Sheet:
    """The table before anybody types: every category is called what it is called there, and brought in."""
    counts = layout.categories.most_common()
    return sheet.Sheet(
        key="bring-categories",
        base=f"{place} {hash(tuple(counts))}",
        columns=(
            sheet.Column(title=wording.CATEGORY, is_fixed=True),
            sheet.Column(title=wording.PHOTOS, is_fixed=True),
            sheet.Column(title=wording.CALLED, longest=LONGEST),
            sheet.Column(title=wording.TAKEN, options=wording.YES_NO),
        ),
        rows=tuple((category, f"{num:,}", category, wording.YES_NO[0]) for category, num in counts),
    )


def left_out(categories: sheet.Sheet) -> tuple[str, ...]:
    """Which categories are not to be brought in, as they stand on screen now."""
    return tuple(str(old) for old, _, _, taken in sheet.typed(categories) if taken != wording.YES_NO[0])


def renamed(categories: sheet.Sheet) -> tuple[tuple[str, str], ...]:
    """Category and what it is to be called, of those that are brought in under another name.

    Raises:
        errors.CatalogueError: one has no name, or all are left out.
    """
    out = left_out(categories)
    names = [(str(old), " ".join(str(new).split())) for old, _, new, _ in sheet.typed(categories) if old not in out]
    if not names:
        raise errors.CatalogueError(wording.NONE_TAKEN)
    if nameless := [old for old, new in names if not new]:
        raise errors.CatalogueError(wording.nameless(nameless[0]))
    # Of an untouched one not even a blank is another: what was recognised is kept.
    return tuple((old, new) for old, new in names if new != " ".join(old.split()))
