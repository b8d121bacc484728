"""Typing names and choosing costs in a real browser: what is on screen when somebody saves is what is saved."""

import pytest
from playwright.sync_api import expect

from tests.browser import drawn
from tests.browser.on_sheets import SAVE, fields, said, type_over
from tests.browser.test_review import serious
from tests.browser.test_verdicts import give_name


@pytest.mark.parametrize("way", ["mouse", "keys"])
def test_a_name_that_is_still_being_typed_is_saved_by_the_click(own_address, page, stored, way):
    give_name(page, own_address)
    drawn.open_page(page, f"{own_address}/setup")
    type_over(page, "Our name: Pullover", "Pullis")
    button = page.get_by_role("button", name=SAVE)
    if way == "mouse":
        button.click()
    else:
        button.focus()
        page.keyboard.press("Enter")
    expect(said(page)).to_have_text("Saved for everybody.", timeout=20_000)
    drawn.settle(page)
    assert stored()[0][2] == "Pullis"
    assert fields(page) == stored()[0]
    type_over(page, "Our name: Coat", "M")
    expect(said(page)).to_have_text("1 cell is not saved yet.")
    page.keyboard.type("äntel")
    expect(said(page)).to_have_text("1 cell is not saved yet.")
    assert stored()[0][4] == "Coat"
    assert serious(page) == []


def test_a_name_is_saved_from_a_phone(own_address, browser, stored):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    give_name(page, own_address)
    drawn.open_page(page, f"{own_address}/setup")
    page.get_by_label("Our name: Pullover", exact=True).tap()
    page.keyboard.type(" neu")
    page.get_by_role("button", name=SAVE).tap()
    expect(said(page)).to_have_text("Saved for everybody.", timeout=20_000)
    assert fields(page) == stored()[0]
    assert "neu" in stored()[0][2]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def test_a_merge_that_nobody_was_asked_about_is_asked_and_not_saved(own_address, page, stored):
    give_name(page, own_address)
    drawn.open_page(page, f"{own_address}/setup")
    type_over(page, "Our name: Pullover", "Coat")
    page.get_by_role("button", name=SAVE).click()
    yes = page.get_by_role("button", name="Yes, they are one: save for everybody")
    expect(yes).to_be_visible(timeout=20_000)
    drawn.settle(page)
    assert stored()[0][2] == "Pullover"
    expect(said(page)).to_have_text("1 cell is not saved yet.")
    yes.click()
    expect(said(page)).to_have_text("Saved for everybody.", timeout=20_000)
    assert stored()[0][2] == "Coat"


def test_cells_of_a_spreadsheet_are_pasted_over_several_and_keys_move_between_rows(own_address, page, stored):
    give_name(page, own_address)
    drawn.open_page(page, f"{own_address}/setup")
    first = page.get_by_label("Our name: T-shirt/top", exact=True)
    first.click()
    first.evaluate(
        """(field, text) => {
            const clipboardData = new DataTransfer()
            clipboardData.setData("text/plain", text)
            field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }))
        }""",
        "Shirts\tOben\r\nHosen\tUnten\r\n",
    )
    expect(said(page)).to_have_text("4 cells are not saved yet.")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("Pullis")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("Kleider")
    page.get_by_role("button", name=SAVE).click()
    expect(said(page)).to_have_text("Saved for everybody.", timeout=20_000)
    assert stored()[0][:5] == ["Shirts", "Hosen", "Pullover", "Kleider", "Coat"]
    assert fields(page) == stored()[0]


def cell(page, real, said):
    return page.locator(f".sheet button.cell[aria-label^='{said}: {real},']")


def middle(found):
    box = found.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def level(before, *changes):
    """The levels as they were, but for row, column and level of each change."""
    expected = before.copy()
    for row, column, value in changes:
        expected[row, column] = value
    return expected.tolist()


def save(page):
    page.get_by_role("button", name=SAVE).click()
    expect(said(page)).to_have_text("Saved for everybody.", timeout=20_000)
    drawn.settle(page)


def test_two_cells_that_are_painted_are_saved_and_no_other(own_address, page, stored):
    before = stored()[1]
    give_name(page, own_address)
    drawn.open_page(page, f"{own_address}/setup?part=costs")
    page.get_by_role("radio", name="Does not matter").click()
    for name in ("Coat", "Bag"):
        cell(page, "Shirt", name).click()
    expect(said(page)).to_have_text("2 cells are not saved yet.")
    save(page)
    assert stored()[1].tolist() == level(before, (6, 4, 0), (6, 8, 0))
    expect(cell(page, "Shirt", "Coat")).to_have_attribute("aria-label", "Coat: Shirt, Does not matter")
    assert serious(page) == []


def test_a_stroke_paints_every_cell_it_passes(own_address, page, stored):
    before = stored()[1]
    give_name(page, own_address)
    drawn.open_page(page, f"{own_address}/setup?part=costs")
    page.get_by_role("radio", name="Expensive").click()
    page.mouse.move(*middle(cell(page, "Shirt", "T-shirt/top")))
    page.mouse.down()
    page.mouse.move(*middle(cell(page, "Shirt", "Dress")), steps=20)
    page.mouse.up()
    page.mouse.move(*middle(cell(page, "Shirt", "Coat")))  # not pressed any more
    save(page)
    assert stored()[1].tolist() == level(before, *((6, column, 2) for column in range(4)))


def test_cells_are_painted_by_key_and_saved_by_the_click(own_address, page, stored):
    before = stored()[1]
    give_name(page, own_address)
    drawn.open_page(page, f"{own_address}/setup?part=costs")
    cell(page, "Shirt", "Dress").focus()
    for key in ("1", "ArrowRight", "3", "ArrowRight", "ArrowRight", "2"):  # from Coat over Sandal and the diagonal
        page.keyboard.press(key)
    save(page)
    assert stored()[1].tolist() == level(before, (6, 3, 0), (6, 4, 2), (6, 7, 1))


def test_a_finger_paints_on_a_phone_without_scrolling_sideways(own_address, browser, stored):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    before = stored()[1]
    give_name(page, own_address)
    drawn.open_page(page, f"{own_address}/setup?part=costs")
    page.get_by_role("radio", name="Does not matter").tap()
    cell(page, "Ankle boot", "Bag").tap()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    sheet = page.locator(".sheet.painted")
    assert sheet.evaluate("(one) => one.scrollWidth - one.clientWidth") <= 0
    page.get_by_role("button", name=SAVE).tap()
    expect(said(page)).to_have_text("Saved for everybody.", timeout=20_000)
    drawn.settle(page)
    assert stored()[1].tolist() == level(before, (9, 8, 0))
    context.close()
