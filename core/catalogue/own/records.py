"""What recognising photos gives and takes: a row for each photo, the layout, and what a person says to it. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One photo as the layout gives it."""

    photo: str
    """Its path below the folder, with / between; or its address."""
    category: str
    """What it is called there; empty where nothing is said."""
    product: str = ""
    """What it shows one photo of; empty where nothing is said."""
    group: str = ""
    """Photos of one group lie on one side of a split; empty where nothing is said."""
    split: str = ""
    """"train", "validation" or "test"; empty where nothing is said."""
    is_address: bool = False
    """Whether `photo` is the address (http or https) from which it is fetched."""
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
    header: tuple[str, ...] = ()
    """Names of the columns of the list; empty where folders say it all."""
    departments: tuple[tuple[str, str], ...] = ()
    """Pairs of a category and where the list says that it is sold, for those of which it says so."""
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
    fetch: bool = False
    """Whether photos that are addresses are fetched from there."""

    @classmethod
    def of_json(cls, content: Mapping[str, Any]) -> "Choices":
        """The choices that `dataclasses.asdict` gave to JSON; other keys beside them are nobody's business here.

        Raises:
            KeyError, TypeError: they are none.
        """
        told = {field.name: content[field.name] for field in fields(cls) if field.name in content}
        pairs = {name: tuple(map(tuple, content[name])) for name in ("columns", "renamed")}
        return cls(**{**told, **pairs, "left_out": tuple(content["left_out"])})
