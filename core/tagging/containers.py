"""How a picture file is laid out: its format, size and end, read from its bytes without decoding a pixel. Pure.

PNG: https://www.w3.org/TR/png-3/; JPEG: ITU-T T.81, annex B; WebP: RFC 9649.
"""

import re
from dataclasses import dataclass

from core import errors

FORMATS = ("PNG", "JPEG", "WEBP")
"""What is read, by the names of Pillow's decoders."""
MAX_PIXELS = 20_000_000
MIN_EDGE, MAX_EDGE = 10, 32_767
MAX_ELONGATION = 20
"""The longer edge in lengths of the shorter one."""
MAX_PARTS = 50_000
"""Of a file; a photograph has a few dozen, at most some thousand."""
MAX_SCANS = 100
"""Of a JPEG: each makes a decoder go over all its pixels again; cameras write 1, progressive files about 10."""

_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_NEXT_MARKER = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]", re.DOTALL)
_KNOWN_OTHERS = (
    (b"GIF8", "a GIF"), (b"BM", "a BMP"), (b"II*\0", "a TIFF"), (b"MM\0*", "a TIFF"), (b"%!PS", "an EPS"),
    (b"%PDF", "a PDF"), (b"PK\3\4", "a ZIP"), (b"SIMPLE  =", "a FITS file"), (b"<svg", "an SVG"), (b"<?xml", "an SVG"),
    (b"<", "a web page"),
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


class _CutShort(Exception):
    """The file ends before the picture does."""


@dataclass(frozen=True, slots=True)
class _Found:
    layout: Layout
    num_frames: int
    end: int
    """Where the picture ends in the file."""


def inspected(data: bytes) -> Layout:
    """The layout of a file that may be decoded; linear in its bytes and without any memory for pixels.

    Raises:
        errors.PhotoRefused: it is no whole, single PNG, JPEG or WebP picture of a size that is decoded here.
    """
    if not data:
        raise errors.PhotoRefused("The file is empty.")
    try:
        found = _read(data)
    except (IndexError, _CutShort):  # it ends in the middle of a field
        raise errors.PhotoRefused("The picture is cut short: the file ends before the picture does.") from None
    layout = found.layout
    _check_size(layout.width, layout.height)
    if found.num_frames > 1:
        raise errors.PhotoRefused(f"It holds {found.num_frames:,} pictures or is animated; save one picture by itself.")
    if data[found.end :].strip(b"\0"):
        num_bytes = len(data) - found.end
        raise errors.PhotoRefused(
            f"Something else follows the picture in the file ({num_bytes:,} bytes); save the picture anew."
        )
    return layout


def _read(data: bytes) -> _Found:
    if data.startswith(_PNG):
        return _png(data)
    if data.startswith(_JPEG):
        return _jpeg(data)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return _webp(data)
    start = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    name = next((name for mark, name in _KNOWN_OTHERS if start.startswith(mark)), "something else")
    raise errors.PhotoRefused(f"It is {name} by its content; photos must be PNG, JPEG or WebP.")


def _check_size(width: int, height: int) -> None:
    shorter, longer = sorted((width, height))
    size = f"{width:,} x {height:,} pixels"
    if shorter < MIN_EDGE:
        raise errors.PhotoRefused(f"It is {size}; each side needs at least {MIN_EDGE}.")
    if width * height > MAX_PIXELS or longer > MAX_EDGE:
        raise errors.PhotoRefused(f"It is {size}; at most {MAX_PIXELS / 1e6:.0f} million are read. Make it smaller.")
    if longer > MAX_ELONGATION * shorter:
        raise errors.PhotoRefused(f"It is {size}: too narrow for a photo of a garment.")


def _png(data: bytes) -> _Found:
    if data[12:16] != b"IHDR":
        raise errors.PhotoRefused("The PNG is damaged: it does not begin with its size.")
    layout = Layout(format="PNG", width=_big(data, 16, 4), height=_big(data, 20, 4))
    position, num_frames = 8, 1
    for _ in range(MAX_PARTS):
        length, kind = _big(data, position, 4), data[position + 4 : position + 8]
        if kind == b"acTL":
            num_frames = max(2, _big(data, position + 8, 4))
        position += 12 + length
        if position > len(data):
            raise _CutShort
        if kind == b"IEND":
            return _Found(layout, num_frames, position)
    raise _too_many_parts()


def _jpeg(data: bytes) -> _Found:
    layout, position, num_scans = None, 2, 0
    for _ in range(MAX_PARTS):
        if data[position] != 0xFF:
            raise errors.PhotoRefused("The JPEG is damaged: there is something between its parts.")
        while data[position + 1] == 0xFF:
            position += 1
        marker = data[position + 1]
        position += 2
        if marker == 0xD9:
            if layout is None:
                raise errors.PhotoRefused("The JPEG is damaged: it has no size.")
            return _Found(layout, 1, position)
        if marker in _STANDALONE:
            continue
        if marker in _SIZES:
            layout = Layout(format="JPEG", width=_big(data, position + 5, 2), height=_big(data, position + 3, 2))
        position += _big(data, position, 2)
        if marker == 0xDA:
            num_scans += 1
            following = _NEXT_MARKER.search(data, position)
            if following is None:
                raise _CutShort
            position = following.end() - 2
        if num_scans > MAX_SCANS:
            break
    raise _too_many_parts()


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
            return _Found(Layout(format="WEBP", width=size[0], height=size[1]), num_frames, end + end % 2)
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
    return errors.PhotoRefused("The file is made of far more parts than a photo is; save the picture anew.")


def _big(data: bytes, position: int, num_bytes: int) -> int:
    return int.from_bytes(_field(data, position, num_bytes), "big")


def _little(data: bytes, position: int, num_bytes: int) -> int:
    return int.from_bytes(_field(data, position, num_bytes), "little")


def _field(data: bytes, position: int, num_bytes: int) -> bytes:
    field = data[position : position + num_bytes]
    if len(field) < num_bytes:
        raise _CutShort
    return field
