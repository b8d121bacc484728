"""The page of themes in each of its states: grouped, too few, not to be told apart, no mistake; and the watch lists."""

import json

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from core import errors
from core.quality import themes
from core.store.live import promotions
from core.store.runs import file_reader, runs
from core.store.verdicts import watch_lists
from dashboard.data import predictions, run_views
from dashboard.data import watch_lists as watch_lists_data
from dashboard.data.watch_lists import Kind
from dashboard.session import browser_memory
from dashboard.themes import wording as theme_wording
from tests.app.test_pages import opened, texts
from tests.support import report_world, worlds


@pytest.fixture
def world(store, monkeypatch):
    """Two versions with many mistakes, whose garments lie in three clouds for the first and in one for the second."""
    monkeypatch.setattr(browser_memory, "read", lambda name: "Ada")
    found = worlds.catalogue(num_test=300)
    first = worlds.publish(store, found, seed=1, skill=0.05)
    worlds.publish(store, found, seed=2, skill=0.1)
    random = np.random.default_rng(0)
    clouds = 20 * np.eye(8)[np.arange(300) // 3 % 3] + random.normal(size=(300, 8))
    one = random.normal(size=(300, 8))

    def load_features(store, run):
        return (clouds if run.id == first.id else one).astype(np.float16)

    monkeypatch.setattr(file_reader, "load_features", load_features)
    return store


@pytest.fixture
def kind(world):
    run = promotions.live_run(world)
    missed = predictions.counts(run).sum(axis=1) - np.diag(predictions.counts(run))
    return Kind(real=int(missed.argmax()), tagged=None)


def test_the_mistakes_of_the_worst_category_stand_in_their_themes(world, kind):
    run = promotions.live_run(world)
    garments = kind.garments(run_views.of(run))
    found = themes.themes(garments, file_reader.load_features(world, run)[garments].astype(np.float32))
    sizes = found.table.groupby("theme").size().tolist()
    at = opened("mistakes/themes")
    assert theme_wording.found(len(garments), len(sizes)) in texts(at)
    for number, size in enumerate(sizes, start=1):
        assert theme_wording.heading(number, size) in texts(at)
        assert at.button(key=f"theme-see-{number}").label == f"See all {size}"
    assert theme_wording.NO_LISTS in texts(at)


def test_a_theme_opens_in_the_same_page_and_its_address_can_be_shared(world, kind):
    run = promotions.live_run(world)
    size = int((watch_lists_data.grouping(run_views.of(run), kind).table["theme"] == 1).sum())
    at = opened("mistakes/themes")
    at.button(key="theme-see-2").click().run()
    assert at.query_params["theme"] == "2"
    again = opened("mistakes/themes", theme="2")
    for page in (at, again):
        assert f"of {size} garments." in texts(page)
        assert not page.exception


def test_mistakes_that_do_not_differ_are_said_to_be_one_heap_and_shown(world, kind):
    number = next(run.version for run in runs.list_runs(world) if run.version == 2)
    at = opened("mistakes/themes", version=str(number))
    assert "do not fall into heaps that differ clearly" in texts(at)
    assert "Showing 1 to 24" in texts(at)


def test_too_few_mistakes_are_shown_without_themes(published_store):
    at = opened("mistakes/themes")
    assert "too few to group, which takes 30" in texts(at)
    assert "Showing 1 to " in texts(at)


def test_without_mistakes_there_is_nothing_to_group(store):
    worlds.publish(store, skill=5)
    at = opened("mistakes/themes")
    assert theme_wording.NO_MISTAKES in texts(at)
    assert not at.exception


def test_a_theme_is_named_watched_renamed_and_ended(world, kind):
    run = promotions.live_run(world)
    at = opened("mistakes/themes")
    name = next(field for field in at.text_input if field.label == "What do they have in common?")
    name.set_value("Long sleeves")
    at.button(key="watch-1").click().run()
    (watch,) = watch_lists.current(world)
    group = watch_lists_data.grouping(run_views.of(run), kind).table.query("theme == 0")["garment"].to_numpy()
    assert (watch.name, watch.who, watch.garments) == ("Long sleeves", "Ada", watch_lists_data.keys(run, group))
    assert theme_wording.watched_as("Long sleeves") in texts(at)
    assert theme_wording.standing(
        watch_lists_data.accuracy(run, watch), len(watch.garments), run.version, watch.version
    ) in texts(at)
    at.text_input(key=f"note-watch-name-{watch.id}").set_value("Sleeves")
    at.button(key=f"watch-rename-{watch.id}").click().run()
    assert [one.name for one in watch_lists.current(world)] == ["Sleeves"]
    at.button(key=f"watch-see-{watch.id}").click().run()
    assert f"of {len(group)} garments." in texts(at)
    at.button(key=f"watch-end-{watch.id}").click().run()
    assert watch_lists.current(world) == []
    assert not at.exception


def test_a_theme_without_a_name_is_not_watched_and_says_why(world):
    at = opened("mistakes/themes")
    at.button(key="watch-1").click().run()
    assert watch_lists.current(world) == []
    assert "must have 1 to 80 characters" in texts(at)


def test_the_comparison_reports_on_watch_lists_with_garments_counted_by_hand(world, kind):
    live, new = promotions.live_run(world), next(run for run in runs.list_runs(world) if run.version == 2)
    garments = kind.garments(run_views.of(live))
    keys = watch_lists_data.keys(live, garments)
    watch_lists.save(world, "a1", name="Misses", garments=keys, about="x", version=1, who="Ada")
    before, after = predictions.predictions(live).iloc[garments], predictions.predictions(new).iloc[garments]
    num_fixed = int((after["predicted_class"] == after["true_class"]).sum())
    assert (before["predicted_class"] != before["true_class"]).all()
    (watch,) = watch_lists.current(world)
    found = watch_lists_data.change(live, new, watch)
    change = found.change
    assert (change.num_garments, change.num_fixed, change.num_broken) == (len(garments), num_fixed, 0)
    at = opened("versions", new="2")
    assert found.verdict == ""
    assert (
        f"“Misses”: 0 of {len(garments)} right before, {num_fixed} now. They were chosen because version 1 got them "
        "wrong" in texts(at)
    )


def test_other_trainings_of_the_recipe_are_told_where_a_list_gives_no_verdict(world, kind):
    live, new = promotions.live_run(world), next(run for run in runs.list_runs(world) if run.version == 2)
    third = worlds.publish(world, worlds.catalogue(num_test=300), seed=9, skill=0.3)
    garments = kind.garments(run_views.of(live))
    watch_lists.save(
        world, "a1", name="Misses", garments=watch_lists_data.keys(live, garments), about="x", version=1, who="Ada"
    )
    (watch,) = watch_lists.current(world)
    table = predictions.predictions(third).iloc[garments]
    num_right = int((table["predicted_class"] == table["true_class"]).sum())
    found = watch_lists_data.change(live, new, watch)
    assert found.others == {3: (num_right, len(garments))}
    said = theme_wording.change("Misses", found)
    assert said.endswith(f"so any other training fixes some: of its recipe version 3 {num_right} of {len(garments)}.")
    against_third = watch_lists_data.change(new, third, watch)
    assert against_third.has_verdict and against_third.others == {}
    assert "newly wrong): " in theme_wording.change("Misses", against_third)


def test_a_list_of_garments_that_a_version_never_saw_says_so(world):
    watch_lists.save(world, "a1", name="Others", garments=["0" * 64], about="x", version=1, who="Ada")
    at = opened("mistakes/themes")
    assert "None of its 1 garment is among the test garments of version 1." in texts(at)
    assert at.button(key="watch-see-a1").disabled


def test_features_that_cannot_be_read_leave_the_watch_lists(world, monkeypatch):
    def fail(*arguments):
        raise errors.ArtefactCorrupt("features.safetensors is missing.")

    monkeypatch.setattr(file_reader, "load_features", fail)
    watch_lists.save(world, "a1", name="Others", garments=["0" * 64], about="x", version=1, who="Ada")
    at = opened("mistakes/themes")
    assert not at.exception
    assert "features.safetensors is missing." in texts(at) + " ".join(code.value for code in at.code)
    assert "Others" in texts(at)


@pytest.mark.parametrize("categories", ["sold", "own"])
def test_a_merge_counts_in_the_kinds_of_mistakes_that_themes_are_of(world, categories):
    run = promotions.live_run(world)
    report_world.merge(world, run, "Tops", *run.class_names[:2])
    run = promotions.live_run(world)
    table, names = (
        file_reader.load_predictions(world, run),
        np.array(run.sold_as if categories == "sold" else run.names),
    )
    true, said = names[table["true_class"]], names[table["predicted_class"]]
    counts = confusion_matrix(true, said, labels=list(dict.fromkeys(names)))
    missed = counts.sum(axis=1) - np.diag(counts)
    at = opened("mistakes/themes", categories=categories, real=run.class_names[1])
    box = next(box for box in at.selectbox if box.label == "Category")
    expected = [theme_wording.category(name, int(num)) for name, num in zip(dict.fromkeys(names), missed, strict=True)]
    assert sorted(box.options) == sorted(expected)
    name = names[1]
    found = np.flatnonzero((true == name) & (said != name))
    kind = Kind(real=run.class_names.index(box.value), tagged=None)
    assert kind.garments(run_views.of(run, categories == "sold")).tolist() == found.tolist()
    assert not at.exception


def drawn_counts(at, num_classes):
    """What stands in the cells of the map of a page."""
    (chart,) = at.get("plotly_chart")
    shown = np.zeros((num_classes, num_classes), dtype=int)
    for trace in json.loads(chart.proto.spec)["data"]:
        for row, words in enumerate(trace.get("text") or []):
            if isinstance(words, list):
                shown[row] += [int(str(word or "0")) for word in words]
    return shown


@pytest.mark.parametrize("more", [{}, {"sure": "0-60"}, {"watch": "ab"}])
def test_a_theme_and_a_watch_list_narrow_the_map_and_the_list_of_mistakes_alike(world, kind, more):
    run = promotions.live_run(world)
    table, keys = file_reader.load_predictions(world, run), file_reader.load_keys(world, run, "test")
    watch_lists.save(world, "ab", name="Odd", garments=[keys[place] for place in range(150)], about="", version=1,
                     who="Ada")  # fmt: skip
    theme = watch_lists_data.grouping(run_views.of(run), kind).table.query("theme == 1")["garment"]
    passes = table.index.isin(theme)
    if "sure" in more:
        passes &= (table["confidence"] <= 0.6).to_numpy()
    if "watch" in more:
        passes &= np.arange(300) < 150
    passing = table[passes]
    assert 0 < len(passing) < (len(theme) + 1 if not more else len(theme))
    expected = confusion_matrix(passing["true_class"], passing["predicted_class"], labels=range(len(run.class_names)))
    at = opened("mistakes", real=run.class_names[kind.real], theme="2", **more)
    np.testing.assert_array_equal(drawn_counts(at, len(run.class_names)), expected)
    assert f"of {len(passing)} " in texts(at)
    at.button(key="clear-filters").click().run()
    assert not {"theme", "watch", "real", "sure"} & set(at.query_params)
    assert f"of {(table['true_class'] != table['predicted_class']).sum()} mistakes." in texts(at)


def test_themes_and_watch_lists_are_chosen_beside_the_other_filters_of_mistakes(world, kind):
    run = promotions.live_run(world)
    assert "Theme or watch list" not in [box.label for box in opened("mistakes").selectbox]
    table, keys = file_reader.load_predictions(world, run), file_reader.load_keys(world, run, "test")
    watch_lists.save(world, "ab", name="Odd", garments=[keys[place] for place in range(90)], about="", version=1,
                     who="Ada")  # fmt: skip
    at = opened("mistakes", real=run.class_names[kind.real])
    (box,) = [box for box in at.selectbox if box.label == "Theme or watch list"]
    sizes = watch_lists_data.grouping(run_views.of(run), kind).table.groupby("theme").size().tolist()
    headings = [theme_wording.heading(number, size) for number, size in enumerate(sizes, start=1)]
    assert box.options == ["Any of them", "Watched: Odd", *headings]
    box.select("watch ab").run()
    assert at.query_params["watch"] == "ab"
    is_wrong = (table["true_class"] != table["predicted_class"])[:90]
    expected = (is_wrong & (table["true_class"][:90] == kind.real)).sum()
    assert f"of {expected} " in texts(at)
    (box,) = [box for box in at.selectbox if box.label == "Theme or watch list"]
    assert box.value == "watch ab"
    box.select("theme 1").run()
    assert at.query_params["theme"] == "1" and "watch" not in at.query_params
    (box,) = [box for box in at.selectbox if box.label == "It really is"]
    box.select(-1 if -1 in box.options else box.options[0]).run()
    assert not at.exception
    assert "theme" not in at.query_params
