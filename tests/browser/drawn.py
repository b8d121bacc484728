"""Waiting for what Streamlit draws after its script has ended: parts of the screen that load their own code."""

from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlencode

from playwright.sync_api import Page

from dashboard.session import site_map
from tests.support import server

_IS_DRAWN = """() => {
    const waits = document.querySelectorAll('[data-testid="stSkeleton"], [data-stale="true"]')
    const plots = [...document.querySelectorAll('[data-testid="stPlotlyChart"]')]
    return !waits.length && plots.every((plot) => plot.querySelector('.js-plotly-plot')?._fullLayout?.xaxis)
}"""


def settle(page: Page) -> None:
    """Waits until the script has run, every part has its code and every chart its axes."""
    page.get_by_test_id("stApp").wait_for(timeout=server.LOAD_MILLISECONDS)
    page.wait_for_function(_IS_DRAWN, timeout=server.LOAD_MILLISECONDS)
    server.settle(page)
    page.wait_for_function(_IS_DRAWN, timeout=server.LOAD_MILLISECONDS)


def open_page(page: Page, address: str) -> None:
    """Opens the address and waits until all of it is drawn."""
    server.follow_requests(page)
    page.goto(address)
    settle(page)


_LEAD = """(address) => {
    const app = document.querySelector('[data-testid="stApp"]')
    window.hasRun = false
    new MutationObserver((changes, watch) => {
        if (app.dataset.testScriptState === 'notRunning') return
        window.hasRun = true
        watch.disconnect()
    }).observe(app, { attributes: true })
    history.pushState({}, '', address)
    dispatchEvent(new PopStateEvent('popstate', { state: {} }))
}"""


def lead(page: Page, address: str) -> None:
    """Another address of the same server, as the browser's Back and Forward open it, and waits until it is drawn.

    The program in the browser stays: to load it anew takes many times longer than to draw a page.
    """
    page.evaluate(_LEAD, address)
    page.wait_for_function("() => window.hasRun", timeout=server.LOAD_MILLISECONDS)
    settle(page)


_IS_PAINTED = """(scheme) => {
    const paper = getComputedStyle(document.querySelector('.stApp')).backgroundColor
    const brightness = paper.match(/[0-9.]+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0)
    return (brightness > 3 * 128) === (scheme === 'light')
}"""


def paint(page: Page, scheme: Literal["light", "dark"]) -> None:
    """Has the page in light or dark, and waits until it is."""
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function(_IS_PAINTED, arg=scheme, timeout=server.LOAD_MILLISECONDS)
    settle(page)


def choose_page(page: Page, entry: site_map.Entry) -> None:
    """Clicks a page in the navigation above the page; waits for nothing."""
    page.get_by_test_id("stTopNav").get_by_role("link", name=entry.title, exact=True).click()


def address_of(server_address: str, place: str, query: Mapping[str, str] | None = None) -> str:
    """The address of a place of the site map, with what it is asked for."""
    page = place.partition("/")[0]
    end = "" if page == next(iter(site_map.PAGES)) else page
    return f"{server_address}/{end}?{urlencode(site_map.query_of(place, query))}"
