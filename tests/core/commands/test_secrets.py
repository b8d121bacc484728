"""Row 23 on the command line: whatever fails, no password of the settings is printed, nor kept in a log."""

import json
import sys

import pytest
import sqlalchemy.exc as sqlalchemy_errors

from core import __main__ as command_line
from core import doctor
from core.logs import files
from core.store.base import database

CANARY = "canary-7f3e"
ADDRESS = f"postgresql://ada:{CANARY}@127.0.0.1:1/garments"
COMMANDS = (
    ("runs",), ("show", "live"), ("doctor",), ("status",), ("settings",), ("gc", "--dry-run"), ("history",),
    ("compare", "1", "2"), ("promote", "2", "--reason", "fewer lost shirts"), ("names", "show"), ("verdicts", "list"),
    ("train", "--recipe", "quick"), ("log",), ("suspects",), ("report",),
)  # fmt: skip


@pytest.fixture
def run(published_store, monkeypatch, capfd):
    monkeypatch.setenv("GARMENTS_DATA_MIRROR", f"http://ada:{CANARY}@127.0.0.1:1/")

    def run_one(arguments):
        monkeypatch.setattr(sys, "argv", ["core", *arguments])
        code = command_line.main()
        return code, "".join(capfd.readouterr())

    return run_one


def fail(error):
    def raising(*arguments, **named):
        raise error

    return raising


@pytest.mark.parametrize("as_json", [(), ("--json",)], ids=["for people", "for programs"])
def test_no_command_that_fails_says_a_password(run, published_store, monkeypatch, as_json):
    driver = sqlalchemy_errors.OperationalError("SELECT 1", {"p": CANARY}, OSError(ADDRESS))
    num_failed = 0
    for error in (driver, RuntimeError(f"no way to {ADDRESS} with {CANARY}")):
        monkeypatch.setattr(database, "_once", fail(error))
        for arguments in COMMANDS:
            code, said = run([*arguments, *as_json])
            assert CANARY not in said and "Traceback" not in said and len(said) < 20_000, arguments
            num_failed += code != 0
    assert num_failed >= 20
    text = (published_store.home / "logs" / files.NAME).read_text()
    assert CANARY not in text
    assert len([line for line in text.splitlines() if json.loads(line).get("error")]) >= 10


def test_doctor_and_the_settings_show_the_address_of_the_mirror_without_its_password(run, monkeypatch):
    monkeypatch.setattr(doctor, "CHECKS", (lambda store: [f"I2: {ADDRESS} is damaged."],))
    code, said = run(["doctor"])
    assert code == 1 and "I2: postgresql://ada:***@127.0.0.1:1/garments is damaged." in said
    code, said = run(["settings"])
    assert code == 0 and "http://ada:***@127.0.0.1:1/" in said and CANARY not in said
