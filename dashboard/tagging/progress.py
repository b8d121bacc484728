"""How far the tagging of a batch is, on screen: the bar with the way to stop it; why it ended, and the way on."""

from collections.abc import Callable

import streamlit as st

from core import errors, jobs
from core.access.roles import Action
from core.jobs import Job
from core.store.batches import batch_tags
from core.store.batches import batches as stored_batches
from core.store.batches.batches import Batch
from core.tagging import batch_work
from dashboard.data import batches, store
from dashboard.look import phrases
from dashboard.session import flags, person
from dashboard.tagging import wording

_WATCHING_SECONDS = 1.0
_PROBLEM: flags.Note[tuple[int, str]] = flags.Note("tagging-problem")


def render_work(batch: Batch) -> None:
    """The bar while it is worked on; else why it ended before its time; nothing where all is tagged."""
    work = batch_work.status(store.store(), batch)
    if work.is_active:
        st.fragment(_render_tagging, run_every=_WATCHING_SECONDS)(batch, batch_tags.num_tagged(store.store(), batch))
    elif work.status != "finished":
        _render_ended(batch, work)


def _render_tagging(batch: Batch, num_drawn: int) -> None:
    """Watched once a second; with the first tags, and when it has ended, the page is drawn anew with its piles.

    In between it is not: nobody wants products to move while deciding. Every decision shows what has come since.
    """
    work = batch_work.status(store.store(), batch)
    num_done, num_all = batch_tags.num_tagged(store.store(), batch), batches.num_to_tag(batch)
    if not work.is_active or (num_done and not num_drawn):
        st.rerun(scope="app")
    share = min(1.0, num_done / num_all) if num_all else 0.0
    sentence = wording.tagging(
        num_done, num_all, is_running=work.status == "running", is_stopping=work.is_stopping,
        is_learning=work.stage == batch_work.LEARNING,
    )  # fmt: skip
    st.progress(share, text=phrases.markdown(sentence))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("It goes on when you leave this page or close the browser.", width="content")
        if not jobs.answers(store.store(), work):
            _render_unanswering(batch, work)
        elif not work.is_stopping:
            st.button(
                "Stop",
                icon=":material/stop_circle:",
                key="tagging-stop",
                on_click=_ask,
                args=(batch_work.stop, batch),
                **person.allowed(
                    Action.REVIEW,
                    help="What is tagged so far stays and can be decided. You can go on with the rest later.",
                ),
            )
    _render_problem(batch)


def _render_unanswering(batch: Batch, work: Job) -> None:
    """That nothing was heard of the tagging for long, and the way to end its process."""
    silent = jobs.seconds_silent(store.store(), work)
    st.warning(phrases.markdown(phrases.does_not_answer(silent)), icon=":material/hourglass_disabled:")
    st.button(
        "End it",
        key="end-tagging",
        on_click=_ask,
        args=(batch_work.end_process, batch),
        **person.allowed(Action.REVIEW, help="What is tagged so far stays. You can go on with the rest later."),
    )
    _render_details(work)


def _render_ended(batch: Batch, work: Job) -> None:
    num_left = batches.num_to_tag(batch) - batch_tags.num_tagged(store.store(), batch)
    is_stopped = work.status == "cancelled"
    sentence = f"{work.message} {wording.left_to_tag(num_left)}"
    if is_stopped:
        st.info(phrases.markdown(sentence), icon=":material/stop_circle:")
    else:
        st.error(phrases.markdown(sentence), icon=":material/error:")
    if stored_batches.has_photos(store.store(), batch):
        st.button("Go on with the rest", icon=":material/play_arrow:", key="tagging-again", on_click=_ask,
                  args=(batch_work.go_on, batch), **person.allowed(Action.REVIEW))  # fmt: skip
    else:
        st.caption("The photos of this batch are no longer kept. To have the rest tagged, drop them again.")
    _render_problem(batch)
    if work.status == "failed":
        _render_details(work)


def _render_details(work: Job) -> None:
    with st.expander("Details to copy for IT"):
        st.code(jobs.details(store.store(), work), language=None)


def _ask(what: Callable[..., None], batch: Batch) -> None:
    """Has it stop or go on; where that could not be stored it is said, and nothing changed."""
    _PROBLEM.set(None)
    try:
        what(store.store(), batch, who=person.name())
    except errors.GarmentsError as error:
        _PROBLEM.set((batch.number, f"Nothing was changed. {error}"))


def _render_problem(batch: Batch) -> None:
    number, problem = _PROBLEM.get() or (None, "")
    if number == batch.number:
        st.error(phrases.markdown(problem), icon=":material/error:")
