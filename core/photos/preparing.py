"""From the pixels of a photo to the small grey picture that the model knows. Pure: no file, no decoder, no model.

After section 2 of H. Xiao, K. Rasul and R. Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking machine
learning algorithms" (2017), arXiv:1708.07747: borders in the colour of the background within 5 % are trimmed, the
longer edge is brought to 28 pixels, the picture sharpened (Gaussian, radius and standard deviation 1, more near
outlines), centred, and negated, since their garments lie on white. Here the background is found instead of assumed,
and pixels are averaged instead of skipped, since a shop's photos are not all alike.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.photos import connected_parts, photo_check

TOLERANCE = 0.05 * 255
"""How far a colour may lie from that of the background and still count as background."""
SHARPNESS = 0.5
"""Share of the difference to the blurred picture that is added at the clearest outline."""
MAX_STRETCH = 2.0
"""The most by which intensities are stretched where the background is neither black nor white."""
_COARSE = 4
"""Pixels for each pixel of the picture, along the longer edge, that an image is reduced to (or up to half more)."""
_ENOUGH = 2
"""The same for the garment: with fewer, a pixel more or less at its borders would move it in the picture."""
_LARGE = 2
"""Pixels of the photo for each of the image, from which on the grain of the camera is averaged away already."""
_LUMINANCE = np.array([0.299, 0.587, 0.114], dtype=np.float32)  # ITU-R BT.601
_SPECK_SHARE = 0.0005
_LINE_SHARE, _LINE_LENGTH = 0.03, 0.05
"""Of the photo's longer edge: the width that a line has at most, and its length at least."""
_BLUR = 0.75  # of a pixel of the finished picture
_BESIDE = np.exp(np.float32(-0.5))  # of a Gaussian of standard deviation 1, one pixel from its middle
_BLURRING = 1 / (1 + 2 * _BESIDE), _BESIDE / (1 + 2 * _BESIDE)
_SMOOTHING = np.float32(2), np.float32(1)  # of the Sobel operator, across the direction in which it looks


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """What the model is shown of a photo."""

    picture: NDArray[np.uint8]
    """(H, W) grey, the garment bright on black."""
    measured: photo_check.Measured
    """What the photo check knows of the photo."""


def prepared(image: Image.Image, shape: tuple[int, int], *, scale: float = 1.0) -> Prepared:
    """The picture of that shape for the model, and what was measured on the way.

    Images of large photos are reduced first, which hardly changes a tag where the garment fills its photo. A garment
    that is small in its photo is looked at once more in the image as it is.

    Args:
        image: red, green, blue, upright.
        shape: height and width that the model takes.
        scale: pixels of the original photo for each of the image.
    """
    factor = max(image.size) // (_COARSE * max(shape))
    if factor > 1 and scale >= _LARGE:
        coarse = image.reduce(factor)
        coarse_scale = scale * max(image.size) / max(coarse.size)
        found = _prepared(_planes(coarse), shape, coarse_scale)
        if found.measured.edge_pixels >= coarse_scale * _ENOUGH * max(shape):
            return found
    return _prepared(_planes(image), shape, scale)


def _planes(image: Image.Image) -> NDArray[np.uint8]:
    """(3, H, W): one colour after another is several times as fast as all colours of a pixel together."""
    width, height = image.size
    lines = np.frombuffer(image.tobytes("raw", "RGB;L"), dtype=np.uint8).reshape(height, 3, width)  # colour by colour
    return np.ascontiguousarray(lines.transpose(1, 0, 2))


def _prepared(planes: NDArray[np.uint8], shape: tuple[int, int], scale: float) -> Prepared:
    background = _background_colour(planes)
    is_apart = _is_apart(planes, background)
    is_garment, num_parts = _without_specks(_without_lines(is_apart))
    found = _box(is_garment)
    paper = float(background @ _LUMINANCE)
    darker = paper - _grey(planes[:, *found])
    is_light = _is_lighter(paper, darker, is_garment[found])
    intensity = _outlined(_on_black(darker, paper, is_light=is_light), longest=max(shape))
    picture = fitted(intensity, shape)
    measured = photo_check.measured(
        is_apart, is_garment, picture,
        edge=max(intensity.shape), num_parts=num_parts, is_light=is_light, scale=scale,
    )  # fmt: skip
    return Prepared(picture=picture, measured=measured)


