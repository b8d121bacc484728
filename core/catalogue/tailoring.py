"""How drawn garments are put together: tops from a cut, shoes from the side, patterns. Knows no class.

Lengths are pixels of the finished picture, (0, 0) is its middle, y points down.
"""

from collections.abc import Callable
from dataclasses import dataclass

from core.catalogue import sketch
from core.catalogue.sketch import Dice, Sheet


@dataclass(frozen=True, kw_only=True, slots=True)
class Cut:
    """How a garment for the upper body is cut. Lengths are pixels of the finished picture; 0, 0 is its middle."""

    sleeve: float
    """Length of a sleeve along its outer edge; 0 is a vest."""
    neck: str
    """"crew", "v", "scoop", "collar", "lapel", "roll" or "hood"."""
    closing: str
    """"none", "buttons", "zip", "open" or "placket" (buttons on the upper third)."""
    closing_darkness: float
    """How clearly the closing shows, 0 to 1: a faint one is easily missed."""
    chest: float
    """Half the width under the arms."""
    waist: float
    """Half the width at the waist."""
    hem: float
    """Half the width at the hem."""
    length: float
    """Where the hem is, downwards from the middle."""
    ribbed: bool = False
    """Ribbed hem and cuffs."""
    pockets: bool = False
    """Two pockets at the hip."""
    pattern: str = "plain"
    """Key of `_PATTERNS`."""


def draw_upper(sheet: Sheet, dice: Dice, cut: Cut) -> None:
    """Draw a garment for the upper body: back of the neck, sleeves, body, then what is sewn on."""
    brightness = dice.pick({dice.between(0.3, 0.6): 25, dice.between(0.6, 1): 75})
    shoulder = cut.chest + dice.between(-1.2, -0.2) - (1.2 if cut.sleeve == 0 else 0)
    neck = dice.between(2.4, 3.4) + (0.8 if cut.neck == "scoop" else 0)
    depth = {"v": dice.between(4, 7), "scoop": dice.between(3, 5), "lapel": dice.between(6, 9)}.get(cut.neck, 1.4)
    sheet.cloth(sketch.mirrored([(neck, -13.4), (neck, -13.4 + depth * 0.5), (0.5, -13.2 + depth)]), brightness * 0.5)
    if cut.sleeve:
        _draw_sleeves(sheet, dice, cut, shoulder=shoulder, brightness=brightness * dice.between(0.86, 1))
    opening = [(0, -13.4 + depth), (neck * 0.75, -13.4 + depth * (0.35 if cut.neck in ("v", "lapel") else 0.8))]
    side = [(shoulder, -11.6), (cut.chest, -5.5), (cut.waist, 2), (cut.hem, cut.length - 0.4), (0, cut.length)]
    sheet.cloth(sketch.mirrored([*opening, (neck, -13.4), *side]), brightness)
    draw_pattern(sheet, dice, cut.pattern)
    _draw_neck(sheet, dice, cut.neck, neck=neck, depth=depth, brightness=brightness)
    _draw_closing(sheet, cut, top=-13.4 + depth)
    if cut.ribbed:
        sheet.mark(sketch.mirrored([(cut.hem + 1, cut.length - 2), (cut.hem + 1, cut.length)]), dice.between(0.1, 0.3))
    if cut.pockets:
        darkness, slope = dice.between(0.25, 0.6), dice.between(0, 2)
        for right in (-1, 1):
            sheet.seam([(right * cut.waist * 0.45, 6 - slope), (right * cut.waist * 0.85, 6)], darkness, width=0.7)


def _draw_sleeves(sheet: Sheet, dice: Dice, cut: Cut, *, shoulder: float, brightness: float) -> None:
    long = cut.sleeve > 15
    outwards = dice.between(0.17, 0.33) if long else dice.between(0.45, 0.8)
    width = dice.between(2.5, 3.4) if long else dice.between(4, 5.4)
    downwards = 1 - outwards * outwards / 2  # close to the cosine, and the same on every machine
    cuff_x, cuff_y = shoulder + outwards * cut.sleeve, -11.8 + downwards * cut.sleeve
    inner = (cuff_x - width * downwards, cuff_y + width * outwards)
    bulge = (shoulder + outwards * cut.sleeve * 0.45 + 0.9, -11.8 + downwards * cut.sleeve * 0.35)
    for right in (-1, 1):
        outline = [(shoulder - 2, -12.4), (shoulder, -11.8), bulge, (cuff_x, cuff_y), inner, (cut.chest - 0.6, -5)]
        sheet.cloth([(right * x, y) for x, y in outline], brightness)
        sheet.seam([(right * (shoulder - 0.2), -11.6), (right * cut.chest, -4.5)], 0.4, width=0.6)
        if long:  # the shadow between sleeve and body
            sheet.seam(
                [(right * cut.chest, -5), (right * (cut.waist + 0.1), 2), (right * cut.hem, 11)], 0.55, width=0.6
            )
        if cut.ribbed:
            end = [
                (cuff_x + 1, cuff_y - 1.8),
                (inner[0] - 0.6, inner[1] - 2),
                (inner[0], inner[1]),
                (cuff_x + 1, cuff_y),
            ]
            sheet.mark([(right * x, y) for x, y in end], 0.25)


