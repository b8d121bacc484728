"""Bringing photos in by a real browser: what stands in the table of categories at the click is what is brought in."""

import pytest
from playwright.sync_api import expect

from core.catalogue import kept
from tests.app.test_bringing import packed
from tests.browser import drawn
from tests.browser.test_review import serious
from tests.browser.test_sheets import type_over
from tests.browser.test_verdicts import give_name
from tests.support import own_photos


@pytest.fixture
def drop(own_address, tmp_path):
    """Drops a ZIP of a small shop on the page and waits until it was recognised."""
    content = packed(own_photos.shop(tmp_path / "photos"))

    def drop_on(page):
        give_name(page, own_address)
        drawn.open_page(page, f"{own_address}/setup?part=garments")
        files = [{"name": "photos.zip", "mimeType": "application/zip", "buffer": content}]
        page.get_by_test_id("stFileUploader").locator("input").set_input_files(files)
        expect(page.get_by_role("button", name="Bring in 36 photos")).to_be_visible(timeout=30_000)
        drawn.settle(page)

    return drop_on


def brought(page, home, name):
    """The categories of what was brought in under that name."""
    expect(page.get_by_text(f"{name}: ").and_(page.get_by_text(", 36 new"))).to_be_visible(timeout=60_000)
    return kept.find(home, name).class_names


@pytest.mark.parametrize("way", ["mouse", "keys"])
def test_a_name_that_is_still_being_typed_is_brought_in_by_the_click(drop, page, home, way):
    drop(page)
    type_over(page, "Call it: sock", "Socks")
    button = page.get_by_role("button", name="Bring in 36 photos")
    if way == "mouse":
        button.click()
    else:
        button.focus()
        page.keyboard.press("Enter")
    assert brought(page, home, "our-garments") == ("Socks", "bag", "dress")


def test_the_name_of_the_photos_may_still_be_typed_too(drop, page, home):
    drop(page)
    type_over(page, "Call it: bag", "Bags")
    page.get_by_role("textbox", name="Name of these photos").fill("summer")
    page.get_by_role("button", name="Bring in 36 photos").click()
    assert brought(page, home, "summer") == ("Bags", "dress", "sock")
    assert kept.names(home) == ["summer"]


def test_a_category_that_was_just_left_out_stays_out(drop, page, home):
    drop(page)
    assert serious(page) == []
    page.get_by_label("Bring in: bag", exact=True).select_option("No")
    page.get_by_role("button", name="Bring in").click()
    expect(page.get_by_text("24 photos of 2 categories, 24 new")).to_be_visible(timeout=60_000)
    assert kept.find(home, "our-garments").class_names == ("dress", "sock")


def test_the_table_is_typed_in_on_a_phone(drop, phone, home):
    drop(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.get_by_label("Call it: dress", exact=True).fill("Dresses")
    phone.get_by_role("button", name="Bring in 36 photos").click()
    assert brought(phone, home, "our-garments") == ("Dresses", "bag", "sock")
