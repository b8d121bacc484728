"""Where photos are dropped: the limits, the check of what was dropped, the button, and the earlier batches."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core import errors
from core.access.roles import Action
from core.photos import containers
from core.retail import product_list
from core.store.batches import batches as stored_batches
from core.store.runs import offered_line
from core.store.runs.runs import Run
from core.tagging import piles
from core.tagging.drop import Drop
from dashboard.data import batches, examples, runs, store
from dashboard.examples import frame as example_frame
from dashboard.examples import pictures
from dashboard.look import elsewhere_wording, phrases, theme
from dashboard.parts import places
from dashboard.session import address, flags, guard, navigation, person, request_ids
from dashboard.shell import frame
from dashboard.tagging import list_columns, list_wording, wording

_CHECKED = frame.DROPPED
_REFUSED: flags.Note[tuple[tuple[str, ...], errors.TaggingRefused]] = flags.Note("drop-refused")
_ROUND: flags.Note[int] = flags.Note("drop-round")
_PROBLEM: flags.Note[str] = flags.Note("drop-problem")
_ALL: flags.Note[bool] = flags.Note("all-batches")
_DROP_HEIGHT = 96
"""Pixels that the place for photos takes at a desk while nothing lies in it."""
MOST_LISTED = 200
"""Details shown of one drop; more are counted."""
TYPES = [ending.removeprefix(".") for ending in (*containers.ENDINGS, ".zip", *product_list.ENDINGS, ".txt")]
"""Endings of the files that may be dropped."""
NUM_BATCHES = 10
"""Batches listed before all are asked for."""


def render_drop(shown: Run) -> None:
    """The way to a new batch, and to the earlier ones."""
    with guard.guarded("The place for new photos"):
        run = _tagging_version(shown)
        if run is None:
            st.info(phrases.markdown(_no_tagging(shown)), icon=":material/input:")
            navigation.render_link("setup/elsewhere", "Train one of ours on the same garments")
        elif not batches.has_engine():
            st.error(phrases.markdown(wording.NO_ENGINE), icon=":material/error:")
        else:
            _render_version(run)
            _render_upload(run)
    with guard.guarded("The list of batches"):
        _render_batches()


def _no_tagging(shown: Run) -> str:
    assert shown.elsewhere is not None
    return elsewhere_wording.no_tagging(shown.version, shown.elsewhere.name)


def _tagging_version(shown: Run) -> Run | None:
    """The version that tags: the one on screen, or of ours the last live one where its tags come from elsewhere."""
    if not shown.elsewhere:
        return shown
    if run := runs.tagging(shown):
        st.info(
            phrases.markdown(elsewhere_wording.tagging_by(shown.version, shown.elsewhere.name, run.version)),
            icon=":material/info:",
        )
    return run


def _render_version(run: Run) -> None:
    """What must be known of the version that will tag."""
    if why := offered_line.why_none(store.store(), run):
        sentence = f"{why} Photos can be tagged, but every tag waits for a person."
        st.warning(phrases.markdown(sentence), icon=":material/lock:")
        navigation.render_link("versions", "Choose another version")
    elif run != runs.tagging(run):
        sentence = f"These photos will be tagged by version {run.version}, which is not the live one."
        st.info(phrases.markdown(sentence), icon=":material/info:")


def _render_upload(run: Run) -> None:
    settings, number = batches.limits(), _ROUND.get() or 0
    person.render_refusal(Action.REVIEW)
    st.markdown(phrases.markdown(wording.limits(settings)))
    st.caption(phrases.markdown(wording.NOTE_OF_PHOTOS if run.is_of_photos else wording.NOTE))
    with places.at_least(_DROP_HEIGHT, "drop-place"):
        dropped = st.file_uploader(
            "Photos of new garments, with their list",
            type=TYPES,
            accept_multiple_files=True,
            max_upload_size=settings.max_drop_mb,
            key=f"drop-photos-{number}",
            **person.allowed(Action.REVIEW),
        )
    _render_template()
    list_columns.render_problem()
    if dropped:
        _render_check(run, dropped)
    else:
        _forget()


def _render_template() -> None:
    # Columns, for in a row the button would be pushed into a line of its own when the words before it have come.
    words, button = st.columns([4, 1], vertical_alignment="center", gap="small")
    words.caption(phrases.markdown(list_wording.TEMPLATE_HELP))
    button.download_button(
        "Template of the list",
        data=product_list.template,
        file_name="new-garments.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key="drop-template",
        width="stretch",
    )


def _render_check(run: Run, dropped: Sequence[UploadedFile]) -> None:
    found = _checked(dropped)
    if isinstance(found, errors.TaggingRefused):
        _render_refused(found)
        return
    if not found.num_pictures and found.head is not None:
        st.info(list_wording.LIST_IS_HERE, icon=":material/info:")
    with st.container(border=True, key="drop-check"):
        if found.num_pictures:
            st.markdown(f"**{phrases.markdown(wording.checked(found))}**")
            if matched := wording.matched(found):
                st.markdown(phrases.markdown(matched))
        if found.head is not None and list_columns.is_changing(found.head):
            list_columns.render_choice(found.list_name, found.head, _forget)
            return
        if found.head is not None:
            list_columns.render_known(found.head)
        if found.num_pictures:
            _render_start(run, found)
    if problem := _PROBLEM.get():
        st.error(phrases.markdown(str(problem)), icon=":material/error:")


def _render_refused(error: errors.TaggingRefused) -> None:
    """What is wrong with the drop; of a list also which column is which, where that may be what is wrong."""
    if not isinstance(error, errors.ListRefused):
        st.error(phrases.markdown(str(error)), icon=":material/error:")
        return
    if error.head.columns is not None:
        st.error(phrases.markdown(str(error)), icon=":material/error:")
    with st.container(border=True, key="drop-check"):
        if waiting := list_wording.waiting(error.num_waiting):
            st.markdown(waiting)
        if list_columns.is_changing(error.head):
            list_columns.render_choice(error.list_name, error.head, _forget)
        else:
            list_columns.render_known(error.head)


def _render_start(run: Run, found: Drop) -> None:
    _render_details(found)
    person.render_question("drop")
    if not person.signed_in():
        st.caption("Your name stands beside what you drop and decide.")
    st.button(
        wording.tag_button(found.num_readable),
        type="primary",
        icon=":material/sell:",
        key="drop-start",
        on_click=_start,
        args=(run, found, request_ids.of_button("drop", [photo.sha256 for photo in found.photos])),
        **person.allowed(Action.REVIEW, disabled=not found.num_readable),
    )


def _checked(dropped: Sequence[UploadedFile]) -> Drop | errors.TaggingRefused:
    """What was dropped, or why it cannot be taken; looked at once."""
    about = tuple(file.file_id for file in dropped)
    for kept in (_CHECKED.get(), _REFUSED.get()):
        if kept is not None and kept[0] == about:
            return kept[1]
    _forget()
    with st.spinner("Looking at what was dropped …"):
        try:
            found = batches.check([(file.name, file.getvalue()) for file in dropped])
        except errors.TaggingRefused as error:
            _REFUSED.set((about, error))
            return error
    _CHECKED.set((about, found))
    return found


def _forget() -> None:
    """What was dropped is looked at again."""
    _CHECKED.set(None)
    _REFUSED.set(None)


def _render_details(found: Drop) -> None:
    if found.unused_columns:
        st.caption(phrases.markdown(f"Columns of the list that nobody reads: {', '.join(found.unused_columns)}."))
    details = wording.check_details(found)
    if not details:
        return
    with st.expander("What was noticed"):
        st.dataframe(pd.DataFrame(details[:MOST_LISTED], columns=["File", "What"]), hide_index=True)
        if len(details) > MOST_LISTED:
            st.caption(f"{len(details) - MOST_LISTED:,} more are not listed here.")


def _start(run: Run, found: Drop, request_id: str) -> None:
    """Stores the drop and opens its batch; where it could not be stored it says why, and the drop stays."""
    _PROBLEM.set(None)
    if not person.is_given("drop"):
        return
    try:
        batch = batches.create(run, found, who=person.name(), request_id=request_id)
    except errors.GarmentsError as error:
        _PROBLEM.set(f"Not stored. {error}")
        return
    request_ids.forget("drop")
    _forget()
    _ROUND.set((_ROUND.get() or 0) + 1)
    address.change_address({"batch": str(batch.number), "pile": None, "page": None, "garment": None})


def _render_batches() -> None:
    """Every batch with how far it is, the newest first."""
    found = stored_batches.list_batches(store.store())
    st.header("Batches", anchor=False)
    if not found:
        st.info(
            "No photos were tagged yet. Drop some above: they are sorted into three piles, and you decide on those "
            "of which the model is not sure.",
            icon=":material/add_a_photo:",
        )
        _render_example()
        return
    num_shown = len(found) if _ALL.get() else NUM_BATCHES
    for row in batches.overview(found[:num_shown]):
        _render_row(row)
    if len(found) > num_shown:
        st.button(f"Show all {len(found):,} batches", key="all-batches", on_click=_ALL.set, args=(True,))


def _render_example() -> None:
    """What the piles will look like: one garment of the sample in each."""
    with example_frame.framed("piles"):
        found, chosen = examples.example(), examples.of_piles()
        words = []
        for name, place in chosen.items():
            tag = found.class_names[found.answers.predicted_class[place]]
            sure = theme.percent(float(found.answers.confidence[place]))
            is_ready = name == piles.READY
            words.append(
                pictures.Words(
                    first=wording.PILES[name],
                    second="" if name == piles.NOT_OURS else f"{tag} {sure}",
                    sign="" if is_ready else "asks",
                )
            )
        images = found.images[list(chosen.values())]
        pictures.render(images, words, label="The piles of the example", key="tag-example", height=137)


def _render_row(row: batches.Standing) -> None:
    standing = wording.standing(row.status, row.num_tagged, row.num_decided, row.num_waiting)
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        st.markdown(
            f"**{phrases.markdown(wording.batch(row.batch.number, row.batch.num_photos))}**  \n"
            f"{phrases.markdown(row.batch.created_by)}, {phrases.moment(row.batch.created_at)}"
            f" · {phrases.markdown(standing)}",
            width="stretch",
        )
        st.button(
            "Open",
            key=f"batch-{row.batch.number}",
            icon=":material/arrow_forward:",
            help=f"Open batch {row.batch.number:,}",
            on_click=address.change_address,
            args=({"batch": str(row.batch.number)},),
        )
