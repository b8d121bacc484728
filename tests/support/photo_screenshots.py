"""Pictures of the pages with photos, for docs/own-garments.md: `python -m tests.support.photo_screenshots --home HOME`.

Only those that are named are made, as docs/screenshots/own-photos-NAME.webp: `offer` and `recognised` over a home
without photos of its own, `garments`, `mistakes` and `labels` over one whose live version learned photos. Nothing is
trained; what is dropped stays among what was dropped and is not brought in.
"""

import argparse
import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from core.catalogue.own import example_photos
from tests.browser import drawn
from tests.support import screenshots, server

WIDTH, HEIGHT = 1440, 900
TALLEST = 1_250
"""A longer page is cut here, in pixels."""
_QUALITY = 80
PLACES = {
    "offer": "setup/garments", "recognised": "setup/garments", "garments": "setup/garments", "mistakes": "mistakes",
    "labels": "labels",
}  # fmt: skip
"""Name of a picture -> the place that it shows."""


def main() -> int:
    """Makes the pictures that are named."""
    parser = argparse.ArgumentParser(description="Pictures of pages with photos for docs/own-garments.md.")
    parser.add_argument("--home", type=Path, required=True, help="folder with the versions to show")
    parser.add_argument("names", nargs="+", choices=list(PLACES), help="pictures to make")
    asked = parser.parse_args()
    with server.dashboard(asked.home.resolve()) as address, server.browser() as browser:
        for name in asked.names:
            path = screenshots.FOLDER / f"own-photos-{name}.webp"
            path.write_bytes(_picture(browser, address, name))
            sys.stdout.write(f"{path.name} {path.stat().st_size // 1000} kB\n")
    return 0


def _picture(browser: Browser, address: str, name: str) -> bytes:
    context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
    page = context.new_page()
    drawn.open_page(page, drawn.address_of(address, PLACES[name]))
    if name == "recognised":
        _drop(page)
    whole = Image.open(io.BytesIO(screenshots.full_page(page, WIDTH))).convert("RGB")
    context.close()
    content = io.BytesIO()
    whole.crop((0, 0, WIDTH, min(whole.height, TALLEST))).save(content, "WEBP", quality=_QUALITY, method=6)
    return content.getvalue()


def _drop(page: Page) -> None:
    """Drops the example photos as people drop theirs, and waits until they were recognised."""
    dropped = {"name": "photos.zip", "mimeType": "application/zip", "buffer": example_photos.content()}
    page.get_by_test_id("stFileUploader").locator("input").set_input_files([dropped])
    button = page.get_by_role("button", name=f"Bring in {example_photos.NUM_PHOTOS} photos")
    expect(button).to_be_visible(timeout=60_000)
    drawn.settle(page)


if __name__ == "__main__":
    raise SystemExit(main())
