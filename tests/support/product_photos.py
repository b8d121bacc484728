"""Product photos made of garments of a catalogue, and files that no photo should be."""

import functools
import io
import struct
import zipfile
import zlib

import numpy as np
from numpy.typing import NDArray
from PIL import Image

CUBIC = Image.Resampling.BICUBIC


def enlarged(picture: NDArray[np.uint8], side: int, margin: float, resample=CUBIC) -> NDArray[np.uint8]:
    """The garment bright on black, enlarged to `side` pixels, with black around it."""
    big = np.asarray(Image.fromarray(picture).resize((side, side), resample))
    return np.pad(big, round(side * margin))


def photo(picture, kind="jpeg", *, side=600, margin=0.1, resample=CUBIC) -> bytes:
    """A product photo: dark garment on white as JPEG, upright or turned, as WebP, or cut out as PNG."""
    big = enlarged(picture, side, margin, resample)
    if kind == "cut out":
        opacity = np.where(big > 8, 255, 0).astype(np.uint8)
        return encoded(Image.fromarray(np.dstack([255 - big] * 3 + [opacity])), "PNG")
    image = Image.fromarray(255 - big).convert("RGB")
    if kind == "turned":
        exif = Image.Exif()
        exif[0x0112] = 6
        return encoded(image.transpose(Image.Transpose.ROTATE_90), "JPEG", quality=90, exif=exif)
    if kind == "black":
        image = Image.fromarray(big).convert("RGB")
    return encoded(image, "WEBP" if kind == "webp" else "JPEG", quality=90)


def encoded(image: Image.Image, kind: str, **options) -> bytes:
    output = io.BytesIO()
    image.save(output, kind, **options)
    return output.getvalue()


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width, height, rows: bytes, *, depth=8, colour=0, between: bytes = b"") -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + between + chunk(b"IDAT", zlib.compress(rows, 9)) + END


END = chunk(b"IEND", b"")


@functools.cache  # to pack so many zeros takes most of a second
def bomb(side=13_000) -> bytes:
    """A small file that unpacks to side x side pixels."""
    return png(side, side, b"\0" * (side * (side + 1)))


def zipped(**entries: bytes) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return output.getvalue()


def hostile() -> dict[str, bytes]:
    """More than thirty files that are not to be tagged, by what is wrong with them."""
    image = Image.fromarray(np.random.default_rng(0).integers(0, 256, (60, 60, 3), dtype=np.uint8))
    good = {kind: encoded(image, kind) for kind in ("PNG", "JPEG", "WEBP")}
    frames = [image.rotate(90 * number) for number in range(3)]
    animation = chunk(b"acTL", struct.pack(">II", 10_000, 0))
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    webp_canvas = b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + (16_382).to_bytes(3, "little") * 2
    return {
        "empty": b"",
        "one byte": b"\x89",
        "text": b"no picture at all",
        "zeros": b"\0" * 1000,
        "TIFF": encoded(image, "TIFF"),
        "GIF": encoded(image, "GIF"),
        "BMP": encoded(image, "BMP"),
        "EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        "SVG": svg,
        "XML": b'<?xml version="1.0"?>' + svg,
        "web page": b"<!DOCTYPE html><script>alert(1)</script>",
        "FITS": b"SIMPLE  =                    T",
        "PDF": b"%PDF-1.7\n",
        "ZIP": zipped(inner=zipped(a=good["PNG"])),
        "bomb": bomb(),
        "WebP bomb": b"RIFF" + struct.pack("<I", 4 + len(webp_canvas)) + b"WEBP" + webp_canvas,
        "JPEG bomb": good["JPEG"].replace(b"\x00\x3c\x00\x3c", b"\xff\xff\xff\xff", 1),
        "1 x 65535": png(1, 65_535, b"\0\0" * 65_535),
        "65535 x 1": png(65_535, 1, b"\0" * 65_536),
        "narrow": png(20, 2000, (b"\0" * 21) * 2000),
        "10,000 frames": png(60, 60, b"\0" * 61 * 60, between=animation),
        "APNG": encoded(image, "PNG", save_all=True, append_images=frames),
        "animated WebP": encoded(image, "WEBP", save_all=True, append_images=frames),
        "PNG cut short": good["PNG"][:-1000],
        "JPEG cut short": good["JPEG"][:-300],
        "WebP cut short": good["WEBP"][:-200],
        "PNG and ZIP": good["PNG"] + zipped(a=b"a"),
        "JPEG and script": good["JPEG"] + b"<script>alert(1)</script>",
        "WebP and script": good["WEBP"] + b"<script>alert(1)</script>",
        "too many parts": b"\x89PNG\r\n\x1a\n" + good["PNG"][8:33] + chunk(b"tEXt", b"") * 60_000 + END,
        "broken pixels": png(60, 60, b"\0" * 61 * 60).replace(b"IDAT", b"IDAT\xff", 1),
    }
