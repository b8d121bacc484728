"""The photo check: what was noticed about a photo, in words, and whether a person should look. Pure."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.photos import connected_parts

SMALL_SHARE = 0.25
"""A garment whose longer edge is less than this share of the photo's is small in it."""
FEW_PIXELS = 28
"""A garment of fewer pixels along its longer edge shows less than the model is used to see."""
ITEM_SHARE = 0.25
"""A part that is apart counts as an item of its own from this share of the largest part on."""
GAP_SHARE = 0.02
"""Parts closer than this share of the photo's longer edge belong together, as straps and soles do."""
CUT_SHARE = 0.2
"""A garment that runs into one side of the photo along this share of it, but keeps away from the opposite one, is cut
off there."""
MARGIN_SHARE = 0.02
"""What counts as keeping away, as a share of the photo's edge."""
PLAIN_SHARE = 0.3
"""The border of a photo with a plain background has its colour along at least this share."""
FAINT = 40
"""Intensity (0-255) that the brightest hundredth of the picture reaches at least, where there is anything to see."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """What is measured on a photo while its picture is made."""

    is_light: bool
    """Whether the background is lighter than the garment, so that the picture was inverted."""
    edge_share: float
    """The garment's longer edge as a share of the photo's longer edge, 0-1; 0 where nothing was found."""
    edge_pixels: float
    """The garment's longer edge in pixels of the original."""
    num_items: int
    """Parts of a size that lie apart from each other."""
    is_cut: bool
    """Whether the garment runs out of one side of the photo."""
    plain_share: float
    """Share of the border that has the background's colour, 0-1."""
    brightest: float
    """Intensity that the brightest hundredth of the picture reaches, 0-255."""
    is_unended: bool = False
    """Whether the file lacks the mark of its end, and nothing else."""

    def as_json(self) -> dict[str, Any]:
        """The fields by name, fit for JSON."""
        return {field.name: getattr(self, field.name) for field in _FIELDS}

    @classmethod
    def of_json(cls, content: Mapping[str, Any]) -> "Measured":
        """What `as_json` was called on.

        Raises:
            ValueError: a field is missing, of another kind, or not finite.
        """
        numbers = {name: float(content[name]) for name in ("edge_share", "edge_pixels", "plain_share", "brightest")}
        if not all(math.isfinite(number) for number in numbers.values()):
            raise ValueError("A measure is not a finite number.")
        return cls(
            is_light=bool(content["is_light"]),
            is_cut=bool(content["is_cut"]),
            num_items=int(content["num_items"]),
            is_unended=bool(content["is_unended"]),
            **numbers,
        )


