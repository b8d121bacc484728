"""Lists that name photos and their categories: CSV, spreadsheet, feed, the export of a shop, tables of data sets."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from core import errors
from core.catalogue.own import data_sets, feeds, shop_lists
from core.catalogue.own.records import Choices, Layout, Row
from core.retail import tables

ENDINGS = (*tables.ENDINGS, *feeds.ENDINGS)
SPLIT_NAMES = {
    "train": "train", "training": "train",
    "validation": "validation", "valid": "validation", "val": "validation", "dev": "validation",
    "test": "test", "testing": "test",
}  # fmt: skip
"""Name of a folder, or value of a column, in small letters -> the split that is meant."""
PHOTO_COLUMNS = ("image", "image_name", "picture", "photo", "file", "file_name", "filename", "path", "image_path", "id")
CATEGORY_COLUMNS = (
    "category", "label", "class", "articletype", "article_type", "product_type", "product_type_name", "type",
    "subcategory", "mastercategory",
)  # fmt: skip
PRODUCT_COLUMNS = ("product", "product_id", "sku", "article_id", "product_code", "handle", "parent")
GROUP_COLUMNS = ("group", "source", "product_code", "handle", "parent")
DEPARTMENT_COLUMNS = ("department", "mastercategory", "master_category", "index_group_name", "product_group_name")
SPLIT_COLUMNS = ("split", "set", "partition", "evaluation_status")
LONGEST_DEPARTMENT = 80
_NEARLY_ALL = 0.8
_LARGEST = 200_000_000
_ADDRESS = ("http://", "https://")

Line = tuple[str, ...]


class Photos:
    """Photos of a folder, found by what lists call them: path, its end, name without ending, number without zeros."""

    def __init__(self, names: Callable[[], Sequence[str]]) -> None:
        """The photos whose paths below the folder `names` gives; it is asked only once one is looked for."""
        self._names = names

    @cached_property
    def names(self) -> Sequence[str]:
        """All of them."""
        return self._names()

    @cached_property
    def _by_path(self) -> dict[str, str]:
        return {key: photo for photo in self.names for key in (photo.rpartition(".")[0], photo)}

    @cached_property
    def _by_end(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for photo in self.names:
            path = PurePosixPath(photo)
            ends = {"/".join(path.parts[-num:]) for num in range(2, len(path.parts))}
            for name in ends | {path.name, path.stem, path.stem.lstrip("0")} - {""}:
                found.setdefault(name, []).append(photo)
        return found

    def find(self, said: str) -> str | None:
        """The photo that is meant; None where there is none, or more than one."""
        plain = said.strip().replace("\\", "/").removeprefix("./").lstrip("/")
        if plain in self._by_path:
            return self._by_path[plain]
        name = PurePosixPath(plain).name
        if not name.lstrip("0"):
            return None
        for key in (plain, name, name.lstrip("0")):
            if of_name := self._by_end.get(key):
                return of_name[0] if len(of_name) == 1 else None
        return None


def is_address(said: str) -> bool:
    """Whether a cell holds the address of a photo."""
    return said.strip().lower().startswith(_ADDRESS)


def read(folder: Path, name: str, photos: Photos, chosen: Choices, *, is_alone: bool = False) -> Layout | None:
    """What the list says; None where it names no photos that are there or have an address, or no categories.

    Args:
        folder: in which it lies.
        name: of the list.
        photos: of the folder.
        chosen: what a person says.
        is_alone: whether it was handed in itself, so that photos that it does not name are nobody's business.

    Raises:
        errors.CatalogueError: a person named this list, and it cannot be read or has no such column.
    """
    try:
        kind, header, lines, num_repaired = _lines(_inside(folder, name), folder)
    except errors.CatalogueError:
        if chosen.list_file:
            raise
        return None  # notes and licences lie beside photos too
    columns = _columns(header, lines, photos, dict(chosen.columns))
    if not {"photo", "category"} <= columns.keys():
        return None
    rows = list(_listed(header, lines, columns, photos, fetch=chosen.fetch))
    named = {row.photo for row in rows}
    if not is_alone:
        rows += [
            Row(photo=photo, category="", problem=f"no line of {name} names it")
            for photo in photos.names
            if photo not in named
        ]
    shown = f"{kind}, {name}," if kind else f"A list, {name},"
    return Layout(
        kind=f"{shown} whose column {columns['photo']!r} names the photo and {columns['category']!r} its category.",
        rows=tuple(rows), list_file=name, columns=columns, header=tuple(header), num_repaired=num_repaired,
        departments=_departments(header, lines, columns),
    )  # fmt: skip


def header(folder: Path, name: str) -> tuple[str, ...]:
    """Names of the columns of a list; empty where it cannot be read as one."""
    try:
        return tuple(_lines(_inside(folder, name), folder)[1])
    except errors.CatalogueError:
        return ()


def _inside(folder: Path, name: str) -> Path:
    """The file of that name, which must lie in the folder."""
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise errors.CatalogueError(f"{name!r} is no file in {folder}. Name the list as it is called there.")
    if path.stat().st_size > _LARGEST:
        raise errors.CatalogueError(f"{path} has more than {_LARGEST:,} bytes. Name a smaller list.")
    return path


def _lines(path: Path, folder: Path) -> tuple[str, Line, list[Line], int]:
    """What kind of list it is, its header, the cells of each line, and how many lines were repaired."""
    if tables_of := data_sets.find(path, folder):
        return (*data_sets.read(tables_of), 0)
    known = [*PHOTO_COLUMNS, *CATEGORY_COLUMNS, *PRODUCT_COLUMNS, *GROUP_COLUMNS, *SPLIT_COLUMNS]
    try:
        is_feed = path.name.lower().endswith(feeds.ENDINGS)
        table = feeds.read(path) if is_feed else tables.read(path.read_bytes(), known)
    except ValueError as error:
        raise errors.CatalogueError(f"{path.name}: {error}") from None
    width, num_repaired, lines = len(table.header), 0, []
    for row in table.rows:
        cells = row.cells
        if len(cells) > width > 0 and any(cells[width:]):  # commas without quotes in the last column, a title mostly
            cells, num_repaired = (*cells[: width - 1], ",".join(cells[width - 1 :])), num_repaired + 1
        lines.append(cells[:width])
    if shop := shop_lists.find(table.header):
        return (shop.title, *shop_lists.unfolded(shop, table.header, lines), num_repaired)
    return "", table.header, lines, num_repaired


# ---- columns ----------------------------------------------------------------------------------------------------


def _columns(header: Sequence[str], lines: Sequence[Line], photos: Photos, chosen: dict[str, str]) -> dict[str, str]:
    for what, name in chosen.items():
        if name not in header:
            raise errors.CatalogueError(f"The list has no column {name!r} for {what}. It has {', '.join(header)}.")
    found = dict(chosen)
    if header[:1] == (shop_lists.PHOTO,):
        of_shops = {"photo": shop_lists.PHOTO, "category": shop_lists.CATEGORY, "product": shop_lists.PRODUCT}
        return {**of_shops, "group": shop_lists.PRODUCT, **found}
    if "photo" not in found and (photo := _photo_column(header, lines, photos)):
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


def _photo_column(header: Sequence[str], lines: Sequence[Line], photos: Photos) -> str | None:
    """The column most of whose cells name a photo that is there, else the one with most addresses."""
    some = lines[:200]
    for names_one in (lambda cell: not is_address(cell) and photos.find(cell) is not None, is_address):
        counts = [sum(place < len(cells) and names_one(cells[place]) for cells in some) for place in range(len(header))]
        best = max(range(len(counts)), key=counts.__getitem__, default=0)
        if counts and counts[best]:
            return header[best]
    return None


def _departments(
    header: Sequence[str], lines: Sequence[Line], columns: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """Categories with where nearly all of their lines say they are sold; the column names it, or the step above."""
    if header[:1] == (shop_lists.PHOTO,) and (shop := shop_lists.find(header[3:])):
        pairs = shop_lists.parents(shop, header[3:], [line[3:] for line in lines])
    else:
        by_name = {name.strip().casefold(): place for place, name in enumerate(header) if name != columns["category"]}
        place = next((by_name[name] for name in DEPARTMENT_COLUMNS if name in by_name), None)
        if place is None:
            return ()
        at = list(header).index(columns["category"])
        pairs = ((cells[at].strip(), cells[place].strip()) for cells in lines if len(cells) > max(at, place))
    counts: dict[str, Counter[str]] = {}
    for category, department in pairs:
        counts.setdefault(category, Counter())[department] += 1
    most = {category: of_one.most_common(1)[0] for category, of_one in counts.items()}
    return tuple(
        (category, department[:LONGEST_DEPARTMENT])
        for category, (department, num) in most.items()
        if department and num >= _NEARLY_ALL * counts[category].total()
    )


# ---- rows -------------------------------------------------------------------------------------------------------


def _listed(
    header: Sequence[str], lines: Sequence[Line], columns: dict[str, str], photos: Photos, *, fetch: bool
) -> Iterable[Row]:
    places = {what: list(header).index(name) for what, name in columns.items()}
    seen: set[str] = set()
    for cells in lines:
        told = {what: cells[place].strip() if place < len(cells) else "" for what, place in places.items()}
        photo, problem = _found(told["photo"], photos, fetch=fetch)
        if not problem and photo in seen:
            problem = "another line names the same photo"
        if problem:
            yield Row(photo=photo, category=told["category"], problem=problem)
            continue
        seen.add(photo)
        product = told.get("product", "")
        yield Row(
            photo=photo, category=told["category"], product=product, group=told.get("group", "") or product,
            split=SPLIT_NAMES.get(told.get("split", "").lower(), ""), is_address=is_address(photo),
        )  # fmt: skip


def _found(said: str, photos: Photos, *, fetch: bool) -> tuple[str, str]:
    """The path or address of the photo, and why it cannot be used, empty where it can."""
    if is_address(said):
        # People keep the pictures of a feed beside it, under the names that they have in the addresses.
        beside = photos.find(unquote(urlsplit(said).path)) if photos.names else None
        return (beside, "") if beside else (said, "" if fetch else NOT_FETCHED)
    photo = photos.find(said)
    return (said, "the photo that its line names is missing") if photo is None else (photo, "")


NOT_FETCHED = "its photo is an address, and fetching was not asked for"
"""Why a row with an address is not used."""
