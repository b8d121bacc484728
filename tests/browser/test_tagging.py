"""New garments as a merchandiser tags them: dropped, seen in their piles, decided by keys, still so after a reload."""

import shutil

import numpy as np
import pytest
import sqlalchemy as sa
from PIL import Image
from playwright.sync_api import expect

from core import settings
from core.store import open_store
from core.store.base import database, schema
from core.store.batches import automation_lines, batches, tag_decisions
from core.store.runs import file_reader, runs
from core.tagging import products
from tests.browser import drawn
from tests.browser.test_review import serious
from tests.browser.test_verdicts import give_name
from tests.support import batch_world, product_photos

KINDS = ("jpeg", "cut out", "turned", "webp")
ENDINGS = {"cut out": "png", "webp": "webp"}
LONG = 90_000  # milliseconds: a worker imports torch first


@pytest.fixture
def home(trained_home, tmp_path):
    """A home of its own with a version that was really trained."""
    shutil.copytree(trained_home, tmp_path / "own")
    return tmp_path / "own"


@pytest.fixture
def opened_store(home):
    store = open_store(settings.Settings(home=home, data_dir=home.parent / "data"))
    yield store
    store.engine.dispose()


@pytest.fixture
def photos(opened_store, tmp_path):
    """Twelve product photos of different kinds, a file that is none, and the list that comes with them."""
    folder = tmp_path / "new"
    folder.mkdir()
    images = file_reader.load_split(opened_store, runs.find(opened_store, "live"), "test").images
    lines = ["image_name,sku,title"]
    for number in range(12):
        kind = KINDS[number % len(KINDS)]
        name = f"{number:02}.{ENDINGS.get(kind, 'jpg')}"
        (folder / name).write_bytes(product_photos.photo(images[number], kind, side=400))
        lines.append(f"{name},SKU-{number:02},Garment {number}")
    (folder / "bad.png").write_bytes(product_photos.hostile()["GIF"])
    lines.append("gone.jpg,SKU-99,Garment 99")
    (tmp_path / "list.csv").write_text("\n".join(lines))
    return sorted(folder.iterdir()), tmp_path / "list.csv"


