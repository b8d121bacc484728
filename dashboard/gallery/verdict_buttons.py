"""Saying who is wrong, the model or the label: the buttons for one garment and for many, and what became of it."""

from collections import Counter
from collections.abc import Collection, Hashable, Sequence

import streamlit as st

from core.access.roles import Action
from core.quality import review
from core.store.runs.runs import Run
from core.store.verdicts.verdict_tables import View
from dashboard.data import verdicts
from dashboard.gallery import picking, verdict_outbox
from dashboard.look import phrases, verdict_wording
from dashboard.session import browser_memory, flags, person, request_ids

_ICONS = {review.MODEL_WRONG: ":material/close:", review.CANNOT_TELL: ":material/question_mark:"}
_DRAWN: flags.Note[bool] = flags.Note("verdict-status-drawn")
_STRIP: flags.Note[bool] = flags.Note("verdict-strip-drawn")
_CALLED: flags.Note[tuple[str, str]] = flags.Note("verdict-toast")


# ---- saying ----------------------------------------------------------------------------------------------------------


def render_for_one(run: Run, garment: int, view: View, *, is_row: bool = False) -> None:
    """The buttons for the opened garment, what this person said of it, and what others did once that is said.

    Args:
        run: the version shown.
        garment: position in its test split.
        view: what this person may see of what was said.
        is_row: the buttons stand beside each other, with few words.
    """
    with st.container(key="verdict-one", gap="xsmall"):
        render_standing(run, view)
        with st.container(horizontal=is_row, gap="small"):
            _render_buttons(run, [garment], "one", is_row=is_row)
        render_way_back(run, garment, view)
        if person.refusal(Action.REVIEW):
            person.render_refusal(Action.REVIEW)
        elif not is_row:
            st.caption(verdict_wording.ONLY_THE_SCORE)


def render_for_selected(run: Run, garments: Collection[int], split: str = "test") -> None:
    """The same buttons for everything that is selected in a list of that split; an empty place where nothing is."""
    place = st.container(key="verdict-selected")
    if not garments:
        return
    with place, st.container(border=True, horizontal=True, vertical_alignment="center", key="verdict-many"):
        st.markdown(f"**{verdict_wording.selected(len(garments))}**", width="content")
        _render_buttons(run, sorted(garments), "many", split)


def render_standing(run: Run, view: View) -> None:
    """What this person said of a garment, and what others did once that is said."""
    if view.num_hidden:
        st.caption(f":material/group: {verdict_wording.COLLEAGUE}")
    if view.mine is not None:
        lines = [("You", view.mine), *((line.who, line) for line in view.others)]
        said = [
            verdict_wording.said(who, line.kind, line.category and run.name_of(line.category)) for who, line in lines
        ]
        st.markdown("  \n".join(f"**{phrases.markdown(line)}**" for line in said))


def _render_buttons(run: Run, garments: list[int], place: str, split: str = "test", *, is_row: bool = False) -> None:
    """The three verdicts; for one garment under each other, for many in a row."""
    rows, words = verdicts.answers(run, garments, split), verdict_wording.KINDS
    is_mistake = (rows["true_class"] != rows["predicted_class"]).to_numpy()
    width = "stretch" if place == "one" and not is_row else "content"
    st.button(
        words[review.MODEL_WRONG],
        icon=_ICONS[review.MODEL_WRONG],
        key=f"verdict-model-{place}",
        width=width,  # type: ignore[arg-type]
        on_click=_say,
        args=(run, garments, review.MODEL_WRONG, None, next_id(f"model-{place}", garments), split),
        **person.allowed(
            Action.REVIEW,
            disabled=not is_mistake.any(),
            help=None if is_mistake.any() else "Here the model says what the label says.",
        ),
    )
    options = _categories(run, garments, split)
    st.menu_button(
        words[review.LABEL_WRONG],
        list(options),
        icon=":material/edit:",
        key=f"verdict-label-{place}",
        width=width,  # type: ignore[arg-type]
        format_func=lambda name: phrases.markdown(options[name]),
        on_click=_say_label,
        args=(run, garments, place, next_id(f"label-{place}", garments), split),
        **person.allowed(Action.REVIEW),
    )
    st.button(
        words[review.CANNOT_TELL],
        icon=_ICONS[review.CANNOT_TELL],
        key=f"verdict-cannot-{place}",
        width=width,  # type: ignore[arg-type]
        on_click=_say,
        args=(run, garments, review.CANNOT_TELL, None, next_id(f"cannot-{place}", garments), split),
        **person.allowed(Action.REVIEW),
    )


