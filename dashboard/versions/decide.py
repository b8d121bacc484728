"""The page that decides about a version: what changed against the live one, what speaks against it, the decision."""

import streamlit as st

from core import errors
from core.quality import comparison
from core.store.base import reasons
from core.store.live import promotions
from core.store.runs import runs as stored_runs
from core.store.runs.runs import Run
from core.store.runs.soundness import Rail
from core.store.verdicts import watch_lists as stored_watch_lists
from dashboard import gallery
from dashboard.costs import view as costs_view
from dashboard.costs import wording as cost_wording
from dashboard.data import live as live_data
from dashboard.data import names, store, watch_lists
from dashboard.gallery import filters
from dashboard.look import glossary, phrases
from dashboard.session import address, flags, guard, navigation, person
from dashboard.themes import wording as theme_wording
from dashboard.versions import wording

_REASON: flags.Note[str] = flags.Note("decision-reason")
_OVERRIDE: flags.Note[bool] = flags.Note("decision-override")
_SAID: flags.Note[tuple[bool, str]] = flags.Note("decision-said")


def render_decision(shown: Run) -> None:
    """Everything about one version against the live one; says what to do where there is only one version."""
    live = promotions.live_run(store.store())
    others = [run for run in stored_runs.list_runs(store.store()) if live is not None and run.id != live.id]
    _render_said()
    if live is None or not others:
        st.info(wording.NO_CHALLENGER, icon=":material/model_training:")
        return
    run = _chosen(shown, others, live)
    with guard.guarded("The comparison", "Every other page still works, and the live version stays."):
        found = live_data.assessment(run, live)
        if found.comparison is not None:
            _render_result(found.comparison, run, live)
        _render_rails(found)
        _render_form(run, live, found)
        if found.comparison is not None:
            _render_classes(found.comparison)
            _render_watched(run, live)
            _render_garments(run, live, found.comparison)


def _chosen(shown: Run, others: list[Run], live: Run) -> Run:
    """The version of the address; else the one on screen, or the newest where that is the live one."""
    usual = others[0] if shown.id == live.id else shown
    numbers = [str(run.version) for run in others]
    number = address.choice("new", numbers, str(usual.version)) or str(usual.version)
    if len(others) > 1:
        st.selectbox(
            "New version",
            numbers,
            format_func=lambda chosen: f"Version {chosen}",
            key=address.control_key("new", number),
            on_change=address.on_control("new", str, clears=(*filters.LIST_CHOICES, "real")),
            width=340,
        )
    return next(run for run in others if str(run.version) == number)


def _render_result(found: comparison.Comparison, run: Run, live: Run) -> None:
    with st.container(border=True):
        if found.shared.is_all and costs_view.render_switch():
            change = names.cost_change(run, live, found)
            headline, balance = cost_wording.result(change, run.version, live.version), cost_wording.balance(change)
        else:
            headline = wording.result(found, run.version, live.version)
            balance = wording.balance(found.change)
        st.header(phrases.markdown(headline), anchor=False, help=glossary.help_texts("change", "clear"))
        st.markdown(phrases.markdown(balance))
        for sentence in (found.shared.sentence, wording.common(found), wording.losing_categories(found.classes)):
            if sentence:
                st.markdown(f":material/info: {phrases.markdown(sentence)}")


def _render_rails(found: live_data.Assessment) -> None:
    """The guard rails as sentences; those about the files are one line while all are kept."""
    st.header("Guard rails", anchor=False, help=glossary.help_text("rail"))
    sound = [rail for rail in found.rails if rail.name in wording.SOUND]
    told = [rail for rail in found.rails if rail not in sound]
    if all(rail.passed for rail in sound):
        _render_rail("Whole and sound", ":material/check_circle:", " ".join(rail.sentence for rail in sound))
    else:
        told = [*(rail for rail in sound if not rail.passed), *told]
    for rail in told:
        _render_rail(wording.RAILS.get(rail.name, rail.name), _icon(rail), rail.sentence)


def _render_rail(title: str, icon: str, sentence: str) -> None:
    st.markdown(f"{icon} **{title}.** {phrases.markdown(sentence)}")


def _icon(rail: Rail) -> str:
    if rail.passed:
        return ":material/check_circle:"
    return ":material/warning:" if rail.may_be_overridden else ":material/block:"


