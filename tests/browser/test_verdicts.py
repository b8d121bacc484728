"""Verdicts as a reviewer gives them: with the keys of a real keyboard, undone, and still there after a reload."""

import re
import time

import numpy as np
import pytest
from playwright.sync_api import expect

from core import settings
from core.jobs import suspect_search
from core.quality import list_worth
from core.store import open_store
from core.store.live import promotions
from core.store.runs import file_reader
from core.store.verdicts import suspect_lists
from tests.browser import drawn
from tests.browser.test_review import serious

NAME = "Ada Lovelace"


def give_name(page, address):
    """The name comes in a cookie, as it does from the second visit on."""
    page.context.add_cookies(
        [
            {"name": "garment-tags-name", "value": NAME.replace(" ", "%20"), "url": address},
            {"name": "garment-tags-tour-seen", "value": "yes", "url": address},
        ]
    )


def garments_on(tiles):
    return [int(tile.get_attribute("data-garment")) for tile in tiles.all()]


def focused_garment(page):
    """The number of the tile that has the focus; None where none has."""
    return page.evaluate(
        """() => {
            let found = document.activeElement
            while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement
            return found?.dataset?.garment ? Number(found.dataset.garment) : null
        }"""
    )


def tab_into_the_tiles(page):
    """As a person does who has no mouse: Tab until a tile has the focus."""
    for _ in range(80):
        if focused_garment(page) is not None:
            return
        page.keyboard.press("Tab")
    raise AssertionError("no tile got the focus")


def test_24_garments_are_reviewed_by_keys_alone_one_is_undone_and_a_reload_keeps_all(own_address, page, said):
    give_name(page, own_address)
    drawn.open_page(page, f"{own_address}/mistakes")
    tiles = page.locator(".st-key-tiles li button")
    expect(tiles).to_have_count(24, timeout=20_000)
    garments = garments_on(tiles)
    started_at = time.monotonic()
    tab_into_the_tiles(page)
    keys = [("1", "2", "3")[number % 3] for number in range(24)]
    for number, key in enumerate(keys):
        assert focused_garment(page) == garments[number]
        page.keyboard.press(key)
        page.wait_for_timeout(100)
    expect(page.locator(".st-key-tiles li .verdict:not(:empty)")).to_have_count(24, timeout=20_000)
    page.keyboard.press("z")
    expect(tiles.nth(23).locator(".verdict")).to_be_empty(timeout=20_000)
    assert time.monotonic() - started_at < 60
    drawn.settle(page)
    kinds = {"1": "model-wrong", "2": "label-wrong", "3": "cannot-tell"}
    stored = said()
    assert {garment: kind for garment, (kind, _) in stored.items()} == {
        garment: kinds[key] for garment, key in zip(garments[:23], keys[:23], strict=True)
    }
    shown = [tile.locator(".verdict").inner_text() for tile in tiles.all()]
    drawn.open_page(page, page.url)
    expect(page.locator(".st-key-tiles li .verdict:not(:empty)")).to_have_count(23, timeout=20_000)
    assert [tile.locator(".verdict").inner_text() for tile in tiles.all()] == shown
    assert serious(page) == []


def test_keys_pressed_faster_than_the_server_answers_lose_nothing(own_address, page, said):
    give_name(page, own_address)
    drawn.open_page(page, f"{own_address}/mistakes")
    tiles = page.locator(".st-key-tiles li button")
    expect(tiles).to_have_count(24, timeout=20_000)
    garments = garments_on(tiles)
    tiles.first.focus()
    for _ in range(12):
        page.keyboard.press("3")
    drawn.settle(page)
    expect(page.locator(".st-key-verdict-saved")).to_be_visible(timeout=20_000)
    drawn.settle(page)
    assert said() == dict.fromkeys(garments[:12], ("cannot-tell", None))


def test_pages_turn_by_key_and_a_filtered_list_stays_where_it_is(own_address, page):
    give_name(page, own_address)
    drawn.open_page(page, f"{own_address}/mistakes?verdict=not-mine")
    tiles = page.locator(".st-key-tiles li button")
    expect(tiles).to_have_count(24, timeout=20_000)
    first = garments_on(tiles)
    tiles.first.focus()
    page.keyboard.press("1")
    drawn.settle(page)
    assert garments_on(tiles) == first
    page.keyboard.press("PageDown")
    expect(page.get_by_text("Showing 25 to").first).to_be_visible(timeout=20_000)
    drawn.settle(page)
    assert not set(garments_on(tiles)) & set(first)
    assert focused_garment(page) == garments_on(tiles)[0]
    page.keyboard.press("PageUp")
    expect(page.get_by_text("Showing 1 to").first).to_be_visible(timeout=20_000)
    drawn.settle(page)
    assert garments_on(tiles) == first


