"""One person at a dashboard, without a browser: opens pages, clicks, chooses, drops files, and waits for the answer.

`opened` gives one. What a browser does by itself is done as well: the address follows what the server says, what was
drawn before is not asked for again, and, while the visitor waits, parts that are drawn every so many seconds are.
"""

import contextlib
import json
import re
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect

from tests.load import screen
from tests.load.screen import Screen, Widget

PATIENCE_SECONDS = 60.0


class Visitor:
    """One session of a running dashboard; `opened` gives one."""

    def __init__(self, address: str, connection: ClientConnection, headers: Mapping[str, str]) -> None:
        self.screen = Screen()
        self.on_data: Callable[[bytes], object] = lambda data: None
        """Told every message as it came."""
        self._address, self._socket, self._headers = address, connection, headers

    # ---- as a person --------------------------------------------------------------------------------------------

    def open(self, page: str = "", **query: str) -> str:
        """Opens the page whose address ends so, as with a link; gives back every text of it."""
        self.screen.query = urlencode(query)
        return self._asked(self.screen.first(page))

    def go(self, page: str) -> str:
        """Clicks a page of the navigation, by the end of its address; empty: the first one."""
        return self._asked(self.screen.opening(page), page=self.screen.pages[page])

    def rerun(self) -> str:
        """Has the page drawn again as it is."""
        return self._asked(self.screen.again())

    def click(self, what: str) -> str:
        """Presses the button of that key or label."""
        return self.set(what, trigger_value=True)

    def choose(self, what: str, *options: str) -> str:
        """Chooses in a list, a row of buttons or a group, by what is written there."""
        is_list = self.screen.find(what).kind in ("ButtonGroup", "MultiSelect", "SelectSlider")
        return self.set(what, string_array_value=options) if is_list else self.set(what, string_value=options[0])

    def type(self, what: str, text: str) -> str:
        """Types into a field and leaves it."""
        return self.set(what, string_value=text)

    def tell(self, what: str, value: object, *, once: bool = False) -> str:
        """What a component of ours reports: its state, or `once` an event."""
        said = json.dumps(value)
        return self.set(what, json_trigger_value=said) if once else self.set(what, json_value=said)

    def set(self, what: str, **value: Any) -> str:
        """Gives the widget of that key or label a value, by the field of `WidgetState`.

        Raises:
            LookupError: there is no such widget, or it is disabled, so that no browser would do this.
        """
        widget = self.screen.find(what)
        if widget.is_disabled:
            raise LookupError(f"{what!r} is disabled")
        return self._asked(self.screen.setting(widget, **value), widget)

    def drop(self, what: str, *files: tuple[str, bytes]) -> str:
        """Drops files, each a name and its content, on the place for files of that key or label."""
        widget = self.screen.find(what)
        state = WidgetState(id=widget.id)
        for (name, content), place in zip(files, self.places_for(len(files)), strict=True):
            assert self.upload(place.upload_url, name, content) == 204
            state.file_uploader_state_value.uploaded_file_info.add(
                file_id=place.file_id, name=name, size=len(content), file_urls=place
            )
        return self._asked(self.screen.saying(state, widget.fragment), widget)

    # ---- as somebody who means harm -----------------------------------------------------------------------------

    def forge(self, id: str, fragment: str = "", **value: Any) -> str:
        """Says that the widget of that id, on screen or not, disabled or not, has a value; gives back what is read.

        Args:
            id: such as `find(...).id`, or one that was seen in another session: it is the same everywhere.
            fragment: part of the script to run; of a made-up one nothing comes back, so leave it empty then.
            value: one field of `WidgetState`, see `screen.state_of`.
        """
        return self._asked(self.screen.saying(screen.state_of(id, **value), fragment))

    def places_for(self, num: int) -> list[Any]:
        """Asks for places for so many files, as a page does before it sends them."""
        message = BackMsg()
        message.file_urls_request.request_id = uuid.uuid4().hex
        message.file_urls_request.file_names.extend(f"{number}" for number in range(num))
        message.file_urls_request.session_id = self.screen.session_id
        self._socket.send(message.SerializeToString())
        self.wait(lambda kind: kind == "file_urls_response")
        return self.screen.uploads

    def upload(self, url: str, name: str, content: bytes) -> int:
        """Sends a file to a place; gives back the status of the answer."""
        boundary, token = uuid.uuid4().hex, self._token()
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        cookie = "; ".join(filter(None, (self._headers.get("Cookie", ""), f"_streamlit_xsrf={token}")))
        headers = {**self._headers, "Cookie": cookie, "X-Xsrftoken": token,
                   "Content-Type": f"multipart/form-data; boundary={boundary}"}  # fmt: skip
        request = urllib.request.Request(self._address + url, data=body, headers=headers, method="PUT")
        with contextlib.closing(_answer(request)) as answer:
            return int(answer.status)

    def _token(self) -> str:
        request = urllib.request.Request(self._address + "/_stcore/health", headers=dict(self._headers))
        with contextlib.closing(_answer(request)) as answer:
            found = re.search("_streamlit_xsrf=([^;]+)", "; ".join(answer.headers.get_all("Set-Cookie") or []))
        return found.group(1).strip('"') if found else ""

    # ---- waiting ------------------------------------------------------------------------------------------------

    def send(self, data: bytes) -> None:
        """Sends a message of the screen and does not wait."""
        self._socket.send(data)

    def stay(self, seconds: float) -> None:
        """Looks at the page for so long; what a browser asks for by itself meanwhile is asked for."""
        with contextlib.suppress(TimeoutError):
            self.wait(lambda kind: False, seconds)

    def wait(self, is_over: Callable[[str], bool], seconds: float = PATIENCE_SECONDS) -> None:
        """Takes in what comes until a message of that kind came.

        Args:
            is_over: of what `Screen.take` gave back.
            seconds: for how long.

        Raises:
            TimeoutError: none came.
        """
        end, due = time.monotonic() + seconds, self._due()
        while (now := time.monotonic()) < end:
            for fragment in [fragment for fragment, at in due.items() if at <= now]:
                self.send(self.screen.polling(fragment))
                due[fragment] = now + self.screen.intervals.get(fragment, seconds)
            with contextlib.suppress(TimeoutError):
                data = bytes(self._socket.recv(timeout=max(0.0, min([end, *due.values()]) - now)))
                self.on_data(data)
                kind = self.screen.take(data)
                due = self._due(due)
                if is_over(kind):
                    return
        raise TimeoutError(f"nothing of that kind within {seconds} s")

    def _due(self, before: Mapping[str, float] | None = None) -> dict[str, float]:
        now, before = time.monotonic(), before or {}
        return {part: before.get(part, now + every) for part, every in self.screen.intervals.items()}

    def _asked(self, data: bytes, widget: Widget | None = None, page: str = "") -> str:
        self.send(data)
        wanted, began = widget.fragment if widget else "", False

        def is_over(kind: str) -> bool:
            nonlocal began
            fragments = self.screen.run.fragments
            if kind == "new_session" and (not fragments or wanted in fragments):
                began = page in ("", self.screen.page)  # another run may have begun just before the click
            # Of a run that ends just when the clock asks for another one, Streamlit tells no end of its own.
            return kind == "finished" and began

        self.wait(is_over)
        return self.screen.text()


def _answer(request: urllib.request.Request) -> Any:
    try:
        return urllib.request.urlopen(request, timeout=PATIENCE_SECONDS)
    except urllib.error.HTTPError as refused:
        return refused


@contextlib.contextmanager
def opened(address: str, *, headers: Mapping[str, str] | None = None) -> Iterator[Visitor]:
    """A person who has opened nothing yet; closed at the end.

    Args:
        address: of the dashboard, such as `http://127.0.0.1:8501`.
        headers: sent with everything, such as `{"Cookie": "garment-tags-name=Ada"}`.
    """
    given = dict(headers or {})
    address = "{0.scheme}://{0.netloc}".format(urlsplit(address))
    stream = re.sub("^http", "ws", address) + "/_stcore/stream"
    with connect(stream, max_size=None, open_timeout=30, additional_headers=given) as connection:
        yield Visitor(address, connection, given)
