"""A merge counts everywhere: Today, categories, mix-ups and lists are as we sell; the model's own are a switch away."""

import html
import io
import urllib.parse
import zipfile

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from core.quality import scores
from core.retail import naming
from core.store.live import promotions
from core.store.runs import runs
from core.store.team import names
from dashboard.categories import view as category_view
from dashboard.data import predictions, run_views, standing, views
from dashboard.data import runs as runs_data
from dashboard.gallery import downloads, filters
from dashboard.look import phrases
from dashboard.session import category_switch
from dashboard.today import monday_pack
from dashboard.today import wording as today_wording
from tests.app import test_pages
from tests.support import payloads, worlds

TOPS = ("T-shirt/top", "Shirt", "Pullover")


def merge(store, run, group=TOPS, name="Tops"):
    """That version, read again after the team has merged categories."""
    entries = [naming.Entry(class_name=each, name=name if each in group else each) for each in run.class_names]
    names.save(store, naming.checked(entries, run.class_names), who="Ana", merges=[name])
    return promotions.live_run(store)


@pytest.fixture
def version(store):
    """One live version of the sample, its tops merged."""
    worlds.publish_two_runs(store)
    return merge(store, promotions.live_run(store))


def mapped(run, column):
    """Names as sold of the label or the tag of every test garment."""
    return np.array(run.sold_as)[predictions.predictions(run)[column].to_numpy()]


def test_today_counts_as_we_sell(version):
    true, said = mapped(version, "true_class"), mapped(version, "predicted_class")
    expected = scores.accuracy(true, said)
    assert expected.num_correct > version.num_correct
    at = test_pages.opened()
    assert today_wording.headline(expected, 1, is_live=True) in test_pages.texts(at)
    assert today_wording.mistakes(300 - expected.num_correct, 300) in test_pages.texts(at)
    trend = runs_data.comparable_versions(version)
    assert trend["accuracy"].iloc[0] == expected.accuracy
    assert len(trend) == 2


def test_the_models_own_categories_are_one_switch_away(version):
    own = scores.accuracy_of_counts(version.num_correct, 300)
    at = test_pages.opened()
    switch = at.session_state["control-categories"]
    assert switch == category_switch.AS_SOLD
    at.query_params["categories"] = "own"
    at.run()
    assert today_wording.headline(own, 1, is_live=True) in test_pages.texts(at)
    assert at.session_state["control-categories"] == category_switch.OWN


def test_where_nothing_is_merged_there_is_no_switch_and_both_views_are_one(store):
    worlds.publish_two_runs(store)
    run = promotions.live_run(store)
    assert run_views.of(run) == run_views.of(run, merged=False)
    assert views.predictions(run_views.of(run)) is predictions.predictions(run)
    for page in ("today", "categories", "mistakes"):
        assert "control-categories" not in test_pages.opened(page).session_state


def test_today_never_names_a_merged_pair_as_a_mix_up(store):
    worlds.publish_two_runs(store)
    run = promotions.live_run(store)
    for first, second in [("Shirt", "T-shirt/top"), ("Coat", "Pullover"), ("Sneaker", "Ankle boot")]:
        run = merge(store, run, (first, second), "As one")
        pairs = views.confused_pairs(run_views.of(run))
        assert (pairs["first_class"] != pairs["second_class"]).all()
        assert not any("(" in name for name in [*pairs["first_class"], *pairs["second_class"]])
        told = "\n".join(element.value for element in test_pages.opened().markdown)
        assert "As one and As one" not in told
        assert f"As one ({first})" not in told


def test_the_worst_merged_pair_apart_is_none_as_we_sell(store):
    worlds.publish_two_runs(store)
    run = promotions.live_run(store)
    worst = predictions.confused_pairs(run).iloc[0]
    both = {worst["first_class"], worst["second_class"]}
    run = merge(store, run, tuple(both), "Both")
    assert len(views.confused_pairs(run_views.of(run, merged=False))) == len(predictions.confused_pairs(run))
    found = views.confused_pairs(run_views.of(run))
    apart = predictions.confused_pairs(run)["num_mistakes"].sum()
    assert found["num_mistakes"].sum() == apart - worst["num_mistakes"]


def test_every_cell_of_the_map_lists_exactly_the_garments_counted_in_it(version):
    view = run_views.of(version)
    counts, listed = views.counts(view), set()
    for real in range(len(view.names)):
        for tagged in range(len(view.names)):
            cell = filters.Listing(real=view.first_class(real), tagged=view.first_class(tagged))
            found = filters.listed(version, cell)
            assert len(found) == counts[real, tagged]
            garments = found["garment"].tolist()
            assert all(mapped(version, "true_class")[garments] == view.names[real])
            assert all(mapped(version, "predicted_class")[garments] == view.names[tagged])
            listed |= set(garments)
    assert listed == set(range(300))


def test_a_mix_up_within_a_merge_is_no_mistake_in_any_list(version, monkeypatch):
    wrong = filters.listed(version, filters.Listing())
    is_wrong = mapped(version, "true_class") != mapped(version, "predicted_class")
    assert sorted(wrong["garment"]) == np.flatnonzero(is_wrong).tolist()
    own = filters.listed(version, filters.Listing(merged=False))
    assert len(own) == 300 - version.num_correct > len(wrong)
    monkeypatch.setattr(standing, "SURE", 30)
    sure = predictions.predictions(version)["confidence"].to_numpy() >= 0.3
    assert standing.num_waiting(version, "Ana") == np.count_nonzero(is_wrong & sure)
    assert standing.num_waiting(version, "Ana", merged=False) == (own["confidence"] >= 0.3).sum()