def _is_apart(planes: NDArray[np.uint8], background: NDArray[np.float32]) -> NDArray[np.bool_]:
    """(H, W) where a colour lies further from the background than `TOLERANCE`."""
    lowest = np.ceil((background - TOLERANCE).clip(0, 255)).astype(np.uint8)
    highest = np.floor((background + TOLERANCE).clip(0, 255)).astype(np.uint8)
    # What is below the lowest wraps around, and so is above the highest as well.
    red, green, blue = (plane - low > width for plane, low, width in zip(planes, lowest, highest - lowest, strict=True))
    is_apart: NDArray[np.bool_] = red | green | blue
    return is_apart


def _grey(planes: NDArray[np.uint8]) -> NDArray[np.float32]:
    grey: NDArray[np.float32] = np.multiply(planes[0], _LUMINANCE[0], dtype=np.float32)
    for plane, weight in zip(planes[1:], _LUMINANCE[1:], strict=True):
        grey += np.multiply(plane, weight, dtype=np.float32)
    return grey


def _background_colour(planes: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(3,) the colour that most of the border has: of a garment that reaches the border there is less of one colour.

    Corners count as much as all sides together, as the paper trims by the colour of the corners.
    """
    height, width = planes.shape[1:]
    edge = max(1, round(min(height, width) * 0.015))
    corner = max(1, round(min(height, width) * 0.04))
    inner = slice(edge, max(edge, height - edge))
    sides = [
        planes[:, :edge],
        planes[:, inner.stop :],
        planes[:, inner, :edge],
        planes[:, inner, max(edge, width - edge) :],
    ]
    ends = [slice(corner), slice(-corner, None)]
    corners = [planes[:, rows, columns] for rows in ends for columns in ends]
    return _usual([np.concatenate([part.reshape(3, -1) for part in parts], axis=1) for parts in (sides, corners)])


def _usual(samples: list[NDArray[np.uint8]]) -> NDArray[np.float32]:
    """(3,) the middle of the colours (3, N) around the most frequent brightness; samples count alike, large or not."""
    brightnesses = [(_LUMINANCE @ sample).round().astype(np.intp) for sample in samples]
    histogram = np.sum([np.bincount(each, minlength=256) / len(each) for each in brightnesses], axis=0)
    reach = round(TOLERANCE)
    near = np.convolve(histogram, np.ones(2 * reach + 1), mode="same")
    is_near = np.abs(np.concatenate(brightnesses) - near.argmax()) <= reach
    nearest = np.concatenate(samples, axis=1).compress(is_near, axis=1)
    middle = nearest.shape[1] // 2  # of an even number the upper one: `np.median` takes several times as long
    colour: NDArray[np.float32] = np.partition(nearest, middle, axis=1)[:, middle].astype(np.float32)
    return colour


def _without_specks(is_apart: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], int]:
    """Without dust (connected spots of less than a two-thousandth of the picture), and how many parts are left."""
    labels, num = connected_parts.labelled(is_apart)
    if num <= 1:
        return is_apart, num
    is_kept = np.bincount(labels.ravel(), minlength=num + 1) >= _SPECK_SHARE * is_apart.size
    is_kept[0] = False
    if is_kept[1:].all() or not is_kept.any():
        return is_apart, num
    return is_kept[labels], int(is_kept.sum())


def _without_lines(is_apart: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Without the line of a hanger or a stand: what comes in from a side of the photo no wider than `_LINE_SHARE`."""
    widest = _LINE_SHARE * max(is_apart.shape)
    kept = is_apart
    for quarters in range(4):
        widths = np.rot90(kept, quarters).sum(axis=1)
        if not 0 < widths[0] <= widest or not (widths > widest).any():
            continue
        end = int(np.argmax(widths > widest))
        if end >= _LINE_LENGTH * max(is_apart.shape):
            kept = kept.copy()
            np.rot90(kept, quarters)[:end] = False  # rot90 gives a view
    return kept


def _is_lighter(paper: float, darker: NDArray[np.float32], is_garment: NDArray[np.bool_]) -> bool:
    """Whether the background is lighter than what lies on it, taken together; without anything on it, whether light."""
    balance = float((darker * is_garment).sum())
    return balance > 0 if balance else paper > 127


def _on_black(darker: NDArray[np.float32], paper: float, *, is_light: bool) -> NDArray[np.float32]:
    """Intensities (0-255) by how far a pixel is from the background, which becomes black."""
    farthest = paper if is_light else 255 - paper
    stretch = min(MAX_STRETCH, 255 / max(farthest, 1.0))
    on_black: NDArray[np.float32] = np.clip(darker * np.float32(stretch if is_light else -stretch), 0, 255)
    return on_black


def _box(is_garment: NDArray[np.bool_]) -> tuple[slice, slice]:
    """The smallest rectangle around the garment; everything where there is none."""
    if not is_garment.any():
        return slice(0, is_garment.shape[0]), slice(0, is_garment.shape[1])
    rows, columns = np.flatnonzero(is_garment.any(axis=1)), np.flatnonzero(is_garment.any(axis=0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _outlined(intensity: NDArray[np.float32], *, longest: int) -> NDArray[np.float32]:
    """The garment without blurred borders: the outline is where an intensity passes half of what it rises to.

    A picture that was enlarged, or a soft shadow, fades out over what becomes less than one pixel of the `longest`.
    """
    reach = int(max(intensity.shape) / longest * _BLUR)
    rows, columns = (_without_ramps(intensity.max(axis=axis), reach) for axis in (1, 0))
    return intensity[rows, columns]


def _without_ramps(profile: NDArray[np.float32], reach: int) -> slice:
    first, last = (
        int(np.argmax(side >= side.max() / 2)) for side in (profile[: reach + 1], profile[::-1][: reach + 1])
    )
    return slice(first, max(first + 1, len(profile) - last))


def fitted(intensity: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.uint8]:
    """The cropped garment as large as it fits, sharpened, in the middle of a black picture of that shape."""
    height, width = intensity.shape
    step = max(height / shape[0], width / shape[1])
    size = (max(1, round(width / step)), max(1, round(height / step)))
    # Whole pixels hold a little more or less than the garment's shorter edge: it is not stretched to them.
    margin = int(step) + 1
    start_x, start_y = (margin + (length - step * num) / 2 for length, num in zip((width, height), size, strict=True))
    place = (start_x, start_y, start_x + step * size[0], start_y + step * size[1])
    kind = Image.Resampling.BOX if step >= 1 else Image.Resampling.BICUBIC
    padded = np.zeros((height + 2 * margin, width + 2 * margin), dtype=np.float32)
    padded[margin : margin + height, margin : margin + width] = intensity
    small = np.asarray(Image.fromarray(padded).resize(size, kind, box=place))
    canvas = np.zeros(shape, dtype=np.float32)
    # An odd line goes above and to the left, as in the data set.
    top, left = (shape[0] - size[1] + 1) // 2, (shape[1] - size[0] + 1) // 2
    canvas[top : top + size[1], left : left + size[0]] = small
    if step > 1:
        canvas = sharpened(canvas)
    return np.clip(canvas.round(), 0, 255).astype(np.uint8)


def sharpened(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    """The picture (H, W) with its difference to the blurred one added, the more the nearer to an outline."""
    rows, columns = (np.arange(-1, length + 1).clip(0, length - 1) for length in picture.shape)
    padded = picture[rows[:, None], columns]  # the outermost lines twice
    blurred = _weighted(_weighted(padded, *_BLURRING), *_BLURRING, axis=1)
    slope = np.hypot(
        _weighted(padded[2:] - padded[:-2], *_SMOOTHING, axis=1),
        _weighted(padded[:, 2:] - padded[:, :-2], *_SMOOTHING),
    )
    steepest = slope.max()
    if not steepest:
        return picture
    result: NDArray[np.float32] = picture + SHARPNESS * (slope / steepest) * (picture - blurred)
    return result


def _weighted(
    values: NDArray[np.float32], middle: np.float32, beside: np.float32, *, axis: int = 0
) -> NDArray[np.float32]:
    """The sum of each value and its two neighbours along one axis, weighted; one less at both ends."""
    along = values if axis == 0 else values.T
    total: NDArray[np.float32] = beside * (along[:-2] + along[2:]) + middle * along[1:-1]
    return total if axis == 0 else total.T
