"""How a picture file is laid out: its format, size and end, read from its bytes without decoding a pixel. Pure.

PNG: https://www.w3.org/TR/png-3/; JPEG: ITU-T T.81, annex B; WebP: RFC 9649; HEIC and AVIF: `core.photos.boxes`.
"""

import re
from dataclasses import dataclass

from core import errors
from core.photos import boxes

FORMATS = ("PNG", "JPEG", "WEBP", "HEIF", "AVIF")
"""What is read, by the names of their decoders."""
IN_WORDS = "PNG, JPEG, WebP, HEIC or AVIF"
ENDINGS = (".jpg", ".jpeg", ".jfif", ".png", ".webp", ".heic", ".heif", ".avif")
"""Of the names of such files, in small letters."""
MAX_PIXELS, MAX_WEBP_PIXELS = 50_000_000, 30_000_000
"""Today's cameras have 24 to 50 million. Measured: for so many of each format, with opacity, the process that decodes
has memory; WebP takes the most."""
MIN_EDGE, MAX_EDGE = 10, 32_767
MAX_ELONGATION = 20
"""The longer edge in lengths of the shorter one."""
MAX_PARTS = 50_000
"""Of a file; a photograph has a few dozen, at most some thousand."""
MAX_SCANS = 100
"""Of a JPEG: each makes a decoder go over all its pixels again; cameras write 1, progressive files about 10."""