def _render_form(run: Run, live: Run, found: live_data.Assessment) -> None:
    """The reason, the override where one is needed, and the two buttons; a version that is refused offers none."""
    st.header("Decide", anchor=False)
    if found.refusals:
        st.error(f"Version {run.version} cannot be made live: see above. Nobody can override that.")
        return
    if not person.is_known():
        person.render_name_input("decision")
    with st.form("decision", border=True, enter_to_submit=False):
        st.text_area(
            "Why?",
            key=_REASON.key,
            max_chars=reasons.LONGEST,
            placeholder=wording.REASON_PROMPT,
            help="It stands in the history, for everybody.",
        )
        if found.doubts:
            st.checkbox(
                wording.asked(len(found.doubts)),
                key=_OVERRIDE.key,
                help=wording.OVERRIDE_HELP,
            )
        with st.container(horizontal=True):
            st.form_submit_button(
                f"Make version {run.version} live",
                type="primary",
                icon=":material/publish:",
                on_click=_promote,
                args=(run, live),
            )
            st.form_submit_button(
                f"Keep version {live.version}", icon=":material/undo:", on_click=_keep, args=(run, live)
            )


def _promote(run: Run, live: Run) -> None:
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
        _SAID.set((False, str(error)))
    else:
        _done(wording.made_live(run.version))


def _keep(run: Run, live: Run) -> None:
    try:
        promotions.keep(store.store(), run.id, reason=str(_REASON.get() or ""), who=person.name())
    except errors.GarmentsError as error:
        _SAID.set((False, str(error)))
    else:
        _done(wording.kept(run.version, live.version))


def _done(sentence: str) -> None:
    _SAID.set((True, sentence))
    _REASON.set("")
    _OVERRIDE.set(False)
    address.change_address(dict.fromkeys(("new", "change", "real", *filters.LIST_CHOICES)))


def _render_said() -> None:
    """What came of the last decision, once; what was typed stays where it was refused."""
    said = _SAID.get()
    if said is None:
        return
    _SAID.set(None)
    if said[0]:
        st.success(phrases.markdown(said[1]), icon=":material/check_circle:")
        navigation.render_link("versions", "See the history", icon=":material/history:")
    else:
        st.error(phrases.markdown(said[1]), icon=":material/error:")


def _render_classes(found: comparison.Comparison) -> None:
    st.header("Category by category", anchor=False, help=glossary.help_texts("find", "clear"))
    st.dataframe(
        wording.classes_in_words(found.classes),
        hide_index=True,
        column_config={
            name: st.column_config.NumberColumn(format="%.1f") for name in ("Found before, of 100", "Found now, of 100")
        },
    )


def _render_watched(run: Run, live: Run) -> None:
    """What became of each watch list; nothing where nothing is watched."""
    lists = stored_watch_lists.current(store.store())
    if not lists:
        return
    st.header("What the team watches", anchor=False, help=glossary.help_text("watch"))
    sentences = [theme_wording.change(watch.name, watch_lists.change(live, run, watch)) for watch in lists]
    st.markdown("\n".join(f"- {phrases.markdown(sentence)}" for sentence in sentences))


def _render_garments(run: Run, live: Run, found: comparison.Comparison) -> None:
    """The garments that changed sides, as a gallery."""
    st.header("The very garments", anchor=False)
    change = address.choice("change", tuple(live_data.CHANGES), "newly-wrong") or "newly-wrong"
    counts = {"fixed": found.change.num_fixed, "newly-wrong": found.change.num_broken}
    st.segmented_control(
        "Garments",
        list(live_data.CHANGES),
        required=True,
        format_func=lambda name: f"{live_data.CHANGES[name]} ({counts[name]:,})",
        label_visibility="collapsed",
        key=address.control_key("change", change),
        on_change=address.on_control("change", str, clears=filters.LIST_CHOICES),
    )
    st.caption(f"With the tags of version {run.version}.")
    listing = filters.Listing(
        group=live_data.changed_garments(run, live, change),
        place=("versions", (("new", str(run.version)), ("change", change))),
    )
    gallery.render_gallery(run, listing, page_name=f"{change}-since-version-{live.version}")
