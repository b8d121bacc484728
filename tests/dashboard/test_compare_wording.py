import pytest

from core.quality import lookalikes
from dashboard.look import compare_wording

PAIR = {
    "first_class": "Shirt", "second_class": "Top", "num_first_as_second": 118, "num_second_as_first": 96,
}  # fmt: skip


def counts(num, same, correct):
    return lookalikes.Lookalikes(num_garments=num, num_same_mistake=same, num_correct=correct)


def test_both_ways_is_one_sentence_a_direction():
    assert compare_wording.both_ways("Shirt", "Top", 118, 1, 1000, 900) == [
        "118 of 1,000 Shirt garments were tagged Top.",
        "1 of 900 Top garments was tagged Shirt.",
    ]


@pytest.mark.parametrize(
    ("num_mistakes", "share", "sentence"),
    [
        (214, 0.25, "Together 214 mistakes, 25 % of all."),
        (1, 0.001, "Together 1 mistake, under 1 % of all."),
        (0, 0.0, "The model never mixes these two up."),
    ],
)
def test_the_weight_of_a_pair(num_mistakes, share, sentence):
    assert compare_wording.weight_of_pair(num_mistakes, share) == sentence


@pytest.mark.parametrize(
    ("shown", "every", "sentence"),
    [
        (12, 800, "The 12 surest of 800 tagged correctly."),
        (7, 7, "All 7 tagged correctly, surest first."),
        (1, 1, "The only one tagged correctly, surest first."),
        (0, 0, "The model tags none of these correctly."),
    ],
)
def test_clear_garments_are_counted(shown, every, sentence):
    assert compare_wording.typical_count(shown, every) == sentence


@pytest.mark.parametrize(
    ("arguments", "beginning"),
    [
        ((24, 131, 60), "The 24 closest calls of 131; 60 of all are tagged wrongly."),
        ((7, 7, 1), "All 7 between the two; 1 of them is tagged wrongly."),
        ((7, 7, 0), "All 7 between the two; none is tagged wrongly."),
        ((0, 0, 0), "No garment hovers between these two."),
    ],
)
def test_garments_in_between_are_counted(arguments, beginning):
    assert compare_wording.between_count(*arguments).startswith(beginning)


@pytest.mark.parametrize(
    ("share", "words"), [(-1.0, "100 % Shirt"), (-0.42, "71 % Shirt"), (0.0, "50 % Shirt"), (0.5, "75 % Top")]
)
def test_the_lean_names_the_side_and_its_share(share, words):
    assert compare_wording.lean(share, "Shirt", "Top") == words


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (
            counts(24, 19, 3),
            "19 of 24 carry the same mistake: Shirt tagged as Top. 3 are tagged correctly, 2 are wrong in another way.",
        ),
        (counts(24, 1, 23), "1 of 24 carries the same mistake: Shirt tagged as Top. 23 are tagged correctly."),
        (counts(0, 0, 0), "No similar garments were stored with this version."),
    ],
)
def test_the_share_with_the_same_mistake(found, sentence):
    assert compare_wording.share_of_similar(found, "Shirt", "Top") == sentence


def test_a_correct_garment_asks_how_many_are_correct():
    assert compare_wording.share_of_similar(counts(24, 0, 22), "Shirt", "Shirt") == "22 of 24 are tagged correctly."


def test_the_garments_learned_from_say_what_they_speak_for():
    sentence = compare_wording.learned_from(["Top", "Shirt", "Top", "Top", "Dress"], "Shirt", "Top")
    assert sentence == "Of the 5 most alike: 3 Top (what the model said), 1 Shirt (what the label says), 1 Dress."
    assert compare_wording.learned_from(["Shirt"] * 5, "Shirt", "Shirt") == "Of the 5 most alike: 5 Shirt."


def test_the_example_reads_a_real_cell_and_its_mirror():
    sentence = compare_wording.map_example(PAIR, 1000)
    assert "118 of 1,000 Shirt garments were tagged Top." in sentence
    assert sentence.endswith("row Top and column Shirt, holds the other direction: 96.")


def test_small_pairs_are_counted_and_not_listed():
    assert compare_wording.small_pairs(0, 10) == "No two categories were mixed up at all."
    assert compare_wording.small_pairs(40, 10).startswith("40 pairs were mixed up, fewer than 10 garments each")


def test_a_category_asked_for_twice_is_said_once_and_cut():
    sentence = compare_wording.same_sides("x" * 200, "Top")
    assert len(sentence) < 140
    assert sentence.endswith("Showing Top on the right instead.")
