"""What a garment of each kind looks like: cut, sleeves, neckline, closing, pattern, by chance. Draws one at a time.

The kinds overlap on purpose, as they do in a shop: a blouse without a collar is a Shirt that looks like a T-shirt/top,
a cardigan looks like a Coat, a flat Sandal with broad straps like a Sneaker.
"""

from collections.abc import Callable
from dataclasses import replace

from core.catalogue import sketch, tailoring
from core.catalogue.sketch import Dice, Point, Sheet


def draw_tshirt(sheet: Sheet, dice: Dice) -> None:
    """T-shirt/top: short sleeves or none, no collar."""
    tailoring.draw_upper(sheet, dice, _tshirt_cut(dice))


def draw_trouser(sheet: Sheet, dice: Dice) -> None:
    """Trouser: two legs, a waistband; seldom so wide that it looks like a skirt."""
    brightness = dice.between(0.5, 1)
    waist, hip = dice.between(3.6, 5), dice.between(4.8, 6.4)
    hem_out, hem_width = dice.between(4.2, 7), dice.between(2.4, 4.2)
    crotch = dice.between(-5.5, -3)
    hem_in = max(hem_out - hem_width, 0.1 if dice.chance(0.15) else 0.7)
    leg: list[Point] = [(0, -13.5), (waist, -13.5), (hip, -7), (hem_out, 13.5), (hem_in, 13.5), (0, crotch)]
    sheet.cloth(sketch.mirrored(leg), brightness)
    sheet.seam([(-6, -12), (6, -12)], dice.between(0.15, 0.5))
    sheet.seam([(0, -12), (0, crotch + 1)], dice.between(0.2, 0.6))
    for side in (-1, 1):
        sheet.seam([(side * waist * 0.55, -12), (side * hip * 0.95, -8.5)], dice.between(0.1, 0.5))
        if dice.chance(0.3):
            sheet.seam([(side * hip * 0.55, -5), (side * (hem_out + hem_in) / 2, 13)], dice.between(0.1, 0.3))
    tailoring.draw_pattern(sheet, dice, dice.pick({"plain": 8, "print": 1, "pinstripes": 1}))


def draw_pullover(sheet: Sheet, dice: Dice) -> None:
    """Pullover: long sleeves, no closing; a cardigan now and then, which looks like a coat."""
    cut = _pullover_cut(dice)
    lookalike = dice.pick({"none": 85, "coat": 10, "shirt": 5})
    if lookalike == "coat":
        cut = replace(_coat_cut(dice), closing_darkness=dice.between(0.1, 0.35))
    elif lookalike == "shirt":
        cut = replace(cut, ribbed=False, neck="collar", closing="placket")
    tailoring.draw_upper(sheet, dice, cut)


def draw_dress(sheet: Sheet, dice: Dice) -> None:
    """Dress: long and narrow, a waist, a wider skirt; some straight ones look like a long top."""
    straight = dice.chance(0.2)
    chest = dice.between(4.2, 5.6)
    waist = chest - (dice.between(-0.4, 0.4) if straight else dice.between(0.6, 1.6))
    cut = tailoring.Cut(
        sleeve=dice.pick({0.0: 50, 4.5: 25, 8.0: 10, 17.0: 12}),
        neck=dice.pick({"crew": 3, "v": 3, "scoop": 4}),
        closing=dice.pick({"none": 90, "buttons": 6}),
        closing_darkness=dice.between(0.2, 0.5),
        chest=chest,
        waist=waist,
        hem=waist + (dice.between(0.3, 1.4) if straight else dice.between(1.8, 6)),
        length=13.6,
        pattern=dice.pick({"plain": 60, "print": 20, "stripes": 6, "dots": 8, "halves": 6}),
    )
    tailoring.draw_upper(sheet, dice, cut)
    if not straight:
        darkness = dice.between(0.15, 0.6)
        sheet.seam([(-7, -1), (7, -1)], darkness, width=dice.between(0.4, 1))
        for x in (-0.5, 0.0, 0.5):
            sheet.seam([(x * waist, 0), (x * cut.hem * 1.2, 13)], dice.between(0.05, 0.25))


