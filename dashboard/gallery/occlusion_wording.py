"""Where a version looked, in words for people who know garments; figures for analysts."""

from core.quality import occlusion
from core.quality.occlusion import Occlusion
from dashboard.look import theme

BUTTON = "Where it looked"
HELP = (
    "Covers one part of the photo after another: the tag hangs on the part without which the model is less sure. "
    "Takes a few seconds, and is kept."
)
WAIT = "Covering one part of the photo after another …"
LEGEND = (
    "Orange and outlined: without this part the model is less sure. It shows parts as large as a sleeve, not finer."
)
FIRST_ONLY = "Of its first photo."


def sentence(found: Occlusion, tag: str) -> str:
    """What the map says, one or two sentences.

    Args:
        found: the map.
        tag: name of the category on screen.
    """
    if not found.decides:
        return f"No single part decides: whichever is covered, it stays about as sure of {tag}."
    place = "in the middle" if found.where == "middle" else f"at the {found.where}"
    return f"The tag {tag} hangs mostly on the part {place} of the photo, {_ground(found)}."


def alternative(found: Occlusion, tag: str) -> str:
    """What is read aloud in place of the picture."""
    return f"The photo in grey, with what the tag hangs on in orange. {sentence(found, tag)}"


def figures(found: Occlusion) -> list[tuple[str, str]]:
    """Names and values for analysts, as text."""
    row, column = found.strongest
    height, width = found.drops.shape
    cell = f"row {row + 1} of {height}, column {column + 1} of {width}"
    return [
        ("Sure of the whole photo", theme.percent(found.probability)),
        ("Largest drop", f"{100 * found.largest:.1f} points, in {cell}"),
        ("Drops on the garment", _share(found.garment_share)),
        ("Drops on the background", _share(found.background_share)),
    ]


METHOD = (
    "Occlusion (Zeiler and Fergus 2014): a grey square two cells wide; drop of the calibrated probability of the tag. "
    "Squares across the garment's edge count for neither. The background is what has the colours of the photo's border "
    "and reaches it; that errs where a garment reaches the border or has the colours of the floor."
)


def _ground(found: Occlusion) -> str:
    if found.is_on_background:
        return "on the background, not on the garment"
    if found.garment_share >= occlusion.MOSTLY_BACKGROUND:
        return "on the garment"
    return "partly beside the garment"


def _share(share: float) -> str:
    return theme.UNDEFINED if share != share else theme.percent(share)
