"""Pictures of every page, docs/screenshots/<page>-<width>-<scheme>.png, by `python -m tests.support.screenshots`.

Every page of the navigation at the width of a desk (1440 px) and of a phone (390 px), light and dark, in full length,
over the versions of a home. Nothing is trained and nothing in that home is changed.
"""

import argparse
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from core import settings
from core.quality import confusion, pairs
from core.settings import PROJECT_ROOT
from core.store import Store, open_store
from core.store.batches import batches
from core.store.live import promotions
from core.store.runs import file_reader, runs
from dashboard.session import site_map
from tests.browser import drawn
from tests.support import server

FOLDER = PROJECT_ROOT / "docs" / "screenshots"
WIDTHS = {1440: 900, 390: 844}
"""Width of the window -> its height, in pixels."""
SCHEMES = ("light", "dark")
TALLEST = 8_000
"""A longer page is cut here, in pixels."""
LARGEST_BYTES = 200_000
NUM_COLOURS = (128, 64, 32, 16)
"""Tried from the first to the last until the file is small enough."""


def main() -> int:
    """Makes every picture; 2 where the home holds no version."""
    parser = argparse.ArgumentParser(description="Pictures of every page for the README.")
    parser.add_argument("--home", type=Path, help="folder with the versions to show; default GARMENTS_HOME")
    parser.add_argument("pages", nargs="*", choices=[[], *site_map.places()], help="places; default all")
    chosen, asked = settings.load(), parser.parse_args()
    home = asked.home or chosen.home
    store = open_store(chosen.model_copy(update={"home": home.resolve(), "database_url": None}))
    if not runs.list_runs(store):
        print(f"There is no version in {home}. Train one first: python -m core train", file=sys.stderr)  # noqa: T201  (a command)
        return 2
    FOLDER.mkdir(parents=True, exist_ok=True)
    choices = {"mistakes/garments": _worst_pair(store), "tag": _newest_batch(store)}
    with server.dashboard(home.resolve()) as address, server.browser() as browser:
        for path in _pictures(browser, address, asked.pages or list(site_map.places()), choices):
            print(f"{path.relative_to(PROJECT_ROOT)} {path.stat().st_size // 1000} kB")  # noqa: T201  (a command)
    return 0


def _pictures(browser: Browser, address: str, pages: list[str], choices: dict[str, dict[str, str]]) -> Iterator[Path]:
    """One page after the other; `choices` are what a page is asked for, others start as they are."""
    for scheme in SCHEMES:
        for width, height in WIDTHS.items():
            context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
            for key in pages:
                page = context.new_page()
                drawn.open_page(page, drawn.address_of(address, key, choices.get(key)))
                path = FOLDER / f"{key.replace('/', '-')}-{width}-{scheme}.png"
                path.write_bytes(_small(full_page(page, width)))
                page.close()
                yield path
            context.close()


def _newest_batch(store: Store) -> dict[str, str]:
    """The last photos that were dropped, as a choice of the address; the list where there are none."""
    numbers = [batch.number for batch in batches.list_batches(store)]
    return {"batch": str(max(numbers))} if numbers else {}


def _worst_pair(store: Store) -> dict[str, str]:
    """The most frequent mistake of the version that is shown, as choices of the address."""
    run = promotions.live_run(store) or runs.list_runs(store)[0]
    table = file_reader.load_predictions(store, run)
    counts = confusion.matrix(table["true_class"].to_numpy(), table["predicted_class"].to_numpy(), len(run.class_names))
    found = pairs.most_confused_pairs(counts, run.class_names)
    if not len(found):
        return {}
    return {"real": found.iloc[0]["first_class"], "tagged": found.iloc[0]["second_class"]}


def full_page(page: Page, width: int) -> bytes:
    """The whole page: Streamlit scrolls inside the window, so the window is made as high as the page."""
    _dismiss_the_offer(page)
    for _ in range(2):
        height = page.evaluate(
            "Math.max(...[...document.querySelectorAll('.stMain, .stMain *')].map(e => e.scrollHeight), 600)"
        )
        page.set_viewport_size({"width": width, "height": min(height, TALLEST)})
        drawn.settle(page)
    page.mouse.move(0, 0)
    page.wait_for_timeout(600)
    return page.screenshot(animations="disabled")


def _dismiss_the_offer(page: Page) -> None:
    """The tour is offered once a session; pictures show what everybody sees from then on."""
    refuse = page.get_by_role("button", name="No, thanks")
    if refuse.count():
        refuse.click()
        drawn.settle(page)


def _small(png: bytes) -> bytes:
    """The picture with a palette of as many colours as fit into `LARGEST_BYTES`."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    content = png
    for num_colours in NUM_COLOURS:
        buffer = io.BytesIO()
        reduced = picture.quantize(num_colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        reduced.save(buffer, format="PNG", optimize=True)
        content = buffer.getvalue()
        if len(content) <= LARGEST_BYTES:
            break
    return content


if __name__ == "__main__":
    raise SystemExit(main())
