"""Pictures of garments as PNG: many on one sheet, one enlarged, a row of few. Pure."""

import base64
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def sheet(images: NDArray[np.uint8]) -> bytes:
    """A PNG with the pictures (N, H, W) side by side in one row, in order, unchanged."""
    num_images, height, width = images.shape
    return _png(images.transpose(1, 0, 2).reshape(height, num_images * width))


def sheet_address(images: NDArray[np.uint8]) -> str:
    """The address of such a sheet: of grey pictures (N, H, W) as PNG, of colour ones (N, H, W, 3 or 4) as WebP.

    White bars beside a photo let the page through, which may be dark.
    """
    if images.ndim == 3:
        return data_address(sheet(images))
    num_images, height, width, _ = images.shape
    buffer = io.BytesIO()
    shown = images if images.shape[3] == 4 else np.stack([without_bars(image) for image in images])
    row = shown.transpose(1, 0, 2, 3)
    Image.fromarray(row.reshape(height, num_images * width, 4)).save(buffer, format="WEBP", quality=88, method=1)
    return data_address(buffer.getvalue(), "webp")


def without_bars(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(H, W, 4) a picture (H, W, 3) whose white bars on two sides, where it was made square, let the page through."""
    found = np.concatenate([picture, np.full((*picture.shape[:2], 1), 255, dtype=np.uint8)], axis=2)
    is_white = (picture == 255).all(axis=2)
    for lines, alpha in ((is_white.all(axis=1), found[..., 3]), (is_white.all(axis=0), found[..., 3].T)):
        first, last = _bar(lines), _bar(lines[::-1])
        if first and last and first + last < len(lines):
            alpha[:first], alpha[len(lines) - last :] = 0, 0
    return found


def _bar(lines: NDArray[np.bool_]) -> int:
    """How many of the first lines are white."""
    return int(np.argmin(lines)) if not lines.all() else len(lines)


def enlarged(image: NDArray[np.uint8], smallest_side: int = 280) -> bytes:
    """A PNG of one picture (H, W) or (H, W, 3 or 4), each pixel repeated so that the shorter side has `smallest_side`.

    Browsers smooth what they enlarge; repeated pixels stay sharp.
    """
    times = max(1, -(-smallest_side // min(image.shape[:2])))
    image = without_bars(image) if image.shape[2:] == (3,) else image
    return _png(image.repeat(times, axis=0).repeat(times, axis=1))


def strip(images: NDArray[np.uint8], gap: int = 2, smallest_side: int = 56) -> bytes:
    """A PNG with the pictures (N, H, W) or (N, H, W, 3) in a row, enlarged sharply, a transparent gap between them."""
    times = max(1, -(-smallest_side // min(images.shape[1:3])))
    num_images, height, width = images.shape[:3]
    colours = images if images.ndim == 4 else images[..., None]
    canvas = np.zeros((height, num_images * (width + gap) - gap, colours.shape[3] + 1), dtype=np.uint8)
    for position, image in enumerate(colours):
        left = position * (width + gap)
        shown = without_bars(image) if image.shape[2] == 3 else np.dstack([image, np.full(image.shape[:2], 255)])
        canvas[:, left : left + width] = shown
    return _png(canvas.repeat(times, axis=0).repeat(times, axis=1))


def squared(picture: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """(side, side, 4) a picture (h, w, 3) made as small as it must be; what is beside it lets the page through."""
    photo = Image.fromarray(picture)
    photo.thumbnail((side, side))
    canvas = Image.new("RGBA", (side, side))
    canvas.paste(photo, ((side - photo.width) // 2, (side - photo.height) // 2))
    return np.asarray(canvas)


def data_address(picture: bytes, kind: str = "png") -> str:
    """The picture, a file of that kind, as an address that carries it, for `<img src>` and picture columns."""
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode()}"


def _png(pixels: NDArray[np.uint8]) -> bytes:
    buffer = io.BytesIO()
    # Level 1 costs a third of the time of the default for a few hundred bytes more.
    Image.fromarray(pixels).save(buffer, format="PNG", compress_level=1)
    return buffer.getvalue()
