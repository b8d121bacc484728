"""A walk through every page in a real browser, and what is counted on the way, as one table.

    python -m tests.support.walk --home DIR [--json FILE] [--repeats 3] [PAGE ...]

A page is a place of the site map, with choices of the address where it should be asked for something (`tag?batch=1`);
default all, as the navigation opens them. Every page is opened by a browser that knows nothing but that the tour was
seen, and over a copy of the home, in which nothing is said. `streamlit hello` goes the same way in the same run, the
first and the last of it. What each column counts stands in `tests.support.page_measures`.
"""

import argparse
import contextlib
import json
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import streamlit
from playwright.sync_api import Browser, BrowserContext, Page

from dashboard.session import browser_memory, site_map
from tests.browser import drawn
from tests.support import accessibility, page_measures, server

HELLO = "streamlit hello"
DESK, PHONE = (1440, 900), (390, 844)
"""Width and height of the window, in pixels."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """What was counted on one page."""

    page: str
    """Key of the navigation and choices, or `HELLO`."""
    num_words: int
    """In the main area, at a desk."""
    num_first_words: int
    """Of these, in the first 900 pixels."""
    num_pictures: int
    """Of garments, in the window of a desk before anybody scrolls."""
    num_phone_pictures: int
    """The same on a phone."""
    shift: float
    """Cumulative layout shift until a second after the script ended, at a desk; median of the repeats."""
    phone_shift: float
    """The same on a phone."""
    num_requests: int
    """Answered, with an empty cache, at a desk."""
    num_bytes: int
    """Sent to the browser, with an empty cache, at a desk."""
    axe: tuple[str, ...]
    """What axe-core finds in light and dark, Streamlit's own frame left out: rule and element."""
    axe_framework: int
    """Findings of Streamlit's own frame, both appearances together."""
    phone_width: int
    """Pixels that the page takes on a phone; more than 390: it is scrolled sideways."""


def main() -> int:
    """Walks and prints; 2 where a page is unknown."""
    arguments = _arguments()
    unknown = [place for place in arguments.pages if place.partition("?")[0] not in site_map.places()]
    if unknown:
        print(f"No page {unknown[0]!r}. Choose among: {', '.join(site_map.places())}", file=sys.stderr)  # noqa: T201  (a command)
        return 2
    home = Path(tempfile.mkdtemp(prefix="walk-")) / "home"
    shutil.copytree(arguments.home.resolve(), home)
    print(f"Streamlit {streamlit.__version__}, load {os.getloadavg()[0]:.1f}, {arguments.repeats} repeats")  # noqa: T201
    rows = []
    with server.dashboard(home) as ours, server.bare(home.parent, "hello") as theirs, server.browser() as browser:
        print(_HEAD)  # noqa: T201  (a command)
        for place in [HELLO, *(arguments.pages or site_map.places()), HELLO]:
            address = theirs if place == HELLO else _address(ours, place)
            rows.append(measured(browser, place, address, repeats=arguments.repeats, explain=arguments.explain))
            print(line(rows[-1]), flush=True)  # noqa: T201  (a command)
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n", encoding="utf-8")
    return 0


def measured(browser: Browser, place: str, address: str, *, repeats: int = 1, explain: bool = False) -> Row:
    """All figures of one page; `explain` prints what moved and what axe-core found."""
    at_desk = [_at_desk(browser, place, address, explain=explain) for _ in range(repeats)]
    on_phone = [_on_phone(browser, address) for _ in range(repeats)]
    first = at_desk[0] | on_phone[0]
    for name, runs in (("shift", at_desk), ("phone_shift", on_phone)):
        first[name] = round(statistics.median(run[name] for run in runs), 3)
    return Row(page=place, **first)


def _at_desk(browser: Browser, place: str, address: str, *, explain: bool) -> dict:
    with _page(browser, DESK, address) as (context, page):
        traffic = page_measures.follow(context, page)
        page_measures.open_and_wait(page, address)
        shift = page_measures.layout_shift(page)
        if explain:
            _explain(page)
        drawn.settle(page)
        num_words, num_first_words = page_measures.words(page)
        figures = {
            "num_words": num_words, "num_first_words": num_first_words, "num_pictures": page_measures.pictures(page),
            "shift": shift, "num_requests": traffic.num_requests, "num_bytes": traffic.num_bytes,
        }  # fmt: skip
        found = _axe(page)
    found_ours = tuple(str(one) for one in found if not one.is_framework)
    return figures | {"axe": found_ours, "axe_framework": len(found) - len(found_ours)}


def _on_phone(browser: Browser, address: str) -> dict:
    with _page(browser, PHONE, address) as (_, page):
        page_measures.open_and_wait(page, address)
        shift = page_measures.layout_shift(page)
        drawn.settle(page)
        return {
            "phone_shift": shift, "num_phone_pictures": page_measures.pictures(page),
            "phone_width": page_measures.width(page),
        }  # fmt: skip


def _axe(page: Page) -> list[accessibility.Finding]:
    """Light first, then dark, once each finding where both have it."""
    found = accessibility.findings(page)
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(500)
    drawn.settle(page)
    return found + accessibility.findings(page)


@contextlib.contextmanager
def _page(browser: Browser, size: tuple[int, int], address: str) -> Iterator[tuple[BrowserContext, Page]]:
    """A page with an empty cache that notes what moves; the tour is offered once, and was."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme="light")
    root = "{0.scheme}://{0.netloc}".format(urlsplit(address))
    context.add_cookies([{"name": browser_memory.TOUR_SEEN, "value": "yes", "url": root}])
    page = context.new_page()
    page_measures.observe_shifts(page)
    try:
        yield context, page
    finally:
        context.close()


def _address(root: str, place: str) -> str:
    name, _, query = place.partition("?")
    return drawn.address_of(root, name, dict(parse_qsl(query)))


_HEAD = (
    f"{'page':18} {'words':>6} {'first':>6} {'tiles':>6} {'phone':>6} {'shift':>6} {'phone':>6} {'requests':>8} "
    f"{'kB':>7} {'axe':>4} {'frame':>5} {'width':>5}"
)


def line(row: Row) -> str:
    """One row of the table, under `_HEAD`."""
    return (
        f"{row.page:18} {row.num_words:6} {row.num_first_words:6} {row.num_pictures:6} {row.num_phone_pictures:6} "
        f"{row.shift:6.3f} {row.phone_shift:6.3f} {row.num_requests:8} {row.num_bytes // 1000:7,} {len(row.axe):4} "
        f"{row.axe_framework:5} {row.phone_width:5}"
    )


def _explain(page: Page) -> None:
    for shift in page_measures.shifts(page):
        print(f"    {shift['value']:.3f} at {shift['at']:.0f} ms")  # noqa: T201  (a command)
        for moved in shift["sources"]:
            print(  # noqa: T201  (a command)
                f"        y {moved['from']:.0f} -> {moved['to']:.0f}, x {moved['left']:.0f} -> {moved['right']:.0f}, "
                f"height {moved['before']:.0f} -> {moved['height']:.0f}: {moved['what']}"
            )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Counts words, pictures, moving and bytes of every page.")
    parser.add_argument("--home", type=Path, required=True, help="folder with the versions to show; it is copied")
    parser.add_argument("--json", type=Path, help="file for all figures, with each finding of axe-core")
    parser.add_argument("--repeats", type=int, default=1, help="how often each page is loaded for its layout shift")
    parser.add_argument("--explain", action="store_true", help="says what moved, from where to where")
    parser.add_argument("pages", nargs="*", help="keys of pages, with choices; default all")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
