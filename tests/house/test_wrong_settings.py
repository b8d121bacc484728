"""Row 33: whatever stands in the environment, it is used or refused in one line that names the setting."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as how
from hypothesis import strategies as st

from core import errors, masking, settings
from core.settings import PREFIX, PROJECT_ROOT

KEYS = sorted(PREFIX + name.upper() for name in settings.Settings.model_fields)
CANARY = "canary-7f3e"
IN_ENVIRONMENT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60)
VALUES = IN_ENVIRONMENT | st.sampled_from([
    "", " ", "0", "-1", "1e9", "nan", "inf", "9" * 400, "٣", "1_000", "0x10", "1.5", "true", "None", "\n", "a\nb",
    "\u202e",
    "~", "~nobody-at-all/x", "/", "..", "../..", "/proc/self/x", "/dev/null/x", "a" * 5000, "C:\\x", "\\\\host\\share",
    "http://", "https://[", "ftp://x", "http://u:%zz@h:99999999/", f"http://ada:{CANARY}@h/", "javascript:x",
    "sqlite://", "sqlite:///", "sqlite:////dev/null/x.db", "sqlite:///:memory:", f"mysql://ada:{CANARY}@h/x",
    f"postgresql://ada:{CANARY}@h:port/x", f"postgresql://ada:{CANARY}@h:1:2/x", f"{CANARY} no address", "postgresql",
    f"postgresql://ada:{CANARY}@127.0.0.1:1/x?connect_timeout=x", f"nonsense+{CANARY}://x", f"://ada:{CANARY}@",
])  # fmt: skip
UNKNOWN = st.from_regex(r"GARMENTS_[A-Z_]{0,12}", fullmatch=True).filter(lambda key: key not in KEYS)


def named(error, key):
    """Whether the message is one line that says which setting it is."""
    text = str(error)
    return text.isprintable() and len(text) < 1000 and text.startswith((key, f"Unknown setting {key!r}"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("settings")


@how(max_examples=200, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(key=st.sampled_from(KEYS) | UNKNOWN, value=VALUES)
@example(key="GARMENTS_HOME", value="~nobody-at-all/x")
@example(key="GARMENTS_DATABASE_URL", value=f"postgresql://ada:{CANARY}@h:port/x")
def test_two_hundred_settings_are_used_or_refused_in_one_line_that_names_them(folder, key, value):
    is_secret = f"://ada:{CANARY}@" in value or key == "GARMENTS_DATABASE_URL"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(masking, "_known", {})
        patch.setenv("GARMENTS_HOME", str(folder / "home"))
        patch.setenv(key, value)
        try:
            settings.verified()
        except errors.SettingsError as error:
            assert named(error, key), str(error)
            assert CANARY not in str(error) or not is_secret
        else:
            assert key in KEYS
            assert CANARY not in str(settings.load().masked()) or not is_secret


@pytest.mark.parametrize("key", KEYS)
def test_every_setting_can_be_wrong_but_those_that_may_be_any_text(key):
    def refused(value):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(key, value)
            try:
                settings.verified()
            except errors.SettingsError as error:
                return named(error, key)
            return False

    free = {"GARMENTS_CATALOGUE", "GARMENTS_BACKBONE"}  # whoever loads them knows which there are
    assert any(map(refused, ("-1", "/dev/null/x", "~nobody-at-all/x"))) == (key not in free)


def test_a_home_that_cannot_be_made_or_written_is_refused(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GARMENTS_HOME", str(tmp_path / "file"))
    with pytest.raises(errors.SettingsError, match=r"^GARMENTS_HOME .*file' is no folder"):
        settings.verified()
    monkeypatch.setenv("GARMENTS_HOME", str(tmp_path / "file" / "below"))
    with pytest.raises(errors.SettingsError, match=r"^GARMENTS_HOME .*below' cannot be made"):
        settings.verified()
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("GARMENTS_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write everything
    with pytest.raises(errors.SettingsError, match=r"^GARMENTS_HOME .*home' cannot be written"):
        settings.verified()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("GARMENTS_HOEM", "x"),
        ("GARMENTS_HOME", "/dev/null/x"),
        ("GARMENTS_DATABASE_URL", f"mysql://ada:{CANARY}@h/x"),
        ("GARMENTS_DATA_MIRROR", f"ftp://ada:{CANARY}@h/x"),
    ],
)
def test_a_command_with_a_wrong_setting_ends_with_2_and_one_line(key, value, tmp_path):
    environment = {**os.environ, "GARMENTS_HOME": str(tmp_path / "home"), key: value}
    done = subprocess.run(
        [sys.executable, "-m", "core", "runs"], cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True,
        check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1), done.stderr
    assert key in done.stderr and CANARY not in done.stderr
    assert not (tmp_path / "home").exists() or not list(Path(tmp_path / "home").iterdir())
