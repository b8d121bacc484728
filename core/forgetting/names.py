"""What takes the place of a name: in fields that hold a person, in JSON, and in what people wrote. Pure."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from core.store.base import people

PERSON_FIELDS = frozenset(
    {"who", "entered_by", "created_by", "started_by", "drawn_by", "answered_by", "corrected_by", "people"}
)
"""Columns, and keys of JSON, that hold a person or a list of them."""
_FORMER = re.compile(r"former colleague ([1-9][0-9]*)")
_IN_A_WORD = "\\w\u0300-\u036f"  # also accents that stand alone, which belong to the letter before


@dataclass(frozen=True, kw_only=True)
class Replacement:
    """A name, and what takes its place."""

    spellings: tuple[str, ...]
    """The name in every way in which it is stored, and may stand in texts."""
    former: str
    """What takes its place."""
    others: tuple[str, ...] = ()
    """The names of everybody else: where one of them holds this name, it stays as it is."""

    def is_name(self, text: Any) -> bool:
        """Whether a field holds that person."""
        return isinstance(text, str) and people.person(text) == people.person(self.spellings[0])

    def in_field(self, value: Any) -> Any:
        """A person, or a list of them, with the name replaced."""
        if isinstance(value, list):
            return [self.in_field(each) for each in value]
        return self.former if self.is_name(value) else value

    def in_text(self, text: str) -> str:
        """A text with the name replaced where it stands as a word of its own."""
        return self._pattern.sub(lambda found: self.former if found["name"] else found[0], text)

    def in_json(self, value: Any, is_text: Callable[[str], bool] = lambda key: False, key: str = "") -> Any:
        """JSON with the name replaced in its fields, and in the texts under those keys that `is_text` names."""
        if key in PERSON_FIELDS:
            return self.in_field(value)
        if isinstance(value, dict):
            return {name: self.in_json(each, is_text, name) for name, each in value.items()}
        if isinstance(value, list):
            return [self.in_json(each, is_text, key) for each in value]
        return self.in_text(value) if isinstance(value, str) and is_text(key) else value

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        names = {form for name in self.spellings for form in _forms(name)}
        longer = {form for other in self.others for form in _forms(other) if any(name in form for name in names)}
        # Who has a longer name that begins like this one is somebody else, so these are looked for first.
        parts = [f"(?P<other>{_any_of(longer)})"] if longer - names else []
        parts.append(f"(?P<name>{_any_of(names)})")
        return re.compile(f"(?<![{_IN_A_WORD}])(?:{'|'.join(parts)})(?![{_IN_A_WORD}])")


def of(name: str, stored: Collection[str], number: int) -> Replacement:
    """The replacement of that name by the former colleague of that number.

    Args:
        name: as it was asked for.
        stored: every name that is kept, as it is written there.
        number: from 1.
    """
    same = sorted(text for text in stored if people.person(text) == people.person(name))
    return Replacement(
        spellings=(people.person(name), *same),
        former=former(number),
        others=tuple(sorted({text for text in stored if text not in same})),
    )


def former(number: int) -> str:
    """What the former colleague of that number is called."""
    return f"former colleague {number}"


def is_former(name: str) -> bool:
    """Whether that is nobody's name any more."""
    return _FORMER.fullmatch(people.person(name)) is not None


def next_number(stored: Iterable[str]) -> int:
    """The first number that no former colleague among these names has, nor any before it."""
    numbers = (_FORMER.fullmatch(people.person(text)) for text in stored)
    return 1 + max((int(found[1]) for found in numbers if found), default=0)


def _forms(name: str) -> list[str]:
    return [name, people.person(name), unicodedata.normalize("NFD", people.person(name))]


def _any_of(names: Iterable[str]) -> str:
    return "|".join(r"\s+".join(map(re.escape, name.split())) for name in sorted(names, key=len, reverse=True))
