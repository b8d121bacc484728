"""The page of what the team said: both scores, who said how much, where people disagree, everything as CSV."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from core import errors
from core.quality import review
from core.store.runs.runs import Run
from core.store.verdicts import verdict_tables
from core.store.verdicts.verdict_lines import Verdict
from dashboard import gallery
from dashboard.data import examples, predictions, standing, store, verdict_board, verdicts, views
from dashboard.examples import frame, pictures
from dashboard.gallery import filters
from dashboard.look import phrases, verdict_wording
from dashboard.session import category_switch, guard, navigation, person
from dashboard.today import next_step
from dashboard.today import view as cards
from dashboard.training import offer

MOST_LISTED = 200
_COUNTS = {
    "num_garments": "Garments judged",
    "num_test": "Test garments",
    "num_train": "Training garments",
    review.MODEL_WRONG: "Model is wrong",
    review.LABEL_WRONG: "Label is wrong",
    review.CANNOT_TELL: "Cannot tell",
}


def render_scores(run: Run) -> None:
    """The two scores of the version, each with its count; never one in place of the other."""
    category_switch.render_switch(run)
    with guard.guarded("The two scores"), st.container(border=True):
        by_labels = verdict_wording.first_score(views.accuracy(category_switch.shown(run)))
        st.markdown(f"**{phrases.markdown(by_labels)}**")
        cards.render_second_score(run)
        try:
            found = verdicts.two_scores(run, category_switch.is_as_sold())
        except errors.ArtefactCorrupt as error:
            st.caption(phrases.markdown(str(error)))
            return
        st.caption(phrases.markdown(verdict_wording.what_counts(found)))


def render_progress() -> None:
    """Who said how much; where nobody said anything, why that is and where to begin."""
    with guard.guarded("Who said how much"):
        table = verdicts.progress()
        st.header("Who has looked", anchor=False)
        if table.empty:
            st.info("Nobody has said anything of a garment yet.", icon=":material/rate_review:")
            navigation.render_link(
                "mistakes",
                "Review the surest mistakes",
                next_step.review_query(standing.SURE),
                icon=":material/arrow_forward:",
            )
            _render_example()
            return
        st.caption(verdict_wording.BOTH_KINDS)
        st.dataframe(table.rename(columns={"who": "Who", **_COUNTS}), hide_index=True, width="content")


def _render_example() -> None:
    """What verdicts will look like: one of each kind, on mistakes of the sample."""
    with frame.framed("reviews"):
        found = examples.example()
        kinds = (review.MODEL_WRONG, review.LABEL_WRONG, review.CANNOT_TELL)
        chosen = found.mistakes[: len(kinds)]
        words = []
        for kind, place in zip(kinds, chosen.tolist(), strict=False):
            tagged, label = (
                found.class_names[of[place]] for of in (found.answers.predicted_class, found.answers.true_class)
            )
            mark = verdict_wording.mark(kind, tagged if kind == review.LABEL_WRONG else None)
            words.append(
                pictures.Words(
                    first=f"{verdict_wording.SIGNS[kind]} {mark}",
                    second=f"{phrases.guess(tagged)}. {phrases.label(label)}",
                )
            )
        pictures.render(found.images[chosen], words, label="Verdicts of the example", key="reviews-example", height=153)


def render_offer(run: Run) -> None:
    """The offer to learn what people corrected."""
    offer.render_corrections(run, key="reviews")


def render_disagreements(run: Run) -> None:
    """The garments about which this person and others say different things: as sentences and as a gallery."""
    with guard.guarded("The disagreements"):
        who = person.name()
        view = category_switch.shown(run)
        found = verdicts.disputed(who, view)
        here = verdict_board.positions(run, found)
        st.header("Where people disagree", anchor=False)
        st.markdown(phrases.markdown(verdict_wording.disputes(len(here), verdicts.num_disputed(view))))
        if found:
            with st.expander("What each of you said", expanded=len(found) <= 10):
                st.dataframe(_said(run, verdicts.opinions(found[:MOST_LISTED], who)), hide_index=True)
                if len(found) > MOST_LISTED:
                    st.caption(f"The {MOST_LISTED} spoken of last; “All verdicts as CSV” holds the rest.")
        if len(here):
            group = predictions.Group(name=("disagreements", who, hash(here.tobytes())), garments=here.astype(np.int64))
            listing = filters.Listing(group=group, place=("labels/reviews", ()))
            gallery.render_gallery(run, listing, page_name="disagreements")


def _said(run: Run, found: Sequence[Sequence[Verdict]]) -> pd.DataFrame:
    """One row a garment: where it is, its label, what the model said, and what everybody says of it."""
    return pd.DataFrame(
        {
            "Garment": [verdict_wording.which(lines[0].position, lines[0].split) for lines in found],
            "Label": [run.name_of(lines[0].label) for lines in found],
            "Model said": [run.name_of(lines[0].predicted or "") for lines in found],
            "What people say": [
                "; ".join(
                    verdict_wording.said(line.who, line.kind, line.category and run.name_of(line.category))
                    for line in lines
                )
                for lines in found
            ],
        }
    )


def render_everything() -> None:
    """Every verdict ever given, as CSV."""
    with guard.guarded("The download"):
        is_empty = not verdict_tables.newest_number(store.store())
        st.download_button(
            "All verdicts as CSV",
            data=verdicts.all_as_csv,
            file_name="verdicts.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            disabled=is_empty,
            help="Nobody has said anything yet." if is_empty else "Every line ever said, withdrawn ones included.",
        )