def _categories(run: Run, garments: list[int], split: str) -> dict[str, str]:
    """The categories that can be right -> what stands in the menu; what was said instead of the labels comes first."""
    rows = verdicts.answers(run, garments, split)
    said = [run.class_names[index] for index, _ in Counter(rows["predicted_class"].to_list()).most_common()]
    labels = {run.class_names[index] for index in rows["true_class"]}
    names = [name for name in dict.fromkeys((*said, *run.class_names)) if labels != {name}]
    return {name: f"{run.name_of(name)} (as the model says)" if name in said else run.name_of(name) for name in names}


def next_id(name: str, about: Sequence[Hashable]) -> str:
    """The id of what a button will say of garments, the same until it was said."""
    return request_ids.of_button(f"verdict-{name}", about, verdict_outbox.handled())


def _say_label(run: Run, garments: list[int], place: str, request_id: str, split: str) -> None:
    category = flags.chosen_in_menu(f"verdict-label-{place}")
    if category is not None:
        _say(run, garments, review.LABEL_WRONG, category, request_id, split)


def _say(run: Run, garments: list[int], kind: str, category: str | None, request_id: str, split: str = "test") -> None:
    """Puts it on its way; after a verdict on the one that is opened the next one is."""
    verdict_outbox.say(run, garments, kind, category, request_id=request_id, split=split)
    if len(garments) == 1 and kind in review.KINDS:
        picking.open_next(garments[0])


# ---- what became of it -----------------------------------------------------------------------------------------------


def render_status() -> None:
    """Stores what waits; then the strip of what could not be stored. All else is answered by `render_answers`."""
    verdict_outbox.send()
    browser_memory.bring()
    # One place that is always there: what comes and goes must not move the tiles, they would lose the focus.
    with st.container(key="verdict-status"):
        if verdict_outbox.waiting() and person.is_known():
            _render_not_stored()
    _call_out()


def render_answers() -> None:
    """What became of the last verdict, beside its buttons: whose it is, who spoke meanwhile, what was left out."""
    _DRAWN.set(True)
    if verdict_outbox.waiting() and not person.is_known():
        _render_name()
    for number, conflict in enumerate(verdict_outbox.conflicts()):
        _render_conflict(conflict, number)
    if verdict_outbox.last_note():
        st.warning(phrases.markdown(verdict_outbox.last_note()), icon=":material/info:")


def _call_out() -> None:
    """Says once, wherever on the page somebody is, what else could be out of sight."""
    said = ""
    if verdict_outbox.waiting() and person.is_known():
        said = verdict_wording.not_stored(verdict_outbox.num_waiting())
    elif verdict_outbox.conflicts():
        said = verdict_wording.SPOKEN_OF
    elif verdict_outbox.last_note():
        said = verdict_outbox.last_note()
    now = ("".join(verdict_outbox.handled()[-1:]), said)
    if said and _CALLED.get() != now:
        st.toast(phrases.markdown(said), icon=":material/info:")
    _CALLED.set(now)


def begin_run() -> None:
    """Before anything of a run of the whole page is drawn."""
    _DRAWN.set(False)
    _STRIP.set(False)


