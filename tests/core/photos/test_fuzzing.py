"""Ten seconds of coverage-guided fuzzing of the decoder of photos; a long run is `python -m tests.fuzz.photos`."""

import re
import subprocess
import sys

import pytest

from core.settings import PROJECT_ROOT


def test_ten_seconds_of_mutated_photos_is_answered_with_pictures_or_sentences(tmp_path):
    pytest.importorskip("atheris", reason="atheris has no build for this system")
    found = tmp_path / "found"
    found.mkdir()
    options = ["-max_total_time=10", "-seed=20261125", f"-artifact_prefix={found}/"]
    command = [sys.executable, "-m", "tests.fuzz.photos", str(tmp_path / "corpus"), *options]
    # libFuzzer counts the memory of whoever started it as its own, and these tests take gigabytes: a shell takes none.
    command = ["sh", "-c", '"$@"; exit $?', "sh", *command]
    done = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert int(re.search(r"Done (\d+) runs", done.stderr)[1]) > 100
    assert list(found.iterdir()) == []