def test_any_class_of_a_category_opens_all_of_it_in_the_map_and_its_list(version):
    view = run_views.of(version)
    missed = len(filters.listed(version, filters.Listing(real=view.first_class(view.names.index("Tops")))))
    for name in TOPS:
        at = test_pages.opened("mistakes", real=name)
        assert at.button(key="chip").label == f"{phrases.chosen_kind('Tops', None, missed)} ✕"
    own = test_pages.opened("mistakes", real="Shirt", categories="own")
    alone = len(filters.listed(version, filters.Listing(real=version.class_names.index("Shirt"), merged=False)))
    assert str(alone) in own.button(key="chip").label


def test_the_pages_show_categories_as_we_sell(version):
    view = run_views.of(version)
    at = test_pages.opened("categories", category="Shirt")
    box = next(box for box in at.selectbox if box.label == "Category")
    assert box.options == list(view.names)
    assert view.names[box.value] == "Tops"
    assert category_view.mix_ups(views.counts(view), box.value)
    at = test_pages.opened("categories", category="Shirt", categories="own")
    box = next(box for box in at.selectbox if box.label == "Category")
    assert version.names[box.value] == "Tops (Shirt)"


def test_links_keep_the_switch(version):
    at = test_pages.opened(categories="own")
    assert all("categories=own" in link.proto.query_string for link in at.get("page_link"))
    assert not any("categories" in link.proto.query_string for link in test_pages.opened().get("page_link"))


@pytest.mark.parametrize("categories", ["sold", "own"])
def test_the_links_below_the_worst_mix_up_open_as_many_garments_as_they_say(version, categories):
    view = run_views.of(version, categories == "sold")
    true, said = (views.predictions(view)[name].to_numpy() for name in ("true_class", "predicted_class"))
    counts = confusion_matrix(true, said)
    both = np.triu(counts + counts.T, 1)
    at = test_pages.opened(categories=categories)
    links = [dict(urllib.parse.parse_qsl(link.proto.query_string)) | {"label": link.proto.label}
             for link in at.get("page_link") if "tagged=" in link.proto.query_string]  # fmt: skip
    assert f"{both.max()} garments. " in test_pages.texts(at)
    nums = []
    for link in links:
        label = link.pop("label").replace("\\", "").replace("\N{WORD JOINER}", "")
        shown = test_pages.opened("mistakes", **link).button(key="chip").label
        assert shown.replace("\\", "").replace("\N{WORD JOINER}", "") == f"{label} ✕"
        nums.append(int(label.rpartition(" ")[2]))
        place = [version.class_names.index(link[name]) for name in ("real", "tagged")]
        assert counts[view.index_of(place[0]), view.index_of(place[1])] == nums[-1] > 0
    assert sum(nums) == both.max() and len(nums) in (1, 2)


@pytest.mark.parametrize("categories", ["sold", "own"])
def test_the_pack_of_today_has_the_headline_of_today(version, categories, monkeypatch):
    made = []
    with monkeypatch.context() as patch:
        patch.setattr(monday_pack.st, "download_button", lambda label, data, **named: made.append(data))
        patch.setattr(category_switch, "is_as_sold", lambda: categories == "sold")
        monday_pack.render_button(version)
    with zipfile.ZipFile(io.BytesIO(made[0]())) as archive:
        page = html.unescape(archive.read("monday-pack.html").decode())
    found = views.accuracy(run_views.of(version, categories == "sold"))
    headline = today_wording.headline(found, version.version, is_live=True)
    assert headline in page and headline in test_pages.texts(test_pages.opened(categories=categories))


def test_files_of_a_list_are_named_by_the_category_as_we_sell(version):
    listing = filters.Listing(real=version.class_names.index("Shirt"))
    assert downloads.file_choices(version, listing)[0] == "real-Tops"
    assert downloads.file_choices(version, filters.dataclasses.replace(listing, merged=False))[0] == "real-Tops (Shirt)"


def test_cost_as_we_sell_is_summed_over_the_classes(version):
    weights = np.random.default_rng(0).integers(0, 6, (10, 10))
    np.fill_diagonal(weights, 0)
    view = run_views.of(version)
    found = views.costliest_pairs(view, weights)
    counts, sold = predictions.counts(version), np.array(version.sold_as)
    for row in found.to_dict("records"):
        pair = {row["first_class"], row["second_class"]}
        expected = sum(
            counts[real, tagged] * weights[real, tagged]
            for real in range(10) for tagged in range(10)
            if {sold[real], sold[tagged]} == pair
        )  # fmt: skip
        assert row["cost"] == expected


def test_a_merge_of_everything_into_one_leaves_no_mistake(store):
    worlds.publish_two_runs(store)
    run = promotions.live_run(store)
    run = merge(store, run, run.class_names, "Things")
    assert views.accuracy(run_views.of(run)).accuracy == 1.0
    for page in ("today", "categories", "mistakes"):
        at = test_pages.opened(page)
        assert not at.exception
        assert not at.error


def test_hostile_names_of_merged_categories_are_text(store):
    worlds.publish_two_runs(store)
    name = payloads.SCRIPTS[0][: naming.LONGEST]
    run = merge(store, promotions.live_run(store), TOPS, name)
    assert name in run_views.of(run).names
    for page in ("today", "categories", "mistakes"):
        at = test_pages.opened(page, real="Shirt")
        assert not at.exception
        assert name not in str(at.query_params)
        assert not any(name in element.value for element in at.markdown)


def test_versions_with_the_same_classes_are_read_with_the_same_merge(version, store):
    assert {run.sold_as for run in runs.list_runs(store)} == {version.sold_as}
