"""The page about categories: target, one category closely, exact figures."""

import pytest
from streamlit.testing.v1 import AppTest

from core import errors
from core.quality import changes
from core.store.live import promotions
from core.store.runs import garments, runs
from core.store.team import team
from dashboard.categories import figures as category_figures
from dashboard.categories import view as category_view
from dashboard.categories import wording as category_wording
from dashboard.data import categories, predictions, run_views, views
from dashboard.gallery import filters
from dashboard.look import phrases
from dashboard.session import address, flags, site_map
from tests.app.test_pages import ENTRY, HOSTILE, texts
from tests.support import worlds


@pytest.fixture
def own_store(own_published_store):
    """Two versions in a home of this test's own: what the team chooses stays here."""
    return own_published_store


def opened(**query):
    at = AppTest.from_file(str(ENTRY), default_timeout=60)
    at.switch_page(str(site_map.path("categories")))
    for name, value in query.items():
        at.query_params[name] = value
    return at.run()


def charts(at):
    return [chart.proto.spec for chart in at.get("plotly_chart")]


def test_the_worst_category_is_shown_until_one_is_chosen(published_store):
    run = promotions.live_run(published_store)
    table = predictions.class_scores(run)
    worst = category_figures.worst_first(table).iloc[0].to_dict()
    at = opened()
    assert category_wording.found(worst, team.DEFAULT_TARGET) in texts(at)
    assert category_wording.trusted(worst, team.DEFAULT_TARGET) in texts(at)


@pytest.mark.parametrize("index", range(10))
def test_the_category_in_the_address_is_shown_with_its_figures(published_store, index):
    run = promotions.live_run(published_store)
    name, row = run.class_names[index], predictions.class_scores(run).iloc[index].to_dict()
    at = opened(category=name)
    assert not at.exception
    assert category_wording.found(row, team.DEFAULT_TARGET) in texts(at)
    assert category_wording.trusted(row, team.DEFAULT_TARGET) in texts(at)
    assert category_wording.sureness(name, views.sureness_of(run_views.of(run), index)) in texts(at)
    assert at.selectbox(key="control-category").value == index


def test_choosing_a_category_writes_it_into_the_address(published_store):
    at = opened()
    at.selectbox(key="control-category").set_value(3).run()
    assert (
        at.query_params["category"] == predictions.class_scores(promotions.live_run(published_store))["class_name"][3]
    )


def test_the_garments_that_are_listed_choose_the_category_too(published_store):
    run = promotions.live_run(published_store)
    assert opened(real=run.class_names[2]).selectbox(key="control-category").value == 2
    assert opened(tagged=run.class_names[4]).selectbox(key="control-category").value == 4
    assert opened(tagged=run.class_names[4], category=run.class_names[1]).selectbox(key="control-category").value == 1


def test_a_category_that_is_not_here_falls_back_with_a_sentence(published_store):
    at = opened()
    usual = at.selectbox(key="control-category").value
    for value in HOSTILE:
        at.query_params["category"] = value
        at.run()
        assert not at.exception, value
        assert not at.error, value
        assert "The address asks for the category" in texts(at), value
        assert at.selectbox(key="control-category").value == usual


def test_mix_ups_are_those_of_the_stored_predictions_both_ways(published_store):
    run = promotions.live_run(published_store)
    counts = predictions.counts(run)
    found = category_view.mix_ups(counts, 6)
    sizes = [mix_up["num_lost"] + mix_up["num_gained"] for mix_up in found]
    assert sizes == sorted(sizes, reverse=True)
    assert sum(mix_up["num_lost"] for mix_up in found) == counts[6].sum() - counts[6, 6]
    assert sum(mix_up["num_gained"] for mix_up in found) == counts[:, 6].sum() - counts[6, 6]
    at = opened(category=run.class_names[6])
    for row in found[: category_view.NUM_MIX_UPS]:
        other = row["other_index"]
        assert (row["num_lost"], row["num_gained"]) == (counts[6, other], counts[other, 6])
        sentence = category_wording.mix_up(
            run.class_names[other], row["num_lost"], counts[6].sum(), row["num_gained"], counts[other].sum()
        )
        assert sentence in texts(at)


def test_the_target_is_kept_at_once_for_everybody(own_store):
    at = opened()
    at.number_input(key="note-target").set_value(92.5).run()
    assert not at.exception
    assert team.target(own_store) == 0.925
    assert category_wording.TARGET_SAVED in texts(at)
    assert '"target 92.5"' in charts(at)[0]
    assert '"target 92.5"' in charts(opened())[0]


