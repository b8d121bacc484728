"""Versions whose tags come from elsewhere on screen: every page with and without what goes by looks, and the way in."""

from pathlib import Path

import pytest

from core import errors, jobs
from core.access.roles import Action
from core.elsewhere import judging, reading, requests
from core.store.live import promotions
from dashboard.data import bringing, run_views, suspects
from dashboard.data import elsewhere as data
from dashboard.session import site_map
from tests.app.test_pages import opened, texts
from tests.support import elsewhere, worlds

PLACE = "setup/elsewhere"
BY_LOOKS = ("mistakes/themes", "mistakes/similar", "mistakes/garments", "categories")


@pytest.fixture
def version(store, tmp_path):
    return elsewhere.imported(store, tmp_path).run


@pytest.mark.parametrize("name", site_map.places())
def test_every_page_shows_tags_from_elsewhere_and_says_whose_they_are(version, name):
    at = opened(name)
    assert not at.exception
    assert not at.error, [each.value for each in at.error]
    assert "Tags by cloud, brought in from cloud.csv" in texts(at)


@pytest.mark.parametrize("name", BY_LOOKS)
def test_before_its_pictures_were_looked_at_pages_say_so_and_show_the_rest(store, tmp_path, name):
    elsewhere.imported(store, tmp_path, is_described=False)
    at = opened(name)
    assert not at.exception
    assert not at.error, [each.value for each in at.error]
    if name == "mistakes/themes":
        assert "still being looked at" in texts(at)


@pytest.fixture
def tags_alone(store, tmp_path):
    return elsewhere.imported(store, tmp_path, found=elsewhere.table()[["image", "label", "prediction"]]).run


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("mistakes/garments", "cloud gave tags alone"),
        ("mistakes/compare", "neither how sure it was nor what else it considered"),
        ("categories", "cloud gave tags alone"),
        ("today", "The tag differs."),
    ],
)
def test_where_nobody_said_how_sure_a_tag_is_no_page_says_so(tags_alone, place, says):
    said = texts(opened(place))
    assert says in said
    for invented in ("% sure", "surest", "calibration error", "In between"):
        assert invented not in said, invented


def test_where_only_the_tag_has_a_confidence_no_other_category_is_weighed(store, tmp_path):
    elsewhere.imported(store, tmp_path, found=elsewhere.table()[["image", "label", "prediction", "confidence"]])
    said = texts(opened("mistakes/compare"))
    assert "how sure it was of its tag, but not what else it considered" in said
    assert "Mixed up" in said
    assert "surest" in said


def test_labels_that_the_given_probabilities_doubt_are_listed_with_what_that_is_worth(store, tmp_path):
    table = elsewhere.table(skill=9.0)
    wrong = [4, 40, 77]
    table.loc[wrong, "label"] = ["Bag" if label != "Bag" else "Coat" for label in table["label"][wrong]]
    run = elsewhere.imported(store, tmp_path, found=table).run
    said = texts(opened("labels/suspects"))
    assert "labels are doubted" in said
    assert "knows whether cloud learned from these very garments" in said
    listed = suspects.of_given(run_views.of(run))["garment"].tolist()
    assert {40, 77} <= set(listed) <= set(wrong)


def test_without_probabilities_no_label_is_doubted_and_the_way_to_it_is_told(tags_alone):
    said = texts(opened("labels/suspects"))
    assert "cloud gave its tag alone" in said
    assert "train one of ours" in said
    assert "Look for wrong labels" not in said


def test_tag_names_the_version_of_ours_that_tags_or_says_that_there_is_none(store, tmp_path):
    ours = worlds.publish(store, worlds.catalogue(60), seed=1)
    table = elsewhere.table(30)[["prediction"]].assign(
        id=range(30), prediction=[name % 3 for name in range(30)], confidence=0.9
    )
    theirs = elsewhere.imported(store, tmp_path, found=table, said="sample", is_described=False).run
    promotions.promote(store, theirs.id, reason="It is better at coats.", who="Ada", override=True)
    assert "version 1, the last live one of ours" in texts(opened("tag"))
    assert "new photos are tagged by version 1" in texts(opened("today"))
    assert promotions.tagging_run(store).id == ours.id


def test_without_a_version_of_ours_tag_says_why_and_leads_on(version):
    at = opened("tag")
    assert "no network of it here" in texts(at)
    assert "no version of ours tags new photos yet" in texts(opened("today"))


