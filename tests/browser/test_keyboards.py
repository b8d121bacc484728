"""The keys 1 to 4 on keyboards of other countries, and what must not be taken for one of them."""

from playwright.sync_api import expect

from tests.browser import drawn
from tests.browser.test_verdicts import NAME, focused_garment, garments_on, give_name


def press(page, key, code, **more):
    """A key of any keyboard on whatever has the focus: what it writes, and where it is."""
    page.evaluate(
        """(about) => {
            let found = document.activeElement
            while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement
            const travels = { bubbles: true, composed: true, cancelable: true }
            found.dispatchEvent(new KeyboardEvent("keydown", { ...about, ...travels }))
        }""",
        {"key": key, "code": code, **more},
    )


KEYBOARDS = {
    "AZERTY": [("&", "Digit1"), ("é", "Digit2"), ('"', "Digit3"), ("'", "Digit4")],
    "Czech": [("+", "Digit1"), ("ě", "Digit2"), ("š", "Digit3"), ("č", "Digit4")],
    "numeric pad": [("1", "Numpad1"), ("2", "Numpad2"), ("3", "Numpad3"), ("4", "Numpad4")],
    "Arabic and dead keys": [("١", "Digit1"), ("Dead", "Digit2"), ("Unidentified", "Digit3"), ("٤", "Digit4")],
}
"""What the keys 1 to 4 write there, and where they are."""


def test_the_keys_1_to_4_say_the_same_on_every_keyboard(own_address, page, said):
    give_name(page, own_address)
    drawn.open_page(page, f"{own_address}/mistakes")
    tiles = page.locator(".st-key-tiles li button")
    expect(tiles).to_have_count(24, timeout=20_000)
    garments = garments_on(tiles)
    for number, (keyboard, keys) in enumerate(KEYBOARDS.items()):
        first = 3 * number
        tiles.nth(first).focus()
        for key, code in keys[:3]:
            press(page, key, code)
        marked = page.locator(".st-key-tiles li .verdict:not(:empty)")
        expect(marked, keyboard).to_have_count(first + 3, timeout=20_000)
        press(page, *keys[3])
        expect(page.locator(".st-key-tiles .choice").get_by_role("combobox"), keyboard).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator(".st-key-verdict-saved")).to_be_visible(timeout=20_000)
        drawn.settle(page)
        kinds = {garment: kind for garment, (kind, _) in said().items()}
        expected = ("model-wrong", "label-wrong", "cannot-tell") * (number + 1)
        assert kinds == dict(zip(garments[: first + 3], expected, strict=True)), keyboard


def test_keys_with_another_key_held_keys_that_move_and_letters_in_a_field_say_nothing(own_address, page, said):
    give_name(page, own_address)
    drawn.open_page(page, f"{own_address}/mistakes")
    tiles = page.locator(".st-key-tiles li button")
    expect(tiles).to_have_count(24, timeout=20_000)
    tiles.first.focus()
    for held in ("ctrlKey", "altKey", "metaKey", "repeat", "isComposing"):
        press(page, "1", "Numpad1", **{held: True})
        press(page, "&", "Digit1", **{held: True})
    press(page, "¹", "Digit1", modifierAltGraph=True)
    press(page, "!", "Digit1", shiftKey=True)
    press(page, "End", "Numpad1")
    assert focused_garment(page) == garments_on(tiles)[-1]
    press(page, "&", "KeyA")
    press(page, "5", "Digit5")
    page.get_by_role("button", name=f"You are {NAME}").click()
    field = page.get_by_label("Your name")
    field.press("Home")
    page.keyboard.type("1234")
    press(page, "&", "Digit1")
    drawn.settle(page)
    assert field.input_value() == f"1234{NAME}"
    assert said() == {}
    expect(page.locator(".st-key-tiles li .verdict:not(:empty)")).to_have_count(0)
