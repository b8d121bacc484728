"""What can be counted on a page in a browser: words, pictures of garments, moving of what was drawn, bytes.

Words are runs of characters without a space that hold a letter (figures are looked at, not read) and that somebody can
see in the main area: not those of the sidebar and of the bar above, not in an expander that is closed, not names of
symbols, not what is only read aloud, not alternative texts. Words on charts count, those painted on a canvas do not.

A picture of a garment counts where all of it is in the window before anybody scrolls.
"""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, Page

from tests.support import server

_OVERHANG_MILLISECONDS = 1_000
"""How long after the end of the script what is drawn may still move and is counted."""

_OBSERVE = """() => {
    window.layoutShifts = []
    const name = (node) => {
        const element = node?.nodeType === 1 ? node : node?.parentElement
        if (!element) return "(gone)"
        const known = element.closest("[data-testid], [class*='st-key-']")
        return [element.tagName.toLowerCase(), known?.dataset.testid ?? "", element.textContent.slice(0, 40)].join(" ")
    }
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
            if (entry.hadRecentInput) continue
            window.layoutShifts.push({
                at: entry.startTime, value: entry.value,
                sources: entry.sources.map((source) => ({
                    what: name(source.node), from: source.previousRect.y, to: source.currentRect.y,
                    left: source.previousRect.x, right: source.currentRect.x,
                    height: source.currentRect.height, before: source.previousRect.height,
                })),
            })
        }
    }).observe({ type: "layout-shift", buffered: true })
}"""

_IS_DONE = """() => {
    const app = document.querySelector('[data-testid="stApp"]')
    return app?.dataset.testConnectionState === 'CONNECTED' && app.dataset.testScriptState === 'notRunning'
        && document.querySelector('[data-testid="stMain"] h1')
}"""

_EVERY_NODE = """
    const main = document.querySelector('[data-testid="stMain"]')
    const visible = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    function* nodes(root) {
        for (const node of root.childNodes) {
            if (node.nodeType === 3) yield node
            if (node.nodeType !== 1 || ["STYLE", "SCRIPT", "CANVAS", "OPTION"].includes(node.tagName)) continue
            yield node
            if (node.shadowRoot) yield* nodes(node.shadowRoot)
            yield* nodes(node)
        }
    }
"""

_WORDS = (
    """(height) => {"""
    + _EVERY_NODE
    + """
    const isHidden = (element) => {
        const style = getComputedStyle(element), box = element.getBoundingClientRect()
        const isForReaders = box.width <= 1 || box.height <= 1
        return !visible(element) || isForReaders || style.fontFamily.includes("Material Symbols")
            || element.closest("details:not([open]) > :not(summary)")
    }
    const found = { all: 0, first: 0, lines: [] }
    for (const node of nodes(main)) {
        if (node.nodeType !== 3 || !node.parentElement || isHidden(node.parentElement)) continue
        for (const word of node.data.matchAll(/\\S*[\\p{L}]\\S*/gu)) {
            const range = document.createRange()
            range.setStart(node, word.index)
            range.setEnd(node, word.index + word[0].length)
            const box = range.getBoundingClientRect()
            if (!box.width || !box.height) continue
            found.all += 1
            if (box.top < height) found.first += 1
        }
        if (node.data.trim()) found.lines.push(node.data.trim())
    }
    return found
}"""
)

_PICTURES = (
    """() => {"""
    + _EVERY_NODE
    + """
    const isPicture = (node) => node.nodeType === 1 && (node.matches(".picture:not(.missing)")
        || (["IMG", "image"].includes(node.tagName) && node.getBoundingClientRect().width >= 20))
    return [...nodes(main)].filter(isPicture).filter((element) => {
        const box = element.getBoundingClientRect()
        return visible(element) && box.width && box.top >= 0 && box.bottom <= innerHeight && box.right <= innerWidth
    }).length
}"""
)


@dataclass(slots=True)
class Traffic:
    """What the server sent to one page, from `follow` on."""

    num_requests: int = 0
    """Answered requests, and one for the socket."""
    num_bytes: int = 0
    """Bodies and heads as they came over the wire, and the messages of the socket."""
    messages: list[int] = field(default_factory=list)
    """Bytes of each message of the socket."""


def follow(context: BrowserContext, page: Page) -> Traffic:
    """Counts what is sent to that page from now on."""
    traffic, session = Traffic(), context.new_cdp_session(page)

    def finished(event: dict[str, Any]) -> None:
        traffic.num_requests += 1
        traffic.num_bytes += int(event["encodedDataLength"])

    def received(event: dict[str, Any]) -> None:
        # Opcode 2 is binary and comes as base64: four letters for three bytes.
        payload, is_binary = event["response"]["payloadData"], event["response"]["opcode"] == 2
        size = len(payload) * 3 // 4 if is_binary else len(payload)
        traffic.messages.append(size)
        traffic.num_bytes += size

    def opened(event: dict[str, Any]) -> None:
        traffic.num_requests += 1

    session.on("Network.loadingFinished", finished)
    session.on("Network.webSocketFrameReceived", received)
    session.on("Network.webSocketCreated", opened)
    session.send("Network.enable")
    return traffic


def observe_shifts(page: Page) -> None:
    """Notes every moving of what is drawn, from the next address that is opened on."""
    page.add_init_script(f"({_OBSERVE})()")


def open_and_wait(page: Page, address: str) -> None:
    """Opens the address and waits until the script has ended and a second more."""
    server.follow_requests(page)
    page.goto(address)
    page.wait_for_function(_IS_DONE, timeout=server.LOAD_MILLISECONDS)
    page.wait_for_timeout(_OVERHANG_MILLISECONDS)


def shifts(page: Page) -> list[dict[str, Any]]:
    """Every moving so far: its value, when it was (ms) and what moved from where to where."""
    return page.evaluate("() => window.layoutShifts")


def layout_shift(page: Page) -> float:
    """The sum of all moving so far, as `observe_shifts` noted it; the parts of the window times the way they went."""
    return sum(shift["value"] for shift in shifts(page))


def words(page: Page, first_pixels: int = 900) -> tuple[int, int]:
    """Words in the main area, and those of them in the first pixels of the window; see the head of this file."""
    found = page.evaluate(_WORDS, first_pixels)
    return found["all"], found["first"]


def lines(page: Page) -> list[str]:
    """The texts whose words are counted, in the order of the page."""
    return page.evaluate(_WORDS, 0)["lines"]


def pictures(page: Page) -> int:
    """Pictures of garments that are wholly in the window."""
    return page.evaluate(_PICTURES)


def width(page: Page) -> int:
    """Pixels that the widest part of the page takes; more than the window is wide: it must be scrolled sideways."""
    return page.evaluate("Math.max(...[...document.querySelectorAll('.stMain, body')].map(e => e.scrollWidth))")