def draw_coat(sheet: Sheet, dice: Dice) -> None:
    """Coat: long sleeves, closed in front from top to hem; a closing that hardly shows makes it a pullover."""
    cut = _coat_cut(dice)
    lookalike = dice.pick({"none": 87, "pullover": 10, "shirt": 3})
    if lookalike == "pullover":
        cut = replace(_pullover_cut(dice), pockets=dice.chance(0.5))
    elif lookalike == "shirt":
        cut = replace(cut, neck="collar", closing="buttons", pockets=False)
    tailoring.draw_upper(sheet, dice, cut)


def draw_sandal(sheet: Sheet, dice: Dice) -> None:
    """Sandal: a sole and straps with air between; on a heel, on a wedge or flat."""
    if dice.chance(0.05):
        _draw_slip_on(sheet, dice)
        return
    brightness, width = dice.between(0.5, 1), dice.between(0.9, 2.2)
    heel = dice.pick({0.0: 5, 3.0: 3, 8.0: 3})
    lift = 8 - heel
    sole = dice.between(1, 2.2)
    top = [(-13, 6.5), (-8, 7), *sketch.curve((-4, 7), (4, 6.5 - heel * 0.2), (12, lift - 1))]
    if heel == 3.0:  # a wedge: cloth down to the ground
        sheet.cloth([*top, (12.5, 9), (-12.5, 9)], brightness * 0.8)
    else:
        sheet.cloth(
            [*top, (12, lift + sole), *sketch.curve((4, lift + sole), (2, 8), (-4, 7 + sole)), (-13, 8)], brightness
        )
    if heel == 8.0:
        sheet.cloth([(9, lift + 1), (12.3, lift), (12, 9.5), (10.6, 9.5)], brightness * 0.9)
    num_straps = dice.pick({1: 2, 2: 4, 3: 2})
    for number in range(num_straps):
        left = -11 + number * dice.between(3, 4.5)
        height = dice.between(2.5, 5.5)
        sheet.strap(sketch.curve((left, 7), (left + 2.5, 7 - 2 * height), (left + 6, 7.2)), brightness, width)
    if dice.chance(0.75):  # round the ankle
        ankle = lift - dice.between(5, 8)
        sheet.strap([(11.5, lift), (11, ankle)], brightness, width)
        sheet.strap(sketch.curve((11, ankle), (5, ankle - 1), (dice.between(-1, 4), lift)), brightness, width)
        if dice.chance(0.15):  # a closed heel, as a sneaker has
            sheet.cloth([(11.8, lift), (11.5, ankle), (5, ankle + 1), (2, lift)], brightness * 0.9)
    if dice.chance(0.12):  # closed in front
        sheet.cloth([(-13, 7), *sketch.curve((-12, 4), (-6, 1), (1, 7))], brightness * 0.95)


def draw_shirt(sheet: Sheet, dice: Dice) -> None:
    """Shirt: collar and buttons; one in four is a blouse that only its label tells from a T-shirt, pullover or coat."""
    kind = dice.pick({"shirt": 74, "tshirt": 17, "pullover": 4, "coat": 3, "dress": 2})
    cut = _shirt_cut(dice)
    if kind == "tshirt":
        cut = _tshirt_cut(dice)
    elif kind == "pullover":
        cut = _pullover_cut(dice)
    elif kind == "coat":
        cut = replace(_coat_cut(dice), neck="collar", pockets=False)
    elif kind == "dress":
        cut = replace(cut, chest=5.2, waist=4.8, hem=6, sleeve=5)
    tailoring.draw_upper(sheet, dice, cut)


def draw_sneaker(sheet: Sheet, dice: Dice) -> None:
    """Sneaker: low, laced, a sole of another grey; a few reach over the ankle as a boot does, or have no laces."""
    kind = dice.pick({"low": 89, "high-top": 7, "slip-on": 4})
    if kind == "high-top":
        _draw_high_top(sheet, dice)
    elif kind == "slip-on":
        _draw_slip_on(sheet, dice)
    else:
        ankle, sole, laces = -dice.between(0.5, 3.5), dice.between(1.6, 2.8), dice.between(0.3, 0.8)
        tailoring.draw_shoe(sheet, dice, ankle=ankle, sole=sole, heel=0.0, laces=laces)
        if dice.chance(0.55):
            _draw_side_stripes(sheet, dice)


