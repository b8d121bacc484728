"""From untrusted bytes to pixels: the only place that runs a decoder. Called in the process of `core.photos.decoder`.

Formats are allowed by content and by the name of the decoder; everything that is refused is one sentence.
"""

import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import AvifImagePlugin, Image, ImageFile, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from core import errors
from core.photos import boxes, containers, metadata, transparency

WORKING_EDGE = 224
"""The longer edge is brought to this many pixels or somewhat more, 8 for each pixel of a picture of 28 x 28."""


def _heif(file: io.BytesIO) -> ImageFile.ImageFile:
    import pillow_heif  # its libraries are large: only where there is such a photo

    pillow_heif.options.DECODE_THREADS = 1
    found: ImageFile.ImageFile = pillow_heif.HeifImageFile(file)  # type: ignore[no-untyped-call]
    return found


_DECODERS: dict[str, Callable[[io.BytesIO], ImageFile.ImageFile]] = {
    "PNG": PngImagePlugin.PngImageFile,
    "JPEG": JpegImagePlugin.JpegImageFile,
    "WEBP": WebPImagePlugin.WebPImageFile,
    "HEIF": _heif,
    "AVIF": AvifImagePlugin.AvifImageFile,
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
_FILLERS = (b"", b"\x55" * 64, b"\xaa" * 64)
"""What is set behind a JPEG that may be cut short: where it is, each is taken for another picture."""
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
    is_unended: bool = False
    """Whether the file lacks the mark of its end, and nothing else."""


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
            picture, turn = metadata.separated(data[: layout.end], layout.format)
            if layout.is_unended:
                return _ended(picture, turn, layout, edge)
            return _upright(picture, turn, layout, edge)
    except errors.PhotoRefused:
        raise
    except MemoryError:
        raise errors.PhotoRefused("The picture needs more memory than one may take. Make it smaller.") from None
    except Exception as error:  # on damaged files decoders raise nearly anything, and warnings are errors here
        raise errors.PhotoRefused(_DAMAGED) from error


def _ended(picture: bytes, turn: int, layout: containers.Layout, edge: int) -> Photo:
    """A JPEG with the mark of its end set anew.

    Its decoder makes up what is missing. What comes behind the last of the picture changes nothing in it; where
    something was cut off, the decoder takes what stands there instead for the picture.

    Raises:
        errors.PhotoRefused: more is missing than the mark.
    """
    picture = picture.rstrip(b"\xff")  # half of the mark
    first, *others = (_upright(picture + filler + b"\xff\xd9", turn, layout, edge) for filler in _FILLERS)
    if any(other.image.tobytes() != first.image.tobytes() for other in others):
        raise errors.PhotoRefused("The picture is cut short: the file ends before the picture does.")
    return replace(first, is_unended=True)


def _upright(picture: bytes, turn: int, layout: containers.Layout, edge: int) -> Photo:
    with _DECODERS[layout.format](io.BytesIO(picture)) as image:
        if layout.format in boxes.BRANDS:  # they say themselves how they lie; HEIC comes turned already
            turn = image.getexif().get(_ORIENTATION, 1) if layout.format == "AVIF" else 1
            layout = replace(layout, width=image.width, height=image.height)
        return _turned(_loaded(image, picture, layout, edge), turn, layout)


def _loaded(image: ImageFile.ImageFile, picture: bytes, layout: containers.Layout, edge: int) -> Image.Image:
    if image.format != layout.format or getattr(image, "n_frames", 1) > 1:
        raise errors.PhotoRefused("It holds more than one picture or is animated; save one picture by itself.")
    if image.size != (layout.width, layout.height):
        raise errors.PhotoRefused(_DAMAGED)
    if layout.format == "JPEG":
        image.draft(None, (edge, edge))
    image.load()
    return _opaque(_reduced(transparency.told(image, picture), edge))


def _turned(image: Image.Image, turn: int, layout: containers.Layout) -> Photo:
    if turn in _TURNS:
        image = image.transpose(_TURNS[turn])
    is_turned = turn in _TURNS and turn > 4
    width, height = (layout.height, layout.width) if is_turned else (layout.width, layout.height)
    return Photo(image=image, width=width, height=height)


def _reduced(image: Image.Image, edge: int) -> Image.Image:
    """RGB, or RGBa (colours times opacity, so that what is transparent has no colour) where it has transparency."""
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
