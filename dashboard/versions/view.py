"""The parts of the page about versions: what was live when and why, every version, and going back."""

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
import streamlit as st

from core import errors
from core.access.roles import Action
from core.quality import scores
from core.store import retention
from core.store.base import reasons
from core.store.live import promotions
from core.store.runs import live_history
from core.store.runs.live_history import Promotion
from core.store.runs.runs import Run
from dashboard.data import live as live_data
from dashboard.data import runs, store, views
from dashboard.data.run_views import RunView
from dashboard.look import glossary, phrases, theme
from dashboard.parts import tables
from dashboard.session import category_switch, flags, navigation, person, shown_version
from dashboard.versions import wording

NUM_LINES = 8
_ASKED: flags.Note[int] = flags.Note("go-back-to")
_REASON: flags.Note[str] = flags.Note("go-back-reason")
_SAID: flags.Note[tuple[bool, str]] = flags.Note("go-back-said")
_WHOLE: flags.Note[bool] = flags.Note("whole-history")


def render_history(shown_run: Run) -> None:
    """What was live when, decided by whom and why, newest first; from here a version can be made live again."""
    _render_said()
    if (waiting := live_data.waiting_version(shown_run)) is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/hourglass_empty: **Version {waiting}** waits for a decision", width="content")
            navigation.render_link("versions/decide", "Decide", {"new": str(waiting)})
    person.render_refusal(Action.GO_LIVE)
    lines = live_history.periods(promotions.history(store.store(), shown_run.scope))
    published = {run.id: run for run in runs.published()}
    shown = lines if _WHOLE.get() else lines[:NUM_LINES]
    for line, until in shown:
        run = published[line.run_id]
        _render_line(line, run, until, None if line.run_id == lines[0][0].run_id else run)
    if len(shown) < len(lines):
        st.button(f"Show all {len(lines):,}", key="whole-history", on_click=_WHOLE.set, args=(True,))


def _render_line(line: Promotion, run: Run, until: datetime | None, earlier: Run | None) -> None:
    when = wording.period(phrases.moment(line.promoted_at), _until(line.promoted_at, until))
    who = wording.decided_by(line.who, is_roll_back=line.kind == "roll back")
    sign = ":green[:material/radio_button_checked:]" if until is None else ":gray[:material/radio_button_unchecked:]"
    with st.container(border=True):
        st.markdown(
            f"{sign} **Version {run.version}** {phrases.markdown(when)} · {phrases.markdown(who)}  \n"
            f":gray[“{phrases.markdown(line.reason)}”]"
        )
        for name, finding in line.overridden.items():
            title = wording.RAILS.get(name, name)
            st.caption(f":material/warning: Decided against the safety check “{title}”: {phrases.markdown(finding)}")
        if earlier is not None:
            _render_way_back(line, earlier)


def _until(since: datetime, until: datetime | None) -> str:
    """The end of a period, with its day only where that is another one; empty where it has not ended."""
    if until is None:
        return ""
    is_same_day = phrases.date(since) == phrases.date(until)
    return f"{until.astimezone():%H:%M}" if is_same_day else phrases.moment(until)


def _render_way_back(line: Promotion, run: Run) -> None:
    is_there = live_data.is_there(run)
    with st.container(horizontal=True, vertical_alignment="center"):
        navigation.render_link("versions/decide", "Compare", {"new": str(run.version)})
        st.button(
            "Make live again",
            key=f"go-back-{line.sequence}",
            icon=":material/undo:",
            on_click=_ASKED.set,
            args=(line.sequence,),
            **person.allowed(
                Action.GO_LIVE,
                disabled=not is_there,
                help=None if is_there else f"Version {run.version} cannot be restored: its files are missing.",
            ),
        )
    if _ASKED.get() == line.sequence and is_there:
        _render_form(run)


def _render_form(run: Run) -> None:
    live = runs.live(run.scope)
    if not person.is_known():
        person.render_name_input("go-back")
    with st.form("go-back", border=False, enter_to_submit=False):
        st.text_area(
            f"Why should version {run.version} be live again?",
            key=_REASON.key,
            max_chars=reasons.LONGEST,
            **person.allowed(Action.GO_LIVE),
        )
        with st.container(horizontal=True):
            st.form_submit_button(
                f"Make version {run.version} live again",
                type="primary",
                on_click=_go_back,
                args=(run, live and live.id),
                **person.allowed(Action.GO_LIVE),
            )
            st.form_submit_button("Not now", on_click=_ASKED.set, args=(None,))
    _render_refused()


