"""Tags without labels on screen: the pictures that were drawn, judged by keys and buttons as in every list."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core import errors
from core.access.roles import Action
from core.elsewhere import judging
from core.elsewhere.judging import Answer, Judging
from dashboard.data import elsewhere
from dashboard.elsewhere import wording
from dashboard.gallery import marks, paging, picking, tiles
from dashboard.gallery.outbox import UNDO, Outbox
from dashboard.look import phrases, theme
from dashboard.session import flags, person

KEY = "judging"
_SIGNS = {judging.RIGHT: "✓", judging.OTHER: "⇄", judging.CANNOT_TELL: "?"}
_WORDS = {judging.RIGHT: wording.RIGHT, judging.OTHER: wording.CHANGE, judging.CANNOT_TELL: wording.CANNOT_TELL}
KEYS = tiles.Keys(
    kinds={"1": judging.RIGHT, "2": "choose", "3": judging.CANNOT_TELL, "4": "choose"},
    chosen=judging.OTHER,
    shown={kind: (_SIGNS[kind], _WORDS[kind]) for kind in _WORDS},
    buttons=(
        ("1", wording.RIGHT, "The tag says what the garment is"),
        ("2", wording.CHANGE, "Choose what it is, with key 4 as in every list"),
        ("3", wording.CANNOT_TELL, "Nobody can tell from this picture"),
    ),
)
_REFUSED: flags.Note[str] = flags.Note("judging-refused")


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One thing to store."""

    id: str
    """Made before it was said, the same however often it is sent."""
    name: str
    """Of the tags."""
    kind: str
    """One of `judging.KINDS`, or `UNDO`."""
    places: tuple[int, ...]
    """Of those that were drawn."""
    category: str
    """What they are, where another category is."""


_OUTBOX: Outbox[Request] = Outbox("judging")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Categories:
    """Stands where a version tells its categories."""

    class_names: tuple[str, ...]
    names: tuple[str, ...]


def render_judging() -> None:
    """What is being judged, one at a time, with its pictures and what comes of it."""
    _OUTBOX.send(_store)
    found = {asked.name: asked for asked in elsewhere.judged()}
    if not found:
        return
    name = next(iter(found))
    if len(found) > 1:
        name = st.segmented_control("What is judged", list(found), default=name, required=True, key="judging-which")
    st.header(phrases.markdown(f"How often is {name} right?"), anchor=False)
    _render_one(found[name], elsewhere.answers(name))


def _render_one(asked: Judging, said: dict[int, Answer]) -> None:
    text = wording.judged_so_far(asked.name, len(said), asked.num_drawn, asked.num_rows)
    st.progress(len(said) / asked.num_drawn, text=phrases.markdown(text))
    if refused := _REFUSED.get() or _OUTBOX.why() or _OUTBOX.note():
        _REFUSED.set(None)
        st.error(phrases.markdown(refused), icon=":material/error:")
    person.render_refusal(Action.REVIEW)
    if len(said) == asked.num_drawn:
        person.render_question("judging")
        st.button(
            "Make it a version", type="primary", icon=":material/input:", key=f"judging-done-{asked.name}",
            on_click=_publish, args=(asked.name,), **person.allowed(Action.REVIEW),
        )  # fmt: skip
    else:
        st.caption(wording.JUDGE)
    _render_page(asked, said)
    with st.expander("Stop judging these"):
        st.caption("What was said waits in the trash for some days.")
        st.button("Stop", icon=":material/delete:", key=f"judging-stop-{asked.name}", on_click=_stop,
                  args=(asked.name,), **person.allowed(Action.REVIEW))  # fmt: skip


def _render_page(asked: Judging, said: dict[int, Answer]) -> None:
    rows = elsewhere.drawn(asked.name, asked)
    first_open = next((place for place in range(len(rows)) if place not in said), 0)
    pages = paging.paging(len(rows), usual=paging.page_of(first_open))
    places = list(range(pages.first - 1, pages.last))
    told = zip(places, rows["predicted"].tolist()[places[0] :], rows["confidence"].tolist()[places[0] :], strict=False)
    shown = [_tile(place, str(tag), float(sure)) for place, tag, sure in told]
    tiles.render_tiles(
        shown,
        elsewhere.drawn_pictures(asked, tuple(places)),
        key=KEY,
        told=picking.told(KEY, f"{asked.name} {pages.number}", None, scope=asked.name),
        on_pick=lambda: None,
        on_select=picking.on_select(KEY, asked.name),
        review=tiles.Review(
            run=_Categories(class_names=asked.class_names, names=asked.class_names), on_said=_on_said(asked), keys=KEYS,
            opens_next=False,
        ),
        pages=pages.by_key(KEY),
    )  # fmt: skip
    pages.render()
    asks = bool(_OUTBOX.waiting()) and not person.is_known()
    marks.send(KEY, _marks(said, places), _OUTBOX.handled(), asks=asks)


def _tile(place: int, tag: str, confidence: float) -> tiles.Tile:
    number = f"Picture {place + 1:,}"
    sure = theme.percent(confidence) if confidence == confidence else ""
    return {
        "garment": place, "said": tag, "sure": sure, "number": number, "guess": tag, "actual": tag,
        "sentence": f"{number}. Tagged {tag}.",
    }  # fmt: skip


def _marks(said: dict[int, Answer], places: list[int]) -> dict[str, marks.Mark]:
    found = {
        str(place): {"sign": _SIGNS[said[place].kind], "text": said[place].category or wording.CANNOT_TELL,
                     "kind": said[place].kind}
        for place in places if place in said
    }  # fmt: skip
    for request in _OUTBOX.waiting():
        found |= {str(place): {"sign": "…", "text": "Not stored yet", "kind": "waiting"} for place in request.places}
    return found


def _on_said(asked: Judging) -> Callable[[], None]:
    """What the tiles call when something was said by key: it goes on its way, each of them once."""

    def take_in() -> None:
        for told in flags.component_value(KEY, "said") or []:
            request_id, kind = str(told["id"])[:40], str(told["kind"])
            if _OUTBOX.is_known(request_id):
                continue
            _OUTBOX.remember(request_id)
            if kind == UNDO:
                _undo(asked, request_id)
                continue
            places = tuple(int(each) for each in told["garments"] if 0 <= int(each) < asked.num_drawn)
            category = str(told.get("category") or "") if kind == judging.OTHER else ""
            _OUTBOX.put(Request(id=request_id, name=asked.name, kind=kind, places=places, category=category))
        _OUTBOX.send(_store)

    return take_in


def _undo(asked: Judging, request_id: str) -> None:
    done = [request for request in _OUTBOX.done() if request.name == asked.name]
    if done:
        _OUTBOX.keep_done(request for request in _OUTBOX.done() if request.id != done[-1].id)
        back = Request(id=request_id, name=asked.name, kind=judging.WITHDRAWN, places=done[-1].places, category="")
        _OUTBOX.put(back)


def _store(request: Request) -> None:
    elsewhere.say(
        request.name, request.places, request.kind, request.category, who=person.name(), request_id=request.id
    )
    if request.kind != judging.WITHDRAWN:
        _OUTBOX.keep_done((*_OUTBOX.done(), request)[-20:])


def _stop(name: str) -> None:
    try:
        elsewhere.stop_judging(name, who=person.name())
    except errors.GarmentsError as error:
        _REFUSED.set(str(error))


def _publish(name: str) -> None:
    if not person.is_given("judging"):
        return
    try:
        elsewhere.start_judged(name, who=person.name())
    except errors.GarmentsError as error:
        _REFUSED.set(str(error))
