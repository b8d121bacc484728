"""What one browser knows of its session: what is on screen, what was typed, the address; bytes in, bytes out.

It does what Streamlit's page does with the messages of the server, and nothing else: it draws nothing, and opens no
connection. So the same one serves tests that wait and crowds that do not.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.message import Message
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

WHOLE = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_WITH_COMPILE_ERROR)
"""How a run of the whole script ends; of one that is cut short another one follows."""
PART = ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY
TRIGGERS = ("trigger_value", "string_trigger_value", "json_trigger_value", "chat_input_value")
"""Values that a browser says once, at the click."""


@dataclass(frozen=True, slots=True)
class Widget:
    """Something on screen that can be clicked, chosen or typed in."""

    id: str
    kind: str
    """What Streamlit calls it, such as `button` or `selectbox`."""
    label: str
    fragment: str
    """The part of the script that is run by it alone; empty: all of it."""
    proto: Message

    @property
    def key(self) -> str:
        """What the script calls it; empty where it does not."""
        found = self.id.split("-", 2)[-1] if self.id.startswith("$$") else ""
        return "" if found == "None" else found

    @property
    def is_disabled(self) -> bool:
        """Whether a browser would let nobody use it."""
        return bool(getattr(self.proto, "disabled", False))

    @property
    def options(self) -> list[str]:
        """What can be chosen, as it is written on the screen."""
        found = list(getattr(self.proto, "options", ()))
        return [option if isinstance(option, str) else option.content for option in found]


@dataclass(slots=True)
class Run:
    """One run of the script, or of a part of it, as the server told it."""

    id: str
    fragments: tuple[str, ...]
    """The parts that are run; empty: all of it."""


@dataclass(slots=True)
class _Place:
    element: Message | None
    fragment: str
    run: str


@dataclass(slots=True)
class Screen:
    """The state of one browser."""

    query: str = ""
    """What the address asks for, without a question mark."""
    page: str = ""
    """The page as Streamlit numbers it; empty before the first run."""
    pages: dict[str, str] = field(default_factory=dict)
    """End of the address of each page in the navigation -> the page as Streamlit numbers it."""
    session_id: str = ""
    intervals: dict[str, float] = field(default_factory=dict)
    """Part of the script -> seconds after which the browser asks for it again and again."""
    run: Run = field(default_factory=lambda: Run("", ()))
    uploads: list[Any] = field(default_factory=list)
    """Places for files that the server named when it was asked."""
    _places: dict[tuple[int, ...], _Place] = field(default_factory=dict)
    _states: dict[str, WidgetState] = field(default_factory=dict)
    _kept: dict[str, bytes] = field(default_factory=dict)

    # ---- what comes ---------------------------------------------------------------------------------------------

    def take(self, data: bytes) -> str:
        """Takes in one message.

        Returns:
            what it was: the name of its field in `ForwardMsg`; `finished` where a run of the whole script or of a
            part is over, for good and not to begin again.
        """
        message = ForwardMsg()
        message.ParseFromString(data)
        kind = message.WhichOneof("type") or ""
        if kind == "ref_hash":
            message = self._remembered(message)
            kind = message.WhichOneof("type") or ""
        elif message.metadata.cacheable:
            self._kept[message.hash] = data
        handler = getattr(self, f"_on_{kind}", None)
        answer = handler(message) if handler else None
        return answer or kind

    def _remembered(self, message: ForwardMsg) -> ForwardMsg:
        found = ForwardMsg()
        found.ParseFromString(self._kept[message.ref_hash])
        found.metadata.CopyFrom(message.metadata)
        return found

    def _on_new_session(self, message: ForwardMsg) -> None:
        new, run = message.new_session, message.metadata.run
        self.run = Run(run.script_run_id, tuple(run.fragment_ids))
        if not self.run.fragments:
            self.page, self.session_id = new.page_script_hash, new.initialize.session_id
            self.intervals.clear()

    def _on_navigation(self, message: ForwardMsg) -> None:
        self.pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
        if message.navigation.page_script_hash:
            self.page = message.navigation.page_script_hash

    def _on_page_info_changed(self, message: ForwardMsg) -> None:
        self.query = message.page_info_changed.query_string

    def _on_auto_rerun(self, message: ForwardMsg) -> None:
        self.intervals[message.auto_rerun.fragment_id] = message.auto_rerun.interval

    def _on_stop_auto_rerun(self, message: ForwardMsg) -> None:
        for fragment in message.stop_auto_rerun.fragment_ids:
            self.intervals.pop(fragment, None)

    def _on_file_urls_response(self, message: ForwardMsg) -> None:
        self.uploads = list(message.file_urls_response.file_urls)

    def _on_delta(self, message: ForwardMsg) -> None:
        path, delta = tuple(message.metadata.delta_path), message.delta
        if delta.WhichOneof("type") == "new_transient":
            return
        is_block = delta.WhichOneof("type") == "add_block"
        holder = delta.add_block if is_block else delta.new_element
        kind = holder.WhichOneof("type")
        element = getattr(holder, kind) if kind else None
        self._places[path] = _Place(element, delta.fragment_id, self.run.id)
        if element is not None and getattr(element, "set_value", False):
            self._states.pop(getattr(element, "id", ""), None)  # the server's value counts from now on

    def _on_script_finished(self, message: ForwardMsg) -> str | None:
        if message.script_finished not in (*WHOLE, PART):
            return None
        self._drop_what_is_gone()
        return "finished"

    def _drop_what_is_gone(self) -> None:
        run = self.run
        gone = [path for path, place in self._places.items()
                if place.run != run.id and (not run.fragments or place.fragment in run.fragments)]  # fmt: skip
        for path in gone:
            del self._places[path]
        shown = {widget.id for widget in self.widgets()}
        self._states = {id: state for id, state in self._states.items() if id in shown}

    # ---- what is there ------------------------------------------------------------------------------------------

    def widgets(self) -> Iterator[Widget]:
        """Everything that has an id of its own, in no order."""
        for place in self._places.values():
            if (id := getattr(place.element, "id", "")) and isinstance(id, str) and place.element is not None:
                kind = place.element.DESCRIPTOR.name
                yield Widget(id, kind, str(getattr(place.element, "label", "")), place.fragment, place.element)

    def find(self, what: str) -> Widget:
        """The one widget of that key or that label.

        Raises:
            LookupError: there is none, or there are several.
        """
        found = {widget.id: widget for widget in self.widgets() if what in (widget.key, widget.label)}
        if len(found) != 1:
            there = sorted(widget.key or widget.label for widget in self.widgets())
            raise LookupError(f"{len(found)} widgets are called {what!r}; there are {there}")
        return next(iter(found.values()))

    def has(self, what: str) -> bool:
        """Whether a widget of that key or that label can be used."""
        return any(what in (widget.key, widget.label) and not widget.is_disabled for widget in self.widgets())

    def text(self) -> str:
        """Every text on screen, as it is read, in order."""
        places = sorted(self._places.items())
        found = (text for _, place in places if place.element is not None for text in texts(place.element))
        return " \n".join(found)

    # ---- what goes ----------------------------------------------------------------------------------------------

    def first(self, page: str = "") -> bytes:
        """What a browser says when it has just opened the page whose address ends so."""
        return self._asking(page_name=page)

    def again(self) -> bytes:
        """What it says when the whole page is to be drawn again as it is."""
        return self._asking(page_script_hash=self.page)

    def opening(self, page: str) -> bytes:
        """What a click on another page of the navigation says; what was chosen on this one is over."""
        self.intervals.clear()
        self._states.clear()
        self.query = ""
        return self._asking(page_script_hash=self.pages[page])

    def polling(self, fragment: str) -> bytes:
        """What the clock of the browser says for a part that is drawn again every so many seconds."""
        return self._asking(page_script_hash=self.page, fragment_id=fragment, is_auto_rerun=True)

    def setting(self, widget: Widget, **value: Any) -> bytes:
        """What a browser says when that widget got a value; see `state_of`."""
        return self.saying(state_of(widget.id, **value), widget.fragment)

    def saying(self, state: WidgetState, fragment: str = "") -> bytes:
        """The same for any state of any widget, be it on screen or not: nothing is checked here."""
        if state.WhichOneof("value") not in TRIGGERS:
            self._states[state.id] = state
        return self._asking(state, page_script_hash=self.page, fragment_id=fragment)

    def _asking(self, *states: WidgetState, **about: Any) -> bytes:
        message = BackMsg()
        said = {**self._states, **{state.id: state for state in states}}
        message.rerun_script.query_string = self.query
        message.rerun_script.widget_states.widgets.extend(said.values())
        message.rerun_script.cached_message_hashes.extend(self._kept)
        message.rerun_script.context_info.color_scheme = "light"
        for name, value in about.items():
            setattr(message.rerun_script, name, value)
        return message.SerializeToString()


def state_of(id: str, **value: Any) -> WidgetState:
    """The state of a widget as a browser sends it, or as nobody's browser would.

    Args:
        id: of the widget, true or made up.
        value: one field of `WidgetState` by its name, such as `trigger_value=True`, `string_value="Coat"`,
            `string_array_value=["Coat"]`, or `json_trigger_value="{}"`.
    """
    ((name, given),) = value.items()
    state = WidgetState(id=id)
    if name == "string_trigger_value":
        state.string_trigger_value.data = given
    elif name.endswith("array_value"):
        getattr(state, name).data.extend(given)
    else:
        setattr(state, name, given)
    return state


def texts(message: Message) -> Iterator[str]:
    """Every string in a message, without what escapes it."""
    for descriptor, value in message.ListFields():
        values = value if not isinstance(value, str | bytes | Message) and hasattr(value, "__iter__") else [value]
        for item in values:
            if isinstance(item, Message):
                yield from texts(item)
            elif isinstance(item, str) and descriptor.name not in ("hash", "ref_hash"):
                yield item.replace("\\", "").replace("\N{WORD JOINER}", "")
