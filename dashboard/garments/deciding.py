"""What the checks found, as photos side by side: each box is decided by a click."""

import contextlib
from collections.abc import Iterator, Sequence

import pandas as pd
import streamlit as st
from streamlit.elements.lib.mutable_expander_container import ExpanderContainer

from core import errors
from core.access.roles import Action
from core.catalogue.kept import OwnCatalogue
from core.catalogue.own import decisions
from core.catalogue.own.checks import Check
from core.catalogue.own.decisions import Decision
from core.catalogue.own.questions import Question
from core.photos import sprite
from dashboard.data import own_catalogues
from dashboard.garments import decision_wording, wording
from dashboard.look import phrases
from dashboard.session import flags, guard, person

PAGE_PHOTOS = 24
"""Photos that are shown at once; a box is never parted."""
_OF_CATEGORY = 8
"""Photos of a small category that are shown."""
_WIDTH = 112
"""Of a photo in pixels: two lie side by side on a phone."""
_MOST_BUTTONS = 4
"""Categories of a box that have a button each; of more a list is offered."""
_REFUSED: flags.Note[tuple[str, str]] = flags.Note("deciding-refused")


def render(found: OwnCatalogue, results: Sequence[Check]) -> None:
    """Each check that found something as a sentence that opens to its photos."""
    if (refused := _REFUSED.get()) and refused[0] == found.name:
        _REFUSED.set(None)
        st.error(phrases.markdown(refused[1]), icon=":material/error:")
    asked = own_catalogues.asked(found.name, found.rows_file)
    for check in results:
        if not asked.questions.get(check.name):
            continue
        label = f"{wording.icon(check)} **{phrases.markdown(check.sentence)}**"
        with _opening(label, f"check-{found.name}-{check.name}") as box:
            if box.open:
                with guard.guarded("The photos"):
                    _Asking(found, check.name, asked).render()
    _render_decided(found)


