"""The page of the automation line: what it means in products, own mix, proof, confirming it."""

import math

import streamlit as st

from core import errors
from core.access.roles import Action
from core.store.batches import automation_lines
from core.store.runs import offered_line
from core.store.runs.runs import Run
from dashboard.data import acceptance, batches, lines, predictions, run_views, store
from dashboard.data.lines import Choice, Mix
from dashboard.line import by_category, charts, curve, wording
from dashboard.look import glossary, phrases, theme
from dashboard.session import address, flags, guard, navigation, person, request_ids
from dashboard.tagging import wording as tag_wording

_PROBLEM: flags.Note[str] = flags.Note("line-problem")

PROMISES = ("0.5", "1", "2", "3", "5")
"""Wrong tags in 100 trusted ones that a line can be suggested for, as they stand in the address."""
DEFAULT_PROMISE = "2"
FOR = {"all": "One line for all", "each": "A line for each category"}
_LOWEST, _HIGHEST = 300, 999  # of the slider, in tenths of a percent


def render_line(run: Run) -> None:
    """Everything about the line of one version."""
    with guard.guarded("The automation line"):
        if why := offered_line.why_none(store.store(), run):
            _render_locked(why)
            return
        st.markdown(phrases.markdown(wording.EXPLANATION), help=glossary.help_text("line"))
        if run_views.of(run).is_merged:
            st.caption(wording.OWN_CATEGORIES)
        _render_today(run)
        mix = _mix(run)
        each = (address.choice("lines", tuple(FOR), "all") or "all") == "each"
        promise = address.choice("promise", PROMISES, DEFAULT_PROMISE) or DEFAULT_PROMISE
        one = None if each else address.number("line", _LOWEST, _HIGHEST)
        hand = by_category.by_hand(run) if each else (None,) * len(run.class_names)
        offered = lines.suggested(run, float(promise), each=each, mix=mix)
        suggested = offered.lines
        chosen = by_category.chosen(suggested, hand) if one is None else (one / 1000,) * len(suggested)
        choice = Choice(
            lines=chosen,
            promise=None if one is not None or None not in hand else float(promise),
            by_hand=tuple(name for name, own in zip(run.class_names, hand, strict=True) if own is not None),
            mix=mix,
        )
        _render_controls(chosen, each, promise, one)
        _render_outcome(run, choice)
        _render_limits(run, choice, () if one is not None else offered.refused)
        if each:
            _render_confirm(run, choice)
            by_category.render_one(run, suggested, hand, float(promise), mix)
        else:
            curve.render(run, chosen[0], float(promise), _choose, mix=mix, lowest=_LOWEST,
                         render_beside=lambda: _render_confirm(run, choice))  # fmt: skip
        by_category.render_categories(run, suggested if each else None, chosen)
        _render_mix(run, mix)
        _render_source(run, choice, is_refused=one is None and bool(offered.refused))
    with guard.guarded("The proof of its percentages"):
        _render_calibration(run)
    with guard.guarded("The earlier lines"):
        _render_history(run)


def _render_locked(why: str) -> None:
    """Why no line can be set, and what it will look like."""
    st.warning(
        phrases.markdown(f"{why} So no line can be set, and every tag waits for a person. Train once more."),
        icon=":material/lock:",
    )
    navigation.render_link("versions", "Choose another version")
    curve.render_example()


def _render_today(run: Run) -> None:
    """The line that holds now."""
    found = automation_lines.newest(store.store(), run.id)
    with st.container(border=True, key="line-today"):
        if found is None:
            st.markdown(
                f":material/lock_open: **No line is confirmed for version {run.version} yet.** Until somebody does, "
                "nothing leaves without a person."
            )
            return
        text = tag_wording.line_text(found.lines)
        sentence = wording.confirmed(text, found.who, phrases.moment(found.confirmed_at), found.max_wrong_in_100)
        st.markdown(f":material/verified: **Today's line.** {phrases.markdown(sentence)}")
        st.markdown(wording.in_use(acceptance.of_held_line(found, run)))
        for about in wording.confirmed_for([*map(run.name_of, found.by_hand)], found.mix, run.names):
            st.caption(phrases.markdown(about))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Start from this line",
                icon=":material/edit:",
                type="tertiary",
                key="line-from-today",
                help="Everything below shows it as it was confirmed, to be changed.",
                on_click=address.change_address,
                args=(by_category.address_of(run, found),),
            )
            navigation.render_link("automation/acceptance", "In real use")


