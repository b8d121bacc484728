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
    before = _told(key).get()
    if before is not None and _known(key).get() == (list_name, picked):
        return before
    # Never a stamp that this browser has seen, not even in an earlier session on the same screen.
    now = tiles.Told(
        stamp=secrets.randbelow(2**40), picked=picked, reveal=reveal, selected=tuple(sorted(selected(key, scope)))
    )
    _told(key).set(now)
    _list(key).set(list_name)
    _known(key).set((list_name, picked))
    return now


def on_pick(key: str) -> Callable[[], None]:
    """What the tiles call when one is picked: the garment goes into the address."""

    def write() -> None:
        picked = flags.component_value(key, "picked")
        if picked is not None:
            _known(key).set((_list(key).get(), int(picked)))
            address.change_address({"garment": str(int(picked))})

    return write


def on_select(key: str, scope: str) -> Callable[[], None]:
    """What the tiles call when their selection changes: it is kept for this list, over all its pages."""

    def keep() -> None:
        garments = flags.component_value(key, "selected") or []
        _selection(key).set((scope, frozenset(int(garment) for garment in garments)))

    return keep


def open_next(garment: int) -> None:
    """Opens what follows that garment in the tiles on screen; what was said of it beside the tiles leads on, too."""
    _, garments = tiles.ON_SCREEN.get() or ("", ())
    if garment in garments:
        open_beside(garments[min(garments.index(garment) + 1, len(garments) - 1)])


def open_beside(garment: int) -> None:
    """Opens a garment of the tiles on screen by a button beside them; nothing where it is none of them.

    The tiles are told by `move`: what `told` says would send their pictures again.
    """
    key, garments = tiles.ON_SCREEN.get() or ("", ())
    if garment not in garments:
        return
    _known(key).set((_list(key).get(), garment))
    _move(key).set({"id": secrets.token_hex(8), "garment": garment})
    address.change_address({"garment": str(garment)})


def move(key: str) -> dict[str, str | int] | None:
    """What was opened last beside these tiles: its `garment`, and an `id` so that they go there once."""
    return _move(key).get()


def selected(key: str, scope: str) -> frozenset[int]:
    """The garments selected in that list; none where another list was selected from since."""
    kept_scope, garments = _selection(key).get() or (None, frozenset())
    return frozenset(garments) if kept_scope == scope else frozenset()


def _told(key: str) -> flags.Note[tiles.Told]:
    """What the tiles were told last."""
    return flags.Note(key)


def _list(key: str) -> flags.Note[str]:
    """The name of the list that they show."""
    return flags.Note(f"{key}-list")


def _known(key: str) -> flags.Note[tuple[str | None, int | None]]:
    """The list and the picked garment that they know of."""
    return flags.Note(f"{key}-know")


def _selection(key: str) -> flags.Note[tuple[str, frozenset[int]]]:
    """What was selected in which list."""
    return flags.Note(f"{key}-selected")


def _move(key: str) -> flags.Note[dict[str, str | int]]:
    """Where the tiles were sent last by a button beside them."""
    return flags.Note(f"{key}-move")
