"""Two categories side by side."""

import re

import pytest

from core.quality import two_classes
from core.store.live import promotions
from core.store.runs import garments
from core.store.team import team
from dashboard.data import categories, predictions
from dashboard.look import compare_wording
from tests.app.test_pages import opened, texts
from tests.support import worlds


def test_without_a_choice_the_most_confused_pair_is_compared(published_store):
    run = promotions.live_run(published_store)
    worst = predictions.confused_pairs(run).iloc[0]
    at = opened("mistakes/compare")
    assert [box.value for box in at.main.selectbox] == [worst["first_index"], worst["second_index"]]
    counts = predictions.counts(run)
    there, back = (int(counts[a, b]) for a, b in [(worst["first_index"], worst["second_index"]),
                                                  (worst["second_index"], worst["first_index"])])  # fmt: skip
    for sentence in compare_wording.both_ways(worst["first_class"], worst["second_class"], there, back, 30, 30):
        assert sentence in texts(at)


def test_the_address_names_both_sides(published_store):
    run = promotions.live_run(published_store)
    first, second = run.class_names[6], run.class_names[0]
    at = opened("mistakes/compare", first=first, second=second)
    assert f"Clearly {first}" in texts(at)
    assert f"Clearly {second}" in texts(at)
    typical = categories.typical(run, 6)
    assert compare_wording.typical_count(min(12, len(typical)), len(typical)) in texts(at)
    between = categories.borderline(run, 6, 0)
    wrong = int((between["true_class"] != between["predicted_class"]).sum())
    shown = len(two_classes.most_undecided(between, 24))
    assert compare_wording.between_count(shown, len(between), wrong) in texts(at)


def test_one_category_twice_falls_back_with_a_sentence(published_store):
    name = promotions.live_run(published_store).class_names[0]
    at = opened("mistakes/compare", first=name, second=name)
    assert not at.exception
    assert f"The address asks for {name} on both sides." in texts(at)


@pytest.mark.parametrize("value", ["<script>alert(1)</script>", "", "9" * 400, "[x](javascript:alert(1))"])
def test_hostile_choices_fall_back_with_a_sentence(published_store, value):
    at = opened("mistakes/compare", first=value, second=value, garment=value)
    assert not at.exception
    assert not at.error
    assert texts(at).count("The address asks for") == 3


def test_choosing_another_category_writes_the_address_and_closes_the_garment(published_store):
    at = opened("mistakes/compare", garment="7")
    at.main.selectbox[0].select(8).run()
    assert at.query_params["first"] == promotions.live_run(published_store).class_names[8]
    assert "garment" not in at.query_params


def test_an_opened_garment_stands_below_the_columns(published_store):
    at = opened("mistakes/compare", garment="7")
    assert "Garment 7" in texts(at)


def test_the_teams_rule_is_kept_and_shown_in_the_gallery_of_the_pair(store):
    worlds.publish(store, worlds.catalogue(num_test=90), skill=0.2)
    at = opened("mistakes/compare", first="Coat", second="Shirt")
    assert at.text_area[0].value == ""
    assert at.text_area[0].placeholder == compare_wording.RULE_PROMPT
    at.text_area[0].input("A coat opens **all** the way down.")
    next(button for button in at.main.button if button.label == "Save for everybody").click().run()
    assert not at.exception
    assert team.pair_rule(store, "Shirt", "Coat") == "A coat opens **all** the way down."
    gallery = opened("mistakes", real="Shirt", tagged="Coat")
    assert compare_wording.rule("A coat opens **all** the way down.") in texts(gallery)
    assert "A coat opens" not in texts(opened("mistakes", real="Shirt", tagged="Bag"))


def test_an_empty_rule_is_a_prompt_and_no_error(store):
    worlds.publish(store, worlds.catalogue(num_test=90), skill=0.2)
    at = opened("mistakes/compare")
    next(button for button in at.main.button if button.label == "Save for everybody").click().run()
    assert not at.error
    assert compare_wording.RULE_PROMPT in texts(at)
    assert team.pair_rule(store, "Shirt", "Coat") == ""


def test_names_that_anybody_chose_are_text(store):
    names = ("<img src=x onerror=alert(1)>", "[a](http://x.example)", ":red[**b**] $x$ `c`")
    worlds.publish(store, worlds.catalogue(num_test=90, class_names=names), skill=0.2)
    at = opened("mistakes/compare", first=names[1], second=names[0])
    assert not at.exception
    for element in (*at.markdown, *at.caption, *at.header):
        assert "<img" not in element.value.replace("\\<img", "")
        assert not re.search(r"(?<!\\)\]\(", element.value)


def test_unreadable_pictures_leave_the_words(published_store, monkeypatch):
    from core import errors

    def fail(*arguments):
        raise errors.ArtefactCorrupt("garments.safetensors is missing.")

    monkeypatch.setattr(garments, "load", fail)
    at = opened("mistakes/compare")
    assert not at.exception
    assert not at.error
    assert "The pictures cannot be shown; every figure still can." in texts(at)
    assert "Clearly" in texts(at)
