"""How people keep their photos: recognised from what is there, shown before anything is brought in. Decodes nothing."""

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from core import errors
from core.catalogue.own import sheets
from core.retail import tables

PHOTO_ENDINGS = (".jpg", ".jpeg", ".png", ".webp")
LIST_ENDINGS = (".csv", ".tsv", ".txt", *sheets.ENDINGS)
SPLIT_NAMES = {
    "train": "train", "training": "train",
    "validation": "validation", "valid": "validation", "val": "validation", "dev": "validation",
    "test": "test", "testing": "test",
}  # fmt: skip
"""Name of a folder, or value of a column, in small letters -> the split that is meant."""
NO_CATEGORIES = ("not sure", "unsure", "other", "skip", "unknown", "n/a", "na", "none", "")
"""Values, in small letters, that say that there is no category."""
PHOTO_COLUMNS = ("image", "image_name", "picture", "photo", "file", "file_name", "filename", "path", "image_path", "id")
CATEGORY_COLUMNS = (
    "category", "label", "class", "articletype", "article_type", "product_type", "product_type_name", "type",
    "subcategory", "mastercategory",
)  # fmt: skip
PRODUCT_COLUMNS = ("product", "product_id", "product_code", "sku", "handle", "parent", "article_id")
GROUP_COLUMNS = ("group", "source", "product_code", "handle", "parent")
SPLIT_COLUMNS = ("split", "set", "partition", "evaluation_status")
_LARGEST_LIST = 200_000_000
_SYSTEM_FILES = ("__MACOSX", ".", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One photo as the layout gives it."""

    photo: str
    """Its path below the folder, with / between."""
    category: str
    """What it is called there; empty where nothing is said."""
    product: str = ""
    """What it shows one photo of; empty where nothing is said."""
    group: str = ""
    """Photos of one group lie on one side of a split; empty where nothing is said."""
    split: str = ""
    """"train", "validation" or "test"; empty where nothing is said."""
    problem: str = ""
    """Why it cannot be used, one clause; empty where it can."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """How a folder was read."""

    kind: str
    """One sentence for people."""
    rows: tuple[Row, ...]
    """One a photo, or a line of a list whose photo is missing."""
    list_file: str = ""
    """Name of the list; empty where folders say it all."""
    columns: dict[str, str]
    """Which column says what: "photo", "category", "product", "group", "split" -> its name in the list."""
    num_repaired: int = 0
    """Lines whose last cell held separators without quotes."""

    @property
    def categories(self) -> Counter[str]:
        """How many usable photos each category has."""
        return Counter(row.category for row in self.rows if not row.problem)


@dataclass(frozen=True, kw_only=True, slots=True)
class Choices:
    """What a person says in place of what is recognised; empty fields are recognised."""

    list_file: str = ""
    """Name of the list."""
    columns: tuple[tuple[str, str], ...] = ()
    """Pairs of what ("photo", "category", ...) and the name of the column that says it."""
    renamed: tuple[tuple[str, str], ...] = ()
    """Pairs of a category as it stands there and what it is to be called; several may get one name."""
    left_out: tuple[str, ...] = ()
    """Categories that are not brought in."""


def recognised(folder: Path, choices: Choices | None = None) -> Layout:
    """How the folder is laid out, every photo with its category.

    Raises:
        errors.CatalogueError: there is no such folder, no photo in it, or no way to tell their categories.
    """
    chosen = choices or Choices()
    if not folder.is_dir():
        raise errors.CatalogueError(f"{folder} is no folder. Name the folder that holds the photos.")
    photos, lists = _files(folder)
    if not photos:
        raise errors.CatalogueError(f"There are no photos ({', '.join(PHOTO_ENDINGS)}) in {folder}.")
    wanted = [chosen.list_file] if chosen.list_file else [name for name in lists if "/" not in name]
    lists_read = [found for name in wanted if (found := _by_list(folder, name, photos, chosen))]
    found = max(lists_read, key=lambda layout: layout.categories.total(), default=None)
    if found is None and chosen.list_file:
        raise errors.CatalogueError(
            f"{chosen.list_file!r} in {folder} names no photos and categories. Say with --column which columns do."
        )
    return _mapped(found or _by_folders(folder, photos), chosen)


def _files(folder: Path) -> tuple[list[str], list[str]]:
    """Photos and lists below the folder, by name; links are not followed, so nothing outside is read."""
    photos, lists = [], []
    for place, folders, files in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith(_SYSTEM_FILES))
        for name in sorted(files):
            path = Path(place, name)
            if name.startswith(_SYSTEM_FILES) or path.is_symlink():
                continue
            relative = path.relative_to(folder).as_posix()
            if name.lower().endswith(PHOTO_ENDINGS):
                photos.append(relative)
            elif name.lower().endswith(LIST_ENDINGS):
                lists.append(relative)
    return photos, lists


# ---- folders ----------------------------------------------------------------------------------------------------


def _by_folders(folder: Path, photos: Sequence[str]) -> Layout:
    tops = {PurePosixPath(photo).parts[0] for photo in photos if "/" in photo}
    has_splits = bool(tops) and all(top.lower() in SPLIT_NAMES for top in tops)
    rows = [_in_folder(photo, has_splits=has_splits) for photo in photos]
    if not any(row.category for row in rows):
        raise errors.CatalogueError(
            f"{folder} holds photos, but neither folders named like categories nor a list that names them. Put the "
            "photos of each category into a folder of its own, or a CSV with image and category beside them."
        )
    kind = "A folder for each split, in it a folder for each category." if has_splits else "A folder for each category."
    return Layout(kind=kind, rows=tuple(rows), columns={})


def _in_folder(photo: str, *, has_splits: bool) -> Row:
    parts = PurePosixPath(photo).parts
    split = SPLIT_NAMES[parts[0].lower()] if has_splits and len(parts) > 1 else ""
    inner = parts[1:] if split else parts
    if len(inner) < 2:
        return Row(photo=photo, category="", split=split, problem="it lies in no folder of a category")
    return Row(photo=photo, category=inner[0], split=split)


# ---- lists ------------------------------------------------------------------------------------------------------


def _by_list(folder: Path, name: str, photos: Sequence[str], chosen: Choices) -> Layout | None:
    """What the list says; None where it names no photos that are there, or no categories."""
    try:
        header, lines, num_repaired = _lines(_inside(folder, name))
    except errors.CatalogueError:
        if chosen.list_file:
            raise
        return None  # notes and licences lie beside photos too
    paths = _Paths(photos)
    columns = _columns(header, lines, paths, dict(chosen.columns))
    if not {"photo", "category"} <= columns.keys():
        return None
    rows = list(_listed(header, lines, columns, paths))
    named = {row.photo for row in rows}
    rows += [
        Row(photo=photo, category="", problem=f"no line of {name} names it") for photo in photos if photo not in named
    ]
    return Layout(
        kind=f"A list, {name}, whose column {columns['photo']!r} names the photo and {columns['category']!r} its "
        "category.",
        rows=tuple(rows), list_file=name, columns=columns, num_repaired=num_repaired,
    )  # fmt: skip


def _inside(folder: Path, name: str) -> Path:
    """The file of that name, which must lie in the folder."""
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise errors.CatalogueError(f"{name!r} is no file in {folder}. Name the list as it is called there.")
    if path.stat().st_size > _LARGEST_LIST:
        raise errors.CatalogueError(f"{path} has more than {_LARGEST_LIST:,} bytes. Name a smaller list.")
    return path


def _lines(path: Path) -> tuple[tuple[str, ...], list[tuple[str, ...]], int]:
    """Header, cells of each line, and how many lines were repaired; lines of other widths keep theirs."""
    known = [*PHOTO_COLUMNS, *CATEGORY_COLUMNS, *PRODUCT_COLUMNS, *GROUP_COLUMNS, *SPLIT_COLUMNS]
    try:
        is_sheet = path.name.lower().endswith(sheets.ENDINGS)
        table = sheets.read(path) if is_sheet else tables.read(path.read_bytes(), known)
    except ValueError as error:
        raise errors.CatalogueError(f"{path.name}: {error}") from None
    width, num_repaired, lines = len(table.header), 0, []
    for row in table.rows:
        cells = row.cells
        if len(cells) > width > 0 and any(cells[width:]):  # commas without quotes in the last column, a title mostly
            cells, num_repaired = (*cells[: width - 1], ",".join(cells[width - 1 :])), num_repaired + 1
        lines.append(cells[:width])
    return table.header, lines, num_repaired


class _Paths:
    """Photos of a folder, found by what lists call them: path, name, name without its ending, number without zeros."""

    def __init__(self, photos: Iterable[str]) -> None:
        self._by_path: dict[str, str] = {}
        self._by_name: dict[str, list[str]] = {}
        for photo in photos:
            path = PurePosixPath(photo)
            self._by_path |= {photo: photo, photo.rpartition(".")[0]: photo}
            for name in {path.name, path.stem, path.stem.lstrip("0")} - {""}:
                self._by_name.setdefault(name, []).append(photo)

    def find(self, said: str) -> str | None:
        """The photo that is meant; None where there is none, or more than one."""
        plain = said.strip().replace("\\", "/").removeprefix("./")
        if plain in self._by_path:
            return self._by_path[plain]
        name = PurePosixPath(plain).name
        if not name.lstrip("0"):
            return None
        of_name = self._by_name.get(name) or self._by_name.get(name.lstrip("0")) or []
        return of_name[0] if len(of_name) == 1 else None


def _columns(
    header: Sequence[str], lines: Sequence[tuple[str, ...]], paths: _Paths, chosen: dict[str, str]
) -> dict[str, str]:
    for what, name in chosen.items():
        if name not in header:
            raise errors.CatalogueError(f"The list has no column {name!r} for {what}. It has {', '.join(header)}.")
    found = dict(chosen)
    if "photo" not in found and (photo := _photo_column(header, lines, paths)):
        found["photo"] = photo
    for what, usual in (
        ("category", CATEGORY_COLUMNS), ("product", PRODUCT_COLUMNS), ("group", GROUP_COLUMNS), ("split", SPLIT_COLUMNS)
    ):  # fmt: skip
        taken = {found.get("photo")} if what == "category" else set()
        by_name = {name.strip().casefold(): name for name in header if name not in taken}
        named = next((by_name[name] for name in usual if name in by_name), None)
        if what not in found and named:
            found[what] = named
    return found


def _photo_column(header: Sequence[str], lines: Sequence[tuple[str, ...]], paths: _Paths) -> str | None:
    """The column most of whose cells name a photo that is there."""
    some = lines[:200]
    counts = [
        sum(place < len(cells) and paths.find(cells[place]) is not None for cells in some)
        for place in range(len(header))
    ]
    best = max(range(len(counts)), key=counts.__getitem__, default=0)
    return header[best] if counts and counts[best] else None


def _listed(
    header: Sequence[str], lines: Sequence[tuple[str, ...]], columns: dict[str, str], paths: _Paths
) -> Iterable[Row]:
    places = {what: list(header).index(name) for what, name in columns.items()}
    first: dict[str, int] = {}
    for number, cells in enumerate(lines):
        told = {what: cells[place].strip() if place < len(cells) else "" for what, place in places.items()}
        photo = paths.find(told["photo"])
        if photo is None:
            yield Row(
                photo=told["photo"], category=told["category"], problem="the photo that its line names is missing"
            )
            continue
        if photo in first:
            yield Row(photo=photo, category=told["category"], problem="another line names the same photo")
            continue
        first[photo] = number
        split = SPLIT_NAMES.get(told.get("split", "").lower(), "")
        product = told.get("product", "")
        group = told.get("group", "") or product
        yield Row(photo=photo, category=told["category"], product=product, group=group, split=split)


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
    return replace(layout, rows=tuple(rows))
