"""Pictures of what is no garment: rooms, animals, landscapes, texts, noise and plain colours; drawn, deterministic."""

import string

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

SIDE = 400


def pictures(num_of_each: int, *, seed: int = 0) -> dict[str, list[np.ndarray]]:
    """Kind -> that many pictures (H, W, 3)."""
    random = np.random.default_rng(seed)
    return {kind: [draw(random) for _ in range(num_of_each)] for kind, draw in KINDS.items()}


def colour(random, low=0, high=256):
    return tuple(int(value) for value in random.integers(low, high, 3))


def grainy(image: Image.Image, random, strength=5.0):
    pixels = np.asarray(image, dtype=np.float32)
    return np.clip(pixels + random.normal(0, strength, pixels.shape), 0, 255).astype(np.uint8)


def room(random):
    """A wall, a floor in perspective, a window and some furniture."""
    image = Image.new("RGB", (SIDE, SIDE), colour(random, 120))
    pen = ImageDraw.Draw(image)
    horizon = int(random.integers(180, 300))
    pen.polygon([(0, SIDE), (SIDE, SIDE), (SIDE, horizon + 40), (300, horizon), (100, horizon), (0, horizon + 40)],
                fill=colour(random, 40, 200))  # fmt: skip
    left = int(random.integers(20, 200))
    pen.rectangle([left, 40, left + 120, 160], fill=colour(random, 180), outline=colour(random, 0, 90), width=6)
    pen.line([left + 60, 40, left + 60, 160], fill=colour(random, 0, 90), width=4)
    for _ in range(int(random.integers(2, 6))):
        x, y = int(random.integers(0, 320)), int(random.integers(horizon - 90, 330))
        wide, high = (int(random.integers(40, 160)) for _ in range(2))
        pen.rectangle([x, y, x + wide, y + high], fill=colour(random))
        pen.rectangle([x + 5, y + high, x + 12, y + high + 50], fill=colour(random, 0, 90))
    return grainy(image.filter(ImageFilter.GaussianBlur(1.5)), random)


def animal(random):
    """A body with a head, ears, legs and a tail, furry, on grass or on white."""
    paper = (255, 255, 255) if random.random() < 0.4 else colour(random, 60, 220)
    image = Image.new("RGB", (SIDE, SIDE), paper)
    pen = ImageDraw.Draw(image)
    fur = colour(random, 10, 200)
    x, y = int(random.integers(60, 120)), int(random.integers(150, 210))
    wide, high = int(random.integers(140, 220)), int(random.integers(60, 120))
    pen.ellipse([x, y, x + wide, y + high], fill=fur)
    head = int(random.integers(50, 90))
    pen.ellipse([x + wide - 30, y - head // 2, x + wide - 30 + head, y + head // 2], fill=fur)
    for ear in (0, head // 2):
        tip = x + wide - 20 + ear
        pen.polygon([(tip, y - head // 2 + 10), (tip + 10, y - head), (tip + 24, y - head // 2 + 10)], fill=fur)
    for leg in np.linspace(x + 20, x + wide - 40, 4):
        pen.rectangle([int(leg), y + high // 2, int(leg) + 16, y + high + int(random.integers(50, 110))], fill=fur)
    pen.line([x + 10, y + 20, x - 50, y - int(random.integers(0, 90))], fill=fur, width=12)
    return grainy(image, random, 14)


def landscape(random):
    """Sky, hills and trees."""
    image = Image.new("RGB", (SIDE, SIDE), (120, 170, int(random.integers(190, 256))))
    pen = ImageDraw.Draw(image)
    for step in range(3):
        ridge = 140 + 70 * step + np.cumsum(random.normal(0, 4, SIDE))
        pen.polygon([(0, SIDE), *enumerate(map(float, ridge)), (SIDE, SIDE)], fill=colour(random, 30, 150))
    for _ in range(12):
        x, y = int(random.integers(0, SIDE)), int(random.integers(200, SIDE))
        pen.ellipse([x - 18, y - 50, x + 18, y], fill=(20, int(random.integers(60, 140)), 30))
    return grainy(image.filter(ImageFilter.GaussianBlur(1)), random, 8)


def text(random):
    """A page of letters, a label, or one large word."""
    is_dark = random.random() < 0.3
    image = Image.new("RGB", (SIDE, SIDE), (20, 20, 30) if is_dark else (255, 255, 255))
    pen = ImageDraw.Draw(image)
    pen.fontmode = "L"
    ink = (240, 240, 240) if is_dark else colour(random, 0, 120)
    size = int(random.choice([14, 24, 48, 110]))
    for y in range(int(random.integers(10, 60)), SIDE - size, int(size * 1.4)):
        letters = "".join(random.choice(list(string.ascii_letters + "     "), int(random.integers(3, 60))))
        pen.text((int(random.integers(5, 40)), y), letters, fill=ink, font_size=size)
    return np.asarray(image)


def noise(random):
    """White noise, coarse noise, or noise that is smooth."""
    kind = int(random.integers(0, 3))
    cells = (SIDE, 20, 6)[kind]
    small = random.integers(0, 256, (cells, cells, 3), dtype=np.uint8)
    resample = Image.Resampling.NEAREST if kind == 1 else Image.Resampling.BICUBIC
    return np.asarray(Image.fromarray(small).resize((SIDE, SIDE), resample))


def plain(random):
    """One colour, at most a little grain or a slope in brightness."""
    pixels = np.full((SIDE, SIDE, 3), colour(random), dtype=np.float32)
    if random.random() < 0.5:
        pixels += np.linspace(0, float(random.integers(0, 60)), SIDE)[:, None, None]
    return np.clip(pixels + random.normal(0, float(random.choice([0, 2])), pixels.shape), 0, 255).astype(np.uint8)


KINDS = {"rooms": room, "animals": animal, "landscapes": landscape, "texts": text, "noise": noise, "plain": plain}
"""Kind -> the function that draws one."""
