"""Waiting for what Streamlit draws after its script has ended: parts of the screen that load their own code."""

from playwright.sync_api import Page

from dashboard.session import navigation
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


def choose_page(page: Page, entry: navigation.Entry) -> None:
    """Clicks a page in the navigation above the page, in its menu where it stands in one; waits for nothing."""
    if not entry.section:
        page.get_by_test_id("stTopNav").get_by_role("link", name=entry.title, exact=True).click()
        return
    page.get_by_test_id("stTopNav").get_by_role("button", name=entry.section, exact=True).click()
    page.get_by_role("menuitem", name=entry.title, exact=True).click()
