"""The garment that was opened: its picture, what the model considered, what it learned from, and where to go next."""

import streamlit as st

from core import errors
from core.store.runs.runs import Run
from core.store.verdicts.verdict_tables import View
from dashboard.data import predictions, stored_garments, views
from dashboard.gallery import photo, tiles, verdict_buttons, where_it_looked
from dashboard.look import compare_wording, elsewhere_wording, glossary, phrases, theme
from dashboard.session import category_switch, navigation

_PICTURE_WIDTH = 150  # pixels: with the verdicts below it, all of it is seen without scrolling


def render_panel(run: Run, garment: int, view: View | None, *, is_subject: bool = False) -> None:
    """Draws the opened garment.

    Args:
        run: the version shown.
        garment: position in its test split.
        view: what this person may see of what was said; None where verdicts cannot be read, so none is offered.
        is_subject: the page is about this garment's lookalikes already.
    """
    row = predictions.predictions(run).iloc[garment]
    true, predicted = int(row["true_class"]), int(row["predicted_class"])
    real, tagged = run.names[true], run.names[predicted]
    with st.container(border=True):
        st.markdown(f"**{photo.called(run, garment)}**")
        _render_picture(run, garment, real)
        st.markdown(phrases.markdown(phrases.verdict(real, tagged, run.said_sure(row["confidence"]))))
        if view is not None:
            verdict_buttons.render_for_one(run, garment, view)
        where_it_looked.render(run, garment)
        st.caption("What the model considered", help=glossary.help_text("sure"))
        _render_guesses(run, garment)
        if not is_subject:
            navigation.render_link("mistakes/similar", "More like this", {"garment": str(garment)})
        if found := _two_sides(run, garment):
            sides, words = found
            navigation.render_link("mistakes/compare", words, sides)
        _render_learned_from(run, garment, real, tagged)


def render_strip(run: Run, garment: int, view: View | None) -> None:
    """Draws the opened garment lying above its tiles: picture, sentence and verdicts; the rest opens on demand.

    Args:
        run: the version shown.
        garment: position in its test split.
        view: as in `render_panel`.
    """
    row = predictions.predictions(run).iloc[garment]
    true, predicted = int(row["true_class"]), int(row["predicted_class"])
    real, tagged = run.names[true], run.names[predicted]
    with st.container(border=True):
        picture, words = st.columns([1, 4], gap="small", vertical_alignment="center")
        with picture:
            _render_picture(run, garment, real)
        with words:
            sentence = phrases.verdict(real, tagged, run.said_sure(row["confidence"]))
            st.markdown(f"{phrases.markdown(sentence)} :gray[{photo.called(run, garment)}]")
            if view is not None:
                verdict_buttons.render_for_one(run, garment, view, is_row=True)
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                _render_ways(run, garment)
                with st.popover("Why", icon=":material/help:", type="tertiary"):
                    where_it_looked.render(run, garment)
                    st.caption("What the model considered", help=glossary.help_text("sure"))
                    _render_guesses(run, garment)
                    _render_learned_from(run, garment, real, tagged)


def _render_ways(run: Run, garment: int) -> None:
    """Where to go next from a garment: those like it, and its two categories side by side."""
    navigation.render_link("mistakes/similar", "More like this", {"garment": str(garment)})
    if found := _two_sides(run, garment):
        sides, words = found
        navigation.render_link("mistakes/compare", "Compare", sides, help=phrases.markdown(words))


def _two_sides(run: Run, garment: int) -> tuple[dict[str, str], str] | None:
    """What the address of the two categories of a garment asks for, and what to call the way; None without a second.

    The second is what it was tagged as, and of a right tag what the model considered next: as we sell it may be the
    category of its own label, which is nothing to compare.
    """
    view = category_switch.shown(run)
    row = views.predictions(view).iloc[garment]
    true, predicted = int(row["true_class"]), int(row["predicted_class"])
    rival = predicted if true != predicted else int(row["second_class"])
    if rival == true:
        return None
    words = compare_wording.compare(view.names[true], view.names[rival])
    return {"first": view.address_of(true), "second": view.address_of(rival)}, words


def _render_picture(run: Run, garment: int, real: str) -> None:
    photo.render(run, garment, width=_PICTURE_WIDTH, alt=f"Garment {garment}, labelled {real}")


def _render_guesses(run: Run, garment: int) -> None:
    if (given := run.elsewhere) and not run.weighs_others:
        st.caption(phrases.markdown(elsewhere_wording.no_others(given.name, says_how_sure=run.says_how_sure)))
        return
    try:
        guesses = predictions.best_guesses(run, garment)
    except errors.GarmentsError:
        st.caption("Its other guesses cannot be read.")
        return
    for name, probability in guesses:
        st.progress(min(max(probability, 0.0), 1.0), text=f"{phrases.markdown(name)} {theme.percent(probability)}")


def _render_learned_from(run: Run, garment: int, real: str, tagged: str) -> None:
    if run.elsewhere:
        st.caption(phrases.markdown(elsewhere_wording.unknown_lessons(run.elsewhere.name)))
        return
    st.caption("The most similar garments it learned from", help="Similar by what the model itself looks at.")
    try:
        nearest = predictions.similar_train(run, garment)
    except errors.GarmentsError:
        nearest = []
    learned_from = stored_garments.garments(run, nearest, split="train", quiet=True)
    if learned_from is None or not nearest:
        st.caption("They cannot be read here. Everything else still works.")
        return
    labels = [run.names[int(label)] for label in learned_from.labels]
    rows = [{"garment": position, "label": label} for position, label in zip(nearest, labels, strict=True)]
    tiles.render_rows(
        rows, learned_from.images, "Similar garments the model learned from", key=f"learned-from-{garment}"
    )
    st.caption(phrases.markdown(compare_wording.learned_from(labels, real, tagged)))