def _draw_neck(sheet: Sheet, dice: Dice, kind: str, *, neck: float, depth: float, brightness: float) -> None:
    light = min(1.0, brightness * 1.12)
    if kind == "collar":
        wing = [(0.3, -11.6), (neck - 0.6, -13.6), (neck + 0.9, -12.6), (neck + 0.4, -9.4), (1.6, -9.2)]
        for right in (-1, 1):
            sheet.cloth([(right * x, y) for x, y in wing], light)
            sheet.seam([(right * x, y) for x, y in (*wing[2:], wing[0])], dice.between(0.3, 0.6))
    elif kind == "lapel":
        for right in (-1, 1):
            wing = [(0, -13.4 + depth), (neck - 0.4, -13.5), (neck + 1, -12.6), (neck + 1.4, -8.5)]
            sheet.cloth([(right * x, y) for x, y in wing], light)
            sheet.seam([(right * x, y) for x, y in (wing[2], wing[3], wing[0])], 0.5)
    elif kind == "roll":
        sheet.cloth(sketch.mirrored([(neck - 0.3, -13.9), (neck + 0.4, -11.4), (0, -10.8)]), light)
        sheet.seam([(-neck, -11.4), (0, -10.7), (neck, -11.4)], dice.between(0.25, 0.6))
    elif kind == "hood":
        sheet.cloth(sketch.mirrored([(1.5, -14), (neck + 0.8, -12.8), (neck + 1.2, -10.4), (1, -9)]), light)
        sheet.mark(sketch.mirrored([(1.2, -13), (neck - 0.5, -12.2), (0.4, -10)]), dice.between(0.35, 0.7))
    else:  # a seam round the opening
        rim = [(-neck - 0.3, -13), (-neck * 0.7, -12.8 + depth * 0.8), (0, -12.6 + depth)]
        sheet.seam([*rim, (neck * 0.7, -12.8 + depth * 0.8), (neck + 0.3, -13)], dice.between(0.1, 0.4))


def _draw_closing(sheet: Sheet, cut: Cut, *, top: float) -> None:
    darkness = cut.closing_darkness
    bottom = top + 8 if cut.closing == "placket" else cut.length
    if cut.closing == "open":
        sheet.mark([(-0.3, top), (0.3, top), (1.6, bottom), (-0.8, bottom)], darkness)
    elif cut.closing == "zip":
        sheet.seam([(0, top), (0, bottom)], darkness, width=0.9)
    elif cut.closing in ("buttons", "placket"):
        sheet.seam([(0.9, top), (0.9, bottom)], darkness * 0.6)
        num_buttons = 3 if cut.closing == "placket" else 6
        spacing = (bottom - top) / num_buttons
        sheet.dots(((0, top + spacing * (number + 0.5)) for number in range(num_buttons)), darkness, radius=0.55)


def draw_shoe(sheet: Sheet, dice: Dice, *, ankle: float, sole: float, heel: float, laces: float) -> None:
    """A closed shoe from the side, its toe to the left, reaching up to `ankle`."""
    brightness, ground = dice.between(0.4, 1), 8 + (2 if ankle < -5 else 0)
    ground_heel = ground - heel
    toe, instep = dice.between(3.2, 4.6), dice.between(-1, 2)
    front, back = instep + 0.8, 12.4
    tongue = (front + dice.between(0.5, 2), ankle - dice.between(0, 1))
    upper = [
        *sketch.curve((-13, ground), (-13.6, ground - toe - 0.6), (-7, ground - toe - 0.8)),
        *sketch.curve((-7, ground - toe - 0.8), (front - 0.5, 2.5) if ankle < -5 else (front - 3, 1.2), tongue, 6),
        *sketch.curve(tongue, ((tongue[0] + back) / 2, ankle + dice.between(0.5, 3)), (back - 0.8, ankle), 5),
        *sketch.curve((back - 0.8, ankle), (back - 0.4, (ankle + ground) / 2), (back + 0.4, ground_heel), 4),
        *sketch.curve((back, ground_heel), (3, ground_heel), (-3, ground), 5),
    ]
    sheet.cloth(upper, brightness)
    ground_grey = dice.pick({brightness * dice.between(0.3, 0.7): 4, dice.between(0.75, 1): 3})
    arch = sketch.curve((back + 0.6, ground_heel), (3, ground_heel), (-3, ground), 5)
    sheet.strap([*arch, (-13, ground)], ground_grey, sole)
    if heel:
        slim = 5 - heel * 0.45
        sheet.cloth([(back + 0.5 - slim - 1, ground_heel), (back + 0.6, ground_heel), (back + 0.3, ground + sole / 2),
                     (back + 0.3 - slim, ground + sole / 2)], ground_grey)  # fmt: skip
    sheet.seam([(back - 3.5, ankle + 0.5), (back - 2.8, ground_heel - 1)], dice.between(0.1, 0.5))
    sheet.seam(sketch.curve((-9, ground - 1), (-6, ground - 3), (-7, ground - toe - 0.8), 4), dice.between(0.1, 0.5))
    for number in range(4 if laces else 0):
        along = 0.2 + number * 0.22
        x, y = -7 + (front + 8.5) * along * 0.95, ground - toe - 0.8 + (ankle - ground + toe + 1.6) * along * along
        sheet.seam([(x - 0.4, y - 0.6), (x + 2, y + 1.4)], laces, width=0.6)


