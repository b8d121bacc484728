"""Photos from their addresses, where a person asked for it: from public computers only, with limits, once each.

A name is turned into addresses of computers once; they are checked, and the connection goes to one that was checked, so
that a name which answers otherwise a moment later leads nowhere. Every redirect is checked the same way. What a proxy
would connect to cannot be checked, so none is used.
"""

import hashlib
import ipaddress
import socket
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import SplitResult, urljoin, urlsplit

import urllib3

from core import errors
from core.catalogue import kept

MOST_REDIRECTS = 5
CONNECT_SECONDS = 10.0
SILENT_SECONDS = 20.0
"""Without a byte, after which a photo is given up."""
MOST_SECONDS = 120.0
"""For one photo."""
AT_ONCE = 8
_CHUNK = 64
_PIECE_BYTES = 1 << 16
_PORTS = {"http": 80, "https": 443}
_REDIRECTS = (301, 302, 303, 307, 308)
_HEADERS = {
    "User-Agent": "garment-tags",
    # Servers of pictures send other formats to whoever names none, or packs them once more.
    "Accept": "image/jpeg,image/png,image/webp",
    "Accept-Encoding": "identity",
}
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""IPv6 addresses that lead to the IPv4 address in their last 32 bits."""

Resolver = Callable[[str, int], Sequence[str]]
"""Gives the addresses of computers, as text, of a name and port; raises OSError where there are none."""
Connector = Callable[[str, str, int, str], urllib3.HTTPConnectionPool]
"""Gives connections for a scheme, address of a computer, port and name of a host."""
Fetch = Callable[[str, int], bytes]
"""Gives the content of an address of at most so many bytes; raises `errors.PhotoRefused`."""


def resolved(host: str, port: int) -> list[str]:
    """What the system says the addresses of a host are."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def connected(scheme: str, computer: str, port: int, host: str) -> urllib3.HTTPConnectionPool:
    """Connections to exactly that computer, which must prove to be the host where the scheme is https."""
    timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=SILENT_SECONDS)
    if scheme == "https":
        return urllib3.HTTPSConnectionPool(
            computer, port, timeout=timeout, retries=False, server_hostname=host, assert_hostname=host
        )
    return urllib3.HTTPConnectionPool(computer, port, timeout=timeout, retries=False)


def is_public(computer: str) -> bool:
    """Whether an address of a computer is one of the internet: not this one, not the house, not a cloud's own."""
    found = ipaddress.ip_address(computer.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = [found.ipv4_mapped, found.sixtofour, *(found.teredo or ())]
        inner += [ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)] if found in _TRANSLATED else []
        if not all(each is None or is_public(str(each)) for each in inner):
            return False
    return found.is_global and not found.is_multicast


def fetched(address: str, max_bytes: int, *, resolver: Resolver = resolved, connector: Connector = connected) -> bytes:
    """The content of an address.

    Args:
        address: http or https.
        max_bytes: that it may have.
        resolver: see `Resolver`; tests give another one, no setting does.
        connector: see `Connector`; the same.

    Raises:
        errors.PhotoRefused: it may not be fetched, or could not be; one sentence says why.
    """
    give_up_at = time.monotonic() + MOST_SECONDS
    for _ in range(MOST_REDIRECTS + 1):
        try:
            found = _answer(_checked(address), max_bytes, give_up_at, resolver, connector)
        except errors.PhotoRefused:
            raise
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise errors.PhotoRefused(
                f"Its address does not answer ({type(error).__name__}). Try again later."
            ) from None
        if isinstance(found, bytes):
            return found
        address = urljoin(address, found)
    raise errors.PhotoRefused(f"Its address leads on more than {MOST_REDIRECTS} times. Give the last one.")


def fetch_all(
    home: Path, addresses: Sequence[str], *, max_bytes: int, fetch: Fetch, on_num: Callable[[int], None]
) -> dict[str, str]:
    """Fetches those that are not here yet, into files of the home: `place_of` says which.

    Args:
        home: where they wait until they are brought in.
        addresses: each once.
        max_bytes: of one photo.
        fetch: see `Fetch`.
        on_num: called with how many are done; may raise to stop, and the next call goes on there.

    Returns:
        Why an address has no file, for each that has none.
    """
    problems: dict[str, str] = {}

    def fetch_one(address: str) -> None:
        if place_of(home, address).is_file():
            return
        try:
            kept.write_whole(place_of(home, address), fetch(address, max_bytes))
        except errors.PhotoRefused as error:
            problems[address] = str(error)

    place_of(home, "").parent.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="fetching") as pool:
        for start in range(0, len(addresses), _CHUNK):
            on_num(start)
            list(pool.map(fetch_one, addresses[start : start + _CHUNK]))
    return problems


def place_of(home: Path, address: str) -> Path:
    """Where the photo of an address waits."""
    return home / "fetched" / hashlib.sha256(address.encode()).hexdigest()


def forget(home: Path, addresses: Sequence[str]) -> None:
    """Takes away the files of addresses that were brought in."""
    for address in addresses:
        place_of(home, address).unlink(missing_ok=True)


def _checked(address: str) -> SplitResult:
    parts = urlsplit(address.strip())
    if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None:
        raise errors.PhotoRefused("Its address is none of http or https without a name and password. Correct it.")
    return parts


def _answer(
    parts: SplitResult, max_bytes: int, give_up_at: float, resolver: Resolver, connector: Connector
) -> bytes | str:
    """The content, or the address to which it leads on."""
    host, port = str(parts.hostname), parts.port or _PORTS[parts.scheme]
    computers = list(resolver(host, port))
    if not computers or not all(map(is_public, computers)):
        raise errors.PhotoRefused("Its address leads to a computer that is not on the internet. Copy the photo here.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    name = f"[{host}]" if ":" in host else host
    headers = {**_HEADERS, "Host": name if port == _PORTS[parts.scheme] else f"{name}:{port}"}
    with connector(parts.scheme, computers[0], port, host) as pool:
        answer = pool.urlopen("GET", path, headers=headers, redirect=False, preload_content=False)
        try:
            if answer.status in _REDIRECTS and (target := answer.headers.get("Location")):
                return target
            if answer.status != 200:
                raise errors.PhotoRefused(f"Its address answers with {answer.status}. Correct it, or try again later.")
            return _content(answer, max_bytes, give_up_at)
        finally:
            answer.close()


def _content(answer: urllib3.BaseHTTPResponse, max_bytes: int, give_up_at: float) -> bytes:
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise errors.PhotoRefused("Its address gives a packed file. Copy the photo here.")
    content = bytearray()
    while piece := answer.read1(_PIECE_BYTES, decode_content=False):
        content += piece
        if len(content) > max_bytes:
            raise errors.PhotoRefused(f"It has more than {max_bytes:,} bytes. Make it smaller.")
        if time.monotonic() > give_up_at:
            raise errors.PhotoRefused(f"It took longer than {MOST_SECONDS:.0f} seconds. Try again later.")
    expected = answer.headers.get("Content-Length", "")
    if expected.isdecimal() and int(expected) != len(content):
        raise errors.PhotoRefused("Its address broke off. Try again later.")
    return bytes(content)