def _go_back(run: Run, expected_live: str | None) -> None:
    try:
        promotions.roll_back(
            store.store(),
            to=run.id,
            reason=str(_REASON.get() or ""),
            who=person.name(),
            expected_live=expected_live,
        )
    except errors.GarmentsError as error:
        _SAID.set((False, str(error)))
    else:
        _SAID.set((True, wording.made_live(run.version)))
        _ASKED.set(None)
        _REASON.set("")


def _render_said() -> None:
    """What came of the last wish, once: above the history, and wherever on the page somebody is."""
    said = _SAID.get()
    if said is None or (not said[0] and _ASKED.get() is not None):
        return
    _SAID.set(None)
    show, icon = (st.success, ":material/check_circle:") if said[0] else (st.error, ":material/error:")
    show(phrases.markdown(said[1]), icon=icon)
    st.toast(phrases.markdown(said[1]), icon=icon)


def _render_refused() -> None:
    """Why a version did not become live again, once, beside the button."""
    said = _SAID.get()
    _SAID.set(None)
    if said is not None:
        st.error(phrases.markdown(said[1]), icon=":material/error:")


def render_versions(shown: Run) -> None:
    """Every version in a table, newest first, and one of them closely; both folded."""
    published = [run for run in runs.published() if run.scope == shown.scope]
    st.header("Every version", anchor=False, help=glossary.help_text("version"))
    category_switch.render_switch(shown)
    with st.expander(f"Figures of {len(published):,} {'version' if len(published) == 1 else 'versions'}"):
        st.dataframe(
            _table(published),
            hide_index=True,
            column_config={
                "Correct, of 100": st.column_config.NumberColumn(format="%.1f", help=glossary.help_text("correct")),
                "Garments judged": st.column_config.NumberColumn(format="localized"),
                "Between": st.column_config.TextColumn(help=glossary.help_text("interval")),
            },
        )
    st.markdown(f"**Version {shown.version}**")
    tables.render_run(shown)
    _render_delete(shown)


def _render_delete(run: Run) -> None:
    """Deleting, explained before it is done; a version that was ever live offers none."""
    can_go = retention.is_deletable(store.store(), run)
    with st.popover(
        f"Delete version {run.version}",
        icon=":material/delete:",
        disabled=not can_go,
        help=None if can_go else "What was ever live is kept for ever: the history needs it.",
    ):
        st.markdown(wording.deletion(run.version, live_data.trash_days()))
        st.button(
            f"Yes, delete version {run.version}",
            key="delete-version",
            icon=":material/delete:",
            on_click=_delete,
            args=(run,),
            **person.allowed(Action.DELETE),
        )
        person.render_refusal(Action.DELETE)


def _delete(run: Run) -> None:
    try:
        retention.delete(store.store(), run.id, who=person.name(), reason="deleted on the page Versions")
    except errors.GarmentsError as error:
        _SAID.set((False, str(error)))
    else:
        _SAID.set((True, f"Version {run.version} was deleted, and that is written down."))
        shown_version.forget_version()


def _table(published: Sequence[Run]) -> pd.DataFrame:
    live, were_live, kept = (
        runs.live_version(published[0]),
        live_data.were_live(),
        promotions.kept_versions(store.store()),
    )
    rows = []
    for run in published:
        view = category_switch.shown(run)
        score = _accuracy(view)
        rows.append(
            {
                "Version": run.version,
                "Standing": wording.standing(
                    is_live=run.version == live, was_live=run.id in were_live, was_kept=run.version in kept
                ),
                "Correct, of 100": score and round(100 * score.accuracy, 1),
                "Between": " and ".join(theme.ends(score.low, score.high)) if score else theme.UNDEFINED,
                "Garments judged": run.num_test,
                "Weakest category": _weakest(view),
                "Trained": phrases.date(run.created_at),
                "Took": phrases.duration(run.total_seconds),
                "Recipe": run.recipe_name,
                "Data": run.catalogue_title,
                "Started by": run.created_by,
            }
        )
    return pd.DataFrame(rows)


def _accuracy(view: RunView) -> scores.Accuracy | None:
    """None where it takes the predictions, and they cannot be read."""
    try:
        return views.accuracy(view)
    except errors.GarmentsError:
        return None


def _weakest(view: RunView) -> str:
    """The category with the lowest recall; an en dash where the predictions cannot be read."""
    try:
        table = views.class_scores(view).dropna(subset="recall")
    except errors.GarmentsError:
        return "–"
    return "–" if table.empty else str(table.sort_values("recall", kind="stable")["class_name"].iloc[0])
