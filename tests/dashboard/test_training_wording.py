from datetime import UTC, datetime

import pytest

from core.model import recipes
from dashboard.training import wording as training_wording


def test_every_preset_is_a_recipe_with_a_note_of_one_or_two_sentences():
    assert set(training_wording.PRESETS) <= set(recipes.RECIPES)
    assert all(preset.note.endswith(".") for preset in training_wording.PRESETS.values())
    assert training_wording.title("one-conv") == "one-conv"


def test_about_is_dropped_only_for_what_was_measured():
    assert training_wording.takes(242, is_measured=False) == "Takes about 4 min on this computer."
    assert training_wording.takes(242, is_measured=True) == "Takes 4 min on this computer."
    assert training_wording.preset_note("quick", "").endswith("can be learned.")


@pytest.mark.parametrize(
    ("same", "differences", "sentence"),
    [
        (3, (), "Nothing new since version 3: the same recipe, garments and seed give the same version."),
        (None, ("seed",), "New since version 2 (live): another seed. The garments and their labels are the same."),
        (None, ("garments", "recipe", "program"),
         "New since version 2 (live): other garments, another recipe and a newer program."),
    ],
)  # fmt: skip
def test_what_is_new_is_one_sentence(same, differences, sentence):
    assert training_wording.news(same, 2, differences) == sentence


def test_new_corrections_are_counted_and_what_is_learned_is_told():
    assert training_wording.news(None, 2, ("labels",), 12) == "New since version 2 (live): 12 new label corrections."
    assert training_wording.news(None, 2, ("labels", "seed"), 1) == (
        "New since version 2 (live): 1 new label correction and another seed."
    )
    assert training_wording.news(None, 2, ("labels",)) == "New since version 2 (live): other corrections of labels."
    assert training_wording.corrections(0, 0, 0) == ""
    assert training_wording.corrections(212, 0, 3) == "It learns with 212 label corrections of 3 people."
    assert training_wording.corrections(1, 2, 1) == (
        "It learns with 1 label correction of 1 person, without 2 that nobody can tell."
    )


def test_the_place_in_the_queue_names_who_comes_first_and_since_when():
    moment = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
    at = training_wording.clock(moment)
    expected = f"Next in line, after Quick check started by Ada at {at}."
    assert training_wording.next_in_line("Quick check", "Ada", moment) == expected
    assert training_wording.started_at("one-conv", "you", moment) == f"one-conv, started by you at {at}."
    assert training_wording.asked_for("you", moment) == f"Asked for by you at {at}."


@pytest.mark.parametrize(
    ("num_done", "sentence"),
    [
        (0, ""),
        (3, "Trying again goes on from round 4 of 8."),
        (8, "All rounds are learned already: trying again only has to check and save."),
    ],
)
def test_what_trying_again_saves(num_done, sentence):
    assert training_wording.goes_on(num_done, 8) == sentence


def test_every_ending_has_words():
    assert training_wording.failure("cancelled", "x").startswith("The training was cancelled.")
    found = training_wording.failure("cancelled", "", "The search for wrong labels")
    assert found.startswith("The search for wrong labels was cancelled.")
    assert training_wording.failure("failed", "The disk is full.") == "The disk is full."
    assert training_wording.failure("interrupted", "") == "The training stopped. The live version is untouched."
