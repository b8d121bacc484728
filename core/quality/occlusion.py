"""Which part of a photo a tag hangs on: the drop of its probability while a patch covers that part. Pure.

After section 2.1 of M. D. Zeiler and R. Fergus, "Visualizing and understanding convolutional networks" (2014),
arXiv:1311.2901: a grey square is slid over the picture. What it covers and what lies beside it are not told apart more
finely than its size.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SMALLEST_DROP = 0.05
"""Of the probability: below it no single part decides, and nothing is said of where."""
BACKGROUND_ONLY = 0.9
"""A patch lies on the background where so much of it does, 0-1; what also covers the garment's edge does not."""
MOSTLY_BACKGROUND = 0.5
"""A tag hangs on the background where so much of all drops fell under patches that lie on the background, 0-1."""
_ROWS, _COLUMNS = ("top", "middle", "bottom"), ("left", "middle", "right")


@dataclass(frozen=True, kw_only=True, slots=True)
class Occlusion:
    """A map of one photo."""

    probability: float
    """Calibrated probability of the tag for the whole photo, 0-1."""
    drops: NDArray[np.float32]
    """(h, w) by how much it falls while the patch around that cell is covered, -1 to 1; below 0: it rises."""
    background: NDArray[np.float32]
    """(h, w) share of that patch that lies on the background, 0-1."""

    @property
    def largest(self) -> float:
        """The largest drop, at least 0."""
        return max(float(self.drops.max(initial=0.0)), 0.0)

    @property
    def decides(self) -> bool:
        """Whether any one part matters, see `SMALLEST_DROP`."""
        return self.largest >= SMALLEST_DROP

    @property
    def background_share(self) -> float:
        """Share of all drops under patches that lie on the background, 0-1; NaN where no part decides."""
        return self._share(self.background >= BACKGROUND_ONLY)

    @property
    def garment_share(self) -> float:
        """Share of all drops under patches of which at least half lies on the garment; the rest lies at its edge."""
        return self._share(self.background <= 0.5)

    @property
    def is_on_background(self) -> bool:
        """Whether the tag hangs on the background; False where no part decides."""
        return self.decides and self.background_share >= MOSTLY_BACKGROUND

    @property
    def strongest(self) -> tuple[int, int]:
        """Row and column of the largest drop."""
        row, column = np.unravel_index(int(self.drops.argmax()), self.drops.shape)
        return int(row), int(column)

    @property
    def where(self) -> str:
        """The ninth of the photo that holds the middle of all drops: "top left", "middle" and so on."""
        falls = self.drops.clip(0).astype(np.float64)
        falls = np.where(falls >= falls.max() / 2, falls, 0)
        total = falls.sum()
        if not total:
            return "middle"
        thirds = [
            min(int(3 * (falls.sum(axis=1 - axis) @ (np.arange(length) + 0.5)) / total / length), 2)
            for axis, length in enumerate(falls.shape)
        ]
        row, column = _ROWS[thirds[0]], _COLUMNS[thirds[1]]
        return row if row == column else f"{row} {column}"

    def _share(self, belongs: NDArray[np.bool_]) -> float:
        if not self.decides:
            return float("nan")
        falls = self.drops.clip(0).astype(np.float64)
        return float(falls[belongs].sum() / falls.sum())


def patches(num_cells: int, side: int) -> list[tuple[slice, slice]]:
    """Rows and columns of the square patch around each cell of a square picture, line by line.

    A patch is two cells wide, so that neighbours overlap by half; at a border what would lie outside is cut off.

    Args:
        num_cells: along an edge.
        side: pixels along an edge, at least `num_cells`.
    """
    ends = [
        slice(max(0, round((cell - 0.5) * side / num_cells)), min(side, round((cell + 1.5) * side / num_cells)))
        for cell in range(num_cells)
    ]
    return [(rows, columns) for rows in ends for columns in ends]


def shares(mask: NDArray[np.bool_], num_cells: int) -> NDArray[np.float32]:
    """(num_cells, num_cells) the share of each patch of `patches` that a square mask holds, 0-1."""
    found = [mask[patch].mean() for patch in patches(num_cells, mask.shape[0])]
    return np.array(found, dtype=np.float32).reshape(num_cells, num_cells)
