"""The page of labels that are probably wrong: the list, 24 at a time, and the one that is opened, to be decided."""

from collections.abc import Hashable
from typing import Any

import pandas as pd
import streamlit as st

from core import errors
from core.quality import review
from core.store.runs import Run
from core.store.suspect_lists import SuspectList
from core.store.verdict_tables import View
from dashboard import guard, person, search_panel, state, stored, suspect_wording, suspected, wording
from dashboard.gallery import picking, sprite, tiles

PAGE_SIZE = 24
_KEY = "suspect-tiles"


def render_suspects(run: Run) -> None:
    """The newest list of that version's training garments, or the way to one."""
    with guard.guarded("The list"):
        found = suspected.newest(run)
        if found is None:
            st.info(
                "Nobody has looked for wrong labels in these garments yet. Five models are trained, each without the "
                "garments that it then judges.",
                icon=":material/label_off:",
            )
            search_panel.render_search(stored.all_runs(), is_first=True)
            return
        st.subheader(wording.markdown(suspect_wording.headline(found.num_suspects, found.num_garments)), anchor=False)
        if found.num_suspects:
            _render_list(run, found)
        search_panel.render_search(stored.all_runs(), is_first=False)


@st.fragment
def _render_list(run: Run, found: SuspectList) -> None:
    with guard.guarded("The list"):
        table = suspected.table(found)
        num_pages = -(-len(table) // PAGE_SIZE)
        page = state.number("page", 1, num_pages) or 1
        shown = table.iloc[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
        seen = suspected.views(shown, person.name())
        st.markdown(f"**{wording.markdown(suspect_wording.hit_rate(suspected.hit_rate(found)))}**")
        st.caption(wording.markdown(suspect_wording.consequence()))
        place = _opened(shown)
        left, right = st.columns([3, 1], gap="small")
        with left:
            _render_tiles(run, found, shown, seen, place, page)
            if num_pages > 1:
                st.pagination(num_pages, default=page, key=f"control-page-{page}", on_change=lambda: _turn_page(page))
        with right, st.container(key="garment-panel"):
            _render_panel(run, shown, place, seen[place])


def _opened(shown: pd.DataFrame) -> int:
    """Which row of the page is opened: the one of the address, else the first."""
    asked = state.number("garment", 0, 10**9)
    places = shown["position"].tolist()
    return places.index(asked) if asked in places else 0


def _render_tiles(run: Run, found: SuspectList, shown: pd.DataFrame, seen: list[View], place: int, page: int) -> None:
    positions = shown["position"].to_numpy()
    scope = f"{found.number} {page}"
    said = f"{scope} {[view.mine and view.mine.number for view in seen]}"
    tiles.render_tiles(
        [_tile(run, row, view) for row, view in zip(shown.to_dict("records"), seen, strict=True)],
        suspected.train(run, positions.tolist()).images,
        key=_KEY,
        told=picking.told(_KEY, said, int(positions[place]), scope=scope),
        on_pick=picking.on_pick(_KEY),
    )


def _tile(run: Run, row: dict[Hashable, Any], view: View) -> tiles.Tile:
    label, suggested = run.class_names[row["label"]], run.class_names[row["suggested_class"]]
    mark = _mine(view) or ""
    number = suspect_wording.number(row["position"])
    sentence = f"{number}. {suspect_wording.doubt(label, suggested, row['suggested_confidence'])} {mark}".strip()
    return {
        "garment": row["position"],
        "mark": mark,
        "said": f"Perhaps {suggested}",
        "label": wording.label(label),
        "number": number,
        "sentence": sentence,
    }


def _mine(view: View) -> str | None:
    return None if view.mine is None else suspect_wording.said(view.mine.kind, view.mine.category)


def _render_panel(run: Run, shown: pd.DataFrame, place: int, view: View) -> None:
    row = shown.iloc[place]
    train = suspected.train(run, [row["position"], *row["similar"]])
    label, suggested = run.class_names[row["label"]], run.class_names[row["suggested_class"]]
    st.markdown(f"**{suspect_wording.number(row['position'])}**")
    st.image(sprite.enlarged(train.images[0]), width=220, alt=f"Garment {row['position']}, labelled {label}")
    st.markdown(wording.markdown(suspect_wording.doubt(label, suggested, row["suggested_confidence"])))
    similar = [train.class_names[index] for index in train.labels[1:]]
    if similar:
        st.image(sprite.strip(train.images[1:]), alt=suspect_wording.similar(similar))
        st.caption(wording.markdown(suspect_wording.similar(similar)))
    others = [(line.who, suspect_wording.said(line.kind, line.category)) for line in view.others]
    if opinions := suspect_wording.opinions(_mine(view), others, view.num_hidden):
        st.caption(wording.markdown(opinions))
    _render_answer()
    if not person.is_known():
        person.render_name_input("suspects")
        st.caption("A verdict needs a name.")
    _render_choices(run, shown, place, view)


def _render_choices(run: Run, shown: pd.DataFrame, place: int, view: View) -> None:
    row = shown.iloc[place]
    label, suggested = run.class_names[row["label"]], run.class_names[row["suggested_class"]]

    def choice(words: str, key: str, kind: str, category: str | None = None) -> None:
        st.button(
            wording.markdown(words),
            type="primary" if category == suggested else "secondary",
            key=f"suspect-{key}",
            on_click=_say,
            args=(run, shown, place, view, kind, category),
            disabled=not person.is_known(),
            width="stretch",
        )

    choice(f"Change to {suggested}", "change", review.LABEL_WRONG, suggested)
    choice(f"Keep {label}", "keep", suspect_wording.KEEP)
    choice("Cannot tell", "unclear", suspect_wording.UNCLEAR)
    with st.popover("Another category", width="stretch"):
        for name in run.class_names:
            if name not in (label, suggested):
                choice(name, f"change-{name}", review.LABEL_WRONG, name)


def _render_answer() -> None:
    """What became of the last verdict: saved, with the way back, or why not."""
    if problem := state.flag("suspect-problem"):
        st.warning(wording.markdown(str(problem)), icon=":material/warning:")
    if request_id := state.flag("suspect-saved"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption("Saved.")
            st.button("Undo", key="suspect-undo", type="tertiary", on_click=_undo, args=(request_id,))


def _say(run: Run, shown: pd.DataFrame, place: int, view: View, kind: str, category: str | None) -> None:
    """Saves, and opens the next garment of the page; where nothing was saved it says why and stays."""
    state.set_flag("suspect-problem", None)
    try:
        saved = suspected.say(run, shown.iloc[place], view, kind, category, person.name())
    except errors.GarmentsError as error:
        state.set_flag("suspect-problem", f"Not saved. {error}")
        return
    state.set_flag("suspect-saved", saved)
    following = shown["position"].iloc[min(place + 1, len(shown) - 1)]
    state.change_address({"garment": str(following)})


def _undo(request_id: str) -> None:
    state.set_flag("suspect-saved", None)
    try:
        suspected.undo(request_id, person.name())
    except errors.GarmentsError as error:
        state.set_flag("suspect-problem", str(error))


def _turn_page(page: int) -> None:
    turned = state.page_turned(f"control-page-{page}")
    state.change_address({"page": None if turned == 1 else str(turned), "garment": None})