def _render_controls(chosen: tuple[float, ...], each: bool, promise: str, one: int | None) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            "Lines",
            list(FOR),
            required=True,
            format_func=FOR.__getitem__,
            key=address.control_key("lines", "each" if each else "all"),
            on_change=address.on_control("lines", lambda name: None if name == "all" else str(name), clears=("line",)),
        )
        st.segmented_control(
            "Suggest a line for: at most so many wrong in 100",
            list(PROMISES),
            key=address.control_key("promise", None if one is not None else promise),
            on_change=address.on_control("promise", _promise_text, clears=("line",)),
            help=wording.HOW_SUGGESTED,
        )
    if each:
        return
    line = chosen[0]
    shown = _HIGHEST / 10 if math.isnan(line) else min(max(100 * line, _LOWEST / 10), _HIGHEST / 10)
    st.slider(
        "Trust a tag when the model is at least so sure, %",
        _LOWEST / 10,
        _HIGHEST / 10,
        step=0.1,
        format="%.1f %%",
        key=address.control_key("line", round(shown, 1)),
        on_change=address.on_control("line", lambda percent: str(round(10 * percent))),
    )


def _promise_text(promise: str | None) -> str | None:
    return None if promise in (None, DEFAULT_PROMISE) else str(promise)


def _choose(line: int) -> None:
    """Moves the line to where the curve was clicked, in tenths of a percent."""
    address.change_address({"line": str(min(max(line, _LOWEST), _HIGHEST))})


def _render_outcome(run: Run, choice: Choice) -> None:
    """In products: of real photos where there are enough, else by the test garments."""
    real = lines.in_use(run, choice.lines)
    found = lines.of_photos(lines.outcome(lines.checked_on(run), choice.lines, choice.mix), real)
    st.header(phrases.markdown(wording.outcome(found, choice.lines)), anchor=False)
    with st.grid(4, min_column_width=150, gap="small"):
        tagged, to_check = theme.two_parts(found.num_tagged / found.num_products)
        st.metric("By themselves, of 100", tagged, border=True)
        st.metric("Wrong, in 100 of those", theme.of_hundred(found.wrong_share, decimals=1), border=True)
        st.metric("To check, of 100", to_check, border=True)
        st.metric("Checking takes", phrases.duration(60 * found.minutes) if found.minutes else "0 s", border=True)
    if real is None:
        st.caption(phrases.markdown(wording.OF_TEST))


def _render_limits(run: Run, choice: Choice, refused: tuple[str, ...]) -> None:
    """What the test garments refused, and the categories for which no line keeps the promise."""
    if choice.promise is None:
        return
    if sentence := wording.refused(refused, choice.promise, run.version):
        st.warning(phrases.markdown(sentence), icon=":material/rule:")
    by_hand = [run.name_of(name) for name in choice.by_hand]
    if sentence := wording.not_reached(run.names, choice.lines, choice.promise, by_hand):
        num_garments = len(lines.chosen_on(run).true_class)
        few = "" if choice.mix is None else wording.few_for_mix(lines.num_drawn(run, choice.mix), num_garments)
        st.info(phrases.markdown(f"{sentence} {few}".strip()), icon=":material/front_hand:")


def _render_source(run: Run, choice: Choice, *, is_refused: bool) -> None:
    """The counts behind the figures, and of which garments they are."""
    with st.expander("Where these figures come from", icon=":material/info:"):
        real = lines.in_use(run, choice.lines)
        if real is not None:
            st.caption(phrases.markdown(wording.of_photos(real.num_photos, real.num_batches, real.num_unlike)))
        about_test = "Test garments, which helped to choose it" if is_refused else wording.ONLY_CHECKED
        for name, answers in (("Held-out garments, on which lines are suggested", lines.chosen_on(run)),
                              (about_test, lines.checked_on(run))):  # fmt: skip
            table = lines.per_class(run, answers, choice.lines)
            num_tagged, num_wrong = int(table["num_tagged"].sum()), int(table["num_wrong"].sum())
            st.caption(phrases.markdown(wording.check(num_tagged, num_wrong, len(answers.true_class), name)))
        if choice.mix is not None:
            st.caption("Both as they are, not in your mix; what stands above is in your mix.")
        if real is None:
            st.caption(phrases.markdown(wording.unlike(lines.unlike_share(run))))


