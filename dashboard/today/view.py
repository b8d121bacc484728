"""The first page's parts: headline, score after review, three cards, the next step, the versions so far."""

import pandas as pd
import streamlit as st

from core import errors
from core.quality import changes
from core.report import wording as report_wording
from core.store.runs.runs import Run
from core.store.team import team
from dashboard.categories import figures as category_figures
from dashboard.data import acceptance, batches, live, runs, standing, store, suspects, verdicts, views
from dashboard.data.run_views import RunView
from dashboard.look import elsewhere_wording, glossary, phrases, verdict_wording
from dashboard.session import category_switch, guard, navigation, person
from dashboard.today import charts, next_step, strips, wording


def render_headline(run: Run) -> None:
    """What the team knows best: how its own checks came out where there are enough, else how the model was judged."""
    found = views.accuracy(category_switch.shown(run))
    of_model = wording.headline(found, run.version, runs.is_live(run))
    of_team = _team_headline(run)
    category_switch.render_switch(run)
    with st.container(border=True, height="stretch"):
        st.header(phrases.markdown(of_team or of_model), anchor=False, help=glossary.help_text("interval"))
        if of_team:
            st.markdown(f"**{phrases.markdown(of_model)}**")
        _render_tagging(run)
        st.markdown(
            phrases.markdown(wording.mistakes(run.num_test - found.num_correct, run.num_test)),
            help=glossary.help_text("correct"),
        )
        render_second_score(run)


def _render_tagging(run: Run) -> None:
    """Which version tags new photos, where it is not the live one that is shown."""
    if run.elsewhere and runs.is_live(run):
        ours = runs.tagging(run)
        text = elsewhere_wording.live_twice(run.elsewhere.name, ours.version if ours else 0)
        st.markdown(phrases.markdown(text))


def _team_headline(run: Run) -> str:
    """What spot checks of tags that left without a person say; empty where there are too few, or none can be read."""
    try:
        return report_wording.team_headline(*acceptance.in_real_use(run.class_names))
    except errors.StoreError:
        return ""


def render_second_score(run: Run) -> None:
    """The score after the team's review, grey while too few garments were reviewed; nothing where it cannot be read."""
    try:
        found = verdicts.two_scores(run, category_switch.is_as_sold())
    except errors.StoreError:
        return
    if found.is_enough:
        text = verdict_wording.second_score(found)
        st.markdown(phrases.markdown(text), help=glossary.help_text("review"))
    else:
        text = phrases.markdown(verdict_wording.too_few(found.num_reviewed))
        st.markdown(f":gray[{text}]", help=glossary.help_text("review"))


def render_findings(run: Run) -> None:
    """The next step and the worst mix-up with their garments, then three cards.

    Where the predictions cannot be read, the rest of the page still stands.
    """
    with guard.guarded("What the model gets wrong", "The headline above and training a new version still work."):
        with st.grid(2, min_column_width=340, gap="small"):
            _render_next_step(run)
            _render_worst_pair(run)
        with st.grid(3, min_column_width=260, gap="small"):
            _render_weakest(run)
            _render_waiting(run)
            _render_change(run)


def _render_next_step(run: Run) -> None:
    num_waiting = _num_waiting(run)
    view = category_switch.shown(run)
    step = next_step.recommended(
        views.confused_pairs(view),
        views.class_scores(view),
        team.target(store.store()),
        class_names=[view.address_of(index) for index in range(len(view.names))],
        waiting_version=live.waiting_version(run),
        new_garments=batches.newest_waiting(),
        num_disagreements=0
        if num_waiting is None
        else standing.num_seen_disagreements(run, person.name(), category_switch.is_as_sold()),
        num_doubted=_num_doubted(run),
        num_unreviewed=num_waiting or 0,
        sure=standing.sure_from(run),
    )
    with st.container(border=True, height="stretch"):
        st.caption("Next step", help=glossary.help_text("next"))
        st.markdown(f"**{phrases.markdown(step.sentence)}**")
        if step.page and st.button(step.action, type="primary", icon=":material/arrow_forward:", key="next-step"):
            navigation.open_page(step.page, step.query)
        strips.render_for_step(run, step)


def render_trend(run: Run) -> None:
    """The accuracy of every version judged on the same garments; nothing where there is only one."""
    versions = runs.comparable_versions(run, category_switch.is_as_sold())
    if len(versions) > 1:
        st.header("Version by version", anchor=False)
        charts.render_trend(run, versions)
        with st.expander("The same as a table"):
            st.dataframe(_readable_versions(versions), hide_index=True)


