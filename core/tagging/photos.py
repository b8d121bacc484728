"""From the pixels of a photo to the small grey picture that the model knows. Pure: no file, no decoder, no model.

After section 2 of H. Xiao, K. Rasul and R. Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking machine
learning algorithms" (2017), arXiv:1708.07747: borders in the colour of the background within 5 % are trimmed, the
longer edge is brought to 28 pixels, the picture sharpened (Gaussian, radius and standard deviation 1, more near
outlines), centred, and negated, since their garments lie on white. Here the background is found instead of assumed,
and pixels are averaged instead of skipped, since a shop's photos are not all alike.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.ndimage
from numpy.typing import NDArray
from PIL import Image

from core.tagging import check

TOLERANCE = 0.05 * 255
"""How far a colour may lie from that of the background and still count as background."""
SHARPNESS = 0.5
"""Share of the difference to the blurred picture that is added at the clearest outline."""
MAX_STRETCH = 2.0
"""The most by which intensities are stretched where the background is neither black nor white."""
_LUMINANCE = np.array([0.299, 0.587, 0.114], dtype=np.float32)  # ITU-R BT.601
_SPECK_SHARE = 0.0005
_BLUR = 0.75  # of a pixel of the finished picture


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """What the model is shown of a photo."""

    picture: NDArray[np.uint8]
    """(H, W) grey, the garment bright on black."""
    measured: check.Measured
    """What the photo check knows of the photo."""


def prepared(pixels: NDArray[np.uint8], shape: tuple[int, int], *, scale: float = 1.0) -> Prepared:
    """The picture of that shape for the model, and what was measured on the way.

    Args:
        pixels: (H, W, 3) red, green, blue, upright.
        shape: height and width that the model takes.
        scale: pixels of the original photo for each of these.
    """
    background = background_colour(pixels)
    channels = [np.ascontiguousarray(pixels[..., number]) for number in range(3)]
    grey = _looked_up(channels, np.arange(256, dtype=np.float32)[:, None] * _LUMINANCE, np.add)
    is_apart = np.abs(np.arange(256, dtype=np.float32)[:, None] - background) > TOLERANCE
    is_garment = _without_specks(_looked_up(channels, is_apart, np.logical_or))
    paper = float(background @ _LUMINANCE)
    is_light = _is_lighter(paper, grey, is_garment)
    intensity = _on_black(grey, paper, is_light=is_light)
    box = _outlined(intensity, _box(is_garment), longest=max(shape))
    picture = _fitted(intensity[box], shape)
    return Prepared(
        picture=picture,
        measured=check.measured(is_garment, box, picture, pixels, background, is_light=is_light, scale=scale),
    )


def _looked_up(channels: list[NDArray[np.uint8]], table: NDArray[Any], joined: np.ufunc) -> NDArray[Any]:
    """What the columns of `table` (256, 3) say of the values of each channel, joined: far faster than computing."""
    columns = np.ascontiguousarray(table.T)
    found: NDArray[Any] = columns[0].take(channels[0])
    for number in (1, 2):
        joined(found, columns[number].take(channels[number]), out=found)
    return found


def background_colour(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(3,) the colour that most of the border has: of a garment that reaches the border there is less of one colour.

    Corners count as much as all sides together, as the paper trims by the colour of the corners.
    """
    height, width = pixels.shape[:2]
    edge = max(1, round(min(height, width) * 0.015))
    corner = max(1, round(min(height, width) * 0.04))
    inner = slice(edge, max(edge, height - edge))
    sides = [
        pixels[:edge],
        pixels[inner.stop :],
        pixels[inner, :edge],
        pixels[inner, max(edge, width - edge) :],
    ]
    corners = [
        rows[:, part] for rows in (pixels[:corner], pixels[-corner:]) for part in (slice(corner), slice(-corner, None))
    ]
    border, ends = (np.concatenate([part.reshape(-1, 3) for part in parts]) for parts in (sides, corners))
    colours = np.concatenate([border, ends]).astype(np.float32)
    weights = np.repeat([1 / len(border), 1 / len(ends)], [len(border), len(ends)])
    grey = (colours @ _LUMINANCE).round().astype(np.int64)
    histogram = np.bincount(grey, weights=weights, minlength=256)
    reach = round(TOLERANCE)
    near = np.convolve(histogram, np.ones(2 * reach + 1), mode="same")
    is_near = np.abs(grey - near.argmax()) <= reach
    colour: NDArray[np.float32] = np.median(colours[is_near], axis=0).astype(np.float32)
    return colour


