"""What a click costs the server: processor time of its process from the click until the screen stands still.

    python -m tests.benchmarks.clicks --home DIR [--repeats 5] [--verdicts 100000]

Opens the dashboard over a copy of a home, with so many verdicts in it, in a real browser and clicks through it. Every
page is loaded once before it is measured. The processor time is the process's own, in steps of 10 ms, so medians over
several clicks are given; a click's own time on the clock is not, because that is the browser's.
"""

import argparse
import shutil
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psutil
from playwright.sync_api import Page

from core import settings
from core.catalogue import identity
from core.store import open_store
from core.store.base import database
from core.store.live import promotions
from core.store.runs import file_reader, runs
from core.store.verdicts import verdict_lines
from core.store.verdicts.verdict_lines import Saying, Subject
from dashboard.session import site_map
from tests.browser import drawn
from tests.support import server


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
    for entry in [*site_map.PAGES.values(), site_map.PAGES["today"]]:
        with meter.measured(f"page {entry.title}"):
            drawn.choose_page(page, entry)


def click_cells(page: Page, meter: Meter, address: str) -> None:
    """Cells of the map, each with garments not shown before in this session, then the chip that takes them away."""
    drawn.open_page(page, f"{address}/mistakes")
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


def click_verdicts(page: Page, meter: Meter, address: str) -> None:
    """Verdicts by button and by key, each on a garment of which this person has said nothing."""
    page.context.add_cookies([{"name": "garment-tags-name", "value": "Measured", "url": address}])
    drawn.open_page(page, f"{address}/mistakes?verdict=not-mine")
    tiles = page.locator(".st-key-tiles li button")
    for position in range(2):
        tiles.nth(position).click()
        server.settle(page)
        with meter.measured("a verdict by button"):
            page.locator(".st-key-verdict-cannot-one button").click()
    tiles.nth(2).focus()
    for _ in range(3):
        with meter.measured("a verdict by key"):
            page.keyboard.press("3")


def store_verdicts(home: Path, num: int) -> None:
    """Stores so many verdicts on the test garments of the live version, of as many people as that takes."""
    store = open_store(settings.load().model_copy(update={"home": home, "database_url": None}))
    run = promotions.live_run(store) or runs.list_runs(store)[0]
    garments = file_reader.load_split(store, run, "test")
    labels = [run.class_names[label] for label in garments.labels]
    subjects = [
        Subject(garment=key, label=labels[position], split="test", position=position, seen=0)
        for position, key in enumerate(identity.garment_keys(garments))
    ]
    sayings = [Saying(subject=subject, run_id=run.id, kind="cannot-tell", category=None) for subject in subjects]
    for person in range(-(-num // len(sayings))):
        some = sayings[: num - person * len(sayings)]
        with database.write(store.engine) as connection:
            verdict_lines.append(connection, some, who=f"Person {person}", request_id=f"benchmark {person}")
    store.engine.dispose()


def main() -> None:
    """Measures and prints a table."""
    parser = argparse.ArgumentParser(description="Processor time of the server for a click.")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--verdicts", type=int, default=0)
    arguments = parser.parse_args()
    rounds: list[Callable[[Page, Meter, str], None]] = [click_cells, click_tiles, click_verdicts]
    home = Path(tempfile.mkdtemp(prefix="clicks-")) / "home"
    shutil.copytree(arguments.home.resolve(), home)
    store_verdicts(home, arguments.verdicts)
    with server.dashboard(home) as address, server.browser() as browser:
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
