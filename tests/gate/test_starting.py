"""What the server refuses to start with, in one line; as a newcomer would see it, too."""

import os
import subprocess
import sys
import time

import pytest
from streamlit import config

from core.settings import PREFIX, PROJECT_ROOT, Settings
from dashboard.gate import starting
from tests.gate.conftest import ROLES

SAFE = {
    "server.address": "127.0.0.1", "server.enableCORS": True, "server.enableXsrfProtection": True,
    "server.enableAgentApi": False, "global.developmentMode": False, "server.allowedHosts": ["localhost"],
    "server.baseUrlPath": "",
}  # fmt: skip
SECRETS = {"client_id": "garments", "cookie_secret": "x" * 32, "redirect_uri": "https://g.example.com/oauth2callback"}


@pytest.fixture
def options(monkeypatch):
    """The options of Streamlit that are asked for, changed by what is given."""

    def given(**changed):
        held = SAFE | {name.replace("__", "."): value for name, value in changed.items()}
        monkeypatch.setattr(config, "get_option", held.__getitem__)

    given()
    return given


def first(tmp_path, **settings):
    return next(starting.problems(Settings(home=tmp_path, **settings)), "")


def test_alone_on_this_computer_nothing_is_missing(tmp_path, options):
    assert first(tmp_path) == ""
    for address in ("localhost", "::1", "127.0.0.2"):
        options(server__address=address)
        assert first(tmp_path) == ""


@pytest.mark.parametrize("address", [None, "", "0.0.0.0", "::", "10.0.0.7", "garments.example.com"])
def test_any_other_address_takes_a_sign_in_and_the_names_of_its_hosts(tmp_path, options, address):
    options(server__address=address)
    assert "without a sign-in" in first(tmp_path)
    assert first(tmp_path, sign_in="proxy", **ROLES) == ""
    for hosts in ([], ["*"]):
        options(server__address=address, server__allowedHosts=hosts)
        assert "server.allowedHosts must name" in first(tmp_path, sign_in="proxy", **ROLES)


@pytest.mark.parametrize(
    ("option", "value"),
    [("server__enableCORS", False), ("server__enableXsrfProtection", False), ("server__enableAgentApi", True),
     ("global__developmentMode", True)],
)  # fmt: skip
def test_what_lets_others_in_is_named(tmp_path, options, option, value):
    options(**{option: value})
    said = first(tmp_path)
    assert said.startswith(option.replace("__", ".") + " is ") and said.endswith(f"Set it to {str(not value).lower()}.")


def test_a_sign_in_takes_a_host_of_its_own(tmp_path, options):
    options(server__baseUrlPath="garments")
    assert first(tmp_path) == ""
    assert "server.baseUrlPath is 'garments'" in first(tmp_path, sign_in="proxy", **ROLES)


def test_a_sign_in_without_roles_and_a_proxy_without_an_address_are_named(tmp_path, options):
    assert "nobody has a role" in first(tmp_path, sign_in="proxy")
    assert "GARMENTS_PROXY_ADDRESSES is empty" in first(tmp_path, sign_in="proxy", viewers="*", proxy_addresses="")


@pytest.mark.parametrize(
    ("secrets", "said"),
    [
        ({}, "no client_id"),
        (SECRETS | {"cookie_secret": "short"}, "cookie_secret must have 32 characters"),
        (SECRETS | {"redirect_uri": "https://g.example.com/"}, "/oauth2callback at its end"),
        (SECRETS, ""),
        ({"google": {"client_id": "g"}, **{name: SECRETS[name] for name in ("cookie_secret", "redirect_uri")}}, ""),
    ],
)
def test_what_the_provider_takes_is_named(tmp_path, options, monkeypatch, secrets, said):
    monkeypatch.setattr(starting.auth_util, "get_secrets_auth_section", lambda: starting.auth_util.AttrDict(secrets))
    found = first(tmp_path, sign_in="provider", **ROLES)
    assert said in found and bool(said) == bool(found)
    assert SECRETS["cookie_secret"] not in found


@pytest.mark.parametrize(
    ("arguments", "settings", "said"),
    [
        (["--server.address", "0.0.0.0"], {}, "it would listen on 0.0.0.0 without a sign-in"),
        ([], {"TRASH_DAYS": "soon"}, "GARMENTS_TRASH_DAYS should be a valid integer"),
        (["--server.enableXsrfProtection", "false"], {}, "server.enableXsrfProtection is false"),
        ([], {"HOME": "/proc/nowhere"}, "/proc/nowhere"),
    ],
)
def test_the_server_ends_at_once_with_one_line(tmp_path, arguments, settings, said):
    environment = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "STREAMLIT_"))}
    environment |= {PREFIX + "HOME": str(tmp_path)} | {PREFIX + name: value for name, value in settings.items()}
    command = [sys.executable, "-m", "streamlit", "run", "dashboard", "--server.headless", "true", *arguments]
    command += ["--server.port", "0"]
    began = time.process_time()
    ended = subprocess.run(command, cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert time.process_time() - began < 3
    assert ended.returncode == starting.WRONG
    [line] = [line for line in ended.stderr.splitlines() if line.startswith("The dashboard was not started")]
    assert said in line and "Traceback" not in ended.stderr
    assert not list(tmp_path.iterdir()), "nothing was made"
