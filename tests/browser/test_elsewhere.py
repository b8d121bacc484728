"""Tags from elsewhere by a real browser: dropped without labels, drawn, judged by keys, and a version of the sample."""

import re

from playwright.sync_api import expect

from core import settings
from core.elsewhere import requests
from core.store import open_store
from core.store.runs import runs
from tests.browser import drawn
from tests.browser.test_review import serious
from tests.browser.test_verdicts import give_name
from tests.support import elsewhere

NUM = 30


def uploader(page, number):
    return page.get_by_test_id("stFileUploader").nth(number).locator("input")


def test_tags_without_labels_are_drawn_judged_and_become_a_version(own_address, page, home, tmp_path):
    elsewhere.table(NUM + 10).drop(columns="label").to_csv(tmp_path / "cloud.csv", index=False)
    pictures = sorted(elsewhere.pictures(tmp_path / "pictures", NUM + 10).iterdir())
    give_name(page, own_address)
    drawn.open_page(page, f"{own_address}/setup?part=elsewhere")
    uploader(page, 0).set_input_files(tmp_path / "cloud.csv")
    expect(page.get_by_text("Where are its pictures?")).to_be_visible(timeout=20_000)
    drawn.settle(page)
    uploader(page, 1).set_input_files(pictures)
    expect(page.get_by_text("No row has a label")).to_be_visible(timeout=30_000)
    drawn.settle(page)
    page.get_by_role("spinbutton", name="Pictures to judge").fill(str(NUM))
    page.get_by_role("button", name="Draw them at random").click()
    expect(page.get_by_text(f"0 of {NUM} judged")).to_be_visible(timeout=30_000)
    drawn.settle(page)
    assert serious(page) == []
    page.locator(".st-key-judging li button").first.focus()
    for number in range(24):
        page.keyboard.press("13"[number % 2])
    expect(page.get_by_text(f"24 of {NUM} judged")).to_be_visible(timeout=30_000)
    expect(page.locator(".st-key-judging li")).to_have_count(
        NUM - 24, timeout=30_000
    )  # the page on which some are open
    drawn.settle(page)
    page.locator(".st-key-judging li button").first.focus()
    for _ in range(NUM - 24):
        page.keyboard.press("1")
    page.get_by_role("button", name="Make it a version").click(timeout=30_000)
    expect(page.get_by_text(re.compile(r"cloud is version \d+"))).to_be_visible(timeout=90_000)
    store = open_store(settings.Settings(home=home, data_dir=home.parent / "data"))
    run = runs.find(store, str(requests.find(store, "cloud").version))
    assert (run.num_correct, run.num_test, run.elsewhere.num_drawn) == (18, 18, NUM)
