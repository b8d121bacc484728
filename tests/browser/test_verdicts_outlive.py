"""Verdicts that a screen called saved, with the web process killed right after: every one is there, once."""

import json
import random
import shutil
import sys
import time

from playwright.sync_api import expect

from core import doctor
from core.settings import Settings
from core.store import open_store
from core.store.verdicts import verdict_tables
from tests.browser import drawn
from tests.browser.test_verdicts import garments_on, give_name
from tests.support import server

SEED = 20261125


def test_what_was_shown_as_saved_is_there_once_after_the_web_process_was_killed(
    published_home, tmp_path, browser, request
):
    num_kills, dice, home = request.config.getoption("--web-kills"), random.Random(SEED), tmp_path / "own"
    shutil.copytree(published_home, home)
    store = open_store(Settings(home=home, data_dir=home.parent / "data"))
    shown_as_saved = []
    for number in range(num_kills):
        shown_as_saved.append(say_and_kill(browser, home, number % 24, seconds=dice.uniform(0, 0.05)))
        lines = verdict_tables.history(store)
        assert [line.position for line in lines] == shown_as_saved, f"kill {number + 1}"
    assert doctor.breaches(store) == []
    store.engine.dispose()
    figures = {"harness": "kill web process after a verdict", "seed": SEED, "kills": num_kills}
    sys.stdout.write(json.dumps(figures) + "\n")


def say_and_kill(browser, home, place, *, seconds):
    """Gives a verdict by key in a browser, waits for its word, and kills the server; gives back the garment."""
    process, address = server.start(home, catalogue="sample")
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        page = context.new_page()
        give_name(page, address)
        drawn.open_page(page, f"{address}/mistakes")
        tiles = page.locator(".st-key-tiles li button")
        expect(tiles).to_have_count(24, timeout=20_000)
        garment = garments_on(tiles)[place]
        tiles.nth(place).focus()
        page.keyboard.press("3" if "Cannot tell" not in tiles.nth(place).inner_text() else "1")
        expect(page.locator(".st-key-verdict-saved")).to_be_visible(timeout=20_000)
        time.sleep(seconds)
    finally:
        process.kill()
        process.wait(30)
        context.close()
    return garment
