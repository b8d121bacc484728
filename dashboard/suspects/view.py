"""The page of labels that are probably wrong: the list, 24 at a time, and the one that is opened, to be decided."""

from collections.abc import Hashable
from typing import Any

import pandas as pd
import streamlit as st

from core import errors
from core.access.roles import Action
from core.photos import sprite
from core.quality import review
from core.store.runs.runs import Run
from core.store.verdicts import suspect_lists
from core.store.verdicts.suspect_lists import SuspectList
from core.store.verdicts.verdict_tables import View
from dashboard.data import examples, photo_sources, runs, store, stored_garments, suspects, verdicts
from dashboard.examples import frame, pictures
from dashboard.gallery import listing, marks, paging, photo, picking, tiles, verdict_buttons, verdict_outbox
from dashboard.look import phrases, verdict_wording
from dashboard.session import address, category_switch, guard, person
from dashboard.suspects import of_given, search, wording
from dashboard.training import offer

_KEY, _SPLIT = "suspect-tiles", "train"


def render_suspects(run: Run) -> None:
    """The newest list of that version's training garments, or the way to one."""
    if run.elsewhere:
        of_given.render(run)
    with guard.guarded("The list"):
        found = suspect_lists.newest(store.store(), run.catalogue_fingerprint)
        if found is None and run.elsewhere:
            return
        if found is None:
            st.info(wording.nobody_yet(of_photos=run.is_of_photos), icon=":material/label_off:")
            search.render_search(run, runs.published(), is_first=True)
            _render_example()
            return
        num_listed = len(suspects.listed(found, category_switch.shown(run)))
        st.header(phrases.markdown(wording.headline(num_listed, found.num_garments)), anchor=False)
        category_switch.render_switch(run)
        if num_listed < found.num_suspects:
            st.caption(wording.within_merges(found.num_suspects - num_listed))
        if num_listed:
            _render_list(run, found)
        search.render_search(run, runs.published(), is_first=False)


def _render_example() -> None:
    """What the list will look like: labels that the sample's garments look least like."""
    with frame.framed("suspects"):
        found = examples.example()
        chosen = found.mistakes[: examples.NUM_SHOWN]
        names = found.class_names
        words = [
            pictures.Words(
                first=wording.perhaps(names[found.answers.predicted_class[place]]),
                second=phrases.label(names[found.answers.true_class[place]]),
                sign="asks",
            )
            for place in chosen.tolist()
        ]
        pictures.render(
            found.images[chosen], words, label="Doubted labels of the example", key="suspects-example", height=137
        )


@st.fragment
def _render_list(run: Run, found: SuspectList) -> None:
    with guard.guarded("The state of your verdicts"):
        verdict_buttons.render_status()
    with guard.guarded("The list"):
        table = suspects.in_turn(found, category_switch.shown(run))
        pages = paging.paging(len(table))
        shown = pages.of(table)
        place = _opened(shown)
        _render_head(run, found, table)
        seen = marks.views(run, shown["position"].tolist(), _SPLIT)
        left, right = st.columns([3, 1], gap="small")
        with right, st.container(key="garment-panel"):
            _render_panel(run, shown, place, seen.get(int(shown["position"].iloc[place])))
        with left:
            _render_tiles(run, found, shown, bool(seen), place, pages.by_key(_KEY))
            marks.render_marks(run, _KEY, seen, _SPLIT)
            verdict_buttons.render_for_selected(run, picking.selected(_KEY, _scope(found)), _SPLIT)
            pages.render()


