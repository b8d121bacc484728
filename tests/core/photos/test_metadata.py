"""Damaged notes about a photo are no damaged photo: its pixels are used, and of notes only which way up it is."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from core import errors
from core.photos import decoding, metadata, sandbox
from tests.core.photos.test_sandbox import SHAPE
from tests.support import product_photos

RNG = np.random.default_rng(4)
GARMENT = np.full((90, 60, 3), 255, dtype=np.uint8)
GARMENT[10:80, 20:30] = (160, 20, 20)
GARMENT[10:30, 10:45] = (20, 20, 160)
IMAGE = Image.fromarray(GARMENT)
JPEG, PNG = (product_photos.encoded(IMAGE, kind) for kind in ("JPEG", "PNG"))
NOISE = Image.fromarray(RNG.integers(0, 256, (200, 150, 3), dtype=np.uint8))


def entry(tag, kind, num_values, value, order="<"):
    return struct.pack(order + "HHI", tag, kind, num_values) + value.ljust(4, b"\0")


def exif(*entries, order="<", num_entries=None, start=8):
    mark = b"II*\0" if order == "<" else b"MM\0*"
    count = len(entries) if num_entries is None else num_entries
    return mark + struct.pack(order + "I", start) + struct.pack(order + "H", count) + b"".join(entries) + b"\0" * 4


SIX = entry(0x0112, 3, 1, struct.pack("<H", 6))
MAKER = entry(0x010F, 2, 4000, struct.pack("<I", 0xFFFFFF))  # reaches far out of the file
EXIFS = {
    "nothing": (b"", 1),
    "text": (b"this is no Exif at all", 1),
    "its mark alone": (b"II*\0", 1),
    "plain": (exif(SIX), 6),
    "as cameras from Motorola write": (exif(entry(0x0112, 3, 1, struct.pack(">H", 8), ">"), order=">"), 8),
    "as a long number": (exif(entry(0x0112, 4, 1, struct.pack("<I", 3))), 3),
    "beside an entry that points outside": (exif(MAKER, SIX), 6),
    "before an entry that points outside": (exif(SIX, MAKER), 6),
    "cut off behind it": (exif(SIX, num_entries=40)[:24], 6),
    "cut off before it": (exif(MAKER, SIX)[:24], 1),
    "twice": (exif(SIX, entry(0x0112, 3, 1, struct.pack("<H", 3))), 6),
    "with two numbers": (exif(entry(0x0112, 3, 2, struct.pack("<HH", 6, 1))), 6),
    "with no number": (exif(entry(0x0112, 3, 0, b"\6"), SIX), 6),
    "of no meaning": (exif(entry(0x0112, 3, 1, struct.pack("<H", 77))), 1),
    "as text": (exif(entry(0x0112, 2, 2, b"6\0")), 1),
    "with numbers that lie outside": (exif(entry(0x0112, 3, 9, struct.pack("<I", 0xFFFF))), 1),
    "with a directory that lies outside": (exif(SIX, start=0xFFFFFF00), 1),
    "with 65,535 entries": (exif(MAKER, num_entries=65_535), 1),
}


@pytest.mark.parametrize("name", EXIFS)
def test_the_orientation_is_the_first_that_exif_holds_whatever_else_is_wrong(name):
    content, expected = EXIFS[name]
    assert metadata.orientation(content) == expected
    assert metadata.orientation(b"Exif\0\0" + content) == expected


def jpeg_with(*segments):
    notes = (b"\xff" + mark + struct.pack(">H", len(text) + 2) + text for mark, text in segments)
    return JPEG[:2] + b"".join(notes) + JPEG[2:]


def png_with(*chunks):
    return PNG[:33] + b"".join(chunks) + PNG[33:]


def wrong(content):
    return content[:-4] + bytes(4)


FRAME = struct.pack(">IIIIIHHBB", 0, 60, 90, 0, 0, 1, 10, 0, 0)
NOTED = {
    "JPEG: text": jpeg_with((b"\xfe", b"a" * 60_000)),
    "JPEG: a profile that is none": jpeg_with((b"\xe2", b"ICC_PROFILE\0\1\1nothing")),
    "JPEG: a profile of which parts are missing": jpeg_with((b"\xe2", b"ICC_PROFILE\0\5\7" + b"x" * 400)),
    "JPEG: notes of Photoshop cut off": jpeg_with((b"\xed", b"Photoshop 3.0\x008BIM\4\4\0\0\0\0\xff\xff")),
    "JPEG: copies that are not there": jpeg_with((b"\xe2", b"MPF\0" + exif(MAKER))),
    "JPEG: a resolution cut off": jpeg_with((b"\xe0", b"JFIF\0\1")),
    "JPEG: colours by Adobe cut off": jpeg_with((b"\xee", b"Adobe\0d")),
    "PNG: text that unpacks to 64 MB": png_with(
        product_photos.chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(64_000_000), 9))
    ),
    "PNG: text of a wrong checksum": png_with(wrong(product_photos.chunk(b"tEXt", b"Title\0Linen shirt"))),
    "PNG: packed text that is not packed": png_with(product_photos.chunk(b"zTXt", b"Comment\0\0no zlib")),
    "PNG: a profile that is none": png_with(product_photos.chunk(b"iCCP", b"sRGB\0\0no zlib")),
    "PNG: brightness cut off": png_with(product_photos.chunk(b"gAMA", b"\0")),
    "PNG: one frame of an animation": png_with(
        product_photos.chunk(b"acTL", struct.pack(">II", 1, 0)), product_photos.chunk(b"fcTL", FRAME)
    ),
}


@pytest.fixture(scope="module")
def decoders():
    with sandbox.Sandbox(num_processes=1, seconds=60) as found:
        yield found


@pytest.mark.parametrize("name", NOTED)
def test_damaged_notes_change_nothing_in_the_picture(decoders, name):
    expected = decoders.decode(JPEG if name.startswith("JPEG") else PNG, SHAPE)
    found = decoders.decode(NOTED[name], SHAPE)
    np.testing.assert_array_equal(found.picture, expected.picture)
    assert found.measured == expected.measured


@pytest.mark.parametrize("name", EXIFS)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_turned_as_its_exif_says_and_never_refused_for_it(kind, name):
    content, turned = EXIFS[name]
    if kind == "JPEG":
        data = jpeg_with((b"\xe1", b"Exif\0\0" + content))
    elif kind == "PNG":
        data = png_with(product_photos.chunk(b"eXIf", content))
    else:
        data = webp_with(content)
    found = decoding.decoded(data)
    assert (found.width, found.height) == ((90, 60) if turned > 4 else (60, 90))
    red, upright = np.asarray(found.image)[..., 0].astype(int), GARMENT[..., 0].astype(int)
    expected = {1: upright, 3: upright[::-1, ::-1], 6: np.rot90(upright, -1), 8: np.rot90(upright)}[turned]
    assert np.abs(red - expected).mean() < 12


def webp_with(content):
    plain = product_photos.encoded(IMAGE, "WEBP", lossless=True)
    canvas = b"VP8X" + struct.pack("<IB3x", 10, 8) + (59).to_bytes(3, "little") + (89).to_bytes(3, "little")
    note = b"EXIF" + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
    parts = b"WEBP" + canvas + plain[12:] + note
    return b"RIFF" + struct.pack("<I", len(parts)) + parts


def test_a_webp_of_one_frame_is_a_picture():
    with_one = product_photos.encoded(IMAGE, "WEBP", lossless=True)
    size = (59).to_bytes(3, "little") + (89).to_bytes(3, "little")
    frame = b"ANMF" + struct.pack("<I", 16 + len(with_one) - 12) + bytes(6) + size + b"\x64\0\0\0" + with_one[12:]
    parts = b"WEBPVP8X" + struct.pack("<IB3x", 10, 2) + size + b"ANIM" + struct.pack("<IIH", 6, 0, 0) + frame
    found = decoding.decoded(b"RIFF" + struct.pack("<I", len(parts)) + parts)
    np.testing.assert_array_equal(np.asarray(found.image), GARMENT)


# ---- the end of a JPEG -------------------------------------------------------------------------------------------

UNENDED = {
    "plain": {},
    "progressive": {"progressive": True},
    "of full colour": {"subsampling": 0, "quality": 95},
    "of shared tables": {"optimize": True},
}


@pytest.mark.parametrize("name", UNENDED)
@pytest.mark.parametrize("size", [(150, 200), (1200, 1600)])
def test_a_jpeg_that_lacks_only_its_end_mark_is_taken_with_a_note(decoders, name, size):
    whole = product_photos.encoded(NOISE.resize(size), "JPEG", **UNENDED[name])
    expected = decoders.decode(whole, SHAPE)
    assert not expected.measured.is_unended
    for num_missing in (1, 2):
        found = decoders.decode(whole[:-num_missing], SHAPE)
        np.testing.assert_array_equal(found.picture, expected.picture)
        assert found.measured.is_unended


@pytest.mark.parametrize("name", UNENDED)
@pytest.mark.parametrize("num_missing", [6, 40, 400, 4000])
def test_a_jpeg_of_which_more_is_missing_is_refused(name, num_missing):
    whole = product_photos.encoded(NOISE, "JPEG", **UNENDED[name])
    with pytest.raises(errors.PhotoRefused, match="cut short"):
        decoding.decoded(whole[:-num_missing])


def test_a_grey_jpeg_without_an_end_is_its_picture():
    whole = product_photos.encoded(NOISE.convert("L"), "JPEG")
    found, expected = decoding.decoded(whole[:-2]), decoding.decoded(whole)
    np.testing.assert_array_equal(np.asarray(found.image), np.asarray(expected.image))


# ---- HEIC and AVIF -----------------------------------------------------------------------------------------------


def boxed(image, kind, **options):
    if kind == "AVIF":
        return product_photos.encoded(image, "AVIF", quality=90, **options)
    pillow_heif = pytest.importorskip("pillow_heif")
    output = io.BytesIO()
    pillow_heif.from_pillow(image).save(output, quality=90, **options)
    return output.getvalue()


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
@pytest.mark.parametrize("turned", [1, 3, 6, 8])
def test_heic_and_avif_are_the_same_garment_whichever_way_they_lie(decoders, kind, turned):
    expected = decoders.decode(PNG, SHAPE)
    stored = Image.fromarray(np.ascontiguousarray(np.rot90(GARMENT, {1: 0, 3: 2, 6: 1, 8: 3}[turned])))
    note = Image.Exif()
    note[0x0112] = turned
    found = decoders.decode(boxed(stored, kind, exif=note.tobytes()), SHAPE)
    assert np.abs(found.picture.astype(int) - expected.picture).mean() < 8


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
def test_what_is_transparent_in_heic_and_avif_is_background(decoders, kind):
    cut_out = IMAGE.convert("RGBA")
    cut_out.putalpha(Image.fromarray(np.where(GARMENT.min(axis=2) < 255, 255, 0).astype(np.uint8)))
    found, expected = (decoders.decode(data, SHAPE) for data in (boxed(cut_out, kind), PNG))
    assert np.abs(found.picture.astype(int) - expected.picture).mean() < 8


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
@pytest.mark.parametrize("exif_content", [b"Exif\0\0no exif", b"\0\0\0\0", exif(MAKER)])
def test_damaged_exif_in_heic_and_avif_changes_nothing(decoders, kind, exif_content):
    plain = boxed(IMAGE, kind)
    note = Image.Exif()
    note[0x0112] = 1
    marked = boxed(IMAGE, kind, exif=note.tobytes())
    damaged = marked.replace(note.tobytes().removeprefix(b"Exif\0\0")[:8], exif_content[:8].ljust(8, b"\0"))
    np.testing.assert_array_equal(decoders.decode(damaged, SHAPE).picture, decoders.decode(plain, SHAPE).picture)


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.9, 0.999])
def test_heic_and_avif_cut_short_are_refused(kind, share):
    whole = boxed(NOISE, kind)
    with pytest.raises(errors.PhotoRefused):
        decoding.decoded(whole[: int(len(whole) * share)])


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
def test_a_zip_behind_heic_and_avif_is_refused(kind):
    tail = product_photos.zipped(a=b"a")
    packed = struct.pack(">I", 8 + len(tail)) + b"free" + tail
    for behind in (tail, packed):
        with pytest.raises(errors.PhotoRefused):
            decoding.decoded(boxed(IMAGE, kind) + behind)


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
def test_the_size_of_heic_and_avif_is_known_before_they_are_decoded(kind):
    whole = boxed(IMAGE.resize((128, 192)), kind)
    large = whole.replace(struct.pack(">II", 128, 192), struct.pack(">II", 60_000, 90_000))
    with pytest.raises(errors.PhotoRefused, match="60,000 x 90,000 pixels; at most 50 million"):
        decoding.decoded(large)


@pytest.mark.parametrize("start", [b"\xff\x0a", b"\0\0\0\x0cJXL \r\n\x87\n"])
def test_jpeg_xl_is_refused_by_name(start):
    with pytest.raises(
        errors.PhotoRefused, match="It is a JPEG XL by its content; photos must be PNG, JPEG, WebP, HEIC"
    ):
        decoding.decoded(start + bytes(100))


# ---- what is transparent -----------------------------------------------------------------------------------------


def packed_row(values, depth):
    bits = "".join(format(value, f"0{depth}b") for value in values)
    return b"\0" + int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")


def with_transparency(depth, colour, background, garment):
    """A PNG of 24 x 24 pixels with a garment in the middle, whose background is transparent."""
    channels = 1 if colour == 0 else 3
    rows = []
    for y in range(24):
        values = [garment if 4 <= x < 20 and 4 <= y < 20 else background for x in range(24)]
        rows.append(packed_row([part for value in values for part in (value if channels == 3 else (value,))], depth))
    parts = background if channels == 3 else (background,)
    key = product_photos.chunk(b"tRNS", struct.pack(f">{channels}H", *parts))
    return product_photos.png(24, 24, b"".join(rows), depth=depth, colour=colour, between=key)


@pytest.mark.parametrize(
    ("depth", "colour", "background", "garment"),
    [
        (1, 0, 1, 0), (2, 0, 1, 2), (4, 0, 3, 9), (8, 0, 100, 30), (16, 0, 0x1234, 0x1235), (16, 0, 0xFFFF, 0x0101),
        (16, 0, 0x0012, 0x0112), (8, 2, (9, 9, 9), (9, 9, 90)),
        (16, 2, (0x1234, 0x2345, 0x3456), (0x8034, 0x2345, 0x3456)),
    ],
)  # fmt: skip
def test_the_transparent_colour_of_a_png_means_the_pixels_that_have_it(depth, colour, background, garment):
    found = np.asarray(decoding.decoded(with_transparency(depth, colour, background, garment)).image).astype(int)
    scale = (1 << depth) - 1
    parts = garment if colour == 2 else (garment,) * 3
    expected = np.array([round(255 * part / scale) for part in parts])
    paper = found[0, 0]
    assert tuple(paper) in {(255, 255, 255), (0, 0, 0)}
    assert (found[0] == paper).all() and (found[:, 0] == paper).all() and (found[21] == paper).all()
    assert np.abs(found[4:20, 4:20] - expected).max() <= 1
