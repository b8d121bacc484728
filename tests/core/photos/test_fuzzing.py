"""Ten seconds each of coverage-guided fuzzing of what reads photos and tables; long runs are those of `tests.fuzz`."""

import re
import subprocess
import sys

import pytest

from core.settings import PROJECT_ROOT


@pytest.mark.parametrize(("kind", "fewest"), [("photos", 100), ("tables", 1000)])
def test_ten_seconds_of_mutated_files_are_answered_with_what_they_hold_or_a_sentence(tmp_path, kind, fewest):
    pytest.importorskip("atheris", reason="atheris has no build for this system")
    found = tmp_path / "found"
    found.mkdir()
    options = ["-max_total_time=10", "-seed=20261125", f"-artifact_prefix={found}/"]
    command = [sys.executable, "-m", f"tests.fuzz.{kind}", str(tmp_path / "corpus"), *options]
    # libFuzzer counts the memory of whoever started it as its own, and these tests take gigabytes: a shell takes none.
    command = ["sh", "-c", '"$@"; exit $?', "sh", *command]
    done = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert int(re.search(r"Done (\d+) runs", done.stderr)[1]) > fewest
    assert list(found.iterdir()) == []


def test_the_fuzzer_begins_with_good_photos_of_every_format_that_is_read(tmp_path):
    """In a process of its own, as the fuzzer changes what it imports."""
    pytest.importorskip("atheris", reason="atheris has no build for this system")
    lines = [
        "import pathlib, sys",
        "from tests.fuzz import photos",
        "from core.photos import containers, decoding",
        "folder = pathlib.Path(sys.argv[1])",
        "photos.write_corpus(folder)",
        "for path in folder.iterdir():",
        "    data = path.read_bytes()",
        "    try:",
        "        photo, layout = decoding.decoded(data), containers.inspected(data)",
        "    except Exception:",
        "        continue",
        "    print(layout.format, photo.is_unended)",
    ]
    command = [sys.executable, "-c", "\n".join(lines), str(tmp_path)]
    done = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=300, check=True)
    good = {"PNG False", "JPEG False", "JPEG True", "WEBP False", "HEIF False", "AVIF False"}
    assert set(done.stdout.splitlines()) == good