def drop(page, address, photos):
    """Drops the photos with their list and has them tagged."""
    files, listed = photos
    drawn.open_page(page, f"{address}/tag")
    page.locator("input[type=file]").first.set_input_files(files)
    expect(page.get_by_text("13 pictures, 12 readable, 1 unreadable.")).to_be_visible(timeout=20_000)
    page.locator("input[type=file]").set_input_files(listed)
    expect(page.get_by_text("1 SKU has no picture")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Tag 12 photos").click()
    expect(page.get_by_text("It goes on when you leave this page")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("It goes on when you leave this page")).to_have_count(0, timeout=LONG)
    drawn.settle(page)


def test_twelve_photos_are_tagged_decided_by_keys_and_still_so_after_a_reload(own_address, page, opened_store, photos):
    give_name(page, own_address)
    drop(page, own_address, photos)
    (batch,) = batches.list_batches(opened_store)
    table = products.table(opened_store, batch)
    for pile, name in (("check", "Please check"), ("not ours", "Unlike all categories"), ("ready", "Ready")):
        num = int((table["pile"] == pile).sum())
        expect(page.get_by_role("radio", name=f"{name} ({num}")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("radio", name="Unreadable (1)")).to_be_visible()

    drawn.open_page(page, f"{own_address}/tag?batch=1&pile=check")
    tiles = page.locator(".st-key-products li button")
    expect(tiles.first).to_be_visible(timeout=20_000)
    order = [int(tile.get_attribute("data-garment")) for tile in tiles.all()]
    assert len(order) >= 4, "a model that learned so little leaves enough to check"
    tiles.first.focus()
    page.keyboard.press("1")
    expect(tiles.nth(0).locator(".verdict")).to_have_text("✓ Accepted", timeout=20_000)
    page.keyboard.press("3")
    expect(tiles.nth(1).locator(".verdict")).to_have_text("✕ Rejected", timeout=20_000)
    page.keyboard.press("2")
    choice = page.locator(".st-key-products .choice")
    expect(choice.get_by_role("combobox")).to_be_focused()
    category = choice.get_by_role("option", selected=True).inner_text()
    page.keyboard.press("Enter")
    expect(tiles.nth(2).locator(".verdict")).to_have_text(f"✎ Changed: {category}", timeout=20_000)
    page.keyboard.press("1")
    expect(tiles.nth(3).locator(".verdict")).to_have_text("✓ Accepted", timeout=20_000)
    page.keyboard.press("z")
    expect(tiles.nth(3).locator(".verdict")).to_be_empty(timeout=20_000)
    drawn.settle(page)
    found = tag_decisions.current(opened_store, batch)
    assert {position: (line.kind, line.who) for position, line in found.items()} == {
        order[0]: ("accepted", "Ada Lovelace"),
        order[1]: ("rejected", "Ada Lovelace"),
        order[2]: ("changed", "Ada Lovelace"),
    }
    assert found[order[2]].category == category

    page.reload()
    drawn.settle(page)
    for number, mark in enumerate(("✓ Accepted", "✕ Rejected", f"✎ Changed: {category}", "")):
        expect(tiles.nth(number).locator(".verdict")).to_have_text(mark, timeout=20_000)
    expect(page.get_by_text("3 of 12 decided")).to_be_visible()
    expect(page.get_by_alt_text("What the model sees of product").first).to_be_visible()


def test_the_line_is_confirmed_and_axe_finds_nothing_on_these_pages(own_address, page, opened_store, photos):
    give_name(page, own_address)
    drop(page, own_address, photos)
    for path in (
        "tag",
        "tag?batch=1&pile=check",
        "tag?batch=1&pile=ready",
        "tag?batch=1&pile=unreadable",
        "automation?lines=each",
        "automation",
    ):
        drawn.lead(page, f"{own_address}/{path}")
        assert serious(page) == [], path
    page.locator(".st-key-confirm-line button").click()
    expect(page.get_by_text("Today's line.")).to_be_visible(timeout=20_000)
    drawn.settle(page)
    assert automation_lines.newest(opened_store, runs.find(opened_store, "live").id).who == "Ada Lovelace"
    page.get_by_role("link", name="Go on with new garments").click()
    expect(page.get_by_text("Batch 1 · 13 photos")).to_be_visible(timeout=20_000)


def test_a_zip_of_more_megabytes_than_a_picture_may_have_is_taken(own_address, page, opened_store, photos, tmp_path):
    give_name(page, own_address)
    noise = np.random.default_rng(0).integers(0, 256, (1400, 1400, 3), dtype=np.uint8)
    content = {"a.png": product_photos.encoded(Image.fromarray(noise), "PNG"), "b.jpg": photos[0][0].read_bytes()}
    (tmp_path / "new.zip").write_bytes(product_photos.zipped(**content))
    assert (tmp_path / "new.zip").stat().st_size > 5_500_000
    drawn.open_page(page, f"{own_address}/tag")
    page.locator("input[type=file]").first.set_input_files(tmp_path / "new.zip")
    expect(page.get_by_text("2 pictures, 2 readable.")).to_be_visible(timeout=30_000)


def test_a_name_that_was_given_for_a_decision_is_known_after_a_reload(own_address, page, opened_store):
    batch = batch_world.tagged(opened_store, runs.find(opened_store, "live"), [0.5, 0.6])
    with database.write(opened_store.engine) as connection:
        connection.execute(sa.update(schema.jobs).values(status="finished"))
    page.context.add_cookies([{"name": "garment-tags-tour-seen", "value": "yes", "url": own_address}])
    drawn.open_page(page, f"{own_address}/tag?batch=1")
    assert page.get_by_label("Your name").count() == 0, "nothing is asked before it is needed"
    page.locator(".st-key-products li button").first.focus()
    page.keyboard.press("1")
    field = page.locator(".st-key-decision-name").get_by_label("Your name")
    field.fill("Grace Hopper")
    field.press("Enter")
    mark = page.locator(".st-key-products li .verdict").first
    expect(mark).to_have_text("✓ Accepted", timeout=20_000)
    drawn.settle(page)
    assert [line.who for line in tag_decisions.history(opened_store, batch)] == ["Grace Hopper"]
    page.reload()
    drawn.settle(page)
    expect(page.get_by_text("You are Grace Hopper")).to_be_visible()
    expect(mark).to_have_text("✓ Accepted")


def test_products_have_the_keys_of_every_list_and_a_button_opens_the_next_one(own_address, page, opened_store):
    batch = batch_world.tagged(opened_store, runs.find(opened_store, "live"), [0.5, 0.51, 0.52, 0.53])
    with database.write(opened_store.engine) as connection:
        connection.execute(sa.update(schema.jobs).values(status="finished"))
    give_name(page, own_address)
    drawn.open_page(page, f"{own_address}/tag?batch=1&pile=check")
    tiles = page.locator(".st-key-products li button")
    expect(tiles).to_have_count(4, timeout=20_000)
    order = [int(tile.get_attribute("data-garment")) for tile in tiles.all()]
    page.locator(".st-key-decide-accept-one button").click()
    expect(tiles.nth(1)).to_have_attribute("aria-pressed", "true", timeout=20_000)
    page.locator(".st-key-product-next button").click()
    expect(tiles.nth(2)).to_have_attribute("aria-pressed", "true", timeout=20_000)
    drawn.settle(page)
    page.keyboard.press("4")
    page.keyboard.type("bag")
    page.keyboard.press("Enter")
    page.keyboard.press("3")
    expect(tiles.nth(3).locator(".verdict")).to_have_text("✕ Rejected", timeout=20_000)
    drawn.settle(page)
    found = {position: line.kind for position, line in tag_decisions.current(opened_store, batch).items()}
    assert found == {order[0]: "accepted", order[2]: "changed", order[3]: "rejected"}


def test_a_batch_does_not_scroll_sideways_on_a_phone(own_address, opened_store, phone):
    batch_world.tagged(opened_store, runs.find(opened_store, "live"), [0.5, 0.6])
    drawn.open_page(phone, f"{own_address}/tag?batch=1")
    width = phone.evaluate("Math.max(...[...document.querySelectorAll('.stMain, body')].map(e => e.scrollWidth))")
    assert width <= 390


def test_on_a_phone_the_first_decision_is_on_the_first_screen_beside_its_photo(own_address, opened_store, phone):
    batch_world.tagged(opened_store, runs.find(opened_store, "live"), [0.5] * 12)
    with database.write(opened_store.engine) as connection:
        connection.execute(sa.update(schema.jobs).values(status="finished"))
    drawn.open_page(phone, f"{own_address}/tag?batch=1")
    accept, photo, tile = (
        phone.locator(place).first.bounding_box()
        for place in (".st-key-decide-accept-one", ".st-key-product-pictures img", ".st-key-products li")
    )
    assert photo["y"] < accept["y"] < accept["y"] + accept["height"] <= 844
    assert tile["y"] > accept["y"]
