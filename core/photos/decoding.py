"""From untrusted bytes to pixels: the only place that runs a decoder. Called in the process of `core.photos.decoder`.

Formats are allowed by content and by the name of the decoder; everything that is refused is one sentence.
"""

import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from core import errors
from core.photos import containers

WORKING_EDGE = 224
"""The longer edge is brought to this many pixels or somewhat more, 8 for each pixel of a picture of 28 x 28."""
_DECODERS: dict[str, Callable[[io.BytesIO], ImageFile.ImageFile]] = {
    "PNG": PngImagePlugin.PngImageFile,
    "JPEG": JpegImagePlugin.JpegImageFile,
    "WEBP": WebPImagePlugin.WebPImageFile,
}
"""Asked by their own names: `Image.open` would load all others, and take another one where a phone says that copies
follow the picture."""
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_LIGHT = 230
"""Median luminance (0-255) above which a cut-out garment could not be told from white paper."""
_DAMAGED = "The picture is damaged or cut short: it cannot be decoded. Export it again."


@dataclass(frozen=True, kw_only=True, slots=True)
class Photo:
    """A decoded photo."""

    image: Image.Image
    """Red, green, blue, upright, without transparency; reduced where it was large."""
    width: int
    """Of the original in pixels, upright."""
    height: int
    """Of the original in pixels, upright."""


def decoded(data: bytes, layout: containers.Layout | None = None, *, edge: int = WORKING_EDGE) -> Photo:
    """The pixels of a picture file.

    JPEGs are reduced while they are decoded, the others after it. Transparency counts as background: it becomes
    white paper, or black paper under a garment so light that it could not be told from white.

    Args:
        data: the file.
        layout: of the file, where `containers.inspected` was asked already.
        edge: pixels to which the longer edge is brought, or somewhat more; a smaller photo stays as it is.

    Raises:
        errors.PhotoRefused: it is not, or not wholly, a picture that is decoded here.
    """
    layout = layout or containers.inspected(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with _DECODERS[layout.format](io.BytesIO(data[: layout.end])) as image:
                return _upright(image, layout, edge)
    except errors.PhotoRefused:
        raise
    except MemoryError:
        raise errors.PhotoRefused("The picture needs more memory than one may take. Make it smaller.") from None
    except Exception as error:  # on damaged files decoders raise nearly anything, and warnings are errors here
        raise errors.PhotoRefused(_DAMAGED) from error


def _upright(image: Image.Image, layout: containers.Layout, edge: int) -> Photo:
    if image.format != layout.format or getattr(image, "n_frames", 1) > 1:
        raise errors.PhotoRefused("It holds more than one picture or is animated; save one picture by itself.")
    if image.size != (layout.width, layout.height):
        raise errors.PhotoRefused(_DAMAGED)
    image.draft(None, (edge, edge))
    image.load()
    turn = _TURNS.get(image.getexif().get(_ORIENTATION, 1))
    opaque = _opaque(_reduced(image, edge))
    if turn is not None:
        opaque = opaque.transpose(turn)
    is_turned = turn is not None and turn not in (_TURNS[2], _TURNS[3], _TURNS[4])
    width, height = (layout.height, layout.width) if is_turned else (layout.width, layout.height)
    return Photo(image=opaque, width=width, height=height)


def _reduced(image: Image.Image, edge: int) -> Image.Image:
    """RGB, or RGBa (colours times opacity, so that what is transparent has no colour) where it has transparency."""
    if image.mode.startswith("I"):  # 16 bits a pixel, of which the upper 8 are kept
        image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.mode in ("LA", "PA", "RGBA") or "transparency" in image.info:
        image = image.convert("RGBA").convert("RGBa")
    elif image.mode not in ("RGB", "L", "CMYK"):
        image = image.convert("RGB")
    factor = max(image.size) // edge
    if factor > 1:
        image = image.reduce(factor)
    return image if image.mode in ("RGB", "RGBa") else image.convert("RGB")


def _opaque(image: Image.Image) -> Image.Image:
    if image.mode != "RGBa":
        return image
    values = np.asarray(image, dtype=np.float32)
    colours, opacity = values[..., :3], values[..., 3:] / np.float32(255)
    paper = np.float32(0 if _is_light(colours, opacity) else 255)
    return Image.fromarray(np.clip(colours + paper * (1 - opacity) + 0.5, 0, 255).astype(np.uint8))


def _is_light(colours: NDArray[np.float32], opacity: NDArray[np.float32]) -> bool:
    """Whether the garment that was cut out is nearly white; never where nothing was cut out."""
    is_garment = opacity[..., 0] > 0.5
    if not is_garment.any() or is_garment.all():
        return False
    luminance = (colours / np.maximum(opacity, 1e-3)) @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    return bool(np.median(luminance[is_garment]) > _LIGHT)
