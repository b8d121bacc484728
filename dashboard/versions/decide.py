"""The page that decides about a version: what changed against the live one, what speaks against it, the decision."""

from collections.abc import Callable

import streamlit as st

from core import errors
from core.access.roles import Action
from core.quality import comparison
from core.store.base import reasons
from core.store.live import promotions
from core.store.runs.runs import Run
from dashboard.data import live as live_data
from dashboard.data import runs, store
from dashboard.gallery import filters
from dashboard.look import phrases
from dashboard.session import address, category_switch, flags, guard, navigation, person
from dashboard.versions import changed, evidence, wording

_REASON: flags.Note[str] = flags.Note("decision-reason")
_OVERRIDE: flags.Note[bool] = flags.Note("decision-override")
_DONE: flags.Note[str] = flags.Note("decision-done")
_FAILED: flags.Note[tuple[str, str]] = flags.Note("decision-failed")
"""The button that was pressed last and could not do what it says, and why not."""
_CHOICES = ("new", "change", evidence.CATEGORY, *filters.LIST_CHOICES)
"""Choices in the address about the two versions that are compared."""
_REPLACED = "replaced"
"""Name in the address of the version, by its number, in whose place the live one was made live a moment ago."""


def render_decision(shown: Run) -> None:
    """Everything about one version against the live one; says what to do where there is only one version."""
    live = runs.live(shown.scope)
    published = [run for run in runs.published() if run.scope == shown.scope]
    others = [run for run in published if live is not None and run.id != live.id]
    _render_done()
    if live is None or not others:
        st.info(wording.NO_CHALLENGER, icon=":material/model_training:")
        return
    if (before := _replaced(others)) is not None:
        _render_made_live(live, before)
        return
    number = _chosen_number(shown, others, live)
    run = next(each for each in others if str(each.version) == number)
    with guard.guarded("The comparison", "Every other page still works, and the live version stays."):
        found = live_data.assessment(run, live, category_switch.is_as_sold())
        if found.comparison is None:
            st.header(wording.not_comparable(run.version, live.version), anchor=False)
        else:
            evidence.render_verdict(found.comparison, run, live)
        with st.container(horizontal=True, vertical_alignment="center"):
            _render_version_choice(others, number)
            category_switch.render_switch(run)
        evidence.render_rails(run, found.rails)
        _render_form(run, live, found)
        if found.comparison is not None:
            _render_changes(found.comparison, run, live)


def _replaced(others: list[Run]) -> Run | None:
    """The version that was live until the last decision, where the address still asks about that decision."""
    number = address.choice(_REPLACED, [str(run.version) for run in others], None)
    return next((run for run in others if str(run.version) == number), None)


def _render_made_live(live: Run, before: Run) -> None:
    """The comparison that was decided on, in its direction: the version that was made live against the one before."""
    with guard.guarded("The comparison", "Every other page still works, and the live version stays."):
        found = live_data.assessment(live, before, category_switch.is_as_sold())
        if found.comparison is None:
            st.header(wording.not_comparable(live.version, before.version), anchor=False)
        else:
            evidence.render_verdict(found.comparison, live, before)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(wording.OTHERS, icon=":material/compare_arrows:", key="other-versions", on_click=_see_others)
            category_switch.render_switch(live)
        if found.comparison is not None:
            _render_changes(found.comparison, live, before)


def _see_others() -> None:
    address.change_address(dict.fromkeys((_REPLACED, *_CHOICES)))


def _render_changes(found: comparison.Comparison, run: Run, live: Run) -> None:
    """The categories beside the very garments, and below them all garments of the kind that was asked for."""
    category = evidence.chosen_category(found, run)
    left, right = st.columns([5, 4], gap="medium")
    with left:
        evidence.render_categories(found, run, live, category)
    with right:
        changed.render_few(found, run, live, category)
    evidence.render_watched(run, live)
    changed.render_all(found, run, live, category)


def _chosen_number(shown: Run, others: list[Run], live: Run) -> str:
    """Of the version of the address; else of the one on screen, or of the newest where that is the live one."""
    usual = others[0] if shown.id == live.id else shown
    numbers = [str(run.version) for run in others]
    return address.choice("new", numbers, str(usual.version)) or str(usual.version)


def _render_version_choice(others: list[Run], number: str) -> None:
    if len(others) > 1:
        st.selectbox(
            "New version",
            [str(run.version) for run in others],
            format_func=lambda chosen: f"Version {chosen}",
            key=address.control_key("new", number),
            on_change=address.on_control("new", str, clears=(*filters.LIST_CHOICES, evidence.CATEGORY)),
            label_visibility="collapsed",
            width=180,
        )


