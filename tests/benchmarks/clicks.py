"""What a click costs the server: processor time of its process from the click until the screen stands still.

    python -m tests.benchmarks.clicks --home DIR [--repeats 5]

Opens the dashboard over the versions of a home in a real browser and clicks through it. Every page is loaded once
before it is measured. The processor time is the process's own, in steps of 10 ms, so medians over several clicks are
given; a click's own time on the clock is not, because that is the browser's.
"""

import argparse
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psutil
from playwright.sync_api import Page

from dashboard import navigation
from tests import server
from tests.browser import drawn


class Meter:
    """Collects the server's processor time of clicks by what was clicked."""

    def __init__(self, process: psutil.Process, page: Page) -> None:
        self.seconds: dict[str, list[float]] = {}
        self._process, self._page = process, page

    @contextmanager
    def measured(self, what: str) -> Iterator[None]:
        """Adds what the server spends until the screen stands still again."""
        before = self._spent()
        yield
        server.settle(self._page)
        self._page.wait_for_timeout(300)
        self.seconds.setdefault(what, []).append(self._spent() - before)

    def _spent(self) -> float:
        times = self._process.cpu_times()
        return times.user + times.system


def server_process(address: str) -> psutil.Process:
    """The process that listens at that address."""
    port = urlsplit(address).port
    ours = psutil.Process().children(recursive=True)
    return next(process for process in ours if any(c.laddr.port == port for c in process.net_connections("inet")))


def click_pages(page: Page, meter: Meter) -> None:
    """One click on each page of the navigation."""
    for entry in [*navigation.PAGES.values(), navigation.PAGES["overview"]]:
        with meter.measured(f"page {entry.title}"):
            page.get_by_test_id("stSidebarNav").get_by_role("link", name=entry.title, exact=True).click()


def click_cells(page: Page, meter: Meter, address: str) -> None:
    """Cells of the map, each with garments not shown before in this session, then the chip that takes them away."""
    drawn.open_page(page, f"{address}/confusion")
    for across, down in ((0.45, 0.15), (0.3, 0.5), (0.62, 0.3)):
        # The click before scrolled to its garments: back to the map, and be sure that this one was caught.
        page.locator(".js-plotly-plot").first.scroll_into_view_if_needed()
        page.evaluate("document.querySelector('[data-testid=stMain]').scrollTo(0, 0)")
        page.wait_for_timeout(500)
        box = page.locator(".js-plotly-plot .nsewdrag").first.bounding_box()
        assert box is not None
        before = page.url
        with meter.measured("a cell of the map"):
            page.mouse.click(box["x"] + across * box["width"], box["y"] + down * box["height"])
        assert page.url != before, "the map did not take the click"


def click_tiles(page: Page, meter: Meter, address: str) -> None:
    """Garments of a gallery, one after another, and a turned page."""
    drawn.open_page(page, f"{address}/mistakes")
    for position in (3, 7, 2):
        with meter.measured("a garment of a gallery"):
            page.locator(".st-key-tiles li button").nth(position).click()
    with meter.measured("the next page of a gallery"):
        page.get_by_role("button", name="Page 2", exact=True).click()


def main() -> None:
    """Measures and prints a table."""
    parser = argparse.ArgumentParser(description="Processor time of the server for a click.")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    rounds: list[Callable[[Page, Meter, str], None]] = [click_cells, click_tiles]
    with server.dashboard(arguments.home.resolve()) as address, server.browser() as browser:
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        drawn.open_page(page, address)
        meter = Meter(server_process(address), page)
        click_pages(page, Meter(server_process(address), page))
        for _ in range(arguments.repeats):
            click_pages(page, meter)
            for clicks in rounds:
                clicks(page, meter, address)
    for what, seconds in meter.seconds.items():
        print(f"{what:32} {1000 * statistics.median(seconds):6.0f} ms  {[round(1000 * s) for s in seconds]}")


if __name__ == "__main__":
    main()