def draw_pattern(sheet: Sheet, dice: Dice, kind: str) -> None:
    """Darken all cloth drawn so far with a pattern, a key of `_PATTERNS`, or leave it "plain"."""
    if kind != "plain":
        _PATTERNS[kind](sheet, dice, dice.between(0.2, 0.75))


def _draw_stripes(sheet: Sheet, dice: Dice, darkness: float) -> None:
    spacing, y = dice.between(2.6, 5), dice.between(-11, -8)
    width = spacing * dice.between(0.3, 0.5)
    while y < 14:
        sheet.seam([(-16, y), (16, y)], darkness, width)
        y += spacing


def _draw_pinstripes(sheet: Sheet, dice: Dice, darkness: float) -> None:
    spacing, x = dice.between(1.8, 3), -14.0
    while x < 14:
        sheet.seam([(x, -14), (x, 14)], darkness * 0.6, 0.5)
        x += spacing


def _draw_checks(sheet: Sheet, dice: Dice, darkness: float) -> None:
    spacing = dice.between(2.8, 4.2)
    for number in range(-6, 7):
        sheet.seam([(number * spacing, -14), (number * spacing, 14)], darkness * 0.5, 1)
    for number in range(-6, 7):
        sheet.seam([(-16, number * spacing), (16, number * spacing)], darkness * 0.8, 1)


def _draw_print(sheet: Sheet, dice: Dice, darkness: float) -> None:
    for _ in range(45):
        x, y, reach = dice.between(-13, 13), dice.between(-13, 13), dice.between(0.5, 1.3)
        sheet.mark([(x - reach, y), (x, y - reach), (x + reach * 1.2, y), (x, y + reach)], darkness * dice.number())


def _draw_dots(sheet: Sheet, dice: Dice, darkness: float) -> None:
    spacing = dice.between(2.6, 3.8)
    rows = range(-5, 6)
    sheet.dots(((spacing * (x + y % 2 / 2), spacing * y) for x in rows for y in rows), darkness, radius=0.6)


def _draw_motif(sheet: Sheet, dice: Dice, darkness: float) -> None:
    """A print on the chest: a disc, a lozenge, a block, or two lines of writing."""
    kind, reach, y = (
        dice.pick({"disc": 2, "lozenge": 1, "block": 1, "writing": 3}),
        dice.between(2, 3.8),
        dice.between(-5, -1),
    )
    if kind == "disc":
        sheet.dots([(0, y)], darkness, radius=reach)
    elif kind == "lozenge":
        sheet.mark([(0, y - reach), (reach, y), (0, y + reach), (-reach, y)], darkness)
    elif kind == "block":
        sheet.mark([(-reach, y - 1.5), (reach, y - 1.5), (reach, y + 2), (-reach, y + 2)], darkness)
    else:
        for line in (0, 2):
            x = -reach - 0.5
            while x < reach:
                sheet.seam([(x, y + line), (x + 0.8, y + line)], darkness, width=1)
                x += dice.between(1.2, 1.9)


def _draw_halves(sheet: Sheet, dice: Dice, darkness: float) -> None:
    """The upper or the lower part in another grey."""
    y = dice.between(-5, 3)
    end = dice.pick({-15: 1, 15: 1})
    sheet.mark([(-16, y), (16, y), (16, end), (-16, end)], darkness * 0.7)


_PATTERNS: dict[str, Callable[[Sheet, Dice, float], None]] = {
    "stripes": _draw_stripes,
    "pinstripes": _draw_pinstripes,
    "checks": _draw_checks,
    "print": _draw_print,
    "dots": _draw_dots,
    "motif": _draw_motif,
    "halves": _draw_halves,
}
