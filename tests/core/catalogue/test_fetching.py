"""Photos from their addresses: which computers are asked, what is refused, and that nothing is asked for twice."""

import http.server
import threading

import pytest
import urllib3

from core import errors
from core.catalogue import kept
from core.catalogue.own import adding, fetching, layouts
from core.catalogue.own.records import Choices
from tests.support import own_photos

PUBLIC = "93.184.216.34"
MOST = 1_000_000


class Shop(http.server.BaseHTTPRequestHandler):
    """A web server on loopback with a few addresses; notes what it is asked, and by which name."""

    asked: "list[tuple[str, str]]"
    photos: "dict[str, bytes]"

    def do_GET(self):
        self.asked.append((self.headers["Host"], self.path))
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
            self.end_headers()
        elif self.path == "/again":
            self.send_response(301)
            self.send_header("Location", "/again")
            self.end_headers()
        elif self.path == "/short":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b"half")
        elif self.path == "/packed":
            self.answer(b"anything", encoding="gzip")
        elif self.path in self.photos:
            self.answer(self.photos[self.path])
        else:
            self.send_error(404)

    def answer(self, content, encoding=None):
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        if encoding:
            self.send_header("Content-Encoding", encoding)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def shop():
    """The handler of a running shop, whose `port` is where it listens."""
    handler = type("Handler", (Shop,), {"asked": [], "photos": {"/a.jpg": b"a photo", "/b%20c.jpg?v=1": b"another"}})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        handler.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield handler
        server.shutdown()
        thread.join()


def fetch(shop, address, *, computers=None, max_bytes=MOST, dialled=None):
    """Fetches with names that are resolved as given, and connections that all lead to the shop."""

    def resolver(host, port):
        return (computers or {}).get(host, [PUBLIC])

    def connector(scheme, computer, port, host):
        if dialled is not None:
            dialled.append((scheme, computer, port, host))
        return urllib3.HTTPConnectionPool("127.0.0.1", shop.port, timeout=5, retries=False)

    return fetching.fetched(address, max_bytes, resolver=resolver, connector=connector)


def test_the_computer_that_was_checked_is_the_one_that_is_asked_by_the_name_of_the_shop(shop):
    dialled = []
    assert fetch(shop, "https://shop.example/a.jpg", dialled=dialled) == b"a photo"
    assert dialled == [("https", PUBLIC, 443, "shop.example")]
    assert shop.asked == [("shop.example", "/a.jpg")]
    assert fetch(shop, "http://shop.example:8080/a.jpg", dialled=dialled) == b"a photo"
    assert dialled[-1] == ("http", PUBLIC, 8080, "shop.example")
    assert shop.asked[-1] == ("shop.example:8080", "/a.jpg")
    assert fetch(shop, "http://shop.example/b c.jpg?v=1") == b"another"


@pytest.mark.parametrize(
    "computer",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fd00:ec2::254", "ff02::1", "::ffff:10.0.0.1",
     "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2001:db8::1"],
)  # fmt: skip
def test_a_computer_that_is_not_on_the_internet_is_not_asked(shop, computer):
    for computers in ([computer], [PUBLIC, computer]):
        with pytest.raises(errors.PhotoRefused, match=r"not on the internet"):
            fetch(shop, "http://shop.example/a.jpg", computers={"shop.example": computers})
    assert shop.asked == []


@pytest.mark.parametrize("computer", [PUBLIC, "8.8.8.8", "2606:4700::6810:84e5", "64:ff9b::5db8:d822"])
def test_a_computer_on_the_internet_may_be_asked(computer):
    assert fetching.is_public(computer)


def test_every_redirect_is_checked_again(shop):
    assert fetch(shop, "http://shop.example/to//a.jpg") == b"a photo"
    assert fetch(shop, "http://shop.example/to/https://other.example/a.jpg") == b"a photo"
    assert shop.asked[-1] == ("other.example", "/a.jpg")
    asked = len(shop.asked)
    with pytest.raises(errors.PhotoRefused, match=r"not on the internet"):
        fetch(shop, "http://shop.example/to/http://inner.example/a.jpg", computers={"inner.example": ["192.168.0.9"]})
    assert len(shop.asked) == asked + 1
    with pytest.raises(errors.PhotoRefused, match=r"none of http or https"):
        fetch(shop, "http://shop.example/to/ftp://other.example/a.jpg")
    with pytest.raises(errors.PhotoRefused, match=r"leads on more than 5 times"):
        fetch(shop, "http://shop.example/again")


