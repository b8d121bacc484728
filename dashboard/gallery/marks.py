"""What stands on the tiles about verdicts, sent apart from their pictures: a verdict costs a few kilobytes only."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from core import errors
from core.quality import review
from core.store.runs.runs import Run
from core.store.verdicts.verdict_tables import View
from dashboard.data import verdicts
from dashboard.gallery import outbox, picking, tiles, verdict_outbox
from dashboard.look import verdict_wording
from dashboard.session import category_switch, flags, person

Mark = dict[str, str]
"""What one tile shows: sign, text, and the kind, which decides the colour."""

_ORDER = (review.MODEL_WRONG, review.LABEL_WRONG, review.CANNOT_TELL)

_COMPONENT = st.components.v2.component(
    "garment_marks",
    html="<span></span>",
    js="""
// The tiles listen; those that are drawn later find it in the window.
export default function ({ data }) {
  window.garmentMarks ??= new Map()
  window.garmentMarks.set(data.key, data)
  document.dispatchEvent(new CustomEvent("garment-marks", { detail: data.key }))
}
""",
)


def views(run: Run, garments: Sequence[int], split: str = "test") -> dict[int, View]:
    """What the person at the screen may see of garments; empty where it cannot be read.

    Notes what stands on screen now, so that who speaks next is known to have seen it.
    """
    try:
        found = verdicts.views(run, garments, who=person.name(), split=split)
    except errors.StoreError:
        return {}
    verdict_outbox.saw({view.garment: view.seen for view in found})
    return dict(zip(garments, found, strict=True))


def render_marks(run: Run, key: str, found: dict[int, View], split: str = "test") -> None:
    """Brings the marks of a page of garments to its tiles; draws nothing itself.

    Args:
        run: the version shown.
        key: of the tiles.
        found: `views` of the garments on them.
        split: where these garments are.
    """
    marks = {str(garment): mark for garment, view in found.items() if (mark := mark_of(run, view))}
    for request in verdict_outbox.waiting():
        if request.split != split:
            continue
        for garment in request.garments:
            marks[str(garment)] = {"sign": "…", "text": "Not stored yet", "kind": "waiting"}
    send(key, marks, verdict_outbox.handled(), asks=bool(verdict_outbox.waiting()) and not person.is_known())


def send(key: str, marks: Mapping[str, Mark], handled: Sequence[str], *, asks: bool) -> None:
    """Brings marks to tiles; draws nothing itself.

    Args:
        key: of the tiles.
        marks: garment, as text, -> what its tile shows.
        handled: ids of all that was taken in, oldest first; the tiles need not report those again.
        asks: whether something waits for the name of the person, so that it is asked for beside the tiles.
    """
    reported = [str(said["id"])[:40] for said in flags.component_value(key, "said") or []]
    taken_in = [request_id for request_id in reported if request_id in handled]
    done = list(dict.fromkeys((*taken_in, *handled[-outbox.NUM_UNDONE :])))
    told = {"key": key, "marks": dict(marks), "handled": done, "asks": asks, "move": picking.move(key)}
    _COMPONENT(key=f"{key}-marks", data=told)


def mark_of(run: Run, view: View) -> Mark | None:
    """What the tile of a garment shows; None where nothing is to be said."""
    if view.mine is None:
        return {"sign": "●", "text": "A colleague looked", "kind": "colleague"} if view.num_hidden else None
    kind, category = view.mine.kind, view.mine.category
    stands_for = category_switch.shown(run).stands_for
    mine = (kind, stands_for.get(category or "", category))
    if any((line.kind, stands_for.get(line.category or "", line.category)) != mine for line in view.others):
        return {"sign": verdict_wording.SIGNS[review.DISAGREEMENT], "text": "People disagree", "kind": "disagreement"}
    text = verdict_wording.mark(kind, category and run.name_of(category))
    return {"sign": verdict_wording.SIGNS[kind], "text": text, "kind": kind}


def review_by_key(run: Run, key: str, *, split: str = "test", opens_next: bool = True) -> tiles.Review:
    """Lets verdicts be given on the tiles of that key, which show garments of that split.

    The keys 1, 2, 3 are the first, second and third button wherever something is decided: what stands stays, it
    changes, it cannot be used. The key 4 chooses the category. The tags of new garments keep to it.
    """
    words, signs = verdict_wording.KINDS, verdict_wording.SIGNS
    keys = tiles.Keys(
        kinds=dict(zip("1234", (*_ORDER, "choose"), strict=True)),
        chosen=review.LABEL_WRONG,
        shown={kind: (signs[kind], words[kind]) for kind in review.KINDS},
        buttons=tuple(zip("1234", (*(words[kind] for kind in _ORDER), "Category"), verdict_wording.KEYS, strict=True)),
    )
    return tiles.Review(run=run, on_said=on_said(run, key, split), keys=keys, opens_next=opens_next)


def on_said(run: Run, key: str, split: str = "test") -> Callable[[], None]:
    """What the tiles call when a verdict was given by key: it goes on its way, each of them once."""

    def take_in() -> None:
        for said in flags.component_value(key, "said") or []:
            _take_in(run, said, split)

    return take_in


def _take_in(run: Run, said: Any, split: str) -> None:
    request_id, kind = str(said["id"])[:40], said["kind"]
    if kind == outbox.UNDO:
        verdict_outbox.undo(request_id=request_id)
        return
    garments = verdicts.known(run, [int(garment) for garment in said["garments"]], split)
    category = said.get("category") if said.get("category") in run.class_names else None
    if kind in review.KINDS and garments:
        verdict_outbox.say(run, garments, kind, category, request_id=request_id, split=split)
