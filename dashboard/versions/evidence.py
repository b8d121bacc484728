"""What speaks for and against a version, at a glance: the verdict, the guard rails, each category before and after."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.quality import comparison, shared_classes
from core.store.runs.runs import Run
from core.store.runs.soundness import Rail
from core.store.verdicts import watch_lists as stored_watch_lists
from dashboard.costs import view as costs_view
from dashboard.costs import wording as cost_wording
from dashboard.data import names, run_views, store, watch_lists
from dashboard.gallery import filters
from dashboard.look import glossary, phrases
from dashboard.parts import charts
from dashboard.session import address, category_switch, flags
from dashboard.themes import wording as theme_wording
from dashboard.versions import figures, wording

CATEGORY = "real"
"""Name in the address of the category whose garments are shown, by its name in the model."""


def render_verdict(found: comparison.Comparison, run: Run, live: Run) -> None:
    """Better, worse or no clear difference, with the counts behind it; read by number or by cost."""
    by_cost = found.shared.is_all and address.asked("by") == "cost"
    if by_cost:
        change = names.cost_change(category_switch.shown(run), live, found)
        headline, balance = cost_wording.result(change, run.version, live.version), cost_wording.balance(change)
    else:
        headline = wording.result(found, run.version, live.version)
        balance = wording.balance(found.change)
    st.header(phrases.markdown(headline), anchor=False, help=glossary.help_texts("change", "clear"))
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f":gray[{phrases.markdown(balance)}]", width="content")
        if found.shared.is_all:
            with st.container(width="content"):
                costs_view.render_switch()
    for sentence in (found.shared.sentence, wording.common(found), wording.losing_categories(found.classes)):
        if sentence:
            st.markdown(f":material/info: {phrases.markdown(sentence)}")


def rails_with_names(rails: Sequence[Rail]) -> list[tuple[str, Rail]]:
    """The guard rails with a short name each, in their order; those about the files are one while all are kept."""
    sound = [rail for rail in rails if rail.name in wording.SOUND]
    short = {**wording.RAILS, **wording.SHORT_RAILS}
    told = [(short.get(rail.name, rail.name), rail) for rail in rails if rail not in sound]
    if not all(rail.passed for rail in sound):
        return [*((wording.RAILS[rail.name], rail) for rail in sound), *told]
    whole = Rail(name="whole", passed=True, sentence=" ".join(rail.sentence for rail in sound))
    return [*([(wording.WHOLE, whole)] if sound else []), *told]


def render_rails(run: Run, rails: Sequence[Rail]) -> None:
    """The guard rails as one line of signs, which opens to what each found."""
    told = rails_with_names(rails)
    # Wider spaces between two rails than within one, which no browser draws together.
    line = "\N{EM SPACE}".join(f"{_sign(rail)}\N{NO-BREAK SPACE}{name}" for name, rail in told)
    with st.expander(f"**Safety checks**\N{EM SPACE}{line}"):
        st.caption("What speaks against making it live", help=glossary.help_text("rail"))
        if run_views.of(run).is_merged:
            st.caption(wording.RAILS_AS_SOLD)
        for name, rail in told:
            title = wording.RAILS.get(rail.name, name)
            st.markdown(f"{_sign(rail)} **{title}.** {phrases.markdown(rail.sentence)}")


def _sign(rail: Rail) -> str:
    if rail.passed:
        return ":green[:material/check_circle:]"
    return ":orange[:material/warning:]" if rail.may_be_overridden else ":red[:material/cancel:]"


def render_categories(found: comparison.Comparison, run: Run, live: Run, chosen: str | None) -> None:
    """Each category before and after, the largest loss first; a click shows its garments."""
    rows = wording.worst_change_first(found.classes)
    chosen_index = None if chosen is None else found.shared.names.index(chosen)
    _render_chart(rows.head(figures.MOST_ROWS), found, (run, live), chosen_index, "change-dots")
    rest = rows.iloc[figures.MOST_ROWS :]
    if len(rest):
        with st.expander(f"The other {len(rest):,} categories"):
            _render_chart(rest, found, (run, live), chosen_index, "change-dots-rest")
    with st.expander("Choose without the chart"):
        _render_choice(found, chosen)
        _render_table(found.classes)


def _render_chart(
    rows: pd.DataFrame, found: comparison.Comparison, versions: tuple[Run, Run], chosen: int | None, key: str
) -> None:
    run, live = versions
    dark = flags.is_dark()
    charts.render(
        store.drawn(
            (run.id, live.id, key, chosen, run.names, found.shared.names, dark),
            lambda: figures.before_after(rows, live.version, run.version, chosen=chosen, dark=dark),
        ),
        alt="How often each category is found before and now, the largest loss first. The table below has the figures.",
        key=key,
        on_select=lambda: _on_click(found, key),
        selection_mode="points",
    )


def _on_click(found: comparison.Comparison, key: str) -> None:
    for point in flags.chart_points(key)[:1]:
        choose_category(found.shared.names[int(point["customdata"][0])])


def choose_category(name: str | None) -> None:
    """Shows the garments of that category alone; the same one again, or None, shows those of all."""
    wanted = None if name == address.asked(CATEGORY) else name
    address.change_address({**dict.fromkeys(filters.LIST_CHOICES), CATEGORY: wanted})


def _render_choice(found: comparison.Comparison, chosen: str | None) -> None:
    """The keyboard's way to what a click on the chart shows."""
    anything, shown = "All of them", dict(zip(found.shared.names, found.classes["class_name"], strict=True))
    st.selectbox(
        "Garments of",
        [anything, *found.shared.names],
        format_func=lambda name: shown.get(name, name),
        key=address.control_key(CATEGORY, chosen or anything),
        on_change=address.on_control(
            CATEGORY, lambda name: None if name == anything else str(name), clears=filters.LIST_CHOICES
        ),
        width=280,
    )


def _render_table(classes: pd.DataFrame) -> None:
    st.dataframe(
        wording.classes_in_words(classes),
        hide_index=True,
        column_config={
            name: st.column_config.NumberColumn(format="%.1f", help=glossary.help_text("find"))
            for name in ("Found before, of 100", "Found now, of 100")
        },
    )


def render_watched(run: Run, live: Run) -> None:
    """What became of each watch list, folded; nothing where nothing is watched."""
    lists = stored_watch_lists.current(store.store())
    if not lists:
        return
    merged = category_switch.is_as_sold()
    with st.expander(f"What the team watches ({len(lists):,})", icon=":material/visibility:"):
        sentences = [theme_wording.change(watch.name, watch_lists.change(live, run, watch, merged)) for watch in lists]
        st.markdown("\n".join(f"- {phrases.markdown(sentence)}" for sentence in sentences))


def chosen_category(found: comparison.Comparison, run: Run) -> str | None:
    """The category that the address asks for, one of those that both know; None for all.

    As we sell, any class of a merged category stands for all of it.
    """
    asked = address.choice(CATEGORY, (*found.shared.names, *run.class_names), None)
    if asked is None or asked in found.shared.names:
        return asked
    place = int(found.shared.of_after[run.class_names.index(asked)])
    return None if place == shared_classes.UNKNOWN else found.shared.names[place]


def num_of(found: comparison.Comparison, change: str, category: str | None) -> int:
    """How many garments of a key of `dashboard.data.live.CHANGES` there are, of one category or of all."""
    rows = found.classes
    if category is not None:
        rows = rows[rows["class_index"] == found.shared.names.index(category)]
    return int(rows["num_fixed" if change == "fixed" else "num_broken"].sum())
