"""Who a request is from: by a proxy whose address is named, or by the signed cookie of Streamlit's sign-in."""

import hashlib
import json
import time

import pytest
from streamlit import auth_util
from streamlit.web.server.starlette import starlette_app_utils
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from core.settings import Settings
from dashboard.gate import signing_in

SECRET = "x" * 64
ADA = {"X-Forwarded-Email": "ada@example.com", "X-Forwarded-Groups": "merchandising, it"}


def scope(headers, client=("127.0.0.1", 40000)):
    pairs = headers.items() if isinstance(headers, dict) else headers
    return {"headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in pairs], "client": client}


@pytest.fixture
def proxy(tmp_path):
    return lambda **given: Settings(home=tmp_path, sign_in="proxy", **given)


def test_the_proxy_names_the_person_and_the_groups(proxy):
    who = signing_in.who(scope(ADA), proxy())
    assert (who.name, who.groups, who.known_by) == ("ada@example.com", ("merchandising", "it"), "proxy")
    renamed = proxy(proxy_person_header="X-Auth-Request-Email", proxy_groups_header="X-Roles")
    who = signing_in.who(scope({"X-Auth-Request-Email": "g@example.com", "X-Roles": "a"} | ADA), renamed)
    assert (who.name, who.groups) == ("g@example.com", ("a",))


@pytest.mark.parametrize(
    ("client", "addresses", "is_believed"),
    [
        (("127.0.0.1", 5), "127.0.0.1", True),
        (("10.0.0.9", 5), "127.0.0.1", False),
        (("10.0.0.9", 5), "10.0.0.8, 10.0.0.9", True),
        (("::ffff:10.0.0.9", 5), "10.0.0.9", True),
        (("203.0.113.7", 0), "127.0.0.1", True),  # said by the proxy on this computer, whom uvicorn trusts
        (("10.0.0.9", 0), "10.0.0.9", False),  # said by somebody on this computer, who is not the proxy
        (None, "127.0.0.1", False),
        (("testclient", 5), "127.0.0.1", False),
    ],
)
def test_headers_are_believed_from_the_address_of_the_proxy_only(proxy, monkeypatch, client, addresses, is_believed):
    monkeypatch.delenv("FORWARDED_ALLOW_IPS", raising=False)
    who = signing_in.who(scope(ADA, client), proxy(proxy_addresses=addresses))
    assert (who is not None) is is_believed


def test_where_the_server_believes_others_too_they_must_all_be_proxies(proxy, monkeypatch):
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "127.0.0.1,10.0.0.9")
    said = scope(ADA, ("203.0.113.7", 0))
    assert signing_in.who(said, proxy()) is None
    assert signing_in.who(said, proxy(proxy_addresses="127.0.0.1,10.0.0.9")) is not None
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    assert signing_in.who(said, proxy()) is None


@pytest.mark.parametrize("name", ["", "   ", "a\tb", "x" * 201, "ada\x00"])
def test_a_name_that_is_none_is_nobodys(proxy, name):
    assert signing_in.who(scope({"X-Forwarded-Email": name}), proxy()) is None


def test_a_header_that_comes_twice_is_nobodys(proxy):
    twice = [("X-Forwarded-Email", "ada@example.com"), ("X-Forwarded-Email", "otto@example.com")]
    assert signing_in.who(scope(twice), proxy()) is None


# ---- the cookie -------------------------------------------------------------------------------------------------


@pytest.fixture
def provider(tmp_path, monkeypatch):
    monkeypatch.setattr(signing_in, "get_cookie_secret", lambda: SECRET)
    monkeypatch.setattr(auth_util, "get_origin_from_redirect_uri", lambda: "https://garments.example.com")
    return lambda **given: Settings(home=tmp_path, sign_in="provider", **given)


def cookies(claims, secret=SECRET):
    """The cookies that Streamlit 1.67 writes for these claims, in as many parts as it takes."""
    found = {}
    auth_util.set_cookie_with_chunks(
        lambda name, value: found.update({name: starlette_app_utils.create_signed_value(secret, name, value).decode()}),
        lambda name, value: starlette_app_utils.create_signed_value(secret, name, value),
        USER_COOKIE_NAME,
        claims,
        cookie_attr_size=100,
    )
    return {"cookie": "; ".join(f"{name}={value}" for name, value in found.items())}


def claims(**more):
    return {
        "is_logged_in": True, "origin": "https://garments.example.com", "provider": "work", "iat": time.time() - 60,
        "email": "ada@example.com", "name": "Ada", "groups": ["merchandising"],
    } | more  # fmt: skip


def test_the_cookie_names_the_person_the_groups_and_the_provider(provider):
    who = signing_in.who(scope(cookies(claims())), provider())
    assert (who.name, who.groups, who.known_by) == ("ada@example.com", ("merchandising",), "sign-in at work")
    who = signing_in.who(scope(cookies(claims(roles=["a"]))), provider(person_claim="name", groups_claim="roles"))
    assert (who.name, who.groups) == ("Ada", ("a",))


def test_a_cookie_in_several_parts_is_one(provider):
    many = [hashlib.sha256(bytes([number])).hexdigest() for number in range(150)]  # which no compression makes small
    sent = cookies(claims(groups=many))
    assert sent["cookie"].count("_streamlit_user") > 2
    assert signing_in.who(scope(sent), provider()).groups == tuple(many)


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"cookie": "_streamlit_user=nonsense"},
        {"cookie": f"_streamlit_user={json.dumps(claims())}"},
        cookies(claims(), secret="another" * 8),
        cookies(claims(is_logged_in=False)),
        cookies(claims(origin="https://elsewhere.example.com")),
        cookies(claims(email=None)),
        cookies(claims(email="")),
        cookies(claims(email_verified=False)),
        cookies(claims(iat=time.time() - 13 * 3600)),
        cookies(claims(iat="yesterday")),
        cookies({"email": "ada@example.com"}),
        ADA,
    ],
    ids=["none", "nonsense", "unsigned", "another secret", "signed out", "another dashboard", "no address", "empty",
         "not verified", "run out", "no time", "nothing else", "only a proxy's header"],
)  # fmt: skip
def test_what_does_not_prove_a_sign_in_is_nobodys(provider, sent):
    assert signing_in.who(scope(sent), provider()) is None


def test_a_sign_in_holds_as_long_as_the_settings_say(provider):
    sent = cookies(claims(iat=time.time() - 3 * 3600))
    assert signing_in.who(scope(sent), provider(sign_in_hours=4)) is not None
    assert signing_in.who(scope(sent), provider(sign_in_hours=2)) is None