def draw_bag(sheet: Sheet, dice: Dice) -> None:
    """Bag: a body, mostly with handles or a strap, a flap, a clasp."""
    brightness, handle_width = dice.between(0.45, 1), dice.between(0.7, 1.5)
    handle = dice.pick({"arch": 6, "strap": 3, "none": 2})
    half_top, height = dice.between(7, 12), dice.between(11, 17)
    half_bottom = half_top + dice.between(-1, 1.8)
    bottom = 11.5 if handle != "none" else height / 2
    top = bottom - height
    if handle == "arch":
        reach, peak = half_top * dice.between(0.4, 0.65), top - dice.between(8, 15)
        sheet.strap(sketch.curve((-reach, top + 1), (0, peak), (reach, top + 1), 11), brightness * 0.85, handle_width)
    elif handle == "strap":
        for side in (-1, 1):
            end = (side * half_bottom, bottom - 4)
            sheet.strap(
                sketch.curve((side * half_top * 0.9, top), (side * 15, top), end), brightness * 0.8, handle_width
            )
        sheet.strap(sketch.curve((-half_top, top), (0, top - 4), (half_top, top)), brightness * 0.8, handle_width)
    side_edge = sketch.curve((half_top, top + 0.8), (half_bottom + 1, (top + bottom) / 2), (half_bottom, bottom - 1))
    sheet.cloth(sketch.mirrored([(half_top - 0.8, top), *side_edge, (half_bottom - 1.2, bottom)]), brightness)
    _draw_bag_details(sheet, dice, half_top=half_top, top=top, height=height)


def draw_boot(sheet: Sheet, dice: Dice) -> None:
    """Ankle boot: a shaft over the ankle, with a heel or flat; low laced ones look like a sneaker."""
    if dice.chance(0.06):
        _draw_high_top(sheet, dice)
        return
    ankle, sole = -dice.between(6.5, 12), dice.between(0.6, 2)
    laces = dice.pick({0.0: 6, dice.between(0.3, 0.7): 4})
    heel = dice.pick({1.2: 5, 2.5: 3, 6.0: 2})
    tailoring.draw_shoe(sheet, dice, ankle=ankle, sole=sole, heel=heel, laces=laces)
    if laces == 0.0 and dice.chance(0.6):
        if dice.chance(0.5):  # an elastic inset
            sheet.mark([(4, ankle + 1), (8.5, ankle + 1), (7, 1), (5.5, 1)], dice.between(0.2, 0.6))
        else:  # a zip
            sheet.seam([(6.5, ankle), (6, 5)], dice.between(0.3, 0.7))


DRAWINGS: dict[str, Callable[[Sheet, Dice], None]] = {
    "T-shirt/top": draw_tshirt,
    "Trouser": draw_trouser,
    "Pullover": draw_pullover,
    "Dress": draw_dress,
    "Coat": draw_coat,
    "Sandal": draw_sandal,
    "Shirt": draw_shirt,
    "Sneaker": draw_sneaker,
    "Bag": draw_bag,
    "Ankle boot": draw_boot,
}

"""How each kind is drawn, by its class name, in the order of the class index."""


def _draw_high_top(sheet: Sheet, dice: Dice) -> None:
    """Between a sneaker and an ankle boot: only its label says which."""
    ankle, sole, laces = -dice.between(4, 7), dice.between(1, 2.2), dice.between(0.3, 0.7)
    tailoring.draw_shoe(sheet, dice, ankle=ankle, sole=sole, heel=0.0, laces=laces)


def _draw_slip_on(sheet: Sheet, dice: Dice) -> None:
    """Between a sneaker and a sandal: low and closed, without laces."""
    tailoring.draw_shoe(sheet, dice, ankle=dice.between(0, 2), sole=dice.between(1.2, 2.2), heel=0.0, laces=0.0)


def _draw_side_stripes(sheet: Sheet, dice: Dice) -> None:
    darkness, start = dice.between(0.25, 0.75), dice.between(-2, 3)
    for number in range(dice.pick({1: 2, 2: 1, 3: 2})):
        x = start + 2.2 * number
        sheet.seam([(x, 5.5), (x + dice.between(1.5, 3), 0)], darkness, width=0.8)


