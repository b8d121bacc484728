"""Typing names while the server, the wire or a colleague is at work: no word is lost or called saved that is not."""

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from core import settings
from core.retail import naming
from core.store import open_store
from core.store.live import promotions
from core.store.team import names
from dashboard.parts import sheet
from tests.browser import drawn
from tests.browser.on_sheets import SAVE, Wire, fields, said, type_over
from tests.browser.test_verdicts import give_name

LATE = """(milliseconds) => {
    window.WebSocket = class extends WebSocket {
        send(message) { setTimeout(() => super.send(message), milliseconds) }
        addEventListener(type, heard, ...more) {
            super.addEventListener(type, (event) => setTimeout(() => heard(event), milliseconds), ...more)
        }
        set onmessage(heard) { super.onmessage = (event) => setTimeout(() => heard(event), milliseconds) }
    }
}"""
"""What this browser says and what it is told comes late: run before anything of a page."""


def test_what_is_typed_while_the_server_saves_stays_and_is_not_called_saved(own_address, page, stored):
    give_name(page, own_address)
    page.add_init_script(f"({LATE})(300)")
    drawn.open_page(page, f"{own_address}/setup")
    type_over(page, "Our name: Pullover", "Pullis")
    page.get_by_role("button", name=SAVE).click()
    type_over(page, "Our name: Coat", "Mäntel")
    expect(said(page)).to_have_text("2 cells are not saved yet.")
    expect(said(page)).to_have_text("1 cell is not saved yet.", timeout=20_000)
    page.wait_for_timeout(1500)  # until what was reported meanwhile is answered too
    expect(said(page)).to_have_text("1 cell is not saved yet.")
    assert (fields(page)[2], fields(page)[4]) == ("Pullis", "Mäntel")
    assert (stored()[0][2], stored()[0][4]) == ("Pullis", "Coat")
    page.get_by_role("button", name=SAVE).click()
    expect(said(page)).to_have_text("Saved for everybody.", timeout=20_000)
    assert fields(page) == stored()[0]


@pytest.fixture
def save_as_bo(home):
    """Has a colleague call bags otherwise."""

    def save():
        store = open_store(settings.Settings(home=home, data_dir=home.parent / "data"))
        class_names = promotions.live_run(store).class_names
        entries = [replace(entry, name="Taschen" if entry.name == "Bag" else entry.name)
                   for entry in names.current(store, class_names).entries]  # fmt: skip
        names.save(store, naming.checked(entries, class_names), who="Bo")
        store.engine.dispose()

    return save


def test_what_a_colleague_saved_meanwhile_is_shown_and_own_words_stay_beside_it(own_address, page, save_as_bo, stored):
    wire = Wire(page)
    give_name(page, own_address)
    drawn.open_page(page, f"{own_address}/setup")
    # One after the other: the answer to the first, still on its way, would be taken for that to the second.
    wire.wait_for_answer("Pullis", lambda: type_over(page, "Our name: Pullover", "Pullis"))
    wire.wait_for_answer("Beutel", lambda: type_over(page, "Our name: Bag", "Beutel"))
    expect(said(page)).to_have_text("2 cells are not saved yet.")
    save_as_bo()
    page.get_by_role("button", name=SAVE).click()
    expect(page.get_by_text("Bo changed this")).to_be_visible(timeout=20_000)
    expect(said(page)).to_have_text("1 cell is not saved yet.")
    assert (fields(page)[2], fields(page)[8]) == ("Pullis", "Taschen")
    assert (stored()[0][2], stored()[0][8]) == ("Pullover", "Taschen")
    drawn.settle(page)
    page.get_by_role("button", name=SAVE).click()
    expect(said(page)).to_have_text("Saved for everybody.", timeout=20_000)
    assert fields(page) == stored()[0]


def test_a_click_before_what_a_colleague_saved_is_on_screen_loses_no_word(own_address, page, save_as_bo, stored):
    wire = Wire(page)
    give_name(page, own_address)
    drawn.open_page(page, f"{own_address}/setup")
    wire.wait_for_answer("Pullis", lambda: type_over(page, "Our name: Pullover", "Pullis"))
    save_as_bo()
    wire.hold()  # what Bo saved is drawn with the next word, and is on its way to the browser at the click
    wire.wait_for_answer("Kleider", lambda: type_over(page, "Our name: Dress", "Kleider"))
    wire.wait_for_answer("names-save", page.get_by_role("button", name=SAVE).click)
    wire.release()
    expect(page.get_by_text(sheet.BEHIND)).to_be_visible(timeout=20_000)
    expect(said(page)).to_have_text("2 cells are not saved yet.")
    drawn.settle(page)
    assert [fields(page)[row] for row in (2, 3, 8)] == ["Pullis", "Kleider", "Taschen"]
    assert [stored()[0][row] for row in (2, 3, 8)] == ["Pullover", "Dress", "Taschen"]
    page.get_by_role("button", name=SAVE).click()
    expect(said(page)).to_have_text("Saved for everybody.", timeout=20_000)
    assert fields(page) == stored()[0]


def test_a_second_click_before_the_first_is_answered_loses_no_word(own_address, page, stored):
    wire = Wire(page)
    give_name(page, own_address)
    drawn.open_page(page, f"{own_address}/setup")
    wire.wait_for_answer("Pullis", lambda: type_over(page, "Our name: Pullover", "Pullis"))
    wire.hold()
    wire.wait_for_answer("names-save", page.get_by_role("button", name=SAVE).click)
    wire.wait_for_answer("Mäntel", lambda: type_over(page, "Our name: Coat", "Mäntel"))
    wire.wait_for_answer("names-save", page.get_by_role("button", name=SAVE).click)
    wire.release()
    expect(page.get_by_text(sheet.BEHIND)).to_be_visible(timeout=20_000)
    expect(said(page)).to_have_text("1 cell is not saved yet.")
    drawn.settle(page)
    assert (fields(page)[2], fields(page)[4]) == ("Pullis", "Mäntel")
    assert (stored()[0][2], stored()[0][4]) == ("Pullis", "Coat")
    page.get_by_role("button", name=SAVE).click()
    expect(said(page)).to_have_text("Saved for everybody.", timeout=20_000)
    assert fields(page) == stored()[0]


def test_where_a_colleague_changed_the_same_cell_the_next_word_is_saved(own_address, page, save_as_bo, stored):
    wire = Wire(page)
    give_name(page, own_address)
    drawn.open_page(page, f"{own_address}/setup")
    wire.wait_for_answer("Beutel", lambda: type_over(page, "Our name: Bag", "Beutel"))
    save_as_bo()
    page.get_by_role("button", name=SAVE).click()
    expect(page.get_by_text("Bo changed this")).to_be_visible(timeout=20_000)
    expect(page.get_by_label("Our name: Bag", exact=True)).to_have_value("Taschen")
    drawn.settle(page)
    page.get_by_role("button", name=SAVE).click()  # nothing of it is one's own any more
    expect(said(page)).to_have_text("All of it was saved already.", timeout=20_000)
    assert stored()[0][8] == "Taschen"
