"""How HEIC and AVIF files are laid out: boxes in boxes, read without decoding a pixel. Pure.

ISO/IEC 14496-12 (boxes), 23008-12 (HEIF: `iprp/ipco/ispe` holds the size of a picture); AVIF: av1-avif v1.1.0.
"""

from collections.abc import Iterator

BRANDS = {
    "AVIF": frozenset({b"avif", b"avis"}),
    "HEIF": frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"hevc", b"hevx"}),
}
"""Format -> the brands that say so; a file names one first, then all it agrees with."""
MOVING = frozenset({b"avis", b"hevc", b"hevx", b"msf1"})
"""What a film names first."""
MOST_BOXES = 10_000
_HEAD = 8


class Damaged(Exception):
    """A box reaches out of what it lies in, or is none."""


def brands(data: bytes) -> tuple[bytes, frozenset[bytes]]:
    """The first brand and all of them; empty where the file does not begin as one of boxes."""
    length = int.from_bytes(data[:4], "big")
    if data[4:8] != b"ftyp" or not 16 <= length <= 256 or length > len(data):
        return b"", frozenset()
    others = (data[start : start + 4] for start in range(16, length - 3, 4))
    return data[8:12], frozenset({data[8:12], *others})


def size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels, as stored, of the largest picture in the file: nothing larger is decoded of it.

    Raises:
        Damaged: a box reaches further than the file, is none, or no picture has a size.
    """
    found = [
        (int.from_bytes(data[start + 4 : start + 8], "big"), int.from_bytes(data[start + 8 : start + 12], "big"))
        for outer, first, last in within(data, 0, len(data)) if outer == b"meta"
        for middle, *inner in within(data, first + 4, last) if middle == b"iprp"
        for kind, *properties in within(data, *inner) if kind == b"ipco"
        for name, start, end in within(data, *properties) if name == b"ispe" and end - start >= 12
    ]  # fmt: skip
    if not found:
        raise Damaged
    return max(found, key=lambda each: each[0] * each[1])


def within(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, first byte of the content and end of each box from `start` to `end`.

    Raises:
        Damaged: as `size`.
    """
    for _ in range(MOST_BOXES):
        if start == end:
            return
        length, content = int.from_bytes(data[start : start + 4], "big"), start + _HEAD
        name = data[start + 4 : content]
        if length == 1:
            length, content = int.from_bytes(data[content : content + 8], "big"), content + 8
        elif length == 0:  # up to the end
            length = end - start
        if start + length > end or content > start + length or not name.isascii():
            raise Damaged
        yield name, content, start + length
        start += length
    raise Damaged
