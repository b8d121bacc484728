"""Typing into the sheets of *Set-up*, and what goes over the wire meanwhile: noted, and held back where asked."""

import time

from playwright.sync_api import Page, WebSocket
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.support import server

SAVE = "Save for everybody"
_HOLDING = """() => {
    window.heldBack = null
    const hold = (heard) => (event) => window.heldBack ? window.heldBack.push(() => heard(event)) : heard(event)
    window.WebSocket = class extends WebSocket {
        addEventListener(type, heard, ...more) {
            super.addEventListener(type, type === "message" ? hold(heard) : heard, ...more)
        }
        set onmessage(heard) { super.onmessage = hold(heard) }
    }
}"""
_RELEASE = """() => {
    const all = window.heldBack
    window.heldBack = null
    for (const hear of all) hear()
}"""


def type_over(page, label, text):
    """As a person does: twice on the cell, then the letters, and nothing that ends them."""
    page.get_by_label(label, exact=True).dblclick()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(text)  # at once: a busy machine would tell the first letters by themselves


def said(page):
    return page.locator(".st-key-names-sheet-status, .st-key-costs-sheet-status").get_by_role("status")


def fields(page):
    """What a person sees in the column of names."""
    return page.locator(".sheet input[aria-label^='Our name']").evaluate_all("all => all.map((one) => one.value)")


class Wire:
    """What goes between a page and its server; to be made before the page is opened."""

    def __init__(self, page: Page) -> None:
        self._page, self._num_begun, self._num_ended = page, 0, 0
        self._sent: list[tuple[bytes, int]] = []  # and how many runs had ended by then
        page.on("websocket", self._follow)
        page.add_init_script(f"({_HOLDING})()")

    def wait_for_answer(self, text: str, do) -> None:
        """Does it, and waits until the browser has told that text and the script has run with it to its end."""
        first = len(self._sent)
        do()
        give_up_at = time.monotonic() + server.LOAD_MILLISECONDS / 1000
        while not self._is_answered(text.encode(), first):
            assert time.monotonic() < give_up_at, f"{text} was not told, or not answered"
            self._page.wait_for_timeout(20)

    def hold(self) -> None:
        """The browser hears nothing from now on; what it says is heard."""
        self._page.evaluate("() => { window.heldBack = [] }")

    def release(self) -> None:
        """The browser hears what was held back."""
        self._page.evaluate(_RELEASE)

    def _follow(self, socket: WebSocket) -> None:
        socket.on("framesent", lambda payload: self._sent.append((bytes(payload), self._num_ended)))
        socket.on("framereceived", self._note)

    def _is_answered(self, text: bytes, first: int) -> bool:
        is_over = any(text in message and self._num_ended > num for message, num in self._sent[first:])
        return is_over and self._num_begun == self._num_ended

    def _note(self, payload: str | bytes) -> None:
        if not isinstance(payload, bytes):
            return
        message = ForwardMsg.FromString(payload)
        kind = message.WhichOneof("type")
        self._num_begun += kind == "new_session"
        self._num_ended += kind == "script_finished"
