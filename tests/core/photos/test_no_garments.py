"""What is no garment does not leave untouched, and garments do not suffer from it."""

import numpy as np
import pytest
import torch
from PIL import Image

from core.model import inference, temperature
from core.photos import decoding, photo_check, preparing
from core.quality import automation_line, unlike
from tests import conftest
from tests.support import no_garments, product_photos

SHAPE = (28, 28)


def decoded(picture):
    """As it is, nothing reduced."""
    return decoding.Photo(image=Image.fromarray(picture), width=picture.shape[1], height=picture.shape[0])


def looked_at(decoded_photos):
    """Per picture, what the model sees and whether the photo check wants a person to look."""
    prepared = [
        preparing.prepared(photo.image, SHAPE, scale=photo.width / photo.image.width) for photo in decoded_photos
    ]
    needs_look = [any(finding.needs_look for finding in photo_check.findings(one.measured)) for one in prepared]
    return np.stack([one.picture for one in prepared]), np.array(needs_look)


@pytest.mark.parametrize("kind", [kind for kind in no_garments.KINDS if kind != "animals"])
def test_the_photo_check_wants_a_person_to_look_at_most_of_what_is_no_garment(kind):
    _, needs_look = looked_at(map(decoded, no_garments.pictures(20)[kind]))
    assert needs_look.mean() >= 0.75


@pytest.mark.real_data
def test_what_is_no_garment_is_not_ready_at_the_suggested_line(real_model):
    tags, images, _ = real_model
    garments = tags.garments

    def answers(pictures):
        logits, features = inference.logits_and_features(tags.module, torch.from_numpy(pictures.copy()))
        probabilities = temperature.calibrated(logits.numpy(), tags.temperature)
        confidence = probabilities.max(axis=1).astype(np.float64)
        return confidence, probabilities.argmax(axis=1), features.numpy().astype(np.float16)

    confidence, predicted, features = answers(garments.validation.images)
    suggested = automation_line.suggested(confidence, predicted == garments.validation.labels)
    assert suggested.is_reached
    detector = unlike.detector(features, confidence)

    def share_ready(of):
        pictures, needs_look = looked_at(of)
        sure, _, found = answers(pictures)
        return float(((sure >= suggested.confidence) & ~detector.is_unlike(found, sure) & ~needs_look).mean())

    strange = [decoded(picture) for kind in no_garments.pictures(60).values() for picture in kind]
    assert share_ready(strange) <= 0.05
    large = [photo.image.resize((1200, 1200), Image.Resampling.BICUBIC) for photo in strange[::3]]
    assert share_ready(decoding.decoded(product_photos.encoded(image, "JPEG")) for image in large) <= 0.05
    known = [decoding.decoded(product_photos.photo(picture)) for picture in images[:300]]
    assert share_ready(known) >= 0.65
    assert conftest.REAL_DATA