def test_its_page_tells_what_it_is_worth_and_trains_ours_at_a_click(store, tmp_path, monkeypatch):
    worlds.publish(store, worlds.catalogue(60), seed=1)
    table = elsewhere.table(30)[[]].assign(id=range(30), prediction=[name % 3 for name in range(30)])
    elsewhere.imported(store, tmp_path, found=table, said="sample", is_described=False)
    asked = []
    monkeypatch.setattr(jobs, "submit", lambda store, request, **told: asked.append(request))
    at = opened(PLACE)
    assert "Version 2, tags by cloud" in texts(at)
    assert "does not say how sure it is" in texts(at)
    at.button(key="elsewhere-train-2").click().run()
    assert not asked  # nobody gave a name yet
    next(box for box in at.text_input if "elsewhere-train" in box.key).set_value("Ada").run()
    at.button(key="elsewhere-train-2").click().run()
    assert [request.recipe for request in asked] == ["quick"]
    assert "on its way" in texts(at)


def test_what_was_asked_for_ends_with_a_version_or_with_the_reason(store):
    worlds.publish(store, worlds.catalogue(60), seed=1)
    about = {"file": "tags.csv", "pictures": "photos", "columns": {}, "who": "Ada", "started_at": 1.0}
    requests._save(store, requests.Asked(name="cloud", version=3, **about))
    requests._save(store, requests.Asked(name="other", problem="There is no file tags.csv.", **about))
    at = opened(PLACE)
    assert "cloud is version 3" in texts(at)
    assert "There is no file tags.csv." in texts(at)
    at.button(key="elsewhere-close-other").click().run()
    assert requests.find(store, "other") is None


def test_drawn_pictures_are_judged_on_the_page_until_a_version_can_be_made(store, tmp_path):
    worlds.publish(store, worlds.catalogue(60), seed=1)
    file = tmp_path / "tags.csv"
    elsewhere.table(60).drop(columns="label").to_csv(file, index=False)
    folder = str(elsewhere.pictures(tmp_path / "pictures", 60))
    judging.start(store, reading.read(store, file, folder), "cloud", file, folder, {}, num=30, who="Ada")
    at = opened(PLACE)
    assert not at.exception
    assert not at.error, [each.value for each in at.error]
    assert "How often is cloud right?" in texts(at)
    judging.say(store, "cloud", list(range(30)), "right", "", who="Ada", request_id="all")
    at = opened(PLACE)
    assert [button.label for button in at.button if button.key == "judging-done-cloud"] == ["Make it a version"]


def test_two_that_are_judged_stand_one_at_a_time_and_a_picture_that_is_gone_is_grey(store, tmp_path):
    worlds.publish(store, worlds.catalogue(60), seed=1)
    file, pictures = tmp_path / "tags.csv", elsewhere.pictures(tmp_path / "pictures", 40)
    elsewhere.table(40).drop(columns="label").to_csv(file, index=False)
    for name in ("cloud", "supplier"):
        judging.start(store, reading.read(store, file, str(pictures)), name, file, str(pictures), {}, num=30, who="Ada")
    at = opened(PLACE)
    assert not at.error, [each.value for each in at.error]
    assert "How often is cloud right?" in texts(at)
    assert "How often is supplier right?" not in texts(at)
    asked = judging.find(store, "cloud")
    before = data.drawn_pictures(asked, (0, 1))
    (pictures / judging.drawn(store, "cloud")["picture"].iat[1]).unlink()
    data.store.st.cache_resource.clear()
    after = data.drawn_pictures(asked, (0, 1))
    assert (after[0] == before[0]).all()
    assert (after[1] == 224).all()


def test_dropped_pictures_last_and_are_there_again_where_the_start_is_refused(store, tmp_path, monkeypatch):
    file = tmp_path / "tags.csv"
    elsewhere.table(3).to_csv(file, index=False)
    content = [(path.name, path.read_bytes()) for path in elsewhere.pictures(tmp_path / "pictures", 3).iterdir()]
    staged, _ = bringing.stage(content, Action.REVIEW)
    with pytest.raises(errors.CatalogueError, match="small letters"):
        data.start("No Name", file, str(staged), (), who="Ada")
    assert len(list(staged.iterdir())) == 3
    monkeypatch.setattr(requests.launchers, "run_detached", lambda *arguments, **how: None)
    data.start("cloud", file, str(staged), (), who="Ada")
    [asked] = requests.all_asked(store)
    assert not staged.exists()
    assert Path(asked.pictures).is_relative_to(store.home / "uploads" / "elsewhere")
    assert len(list(Path(asked.pictures).iterdir())) == 3


def test_the_page_reads_only_what_it_may(store, tmp_path):
    file = tmp_path / "tags.csv"
    elsewhere.table(30).to_csv(file, index=False)
    with pytest.raises(Exception, match="The page may not read there"):
        data.read(file, str(elsewhere.pictures(tmp_path / "pictures", 30)), ())