def render_rest() -> None:
    """What is not stored yet, where no gallery on the page has shown it, a page that failed included."""
    if not verdict_outbox.waiting() or _DRAWN.get():
        return
    verdict_outbox.send()
    if verdict_outbox.waiting() and not person.is_known():
        _render_name()
    elif verdict_outbox.waiting() and not _STRIP.get():
        _render_not_stored()


def _render_name() -> None:
    with st.container(border=True, key="verdict-name"):
        words = verdict_wording.needs_name(verdict_outbox.num_waiting())
        st.markdown(f":material/person: **{phrases.markdown(words)}**")
        person.render_name_input("verdict")


def _render_not_stored() -> None:
    _STRIP.set(True)
    sentence = verdict_wording.not_stored(verdict_outbox.num_waiting())
    st.error(f"**{sentence}** {phrases.markdown(verdict_outbox.why() or '')}", icon=":material/cloud_off:")
    with st.container(horizontal=True):
        st.button("Try again", icon=":material/refresh:", key="verdict-retry", **person.allowed(Action.REVIEW))
        st.download_button(
            "Download them as CSV",
            data=verdict_outbox.waiting_as_csv,
            file_name="verdicts-not-stored.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key="verdict-rescue",
        )


def _render_conflict(conflict: verdict_outbox.Conflict, number: int) -> None:
    first, request = conflict.theirs[0], conflict.request
    run = request.run
    theirs = verdict_wording.said(first.who, first.kind, first.category and run.name_of(first.category))
    positions = [line.position for line in conflict.theirs]
    with st.container(border=True, key=f"verdict-conflict-{number}"):
        sentence = verdict_wording.conflict(
            positions, theirs, request.kind, request.category and run.name_of(request.category)
        )
        st.markdown(f":material/group: {phrases.markdown(sentence)}")
        with st.container(horizontal=True):
            for label, mine in (("Save mine beside it", True), ("Leave it as it is", False)):
                st.button(
                    label,
                    key=f"verdict-conflict-{number}-{mine}",
                    on_click=_resolve,
                    args=(conflict, mine),
                    **person.allowed(Action.REVIEW),
                )


def _resolve(conflict: verdict_outbox.Conflict, mine: bool) -> None:
    verdict_outbox.resolve(conflict, mine=mine)


def render_way_back(run: Run, garment: int, view: View, split: str = "test") -> None:
    """What became of the last verdict; then the ways back: of this garment's verdict, and of the last thing stored."""
    render_answers()
    if view.mine is not None:
        st.button(
            "Take back",
            icon=":material/undo:",
            type="tertiary",
            key="verdict-take-back",
            on_click=_say,
            args=(run, [garment], review.WITHDRAWN, None, next_id(f"back-{split}", [garment]), split),
            **person.allowed(Action.REVIEW),
        )
    _render_saved()


def _render_saved() -> None:
    """The last thing stored, and the way back."""
    done = verdict_outbox.done_requests()
    if not done or verdict_outbox.waiting():
        return
    last = [request for request in done if request.group == done[-1].group]
    garments = [garment for request in last for garment in request.garments]
    num = len(garments)
    category = last[0].category and last[0].run.name_of(last[0].category) if len(last) == 1 else None
    with st.container(horizontal=True, vertical_alignment="center", key="verdict-saved"):
        st.caption(f":material/check: {phrases.markdown(verdict_wording.saved(garments))}", width="content")
        st.button(
            "Undo",
            icon=":material/undo:",
            type="tertiary",
            key="verdict-undo",
            on_click=_undo,
            args=(next_id("undo", [last[0].group]), last[0].garments if num == 1 else ()),
            **person.allowed(Action.REVIEW, help=phrases.markdown(verdict_wording.undo(last[0].kind, category, num))),
        )


def _undo(request_id: str, garments: Sequence[int]) -> None:
    """Takes the last thing back, and opens its garment again where it was one."""
    verdict_outbox.undo(request_id=request_id)
    for garment in garments:
        picking.open_beside(garment)
