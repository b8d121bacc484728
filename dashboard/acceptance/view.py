"""The page of acceptance in real use: spot checks of what left untouched, and what people did with the rest."""

import streamlit as st

from core import errors
from core.access.roles import Action
from core.quality import acceptance, anytime
from core.retail import spreadsheet
from core.store.batches import automation_lines, spot_checks
from core.store.batches.automation_lines import ConfirmedLine
from core.store.batches.spot_checks import SpotCheck
from core.store.runs.runs import Run
from dashboard.acceptance import charts, wording
from dashboard.data import acceptance as acceptance_data
from dashboard.data import batches, examples, store
from dashboard.examples import frame
from dashboard.line import wording as line_wording
from dashboard.look import phrases
from dashboard.session import flags, guard, navigation, person
from dashboard.tagging import batch as batch_view

MOST_LISTED = 20
"""Products listed that checks found wrong; more are counted."""
_SAID: flags.Note[str] = flags.Note("check-said")
_PROBLEM: flags.Note[str] = flags.Note("check-problem")


def render_checks(run: Run) -> None:
    """What was promised and what was kept, the next check to answer, or the way to draw them."""
    with guard.guarded("The spot checks"), st.container(border=True):
        found = spot_checks.all_checks(store.store())
        weeks = acceptance_data.by_week(found, run.class_names)
        total, shares = acceptance_data.in_real_use(run.class_names)
        st.header(wording.checks(total, shares), anchor=False)
        for sentence in wording.about_checks(shares, weeks, acceptance_data.this_week()):
            st.markdown(sentence)
        held = automation_lines.newest(store.store(), run.id)
        if total.num_checked:
            charts.render_kept(weeks, None if held is None else held.max_wrong_in_100)
        else:
            with frame.framed("kept"):
                charts.render_kept(examples.weeks(), examples.PROMISE, key="kept-example")
        _render_promise(run, found, held)
        _render_said()
        week = acceptance_data.this_week()
        mine = [check for check in found if check.week == week]
        person.render_refusal(Action.REVIEW)
        if mine:
            _render_answering(mine)
        else:
            st.caption(wording.INTRODUCTION)
            _render_draw(week)
        _render_wrong(run, found)
        if found:
            with st.expander("Week by week"):
                st.dataframe(wording.checks_in_words(weeks), hide_index=True)
                st.caption(wording.WEEKS)


