"""The page that decides about a version: what changed against the live one, what speaks against it, the decision."""

import streamlit as st

from core import errors
from core.quality import comparison
from core.store import promotions
from core.store.runs import Run
from core.store.soundness import Rail
from dashboard import (
    cost_wording,
    costs_view,
    decided,
    filters,
    gallery,
    glossary,
    guard,
    named,
    navigation,
    person,
    state,
    stored,
    theme_wording,
    version_wording,
    watched,
    wording,
)

_REASON, _OVERRIDE, _SAID = "decision-reason", "decision-override", "decision-said"


def render_decision(shown: Run) -> None:
    """Everything about one version against the live one; says what to do where there is only one version."""
    live = decided.live_run()
    others = [run for run in stored.all_runs() if live is not None and run.id != live.id]
    _render_said()
    if live is None or not others:
        st.info(version_wording.NO_CHALLENGER, icon=":material/model_training:")
        return
    run = _chosen(shown, others, live)
    with guard.guarded("The comparison", "Every other page still works, and the live version stays."):
        found = decided.assessment(run, live)
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
    number = state.choice("new", numbers, str(usual.version)) or str(usual.version)
    if len(others) > 1:
        st.selectbox(
            "New version",
            numbers,
            format_func=lambda chosen: f"Version {chosen}",
            key=state.control_key("new", number),
            on_change=state.on_control("new", str, clears=(*filters.LIST_CHOICES, "real")),
            width=340,
        )
    return next(run for run in others if str(run.version) == number)


def _render_result(found: comparison.Comparison, run: Run, live: Run) -> None:
    with st.container(border=True):
        if costs_view.render_switch():
            change = named.cost_change(run, live, found)
            headline, balance = cost_wording.result(change, run.version, live.version), cost_wording.balance(change)
        else:
            headline = version_wording.result(found, run.version, live.version)
            balance = version_wording.balance(found.change)
        st.subheader(wording.markdown(headline), anchor=False, help=glossary.help_texts("change", "clear"))
        st.markdown(wording.markdown(balance))
        for sentence in (version_wording.common(found), version_wording.losing_categories(found.classes)):
            if sentence:
                st.markdown(f":material/info: {wording.markdown(sentence)}")


def _render_rails(found: decided.Assessment) -> None:
    """The guard rails as sentences; those about the files are one line while all are kept."""
    st.subheader("Guard rails", anchor=False, help=glossary.help_text("rail"))
    sound = [rail for rail in found.rails if rail.name in version_wording.SOUND]
    told = [rail for rail in found.rails if rail not in sound]
    if all(rail.passed for rail in sound):
        _render_rail("Whole and sound", ":material/check_circle:", " ".join(rail.sentence for rail in sound))
    else:
        told = [*(rail for rail in sound if not rail.passed), *told]
    for rail in told:
        _render_rail(version_wording.RAILS.get(rail.name, rail.name), _icon(rail), rail.sentence)


def _render_rail(title: str, icon: str, sentence: str) -> None:
    st.markdown(f"{icon} **{title}.** {wording.markdown(sentence)}")


def _icon(rail: Rail) -> str:
    if rail.passed:
        return ":material/check_circle:"
    return ":material/warning:" if rail.may_be_overridden else ":material/block:"


def _render_form(run: Run, live: Run, found: decided.Assessment) -> None:
    """The reason, the override where one is needed, and the two buttons; a version that is refused offers none."""
    st.subheader("Decide", anchor=False)
    if found.refusals:
        st.error(f"Version {run.version} cannot be made live: see above. Nobody can override that.")
        return
    if not person.is_known():
        person.render_name_input("decision")
    with st.form("decision", border=True, enter_to_submit=False):
        st.text_area(
            "Why?",
            key=f"flag-{_REASON}",
            max_chars=promotions.LONGEST_REASON,
            placeholder=version_wording.REASON_PROMPT,
            help="It stands in the history, for everybody.",
        )
        if found.doubts:
            st.checkbox(
                version_wording.asked(len(found.doubts)),
                key=f"flag-{_OVERRIDE}",
                help=version_wording.OVERRIDE_HELP,
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
        decided.make_live(
            run,
            reason=str(state.flag(_REASON) or ""),
            who=person.name(),
            override=bool(state.flag(_OVERRIDE)),
            expected_live=live.id,
        )
    except errors.GarmentsError as error:
        state.set_flag(_SAID, (False, str(error)))
    else:
        _done(version_wording.made_live(run.version))


def _keep(run: Run, live: Run) -> None:
    try:
        decided.keep(run, reason=str(state.flag(_REASON) or ""), who=person.name())
    except errors.GarmentsError as error:
        state.set_flag(_SAID, (False, str(error)))
    else:
        _done(version_wording.kept(run.version, live.version))


def _done(sentence: str) -> None:
    state.set_flag(_SAID, (True, sentence))
    state.set_flag(_REASON, "")
    state.set_flag(_OVERRIDE, False)
    state.change_address(dict.fromkeys(("new", "change", "real", *filters.LIST_CHOICES)))


def _render_said() -> None:
    """What came of the last decision, once; what was typed stays where it was refused."""
    said = state.flag(_SAID)
    if said is None:
        return
    state.set_flag(_SAID, None)
    if said[0]:
        st.success(wording.markdown(said[1]), icon=":material/check_circle:")
        st.page_link(navigation.PAGES["versions"].path, label="See the history", icon=":material/history:")
    else:
        st.error(wording.markdown(said[1]), icon=":material/error:")


def _render_classes(found: comparison.Comparison) -> None:
    st.subheader("Category by category", anchor=False, help=glossary.help_texts("find", "clear"))
    st.dataframe(
        version_wording.classes_in_words(found.classes),
        hide_index=True,
        column_config={
            name: st.column_config.NumberColumn(format="%.1f") for name in ("Found before, of 100", "Found now, of 100")
        },
    )


def _render_watched(run: Run, live: Run) -> None:
    """What became of each watch list; nothing where nothing is watched."""
    lists = watched.lists()
    if not lists:
        return
    st.subheader("What the team watches", anchor=False, help=glossary.help_text("watch"))
    sentences = [theme_wording.change(watch.name, watched.change(live, run, watch)) for watch in lists]
    st.markdown("\n".join(f"- {wording.markdown(sentence)}" for sentence in sentences))


def _render_garments(run: Run, live: Run, found: comparison.Comparison) -> None:
    """The garments that changed sides, as a gallery."""
    st.subheader("The very garments", anchor=False)
    change = state.choice("change", tuple(decided.CHANGES), "newly-wrong") or "newly-wrong"
    counts = {"fixed": found.change.num_fixed, "newly-wrong": found.change.num_broken}
    st.segmented_control(
        "Garments",
        list(decided.CHANGES),
        required=True,
        format_func=lambda name: f"{decided.CHANGES[name]} ({counts[name]:,})",
        label_visibility="collapsed",
        key=state.control_key("change", change),
        on_change=state.on_control("change", str, clears=filters.LIST_CHOICES),
    )
    st.caption(f"With the tags of version {run.version}.")
    listing = filters.Listing(
        group=decided.changed_garments(run, live, change),
        place=("decide", (("new", str(run.version)), ("change", change))),
    )
    gallery.render_gallery(run, listing, page_name=f"{change}-since-version-{live.version}")
