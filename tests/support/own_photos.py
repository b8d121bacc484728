"""Photos of a small shop of one's own, drawn: three kinds of garments on backgrounds of many colours, no two alike."""

import io

import numpy as np
from PIL import Image, ImageDraw

CATEGORIES = ("bag", "dress", "sock")


def photo(category: str, number: int, *, side: int = 96, form: str = "JPEG") -> bytes:
    """A file with one garment, drawn by its category; another number is another garment, place and light."""
    chance = np.random.default_rng([CATEGORIES.index(category), number])
    paper = chance.integers(120, 255, (side // 8 + 1, side // 8 + 1, 3), dtype=np.uint8)
    image = Image.fromarray(paper).resize((side, side + side // 3), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(image)
    left, top = chance.integers(4, side // 3, 2).tolist()
    width, height = chance.integers(side // 3, side // 2, 2).tolist()
    colour = tuple(chance.integers(0, 110, 3).tolist())
    if category == "bag":
        draw.rectangle((left, top + height // 2, left + width, top + height), fill=colour)
        draw.arc((left, top, left + width, top + height), 180, 360, fill=colour, width=4)
    elif category == "dress":
        draw.polygon([(left + width // 2, top), (left, top + height), (left + width, top + height)], fill=colour)
    else:
        draw.rectangle((left, top, left + width // 3, top + height), fill=colour)
        draw.ellipse((left, top + height - width // 3, left + width, top + height), fill=colour)
    content = io.BytesIO()
    image.save(content, form, **({"quality": 90} if form == "JPEG" else {}))
    return content.getvalue()


def shop(folder, num_each: int = 12):
    """A folder with a folder for each category."""
    for category in CATEGORIES:
        (folder / category).mkdir(parents=True)
        for number in range(num_each):
            (folder / category / f"{number:03}.jpg").write_bytes(photo(category, number))
    return folder