_OTHER_FILES = (
    b"PK\3\4", b"PK\5\6", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd",
    b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa", b"#!", b"%PDF", b"%!PS", b"GIF8",
    b"<",
)  # fmt: skip
"""How archives, programs and pages begin."""
_MARKUP = re.compile(rb"<script|<\?php|<html|<!doctype|<svg|<iframe|%PDF-", re.IGNORECASE)
_ZIP_END_BYTES = 22
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_COEFFICIENTS = (1 << 64) - 1
"""Of a block of a JPEG, a bit each."""
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD9)})
# Begins with one literal byte, which is searched many times as fast; of several 0xFF the last one counts.
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
_KNOWN_OTHERS = (
    (b"GIF8", "a GIF"), (b"BM", "a BMP"), (b"II*\0", "a TIFF"), (b"MM\0*", "a TIFF"), (b"%!PS", "an EPS"),
    (b"%PDF", "a PDF"), (b"PK\3\4", "a ZIP"), (b"SIMPLE  =", "a FITS file"), (b"<svg", "an SVG"), (b"<?xml", "an SVG"),
    (b"<", "a web page"), (b"\xff\x0a", "a JPEG XL"), (b"\0\0\0\x0cJXL ", "a JPEG XL"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """What the bytes of a picture file say of it."""

    format: str
    """One of `FORMATS`."""
    width: int
    """Pixels, as stored: before any turning."""
    height: int
    """Pixels, as stored."""
    end: int
    """Bytes of the file up to the end of the picture; only these are decoded."""
    is_unended: bool = False
    """Whether a JPEG lacks the mark of its end, and perhaps no more than that: its decoder has to see."""


class _CutShort(Exception):
    """The file ends before the picture does."""


@dataclass(frozen=True, slots=True)
class _Found:
    layout: Layout
    num_frames: int


def inspected(data: bytes) -> Layout:
    """The layout of a file that may be decoded; linear in its bytes and without any memory for pixels.

    Raises:
        errors.PhotoRefused: it is no whole, single picture of a format and size that is decoded here.
    """
    if not data:
        raise errors.PhotoRefused("The file is empty.")
    try:
        found = _read(data)
    except (IndexError, _CutShort, boxes.Damaged):  # it ends in the middle of a field
        raise errors.PhotoRefused("The picture is cut short: the file ends before the picture does.") from None
    layout = found.layout
    _check_size(layout.width, layout.height, MAX_WEBP_PIXELS if layout.format == "WEBP" else MAX_PIXELS)
    if found.num_frames > 1:
        raise errors.PhotoRefused(f"It holds {found.num_frames:,} pictures or is animated; save one picture by itself.")
    if _is_another_file(layout, data):
        num_bytes = len(data) - layout.end
        raise errors.PhotoRefused(
            f"Something else follows the picture in the file ({num_bytes:,} bytes); export the picture again."
        )
    return layout


def _is_another_file(layout: Layout, data: bytes) -> bool:
    """Whether what follows the picture makes the file something else as well.

    Phones write behind a JPEG: smaller copies of it, a moving picture, notes of their own. That is left alone, but for
    archives, programs and pages, which begin there or, as ZIPs do, are found from the end of the file.
    """
    tail = data[layout.end :].strip(b"\0")
    if layout.format in boxes.BRANDS:  # its boxes reach to the end of the file
        return _ends_as_zip(data[-_ZIP_END_BYTES - 0xFFFF :])
    if layout.format != "JPEG":
        return bool(tail)
    return tail.startswith(_OTHER_FILES) or bool(_MARKUP.search(tail)) or _ends_as_zip(tail)


def _ends_as_zip(tail: bytes) -> bool:
    """Whether a ZIP's directory ends the file: its last record, with a comment of exactly the bytes that remain."""
    start = max(0, len(tail) - _ZIP_END_BYTES - 0xFFFF)
    while (start := tail.find(b"PK\5\6", start)) >= 0:
        # The zeros that were taken off belong to the record or to its comment.
        if start + _ZIP_END_BYTES + int.from_bytes(tail[start + 20 : start + 22], "little") >= len(tail):
            return True
        start += 1
    return False


def _read(data: bytes) -> _Found:
    if data.startswith(_PNG):
        return _png(data)
    if data.startswith(_JPEG):
        return _jpeg(data)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return _webp(data)
    first, brands = boxes.brands(data)
    for name, known in boxes.BRANDS.items():
        if brands & known:
            return _boxed(data, name, is_moving=first in boxes.MOVING)
    start = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    name = next((name for mark, name in _KNOWN_OTHERS if start.startswith(mark)), "something else")
    raise errors.PhotoRefused(f"It is {name} by its content; photos must be {IN_WORDS}.")


def _check_size(width: int, height: int, most: int) -> None:
    shorter, longer = sorted((width, height))
    size = f"{width:,} x {height:,} pixels"
    if shorter < MIN_EDGE:
        raise errors.PhotoRefused(f"It is {size}; each side needs at least {MIN_EDGE}.")
    if width * height > most or longer > MAX_EDGE:
        raise errors.PhotoRefused(f"It is {size}; at most {most / 1e6:.0f} million are read. Make it smaller.")
    if longer > MAX_ELONGATION * shorter:
        raise errors.PhotoRefused(f"It is {size}: too narrow for a photo of a garment.")


def _png(data: bytes) -> _Found:
    if data[12:16] != b"IHDR":
        raise errors.PhotoRefused("The PNG is damaged: it does not begin with its size.")
    width, height = _big(data, 16, 4), _big(data, 20, 4)
    position, num_frames = 8, 1
    for _ in range(MAX_PARTS):
        length, kind = _big(data, position, 4), data[position + 4 : position + 8]
        if kind == b"acTL":
            num_frames = _big(data, position + 8, 4)
        position += 12 + length
        if position > len(data):
            raise _CutShort
        if kind == b"IEND":
            return _Found(Layout(format="PNG", width=width, height=height, end=position), num_frames)
    raise _too_many_parts()


def _jpeg(data: bytes) -> _Found:
    size, position, num_scans = None, 2, 0
    missing: dict[int, int] = {}
    for _ in range(MAX_PARTS):
        if data[position] != 0xFF:
            raise errors.PhotoRefused("The JPEG is damaged: there is something between its parts.")
        while data[position + 1] == 0xFF:
            position += 1
        marker = data[position + 1]
        position += 2
        if marker == 0xD9:
            if size is None:
                raise errors.PhotoRefused("The JPEG is damaged: it has no size.")
            return _Found(Layout(format="JPEG", width=size[0], height=size[1], end=position), 1)
        if marker in _STANDALONE:
            continue
        if marker in _SIZES:
            size = _big(data, position + 5, 2), _big(data, position + 3, 2)
            missing = dict.fromkeys(_components(data, position + 7, 3), _COEFFICIENTS)
        start, position = position, position + _big(data, position, 2)
        if marker == 0xDA:
            num_scans += 1
            _take_off(missing, data, start + 2)
            following = _NEXT_MARKER.search(data, position)
            if following is None:
                return _unended(data, size, missing)
            position = following.end() - 2
        if num_scans > MAX_SCANS:
            break
    raise _too_many_parts()


def _components(data: bytes, position: int, step: int) -> list[int]:
    """The numbers of the colours that a JPEG's header lists from there on."""
    return [_big(data, position + 1 + step * number, 1) for number in range(_big(data, position, 1))]


def _take_off(missing: dict[int, int], data: bytes, position: int) -> None:
    """Takes off what a scan tells: of its colours the coefficients from its first to its last."""
    colours = _components(data, position, 2)
    first, last = _big(data, position + 1 + 2 * len(colours), 1), _big(data, position + 2 + 2 * len(colours), 1)
    for colour in colours:
        missing[colour] = missing.get(colour, 0) & ~((2 << min(last, 63)) - (1 << min(first, 63)))


def _unended(data: bytes, size: tuple[int, int] | None, missing: dict[int, int]) -> _Found:
    """A JPEG that ends within a scan: cut short where the scan is not the last, or the file was filled with zeros."""
    if size is None or not missing or any(missing.values()) or data.endswith(b"\0\0"):
        raise _CutShort
    return _Found(Layout(format="JPEG", width=size[0], height=size[1], end=len(data), is_unended=True), 1)


def _boxed(data: bytes, file_format: str, *, is_moving: bool) -> _Found:
    width, height = boxes.size(data)
    return _Found(Layout(format=file_format, width=width, height=height, end=len(data)), 2 if is_moving else 1)


def _webp(data: bytes) -> _Found:
    end = 8 + _little(data, 4, 4)
    if end > len(data):
        raise _CutShort
    position, num_frames = 12, 0
    canvas: tuple[int, int] | None = None
    inner: tuple[int, int] | None = None
    for _ in range(MAX_PARTS):
        if position >= end:
            size = canvas or inner
            if size is None:
                raise errors.PhotoRefused("The WebP is damaged: it has no size.")
            return _Found(Layout(format="WEBP", width=size[0], height=size[1], end=end + end % 2), num_frames)
        kind, start = data[position : position + 4], position + 8
        if kind == b"VP8X":
            canvas = (_little(data, start + 4, 3) + 1, _little(data, start + 7, 3) + 1)
        elif kind == b"VP8 ":
            inner = (_little(data, start + 6, 2) & 0x3FFF, _little(data, start + 8, 2) & 0x3FFF)
        elif kind == b"VP8L":
            bits = _little(data, start + 1, 4)
            inner = ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        num_frames += kind == b"ANMF"
        length = _little(data, position + 4, 4)
        position = start + length + length % 2
    raise _too_many_parts()


def _too_many_parts() -> errors.PhotoRefused:
    return errors.PhotoRefused("The file is made of far more parts than a photo is; export the picture again.")


def _big(data: bytes, position: int, num_bytes: int) -> int:
    return int.from_bytes(_field(data, position, num_bytes), "big")


def _little(data: bytes, position: int, num_bytes: int) -> int:
    return int.from_bytes(_field(data, position, num_bytes), "little")


def _field(data: bytes, position: int, num_bytes: int) -> bytes:
    field = data[position : position + num_bytes]
    if len(field) < num_bytes:
        raise _CutShort
    return field
