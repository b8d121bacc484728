"""What must hold before the server answers anybody; otherwise it says why in one sentence and ends."""

import importlib.util
import ipaddress
import sys
from collections.abc import Iterator
from typing import Any

from streamlit import auth_util, config

from core import errors
from core.settings import Settings, load, refuse_useless
from dashboard.gate import signing_in

WRONG = 2
"""What the process ends with, as commands do where a setting is wrong."""
_FLAGS = (
    ("server.enableCORS", True, "lets pages of others use the dashboard of whoever is signed in"),
    ("server.enableXsrfProtection", True, "lets pages of others send files"),
    ("server.enableAgentApi", False, "lets programs use the dashboard without its pages"),
    ("global.developmentMode", False, "lets anybody stop the server"),
)
"""Option of Streamlit, the value it must have, and what the other one does."""
_SECRET_CHARACTERS = 32


def checked_settings() -> Settings:
    """The settings of this process; ends it with `WRONG` and one line where it must not start."""
    try:
        settings = load()
        if found := next(problems(settings), None):
            raise errors.SettingsError(found)
        refuse_useless(settings.home)
    except errors.SettingsError as error:
        print(f"The dashboard was not started: {error}", file=sys.stderr)  # noqa: T201
        raise SystemExit(WRONG) from None
    return settings


def problems(settings: Settings) -> Iterator[str]:
    """Each reason not to start, as a sentence with the next step."""
    yield from _exposed(settings)
    for option, value, does in _FLAGS:
        if bool(config.get_option(option)) is not value:
            yield f"{option} is {_told(not value)}, which {does}. Set it to {_told(value)}."
    if settings.sign_in != "none":
        yield from _roles(settings)
        if base := config.get_option("server.baseUrlPath"):
            yield f"server.baseUrlPath is {base!r}, and a sign-in takes a host of its own: remove it (docs/teams.md)."
    if settings.sign_in == "provider":
        yield from _provider()
    if settings.sign_in == "proxy" and not settings.proxy_addresses.strip():
        yield "GARMENTS_PROXY_ADDRESSES is empty: name the address that the proxy connects from."


def is_loopback(address: str | None) -> bool:
    """Whether only this computer reaches a server at that address; without one it listens everywhere."""
    try:
        return address == "localhost" or ipaddress.ip_address(address or "").is_loopback
    except ValueError:
        return False


def _exposed(settings: Settings) -> Iterator[str]:
    address = config.get_option("server.address")
    if is_loopback(address):
        return
    if settings.sign_in == "none":
        yield (
            f"it would listen on {address or 'every address of this computer'} without a sign-in, and everybody there "
            "could do everything. Start it in the folder of its README, which keeps it to this computer, or set "
            "GARMENTS_SIGN_IN (docs/teams.md)."
        )
    hosts = config.get_option("server.allowedHosts")
    if not hosts or "*" in hosts:
        yield "server.allowedHosts must name the hosts under which people reach it (docs/teams.md)."


def _roles(settings: Settings) -> Iterator[str]:
    if not any(setting.strip() for setting in settings.roles.values()):
        yield (
            "nobody has a role, so nobody could open it. Name people or groups in GARMENTS_VIEWERS, "
            "GARMENTS_REVIEWERS, GARMENTS_APPROVERS and GARMENTS_OPERATORS (docs/teams.md)."
        )


def _provider() -> Iterator[str]:
    if importlib.util.find_spec("authlib") is None:
        yield "GARMENTS_SIGN_IN is 'provider', which needs `pip install -r requirements-team.txt`."
        return
    section: dict[str, Any] = auth_util.get_secrets_auth_section().to_dict()
    where = "in the section [auth] of .streamlit/secrets.toml (docs/teams.md)"
    if not signing_in.providers():
        yield f"GARMENTS_SIGN_IN is 'provider', and no client_id stands {where}."
    if len(str(section.get("cookie_secret", ""))) < _SECRET_CHARACTERS:
        yield f"cookie_secret must have {_SECRET_CHARACTERS} characters or more, by chance, {where}."
    if not str(section.get("redirect_uri", "")).endswith("/oauth2callback"):
        yield f"redirect_uri must be the dashboard's address with /oauth2callback at its end, {where}."


def _told(value: bool) -> str:
    return "true" if value else "false"
