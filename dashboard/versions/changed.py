"""The very garments that a version fixed or broke: a few of each with both tags, and all of one kind as a gallery."""

from collections.abc import Callable

import streamlit as st

from core.quality import comparison
from core.store.runs.runs import Run
from dashboard import gallery
from dashboard.data import live as live_data
from dashboard.data import stored_garments
from dashboard.gallery import filters, picking, tiles
from dashboard.look import phrases
from dashboard.session import address, category_switch, flags
from dashboard.versions import evidence, wording

NUM_TILES = 8
"""Garments of each kind that are on screen before anybody asks for more."""
_SIGNS = {"newly-wrong": ":material/cancel:", "fixed": ":material/check_circle:"}


def render_few(found: comparison.Comparison, run: Run, live: Run, category: str | None) -> None:
    """The garments that the new version got wrong or right most surely, newly wrong ones first."""
    if category is not None:
        shown = dict(zip(found.shared.names, found.classes["class_name"], strict=True))[category]
        st.button(
            f"{phrases.markdown(shown)} ✕",
            key="chosen-category",
            help="Take this choice away",
            on_click=evidence.choose_category,
            args=(None,),
        )
    before = live_data.tags_before(run, live)
    for change in _SIGNS:
        _render_kind(run, live, change, category, before)


def _render_kind(run: Run, live: Run, change: str, category: str | None, before: dict[int, str]) -> None:
    listing = _listing(run, live, change, category)
    table = filters.listed(run, listing)
    shown = table.head(NUM_TILES)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        counts = wording.shown_of(len(shown), len(table))
        st.markdown(f"{_SIGNS[change]} **{live_data.CHANGES[change]}** :gray[{counts}]", width="content")
        if len(table):
            st.button(
                "See all", key=f"all-{change}", type="tertiary", icon=":material/grid_view:",
                on_click=_open, args=(change, None),
            )  # fmt: skip
    if table.empty:
        return
    found = stored_garments.garments(run, shown["garment"].to_numpy())
    key = f"few-{change}"
    tiles.render_tiles(
        [{**tile, "sure": "", "number": ""} for tile in tiles.retagged_tiles(shown, run, before)],
        None if found is None else found.images,
        key=key,
        told=picking.told(key, f"{run.id} {live.id} {category} {listing.merged}", None),
        on_pick=_on_pick(key, change),
        look="small",
    )


def _listing(run: Run, live: Run, change: str, category: str | None) -> filters.Listing:
    more = (("new", str(run.version)), ("change", change), *(((evidence.CATEGORY, category),) if category else ()))
    merged = category_switch.is_as_sold()
    return filters.Listing(
        group=live_data.changed_garments(run, live, change, category, merged),
        merged=merged,
        place=("versions/decide", more),
    )


def _open(change: str, garment: int | None) -> None:
    """Shows all garments of that kind as a gallery, with one of them opened."""
    flags.REVEAL_GALLERY.set(True)
    picked = None if garment is None else str(garment)
    address.change_address({**dict.fromkeys(filters.LIST_CHOICES), "change": change, "garment": picked})


def _on_pick(key: str, change: str) -> Callable[[], None]:
    def open_gallery() -> None:
        picked = flags.component_value(key, "picked")
        if picked is not None:
            _open(change, int(picked))

    return open_gallery


def render_all(found: comparison.Comparison, run: Run, live: Run, category: str | None) -> None:
    """All garments of the kind that the address asks for; nothing where it asks for none."""
    change = address.choice("change", tuple(live_data.CHANGES), None)
    if change is None:
        return
    with st.container(key="chosen-kind"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.segmented_control(
                "Garments",
                list(live_data.CHANGES),
                required=True,
                format_func=lambda name: f"{live_data.CHANGES[name]} ({evidence.num_of(found, name, category):,})",
                label_visibility="collapsed",
                key=address.control_key("change", change),
                on_change=address.on_control("change", str, clears=filters.LIST_CHOICES),
            )
            st.button("Close", key="close-all", icon=":material/close:", type="tertiary", on_click=_close)
        st.caption(wording.tags_of_both(live.version, run.version))
        gallery.render_gallery(
            run,
            _listing(run, live, change, category),
            page_name=f"{change}-since-version-{live.version}",
            before=live_data.tags_before(run, live),
        )


def _close() -> None:
    address.change_address(dict.fromkeys(("change", *filters.LIST_CHOICES)))