def render_reviewed(run: Run) -> None:
    """What people did with tags, by week and by category."""
    with guard.guarded("What people decided"):
        st.header("What people did with the tags they looked at", anchor=False)
        products = acceptance_data.in_local_time(acceptance_data.all_products())
        weeks, table = acceptance.of_weeks(products), acceptance.by_week(products)
        if weeks.empty:
            st.info(wording.NOTHING_DECIDED, icon=":material/how_to_reg:")
            navigation.render_link("tag", "Tag new garments")
            return
        table["category"] = [run.name_of(category) for category in table["category"]]
        table = table.sort_values(["week", "category"], ascending=[False, True], kind="stable")
        st.markdown(wording.decided(weeks))
        for found, key, title in ((weeks, "weeks", "By week"), (table, "categories", "By week and category")):
            # They stand as text, for the dash where there is no share, and under each other like the counts.
            shares = {title: st.column_config.TextColumn(alignment="right") for title in wording.SHARE_TITLES}
            with st.expander(title):
                words = wording.weeks_in_words(found)
                st.dataframe(words, hide_index=True, key=f"accepted-{key}", column_config=shares)
                st.caption(f"{wording.SHARES} {wording.WHO_REVIEWS}")
        st.download_button(
            "This list as CSV",
            data=lambda: spreadsheet.as_csv(list(table.columns), table.itertuples(index=False)),
            file_name="acceptance-by-week-and-category.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )


def _render_promise(run: Run, checks: list[SpotCheck], held: ConfirmedLine | None) -> None:
    """What the line that holds promised, and for which mix of products; what to do where it did not keep it."""
    if held is None or held.max_wrong_in_100 is None:
        return
    names = [run.name_of(name) for name in held.by_hand]
    st.caption(phrases.markdown(wording.promised(run.version, held.max_wrong_in_100, names)))
    for sentence in line_wording.confirmed_for([], held.mix, run.names):
        st.caption(phrases.markdown(sentence))
    is_right = acceptance_data.are_right(acceptance_data.of_line(checks, held, run), run.class_names)
    since = acceptance.spot_checks(is_right)
    if not since.num_checked and any(check.is_answered for check in checks):
        st.caption(wording.OF_BEFORE)
    st.caption(wording.needed(held.max_wrong_in_100))
    if anytime.is_broken([not right for right in is_right], held.max_wrong_in_100 / 100):
        st.warning(wording.broken(since), icon=":material/warning:")
        navigation.render_link("automation", "Change the line")


def _render_wrong(run: Run, checks: list[SpotCheck]) -> None:
    """The way to each product that a check found wrong and on which nobody has decided since."""
    found = acceptance_data.wrong_and_open(checks, run.class_names) if checks else []
    if not found:
        return
    with st.expander(wording.still_wrong(len(found))):
        st.caption(wording.PUT_RIGHT)
        for check in found[:MOST_LISTED]:
            said = "" if check.category is None else run.name_of(check.category)
            label = wording.wrong_product(check.batch_number, check.position, run.name_of(check.tag), said)
            place = batch_view.address_of(acceptance_data.all_products(), check.batch_number, check.position)
            navigation.render_link("tag", label, place)
        if len(found) > MOST_LISTED:
            st.caption(f"{len(found) - MOST_LISTED:,} more are not listed here.")


def _render_draw(week: str) -> None:
    products = acceptance_data.all_products()
    is_possible = not products.empty and bool(products["by_line"].any())
    if not person.is_known():
        person.render_name_input("draw")
    st.button(
        wording.draw(acceptance_data.num_a_week()),
        type="primary",
        icon=":material/casino:",
        key="draw-checks",
        on_click=_draw,
        args=(week,),
        **person.allowed(
            Action.REVIEW,
            disabled=not is_possible or not person.is_known(),
            help=None if is_possible else wording.NOTHING_UNTOUCHED,
        ),
    )
    if not is_possible:
        st.caption(wording.NOTHING_UNTOUCHED)
        navigation.render_link("automation", "Set the automation line")


def _render_answering(mine: list[SpotCheck]) -> None:
    open_checks = [check for check in mine if not check.is_answered]
    st.progress(1 - len(open_checks) / len(mine), text=wording.progress(len(mine) - len(open_checks), len(mine)))
    if not open_checks:
        if len(mine) < acceptance_data.num_a_week():
            _render_draw(mine[0].week)
        return
    check = open_checks[0]
    batch, run = acceptance_data.where(check)
    photo = batches.photo(batch, check.position)
    left, right = st.columns([1, 2], gap="medium")
    with left:
        if photo is None:
            st.caption("The photo cannot be shown. Its product stands in the batch.")
        else:
            st.image(photo, width=240, alt="A product that left untouched")
    with right:
        st.markdown("**What is it?**")
        if not person.is_known():
            person.render_name_input("check")
            st.caption("An answer needs a name.")
        with st.container(horizontal=True):
            for index, name in enumerate(run.names):
                _render_answer(check, name, run.class_names[index], f"{index}")
            _render_answer(check, "None of these", None, "none")
        st.caption(wording.MEASURES_ONLY)


def _render_answer(check: SpotCheck, label: str, category: str | None, key: str) -> None:
    st.button(
        phrases.markdown(label),
        key=f"check-{check.number}-{key}",
        type="tertiary" if category is None else "secondary",
        on_click=_answer,
        args=(check, category),
        **person.allowed(Action.REVIEW, disabled=not person.is_known()),
    )


def _draw(week: str) -> None:
    try:
        acceptance_data.draw(week, person.name())
    except errors.GarmentsError as error:
        _PROBLEM.set(str(error))


def _answer(check: SpotCheck, category: str | None) -> None:
    try:
        held = acceptance_data.answer(check, category, person.name())
    except errors.GarmentsError as error:
        _PROBLEM.set(str(error))
        return
    _, run = acceptance_data.where(check)
    (is_right,) = acceptance_data.are_right([held], run.class_names)
    _SAID.set(wording.answered(run.name_of(held.tag), is_right=is_right))


def _render_said() -> None:
    """What became of the last answer, once."""
    if problem := _PROBLEM.get():
        st.error(phrases.markdown(str(problem)), icon=":material/error:")
    if said := _SAID.get():
        st.caption(f":material/check: {phrases.markdown(str(said))}")
    _PROBLEM.set(None)
    _SAID.set(None)