def _render_form(run: Run, live: Run, found: live_data.Assessment) -> None:
    """The reason, the override where one is needed, and the two buttons; a version that is refused offers none."""
    if found.refusals:
        _FAILED.set(None)
        why = wording.refused(run.version, [rail.sentence for rail in found.refusals])
        st.error(phrases.markdown(why), icon=":material/block:")
        return
    with st.container(border=True, key="decide"):
        person.render_refusal(Action.GO_LIVE)
        if person.is_known():
            _render_fields(run, live, len(found.doubts))
            return
        left, right = st.columns([1, 3])
        with left:
            person.render_name_input("decision")
        with right:
            _render_fields(run, live, len(found.doubts))


def _render_fields(run: Run, live: Run, num_doubts: int) -> None:
    with st.form("decision", border=False, enter_to_submit=False):
        left, right = st.columns([3, 2])
        with left:
            st.text_area(
                "Why?",
                key=_REASON.key,
                max_chars=reasons.LONGEST,
                placeholder=wording.REASON_PROMPT,
                height=90,
                **person.allowed(Action.GO_LIVE, help="It stands in the history, for everybody."),
            )
        with right:
            if num_doubts:
                st.checkbox(wording.asked(num_doubts), key=_OVERRIDE.key,
                            **person.allowed(Action.GO_LIVE, help=wording.OVERRIDE_HELP))  # fmt: skip
            _render_button(
                "promote", f"Make version {run.version} live", ":material/publish:", _promote, run, live, num_doubts,
                # What nobody waits for, as the version that has just made way for another, is no next step.
                is_next=run.version == live_data.waiting_version(run),
            )  # fmt: skip
            _render_button("keep", f"Keep version {live.version}", ":material/undo:", _keep, run, live)


def _render_button(
    name: str, label: str, icon: str, act: Callable[..., None], *arguments: object, is_next: bool = False
) -> None:
    """One of the two buttons and, where it was pressed and could not do what it says, why not, right below it.

    `is_next`: it is the step that is waited for.
    """
    st.form_submit_button(
        label, type="primary" if is_next else "secondary", icon=icon, on_click=act, args=arguments,
        width="stretch", **person.allowed(Action.GO_LIVE),
    )  # fmt: skip
    failed = _FAILED.get()
    if failed is not None and failed[0] == name:
        _FAILED.set(None)
        st.error(phrases.markdown(failed[1]), icon=":material/error:")


def _promote(run: Run, live: Run, num_doubts: int) -> None:
    if num_doubts and not _OVERRIDE.get():
        _FAILED.set(("promote", wording.nothing_changed(wording.stand_by_it(num_doubts))))
        return
    try:
        promotions.promote(
            store.store(),
            run.id,
            reason=str(_REASON.get() or ""),
            who=person.name(),
            override=bool(_OVERRIDE.get()),
            expected_live=live.id,
        )
    except errors.GarmentsError as error:
        _FAILED.set(("promote", _why_not(error)))
    else:
        _done(wording.made_live(run.version))
        address.change_address({_REPLACED: str(live.version)})


def _keep(run: Run, live: Run) -> None:
    try:
        promotions.keep(store.store(), run.id, reason=str(_REASON.get() or ""), who=person.name())
    except errors.GarmentsError as error:
        _FAILED.set(("keep", _why_not(error)))
    else:
        _done(wording.kept(run.version, live.version))


def _why_not(error: errors.GarmentsError) -> str:
    """What stands beside the button: short where only the reason is missing."""
    reason = str(_REASON.get() or "")
    is_short = isinstance(error, errors.ReasonMissing) and len(reason.strip()) < reasons.SHORTEST
    return wording.nothing_changed(wording.reason_missing(reason, reasons.SHORTEST) if is_short else str(error))


def _done(sentence: str) -> None:
    _DONE.set(sentence)
    _FAILED.set(None)
    _REASON.set("")
    _OVERRIDE.set(False)
    address.change_address(dict.fromkeys(_CHOICES))


def _render_done() -> None:
    """What came of the last decision, once; what was refused is said beside its button."""
    done = _DONE.get()
    if done is None:
        return
    _DONE.set(None)
    st.success(phrases.markdown(done), icon=":material/check_circle:")
    st.toast(phrases.markdown(done), icon=":material/check_circle:")
    navigation.render_link("versions/history", "See the history", icon=":material/history:")