def test_a_target_that_cannot_be_kept_is_said_in_one_sentence(own_store, monkeypatch):
    def fail(*arguments, **options):
        raise errors.DatabaseUnavailable("The database cannot be written.")

    monkeypatch.setattr(team, "choose_target", fail)
    at = opened()
    at.number_input(key="note-target").set_value(92.5).run()
    assert not at.exception
    assert [error.value for error in at.error] == [phrases.markdown("The database cannot be written.")]
    assert '"target 85"' in charts(at)[0]


@pytest.mark.parametrize(("skill", "is_any"), [(0.08, False), (0.95, True)])
def test_a_change_is_told_only_where_it_is_more_than_luck(store, skill, is_any):
    found = worlds.catalogue(num_test=300)
    worlds.publish(store, found, seed=1, skill=0.05)
    worlds.publish(store, found, seed=6, skill=skill)
    newest, first = runs.list_runs(store)
    table = views.class_changes(run_views.of(newest), first)
    clear = category_figures.clear_changes(table)
    assert bool(clear) is is_any
    for index, name in enumerate(newest.class_names):
        said = "more than luck explains" in texts(opened(version="2", category=name))
        assert said == (table["p_value"][index] < changes.CLEAR)


def test_a_picked_garment_opens_the_list_it_comes_from(published_store, monkeypatch):
    opened()
    written = {}
    monkeypatch.setattr(flags, "component_value", lambda key, name: 7)
    monkeypatch.setattr(address, "change_address", written.update)
    monkeypatch.setattr(flags.Note, "set", lambda note, value: None)
    category_view._on_pick("worst-tiles", {"real": "Shirt"})()
    assert written == {"real": "Shirt", "tagged": None, "page": None, "garment": "7"}


def test_typical_and_worst_garments_come_first_in_their_lists(published_store):
    run = promotions.live_run(published_store)
    right, wrong = filters.Listing(real=6, tagged=6), filters.Listing(real=6)
    assert (
        categories.typical(run_views.of(run), 6)["garment"].tolist() == filters.listed(run, right)["garment"].tolist()
    )
    table = filters.listed(run, wrong)
    assert (table["true_class"] == 6).all()
    assert (table["predicted_class"] != 6).all()


def test_the_charts_for_analysts_are_drawn_only_when_they_are_opened(published_store):
    run = promotions.live_run(published_store)
    at = opened()
    assert len(charts(at)) == 2
    at.session_state["analysts"] = True
    at.run()
    assert not at.exception
    assert len(charts(at)) == 4
    error, by_luck = predictions.reliability(run)[1], predictions.calibration_by_luck(run)
    assert category_wording.calibration(error, by_luck, run.num_test, run.temperature) in texts(at)


def test_a_category_without_garments_is_said_to_be_missing(store):
    names = ("Shirt", "Coat", "Bag")
    found = worlds.catalogue(class_names=names)
    wider = worlds.cut(
        "sample",
        *(worlds.CatalogueSplit(images=part.images, labels=part.labels, class_names=(*names, "Hat"))
          for part in (found.train, found.test)),
        validation_share=0.1,
        validation_seed=0,
    )  # fmt: skip
    worlds.publish(store, wider)
    at = opened(category="Hat")
    assert not at.exception
    assert not at.error
    assert "Hat is not in the test set" in texts(at)
    assert category_wording.NONE_TYPICAL in texts(at)
    assert category_wording.NONE_WRONG in texts(at)
    assert '"not in the test set"' in charts(at)[0]


def test_names_that_anybody_chose_stay_text_in_every_part(store):
    names = ("<img src=x onerror=alert(1)>", "[a](http://x.example)", ":red[**b**] $x$ `c`")
    worlds.publish(store, worlds.catalogue(num_test=90, class_names=names), skill=0.2)
    for name in names:
        at = opened(category=name)
        at.session_state["analysts"] = True
        at.run()
        assert not at.exception
        assert not at.error
        for element in (*at.markdown, *at.caption, *at.info, *at.header):
            assert "<img" not in element.value.replace("\\<img", "")
            assert "](http" not in element.value
            assert ":red[**b" not in element.value
        assert not [spec for spec in charts(at) if "<img" in spec]


def test_without_readable_pictures_the_figures_stay(published_store, monkeypatch):
    def fail(*arguments):
        raise errors.ArtefactCorrupt("garments.safetensors is missing.")

    monkeypatch.setattr(garments, "load", fail)
    at = opened()
    assert not at.exception
    assert not at.error
    assert "It finds" in texts(at)
