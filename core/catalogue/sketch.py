"""Chance and paper for the sample catalogue: numbers drawn from a stream, shapes drawn on a sheet. Knows no garment.

Only what gives the same bits on every machine is used: uniform numbers, sums and products of Python floats,
and polygons with whole-number corners. No sine, no normal distribution, no matrix product.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw

SIZE = 28
"""Pixels of a finished picture, in each direction."""
_ZOOM = 4  # drawn so much larger and averaged down: soft edges
_MIDDLE = SIZE * _ZOOM / 2

Point = tuple[float, float]
"""(x, y) in pixels of the finished picture, from its middle; x to the right, y down."""
_Choice = TypeVar("_Choice")


class Dice:
    """Chance for one garment after the other, from one stream."""

    def __init__(self, stream: np.random.Generator) -> None:
        self._stream = stream
        self._numbers: list[float] = []

    def number(self) -> float:
        """A number in [0, 1)."""
        if not self._numbers:
            self._numbers = self._stream.random(4096).tolist()
        return self._numbers.pop()

    def between(self, low: float, high: float) -> float:
        """A number in [low, high)."""
        return low + (high - low) * self.number()

    def chance(self, probability: float) -> bool:
        """True with that probability."""
        return self.number() < probability

    def pick(self, weights: Mapping[_Choice, float]) -> _Choice:
        """One of the keys, each with its weight; the weights need not sum to 1."""
        rest = self.number() * sum(weights.values())
        choices = list(weights)
        for choice in choices[:-1]:
            rest -= weights[choice]
            if rest < 0:
                return choice
        return choices[-1]


class Sheet:
    """One garment being drawn: cloth (what is there, how bright) under marks (where it is darker)."""

    def __init__(self, *, scale: float, shift: Point, lean: float) -> None:
        """A black sheet on which everything is drawn `scale` times as large, shifted and leaning a little."""
        self._scale = scale * _ZOOM
        self._shift = (_MIDDLE + shift[0] * _ZOOM, _MIDDLE + shift[1] * _ZOOM)
        self._lean = lean
        self._cloth_image = Image.new("L", (SIZE * _ZOOM, SIZE * _ZOOM), 0)
        self._marks_image = Image.new("L", (SIZE * _ZOOM, SIZE * _ZOOM), 255)
        self._cloth = ImageDraw.Draw(self._cloth_image)
        self._marks = ImageDraw.Draw(self._marks_image)

    def cloth(self, outline: Sequence[Point], brightness: float) -> None:
        """Fill the closed `outline` with cloth of that brightness, 0 to 1; later cloth covers earlier cloth."""
        self._cloth.polygon(self._placed(outline), fill=round(255 * brightness))

    def strap(self, path: Sequence[Point], brightness: float, width: float) -> None:
        """Lay a band of cloth, `width` pixels wide, along `path`."""
        self._cloth.line(self._placed(path), fill=round(255 * brightness), width=round(width * _ZOOM), joint="curve")

    def mark(self, outline: Sequence[Point], darkness: float) -> None:
        """Darken what lies inside the closed `outline`: 0 leaves it, 1 makes it black. Shows on cloth only."""
        self._marks.polygon(self._placed(outline), fill=round(255 * (1 - darkness)))

    def seam(self, path: Sequence[Point], darkness: float, width: float = 0.5) -> None:
        """Darken the cloth along `path`, `width` pixels wide."""
        self._marks.line(self._placed(path), fill=round(255 * (1 - darkness)), width=max(1, round(width * _ZOOM)))

    def dots(self, middles: Iterable[Point], darkness: float, radius: float = 0.5) -> None:
        """Darken small round spots: buttons, eyelets, a print."""
        for x, y in self._placed(list(middles)):
            reach = radius * _ZOOM
            self._marks.ellipse((x - reach, y - reach, x + reach, y + reach), fill=round(255 * (1 - darkness)))

    def picture(self) -> NDArray[np.uint8]:
        """The finished drawing, (28, 28)."""
        return np.asarray(ImageChops.multiply(self._cloth_image, self._marks_image).reduce(_ZOOM))

    def _placed(self, points: Sequence[Point]) -> list[tuple[int, int]]:
        scale, lean, (right, down) = self._scale, self._lean, self._shift
        return [(int(right + scale * (x + lean * y)), int(down + scale * (y - lean * x))) for x, y in points]


def mirrored(half: Sequence[Point]) -> list[Point]:
    """The closed outline whose right half is `half`, from top to bottom."""
    return [*half, *((-x, y) for x, y in reversed(half))]


def curve(start: Point, pull: Point, end: Point, num_points: int = 7) -> list[Point]:
    """A quadratic Bézier curve from `start` to `end`, drawn towards `pull`."""
    points = []
    for step in range(num_points):
        t = step / (num_points - 1)
        a, b, c = (1 - t) * (1 - t), 2 * t * (1 - t), t * t
        points.append((a * start[0] + b * pull[0] + c * end[0], a * start[1] + b * pull[1] + c * end[1]))
    return points