@pytest.mark.parametrize(
    "address",
    ["ftp://shop.example/a.jpg", "file:///etc/hostname", "http:///a.jpg", "https://me:secret@shop.example/a.jpg", "a"],
)
def test_an_address_of_another_kind_or_with_a_password_is_refused_without_repeating_it(shop, address):
    with pytest.raises(errors.PhotoRefused, match=r"^Its address is none of http or https") as refused:
        fetch(shop, address)
    assert "secret" not in str(refused.value)
    assert shop.asked == []


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/gone.jpg", r"answers with 404"),
        ("/short", r"broke off|does not answer"),
        ("/packed", r"gives a packed file"),
        ("/a.jpg", r"more than 6 bytes"),
    ],
)
def test_what_the_shop_does_not_give_is_said(shop, path, why):
    with pytest.raises(errors.PhotoRefused, match=why):
        fetch(shop, f"http://shop.example{path}", max_bytes=6 if path == "/a.jpg" else MOST)


def test_a_host_that_nobody_knows_or_that_does_not_answer_is_said():
    def nobody(host, port):
        raise OSError("no such name")

    with pytest.raises(errors.PhotoRefused, match=r"does not answer \(OSError\)"):
        fetching.fetched("http://shop.example/a.jpg", MOST, resolver=nobody)


def test_https_connections_ask_for_a_proof_of_the_name_of_the_host():
    pool = fetching.connected("https", PUBLIC, 443, "shop.example")
    assert (pool.host, pool.assert_hostname) == (PUBLIC, "shop.example")
    assert pool.conn_kw["server_hostname"] == "shop.example"
    assert not pool.retries


def test_a_feed_is_brought_in_each_photo_once_and_what_failed_is_tried_again(tmp_path):
    folder = own_photos.shop(tmp_path / "photos")
    photos = sorted(folder.rglob("*.jpg"))
    feed = tmp_path / "feed.csv"
    addresses = {f"https://cdn.example/{number}.jpg": photo for number, photo in enumerate(photos)}
    feed.write_text(
        "id,item group id,product type,image link\n"
        + "".join(f"{n},{n},{photo.parent.name},{address}\n" for n, (address, photo) in enumerate(addresses.items()))
    )
    asked, is_down = [], True

    def from_shop(address, max_bytes):
        asked.append(address)
        if is_down and address.endswith("/3.jpg"):
            raise errors.PhotoRefused("Its address answers with 503. Correct it, or try again later.")
        return addresses[address].read_bytes()

    def bring_in():
        chosen = Choices(fetch=True)
        layout = layouts.recognised(feed, chosen)
        return adding.add(home, "shop", feed, layout, chosen, max_mb=20, fetch=from_shop)

    home = tmp_path / "home"
    first = bring_in()
    assert (first.num_photos, sorted(asked)) == (len(photos) - 1, sorted(addresses))
    table = kept.rows(home, first).set_index("photo")
    assert table["problem"]["https://cdn.example/3.jpg"].startswith("Its address answers with 503")
    assert not list((home / "fetched").iterdir())
    asked.clear()
    is_down = False
    second = bring_in()
    assert (second.num_photos, asked) == (len(photos), ["https://cdn.example/3.jpg"])
    assert (
        kept.rows(home, second)
        .set_index("photo")["sha256"]
        .drop("https://cdn.example/3.jpg")
        .equals(table["sha256"].drop("https://cdn.example/3.jpg"))
    )


def test_a_fetching_that_is_stopped_goes_on_where_it_was(tmp_path):
    addresses = [f"https://cdn.example/{number}.jpg" for number in range(100)]
    asked = []

    def from_shop(address, max_bytes):
        asked.append(address)
        return b"a photo"

    def stop(num):
        if num:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetching.fetch_all(tmp_path, addresses, max_bytes=MOST, fetch=from_shop, on_num=stop)
    assert 0 < len(asked) < 100
    fetching.fetch_all(tmp_path, addresses, max_bytes=MOST, fetch=from_shop, on_num=lambda num: None)
    assert sorted(asked) == sorted(addresses)
