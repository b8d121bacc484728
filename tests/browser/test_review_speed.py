"""How much it takes to review 24 garments, counted: presses, clicks, what is swallowed, how far the page moves."""

import itertools

import pytest
from playwright.sync_api import expect

from core import settings
from core.store import open_store
from tests.browser import drawn
from tests.browser.test_review import serious
from tests.browser.test_verdicts import NAME, focused_garment, garments_on, give_name
from tests.support import server, worlds

ROW = 320
"""Pixels: a row of tiles with its gap; the page moves no farther at once."""
KINDS = {"1": "model-wrong", "2": "label-wrong", "3": "cannot-tell"}


@pytest.fixture
def mistakes(own_address, page):
    give_name(page, own_address)
    return open_mistakes(own_address, page)


def open_mistakes(address, page, query=""):
    drawn.open_page(page, f"{address}/mistakes{query}")
    tiles = page.locator(".st-key-tiles li button")
    expect(tiles).to_have_count(24, timeout=20_000)
    return tiles


def scrolled(page):
    """How far down the page is, in pixels."""
    return page.evaluate("document.querySelector('.stMain').scrollTop")


def marked(page):
    return page.locator(".st-key-tiles li .verdict:not(:empty)")


def verb(page, words):
    """A button of those that stand by the tiles."""
    return page.locator(".st-key-tiles .say").get_by_role("button", name=words)


def box_of(found):
    box = found.bounding_box()
    return box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]


def test_24_garments_take_24_presses_from_the_open_page_and_it_moves_by_rows_at_most(mistakes, page, said):
    garments, places = garments_on(mistakes), [scrolled(page)]
    for number in range(24):
        page.keyboard.press("123"[number % 3])
        places.append(scrolled(page))
    assert focused_garment(page) == garments[-1]
    assert max(abs(after - before) for before, after in itertools.pairwise(places)) <= ROW
    drawn.settle(page)
    expect(marked(page)).to_have_count(24, timeout=20_000)
    drawn.settle(page)
    assert [said()[garment][0] for garment in garments] == [KINDS["123"[number % 3]] for number in range(24)]


def test_24_garments_take_24_clicks_without_waiting_for_the_server(mistakes, page, said):
    garments, cannot_tell = garments_on(mistakes), verb(page, "Cannot tell")
    for _ in range(24):
        cannot_tell.click()
        page.wait_for_timeout(310)  # as long as nobody takes to look at a garment: what is faster is a double click
    expect(marked(page)).to_have_count(24, timeout=20_000)
    drawn.settle(page)
    expect(page.locator(".st-key-verdict-saved")).to_be_visible(timeout=20_000)
    assert said() == dict.fromkeys(garments, ("cannot-tell", None))


def test_a_button_beside_the_opened_garment_opens_the_next_one_and_its_tile_is_the_one_marked(mistakes, page, said):
    garments, panel = garments_on(mistakes), page.locator(".st-key-garment-strip")
    for garment in garments[:3]:
        expect(panel.get_by_text(f"Garment {garment:,}", exact=True)).to_be_visible(timeout=20_000)
        drawn.settle(page)
        panel.locator(".st-key-verdict-model-one button").click()
    expect(mistakes.nth(3)).to_have_attribute("aria-pressed", "true", timeout=20_000)
    expect(panel.get_by_text(f"Garment {garments[3]:,}", exact=True)).to_be_visible(timeout=20_000)
    page.keyboard.press("3")  # the key goes on where the mouse was
    expect(mistakes.nth(3).locator(".verdict")).to_have_text("? Cannot tell", timeout=20_000)
    mistakes.nth(0).click()  # a tile that was opened before opens again
    expect(panel.get_by_text(f"Garment {garments[0]:,}", exact=True)).to_be_visible(timeout=20_000)
    drawn.settle(page)
    assert said() == {**dict.fromkeys(garments[:3], ("model-wrong", None)), garments[3]: ("cannot-tell", None)}


def test_a_double_click_says_nothing_of_the_garment_that_nobody_has_seen(mistakes, page, said):
    verb(page, "Cannot tell").evaluate("(button) => { button.click(); button.click() }")
    expect(marked(page)).to_have_count(1, timeout=20_000)
    drawn.settle(page)
    assert list(said()) == garments_on(mistakes)[:1]


