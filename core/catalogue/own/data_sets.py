"""Tables of public data sets that are no CSV: those of DeepFashion's category and attribute benchmark.

White space between cells, a first line with the number of lines, a second one with names, categories by number from 1.
"""

from dataclasses import dataclass
from pathlib import Path

from core import errors

PHOTOS, CATEGORIES, SPLITS = "list_category_img.txt", "list_category_cloth.txt", "list_eval_partition.txt"
_NEAR = (".", "..", "Anno", "Anno_coarse", "Eval", "../Anno", "../Anno_coarse", "../Eval")


@dataclass(frozen=True, kw_only=True, slots=True)
class Tables:
    """Where its files are."""

    photos: Path
    """Photo and number of its category."""
    categories: Path
    """Names of the categories, in order."""
    splits: Path | None
    """Photo and its split; None where there is no such file."""


def find(path: Path, folder: Path) -> Tables | None:
    """The files that belong together, where the path is the one that names photos; None where it is something else.

    Raises:
        errors.CatalogueError: nothing in the folder names the categories.
    """
    if path.name != PHOTOS:
        return None
    categories, splits = _beside(path, CATEGORIES, folder), _beside(path, SPLITS, folder)
    if categories is None:
        raise errors.CatalogueError(
            f"{path.name} gives categories by number; {CATEGORIES}, which names them, is missing."
        )
    return Tables(photos=path, categories=categories, splits=splits)


def read(found: Tables) -> tuple[str, tuple[str, ...], list[tuple[str, ...]]]:
    """What it is, its header, and a line for each photo.

    Raises:
        errors.CatalogueError: a line is none of such a table.
    """
    names = [cells[0] for cells in _cells(found.categories)]
    splits = dict(_pairs(found.splits)) if found.splits else {}
    lines: list[tuple[str, ...]] = []
    for photo, number in _pairs(found.photos):
        if not number.isdecimal() or not 1 <= int(number) <= len(names):
            raise errors.CatalogueError(
                f"{found.photos.name} gives {photo!r} the category {number!r}; {CATEGORIES} names 1 to {len(names)}."
            )
        # Photos of one garment lie in one folder.
        lines.append((photo, names[int(number) - 1], photo.rpartition("/")[0], splits.get(photo, "")))
    return "The tables of DeepFashion", ("image", "category", "group", "split"), lines


def _beside(path: Path, name: str, folder: Path) -> Path | None:
    near = ((path.parent / place / name).resolve() for place in _NEAR)
    return next((file for file in near if file.is_relative_to(folder.resolve()) and file.is_file()), None)


def _pairs(path: Path) -> list[tuple[str, str]]:
    found = []
    for cells in _cells(path):
        if len(cells) != 2:
            raise errors.CatalogueError(f"{path.name}: expected two cells in a line, got {' '.join(cells)[:80]!r}.")
        found.append((cells[0], cells[1]))
    return found


def _cells(path: Path) -> list[list[str]]:
    """Of each line after the number of lines and the names."""
    lines = [line.split() for line in path.read_text(encoding="utf-8", errors="replace").splitlines()]
    if len(lines) < 3 or len(lines[0]) != 1 or not lines[0][0].isdecimal():
        raise errors.CatalogueError(f"{path.name} does not begin with the number of its lines and their names.")
    return [cells for cells in lines[2:] if cells]