def _without_specks(is_garment: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Without dust: connected spots of less than a two-thousandth of the picture."""
    labels, num = scipy.ndimage.label(is_garment, structure=np.ones((3, 3)))
    if num <= 1:
        return is_garment
    is_kept = np.bincount(labels.ravel(), minlength=num + 1) >= _SPECK_SHARE * is_garment.size
    is_kept[0] = False
    if is_kept[1:].all() or not is_kept.any():
        return is_garment
    kept: NDArray[np.bool_] = is_kept[labels]
    return kept


def _is_lighter(paper: float, grey: NDArray[np.float32], is_garment: NDArray[np.bool_]) -> bool:
    """Whether the background is lighter than what lies on it, taken together; without anything on it, whether light."""
    apart = paper - grey[is_garment]
    balance = float(apart.sum())
    return balance > 0 if len(apart) and balance else paper > 127


def _on_black(grey: NDArray[np.float32], paper: float, *, is_light: bool) -> NDArray[np.float32]:
    """Intensities (0-255) by how far a pixel is from the background, which becomes black."""
    apart, farthest = (paper - grey, paper) if is_light else (grey - paper, 255 - paper)
    stretch = min(MAX_STRETCH, 255 / max(farthest, 1.0))
    on_black: NDArray[np.float32] = np.clip(apart * np.float32(stretch), 0, 255)
    return on_black


def _box(is_garment: NDArray[np.bool_]) -> tuple[slice, slice]:
    """The smallest rectangle around the garment; everything where there is none."""
    if not is_garment.any():
        return slice(0, is_garment.shape[0]), slice(0, is_garment.shape[1])
    rows, columns = np.flatnonzero(is_garment.any(axis=1)), np.flatnonzero(is_garment.any(axis=0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _outlined(intensity: NDArray[np.float32], box: tuple[slice, slice], *, longest: int) -> tuple[slice, slice]:
    """The rectangle without blurred borders: the outline is where an intensity passes half of what it rises to.

    A picture that was enlarged, or a soft shadow, fades out over what becomes less than one pixel of the `longest`.
    """
    inside = intensity[box]
    reach = int(max(inside.shape) / longest * _BLUR)
    rows, columns = (_without_ramps(inside.max(axis=axis), reach) for axis in (1, 0))
    return (
        slice(box[0].start + rows.start, box[0].start + rows.stop),
        slice(box[1].start + columns.start, box[1].start + columns.stop),
    )


def _without_ramps(profile: NDArray[np.float32], reach: int) -> slice:
    first, last = (
        int(np.argmax(side >= side.max() / 2)) for side in (profile[: reach + 1], profile[::-1][: reach + 1])
    )
    return slice(first, max(first + 1, len(profile) - last))


def _fitted(intensity: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.uint8]:
    """The cropped garment as large as it fits, sharpened, in the middle of a black picture of that shape."""
    height, width = intensity.shape
    step = max(height / shape[0], width / shape[1])
    size = (max(1, round(width / step)), max(1, round(height / step)))
    # Whole pixels hold a little more or less than the garment's shorter edge: it is not stretched to them.
    margin = int(step) + 1
    start_x, start_y = (margin + (length - step * num) / 2 for length, num in zip((width, height), size, strict=True))
    place = (start_x, start_y, start_x + step * size[0], start_y + step * size[1])
    kind = Image.Resampling.BOX if step >= 1 else Image.Resampling.BICUBIC
    small = np.asarray(Image.fromarray(np.pad(intensity, margin)).resize(size, kind, box=place))
    fitted = np.zeros(shape, dtype=np.float32)
    # An odd line goes above and to the left, as in the data set.
    top, left = (shape[0] - size[1] + 1) // 2, (shape[1] - size[0] + 1) // 2
    fitted[top : top + size[1], left : left + size[0]] = small
    if step > 1:
        fitted = sharpened(fitted)
    return np.clip(fitted.round(), 0, 255).astype(np.uint8)


def sharpened(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    """The picture (H, W) with its difference to the blurred one added, the more the nearer to an outline."""
    blurred = scipy.ndimage.gaussian_filter(picture, sigma=1.0, radius=1)
    slope = np.hypot(scipy.ndimage.sobel(picture, axis=0), scipy.ndimage.sobel(picture, axis=1))
    steepest = slope.max()
    if not steepest:
        return picture
    result: NDArray[np.float32] = picture + SHARPNESS * (slope / steepest) * (picture - blurred)
    return result