def test_the_category_is_chosen_at_the_tile_by_letters_that_are_not_lost_to_an_answer(mistakes, page, said):
    garments = garments_on(mistakes)
    mistakes.nth(18).focus()
    drawn.settle(page)
    before = scrolled(page)
    page.keyboard.press("3")
    page.keyboard.press("4")  # at once, so that the answer to the first key comes while the letters are typed
    field = page.locator(".st-key-tiles .choice").get_by_role("combobox")
    expect(field).to_be_focused()
    page.keyboard.type("san")
    drawn.settle(page)
    assert field.input_value() == "san"
    assert abs(scrolled(page) - before) <= ROW
    left, top, right, bottom = box_of(page.locator(".st-key-tiles .choice"))
    tile_left, tile_top, tile_right, tile_bottom = box_of(mistakes.nth(19))
    assert left < tile_right and tile_left < right and min(abs(top - tile_bottom), abs(bottom - tile_top)) <= 8
    assert top >= 0 and bottom <= 900
    page.keyboard.press("Enter")
    expect(mistakes.nth(19).locator(".verdict")).to_have_text("✎ Label is wrong: Sandal", timeout=20_000)
    assert focused_garment(page) == garments[20]
    drawn.settle(page)
    assert said()[garments[19]] == ("label-wrong", "Sandal")


def test_escape_leaves_the_choice_and_what_is_typed_there_is_no_verdict(mistakes, page, said):
    page.keyboard.press("4")
    choice = page.locator(".st-key-tiles .choice")
    expect(choice.get_by_role("combobox")).to_be_focused()
    drawn.settle(page)
    assert serious(page) == []
    page.keyboard.type("1z")
    expect(choice.get_by_text("No category with these letters.")).to_be_visible()
    page.keyboard.press("Enter")
    expect(choice).to_be_visible()
    page.keyboard.press("Escape")
    expect(choice).to_be_hidden()
    assert focused_garment(page) == garments_on(mistakes)[0]
    drawn.settle(page)
    assert said() == {}


def test_of_60_categories_the_chosen_one_is_scrolled_to_inside_the_window(tmp_path, page):
    names = tuple(f"Category {number:02}" for number in range(60))
    home = tmp_path / "many"
    store = open_store(settings.Settings(home=home, data_dir=tmp_path / "data"))
    worlds.publish(store, worlds.catalogue(600, 300, class_names=names), skill=0.2)
    store.engine.dispose()
    with server.dashboard(home, catalogue="sample") as address:
        give_name(page, address)
        open_mistakes(address, page)
        page.keyboard.press("4")
        options = page.locator(".st-key-tiles .choice").get_by_role("option")
        expect(options).to_have_count(59)
        for _ in range(40):
            page.keyboard.press("ArrowDown")
        chosen = page.locator(".st-key-tiles .choice").get_by_role("option", selected=True)
        _, top, _, bottom = box_of(chosen)
        _, list_top, _, list_bottom = box_of(page.locator(".st-key-tiles .choice .options"))
        assert chosen.inner_text() == options.nth(40).inner_text()
        assert 0 <= list_top - 1 <= top < bottom <= list_bottom + 1 <= 900
        page.goto("about:blank")


def test_n_and_arrow_right_open_the_next_garment_and_at_the_end_the_next_page(mistakes, page):
    garments, panel = garments_on(mistakes), page.locator(".st-key-garment-strip")
    page.keyboard.press("n")
    page.keyboard.press("ArrowRight")
    expect(panel.get_by_text(f"Garment {garments[2]:,}", exact=True)).to_be_visible(timeout=20_000)
    page.keyboard.press("End")
    page.keyboard.press("n")
    expect(page.get_by_text("Showing 25 to").first).to_be_visible(timeout=20_000)


def test_on_a_phone_all_is_said_by_thumb_in_a_bar_in_sight_and_the_name_is_asked_there(own_address, phone, said):
    tiles = open_mistakes(own_address, phone)
    garments = garments_on(tiles)
    tiles.nth(6).scroll_into_view_if_needed()
    tiles.nth(6).click()
    assert phone.get_by_label("Your name").count() == 0, "nothing is asked before it is needed"
    for words in ("Model is wrong", "Label is wrong", "Cannot tell", "Next", "Undo"):
        _, top, right, bottom = box_of(verb(phone, words))
        assert top >= 0 and bottom <= 844 and right <= 390
    before = scrolled(phone)
    verb(phone, "Cannot tell").click()
    expect(tiles.nth(7)).to_have_attribute("aria-pressed", "true")
    field = phone.locator(".st-key-tiles .who").get_by_label("Your name")
    expect(field).to_be_visible(timeout=20_000)
    assert abs(scrolled(phone) - before) <= ROW
    field.fill(NAME)
    field.press("Enter")
    expect(field).to_have_count(0, timeout=20_000)
    drawn.settle(phone)
    assert said() == {garments[6]: ("cannot-tell", None)}
    verb(phone, "Category").click()
    phone.locator(".st-key-tiles .choice").get_by_role("option", name="Bag").click()
    expect(tiles.nth(7).locator(".verdict")).to_have_text("✎ Label is wrong: Bag", timeout=20_000)
    verb(phone, "Undo").click()
    expect(tiles.nth(7).locator(".verdict")).to_be_empty(timeout=20_000)
