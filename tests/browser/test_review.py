"""What only a browser shows: clicks on the map, tiles, addresses, widths, accessibility."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from core.store.runs import file_reader, runs
from dashboard.session import site_map
from dashboard.shell import tour
from tests.browser import drawn

# Markup that Streamlit alone writes and that nobody who uses it can change.
FRAMEWORK = (
    "stElementToolbar",  # buttons of tables and charts, shown on hover
    "stDataFrame",  # a canvas; the hidden table behind it lacks a few roles
)
OURS = {"exclude": [[f"[data-testid='{part}']"] for part in FRAMEWORK]}


@pytest.mark.parametrize("place", site_map.places())
def test_every_page_has_its_title_and_its_question(led_page, address, place):
    drawn.lead(led_page, drawn.address_of(address, place))
    name, _, part = place.partition("/")
    entry = site_map.PAGES[name]
    expect(led_page.get_by_role("heading", name=entry.title, level=1)).to_be_visible()
    expect(led_page.get_by_text((entry.parts[part] if part else entry).question).first).to_be_visible()


@pytest.mark.parametrize("place", site_map.places())
def test_no_page_scrolls_sideways_on_a_phone_in_light_or_dark(led_phone, address, place):
    drawn.lead(led_phone, drawn.address_of(address, place))
    widths = []
    for scheme in ("light", "dark"):
        drawn.paint(led_phone, scheme)
        widths.append(width_of(led_phone))
    assert max(widths) <= 390


def width_of(page):
    """Pixels that the widest part of the page takes."""
    return page.evaluate("Math.max(...[...document.querySelectorAll('.stMain, body')].map(e => e.scrollWidth))")


@pytest.mark.parametrize("key", ["today", "mistakes", "log"])
def test_a_page_is_chosen_by_keyboard_from_the_navigation(page, address, key):
    drawn.open_page(page, f"{address}/labels?part=reviews")
    entry = site_map.PAGES[key]
    navigation_bar = page.get_by_test_id("stTopNav")
    navigation_bar.get_by_role("link", name=entry.title, exact=True).press("Enter")
    expect(page.get_by_role("heading", name=entry.title, level=1)).to_be_visible()


def test_addresses_of_before_lead_to_the_same_thing(page, address):
    for number, (before, place) in enumerate(site_map.FORMER.items()):
        open_it = drawn.lead if number else drawn.open_page
        open_it(page, f"{address}/{before}?version=2&garment=3")
        wanted = drawn.address_of(address, place, {"garment": "3"})
        page.wait_for_url(lambda url, wanted=wanted: parts_of(url)[0] == parts_of(wanted)[0])
        drawn.settle(page)
        found, asked = parts_of(page.url)[1], parts_of(wanted)[1]
        assert found.items() >= {**asked, "version": "2"}.items(), before
        assert page.get_by_text("Page not found").count() == 0


def parts_of(url):
    """The end of an address, and what it asks for."""
    return urlsplit(url).path, dict(parse_qsl(urlsplit(url).query))


def test_a_training_is_started_without_scrolling_on_a_desk(page, address):
    drawn.open_page(page, address)
    before = page.get_by_role("button", name="Train a new version")
    box = before.bounding_box()
    assert box["y"] + box["height"] <= 300, "the form is folded: the button stands just below the version"
    before.press("Enter")
    start = page.get_by_role("button", name="Start", exact=True)
    expect(start).to_be_in_viewport(ratio=1)
    page.get_by_role("button", name="Not now").press("Enter")
    expect(page.get_by_role("button", name="Train a new version")).to_be_visible()


def test_a_phone_finds_every_page_and_the_training_in_the_sidebar(phone, address):
    drawn.open_page(phone, address)
    phone.get_by_test_id("stExpandSidebarButton").click()
    expect(phone.get_by_role("button", name="Train a new version")).to_be_in_viewport()
    pages = phone.get_by_test_id("stSidebarNav")
    for entry in site_map.PAGES.values():
        expect(pages.get_by_role("link", name=entry.title, exact=True)).to_be_visible()
    pages.get_by_role("link", name="Log", exact=True).click()
    expect(phone.get_by_role("heading", name="Log", level=1)).to_be_attached()


def serious(page):
    """What axe-core calls serious or critical in our own markup."""
    return [
        (violation["id"], node["html"][:300])
        for violation in Axe().run(page, context=OURS).response["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


def cell(page, row, column):
    """The middle of a cell of the map, given by its class indices, in pixels of the page."""
    return page.evaluate(
        """([row, column]) => {
            const plot = document.querySelector('.js-plotly-plot');
            const layout = plot._fullLayout, box = plot.getBoundingClientRect();
            return {x: box.left + layout.xaxis._offset + layout.xaxis.d2p(column),
                    y: box.top + layout.yaxis._offset + layout.yaxis.d2p(row)};
        }""",
        [row, column],
    )


def test_a_click_on_a_cell_opens_exactly_its_garments_and_the_address_shows_them_to_a_colleague(
    browser, page, address, published_store
):
    run = runs.find(published_store, "live")
    table = file_reader.load_predictions(published_store, run)
    mistakes = table[table["true_class"] != table["predicted_class"]]
    (true_class, predicted_class), garments = max(
        mistakes.groupby(["true_class", "predicted_class"]), key=lambda group: len(group[1])
    )
    drawn.open_page(page, f"{address}/mistakes")
    plot = page.locator(".js-plotly-plot").first
    plot.scroll_into_view_if_needed()
    point = cell(page, int(true_class), int(predicted_class))
    page.mouse.click(point["x"], point["y"])
    tiles = page.locator("li button[aria-pressed]")
    expect(tiles).to_have_count(min(24, len(garments)), timeout=20_000)
    surest = garments.sort_values("confidence", ascending=False)["garment"].tolist()[:24]
    shown = garments_of(tiles)
    assert sorted(shown) == sorted(surest)
    drawn.settle(page)
    other = browser.new_context().new_page()
    drawn.open_page(other, page.url)
    expect(other.locator("li button[aria-pressed]")).to_have_count(min(24, len(garments)), timeout=20_000)
    again = garments_of(other.locator("li button[aria-pressed]"))
    other.context.close()
    assert again == shown


def garments_of(tiles):
    """The numbers of the garments that tiles show, as they are read aloud."""
    labels = [tile.get_attribute("aria-label") for tile in tiles.all()]
    return [int(re.match(r"Garment ([\d,]+)\.", label)[1].replace(",", "")) for label in labels]


def test_the_chip_closes_what_the_click_opened(page, address):
    drawn.open_page(page, f"{address}/mistakes?real=Shirt&tagged=T-shirt%2Ftop")
    chip = page.get_by_role("button", name=re.compile("✕"))
    expect(chip).to_be_visible(timeout=20_000)
    chip.click()
    drawn.settle(page)
    expect(chip).to_have_count(0)
    assert "real=" not in page.url


def test_a_garment_is_opened_by_mouse_and_by_keyboard(page, address):
    drawn.open_page(page, f"{address}/mistakes")
    tiles = page.locator("li button[aria-pressed]")
    expect(tiles).to_have_count(24, timeout=20_000)
    tiles.nth(1).click()
    number = f"Garment {garments_of(tiles)[1]:,}"
    expect(page.locator(".st-key-garment-strip").get_by_text(number, exact=True)).to_be_visible(timeout=20_000)
    tiles.nth(3).focus()
    page.keyboard.press("Enter")
    number = f"Garment {garments_of(tiles)[3]:,}"
    expect(page.locator(".st-key-garment-strip").get_by_text(number, exact=True)).to_be_visible(timeout=20_000)


def test_from_the_overview_to_the_worst_pair_in_two_clicks(page, address):
    drawn.open_page(page, address)
    page.get_by_role("link", name=re.compile(r" → .* · \d+$")).first.click()
    drawn.settle(page)
    expect(page.locator("li button[aria-pressed]").first).to_be_visible(timeout=20_000)


def test_the_tour_goes_from_page_to_page_and_ends(page, address):
    drawn.open_page(page, f"{address}/?tour=1")
    for number in range(1, len(tour.STEPS)):
        expect(page.get_by_text(f"step {number} of {len(tour.STEPS)} of the tour")).to_be_visible(timeout=20_000)
        page.get_by_role("button", name="Next:").click()
    expect(page.get_by_text(f"step {len(tour.STEPS)} of {len(tour.STEPS)}")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Done").click()
    drawn.settle(page)
    expect(page.locator(".st-key-tour-card, .st-key-tour-offer")).to_have_count(0)
    assert "tour" not in page.url


def test_axe_finds_nothing_serious_in_the_tour_and_the_words_in_light_or_dark(page, address):
    drawn.open_page(page, f"{address}/?tour=1")
    page.get_by_text("Words we use", exact=True).click()
    for scheme in ("light", "dark"):
        drawn.paint(page, scheme)
        assert serious(page) == []


def test_a_browser_remembers_the_name_and_that_the_tour_was_seen(page, address):
    drawn.open_page(page, address)
    page.get_by_role("button", name="No, thanks").click()
    page.get_by_role("button", name="Say who you are").click()
    field = page.get_by_label("Your name")
    field.fill("Ada <i>Lovelace</i>")
    field.press("Enter")
    drawn.settle(page)
    drawn.open_page(page, address)
    expect(page.get_by_role("button", name="You are Ada <i>Lovelace</i>")).to_be_visible()
    expect(page.get_by_role("button", name="Start the tour")).to_have_count(0)


def test_back_and_forward_undo_and_redo_a_choice_and_leave_the_page_in_between(page, address):
    drawn.open_page(page, f"{address}/mistakes")
    first = page.locator(".st-key-tiles li button").first
    surest = first.get_attribute("aria-label")
    page.get_by_role("combobox", name=re.compile("Order")).click()
    page.get_by_role("option", name="Hardest to call").click()
    drawn.settle(page)
    hardest = first.get_attribute("aria-label")
    assert hardest != surest
    page.go_back()
    drawn.settle(page)
    assert (first.get_attribute("aria-label"), "order=" in page.url) == (surest, False)
    page.go_forward()
    drawn.settle(page)
    assert (first.get_attribute("aria-label"), "order=hardest" in page.url) == (hardest, True)
    drawn.choose_page(page, site_map.PAGES["log"])
    drawn.settle(page)
    page.go_back()
    drawn.settle(page)
    expect(page.get_by_role("heading", name="Mistakes", level=1)).to_be_visible()
    assert first.get_attribute("aria-label") == hardest
