"""The page of themes: mistakes of one kind grouped by look, and the groups that the team watches."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core import errors
from core.access.roles import Action
from core.photos import sprite
from core.store.runs.runs import Run
from core.store.verdicts import watch_lists
from core.store.verdicts.watch_lists import WatchList
from dashboard import gallery
from dashboard.data import examples, predictions, store, stored_garments, views
from dashboard.data import watch_lists as watch_lists_data
from dashboard.data.run_views import RunView
from dashboard.data.watch_lists import Kind
from dashboard.examples import frame, pictures
from dashboard.gallery import filters
from dashboard.look import glossary, phrases
from dashboard.parts import places
from dashboard.session import address, category_switch, flags, guard, person, request_ids
from dashboard.themes import wording

NUM_PICTURES = 9
NUM_OF_EXAMPLE = 3
_SAID: flags.Note[tuple[bool, str]] = flags.Note("theme-said")
_CHOICES = ("theme", "watch", *filters.LIST_CHOICES)


def render_themes(run: Run) -> None:
    """The choice of a kind of mistake, its themes or all its garments, and the watch lists."""
    _render_said()
    lists, watch = [], None
    with guard.guarded("The watch lists", "The themes below still hold."):
        lists = watch_lists.current(store.store())
        asked = address.choice("watch", [one.id for one in lists], None)
        watch = next((one for one in lists if one.id == asked), None)
    with guard.guarded("The themes", "Every other page still works."):
        kind = _chosen_kind(run)
        if kind is None:
            st.success(wording.NO_MISTAKES, icon=":material/check_circle:")
        else:
            # One gallery a page: the list that was asked for takes its place.
            _render_kind(run, kind, lists, has_gallery=watch is None)
    with guard.guarded("The watch lists", "The themes above still hold."):
        _render_lists(run, lists, watch)


# ---- which mistakes --------------------------------------------------------------------------------------------------


def _chosen_kind(run: Run) -> Kind | None:
    """The kind of the address; else the category with the most mistakes. None where there is no mistake."""
    view = category_switch.shown(run)
    category_switch.render_switch(run)
    counts = views.counts(view).copy()
    np.fill_diagonal(counts, 0)
    missed = counts.sum(axis=1)
    if not missed.any():
        return None
    categories = [int(index) for index in np.argsort(-missed, kind="stable") if missed[index]]
    names = [view.address_of(index) for index in categories]
    chosen = _address_of(view, address.choice("real", run.class_names, None))
    chosen = chosen if chosen in names else names[0]
    real = view.index_of(run.class_names.index(chosen))
    others = [int(index) for index in np.argsort(-counts[real], kind="stable") if counts[real, index]]
    tagged = _address_of(view, address.choice("tagged", run.class_names, None))
    tagged = tagged if tagged in [view.address_of(index) for index in others] else None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _render_category(view, names, chosen, dict(zip(names, missed[categories].tolist(), strict=True)))
        _render_tagged(view, others, tagged, counts[real])
    return Kind(real=view.first_class(real), tagged=None if tagged is None else run.class_names.index(tagged))


def _address_of(view: RunView, class_name: str | None) -> str | None:
    """The name in addresses of the category that a class belongs to."""
    return None if class_name is None else view.address_of(view.index_of(view.run.class_names.index(class_name)))


def _name_on_screen(view: RunView, class_index: int) -> str:
    return view.names[view.index_of(class_index)]


def _render_category(view: RunView, options: Sequence[str], chosen: str, counts: dict[str, int]) -> None:
    index = view.run.class_names.index
    with places.at_least(places.FIELD, "theme-category", width=300):
        st.selectbox(
            "Category",
            options,
            format_func=lambda option: wording.category(_name_on_screen(view, index(option)), counts[option]),
            key=address.control_key("real", chosen),
            on_change=address.on_control("real", str, clears=("tagged", *_CHOICES)),
        )


def _render_tagged(view: RunView, others: Sequence[int], tagged: str | None, counts: NDArray[np.int64]) -> None:
    anything = "Anything else"
    words = {view.address_of(index): wording.tagged(view.names[index], int(counts[index])) for index in others}
    with places.at_least(places.FIELD, "theme-tagged", width=300):
        st.selectbox(
            "Tagged as",
            [anything, *words],
            format_func=lambda option: words.get(option, anything),
            key=address.control_key("tagged", tagged or anything),
            on_change=address.on_control(
                "tagged", lambda option: str(option) if option in words else None, clears=_CHOICES
            ),
        )


# ---- its themes ------------------------------------------------------------------------------------------------------


def _render_kind(run: Run, kind: Kind, lists: Sequence[WatchList], *, has_gallery: bool) -> None:
    view = category_switch.shown(run)
    found, garments = watch_lists_data.grouping(view, kind), kind.garments(view)
    if found.status != "grouped":
        st.info(wording.not_grouped(found.status, len(garments)), icon=":material/blur_on:")
        if found.status == "too few":
            _render_example()
        if has_gallery:
            _render_gallery(run, garments, kind, ("all",), "mistakes")
        return
    groups = [rows["garment"].to_numpy() for _, rows in found.table.groupby("theme")]
    st.markdown(f"**{wording.found(len(garments), len(groups))}**", help=glossary.help_text("theme"))
    names = {one.garments: one for one in lists}
    for number in range(0, len(groups), 2):
        for column, place in zip(st.columns(2, gap="small"), range(number, number + 2), strict=True):
            if place < len(groups):
                with column:
                    _render_theme(run, kind, place + 1, groups[place], names)
    chosen = address.number("theme", 1, len(groups))
    if chosen is not None and has_gallery:
        with st.container(key="chosen-kind"):
            st.header(wording.heading(chosen, len(groups[chosen - 1])), anchor=False)
            _render_gallery(run, groups[chosen - 1], kind, ("theme", str(chosen)), f"theme-{chosen}")


def _render_example() -> None:
    """What themes will look like: mistakes of the sample, grouped by the same code."""
    with frame.framed("themes"):
        found = examples.example()
        for place, (column, garments) in enumerate(zip(st.columns(2), found.groups, strict=False)):
            with column:
                st.markdown(f"**{phrases.markdown(wording.heading(place + 1, len(garments)))}**")
                shown = garments[:NUM_OF_EXAMPLE]
                tagged = [found.class_names[index] for index in found.answers.predicted_class[shown]]
                words = [pictures.Words(first=name) for name in tagged]
                key = f"themes-example-{place}"
                pictures.render(found.images[shown], words, label="A theme of the example", key=key, height=82)


def _render_theme(
    run: Run, kind: Kind, number: int, garments: NDArray[np.int64], names: dict[tuple[str, ...], WatchList]
) -> None:
    keys = watch_lists_data.keys(run, garments)
    known = names.get(keys)
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{phrases.markdown(wording.heading(number, len(garments)))}**")
        _render_pictures(run, kind, number, garments)
        if kind.tagged is None:
            st.caption(phrases.markdown(wording.tagged_as(_tagged_as(run, garments))))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                f"See all {len(garments):,}",
                icon=":material/photo_library:",
                key=f"theme-see-{number}",
                on_click=_open,
                args=("theme", str(number)),
            )
            if known is None:
                _render_watch(run, kind, number, keys)
            else:
                st.markdown(f":material/visibility: {phrases.markdown(wording.watched_as(known.name))}")


def _open(choice: str, value: str) -> None:
    """Shows the garments of a theme or list, and scrolls there."""
    flags.REVEAL_GALLERY.set(True)
    address.change_address({**dict.fromkeys(_CHOICES), choice: value})


def _tagged_as(run: Run, garments: NDArray[np.int64]) -> list[tuple[str, int]]:
    view = category_switch.shown(run)
    tags = views.predictions(view)["predicted_class"].to_numpy()[garments]
    return [(view.names[index], count) for index, count in Counter(tags.tolist()).most_common()]


def _render_pictures(run: Run, kind: Kind, number: int, garments: NDArray[np.int64]) -> None:
    """The nine most typical ones side by side."""
    try:
        picture = store.drawn(
            (run.id, "theme", kind, number, category_switch.shown(run).categories.group_of),
            lambda: sprite.data_address(
                sprite.strip(stored_garments.read_garments(run, garments[:NUM_PICTURES]).images)
            ),
        )
    except errors.GarmentsError:
        st.caption("The pictures cannot be read.")
        return
    st.image(picture, alt=f"The {min(NUM_PICTURES, len(garments))} most typical garments of theme {number}")


def _render_watch(run: Run, kind: Kind, number: int, keys: tuple[str, ...]) -> None:
    """Where a theme gets its name and is watched from then on."""
    list_id = request_ids.of_button(f"watch-{number}", [run.id, kind, number])
    with st.popover("Name it and watch it", icon=":material/visibility:"):
        _render_name(_name_of(list_id), "")
        st.caption(wording.WHAT_A_LIST_DOES)
        view = category_switch.shown(run)
        tagged = None if kind.tagged is None else _name_on_screen(view, kind.tagged)
        about = wording.about(_name_on_screen(view, kind.real), tagged, run.version)
        fields = {"garments": keys, "about": about, "version": run.version}
        st.button("Watch it", type="primary", key=f"watch-{number}", on_click=_save, args=(list_id, fields),
                  **person.allowed(Action.REVIEW))  # fmt: skip


def _render_name(note: flags.Note[str], name: str) -> None:
    if note.get() is None:
        note.set(name)
    st.text_input(
        "What do they have in common?",
        key=note.key,
        max_chars=watch_lists.LONGEST_NAME,
        placeholder="Long sleeves",
        **person.allowed(Action.REVIEW),
    )
    person.render_refusal(Action.REVIEW)


def _name_of(list_id: str) -> flags.Note[str]:
    return flags.Note(f"watch-name-{list_id}")


def _save(list_id: str, fields: dict[str, object]) -> None:
    name = _name_of(list_id).get() or ""
    try:
        watch_lists_data.save(list_id, name=name, who=person.name(), **fields)
    except errors.GarmentsError as error:
        _SAID.set((False, str(error)))
    else:
        _SAID.set((True, wording.watched_as(name)))


def _render_said() -> None:
    """What came of the last wish, once."""
    said = _SAID.get()
    _SAID.set(None)
    if said is not None:
        (st.success if said[0] else st.error)(phrases.markdown(said[1]))


def _render_gallery(run: Run, garments: NDArray[np.int64], kind: Kind, name: tuple[str, ...], page_name: str) -> None:
    """The garments as a gallery that can be come back to."""
    query = [("real", run.class_names[kind.real])]
    if kind.tagged is not None:
        query.append(("tagged", run.class_names[kind.tagged]))
    if len(name) == 2:
        query.append((name[0], name[1]))
    listing = filters.Listing(
        group=predictions.Group(
            name=(kind, *name, category_switch.shown(run).categories.group_of), garments=np.sort(garments)
        ),
        merged=category_switch.is_as_sold(),
        place=("mistakes/themes", tuple(query)),
    )
    gallery.render_gallery(run, listing, page_name=page_name)


# ---- what the team watches -------------------------------------------------------------------------------------------


def _render_lists(run: Run, lists: Sequence[WatchList], chosen: WatchList | None) -> None:
    st.header("Watch lists", anchor=False, help=glossary.help_text("watch"))
    if not lists:
        st.caption(wording.NO_LISTS)
        return
    for watch in lists:
        _render_list(run, watch)
    if chosen is None:
        return
    with st.container(key="chosen-kind"):
        st.header(phrases.markdown(chosen.name), anchor=False)
        listing = filters.Listing(
            group=predictions.Group(name=("watch", chosen.id), garments=watch_lists_data.positions(run, chosen)),
            merged=category_switch.is_as_sold(),
            place=("mistakes/themes", (("watch", chosen.id),)),
        )
        gallery.render_gallery(run, listing, page_name=f"watch-list-{chosen.name}")


def _render_list(run: Run, watch: WatchList) -> None:
    result = watch_lists_data.accuracy(run, watch, category_switch.is_as_sold())
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"watch-list-{watch.id}"):
        with st.container(gap=None):
            st.markdown(f"**{phrases.markdown(watch.name)}**")
            st.markdown(phrases.markdown(wording.standing(result, len(watch.garments), run.version, watch.version)))
            st.caption(phrases.markdown(f"{watch.about}. {watch.who}, {watch.saved_at:%d %B %Y}."))
        st.button(
            "See them",
            icon=":material/photo_library:",
            key=f"watch-see-{watch.id}",
            disabled=not result.num_garments,
            on_click=_open,
            args=("watch", watch.id),
        )
        _render_changes(watch)


def _render_changes(watch: WatchList) -> None:
    with st.popover("Change", icon=":material/edit:"):
        _render_name(_name_of(watch.id), watch.name)
        fields = {"garments": watch.garments, "about": watch.about, "version": watch.version}
        may = person.allowed(Action.REVIEW)
        st.button("Save the name", key=f"watch-rename-{watch.id}", on_click=_save, args=(watch.id, fields), **may)
        st.button("Watch it no longer", key=f"watch-end-{watch.id}", on_click=_end, args=(watch,), **may)


def _end(watch: WatchList) -> None:
    try:
        watch_lists_data.end(watch.id, who=person.name())
    except errors.GarmentsError as error:
        _SAID.set((False, str(error)))
    else:
        _SAID.set((True, f"“{watch.name}” is watched no longer."))
        address.change_address({"watch": None})