def _render_weakest(run: Run) -> None:
    view = category_switch.shown(run)
    table = views.class_scores(view).dropna(subset="recall")
    with st.container(border=True, height="stretch"):
        st.caption("Weakest category", help=glossary.help_texts("find", "trust"))
        if table.empty:
            st.markdown("No garment has been judged yet.")
            return
        row = category_figures.worst_first(table).iloc[0]  # the first bar of the page that the link opens
        st.markdown(f"### {phrases.markdown(row['class_name'])}")
        st.markdown(wording.weakest(row.to_dict()))
        navigation.render_link("categories", "See this category", {"real": view.address_of(row["class_index"])})


def _render_waiting(run: Run) -> None:
    num_waiting = _num_waiting(run)
    with st.container(border=True, height="stretch"):
        st.caption("Waiting for your review", help=glossary.help_text("verdict"))
        if num_waiting is None:
            st.markdown("The garments cannot be read, so none can be reviewed. Every figure still stands.")
            return
        st.markdown(f"### {verdict_wording.waiting(num_waiting)}")
        sure = standing.sure_from(run)
        st.markdown(verdict_wording.waiting_why(num_waiting, sure))
        if num_waiting:
            navigation.render_link("mistakes", "Review them", next_step.review_query(sure))


def _num_waiting(run: Run) -> int | None:
    """How many sure mistakes have no verdict of this person; None where it cannot be told."""
    try:
        return standing.num_waiting(run, person.name(), category_switch.is_as_sold())
    except errors.StoreError:
        return None


def _num_doubted(run: Run) -> int:
    """How many labels of own photos are doubted and open; 0 where it cannot be told, or of the program's garments."""
    try:
        return suspects.num_open(run, category_switch.shown(run)) if run.is_of_photos else 0
    except errors.StoreError:
        return 0


def _render_worst_pair(run: Run) -> None:
    """The pair that is mixed up most often, some of its garments, and the way to either direction."""
    view = category_switch.shown(run)
    table = views.confused_pairs(view)
    with st.container(border=True, height="stretch"):
        st.caption("Most frequent mix-up", help=glossary.help_text("pair"))
        if table.empty:
            st.markdown("No two categories are mixed up.")
            return
        row = table.iloc[0]
        first, second = row["first_class"], row["second_class"]
        weight = f"{phrases.garments(row['num_mistakes'])}. {phrases.share_of_mistakes(row['share_of_mistakes'])}"
        st.markdown(f"**{phrases.markdown(f'{first} and {second}')}**: {weight}")
        if tied := wording.tied(int((table["num_mistakes"] == row["num_mistakes"]).sum()) - 1):
            st.caption(tied)
        strips.render_of_kind(run, view.first_class(row["first_index"]), view.first_class(row["second_index"]))
        for real, tagged in (("first", "second"), ("second", "first")):
            if num := int(row[f"num_{real}_as_{tagged}"]):
                _render_direction(view, int(row[f"{real}_index"]), int(row[f"{tagged}_index"]), num)


def _render_direction(view: RunView, real: int, tagged: int, num: int) -> None:
    """The way to one direction of a mix-up, which says how many garments it opens."""
    navigation.render_link(
        "mistakes",
        phrases.chosen_kind(view.names[real], view.names[tagged], num),
        {"real": view.address_of(real), "tagged": view.address_of(tagged)},
    )


def _render_change(run: Run) -> None:
    before = runs.previous_comparable(run)
    with st.container(border=True, height="stretch"):
        st.caption("Since the last version", help=glossary.help_texts("version", "change", "clear"))
        if before is None:
            numbers = [other.version for other in runs.published()]
            has_earlier, newest = min(numbers) < run.version, max(numbers)
            later = runs.newest_comparable(run)
            st.markdown("### Nothing to compare with" if has_earlier else "### The first version")
            st.markdown(wording.nothing_to_compare(later, newest if newest > run.version else None, has_earlier))
            return
        change = _change(run, before)
        st.markdown(f"### {phrases.markdown(wording.fixed_and_broken(change))}")
        st.markdown(phrases.markdown(wording.is_it_luck(change, before.version)))


def _change(run: Run, before: Run) -> changes.Change:
    """All garments together: the classes are a partition of them."""
    view = category_switch.shown(run)
    table = views.class_changes(view, before)
    num_fixed, num_broken = int(table["num_fixed"].sum()), int(table["num_broken"].sum())
    return changes.Change(
        num_garments=run.num_test,
        num_fixed=num_fixed,
        num_broken=num_broken,
        num_both_wrong=run.num_test - views.accuracy(view).num_correct - num_broken,
        p_value=changes.mcnemar(num_fixed, num_broken),
    )


def _readable_versions(versions: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Version": [
                phrases.version(number, is_live).capitalize()
                for number, is_live in zip(versions["version"], versions["is_live"], strict=True)
            ],
            "Correct of 100": (100 * versions["accuracy"]).round(1).to_numpy(),
            "at least": (100 * versions["low"]).round(1).to_numpy(),
            "at most": (100 * versions["high"]).round(1).to_numpy(),
        }
    )
