"""Files that commands write where a person says: whole, or as they were."""

import errno
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from core import __main__ as command_line
from core import errors
from core.commands import files
from core.settings import PROJECT_ROOT
from tests.support import worlds

BEFORE, AFTER = b"as it was\n", "\ufeffname\nZoë\n".encode()
NOBODY = 65_534


@pytest.fixture
def file(tmp_path):
    found = tmp_path / "there" / "list.csv"
    found.parent.mkdir()
    found.write_bytes(BEFORE)
    return found


def printed(code, *, first="", environment=None, **streams):
    """What a program of its own did that writes `AFTER` with `files`, and prints one line behind it."""
    program = (
        f"{first}from pathlib import Path\nfrom core import errors\nfrom core.commands import files\n"
        f"try:\n files.write({AFTER!r}, {code})\n print('done')\n"
        "except errors.StoreError as error:\n raise SystemExit(str(error))\n"
    )
    return subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT_ROOT, env=os.environ | (environment or {}), timeout=120,
        check=False, **streams,
    )  # fmt: skip


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_and_nothing_else_is_left(file):
    files.write(AFTER, file)
    files.write(AFTER, file.with_name("new.csv"))
    assert file.read_bytes() == file.with_name("new.csv").read_bytes() == AFTER
    assert names_in(file.parent) == ["list.csv", "new.csv"]


def test_a_write_that_fails_halfway_leaves_the_file_as_it_was(file):
    pytest.importorskip("resource", reason="Windows limits no files")
    # No file may grow beyond 8 bytes, as a disk may run out in the middle of one: in a program of its own, since the
    # limit would hold for whatever the tests print as well.
    limited = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (8, 8))\n"
    for path in (file, file.with_name("new.csv")):
        found = printed(f"Path({str(path)!r})", first=limited, capture_output=True, text=True)
        assert found.returncode == 1
        assert found.stderr.strip() == f"{path} cannot be written (File too large). Name another file."
    assert file.read_bytes() == BEFORE
    assert names_in(file.parent) == ["list.csv"]


@pytest.mark.parametrize("arguments", ["log --csv", "verdicts export", "names export", "costs export"])
def test_every_command_leaves_the_file_as_it_was_where_the_disk_is_full(store, file, monkeypatch, capsys, arguments):
    def fsync(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    worlds.publish(store)
    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(sys, "argv", ["core", *arguments.split(), str(file)])
    assert command_line.main() == 1
    assert capsys.readouterr() == ("", f"{file} cannot be written (No space left on device). Name another file.\n")
    assert file.read_bytes() == BEFORE
    assert names_in(file.parent) == ["list.csv"]


def test_a_link_stays_a_link_and_what_it_points_to_is_written(file, tmp_path):
    for target in (file, file.with_name("new.csv")):
        link = tmp_path / target.name
        link.symlink_to(target)
        files.write(AFTER, link)
        assert link.is_symlink()
        assert target.read_bytes() == AFTER


def test_a_file_keeps_who_may_read_and_write_it(file):
    for mode in (0o600, 0o664, 0o666):
        file.chmod(mode)
        files.write(AFTER, file)
        assert file.stat().st_mode & 0o7777 == mode
    new = file.with_name("new.csv")
    files.write(AFTER, new)
    file.with_name("other.csv").write_bytes(AFTER)
    assert new.stat().st_mode == file.with_name("other.csv").stat().st_mode


def test_a_file_stays_whose_it_was(file):
    owner = (12_345, 23_456) if os.geteuid() == 0 else (os.geteuid(), os.getegid())
    os.chown(file, *owner)
    files.write(AFTER, file)
    assert (file.stat().st_uid, file.stat().st_gid) == owner


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("no/list.csv", "No such file or directory"),
        ("list.csv/list.csv", "Not a directory"),
        ("folder", "Is a directory"),
        ("round.csv", "Too many levels of symbolic links"),
        ("protected.csv", "Permission denied"),
        ("protected/new.csv", "Permission denied"),
        ("x" * 300, "File name too long"),
    ],
)
def test_what_cannot_be_written_is_named_with_the_reason(desk_of_nobody, name, message):
    file = desk_of_nobody / name
    with pytest.raises(errors.StoreError) as caught:
        files.write(AFTER, file)
    assert str(caught.value) == f"{file} cannot be written ({message}). Name another file."
    assert list(desk_of_nobody.rglob("*.partial")) == []


@pytest.fixture
def desk_of_nobody():
    """A folder of a person who is not root, for whom nothing is protected."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "folder").mkdir()
        (folder / "protected").mkdir(mode=0o555)
        (folder / "list.csv").write_bytes(BEFORE)
        (folder / "protected.csv").write_bytes(BEFORE)
        (folder / "protected.csv").chmod(0o444)
        (folder / "round.csv").symlink_to("round.csv")
        user = os.geteuid()
        if user == 0:
            for path in (folder, folder / "protected.csv"):
                os.chown(path, NOBODY, NOBODY)
            os.seteuid(NOBODY)
        yield folder
        os.seteuid(user)
        assert (folder / "protected.csv").read_bytes() == BEFORE


def test_a_named_pipe_is_written_as_it_is(tmp_path):
    pipe, got = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    files.write(AFTER, pipe)
    reader.join()
    assert got == [AFTER]
    assert pipe.is_fifo()


@pytest.mark.parametrize(("code", "expected"), [("None", AFTER[3:]), ("Path('/dev/stdout')", AFTER)])
def test_stdout_gets_it_before_what_is_printed_as_utf_8_into_a_pipe_or_a_file(tmp_path, code, expected):
    ascii_only = {"PYTHONIOENCODING": "ascii"}
    found = printed(code, environment=ascii_only, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert (found.returncode, found.stdout, found.stderr) == (0, expected + b"done\n", b"")
    file = tmp_path / "list.csv"
    file.write_bytes(BEFORE)
    with file.open("ab") as opened:
        assert printed(code, stdout=opened).returncode == 0
    assert file.read_bytes() == BEFORE + expected + b"done\n"
    with file.open("wb") as opened:
        assert printed(code, stdout=opened).returncode == 0
    assert file.read_bytes() == expected + b"done\n"


@pytest.mark.parametrize(("code", "name"), [("None", "stdout"), ("Path('/dev/stdout')", "/dev/stdout")])
def test_where_stdout_cannot_take_it_one_sentence_says_so(code, name):
    with Path("/dev/full").open("wb") as full:
        found = printed(code, stdout=full, stderr=subprocess.PIPE)
    sentence = f"{name} cannot be written (No space left on device). Name another file.\n"
    assert (found.returncode, found.stderr.decode()) == (1, sentence)