def _render_confirm(run: Run, choice: Choice) -> None:
    """The button that makes it hold, for everything that this version tags."""
    chosen, is_same = choice.lines, lines.is_confirmed(run, choice)
    with st.container(border=True, key="line-confirm"):
        if problem := _PROBLEM.get():
            st.error(phrases.markdown(str(problem)), icon=":material/error:")
        person.render_refusal(Action.SET)
        person.render_question("line")
        text = tag_wording.line_text(chosen)
        st.markdown(
            f"**{phrases.markdown(text[:1].upper() + text[1:])}** for all that version {run.version} tags, batches "
            "that wait included."
        )
        st.button(
            "This is today's line" if is_same else _confirm_label(chosen),
            type="primary",
            icon=":material/verified:",
            key="confirm-line",
            on_click=_confirm,
            args=(run, choice, request_ids.of_button("line", [run.id, str(choice)])),
            **person.allowed(Action.SET, disabled=is_same),
        )
        if not person.is_known():
            st.caption(wording.NAME_FIRST)
        if is_same:
            # To what waits, where something does: its batch opens at the first pile in which somebody has to decide.
            waiting = batches.newest_waiting()
            query = {} if waiting is None else {"batch": str(waiting[0])}
            navigation.render_link("tag", "Go on with new garments", query)


def _confirm_label(chosen: tuple[float, ...]) -> str:
    return "Confirm that no tag is trusted" if all(map(math.isnan, chosen)) else "Confirm this line"


def _confirm(run: Run, choice: Choice, request_id: str) -> None:
    _PROBLEM.set(None)
    if not person.is_given("line"):
        return
    try:
        lines.confirm(run, choice, who=person.name(), request_id=request_id)
    except errors.GarmentsError as error:
        _PROBLEM.set(f"Not saved. {error}")
        return
    request_ids.forget("line")


def _mix(run: Run) -> Mix | None:
    """How the shop's products are spread, by the address; None: as the garments are."""
    found = address.number_list("mix", len(run.class_names), 1_000_000)
    if found is None:
        return None
    mix = tuple(float(share) for share in found)
    if lines.is_covered(run, mix):
        return mix
    st.info("None of the categories of this mix is among the garments, so it is left out.", icon=":material/info:")
    return None


def _render_mix(run: Run, mix: Mix | None) -> None:
    """Where the own product mix is typed in; everything above is reweighted by it."""
    with st.expander("Our own product mix", icon=":material/pie_chart:", expanded=mix is not None):
        st.markdown(
            "The garments above hold about as many of each category. If your shop sells more shirts than bags, say so: "
            "how many of 100 new products belong to each category, roughly? Everything above follows."
        )
        shares = mix or (round(100 / len(run.class_names)),) * len(run.class_names)
        with st.grid(5, min_column_width=140, gap="small"):
            for index, name in enumerate(run.names):
                st.number_input(
                    phrases.markdown(name),
                    min_value=0,
                    max_value=1_000_000,
                    step=5,
                    key=address.control_key(f"mix-{index}", int(shares[index])),
                    on_change=_mix_changed,
                    args=(run, index, tuple(int(share) for share in shares)),
                )
        if mix is not None:
            st.button("As many of each again", key="mix-clear", on_click=address.change_address, args=({"mix": None},))


def _mix_changed(run: Run, index: int, shares: tuple[int, ...]) -> None:
    changed = [*shares[:index], int(address.control_value(f"mix-{index}") or 0), *shares[index + 1 :]]
    address.change_address({"mix": "-".join(map(str, changed)) if any(changed) else None})


def _render_calibration(run: Run) -> None:
    table, error = predictions.reliability(run)
    with st.expander("Can its percentages be taken at their word?", icon=":material/percent:"):
        st.markdown(phrases.markdown(wording.calibration(table, run.num_test)))
        charts.render_promise(run)
        st.caption(
            f"For analysts: expected calibration error (15 bins, test garments): {error:.4f}; a perfect model would "
            f"show about {predictions.calibration_by_luck(run):.4f} on as many. Temperature: {run.temperature:.4f}."
        )
        st.dataframe(table, hide_index=True)


def _render_history(run: Run) -> None:
    found = automation_lines.history(store.store(), run.id)
    if len(found) < 2:
        return
    with st.expander("Earlier lines"):
        for line in found[1:]:
            text = tag_wording.line_text(line.lines)
            sentence = wording.confirmed(text, line.who, phrases.moment(line.confirmed_at), line.max_wrong_in_100)
            st.markdown(phrases.markdown(sentence))
            for about in wording.confirmed_for([*map(run.name_of, line.by_hand)], line.mix, run.names):
                st.caption(phrases.markdown(about))
