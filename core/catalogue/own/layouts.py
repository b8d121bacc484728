"""How people keep their photos: recognised from what is there, shown before anything is brought in. Decodes nothing."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from core import errors
from core.catalogue.own import data_sets, lists
from core.catalogue.own.records import Choices, Layout, Row
from core.photos import containers, sources

NO_CATEGORIES = ("not sure", "unsure", "other", "skip", "unknown", "n/a", "na", "none", "")
"""Values, in small letters, that say that there is no category."""


def recognised(place: Path, choices: Choices | None = None) -> Layout:
    """How photos are laid out, every one with its category.

    Args:
        place: a folder with photos, or a list or feed that names them.
        choices: what a person says in place of what is recognised.

    Raises:
        errors.CatalogueError: there is no such folder, no photo in it, or no way to tell their categories.
    """
    chosen = choices or Choices()
    if place.is_file():
        return _mapped(_of_file(place, chosen), chosen)
    if not place.is_dir():
        raise errors.CatalogueError(f"{place} is neither a folder nor a file. Name the folder that holds the photos.")
    return _mapped(_of_folder(place, chosen), chosen)


def headers(place: Path) -> dict[str, tuple[str, ...]]:
    """The lists of a place that have columns, by name, with their names."""
    if place.is_file():
        names = [place.name] if place.name.lower().endswith(lists.ENDINGS) else []
    else:
        photos, found = _files(place)
        wrapping = _wrapping([*photos, *found])
        names = [name for name in found if "/" not in name.removeprefix(wrapping)]
    columns = {name: lists.header(folder_of(place), name) for name in names}
    return {name: header for name, header in columns.items() if len(header) > 1}


def folder_of(place: Path) -> Path:
    """The folder below which the photos of a place lie."""
    return place.parent if place.is_file() else place


def _of_file(file: Path, chosen: Choices) -> Layout:
    if not file.name.lower().endswith(lists.ENDINGS):
        raise errors.CatalogueError(
            f"{file} is no list of photos ({', '.join(lists.ENDINGS)}). Name the folder that holds the photos."
        )
    photos = lists.Photos(lambda: _files(file.parent)[0])
    named = replace(chosen, list_file=file.name)
    return _of_named_list(file.parent, named, photos, is_alone=True)


def _of_folder(folder: Path, chosen: Choices) -> Layout:
    photos, found_lists = _files(folder)
    by_name = lists.Photos(lambda: photos)
    if chosen.list_file:
        return _of_named_list(folder, chosen, by_name)
    wrapping = _wrapping([*photos, *found_lists])
    wanted = [
        name for name in found_lists if "/" not in name.removeprefix(wrapping) or name.endswith(f"/{data_sets.PHOTOS}")
    ]
    read = [found for name in wanted if (found := lists.read(folder, name, by_name, chosen))]
    best = max(read, key=lambda layout: (layout.categories.total(), len(layout.rows)), default=None)
    if best is not None:
        return best
    if not photos:
        raise errors.CatalogueError(f"There are no photos ({', '.join(containers.ENDINGS)}) in {folder}.")
    return _by_folders(folder, photos)


def _of_named_list(folder: Path, chosen: Choices, photos: lists.Photos, *, is_alone: bool = False) -> Layout:
    found = lists.read(folder, chosen.list_file, photos, chosen, is_alone=is_alone)
    if found is None:
        raise errors.CatalogueError(
            f"{chosen.list_file!r} in {folder} names no photos and categories. Say with --column which columns do."
        )
    return found


def _files(folder: Path) -> tuple[list[str], list[str]]:
    """Photos and lists below the folder, by name; links are not followed, so nothing outside is read."""
    photos, found_lists = [], []
    for place, folders, files in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not sources.is_of_the_system(name))
        for name in sorted(files):
            path = Path(place, name)
            if sources.is_of_the_system(name) or path.is_symlink():
                continue
            relative = path.relative_to(folder).as_posix()
            if name.lower().endswith(containers.ENDINGS):
                photos.append(relative)
            elif name.lower().endswith(lists.ENDINGS):
                found_lists.append(relative)
    return photos, found_lists


# ---- folders ----------------------------------------------------------------------------------------------------


def _wrapping(names: Sequence[str], *, num_inner: int = 0) -> str:
    """The folders in which all files lie before they part: what somebody packed, as "photos/".

    Args:
        names: paths of the files.
        num_inner: folders above each file that are no wrapping, such as that of its category.
    """
    shortest = min((PurePosixPath(name).parts[: -1 - num_inner] for name in names), key=len, default=())
    common = 0
    while common < len(shortest) and len({PurePosixPath(name).parts[common] for name in names}) == 1:
        common += 1
    return "".join(f"{part}/" for part in shortest[:common])


def _by_folders(folder: Path, photos: Sequence[str]) -> Layout:
    wrapping = _wrapping(photos, num_inner=1)
    inner = [photo.removeprefix(wrapping) for photo in photos]
    tops = {PurePosixPath(photo).parts[0] for photo in inner if "/" in photo}
    has_splits = bool(tops) and all(top.lower() in lists.SPLIT_NAMES for top in tops)
    rows = [_in_folder(photo, has_splits=has_splits, wrapping=wrapping) for photo in photos]
    if not any(row.category for row in rows):
        raise errors.CatalogueError(
            f"{folder} holds photos, but neither folders named like categories nor a list that names them. Put the "
            "photos of each category into a folder of its own, or a CSV with image and category beside them."
        )
    kind = "A folder for each split, in it a folder for each category." if has_splits else "A folder for each category."
    return Layout(kind=kind, rows=tuple(rows), columns={})


def _in_folder(photo: str, *, has_splits: bool, wrapping: str) -> Row:
    parts = PurePosixPath(photo.removeprefix(wrapping)).parts
    split = lists.SPLIT_NAMES[parts[0].lower()] if has_splits and len(parts) > 1 else ""
    inner = parts[1:] if split else parts
    if len(inner) < 2:
        return Row(photo=photo, category="", split=split, problem="it lies in no folder of a category")
    return Row(photo=photo, category=inner[0], split=split)


# ---- what a person says -----------------------------------------------------------------------------------------


def _mapped(layout: Layout, chosen: Choices) -> Layout:
    """Categories as a person calls them; what is no category is left out."""
    renamed, left_out = dict(chosen.renamed), set(chosen.left_out)
    unknown = sorted((renamed.keys() | left_out) - {row.category for row in layout.rows})
    if unknown:
        raise errors.CatalogueError(
            f"No photo has the category {unknown[0]!r}. There are {', '.join(sorted(layout.categories))[:300]}."
        )
    rows = []
    for row in layout.rows:
        category = " ".join(renamed.get(row.category, row.category).split())
        problem = row.problem
        if not problem and (row.category in left_out or category.casefold() in NO_CATEGORIES):
            problem = f"its category {row.category!r} is left out" if row.category else "it has no category"
        rows.append(replace(row, category=category, problem=problem))
    departments = {" ".join(renamed.get(old, old).split()): where for old, where in layout.departments[::-1]}
    return replace(layout, rows=tuple(rows), departments=tuple(departments.items()))
