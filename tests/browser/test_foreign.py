"""Pages of others: no connection from a foreign page or under a foreign name, no frame around ours."""

import contextlib
import http.client
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from dashboard.gate.headers import SECURITY
from tests.browser import drawn
from tests.support import server

FOREIGN_ORIGINS = ("http://evil.example", "https://evil.example", "null", "http://localhost.evil.example", "file://")
FOREIGN_HOSTS = ("evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.7")


def stream(address, **headers):
    with connect(f"ws://{urlsplit(address).netloc}/_stcore/stream", additional_headers=headers, open_timeout=20):
        pass


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
def test_a_page_of_another_origin_gets_no_connection(address, origin):
    with pytest.raises(InvalidStatus, match="403"):
        stream(address, Origin=origin)
    stream(address, Origin=address)


def answer(address, path="/", **headers):
    """Status, headers and body."""
    with contextlib.closing(http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)) as connection:
        connection.putrequest("GET", path, skip_host="Host" in headers)
        for name, value in {**headers, "Connection": "close"}.items():
            connection.putheader(name, value)
        connection.endheaders()
        with connection.getresponse() as found:
            return found.status, dict(found.getheaders()), found.read()


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_a_page_under_another_name_says_what_to_set(address, host):
    status, _, body = answer(address, Host=host)
    assert status == 421 and b"server.allowedHosts" in body


@pytest.mark.parametrize(
    "path", ["/", "/mistakes", "/healthz", "/readyz", "/_stcore/health", "/_stcore/host-config", "/nothing.js"]
)
def test_every_answer_has_the_headers(address, path):
    _, headers, _ = answer(address, path)
    assert {name.lower(): value for name, value in SECURITY.items()}.items() <= {
        name.lower(): value for name, value in headers.items()
    }.items()


def test_the_pages_work_under_these_rules_and_nothing_is_refused_by_them(page, address):
    refused = []
    page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
    for path in ("", "mistakes", "categories", "tag", "setup"):
        drawn.open_page(page, f"{address}/{path}")
        server.settle(page)
        expect(page.get_by_test_id("stAppViewContainer")).to_be_visible()
    assert refused == []


def test_no_page_of_another_holds_ours_in_a_frame(page, address):
    page.route("http://evil.example/", lambda route: route.fulfill(
        content_type="text/html", body=f'<iframe src="{address}/" width="900" height="700"></iframe>'
    ))  # fmt: skip
    page.goto("http://evil.example/")
    page.wait_for_timeout(1500)
    assert all("stApp" not in frame.content() for frame in page.frames[1:])
