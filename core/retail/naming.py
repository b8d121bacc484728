"""What the retailer calls the model's categories: name, department, type, tags, product category, which are one. Pure.

Addresses, keys and stored data keep the model's names; people read the retailer's. Categories that carry the same name
are merged: one category in the shop and in figures. Where each of them is shown it is called "Tops (Shirt)".
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core import errors
from core.retail import departments, spreadsheet, tables, taxonomy
from core.retail.taxonomy import Release

LONGEST = 80
"""Characters that a name, a department, a product type and a tag text may have."""
LONGEST_CATEGORY = 300
"""Characters that a category of Shopify's taxonomy may have, with all those above it."""
COLUMNS = ("category", "name", "department", "product_type", "tag", "product_category")
"""Of the names as CSV: the model's name first. Files of before may lack the last."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What one category of the model is called."""

    class_name: str
    """The model's name; never changes."""
    name: str
    """The retailer's name."""
    department: str = ""
    """Where it is sold; may be empty."""
    product_type: str = ""
    """What a shop calls the type of product; empty: the name."""
    tag: str = ""
    """The tags of a product, separated by commas; empty: the name."""
    product_category: str = ""
    """Category of Shopify's taxonomy with all those above it, see `core.retail.taxonomy`; empty: none is said."""
    google_category: str = ""
    """Google's category for it, by the mapping of the same release; empty: none is known."""

    @property
    def shop_type(self) -> str:
        """The type of product in an export."""
        return self.product_type or self.name

    @property
    def shop_tags(self) -> tuple[str, ...]:
        """The tags of a product in an export, each once."""
        return tuple(dict.fromkeys(filter(None, (tag.strip() for tag in (self.tag or self.name).split(",")))))


@dataclass(frozen=True, kw_only=True, slots=True)
class Naming:
    """What all categories of a model are called, in class order; made by `defaults` and `checked`."""

    entries: tuple[Entry, ...]
    """One a category."""
    number: int = 0
    """Which choice of the team it is; 0: the defaults, or not stored."""

    @property
    def class_names(self) -> tuple[str, ...]:
        """(K,) the model's names."""
        return tuple(entry.class_name for entry in self.entries)

    @property
    def merged(self) -> dict[str, tuple[str, ...]]:
        """The names that several categories carry -> the model's names of those."""
        groups: dict[str, list[str]] = {}
        for entry in self.entries:
            groups.setdefault(entry.name, []).append(entry.class_name)
        return {name: tuple(group) for name, group in groups.items() if len(group) > 1}

    @property
    def on_screen(self) -> tuple[str, ...]:
        """(K,) what each category is called where all of them are shown: its name, "Tops (Shirt)" where merged."""
        merged = self.merged
        return tuple(
            f"{entry.name} ({entry.class_name})" if entry.name in merged else entry.name for entry in self.entries
        )

    @property
    def shop_names(self) -> tuple[str, ...]:
        """The names in the shop, each once, in class order."""
        return tuple(dict.fromkeys(entry.name for entry in self.entries))

    @property
    def shop_index(self) -> NDArray[np.int64]:
        """(K,) position in `shop_names` of each category."""
        index = {name: number for number, name in enumerate(self.shop_names)}
        return np.array([index[entry.name] for entry in self.entries], dtype=np.int64)

    def of(self, class_name: str) -> Entry:
        """The entry of a category; one that this model does not know is called as the model calls it."""
        found = (entry for entry in self.entries if entry.class_name == class_name)
        return next(found, Entry(class_name=class_name, name=class_name))


def defaults(class_names: Sequence[str], told: Mapping[str, str] | None = None) -> Naming:
    """The names of the model themselves, with the departments that are known of them, or `told` by the retailer."""
    known = {**departments.DEPARTMENTS, **(told or {})}
    return Naming(
        entries=tuple(Entry(class_name=name, name=name, department=known.get(name, "")) for name in class_names)
    )


def checked(entries: Sequence[Entry], class_names: Sequence[str]) -> Naming:
    """The entries in class order, with spaces tidied.

    Names that differ only in their spelling are one, written as the first of them.

    Raises:
        errors.NamesRefused: a category is missing, unknown or there twice, a name is empty or too long, merged
            categories differ in anything else, or two different categories would read the same on screen.
    """
    problems = _misfits([entry.class_name for entry in entries], class_names)
    if problems:
        raise errors.NamesRefused(" ".join(problems))
    tidied = {entry.class_name: _tidied(entry) for entry in entries}
    spelling: dict[str, str] = {}
    ordered = []
    for class_name in class_names:
        entry = tidied[class_name]
        problems += _problems(entry)
        ordered.append(replace(entry, name=spelling.setdefault(_key(entry.name), entry.name)))
    found = Naming(entries=tuple(ordered))
    problems += _differences(found) + _same_on_screen(found)
    if problems:
        raise errors.NamesRefused(" ".join(problems))
    return found


def new_merges(naming: Naming, before: Naming) -> dict[str, tuple[str, ...]]:
    """The merges that `before` did not have: name -> the model's names that would be one."""
    known = {frozenset(group) for group in before.merged.values()}
    return {name: group for name, group in naming.merged.items() if frozenset(group) not in known}


