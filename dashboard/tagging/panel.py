"""The product that was opened: its photo, what the model sees and says of it, what was noticed, and the decision."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from core.access.roles import Action
from core.photos import sprite
from core.quality.tag_decisions import ACCEPTED, CHANGED, REJECTED
from core.store.batches.batches import Batch
from core.store.runs.runs import Run
from core.tagging import products
from dashboard.data import batch_pictures, batches
from dashboard.gallery import picking
from dashboard.look import phrases, theme
from dashboard.session import flags, person
from dashboard.tagging import outbox, wording


def render_panel(batch: Batch, run: Run, row: Mapping[Hashable, Any], position: int) -> None:
    """Draws the opened product, a row of `core.tagging.products.table`."""
    with st.container(border=True):
        name = wording.product(position, row["product"], row["sku"])
        st.markdown(f"**{phrases.markdown(name)}**")
        about = " · ".join(filter(None, (row["title"], row["product"] if row["sku"] else "")))
        if about:
            st.caption(phrases.markdown(about))
        _render_pictures(batch, position, name)
        st.markdown(
            phrases.markdown(wording.said(run.name_of(row["tag"]), run.name_of(row["guess"]), row["confidence"]))
        )
        for finding in row["findings"]:
            st.caption(f":material/info: {phrases.markdown(finding)}")
        _render_standing(run, row)
        with st.container(key="product-buttons"):
            render_buttons(batch, run, pd.DataFrame([row]), "one")
            person.render_refusal(Action.REVIEW)
            st.button(
                "Next", icon=":material/arrow_forward:", key="product-next", type="tertiary",
                on_click=picking.open_next, args=(position,), width="stretch",
            )  # fmt: skip
        render_answers()
        _render_saved(batch)
        st.caption("What the model considered")
        for guess, probability in row["guesses"]:
            share = min(max(probability, 0.0), 1.0)
            st.progress(share, text=f"{phrases.markdown(run.name_of(guess))} {theme.percent(probability)}")


def render_buttons(batch: Batch, run: Run, rows: pd.DataFrame, place: str) -> None:
    """Accept, change, reject: for one product under each other, for many in a row."""
    positions = tuple(int(position) for position in rows["position"])
    has_tag = (rows["tag"] != "").all()
    width = "stretch" if place == "one" else "content"
    st.button(
        f"Accept {phrases.markdown(run.name_of(rows['tag'].iloc[0]))}" if place == "one" and has_tag else "Accept",
        icon=":material/check:",
        type="primary" if place == "one" and rows["decision"].iloc[0] == products.NONE and has_tag else "secondary",
        key=f"decide-accept-{place}",
        width=width,  # type: ignore[arg-type]
        on_click=_decide,
        args=(batch, positions, ACCEPTED, None, outbox.next_id(f"accept-{place}", positions)),
        **person.allowed(
            Action.REVIEW,
            disabled=not has_tag,
            help=None if has_tag else "There is no tag to accept. Choose a category, or reject.",
        ),
    )
    st.menu_button(
        "Change to",
        _categories(run, rows),
        icon=":material/edit:",
        key=f"decide-change-{place}",
        width=width,  # type: ignore[arg-type]
        format_func=lambda name: phrases.markdown(run.name_of(name)),
        on_click=_change,
        args=(batch, run, positions, place, outbox.next_id(f"change-{place}", positions)),
        **person.allowed(Action.REVIEW),
    )
    st.button(
        "Reject",
        icon=":material/close:",
        key=f"decide-reject-{place}",
        width=width,  # type: ignore[arg-type]
        on_click=_decide,
        args=(batch, positions, REJECTED, None, outbox.next_id(f"reject-{place}", positions)),
        **person.allowed(
            Action.REVIEW, help="It is no garment of ours, or its photo is of no use. It does not go to the shop."
        ),
    )


def _render_pictures(batch: Batch, position: int, name: str) -> None:
    photo, picture = batches.photo(batch, position), batches.model_picture(batch, position)
    with st.container(key="product-pictures"):
        first, second = st.columns(2, gap="small")
    with first:
        if photo is None:
            st.caption("The photo cannot be shown.")
        else:
            # As an address that carries it: by key the panel changes faster than pictures are fetched.
            st.image(
                sprite.sheet_address(photo[None]), caption="The photo", width="stretch", alt=f"Photo of product {name}"
            )
    with second:
        if picture is None:
            st.caption("The small picture cannot be shown.")
        else:
            shown = batch_pictures.in_proportion(picture, photo)
            st.image(sprite.data_address(sprite.enlarged(shown)), caption="What the model sees", width="stretch",
                     alt=f"What the model sees of product {name}")  # fmt: skip


def render_answers() -> None:
    """What became of the last decision, beside its buttons: whose it is, and what was not taken."""
    if outbox.waiting() and not person.is_known():
        with st.container(border=True, key="decision-name"):
            st.markdown(f":material/person: **{phrases.markdown(wording.needs_name(outbox.num_waiting()))}**")
            person.render_name_input("decision")
    if outbox.note():
        st.warning(phrases.markdown(outbox.note()), icon=":material/group:")


def _render_standing(run: Run, row: Mapping[Hashable, Any]) -> None:
    if row["decision"] != products.NONE:
        when = phrases.moment(row["decided_at"].to_pydatetime())
        category = run.name_of(row["category"])
        st.markdown(f"**{phrases.markdown(wording.decided(row['decision'], category, row['decided_by'], when))}**")
    elif row["by_line"]:
        st.markdown(f"**Ready by the line that {phrases.markdown(row['decided_by'])} confirmed.**")


def _categories(run: Run, rows: pd.DataFrame) -> list[str]:
    """The categories to change to, the model's own guesses first."""
    guesses = [name for found in rows["guesses"] for name, _ in found]
    tags = set(rows["tag"])
    return [name for name in dict.fromkeys((*guesses, *run.class_names)) if tags != {name}]


def _render_saved(batch: Batch) -> None:
    """The last thing stored, and the way back."""
    stored = [request for request in outbox.done() if request.batch.id == batch.id]
    if not stored or outbox.waiting():
        return
    last = stored[-1]
    with st.container(horizontal=True, vertical_alignment="center", key="decision-saved"):
        st.caption(f":material/check: {phrases.markdown(wording.saved(len(last.positions)))}", width="content")
        st.button(
            "Undo",
            icon=":material/undo:",
            type="tertiary",
            key="decision-undo",
            on_click=_undo,
            args=(batch, outbox.next_id("undo", [last.id]), last.positions),
            **person.allowed(Action.REVIEW),
        )


def _change(batch: Batch, run: Run, positions: tuple[int, ...], place: str, request_id: str) -> None:
    category = flags.chosen_in_menu(f"decide-change-{place}")
    if category in run.class_names:
        _decide(batch, positions, CHANGED, category, request_id)


def _decide(batch: Batch, positions: tuple[int, ...], kind: str, category: str | None, request_id: str) -> None:
    """Decides; after a decision on one product the next one is opened."""
    outbox.say(batch, positions, kind, category, request_id=request_id)
    if len(positions) == 1:
        picking.open_next(positions[0])


def _undo(batch: Batch, request_id: str, positions: tuple[int, ...]) -> None:
    """Takes the last decision back, and opens its product again where it was one."""
    outbox.undo(batch, request_id=request_id)
    if len(positions) == 1:
        picking.open_beside(positions[0])
