"""Which colour of a PNG without opacity of its own is transparent, in the bits in which its pixels come. Pure.

Pillow 13.0 hands that colour on as the file has it while pixels come in 8 bits: of grey pictures with 2, 4 or 16 bits a
pixel, and of colours with 16, it then misses the pixels or hits others. Bits by https://www.w3.org/TR/png-3/#11tRNS.
"""

import numpy as np
from PIL import Image

_DEPTH, _COLOUR = 24, 25
"""Where the header says how many bits a pixel has and whether it is grey (0) or red, green, blue (2)."""
_GREY, _RGB = 0, 2


def told(image: Image.Image, picture: bytes) -> Image.Image:
    """The loaded image of a picture file, with 8 bits a colour; `info` and opacity tell what is transparent."""
    if image.format != "PNG" or picture[_COLOUR] not in (_GREY, _RGB):
        return image
    depth, colour = picture[_DEPTH], image.info.get("transparency")
    if picture[_COLOUR] == _GREY and depth == 16:
        return _of_sixteen_bits(image, colour)
    if picture[_COLOUR] == _GREY and depth in (2, 4) and isinstance(colour, int):
        most = (1 << depth) - 1
        image.info["transparency"] = (colour & most) * 255 // most
    elif depth == 16 and isinstance(colour, tuple):  # only the upper 8 bits of each are left to compare
        image.info["transparency"] = tuple(value >> 8 for value in colour)
    return image


def _of_sixteen_bits(image: Image.Image, colour: int | None) -> Image.Image:
    """Grey in 8 bits; what is transparent is compared in 16, as neighbours of that grey are not."""
    values = np.asarray(image)
    grey = Image.fromarray((values >> 8).astype(np.uint8))
    if colour is None:
        return grey
    opacity = Image.fromarray(np.where(values == colour, 0, 255).astype(np.uint8))
    return Image.merge("LA", (grey, opacity))
