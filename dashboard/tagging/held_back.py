"""A delivery unlike what the line was made for: why nothing leaves, the look at some of it, and letting it go."""

import pandas as pd
import streamlit as st

from core import errors
from core.access.roles import Action
from core.quality.tag_decisions import ACCEPTED
from core.store.base import reasons
from core.store.batches import releases
from core.store.batches.batches import Batch
from core.tagging import products
from dashboard.data import batches, store
from dashboard.look import phrases
from dashboard.session import flags, person
from dashboard.tagging import wording

_REASON: flags.Note[str] = flags.Note("release-reason")
_PROBLEM: flags.Note[str] = flags.Note("release-problem")


def render(batch: Batch, table: pd.DataFrame) -> None:
    """Nothing of an ordinary delivery."""
    why = batches.why_held_back(batch)
    if not why:
        return
    held = releases.of_batch(store.store(), batch.number)
    if held is not None:
        told = wording.released(held.who, phrases.date(held.released_at), held.reason, held.num_right, held.num_checked)
        st.info(phrases.markdown(f"{why} {told}"), icon=":material/lock_open:")
        return
    st.warning(phrases.markdown(why), icon=":material/report:")
    sample = table[table["position"].isin(products.sample(table))]
    if len(sample) < products.NUM_SAMPLED:  # then all that would have left is looked at anyway
        return
    decided = sample[sample["decision"] != products.NONE]
    num_right = int((decided["decision"] == ACCEPTED).sum())
    st.markdown(phrases.markdown(wording.sampled(len(decided), num_right, len(sample))))
    if len(decided) == len(sample):
        _render_form(batch, len(decided), num_right)


def _render_form(batch: Batch, num_checked: int, num_right: int) -> None:
    with st.container(border=True, key="release-delivery"):
        if problem := _PROBLEM.get():
            st.error(phrases.markdown(problem), icon=":material/error:")
        person.render_refusal(Action.REVIEW)
        st.text_input(
            "Why may the rest leave without a person?",
            key=_REASON.key,
            max_chars=reasons.LONGEST,
            placeholder="For example: a new studio; all of those I looked at were right.",
            **person.allowed(Action.REVIEW),
        )
        if not person.is_known():
            person.render_name_input("release")
        st.button(
            "Let this delivery go",
            icon=":material/lock_open:",
            key="release",
            on_click=_release,
            args=(batch, num_checked, num_right),
            **person.allowed(Action.REVIEW, disabled=not person.is_known()),
        )


def _release(batch: Batch, num_checked: int, num_right: int) -> None:
    try:
        batches.release(
            batch, reason=_REASON.get() or "", num_checked=num_checked, num_right=num_right, who=person.name()
        )
    except errors.GarmentsError as error:
        _PROBLEM.set(str(error))
    else:
        _PROBLEM.set(None)
        _REASON.set("")
