"""Empty pages show what they will look like: by the sample, marked as such, and never counted."""

import json

import numpy as np
import pytest

from core.catalogue import sample, sample_answers
from core.quality import automation_line
from core.store.runs import offered_line
from core.tagging import piles
from dashboard.data import examples
from dashboard.examples import frame
from dashboard.parts import places
from dashboard.tagging import wording as tag_wording
from tests.app import test_pages
from tests.support import worlds


@pytest.fixture
def run(store):
    return worlds.publish(store, worlds.catalogue(num_train=400, num_test=60), skill=0.9)


def pictures(at):
    """The words below the pictures of the page's examples."""
    found = [part.proto for part in at.get("bidi_component") if part.proto.component_name == "garment_pictures"]
    return [words["first"] for proto in found for words in json.loads(proto.json)["words"]]


@pytest.mark.parametrize(
    "place", ["automation/acceptance", "labels/suspects", "labels/reviews", "mistakes/themes", "tag"]
)
def test_an_empty_page_shows_an_example_and_says_that_it_is_one(run, place):
    at = test_pages.opened(place)
    assert not at.exception and not at.error
    assert frame.MARK in test_pages.texts(at)
    assert pictures(at) or at.get("plotly_chart")


def test_a_version_without_a_line_shows_the_curve_of_the_example(run, monkeypatch):
    monkeypatch.setattr(offered_line, "why_none", lambda *_: "This version kept no answers.")
    at = test_pages.opened("automation/line")
    assert not at.exception and not at.error
    assert frame.MARK in test_pages.texts(at)
    assert len(pictures(at)) == 8


def test_the_three_piles_are_those_of_the_page(run):
    assert pictures(test_pages.opened("tag")) == [
        tag_wording.PILES[name] for name in (piles.READY, piles.CHECK, piles.NOT_OURS)
    ]


def test_an_example_has_its_place_before_its_pictures_come(run, monkeypatch):
    kept, at_least = {}, places.at_least

    def noted(height, key, **more):
        kept[key] = height
        return at_least(height, key, **more)

    monkeypatch.setattr(places, "at_least", noted)
    for place in ("tag", "labels/reviews", "mistakes/compare"):
        test_pages.opened(place)
    # Read off the screen at a desk: a row of pictures with two lines under it, or three; links below the two boxes.
    wanted = {"tag-example-place": 137, "reviews-example-place": 153, "compare-directions": places.LINK}
    assert wanted.items() <= kept.items()


def test_the_stand_in_tags_the_garments_of_the_sample(run):
    found, (_, test) = sample_answers.answers(), sample.load_splits()
    np.testing.assert_array_equal(found.images, test.images)
    np.testing.assert_array_equal(found.labels, test.labels)
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1)
    is_right = found.probabilities.argmax(axis=1) == found.labels
    assert 0.75 < is_right.mean() < 0.9, "a first version: mostly right, and wrong often enough to show it"


def test_the_example_is_made_by_the_code_of_the_pages(run):
    found = examples.example()
    is_right = found.answers.true_class == found.answers.predicted_class
    line = automation_line.suggested(found.answers.confidence, is_right, examples.PROMISE)
    assert line.is_reached and found.line == line.confidence
    weeks = examples.weeks()
    assert weeks["num_checked"].tolist() == [examples.NUM_A_WEEK] * examples.NUM_WEEKS
    above = np.flatnonzero(found.answers.confidence >= found.line)[: weeks["num_checked"].sum()]
    assert weeks["num_right"].sum() == is_right[above].sum()
    assert len(found.groups) >= 2
    assert not is_right[np.concatenate(found.groups)].any()
    sure = found.answers.confidence[found.mistakes]
    assert (np.diff(sure) <= 0).all() and not is_right[found.mistakes].any()