def test_another_category_is_chosen_by_key(own_address, page, said):
    give_name(page, own_address)
    drawn.open_page(page, f"{own_address}/mistakes")
    tiles = page.locator(".st-key-tiles li button")
    expect(tiles).to_have_count(24, timeout=20_000)
    garment = garments_on(tiles)[0]
    tiles.first.focus()
    page.keyboard.press("4")
    choice = page.locator(".st-key-tiles .choice")
    expect(choice.get_by_role("combobox")).to_be_focused()
    page.keyboard.press("ArrowDown")
    chosen = choice.get_by_role("option", selected=True).inner_text()
    page.keyboard.press("Enter")
    expect(tiles.first.locator(".verdict")).to_have_text(f"✎ Label is wrong: {chosen}", timeout=20_000)
    drawn.settle(page)
    assert said() == {garment: ("label-wrong", chosen)}


def test_who_gave_no_name_is_asked_once_and_loses_nothing(own_address, page, said):
    drawn.open_page(page, f"{own_address}/mistakes")
    tiles = page.locator(".st-key-tiles li button")
    expect(tiles).to_have_count(24, timeout=20_000)
    garment = garments_on(tiles)[0]
    page.locator(".st-key-verdict-model-one button").click()
    field = page.locator(".st-key-verdict-name").get_by_label("Your name")
    expect(field).to_be_visible(timeout=20_000)
    assert said() == {}
    field.fill(NAME)
    field.press("Enter")
    expect(tiles.first.locator(".verdict")).to_have_text("✕ Model is wrong", timeout=20_000)
    drawn.settle(page)
    assert said() == {garment: ("model-wrong", None)}
    expect(page.locator(".st-key-verdict-name")).to_have_count(0)


def test_a_verdict_sends_only_the_next_garment_and_no_tile_again(own_address, page):
    give_name(page, own_address)
    received = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(bytes(frame))))
    drawn.open_page(page, f"{own_address}/mistakes")
    tiles = page.locator(".st-key-tiles li button")
    expect(tiles).to_have_count(24, timeout=20_000)
    tiles.nth(3).click()
    drawn.settle(page)
    sheet = tiles.nth(3).locator(".picture").evaluate("(span) => getComputedStyle(span).backgroundImage")
    piece = sheet[len(sheet) // 2 :][:200].encode()
    assert any(piece in frame for frame in received)
    received.clear()
    page.locator(".st-key-verdict-cannot-one button").click()
    expect(tiles.nth(3).locator(".verdict")).to_have_text(re.compile("Cannot tell"), timeout=20_000)
    drawn.settle(page)
    expect(tiles.nth(4)).to_have_attribute("aria-pressed", "true")
    assert not any(piece in frame for frame in received)
    assert sum(map(len, received)) < 100_000


@pytest.fixture
def doubted(home):
    """Positions of ten training garments whose label a list doubts, as they are shown: one in six is drawn."""
    store = open_store(settings.Settings(home=home, data_dir=home.parent / "data"))
    run = promotions.live_run(store)
    train = file_reader.load_split(store, run, "train")
    num_classes = len(run.class_names)
    made_up = np.full((len(train), num_classes), 0.01)
    shown = train.labels.copy()
    shown[:10] = (shown[:10] + 1) % num_classes
    made_up[np.arange(len(train)), shown] = 1 - 0.01 * (num_classes - 1)
    facts = suspect_lists.SearchFacts(identity="x", catalogue_fingerprint=run.catalogue_fingerprint, recipe={}, seed=0,
             code_version="tests", num_garments=len(train), seconds=60.0)  # fmt: skip
    table = suspect_search.listed(train, made_up)
    found = suspect_lists.publish(store, table, facts, created_by="Ada")
    store.engine.dispose()
    return table["position"].to_numpy()[list_worth.in_turn(len(table), suspect_lists.seed_of(found))].tolist()


def test_doubted_labels_are_decided_by_keys_one_by_one_and_together(doubted, own_address, page, said):
    give_name(page, own_address)
    drawn.open_page(page, f"{own_address}/labels")
    tiles = page.locator(".st-key-suspect-tiles li button")
    expect(tiles).to_have_count(len(doubted), timeout=20_000)
    assert garments_on(tiles) == doubted
    tab_into_the_tiles(page)
    for key in ("2", "1", "3"):
        page.keyboard.press(key)
    expect(page.locator(".st-key-suspect-tiles li .verdict:not(:empty)")).to_have_count(3, timeout=20_000)
    page.keyboard.press("z")
    expect(tiles.nth(2).locator(".verdict")).to_be_empty(timeout=20_000)
    drawn.settle(page)
    page.get_by_role("button", name="Select several").click()
    shown = tiles.nth(6).element_handle()
    for position in (4, 5, 6):
        tiles.nth(position).click()
    drawn.settle(page)
    assert shown.evaluate("(tile) => tile.isConnected")  # one drawn anew while it is pressed loses the click
    page.keyboard.press("2")
    expect(page.locator(".st-key-suspect-tiles li .verdict:not(:empty)")).to_have_count(5, timeout=20_000)
    drawn.settle(page)
    kinds = {position: kind for position, (kind, _) in said().items()}
    changed = dict.fromkeys((doubted[0], *doubted[4:7]), "label-wrong")
    assert kinds == {**changed, doubted[1]: "model-wrong"}
    drawn.open_page(page, page.url)
    expect(page.locator(".st-key-suspect-tiles li .verdict:not(:empty)")).to_have_count(5, timeout=20_000)
    assert serious(page) == []
