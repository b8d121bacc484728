import pytest

from core.quality import scores
from dashboard.look import phrases
from dashboard.mixups import wording as mixups_wording
from dashboard.today import wording as today_wording
from dashboard.training import wording as training_wording


def result(num_correct, num_garments):
    return scores.accuracy_of_counts(num_correct, num_garments)


def test_headline_of_the_live_version():
    assert today_wording.headline(result(9200, 10_000), 3, is_live=True) == (
        "The live model tags 92.0 of 100 garments correctly (between 91.5 and 92.5)."
    )


def test_headline_of_another_version():
    assert today_wording.headline(result(9200, 10_000), 3, is_live=False).startswith("Version 3 tags 92.0 of 100")


def test_headline_without_garments():
    assert (
        today_wording.headline(result(0, 0), 1, is_live=True)
        == "The live model has not been judged on any garment yet."
    )


@pytest.mark.parametrize(
    ("num_mistakes", "sentence"),
    [
        (796, "796 of 10,000 garments are tagged wrongly."),
        (1, "1 of 10,000 garments is tagged wrongly."),
        (0, "All 10,000 garments are tagged correctly."),
    ],
)
def test_mistakes(num_mistakes, sentence):
    assert today_wording.mistakes(num_mistakes, 10_000) == sentence


def test_cells_of_the_map():
    assert phrases.cell(118, 1000, "Shirt", "T-shirt/top") == "118 of 1,000 Shirt garments were tagged T-shirt/top."
    assert phrases.cell(1, 1000, "Shirt", "Bag") == "1 of 1,000 Shirt garments was tagged Bag."
    assert phrases.cell(640, 1000, "Shirt", "Shirt") == "640 of 1,000 Shirt garments were tagged correctly."


def test_totals_of_the_map():
    assert phrases.lost(360, 1000, "Shirt") == "360 of 1,000 Shirt garments were tagged as something else."
    assert phrases.intruders(1, 90, "Bag") == "1 of 90 garments tagged Bag is something else."


def test_pair_merges_both_directions():
    pair = {"first_class": "Shirt", "second_class": "Coat", "num_first_as_second": 1118, "num_second_as_first": 96}
    assert mixups_wording.pair(pair, 2000) == "Shirt tagged as Coat: 1,118 of 2,000, and 96 the other way round."
    assert mixups_wording.pair(pair | {"num_second_as_first": 0}, 2000).endswith("and none the other way round.")


@pytest.mark.parametrize(
    ("share", "sentence"),
    [
        (0.25, "Together about a quarter of all mistakes."),
        (0.33, "Together about a third of all mistakes."),
        (0.5, "Together about half of all mistakes."),
        (0.123, "Together 12 % of all mistakes."),
    ],
)
def test_share_of_mistakes(share, sentence):
    assert phrases.share_of_mistakes(share) == sentence


def test_rest_of_pairs():
    assert mixups_wording.rest_of_pairs(60, 0.12) == "The other 60 pairs make up 12 % of mistakes."
    assert mixups_wording.rest_of_pairs(1, 0.02) == "One more pair makes up 2 % of mistakes."
    assert mixups_wording.rest_of_pairs(0, 0.0) == ""


def test_one_garment():
    assert phrases.verdict("Shirt", "Coat", 0.913) == "The label says Shirt, but the model is 91 % sure of Coat."
    assert phrases.verdict("Coat", "Coat", 0.913) == "The label says Coat, and the model is 91 % sure of Coat."


@pytest.mark.parametrize(
    ("real", "tagged", "chip"),
    [
        ("Shirt", "T-shirt/top", "Shirt → T-shirt/top · 1,118"),
        ("Shirt", None, "Shirt → anything else · 1,118"),
        (None, "Shirt", "Anything else → Shirt · 1,118"),
        ("Shirt", "Shirt", "Shirt, tagged correctly · 1,118"),
        (None, None, "All mistakes · 1,118"),
    ],
)
def test_chips(real, tagged, chip):
    assert phrases.chosen_kind(real, tagged, 1118) == chip


def test_showing_always_counts():
    assert phrases.showing(1, 24, 796, 796, "mistakes") == "Showing 1 to 24 of 796 mistakes."
    assert phrases.showing(25, 48, 118, 796, "mistakes") == "Showing 25 to 48 of 118 (of 796 mistakes in all)."
    assert phrases.showing(1, 0, 0, 796, "mistakes") == "None of 796 mistakes match."


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "1 s"), (40, "40 s"), (59.9, "1 min"), (240, "4 min"), (4200, "1 h 10 min"), (7200, "2 h")],
)
def test_durations(seconds, text):
    assert phrases.duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "just now"),
        (60, "1 min ago"),
        (120, "2 min ago"),
        (3595, "1 h ago"),
        (90_000, "1 day ago"),
        (432_000, "5 days ago"),
    ],
)
def test_ages(seconds, text):
    assert phrases.ago(seconds) == text


def test_progress_names_the_stage_and_the_time_left():
    assert training_wording.progress("learning round 3 of 8", 130) == "Learning round 3 of 8, about 2 min left"
    assert training_wording.progress("", None) == "Waiting to start"


def test_a_value_that_is_not_here_is_named_and_cut():
    sentence = phrases.fallback("real", "x" * 100, "all of them")
    assert sentence == (
        f"The address asks for the real category “{'x' * 39}…”, which is not here. Showing all of them instead."
    )


@pytest.mark.parametrize(
    "text",
    [
        "[a](http://x)",
        "<script>",
        "**b**",
        "# h",
        ":red[x]",
        ":smile:",
        "$x$",
        "www.example.com",
        "a@b.com",
        "`c`",
        "~~d~~",
        "->",
    ],
)
def test_markdown_leaves_no_punctuation_bare_and_no_word_changed(text):
    shown = phrases.markdown(text)
    assert shown.replace("\\", "").replace("\N{WORD JOINER}", "") == text
    assert all(shown[place - 1] == "\\" for place, mark in enumerate(shown) if mark in "[]()<>*#:$.`~@!_-")
    assert ":smile:" not in shown.replace("\\", "")
    assert "http://" not in shown.replace("\\", "")
    assert "www.e" not in shown.replace("\\", "")


def test_markdown_keeps_everything_on_one_line():
    assert phrases.markdown("a\n\n# b") == "a \\# b"
