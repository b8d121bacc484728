"""Where a version looked in the photo of a garment: the map, made by a process of its own, and the photo under it."""

import io

from PIL import Image

from core.photos import overlay
from core.quality.occlusion import Occlusion
from core.store.runs import occlusion_files
from core.store.runs.runs import Run
from core.tagging import occlusion_maps
from dashboard.data import photo_sources, store


def is_kept(run: Run, garment: int) -> bool:
    """Whether the map of that test garment was made before, so that it is there at once."""
    return occlusion_files.load(store.store(), run, garment) is not None


@store.cached(most=64)
def of(run: Run, garment: int) -> Occlusion:
    """See `occlusion_maps.of`; read-only."""
    return occlusion_maps.of(store.store(), run, garment)


def picture(run: Run, garment: int) -> bytes | None:
    """A PNG of the first photo of that test garment under its map; None where the photo cannot be read.

    The colour goes from none to the largest drop; where no single part decides, there is none.
    """
    photos = photo_sources.photos(run, garment, "test")
    if not photos:
        return None
    found = of(run, garment)
    strength = found.drops.clip(0) / found.largest if found.decides else 0 * found.drops
    try:
        with Image.open(io.BytesIO(photos[0]), formats=["JPEG"]) as file:
            return overlay.drawn(file.convert("RGB"), strength)
    except (OSError, ValueError, SyntaxError):
        return None
