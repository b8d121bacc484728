import json
import multiprocessing

import pytest

from core.logs import files, lines


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "logs"


def numbers(folder):
    """The numbers in all files, by file, the newest first; every line has to be one."""
    paths = [folder / files.NAME, *(folder / f"{files.NAME}.{number}" for number in range(1, 20))]
    return [[json.loads(line)["number"] for line in path.read_bytes().splitlines()] for path in paths if path.is_file()]


def write(folder, numbers):
    for number in numbers:
        files.append(folder, lines.line({"number": number, "message": "x" * 100}))


def test_ten_files_stay_and_the_newest_lines_are_in_them_in_order(folder, monkeypatch):
    monkeypatch.setattr(files, "MOST_BYTES", 2000)
    write(folder, range(1000))
    found = numbers(folder)
    assert len(found) == files.NUM_FILES == len(list(folder.glob(f"{files.NAME}*")))
    kept = [number for each in reversed(found) for number in each]
    assert kept == list(range(1000 - len(kept), 1000)) and len(kept) > 100
    assert all(path.stat().st_size <= 2000 for path in folder.glob(f"{files.NAME}*"))


def test_what_is_kept_is_a_hundred_megabytes_however_much_is_written(folder):
    assert files.NUM_FILES * files.MOST_BYTES == 100_000_000
    line = lines.line({"message": "x" * 2000})
    folder.mkdir()
    for number in range(files.NUM_FILES + 3):
        (folder / files.NAME).write_bytes(b"\n" * (files.MOST_BYTES - number))
        files.append(folder, line)
    assert sum(path.stat().st_size for path in folder.glob(f"{files.NAME}*")) <= 100_000_000


def write_many(folder, first, barrier):
    files.MOST_BYTES = 20_000
    barrier.wait()
    write(folder, range(first, first + 300))


def test_processes_that_write_at_once_break_no_line_and_lose_none(folder):
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(4)
    writers = [context.Process(target=write_many, args=(folder, 1000 * number, barrier)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    found = sorted(number for each in numbers(folder) for number in each)
    assert found == [1000 * writer + number for writer in range(4) for number in range(300)]
    assert len(numbers(folder)) > 4


def test_half_a_line_spoils_only_itself(folder):
    write(folder, [1])
    with (folder / files.NAME).open("ab") as file:
        file.write(b'{"number":2,"mess')
    write(folder, [3, 4])
    found = (folder / files.NAME).read_bytes().splitlines()
    assert [json.loads(found[place])["number"] for place in (0, 2, 3)] == [1, 3, 4]


def test_whoever_steps_back_meanwhile_is_not_waited_for(folder, monkeypatch):
    monkeypatch.setattr(files, "MOST_BYTES", 1)
    folder.mkdir()
    with files.filelock.FileLock(folder / "events.lock", is_singleton=False):
        write(folder, [1, 2])
    assert numbers(folder) == [[1, 2]]


def test_a_folder_that_is_gone_comes_back_and_a_home_does_not(folder):
    with pytest.raises(FileNotFoundError):
        write(folder / "logs", [1])
    write(folder, [1])
    (folder / files.NAME).unlink()
    folder.joinpath("events.lock").unlink(missing_ok=True)
    folder.rmdir()
    write(folder, [2])
    assert numbers(folder) == [[2]]
