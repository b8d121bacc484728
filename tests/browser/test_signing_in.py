"""People sign in at a provider, through nginx as the docs say, in a real browser."""

import shutil

import pytest
from playwright.sync_api import expect

from tests.support import accessibility, server, teams

pytestmark = [
    pytest.mark.team,
    pytest.mark.skipif(teams.NGINX is None, reason="needs nginx: install the package nginx-light"),
]


@pytest.fixture(scope="module")
def address(published_home, tmp_path_factory):
    folder = tmp_path_factory.mktemp("team")
    shutil.copytree(published_home, folder / "home")
    with teams.dashboard(folder / "home", folder / "proxy", catalogue="sample") as found:
        yield found


@pytest.fixture
def page(browser):
    """A page of which nobody asks that every answer is 200: before a sign-in it is 401."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


def test_whoever_signs_in_comes_to_the_page_that_was_asked_for_and_is_named(page, address):
    page.goto(f"{address}/mistakes?true=Shirt")
    expect(page.get_by_role("heading", name="Please sign in")).to_be_visible()
    assert accessibility.findings(page) == []
    page.get_by_role("link", name="Sign in").click()
    page.get_by_role("button", name="ruth@example.com", exact=True).first.click()
    page.wait_for_url(f"{address}/mistakes?true=Shirt*")
    server.settle(page)
    sidebar = page.get_by_test_id("stSidebar").inner_text().replace("\N{WORD JOINER}", "")
    assert "ruth@example.com" in sidebar


def test_whoever_has_no_role_is_told_whom_to_ask_and_can_sign_in_as_somebody_else(page, address):
    teams.sign_in(page, address, "mallory@evil.example")
    expect(page.get_by_role("heading", name="You cannot open this yet")).to_be_visible()
    expect(page.get_by_text("mallory@evil.example")).to_be_visible()
    assert accessibility.findings(page) == []
    page.get_by_role("link", name="Sign in as somebody else").click()
    page.goto(address)
    expect(page.get_by_role("heading", name="Please sign in")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("name", ["vera@example.com", "olga@example.com"])
def test_everybody_reads_what_they_may_and_whom_to_ask(browser, address, name, width):
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    teams.sign_in(page, f"{address}/setup?part=people", name)
    server.settle(page)
    text = page.get_by_test_id("stMain").inner_text().replace("\N{WORD JOINER}", "")
    assert name in text and "ada@example.com" in text
    assert accessibility.ours(page) == []
    context.close()


def test_whoever_signs_out_is_asked_to_sign_in_again(page, address):
    teams.sign_in(page, f"{address}/log", "ruth@example.com")
    server.settle(page)
    page.get_by_test_id("stSidebar").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/end_session*")  # the provider asks whether it is meant for all that it knows
    page.goto(address)
    expect(page.get_by_role("heading", name="Please sign in")).to_be_visible()


def test_an_address_that_is_not_verified_is_nobodys(page, address):
    teams.sign_in(page, address, "unsure@example.com")
    expect(page.get_by_role("heading", name="Please sign in")).to_be_visible()


def test_a_browser_that_names_itself_is_still_asked_to_sign_in(browser, address):
    context = browser.new_context(extra_http_headers={"X-Forwarded-Email": "olga@example.com"})
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_role("heading", name="Please sign in")).to_be_visible()
    context.close()
