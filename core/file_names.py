"""Names and ids that become part of a path: one part of it, which leads nowhere else. Pure."""

from pathlib import PurePosixPath, PureWindowsPath

from core import errors

LONGEST_BYTES = 200
"""Systems take 255 for the name of a file; ours have an ending, and some a beginning."""


def one(name: str) -> str:
    """The name, where it is that of one file in the folder at hand, on any system.

    Raises:
        errors.NameRefused: it is empty, too long, or leads to another folder.
    """
    is_one = PurePosixPath(name).name == name == PureWindowsPath(name).name and name not in ("", ".", "..")
    is_text = "\0" not in name and not any("\ud800" <= character <= "\udfff" for character in name)
    if not is_one or not is_text or len(name.encode()) > LONGEST_BYTES:
        shown = name if len(name) <= 60 else f"{name[:60]}…"
        raise errors.NameRefused(f"{shown!r} cannot be the name of a file here. Use letters, digits and hyphens.")
    return name
