"""What a command reads and writes where a person says: writes whole, or what stood there before stays whole."""

import codecs
import contextlib
import functools
import os
import secrets
import stat
import sys
from pathlib import Path

from core import errors


def read(file: Path, refused: type[errors.GarmentsError], *, most: int, otherwise: str) -> bytes:
    """What a file holds, or what comes on stdin where it is called `-`.

    Args:
        file: which one.
        refused: the error that says why it is not read.
        most: bytes that it may have.
        otherwise: what to do where it has more, one sentence.

    Raises:
        errors.GarmentsError: of the kind `refused`: it cannot be read, or has more bytes.
    """
    try:
        if str(file) == "-":
            content = sys.stdin.buffer.read(most + 1)
        else:
            with file.open("rb") as opened:
                content = opened.read(most + 1)
    except OSError as error:
        raise refused(f"{file} cannot be read ({error.strerror}). Name another file.") from None
    if len(content) > most:
        raise refused(f"{file} has more than {most:,} bytes. {otherwise}")
    return content


def write(content: bytes, file: Path | None) -> None:
    """Puts `content` into that file, in place of what it holds; without a file it goes to stdout.

    A symbolic link stays one, and a file keeps who may read and write it. What is no regular file, such as a named
    pipe, is written as it is.

    Raises:
        errors.StoreError: it cannot be written; a regular file is as it was before.
    """
    try:
        if file is None:
            _write_to_stdout(content.removeprefix(codecs.BOM_UTF8))  # the mark is for spreadsheets
        elif _is_stdout(file):
            _write_to_stdout(content)
        elif file.exists() and not file.is_file():
            file.write_bytes(content)
        else:
            _replace(Path(os.path.realpath(file)), content)
    except OSError as error:
        where = file or "stdout"
        raise errors.StoreError(f"{where} cannot be written ({error.strerror}). Name another file.") from None


def _replace(file: Path, content: bytes) -> None:
    before = _before(file)
    mode = 0o666 if before is None else stat.S_IMODE(before.st_mode)
    staged = file.with_name(f".export-{secrets.token_hex(8)}.partial")
    try:
        # Created with that mode: nobody may read of it meanwhile who may not read the file.
        with open(staged, "xb", opener=functools.partial(os.open, mode=mode)) as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        if before is not None:
            _give(staged, before)
        staged.replace(file)
    except BaseException:
        with contextlib.suppress(OSError):
            staged.unlink()
        raise


def _before(file: Path) -> os.stat_result | None:
    """Whose file it is and who may use it; None where there is none.

    Raises:
        OSError: it may not be written, which nobody would ask where it is replaced.
    """
    try:
        with file.open("r+b") as opened:
            return os.fstat(opened.fileno())
    except FileNotFoundError:
        return None


def _give(staged: Path, before: os.stat_result) -> None:
    if hasattr(os, "chown"):
        with contextlib.suppress(PermissionError):  # only root may give files to others
            os.chown(staged, before.st_uid, before.st_gid)
    staged.chmod(stat.S_IMODE(before.st_mode))


def _is_stdout(file: Path) -> bool:
    """Whether the program prints to that file: what it prints afterwards must stand behind the content, not on it."""
    try:
        return os.path.samestat(file.stat(), os.fstat(sys.stdout.fileno()))
    except OSError:
        return False


def _write_to_stdout(content: bytes) -> None:
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
    except OSError:
        # The rest would be tried again when the program ends, and Python would report that in its own words.
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)
        raise