class _Asking:
    """What one check of one catalogue asks, drawn."""

    def __init__(self, found: OwnCatalogue, check: str, asked: own_catalogues.Asked) -> None:
        self.found, self.check, self.asked = found, check, asked
        self.questions = asked.questions[check]
        self.key = f"{found.name}-{check}"
        self.most = _OF_CATEGORY if check == "counts" else PAGE_PHOTOS

    def render(self) -> None:
        """How to decide, the boxes of the page that is shown, and turning it."""
        st.caption(decision_wording.HOW[self.check])
        person.render_refusal(Action.REVIEW)
        if not person.is_known():
            person.render_name_input(f"decide-{self.key}")
        pages = _pages([min(len(question.places), self.most) for question in self.questions])
        number = min(_page_note(self.key).get() or 1, len(pages))
        first, last = pages[number - 1]
        if self.check == "usable":
            self._render_unusable(self.questions[first:last])
        else:
            if self.check in ("near", "copies") and len(self.questions) > 1:
                self._render_all_at_once()
            if shown := decision_wording.boxes(first + 1, last, len(self.questions)):
                st.caption(shown)
            for question in self.questions[first:last]:
                with st.container(border=True):
                    self._render_box(question)
        _render_pages(self.key, number, len(pages))

    def _render_box(self, question: Question) -> None:
        if self.check == "counts":
            title = decision_wording.category(question.category, len(question.places))
            st.markdown(f"**{phrases.markdown(title)}**")
        shown = question.places[: self.most]
        pictures = own_catalogues.photos(tuple(self.asked.table["sha256"].iloc[list(shown)]))
        names = self.asked.table["photo"].iloc[list(shown)]
        with st.container(horizontal=True, gap="small"):
            for picture, caption, name in zip(pictures, self._captions(shown), names, strict=True):
                address = sprite.data_address(picture, "jpeg")
                st.image(address, caption=phrases.markdown(caption) or None, width=_WIDTH, alt=f"The photo {name}")
        if rest := decision_wording.more(len(question.places) - len(shown)):
            st.caption(rest)
        if self.check == "counts":
            self._render_category(question)
        else:
            with st.container(horizontal=True):
                (self._render_labels if self.check == "contradictions" else self._render_copies)(question)

    def _captions(self, places: Sequence[int]) -> list[str]:
        if self.check in ("near", "copies"):
            return [decision_wording.COPY if number else decision_wording.FIRST for number in range(len(places))]
        return [str(name) for name in self.asked.table["category"].iloc[list(places)]]

    def _render_labels(self, question: Question) -> None:
        names = sorted(set(self.asked.table["category"].iloc[list(question.places)]))
        for name in names[:_MOST_BUTTONS]:
            label = phrases.markdown(decision_wording.all_are(name))
            self._button(label, f"all-{name}", question, decisions.RELABEL, into=name)
        self._button(decision_wording.BOTH_RIGHT, "right", question, decisions.BOTH_RIGHT)
        self._button(decision_wording.LEAVE_ALL_OUT, "out", question, decisions.LEAVE_OUT)

    def _render_copies(self, question: Question) -> None:
        self._button(
            decision_wording.LEAVE_COPIES_OUT, "out", question, decisions.LEAVE_OUT, places=question.places[1:]
        )
        self._button(decision_wording.KEEP_ALL, "keep", question, decisions.KEEP_COPIES)

    def _render_category(self, question: Question) -> None:
        others = [name for name in self.found.class_names if name != question.category]
        name = question.category
        with st.container(horizontal=True, vertical_alignment="bottom"):
            into = st.selectbox(
                decision_wording.MERGE_INTO, others, index=None, key=f"into-{self.key}-{name}", width=220,
                placeholder="Choose a category", **person.allowed(Action.REVIEW),
            )  # fmt: skip
            self._category_button(decision_wording.MERGE, "merge", decisions.MERGE, name, into=into)
            self._category_button(decision_wording.LEAVE_OUT, "out", decisions.LEAVE_OUT_CATEGORY, name)
            self._category_button(decision_wording.KEEP, "keep", decisions.KEEP_CATEGORY, name)

    def _render_unusable(self, shown: Sequence[Question]) -> None:
        places = [place for question in shown for place in question.places]
        rows = self.asked.table.iloc[places]
        st.dataframe(pd.DataFrame({"Photo": rows["photo"], "Why": rows["problem"]}), hide_index=True)
        with st.container(horizontal=True):
            for label, questions in self._seen(shown):
                every = tuple(place for question in questions for place in question.places)
                self._decide_button(label, f"seen-{len(every)}", self._decision(decisions.SEEN, every))

    def _seen(self, shown: Sequence[Question]) -> list[tuple[str, Sequence[Question]]]:
        lists = [shown] if len(shown) == len(self.questions) else [shown, self.questions]
        return [(decision_wording.seen(len(questions)), questions) for questions in lists]

    def _render_all_at_once(self) -> None:
        copies = tuple(place for question in self.questions for place in question.places[1:])
        every = tuple(place for question in self.questions for place in question.places)
        with st.container(horizontal=True):
            if self.check == "copies":  # what only looks alike is looked at before anything is left out
                self._decide_button(
                    decision_wording.all_copies(len(copies)), "out-all", self._decision(decisions.LEAVE_OUT, copies)
                )
            self._decide_button(
                decision_wording.keep_everything(len(self.questions)), "keep-all",
                self._decision(decisions.KEEP_COPIES, every),
            )  # fmt: skip

    # ---- the clicks -------------------------------------------------------------------------------------------------

    def _button(
        self, label: str, what: str, question: Question, kind: str, *, into: str = "",
        places: Sequence[int] | None = None,
    ) -> None:  # fmt: skip
        decision = self._decision(kind, question.places if places is None else places, into=into)
        self._decide_button(label, f"{what}-{question.places[0]}", decision)

    def _category_button(self, label: str, what: str, kind: str, name: str, *, into: str | None = "") -> None:
        decision = Decision(kind=kind, check=self.check, category=name, into=into or "")
        self._decide_button(label, f"{what}-{name}", decision, is_ready=into is not None)

    def _decide_button(self, label: str, what: str, decision: Decision, *, is_ready: bool = True) -> None:
        st.button(
            label, key=f"decide-{self.key}-{what}", on_click=_decide, args=(self.found.name, decision),
            **person.allowed(Action.REVIEW, disabled=not (is_ready and person.is_known())),
        )  # fmt: skip

    def _decision(self, kind: str, places: Sequence[int], *, into: str = "") -> Decision:
        photos = tuple(self.asked.photos[place] for place in places)
        return Decision(kind=kind, check=self.check, photos=photos, into=into)