def _tshirt_cut(dice: Dice) -> tailoring.Cut:
    chest = dice.between(4.8, 5.6) if dice.chance(0.04) else dice.between(6.4, 8.2)  # a long top, now and then
    return tailoring.Cut(
        sleeve=dice.pick({0.0: 12, dice.between(4.5, 7): 35, dice.between(7, 9): 45, dice.between(10, 12): 8}),
        neck=dice.pick({"crew": 55, "v": 25, "scoop": 20}),
        closing="none",
        closing_darkness=0.0,
        chest=chest,
        waist=chest - dice.between(-0.2, 1.2),
        hem=chest + dice.between(-0.6, 0.8),
        length=13.4,
        pattern=dice.pick({"plain": 44, "motif": 26, "stripes": 14, "print": 8, "halves": 4, "dots": 4}),
    )


def _shirt_cut(dice: Dice) -> tailoring.Cut:
    long = dice.chance(0.55)
    chest = dice.between(5.7, 7.2) if long else dice.between(6.2, 7.8)
    return tailoring.Cut(
        sleeve=dice.between(19, 21.5) if long else dice.between(5.5, 9.5),
        neck=dice.pick({"collar": 75, "v": 15, "crew": 10}),
        closing=dice.pick({"buttons": 70, "placket": 30}),
        closing_darkness=dice.between(0.18, 0.75),
        chest=chest,
        waist=chest - dice.between(-0.1, 1.1),
        hem=chest + dice.between(-0.5, 1),
        length=13.4,
        pattern=dice.pick({"plain": 46, "checks": 16, "pinstripes": 14, "print": 14, "dots": 6, "stripes": 4}),
    )


def _pullover_cut(dice: Dice) -> tailoring.Cut:
    chest = dice.between(6, 7.8)
    return tailoring.Cut(
        sleeve=dice.between(19, 22),
        neck=dice.pick({"crew": 52, "v": 14, "roll": 16, "hood": 12, "scoop": 6}),
        closing="none",
        closing_darkness=0.0,
        chest=chest,
        waist=chest + dice.between(-0.7, 0.6),
        hem=chest + dice.between(-0.8, 0.4),
        length=dice.between(11.8, 13.4),
        ribbed=dice.chance(0.65),
        pattern=dice.pick({"plain": 60, "stripes": 15, "motif": 15, "halves": 6, "print": 4}),
    )


def _coat_cut(dice: Dice) -> tailoring.Cut:
    chest = dice.between(5.9, 7.5)
    return tailoring.Cut(
        sleeve=dice.between(18.5, 21.5),
        neck=dice.pick({"lapel": 38, "hood": 22, "collar": 26, "roll": 9, "crew": 5}),
        closing=dice.pick({"zip": 48, "buttons": 22, "open": 30}),
        closing_darkness=dice.between(0.2, 0.9),
        chest=chest,
        waist=chest + dice.between(-1, 0.5),
        hem=chest + dice.between(-0.2, 1.4),
        length=dice.between(12.6, 13.6),
        ribbed=dice.chance(0.1),
        pockets=dice.chance(0.5),
        pattern=dice.pick({"plain": 84, "checks": 5, "halves": 8, "print": 3}),
    )


def _draw_bag_details(sheet: Sheet, dice: Dice, *, half_top: float, top: float, height: float) -> None:
    darkness = dice.between(0.2, 0.65)
    kind = dice.pick({"flap": 4, "zip": 3, "pocket": 3, "plain": 2})
    if kind == "flap":
        edge = [
            (-half_top, top + height * 0.3),
            (0, top + height * dice.between(0.4, 0.65)),
            (half_top, top + height * 0.3),
        ]
        sheet.seam(edge, darkness, width=0.7)
        sheet.dots([(0, edge[1][1])], 0.7, radius=0.9)
    elif kind == "zip":
        sheet.seam([(-half_top * 0.9, top + 2), (half_top * 0.9, top + 2)], darkness, width=0.7)
    elif kind == "pocket":
        low, high = top + height * 0.85, top + height * 0.45
        sheet.seam(sketch.mirrored([(half_top * 0.6, high), (half_top * 0.6, low)]), darkness)
        sheet.seam([(-half_top * 0.6, high), (half_top * 0.6, high)], darkness, width=0.8)
    tailoring.draw_pattern(sheet, dice, dice.pick({"plain": 70, "print": 8, "checks": 8, "motif": 6, "halves": 8}))
