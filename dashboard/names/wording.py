"""Names of categories and what merging them does, as sentences a merchandiser reads. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from core.quality.merging import Effect
from core.retail.taxonomy import Release
from dashboard.look import phrases

INTRODUCTION = (
    "Type over any cell. The names stand on every page, in every list and in every export. The model itself does not "
    "change. Give two categories the same name to make them one."
)
EDITOR_HELP = "Where type and tags are left empty, a shop gets the name. Several tags are separated by commas."
TAXONOMY_HELP = (
    "Shopify files products under categories of its own, such as Apparel & Accessories > Clothing. Take the files of a "
    "release of github.com/Shopify/product-taxonomy from its folder dist/en, drop them here, and type "
    "a category below by its words or its number, such as aa-1. What is saved stays without the files."
)
FILE = "Names from a CSV or a workbook of Excel"
FILE_HELP = "With the columns that the button above writes."
MAPPING_ALONE = "Google's categories are those of Shopify's: give categories.txt of the same release as well."
WHERE_MERGED = (
    "Merged categories count as one in every figure; a switch shows the model's own, as “Tops (Shirt)”. "
    "Lists for the shop carry the merged name alone."
)
NOTHING_MERGED = (
    "No categories are merged. Give two of them the same name to see here what that does to the share of correct tags."
)
SAVED = "Saved for everybody."
UNCHANGED = "All of it was saved already."
NOT_SAVED = "Nothing was saved: look above at what stands in the way."
FROM_FILE = "These names are from the file. They are not saved yet."


def release(found: Release) -> str:
    """What a release holds: "Release 2026-02: 11,768 categories, 11,700 of them with Google's."."""
    google = f", {len(found.google):,} of them with Google's" if found.google else ""
    return f"Release {found.number}: {len(found.ids):,} categories{google}."


def effect(group: Sequence[str], found: Effect) -> str:
    """What one merge does: "Merging Shirt and T-shirt/top lifts correct tags from 92.0 to 94.2 of 100 (…)"."""
    subject = f"Merging {listed(group)}"
    if not found.before.num_garments:
        return f"{subject}: no garment has been judged, so nobody can say what that does."
    if not found.num_gained:
        return f"{subject} changes no score: the model never mixes them up."
    return (
        f"{subject} lifts correct tags from {_of_hundred(found.before.accuracy)} to "
        f"{_of_hundred(found.after.accuracy)} of 100: {_gained(found)}."
    )


def together(found: Effect) -> str:
    """What all merges do at once."""
    return (
        f"All merges together: from {_of_hundred(found.before.accuracy)} to "
        f"{_of_hundred(found.after.accuracy)} of 100, {_gained(found)}."
    )


def asked(merges: Mapping[str, Sequence[str]]) -> str:
    """The question before categories become one."""
    parts = (f"{listed(group)} would both be {name}" if len(group) == 2 else f"{listed(group)} would all be {name}"
             for name, group in merges.items())  # fmt: skip
    return f"{'; '.join(parts)}. Is that one category in your shop? If not, give one of them another name."


def chosen_by(who: str, when: str) -> str:
    """Who chose the names last."""
    return f"Last changed by {who}, {when}."


def listed(names: Iterable[str]) -> str:
    """Names in a row: "Shirt", "Shirt and Coat", "Shirt, Coat and Bag"."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _of_hundred(share: float) -> str:
    """With one decimal: what a merge adds is often less than one garment of 100."""
    return f"{100 * share:.1f}"


def _gained(found: Effect) -> str:
    low, high = 100 * found.low, 100 * found.high
    return (
        f"{found.num_gained:,} of {phrases.garments(found.before.num_garments)} more "
        f"(between {low:.1f} and {high:.1f} of 100)"
    )
