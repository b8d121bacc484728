"""Weak groups of a stored version, as pages read them."""

import numpy as np

from core.store.live import promotions
from dashboard.data import predictions, run_views, stored_garments, weak_groups
from dashboard.gallery import filters


def test_the_pictures_of_a_stored_version_are_asked_about_and_random_mistakes_name_nothing(published_store):
    view = run_views.of(promotions.live_run(published_store))
    assert weak_groups.found(view) == []


def test_dark_garments_that_are_wrong_are_found_and_listed(published_store, monkeypatch):
    run = promotions.live_run(published_store)
    view = run_views.of(run)
    images = stored_garments.read_garments(run, range(run.num_test)).images
    grey = np.where(images > 25, images, 0).sum(axis=(1, 2)) / np.maximum((images > 25).sum(axis=(1, 2)), 1)
    is_dark = grey <= np.quantile(grey, 0.2)
    table = predictions.predictions(run)
    said = np.where(is_dark, (table["true_class"] + 1) % 10, table["true_class"])
    planted = table.assign(predicted_class=said)
    monkeypatch.setattr(predictions, "predictions", lambda run: planted)
    found = weak_groups.found(view)
    assert found[0].words == ("dark",)
    wrong = weak_groups.wrong_ones(view, found[0])
    listed = filters.listed(run, filters.Listing(group=wrong))
    assert set(listed["garment"]) == set(found[0].garments[is_dark[found[0].garments]])
    assert len(listed) == found[0].num_mistakes
