"""What a set of tiles was told, what was picked and what was selected: remembered for this session.

The tiles know what they reported themselves. Telling them again would send the sheet of pictures with every click.
"""

import secrets
from collections.abc import Callable

from dashboard.gallery import tiles
from dashboard.session import address, flags


def told(key: str, list_name: str, picked: int | None, *, scope: str = "", reveal: bool = False) -> tiles.Told:
    """What the tiles must be told; the same as before unless they cannot know it.

    Args:
        key: of the component.
        list_name: names the garments that are shown; another list is told anew.
        picked: the garment to show as picked, None for none.
        scope: names the whole list of which these are a page; a selection holds within it.
        reveal: see `tiles.Told`; heeded only when something is told.
    """
    before: tiles.Told | None = flags.flag(key)
    if before is not None and flags.flag(f"{key}-know") == (list_name, picked):
        return before
    # Never a stamp that this browser has seen, not even in an earlier session on the same screen.
    now = tiles.Told(
        stamp=secrets.randbelow(2**40), picked=picked, reveal=reveal, selected=tuple(sorted(selected(key, scope)))
    )
    flags.set_flag(key, now)
    flags.set_flag(f"{key}-list", list_name)
    flags.set_flag(f"{key}-know", (list_name, picked))
    return now


def on_pick(key: str) -> Callable[[], None]:
    """What the tiles call when one is picked: the garment goes into the address."""

    def write() -> None:
        picked = flags.component_value(key, "picked")
        if picked is not None:
            flags.set_flag(f"{key}-know", (flags.flag(f"{key}-list"), int(picked)))
            address.change_address({"garment": str(int(picked))})

    return write


def on_select(key: str, scope: str) -> Callable[[], None]:
    """What the tiles call when their selection changes: it is kept for this list, over all its pages."""

    def keep() -> None:
        garments = flags.component_value(key, "selected") or []
        flags.set_flag(f"{key}-selected", (scope, frozenset(int(garment) for garment in garments)))

    return keep


def selected(key: str, scope: str) -> frozenset[int]:
    """The garments selected in that list; none where another list was selected from since."""
    kept_scope, garments = flags.flag(f"{key}-selected") or (None, frozenset())
    return frozenset(garments) if kept_scope == scope else frozenset()