_FIELDS = fields(Measured)


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that was noticed."""

    name: str
    """Key in `FINDINGS`."""
    text: str
    """In words."""
    needs_look: bool
    """Whether a person should look before the tag is used."""


FINDINGS = {
    finding.name: finding
    for finding in (
        Finding(name="inverted", text="light background: inverted", needs_look=False),
        Finding(name="faint", text="hardly any contrast: there is next to nothing to see", needs_look=True),
        Finding(name="small", text="garment too small in the picture", needs_look=True),
        Finding(name="several", text="several items?", needs_look=True),
        Finding(name="cut", text="cut off at the border?", needs_look=True),
        Finding(name="busy", text="no plain background: the garment may not have been found", needs_look=True),
        Finding(name="unended", text="the file lacks its end mark; the picture is whole", needs_look=False),
        Finding(name="turned", text="lay turned: tagged as if upright", needs_look=False),
        Finding(name="altered", text="tilted, framed or not alone? garments were learned otherwise", needs_look=True),
        Finding(name="unlike", text="looks unlike anything learned: not trusted", needs_look=True),
    )
}
"""Everything that can be noticed, in the order in which it is said."""


def measured(
    is_apart: NDArray[np.bool_],
    is_garment: NDArray[np.bool_],
    picture: NDArray[np.uint8],
    *,
    edge: int,
    num_parts: int,
    is_light: bool,
    scale: float,
) -> Measured:
    """The measures of one photo.

    Args:
        is_apart: (H, W) where the photo differs from its background.
        is_garment: (H, W) the same without dust.
        picture: (h, w) what the model sees.
        edge: the longer edge of the garment in pixels.
        num_parts: how many parts of the garment do not touch each other.
        is_light: whether the background is lighter than what lies on it.
        scale: pixels of the original for each pixel of the photo.
    """
    edge = edge if num_parts else 0
    return Measured(
        is_light=is_light,
        edge_share=edge / max(is_garment.shape),
        edge_pixels=edge * scale,
        num_items=_num_items(is_garment) if num_parts > 1 else num_parts,
        is_cut=_is_cut(is_garment),
        plain_share=_plain_share(is_apart),
        brightest=_reached(picture, share=0.01),
    )


def findings(
    found: Measured, *, is_unlike: bool = False, is_turned: bool = False, is_altered: bool = False
) -> tuple[Finding, ...]:
    """What to say of a photo, in the order of `FINDINGS`; empty where nothing was noticed.

    Args:
        found: what was measured.
        is_unlike: whether the model has learned nothing like it (`core.quality.unlike`).
        is_turned: whether it was turned upright (`core.model.posture`).
        is_altered: whether it lies in no way in which garments were learned (the same).
    """
    is_faint = found.brightest < FAINT or found.edge_share == 0
    holds = {
        "inverted": found.is_light,
        "faint": is_faint,
        "small": not is_faint and (found.edge_share < SMALL_SHARE or found.edge_pixels < FEW_PIXELS),
        "several": found.num_items > 1,
        "cut": found.is_cut,
        "busy": found.plain_share < PLAIN_SHARE,
        "unended": found.is_unended,
        "turned": is_turned,
    }
    is_explained = any(is_so and FINDINGS[name].needs_look for name, is_so in holds.items())
    holds |= {"altered": is_altered and not is_explained, "unlike": is_unlike}
    return tuple(finding for name, finding in FINDINGS.items() if holds[name])


def is_odd(texts: Collection[str]) -> bool:
    """Whether findings, in words, say that a person should look at how the photo was taken."""
    return any(finding.needs_look and finding.name != "unlike" and finding.text in texts
               for finding in FINDINGS.values())  # fmt: skip


def _num_items(is_garment: NDArray[np.bool_]) -> int:
    step = max(1, max(is_garment.shape) // 112)  # a coarse look is enough, and much faster
    coarse = is_garment[::step, ::step]
    reach = max(1, round(GAP_SHARE * max(coarse.shape) / 2))
    labels, num = connected_parts.labelled(connected_parts.grown(coarse, reach))
    sizes = np.bincount(labels[coarse], minlength=num + 1)[1:]
    return int((sizes >= ITEM_SHARE * sizes.max()).sum()) if num else 0


def _is_cut(is_garment: NDArray[np.bool_]) -> bool:
    return any(
        _runs_out(side, opposite) or _runs_out(opposite, side)
        for side, opposite in (
            (is_garment[_strip(is_garment.shape[0])], is_garment[::-1][_strip(is_garment.shape[0])]),
            (is_garment.T[_strip(is_garment.shape[1])], is_garment.T[::-1][_strip(is_garment.shape[1])]),
        )
    )


def _strip(edge: int) -> slice:
    return slice(0, max(1, round(MARGIN_SHARE * edge)))


def _runs_out(side: NDArray[np.bool_], opposite: NDArray[np.bool_]) -> bool:
    """Whether the garment fills much of one side (its outermost line first) and nothing of the opposite strip."""
    return bool(side[0].mean() >= CUT_SHARE and not opposite.any())


def _reached(picture: NDArray[np.uint8], share: float) -> float:
    """The intensity that this share of the pixels reaches."""
    rank = int((1 - share) * (picture.size - 1))
    return float(np.partition(picture, rank, axis=None)[rank])


def _plain_share(is_apart: NDArray[np.bool_]) -> float:
    border = np.concatenate([is_apart[0], is_apart[-1], is_apart[:, 0], is_apart[:, -1]])
    return float(1 - border.mean())
