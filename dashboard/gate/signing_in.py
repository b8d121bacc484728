"""Who sends this request: by the cookie of Streamlit's sign-in, or by the headers of a proxy whose address is named."""

import ipaddress
import json
import os
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from streamlit import auth_util
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from core.settings import Settings
from dashboard.session.identity import SignedIn

LONGEST_NAME = 200
"""Characters of a name in the history; a longer one is nobody's."""


def who(scope: Mapping[str, Any], settings: Settings) -> SignedIn | None:
    """Who sends this request or opens this connection; None where nobody is signed in."""
    headers = Headers(scope=dict(scope))
    if settings.sign_in == "proxy":
        return _of_proxy(scope, headers, settings)
    return _of_provider(headers, settings)


def providers() -> list[str]:
    """The providers of `.streamlit/secrets.toml`, by the names they have there; "default" for the one without."""
    section = auth_util.get_secrets_auth_section().to_dict()
    named = [name for name, value in section.items() if isinstance(value, dict) and "client_id" in value]
    return named or (["default"] if "client_id" in section else [])


def _of_provider(headers: Headers, settings: Settings) -> SignedIn | None:
    claims = _claims(headers)
    if not claims.get("is_logged_in") or claims.get("origin") != auth_util.get_origin_from_redirect_uri():
        return None
    signed_at, name = claims.get("iat"), claims.get(settings.person_claim)
    if settings.person_claim == "email" and claims.get("email_verified") is False:
        return None  # anybody can give an address that is not theirs
    if not isinstance(signed_at, int | float) or not _is_name(name):
        return None
    until = signed_at + settings.sign_in_hours * 3600
    if until < time.time():
        return None
    groups = claims.get(settings.groups_claim)
    return SignedIn(
        name=str(name).strip(),
        groups=tuple(map(str, groups)) if isinstance(groups, list) else (),
        known_by=f"sign-in at {claims.get('provider', 'default')}",
        until=until,
    )


def _claims(headers: Headers) -> dict[str, Any]:
    """What the signed cookie of Streamlit's sign-in says; empty where it is missing or not signed by this server."""
    cookies = cookie_parser(headers.get("cookie", ""))

    def signed(name: str) -> bytes | None:
        value = cookies.get(name)
        return None if value is None else decode_signed_value(get_cookie_secret(), name, value.encode("latin-1"))

    found = auth_util.get_cookie_with_chunks(signed, USER_COOKIE_NAME)
    try:
        claims = json.loads(found) if found else {}
    except ValueError:
        return {}
    return claims if isinstance(claims, dict) else {}


def _of_proxy(scope: Mapping[str, Any], headers: Headers, settings: Settings) -> SignedIn | None:
    names = headers.getlist(settings.proxy_person_header)
    if not is_from_proxy(scope, settings) or len(names) != 1 or not _is_name(names[0]):
        return None
    groups = ",".join(headers.getlist(settings.proxy_groups_header)).split(",")
    return SignedIn(
        name=names[0].strip(),
        groups=tuple(group.strip() for group in groups if group.strip()),
        known_by="proxy",
        until=time.time() + settings.sign_in_hours * 3600,
    )


def is_from_proxy(scope: Mapping[str, Any], settings: Settings) -> bool:
    """Whether it comes straight from one of the addresses of `GARMENTS_PROXY_ADDRESSES`.

    Uvicorn puts the address of a header in place of the sender's where it trusts the sender, and says port 0 then. So
    port 0 tells that one of those whom it trusts sent it, and that what stands there is only what was said.
    """
    client = scope.get("client")
    if not client:
        return False
    senders = [client[0]] if client[1] else os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1").split(",")
    proxies = {_address(part) for part in settings.proxy_addresses.split(",")}
    return all(_address(sender) in proxies for sender in senders)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _is_name(name: object) -> bool:
    return isinstance(name, str) and 0 < len(name.strip()) <= LONGEST_NAME and name.isprintable()


def cookie(scope: Mapping[str, Any], name: str) -> str:
    """The cookie of that name, unquoted; empty where there is none."""
    return unquote(cookie_parser(Headers(scope=dict(scope)).get("cookie", "")).get(name, ""))