def _render_head(run: Run, found: SuspectList, table: pd.DataFrame) -> None:
    """How often the list was right so far, what a verdict does, and the list as a file."""
    view = category_switch.shown(run)
    with st.container(gap=None):
        st.markdown(f"**{phrases.markdown(wording.hit_rate(suspects.hit_rate(found, view)))}**")
        st.markdown(phrases.markdown(wording.worth(suspects.worth(found, view))))
        st.caption(phrases.markdown(wording.consequence()))
    # A row that is there from the beginning: a new one would move the tiles under the pointer with the first decision.
    with st.container(horizontal=True):
        st.download_button(
            "This list as CSV",
            data=lambda: _as_csv(run, suspects.listed(found, view)),
            file_name=listing.file_name(run.version, f"search-{found.number}", page="wrong-labels"),
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
        offer.render_corrections(run, key="suspects", is_short=True)


def _as_csv(run: Run, table: pd.DataFrame) -> bytes:
    try:
        said = verdicts.states(category_switch.shown(run), table["position"].tolist(), who=person.name(), split=_SPLIT)
    except errors.StoreError:
        said = None
    sources = photo_sources.listed(run, table["position"], _SPLIT)
    return listing.suspects_as_csv(table, run.names, said if said is None else listing.named(said, run), sources)


def _opened(shown: pd.DataFrame) -> int:
    """Which row of the page is opened: the one of the address, else the first."""
    asked = address.number("garment", 0, 10**9)
    places = shown["position"].tolist()
    return places.index(asked) if asked in places else 0


def _scope(found: SuspectList) -> str:
    """Names the list, whatever its page: a selection holds within it."""
    return f"suspects {found.number} {category_switch.is_as_sold()}"


def _render_tiles(
    run: Run, found: SuspectList, shown: pd.DataFrame, can_judge: bool, place: int, pages: tiles.Pages
) -> None:
    positions = shown["position"].tolist()
    pictures = stored_garments.garments(run, positions, split=_SPLIT)
    scope = _scope(found)
    tiles.render_tiles(
        [_tile(run, row) for row in shown.to_dict("records")],
        None if pictures is None else pictures.images,
        key=_KEY,
        told=picking.told(_KEY, f"{scope} {pages.number}", positions[place], scope=scope),
        on_pick=picking.on_pick(_KEY),
        on_select=picking.on_select(_KEY, scope),
        review=marks.review_by_key(run, _KEY, split=_SPLIT) if can_judge else None,
        pages=pages,
    )


def _tile(run: Run, row: dict[Hashable, Any]) -> tiles.Tile:
    label, suggested = run.names[row["label"]], run.names[row["suggested_class"]]
    number = wording.number(row["position"])
    return {
        "garment": row["position"],
        "mark": "",
        "said": wording.perhaps(suggested),
        "label": phrases.label(label),
        "number": number,
        "guess": run.class_names[row["suggested_class"]],
        "actual": run.class_names[row["label"]],
        "sentence": f"{number}. {wording.doubt(label, suggested, row['suggested_confidence'])}",
    }


def _render_panel(run: Run, shown: pd.DataFrame, place: int, view: View | None) -> None:
    """The opened garment with what it looks like; where it cannot be seen, nobody can judge it."""
    row = shown.iloc[place]
    label, suggested = run.names[row["label"]], run.names[row["suggested_class"]]
    st.markdown(f"**{photo.called(run, row['position'], _SPLIT)}**")
    alike = stored_garments.garments(run, [row["position"], *row["similar"]], split=_SPLIT, quiet=True)
    photo.render(run, row["position"], split=_SPLIT, width=220, alt=f"Garment {row['position']}, labelled {label}")
    st.markdown(phrases.markdown(wording.doubt(label, suggested, row["suggested_confidence"])))
    if alike is not None and len(alike) > 1:
        words = wording.similar([run.names[index] for index in alike.labels[1:]])
        st.image(sprite.data_address(sprite.strip(alike.images[1:])), alt=words)
        st.caption(phrases.markdown(words))
    if view is not None:
        _render_choices(run, shown, place, view)


def _render_choices(run: Run, shown: pd.DataFrame, place: int, view: View) -> None:
    """What was said, and what can be said, in the order of the keys: the label, the suggestion, doubt, another one."""
    row = shown.iloc[place]
    label, suggested = run.class_names[row["label"]], run.class_names[row["suggested_class"]]
    position = int(row["position"])

    def choice(words: str, key: str, kind: str, category: str | None = None) -> None:
        request_id = verdict_buttons.next_id(f"suspect-{key}", [position])
        st.button(
            phrases.markdown(words),
            type="primary" if category == suggested else "secondary",
            key=f"suspect-{key}",
            on_click=_say,
            args=(run, position, kind, category, request_id),
            width="stretch",
            **person.allowed(Action.REVIEW),
        )

    verdict_buttons.render_standing(run, view)
    person.render_refusal(Action.REVIEW)
    choice(wording.keep(run.name_of(label)), "keep", review.MODEL_WRONG)
    choice(wording.change(run.name_of(suggested)), "change", review.LABEL_WRONG, suggested)
    choice(verdict_wording.KINDS[review.CANNOT_TELL], "unclear", review.CANNOT_TELL)
    with st.popover("Another category", width="stretch"):
        for name in run.class_names:
            if name not in (label, suggested):
                choice(run.name_of(name), f"change-{name}", review.LABEL_WRONG, name)
    verdict_buttons.render_way_back(run, position, view, _SPLIT)


def _say(run: Run, position: int, kind: str, category: str | None, request_id: str) -> None:
    """Puts it on its way and opens the next garment of the page."""
    verdict_outbox.say(run, [position], kind, category, request_id=request_id, split=_SPLIT)
    picking.open_next(position)
