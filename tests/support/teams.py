"""What a team has around the dashboard, started for real: a provider to sign in at, and nginx as the docs say."""

import contextlib
import json
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

from playwright.sync_api import Page

from core.settings import PROJECT_ROOT
from tests.support import server

NGINX = shutil.which("nginx") or next(filter(Path.exists, [Path("/usr/sbin/nginx")]), None)
PEOPLE: dict[str, dict[str, object]] = {
    "vera@example.com": {"groups": []},
    "victor@example.com": {"groups": ["visitors"]},
    "ruth@example.com": {"groups": ["merchandising"]},
    "rob@example.com": {"groups": []},
    "ada@example.com": {"groups": []},
    "alan@example.com": {"groups": ["leads"]},
    "olga@example.com": {"groups": ["it"]},
    "otto@example.com": {"groups": ["it", "merchandising"]},
    "mallory@evil.example": {"groups": []},
    "unsure@example.com": {"groups": ["it"], "email_verified": False},
}
"""Address of each person at the provider -> what else it says of them."""
ROLES = {
    "viewers": "vera@example.com, group:visitors", "reviewers": "group:merchandising, rob@example.com",
    "approvers": "ada@example.com, group:leads", "operators": "group:it",
}  # fmt: skip
"""The settings of roles: two people have each."""
PEOPLE_OF = {
    "viewer": ("vera@example.com", "victor@example.com"), "reviewer": ("ruth@example.com", "rob@example.com"),
    "approver": ("ada@example.com", "alan@example.com"), "operator": ("olga@example.com", "otto@example.com"),
}  # fmt: skip


@contextlib.contextmanager
def provider() -> Iterator[str]:
    """The address of a provider of OpenID Connect that knows `PEOPLE`."""
    port = server.free_port()
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    for name, claims in PEOPLE.items():
        told = {"sub": name, "email": name, "email_verified": True} | claims
        command += ["--user-claims", json.dumps(told)]
    with _running(command, f"http://localhost:{port}/.well-known/openid-configuration"):
        yield f"http://localhost:{port}"


@contextlib.contextmanager
def nginx(folder: Path, behind: str, port: int) -> Iterator[str]:
    """The address of an nginx with the example of docs/teams.md, but without TLS, before the server at `behind`."""
    assert NGINX is not None
    example = re.search(r"```nginx\n(.*?)```", (PROJECT_ROOT / "docs" / "teams.md").read_text(), re.DOTALL)
    assert example is not None
    text = re.sub(r"^ *ssl_.*\n", "", example.group(1), flags=re.MULTILINE)
    text = text.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};").replace("http://127.0.0.1:8501", behind)
    assert behind in text and "ssl" not in text
    own = "".join(f"{kind}_temp_path {folder};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    # A host with its port, for this address is no standard one.
    text = text.replace("$host;", "$http_host;")
    (folder / "nginx.conf").write_text(
        f"daemon off;\npid {folder}/nginx.pid;\nevents {{}}\nhttp {{\naccess_log off;\n{own}{text}}}\n"
    )
    command = [str(NGINX), "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
    with _running(command, f"http://localhost:{port}/healthz"):
        yield f"http://localhost:{port}"


def secrets(folder: Path, address: str, issuer: str) -> Path:
    """A file of secrets for a dashboard that people reach at that address."""
    path = folder / "secrets.toml"
    path.write_text(
        f'[auth]\nredirect_uri = "{address}/oauth2callback"\ncookie_secret = "{"tests" * 10}"\n'
        f'client_id = "garments"\nclient_secret = "a secret of tests"\n'
        f'server_metadata_url = "{issuer}/.well-known/openid-configuration"\n'
        'client_kwargs = { scope = "openid email profile groups" }\n'
    )
    return path


@contextlib.contextmanager
def dashboard(home: Path, folder: Path, **settings: str) -> Iterator[str]:
    """The address of nginx before a dashboard over that home at which `PEOPLE` sign in, with `ROLES`."""
    folder.mkdir(parents=True, exist_ok=True)
    port = server.free_port()
    address = f"http://localhost:{port}"
    with provider() as issuer:
        arguments = ["--secrets.files", str(secrets(folder, address, issuer))]
        process, behind = server.start(home, arguments=arguments, sign_in="provider", **ROLES | settings)
        try:
            with nginx(folder, behind, port):
                yield address
        finally:
            process.terminate()
            process.wait(timeout=30)


def sign_in(page: Page, address: str, name: str) -> None:
    """Goes to an address as a newcomer and signs in as that person."""
    page.goto(address)
    page.get_by_role("link", name="Sign in").click()
    page.get_by_role("button", name=name, exact=True).first.click()
    page.wait_for_url(lambda url: "/authorize" not in url and "oauth2" not in url)


def cookies(page: Page) -> str:
    """The cookies of a browser, for one that sends messages without it."""
    return "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in page.context.cookies())


@contextlib.contextmanager
def _running(command: list[str], answers: str, environment: Mapping[str, str] | None = None) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    try:
        give_up_at = time.monotonic() + 30
        while True:
            assert process.poll() is None and time.monotonic() < give_up_at, f"{command[0]} did not start"
            with contextlib.suppress(urllib.error.URLError, OSError):
                urllib.request.urlopen(answers, timeout=2).read()
                break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)