def to_csv(naming: Naming) -> bytes:
    """The names as CSV with the columns `COLUMNS`; cells are safe for a spreadsheet."""
    rows = ([entry.class_name, *(getattr(entry, name) for name in COLUMNS[1:])] for entry in naming.entries)
    return spreadsheet.as_csv(COLUMNS, rows)


def from_csv(
    content: bytes, class_names: Sequence[str], *, held: Naming | None = None, release: Release | None = None
) -> Naming:
    """The names of a file as `to_csv` writes it, `COLUMNS` in any order, checked as everything that is typed in.

    Args:
        content: the file.
        class_names: of the model.
        held: the names that hold; they keep their product categories where the file has no such column.
        release: of Shopify's taxonomy, in which those that are new must be.

    Raises:
        errors.NamesRefused: it is no CSV of names; the message names the header or every wrong line.
    """
    held = held or defaults(class_names)
    entries = [_entry(row, held.of(row["category"])) for row in _rows(content)]
    return checked(in_taxonomy(entries, held, release), class_names)


def in_taxonomy(entries: Sequence[Entry], held: Naming, release: Release | None) -> list[Entry]:
    """The entries with their product categories as the release writes them, and Google's for those.

    What holds already stays without a release: it was checked when it was chosen.

    Raises:
        errors.NamesRefused: one is not in the release, or there is none to look it up.
    """
    found, problems = [], []
    for entry in entries:
        before = held.of(entry.class_name)
        try:
            path, google = taxonomy.looked_up(
                entry.product_category, release, held=(before.product_category, before.google_category)
            )
        except errors.NamesRefused as error:
            problems.append(f"{entry.class_name}: {error}")
        else:
            found.append(replace(entry, product_category=path, google_category=google))
    if problems:
        raise errors.NamesRefused(" ".join(problems))
    return found


def _rows(content: bytes) -> list[dict[str, str]]:
    try:
        table = tables.read(content, COLUMNS)
    except ValueError as error:
        raise errors.NamesRefused(str(error)) from None
    header = table.header
    if sorted(header) not in (sorted(COLUMNS), sorted(COLUMNS[:-1])):
        raise errors.NamesRefused(f"The header must be {','.join(COLUMNS)}, got {','.join(header)[:200]!r}.")
    if row := table.first_ragged():
        raise errors.NamesRefused(f"Line {row.number} has {len(row.cells)} cells, the header {len(header)}.")
    return [dict(zip(header, row.cells, strict=True)) for row in table.rows]


def _entry(row: Mapping[str, str], before: Entry) -> Entry:
    return Entry(
        class_name=row["category"],
        name=row["name"],
        department=row["department"],
        product_type=row["product_type"],
        tag=row["tag"],
        product_category=row.get("product_category", before.product_category),
    )


def _misfits(found: Sequence[str], class_names: Sequence[str]) -> list[str]:
    problems = [f"The category {name[:LONGEST]!r} is not one of the model's." for name in found
                if name not in class_names]  # fmt: skip
    problems += [f"{name} is missing." for name in class_names if name not in found]
    problems += [f"{name} is there twice." for name in class_names if found.count(name) > 1]
    return problems


def _tidied(entry: Entry) -> Entry:
    texts = {name: " ".join(str(value).split()) for name, value in asdict(entry).items() if name != "class_name"}
    return Entry(class_name=entry.class_name, **texts)


def _problems(entry: Entry) -> list[str]:
    problems = [] if entry.name else [f"{entry.class_name} has no name. Give it one, or go back to the defaults."]
    for what, text in (("name", entry.name), ("department", entry.department), ("product type", entry.product_type),
                       ("tag text", entry.tag)):  # fmt: skip
        # The model's own names are kept whatever they are: they are the defaults.
        if len(text) > max(LONGEST, len(entry.class_name)):
            problems.append(f"The {what} of {entry.class_name} has {len(text)} characters; {LONGEST} are possible.")
        if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
            problems.append(f"The {what} of {entry.class_name} holds characters that cannot be shown.")
    if len(entry.product_category) > LONGEST_CATEGORY:
        problems.append(
            f"The product category of {entry.class_name} has {len(entry.product_category)} characters; "
            f"{LONGEST_CATEGORY} are possible."
        )
    return problems


def _differences(naming: Naming) -> list[str]:
    """What keeps merged categories from being one in the shop."""
    problems = []
    for name, group in naming.merged.items():
        shared = {replace(entry, class_name="") for entry in map(naming.of, group)}
        if len(shared) > 1:
            problems.append(
                f"{' and '.join(group)} are both called {name}, so their department, product type, tag text "
                "and product category must be the same too."
            )
    return problems


def _same_on_screen(naming: Naming) -> list[str]:
    shown = naming.on_screen
    return [f"Two categories would both read {name!r} on screen. Change one of them." for name in
            dict.fromkeys(shown) if shown.count(name) > 1]  # fmt: skip


def _key(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()
