"""The Monday pack on paper and for everybody: two A4 pages, nothing cut, and axe finds nothing."""

import re
from datetime import datetime

import pytest
from axe_playwright_python.sync_playwright import Axe

from core import settings
from core.report import pack
from core.store import open_store
from core.store.runs import runs
from tests.support import report_world

PAGE_MILLIMETRES = 297 - 11 - 12
"""Height that the margins of @page leave."""
SPARE_MILLIMETRES = 10
"""Left free at least: another computer has another font."""
NUM_CLASSES = {"few": 10, "twelve": 12, "many": 20, "folded": 60}


@pytest.fixture(scope="module")
def packs(published_home, tmp_path_factory):
    """The page of a pack, by how crowded it is."""
    found = {}
    for name, home in {name: tmp_path_factory.mktemp(name) / "home" for name in NUM_CLASSES}.items():
        store = open_store(settings.Settings(home=home, data_dir=home.parent / "data"))
        run = report_world.crowded(store, NUM_CLASSES[name])
        found[name] = pack.make(store, run, who=report_world.LONG[:60], now=datetime.now().astimezone()).html
        store.engine.dispose()
    store = open_store(settings.Settings(home=published_home, data_dir=published_home.parent / "data"))
    found["usual"] = pack.make(store, runs.find(store, "live"), who="Ada", now=datetime.now().astimezone()).html
    store.engine.dispose()
    return found


@pytest.mark.parametrize("name", ["usual", *NUM_CLASSES])
def test_a_pack_prints_on_two_pages_however_much_there_is_to_say(page, packs, name):
    page.set_content(packs[name])
    for options in ({}, {"format": "A4"}, {"format": "A4", "print_background": True}):
        printed = page.pdf(**options, prefer_css_page_size=not options)
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 2
    page.set_viewport_size({"width": round(184 / 25.4 * 96), "height": 1000})
    page.emulate_media(media="print")
    try:
        heights = page.evaluate(
            "['.first', '.second', 'header', 'footer'].map((name) => document.querySelector(name).offsetHeight)"
        )
        first, second, header, footer = (25.4 / 96 * height for height in heights)
        assert header + first < PAGE_MILLIMETRES - SPARE_MILLIMETRES
        assert second + footer < PAGE_MILLIMETRES - SPARE_MILLIMETRES
        # Whatever is wider than the paper would have Chromium shrink the whole document.
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert page.evaluate(
            "[...document.querySelectorAll('th, td, article, li, p, figure')]"
            ".filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.outerHTML)"
        ) == []  # fmt: skip
        assert page.evaluate("[...document.images].every((one) => one.complete && one.naturalWidth > 0)")
    finally:
        page.emulate_media(media="screen")
        page.set_viewport_size({"width": 1440, "height": 900})


@pytest.mark.parametrize("name", ["usual", "folded"])
def test_axe_finds_nothing_at_all_in_a_pack(page, packs, name):
    page.set_content(packs[name])
    violations = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in violations] == []


def test_a_pack_asks_nothing_of_anybody(page, packs):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(packs["folded"], wait_until="networkidle")
    assert [address[:60] for address in asked if not address.startswith("data:")] == []


def test_bars_are_printed_where_backgrounds_are_not(page, packs):
    page.set_content(packs["usual"])
    assert page.locator("tbody svg rect[fill='#3B82C4']").count() > 0
    assert page.evaluate(
        "[...document.querySelectorAll('main *')]"
        ".filter((one) => getComputedStyle(one).backgroundColor !== 'rgba(0, 0, 0, 0)').length"
    ) == 0  # fmt: skip
