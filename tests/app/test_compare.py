"""Two categories side by side."""

import re

import numpy as np
import pytest

from core.quality import two_classes
from core.retail import naming
from core.store.live import promotions
from core.store.runs import garments
from core.store.team import names as stored_names
from core.store.team import team
from dashboard.data import categories, predictions, run_views, views
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
    typical = categories.typical(run_views.of(run), 6)
    assert compare_wording.typical_count(min(12, len(typical)), len(typical)) in texts(at)
    between = categories.borderline(run_views.of(run), 6, 0)
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


TOPS = ("T-shirt/top", "Shirt", "Pullover")


def merged(store, group=TOPS, name="Tops"):
    """The live version with one category of several, or of all; a rule of one of them is older."""
    worlds.publish_two_runs(store)
    run = promotions.live_run(store)
    team.write_pair_rule(store, "Shirt", "Coat", "A coat has a lining.", who="Ana")
    entries = [
        naming.Entry(class_name=each, name=name if each in (group or run.class_names) else each)
        for each in run.class_names
    ]
    stored_names.save(store, naming.checked(entries, run.class_names), who="Ana", merges=[name])
    return run_views.of(promotions.live_run(store))


def test_a_merged_category_is_compared_as_one_and_by_parts_a_switch_away(store):
    view = merged(store)
    counts, tops, coat = views.counts(view), view.names.index("Tops"), view.names.index("Coat")
    at = opened("mistakes/compare", first="Shirt", second="Coat")
    assert [box.value for box in at.main.selectbox] == [tops, coat] and at.main.selectbox[0].options.count("Tops") == 1
    num_real = counts.sum(axis=1).tolist()
    sentences = compare_wording.both_ways(
        "Tops", "Coat", int(counts[tops, coat]), int(counts[coat, tops]), num_real[tops], num_real[coat]
    )
    assert all(sentence in texts(at) for sentence in sentences)
    sold, table = np.array(view.run.sold_as), predictions.predictions(view.run)
    is_right = sold[table["true_class"]] == sold[table["predicted_class"]]
    num_tops = int((is_right & (sold[table["true_class"]] == "Tops")).sum())
    assert compare_wording.typical_count(min(12, num_tops), num_tops) in texts(at)
    both = int(counts[tops, coat] + counts[coat, tops])
    assert compare_wording.weight_of_pair(both, both / int((~is_right).sum())) in texts(at)
    own = opened("mistakes/compare", first="Shirt", second="Coat", categories="own")
    assert own.main.selectbox[0].value == view.run.class_names.index("Shirt")


def test_two_parts_of_one_category_are_nothing_to_compare(store):
    table = predictions.predictions(merged(store).run)
    assert "The address asks for Tops on both sides." in texts(
        opened("mistakes/compare", first="Shirt", second="T-shirt/top")
    )
    within = (table["true_class"] != table["predicted_class"]) & table[["true_class", "predicted_class"]].isin(
        [0, 2, 6]
    ).all(axis=1)
    at = opened("mistakes/similar", garment=str(np.flatnonzero(within)[0]))
    ways = [link.proto.label for link in at.get("page_link")]
    assert "Compare Tops and Tops" not in ways and any(label.startswith("Compare Tops and ") for label in ways)


def test_a_rule_of_before_a_merge_is_quoted_beside_the_one_of_the_merge(store):
    merged(store)
    at = opened("mistakes/compare", first="Coat", second="Shirt")
    assert at.text_area[0].value == ""
    assert compare_wording.rule_of_parts("Coat", "Tops (Shirt)", "A coat has a lining.") in texts(at)
    at.text_area[0].input("Tops end at the hip.")
    next(button for button in at.main.button if button.label == "Save for everybody").click().run()
    quoted = compare_wording.rule("Tops end at the hip. A coat has a lining.")
    assert quoted in texts(opened("mistakes", real="T-shirt/top", tagged="Coat"))
    assert team.pair_rule(store, "T-shirt/top", "Coat") == "Tops end at the hip."


def test_a_shop_with_one_category_compares_those_of_the_model(store):
    view = merged(store, (), "Things")
    at = opened("mistakes/compare")
    assert compare_wording.ONLY_ONE in texts(at) and not at.error and not at.exception
    assert len(at.main.selectbox[0].options) == len(view.run.names) - 1


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
