"""Row 39: what is installed is what was resolved, byte by byte, and not older than what is safe."""

import json
import re
import subprocess
import sys
import threading
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import metadata

import pytest

from core import packages
from core.settings import PROJECT_ROOT
from tests import audit

PINNED = re.compile(r"^(?P<name>[a-z0-9][a-z0-9.-]*)(?:\[[a-z,]+])?==(?P<version>[^ ;\\]+)", re.MULTILINE)


def blocks(name):
    """Each pin of a requirements file -> the text that belongs to it."""
    text = (PROJECT_ROOT / name).read_text(encoding="utf-8")
    starts = [*PINNED.finditer(text)]
    ends = [found.start() for found in starts[1:]] + [len(text)]
    return {
        (found["name"], found["version"]): text[found.start() : end] for found, end in zip(starts, ends, strict=True)
    }


def hashes_of(block):
    return re.findall(r"--hash=sha256:([0-9a-f]{64})\b", block)


@pytest.mark.parametrize("name", audit.FILES)
def test_every_package_of_every_file_is_pinned_with_hashes(name):
    lines = (PROJECT_ROOT / name).read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line[:1] not in (" ", "#", "")]
    assert len(pins) == len(blocks(name)) > 2, "a line that is no pin"
    for pin, block in blocks(name).items():
        hashes = hashes_of(block)
        assert hashes and len(set(hashes)) == len(hashes) == block.count("--hash"), pin


def test_a_newcomer_on_another_system_finds_the_hashes_of_its_files():
    """Compiled packages come as a file a system and a Python; hashes of one alone would lock all others out."""
    for (name, version), block in blocks("requirements.txt").items():
        if name in ("torch", "numpy", "pandas", "pyarrow", "pillow", "scipy", "scikit-learn", "onnxruntime"):
            assert block.count("--hash") >= 15, (name, version)


def test_the_same_package_has_one_version_in_all_files():
    first = blocks("requirements.txt")
    names = {name for name, _ in first}
    for other in ("requirements-team.txt", "requirements-dev.txt"):
        for pin, block in blocks(other).items():
            assert pin[0] not in names or hashes_of(first[pin]) == hashes_of(block), (other, pin)


def test_no_pin_and_nothing_installed_is_older_than_its_floor():
    pins = dict(blocks("requirements.txt").keys())
    for name, floor in packages.FLOORS.items():
        assert packages.release(pins[name]) >= packages.release(floor), name
    assert list(packages.too_old()) == []


def test_an_older_and_a_missing_package_are_named(monkeypatch):
    given = {"torch": "2.9.1+cpu", "pillow": "12.3.0", "streamlit": "1.67", "pyarrow": "26.0", "starlette": "1.10.0"}

    def version(name):
        if name not in given:
            raise metadata.PackageNotFoundError(name)
        return given[name]

    monkeypatch.setattr(metadata, "version", version)
    assert list(packages.too_old()) == [
        "jinja2 is not installed; install requirements.txt.",
        "torch 2.9.1+cpu has holes that are closed since 2.10; install requirements.txt.",
    ]


def test_a_version_is_compared_by_its_numbers():
    assert packages.release("2.10.0+cpu") == packages.release("2.10") == (2, 10) > packages.release("2.9.9rc1")
    with pytest.raises(ValueError, match="'unknown' is no version"):
        packages.release("unknown")


HOLE = audit.Finding(package="p", ids=("GHSA-1", "CVE-2"), fixed_in=("2",))


@pytest.mark.parametrize(("days", "still"), [(-1, True), (0, False), (30, False), (31, True)])
def test_a_waiver_holds_thirty_days(days, still):
    today = date(2026, 11, 30)
    waiver = audit.Waiver(since=today - timedelta(days=days), reason="It is not reachable here.")
    assert audit.counts(HOLE, {"CVE-2": waiver}, today) is still
    assert audit.counts(HOLE, {"CVE-3": waiver}, today)


def test_every_waiver_says_why():
    assert [name for name, waiver in audit.WAIVERS.items() if len(waiver.reason.split()) < 4] == []


ADVISORY = {
    "id": "GHSA-made-upon-eone",
    "aliases": ["CVE-2026-99999"],
    "summary": "Made up for this test.",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "psycopg"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99.0"}]}],
        }
    ],
}


@pytest.fixture
def advisories():
    """A source on this computer that knows a hole in psycopg and in nothing else."""

    class Source(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = {"vulns": [ADVISORY]} if asked["package"]["name"] == "psycopg" else {}
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Source)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/v1/query"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.skipif(audit.program() is None, reason="pip-audit is not in .venv/audit")
def test_a_hole_that_a_source_knows_is_told_and_a_source_out_of_reach_is_no_all_clear(advisories):
    command = [sys.executable, "-m", "tests.audit", str(PROJECT_ROOT / "requirements-team.txt"), "--advisories"]
    told = subprocess.run([*command, advisories], capture_output=True, text=True, cwd=PROJECT_ROOT, check=False)
    assert (told.returncode, told.stdout) == (
        1,
        "requirements-team.txt: psycopg has CVE-2026-99999 / GHSA-made-upon-eone, closed in 99.0.\n"
        "requirements-team.txt: every package was asked about.\n",
    )
    away = subprocess.run(
        [*command, "http://127.0.0.1:9/v1/query"], capture_output=True, text=True, cwd=PROJECT_ROOT, check=False
    )
    assert away.returncode == 3 and "nothing was checked" in away.stdout
