"""From the bytes of a product photo to the picture the model knows."""

import numpy as np
import pytest
import scipy.ndimage
from PIL import Image

from core.photos import decoding, photo_check, preparing
from tests import conftest
from tests.support import product_photos, sample_garments

KINDS = ("jpeg", "webp", "cut out", "turned", "black")
SHAPE = (28, 28)


def prepared(data, shape=SHAPE):
    photo = decoding.decoded(data)
    return preparing.prepared(photo.image, shape, scale=max(photo.width, photo.height) / max(photo.image.size))


def names(found):
    return {finding.name for finding in photo_check.findings(found.measured)}


@pytest.fixture(scope="module")
def garments():
    return sample_garments.few(num_train=0, num_test=24)[1].images


@pytest.mark.parametrize("kind", KINDS)
def test_a_product_photo_becomes_the_picture_it_was_made_of(garments, kind):
    random = np.random.default_rng(0)
    differences = []
    for picture in garments:
        side, margin = int(random.integers(400, 1201)), float(random.choice([0, 0.1, 0.3]))
        found = prepared(product_photos.photo(picture, kind, side=side, margin=margin))
        assert ("inverted" in names(found)) == (kind != "black")
        centred = preparing.prepared(Image.fromarray(np.dstack([255 - picture] * 3)), SHAPE).picture
        differences.append(np.abs(found.picture.astype(int) - centred).mean())
    # Of 255: in a picture that was enlarged outlines stay a little soft. Another garment is more than 40 away.
    assert np.median(differences) < 12
    assert np.mean(differences) < 15
    assert np.abs(garments[1:].astype(int) - garments[:-1]).mean() > 40


def test_a_picture_as_the_model_knows_it_is_only_trimmed_and_centred(garments):
    num_full = 0
    for picture in garments:
        rows, columns = (np.flatnonzero((picture > preparing.TOLERANCE).any(axis=axis)) for axis in (1, 0))
        inside = picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        if max(inside.shape) < 28:
            continue
        num_full += 1
        above, left = ((28 - length + 1) // 2 for length in inside.shape)
        expected = np.zeros(SHAPE, dtype=np.uint8)
        expected[above : above + len(inside), left : left + inside.shape[1]] = inside
        for stored in (255 - picture, picture):
            found = preparing.prepared(Image.fromarray(np.dstack([stored] * 3)), SHAPE).picture
            assert np.abs(found.astype(int) - expected).max() <= 1
    assert num_full >= 4


@pytest.mark.parametrize("shape", [(28, 28), (64, 48), (32, 96)])
def test_any_size_the_model_knows_is_filled_along_one_edge(garments, shape):
    picture = prepared(product_photos.photo(garments[0]), shape).picture
    assert (picture.shape, picture.dtype) == (shape, np.uint8)
    rows, columns = (picture > 0).any(axis=1), (picture > 0).any(axis=0)
    assert rows.all() or columns.all()


def square(*, paper=255, garment=60, side=400, top=100, left=150, bottom=300, right=250):
    pixels = np.full((side, side, 3), paper, dtype=np.uint8)
    pixels[top:bottom, left:right] = garment
    return pixels


def of_pixels(pixels, kind="PNG"):
    return prepared(product_photos.encoded(Image.fromarray(pixels), kind))


@pytest.mark.parametrize(("paper", "garment", "is_light"), [(255, 60, True), (0, 200, False), (128, 30, True),
                                                            (128, 220, False), (235, 90, True)])  # fmt: skip
def test_the_background_is_found_not_assumed(paper, garment, is_light):
    found = of_pixels(square(paper=paper, garment=garment))
    assert found.measured.is_light == is_light
    assert found.picture[:, 14].min() > 60
    assert found.picture[:, :6].max() == 0


def test_a_garment_that_covers_most_of_the_border_is_not_the_background():
    pixels = square(top=0, bottom=400, left=40, right=360)
    pixels[:40, :100] = pixels[:40, 300:] = 255
    assert of_pixels(pixels).measured.is_light


def test_transparency_is_background_also_of_white_garments():
    for garment in (10, 255):
        opacity = np.zeros((400, 400, 1), dtype=np.uint8)
        opacity[100:300, 150:250] = 255
        pixels = np.concatenate([np.full((400, 400, 3), garment, dtype=np.uint8), opacity], axis=2)
        picture = of_pixels(pixels).picture
        assert picture[:, 14].min() > 200
        assert picture[:, :6].max() == 0


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_set_upright(orientation):
    upright = np.full((300, 200, 3), 255, dtype=np.uint8)
    upright[20:280, 40:90] = 0
    upright[20:60, 40:160] = 0
    back = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}[orientation]
    image = Image.fromarray(upright)
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = image if back is None else image.transpose(Image.Transpose(back))
    photo = decoding.decoded(product_photos.encoded(stored, "JPEG", exif=exif, quality=95))
    assert (photo.height, photo.width) == (300, 200)
    assert np.abs(np.asarray(photo.image).astype(int) - upright).mean() < 3


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_way_to_store_colours_is_read(mode):
    image = Image.fromarray(square())
    sixteen_bits = Image.fromarray(square()[..., 0].astype(np.uint16) * 257)
    stored = sixteen_bits if mode == "I;16" else image.convert(mode)
    photo = decoding.decoded(product_photos.encoded(stored, "JPEG" if mode == "CMYK" else "PNG"))
    assert photo.image.size == (400, 400)
    assert np.abs(np.asarray(photo.image).astype(int) - square()).mean() < (90 if mode == "1" else 5)


