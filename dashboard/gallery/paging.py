"""A long list in pages of 24: which part is shown, and turning to another one by mouse or by key."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from dashboard.gallery import tiles
from dashboard.session import address, flags

PAGE_SIZE = 24


@dataclass(frozen=True, kw_only=True, slots=True)
class Paging:
    """The page of a list that is on screen."""

    number: int
    """From 1."""
    num_pages: int
    """At least 1."""
    num_items: int
    """In the whole list."""
    is_first_usual: bool
    """Whether the first page is shown where the address names none, so that it need not name that."""

    @property
    def first(self) -> int:
        """Place of the first item shown, from 1."""
        return (self.number - 1) * PAGE_SIZE + 1

    @property
    def last(self) -> int:
        """Place of the last item shown, from 1; below `first` where the list is empty."""
        return min(self.number * PAGE_SIZE, self.num_items)

    def of(self, table: pd.DataFrame) -> pd.DataFrame:
        """The rows of the list that are shown."""
        return table.iloc[self.first - 1 : self.last]

    def by_key(self, key: str) -> tiles.Pages:
        """Lets the page be turned by key in the tiles of that key."""
        return tiles.Pages(number=self.number, num_pages=self.num_pages, on_turned=self._on_turned(key))

    def render(self) -> None:
        """The control that turns the page; nothing where there is only one."""
        if self.num_pages > 1:
            key = f"control-page-{self.number}"
            st.pagination(
                self.num_pages, default=self.number, key=key, on_change=lambda: self._turn(flags.page_turned(key))
            )

    def _on_turned(self, key: str) -> Callable[[], None]:
        def turn() -> None:
            number = flags.component_value(key, "turned")
            if number is not None and 1 <= int(number) <= self.num_pages:
                self._turn(int(number))

        return turn

    def _turn(self, number: int) -> None:
        is_usual = self.is_first_usual and number == 1
        address.change_address({"page": None if is_usual else str(number), "garment": None})


def paging(num_items: int, usual: int | None = None) -> Paging:
    """The page that the address names of a list of so many items, else the usual one.

    Args:
        num_items: in the whole list.
        usual: number of the page that is shown where the address names none; None: the first.
    """
    num_pages = max(1, -(-num_items // PAGE_SIZE))
    number = address.number("page", 1, num_pages) or usual or 1
    return Paging(number=number, num_pages=num_pages, num_items=num_items, is_first_usual=usual is None)


def page_of(place: int) -> int:
    """Number of the page on which the item at that place, from 0, stands."""
    return place // PAGE_SIZE + 1
