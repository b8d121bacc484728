"""What a photo's file holds beside its picture, taken off before it is decoded, but for which way up it is. Pure.

A damaged note about a photo is no damaged photo: text, profiles, checksums and Exif that are cut off, doubled or none
at all never reach a decoder, which would refuse the picture for their sake.

Exif: CIPA DC-008, section 4.6.2; PNG: https://www.w3.org/TR/png-3/; JPEG: ITU-T T.81, annex B; WebP: RFC 9649; HEIF
and AVIF: ISO/IEC 23008-12, whose own turning holds there and not that of their Exif.
"""

import struct
from collections.abc import Callable, Iterator

_ORIENTATION, _SHORT, _LONG = 0x0112, 3, 4
_MOST_ENTRIES = 1000
"""Of one Exif directory; cameras write some dozens."""
_PNG_NEEDED = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_JPEG_DROPPED = frozenset({*range(0xE1, 0xEE), 0xEF, 0xFE})
_JPEG_SHORTEST = {0xE0: 16, 0xEE: 14}
"""Bytes that a note on colours must have to be one: JFIF's and Adobe's."""
_EXIF = b"Exif\0\0"


def separated(data: bytes, file_format: str) -> tuple[bytes, int]:
    """The file with what its pixels need, and its orientation by Exif: 1 to 8, 1 where none is said.

    Args:
        data: of a layout that `containers.inspected` has found good, up to its end.
        file_format: one of `containers.FORMATS`.
    """
    return _SEPARATED[file_format](data)


def orientation(exif: bytes) -> int:
    """The first orientation (1-8) that Exif holds; 1 where it holds none, whatever else is wrong with it."""
    tiff = exif.removeprefix(_EXIF)
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 10:
        return 1
    (start,) = struct.unpack_from(order + "I", tiff, 4)
    if start + 2 > len(tiff):
        return 1
    (num_entries,) = struct.unpack_from(order + "H", tiff, start)
    for number in range(min(num_entries, _MOST_ENTRIES)):
        place = start + 2 + 12 * number
        if place + 12 > len(tiff):
            break
        if (found := _oriented(tiff, place, order)) is not None:
            return found
    return 1


def _oriented(tiff: bytes, place: int, order: str) -> int | None:
    """What one entry says of the orientation; some programs write more than one number, of which the first counts."""
    tag, kind, num_values = struct.unpack_from(order + "HHI", tiff, place)
    if tag != _ORIENTATION or kind not in (_SHORT, _LONG) or not num_values:
        return None
    length = num_values * (2 if kind == _SHORT else 4)
    start = place + 8 if length <= 4 else struct.unpack_from(order + "I", tiff, place + 8)[0]
    field = tiff[start : start + (2 if kind == _SHORT else 4)]
    value = int.from_bytes(field, "little" if order == "<" else "big")
    return value if 1 <= value <= 8 else None


def _png(data: bytes) -> tuple[bytes, int]:
    kept, turned = [data[:8]], 1
    for kind, start, end in _png_chunks(data):
        if kind in _PNG_NEEDED:
            kept.append(data[start:end])
        elif kind == b"eXIf" and turned == 1:
            turned = orientation(data[start + 8 : end - 4])
    return b"".join(kept), turned


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    position = 8
    while position + 12 <= len(data):
        end = position + 12 + int.from_bytes(data[position : position + 4], "big")
        yield data[position + 4 : position + 8], position, end
        position = end


def _jpeg(data: bytes) -> tuple[bytes, int]:
    """Without its notes up to the first scan; what follows is left as it is."""
    kept, turned, position = [data[:2]], 1, 2
    while position + 4 <= len(data):
        if data[position + 1] == 0xFF:  # a fill byte
            position += 1
            continue
        marker = data[position + 1]
        if marker == 0xDA or marker == 0x01 or 0xD0 <= marker <= 0xD9:
            break
        end = position + 2 + int.from_bytes(data[position + 2 : position + 4], "big")
        segment = data[position + 4 : end]
        if marker == 0xE1 and turned == 1 and segment.startswith(_EXIF):
            turned = orientation(segment)
        if marker not in _JPEG_DROPPED and len(segment) + 2 >= _JPEG_SHORTEST.get(marker, 0):
            kept.append(data[position:end])
        position = end
    return b"".join((*kept, data[position:])), turned


def _webp(data: bytes) -> tuple[bytes, int]:
    """As it is: its decoder passes over notes."""
    position = 12
    while position + 8 <= len(data):
        length = int.from_bytes(data[position + 4 : position + 8], "little")
        if data[position : position + 4] == b"EXIF":
            return data, orientation(data[position + 8 : position + 8 + length])
        position += 8 + length + length % 2
    return data, 1


def _boxes(data: bytes) -> tuple[bytes, int]:
    """With its Exif under a name that nobody reads; as HEIF has it, the picture's own turning holds."""
    start = data.find(b"meta", 0, 4096)
    end = start + int.from_bytes(data[max(0, start - 4) : start], "big") if start >= 4 else 0
    return data[:start] + data[start:end].replace(b"Exif", b"none") + data[end:] if end > start else data, 1


_SEPARATED: dict[str, Callable[[bytes], tuple[bytes, int]]] = {
    "PNG": _png, "JPEG": _jpeg, "WEBP": _webp, "HEIF": _boxes, "AVIF": _boxes,
}  # fmt: skip