def test_the_check_says_what_it_sees():
    assert names(of_pixels(square())) == {"inverted"}
    assert names(of_pixels(square(top=180, bottom=220, left=190, right=210))) == {"inverted", "small"}
    assert names(of_pixels(square(top=0, bottom=200))) == {"inverted", "cut"}
    assert "faint" in names(of_pixels(np.full((100, 100, 3), 90, dtype=np.uint8)))
    assert "faint" in names(of_pixels(square(garment=238)))
    two = square(left=50, right=150)
    two[100:300, 250:350] = 60
    assert names(of_pixels(two)) == {"inverted", "several"}
    noise = np.random.default_rng(0).integers(0, 256, (300, 300, 3), dtype=np.uint8)
    assert "busy" in names(of_pixels(noise))
    unlike = photo_check.findings(of_pixels(square()).measured, is_unlike=True)
    assert [finding.text for finding in unlike if finding.needs_look] == ["looks unlike anything learned: not trusted"]


def test_sharpening_weighs_a_gaussian_by_the_slope_as_scipy_computes_both():
    picture = np.random.default_rng(0).uniform(0, 255, (28, 20)).astype(np.float32)
    blurred = scipy.ndimage.gaussian_filter(picture, sigma=1.0, radius=1)
    slope = np.hypot(scipy.ndimage.sobel(picture, axis=0), scipy.ndimage.sobel(picture, axis=1))
    expected = picture + preparing.SHARPNESS * slope / slope.max() * (picture - blurred)
    np.testing.assert_allclose(preparing.sharpened(picture), expected, atol=1e-3)


def as_it_is(pixels):
    """Seen without reducing it, as the image of a photo that is no larger."""
    return preparing.prepared(Image.fromarray(pixels), SHAPE, scale=1.0)


def test_of_a_garment_that_fills_a_large_photo_half_the_pixels_are_enough():
    pixels = square(top=60, bottom=340, left=90, right=310)
    found = preparing.prepared(Image.fromarray(pixels), SHAPE, scale=3.0)
    assert found.measured.edge_pixels == pytest.approx(3 * 280, abs=9)
    assert found.measured.edge_share == pytest.approx(as_it_is(pixels).measured.edge_share, abs=0.02)
    assert np.abs(found.picture.astype(int) - as_it_is(pixels).picture).mean() < 8


def test_a_garment_that_is_small_in_a_large_photo_is_seen_with_all_its_pixels():
    pixels = square(top=140, bottom=260, left=150, right=250)
    found = preparing.prepared(Image.fromarray(pixels), SHAPE, scale=3.0)
    np.testing.assert_array_equal(found.picture, as_it_is(pixels).picture)
    assert found.measured.edge_pixels == 3 * as_it_is(pixels).measured.edge_pixels


def test_dust_does_not_make_a_garment_larger():
    pixels = square()
    pixels[5, 5] = pixels[390, 395] = 0
    np.testing.assert_array_equal(of_pixels(pixels).picture, of_pixels(square()).picture)


def test_what_was_measured_survives_json_and_nothing_else_does():
    measured = of_pixels(square()).measured
    assert photo_check.Measured.of_json(measured.as_json()) == measured
    with pytest.raises(ValueError, match="finite"):
        photo_check.Measured.of_json(measured.as_json() | {"brightest": float("nan")})


@pytest.mark.real_data
def test_photos_of_real_garments_get_the_tags_of_the_originals(real_model):
    model, images, tags = real_model
    random = np.random.default_rng(1)
    num = 250
    for kind in ("jpeg", "cut out", "turned"):
        pictures = []
        for picture in images[:num]:
            side, margin = int(random.integers(400, 1201)), float(random.choice([0, 0.15, 0.3]))
            resample = Image.Resampling(int(random.choice([0, 1, 2, 3])))
            pictures.append(prepared(product_photos.photo(picture, kind, side=side, margin=margin,
                                                          resample=resample)).picture)  # fmt: skip
        assert (model(np.stack(pictures)) == tags[:num]).mean() >= 0.97, kind
    assert conftest.REAL_DATA


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
@pytest.mark.parametrize("width", [1, 4, 8])
def test_the_line_of_a_hanger_is_no_part_of_the_garment(quarters, width):
    garment = np.full((400, 400, 3), 255, dtype=np.uint8)
    garment[120:330, 110:290] = 60
    hung = garment.copy()
    hung[:125, 200 : 200 + width] = 80
    images = [Image.fromarray(np.ascontiguousarray(np.rot90(one, quarters))) for one in (garment, hung)]
    plain, found = (preparing.prepared(image, (28, 28)) for image in images)
    assert np.abs(found.picture.astype(int) - plain.picture).max() <= 25
    assert found.measured.edge_pixels == pytest.approx(plain.measured.edge_pixels, rel=0.03)


def test_a_garment_that_is_narrow_where_it_meets_the_border_stays_whole():
    photo = np.full((400, 400, 3), 255, dtype=np.uint8)
    photo[:300, 150:250] = 60  # a trouser that runs out of the photo
    assert preparing.prepared(Image.fromarray(photo), (28, 28)).measured.is_cut
    thin = np.full((400, 400, 3), 255, dtype=np.uint8)
    thin[:390, 196:204] = 60  # a belt: nothing but a line
    assert preparing.prepared(Image.fromarray(thin), (28, 28)).measured.edge_share > 0.9
