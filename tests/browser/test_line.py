"""The line as a handle in a real browser: a click on the curve moves it, and the garments beside it follow."""

import re

from playwright.sync_api import expect

from tests.browser import drawn
from tests.browser.test_review import serious

PLACE = """(share) => {
    const plot = document.querySelector('.st-key-line-curve .js-plotly-plot')
    const trace = plot._fullData.find((each) => each.customdata)
    const x = trace.x[Math.floor(share * trace.x.length)], y = trace.y[Math.floor(share * trace.x.length)]
    const layout = plot._fullLayout, box = plot.getBoundingClientRect()
    return {
        x: box.left + layout._size.l + layout.xaxis.d2p(x), y: box.top + layout._size.t + layout.yaxis.d2p(y),
        line: trace.customdata[Math.floor(share * trace.x.length)][0],
    }
}"""
"""Where on screen a mark of the curve lies, and the line that it stands for."""


def test_a_click_on_the_curve_moves_the_line_in_the_address_and_the_garments_follow(address, page):
    drawn.open_page(page, f"{address}/automation")
    page.locator(".st-key-line-curve").scroll_into_view_if_needed()
    drawn.settle(page)
    for share in (0.5, 0.8):
        place = page.evaluate(PLACE, share)
        page.mouse.move(place["x"], place["y"])
        page.mouse.click(place["x"], place["y"])
        page.wait_for_url(re.compile(f"[?&]line={place['line']}(&|$)"))
        drawn.settle(page)
        expect(page.get_by_role("slider")).to_have_value(f"{place['line'] / 10:g}")
        sure = page.locator(".st-key-line-above .second").all_inner_texts()
        assert all(float(text.removeprefix("over ").split()[0]) >= place["line"] / 10 - 0.05 for text in sure)
        assert sure
    assert serious(page) == []
    page.get_by_role("slider").press("ArrowLeft")
    page.wait_for_url(re.compile(f"[?&]line={place['line'] - 1}(&|$)"))
    drawn.settle(page)
    page.locator(".st-key-line-curve").scroll_into_view_if_needed()
    drawn.settle(page)
    place = page.evaluate(PLACE, 0.8)
    page.mouse.click(place["x"], place["y"])
    page.wait_for_url(re.compile(f"[?&]line={place['line']}(&|$)"))  # the same mark again


def test_nothing_of_the_line_is_wider_than_a_phone(address, phone):
    for part in ("line", "acceptance"):
        drawn.open_page(phone, f"{address}/automation?part={part}")
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