def _render_decided(found: OwnCatalogue) -> None:
    held = own_catalogues.decided(found.name, found.rows_file)
    if not held:
        return
    key = f"decided-{found.name}"
    label = decision_wording.decided(len(held))
    with _opening(label, key) as box:
        if not box.open:
            return
        st.caption(decision_wording.DECIDED_HOW)
        num_pages = -(-len(held) // PAGE_PHOTOS)
        number = min(_page_note(key).get() or 1, num_pages)
        for decision in held[(number - 1) * PAGE_PHOTOS : number * PAGE_PHOTOS]:
            with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                with st.container(width="stretch", gap="xxsmall"):
                    st.markdown(phrases.markdown(decision_wording.sentence(decision)))
                    st.caption(phrases.markdown(decision_wording.by(decision)))
                st.button("Take back", icon=":material/undo:", key=f"back-{decision.id}", on_click=_take_back,
                          args=(found.name, decision.id),
                          **person.allowed(Action.REVIEW, disabled=not person.is_known()))  # fmt: skip
        _render_pages(key, number, num_pages)


@contextlib.contextmanager
def _opening(label: str, key: str) -> Iterator[ExpanderContainer]:
    """What opens below a sentence; stays open when a decision changes the sentence, which makes another one of it."""
    note: flags.Note[tuple[str, bool, bool]] = flags.Note(f"open-{key}")
    before, expanded, was_open = note.get() or (label, False, False)
    if before != label:
        expanded = was_open
    with st.expander(label, expanded=expanded, key=key, on_change="rerun") as box:
        note.set((label, expanded, bool(box.open)))
        yield box


def _pages(sizes: Sequence[int]) -> list[tuple[int, int]]:
    """First and end of the boxes of each page: as many as have `PAGE_PHOTOS` photos together, at least one."""
    pages, start, num = [], 0, 0
    for place, size in enumerate(sizes):
        shown = min(size, PAGE_PHOTOS)
        if num and num + shown > PAGE_PHOTOS:
            pages.append((start, place))
            start, num = place, 0
        num += shown
    return [*pages, (start, len(sizes))]


def _page_note(key: str) -> flags.Note[int]:
    return flags.Note(f"deciding-page-{key}")


def _render_pages(key: str, number: int, num_pages: int) -> None:
    if num_pages > 1:
        control = f"deciding-page-{key}-{number}-{num_pages}"
        st.pagination(
            num_pages, default=number, key=control,
            on_change=lambda: _page_note(key).set(flags.page_turned(control)),
        )  # fmt: skip


def _decide(name: str, decision: Decision) -> None:
    try:
        own_catalogues.decide(name, decision, who=person.name())
    except errors.GarmentsError as error:
        _REFUSED.set((name, str(error)))
    else:
        st.toast(decision_wording.KEPT, icon=":material/check:")


def _take_back(name: str, decision: str) -> None:
    try:
        own_catalogues.take_back(name, decision, who=person.name())
    except errors.GarmentsError as error:
        _REFUSED.set((name, str(error)))
    else:
        st.toast(decision_wording.TAKEN_BACK, icon=":material/undo:")
