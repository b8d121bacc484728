import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.look import theme


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.914, "91 %"), (0.0, "0 %"), (1.0, "100 %"), (0.9999, "over 99 %"), (0.0001, "under 1 %"), (math.nan, "–")],
)
def test_percent_never_claims_all_or_none_where_it_is_not_so(share, text):
    assert theme.percent(share) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.92, "92"),
        (0.996, "99.6"),
        (0.9996, "over 99.9"),
        (3 / 8000, "under 0.1"),
        (0.004, "0.4"),
        (0.0, "0"),
        (1.0, "100"),
        (math.nan, "–"),
    ],
)
def test_of_hundred_never_claims_all_or_none_where_it_is_not_so(share, text):
    assert theme.of_hundred(share) == text


shares = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 1.0, 1e-5, 0.999999, 0.924, 0.076, 0.005, 0.0005]))


@given(shares)
def test_two_parts_add_up_and_nothing_that_exists_is_shown_as_nothing(share):
    first, rest = theme.two_parts(share)
    if "under" in first + rest:
        assert {first, rest} == {"under 0.1", "over 99.9"}
    else:
        assert float(first) + float(rest) == pytest.approx(100)
        assert (float(first) == 0) == (share == 0) and (float(rest) == 0) == (share == 1)
        assert float(first) == pytest.approx(100 * share, abs=0.501)


@given(shares, shares, st.sampled_from([0, 1]))
def test_the_ends_of_an_interval_are_equal_only_where_they_are(low, high, decimals):
    low, high = min(low, high), max(low, high)
    first, second = theme.ends(low, high, decimals=decimals)
    if high - low > 1e-4 or low == high:
        assert (first == second) == (low == high)
    assert float(first) == pytest.approx(100 * low, abs=0.501) and float(second) == pytest.approx(100 * high, abs=0.501)
    for end, text in ((low, first), (high, second)):
        if 1e-4 < end < 1 - 1e-4:
            assert 0 < float(text) < 100


def test_an_interval_in_words_says_its_ends_and_nothing_where_there_is_none():
    assert theme.between(0.834, 0.98) == "between 83.4 and 98.0"
    assert theme.between(0.00041, 0.00049) == "between 0.04 and 0.05"
    assert theme.between(0.99961, 1.0, decimals=0) == "between 99.96 and 100.00"
    assert theme.between(math.nan, math.nan) == "between – and –"
    assert theme.two_parts(math.nan) == ("–", "–")


@pytest.mark.parametrize(
    ("difference", "text"), [(0.004, "+0.4"), (-0.012, "−1.2"), (0.0001, "0.0"), (-0.0001, "0.0"), (math.nan, "–")]
)
def test_points_carry_a_sign_unless_they_are_zero(difference, text):
    assert theme.points(difference) == text


def test_counts_have_thousands_separators_and_undefined_is_a_dash():
    assert theme.count(10_000) == "10,000"
    assert theme.count(math.nan) == "–"


@pytest.mark.parametrize("dark", [False, True])
def test_text_stands_out_from_the_page_and_from_every_cell(dark):
    colours = theme.palette(dark)
    assert contrast(colours.text, colours.background) >= 7
    assert contrast(colours.quiet, colours.background) >= 4.5
    assert contrast(colours.quiet, colours.correct) >= 4.5
    assert contrast(colours.found, colours.background) >= 3
    assert contrast(colours.right, colours.background) >= 3


@pytest.mark.parametrize("dark", [False, True])
def test_figures_are_readable_on_every_shade_of_the_mistake_scale(dark):
    colours = theme.palette(dark)
    for step in range(101):
        shade = colour_at(colours.mistake_scale, step / 100)
        weak = step / 100 < theme.STRONG_MISTAKE
        figure = colours.on_weak_mistake if weak else colours.on_strong_mistake
        assert contrast(figure, shade) >= 4.5, (step, shade)


@pytest.mark.parametrize("dark", [False, True])
def test_the_template_is_one_that_plotly_accepts(dark):
    import plotly.graph_objects as go

    assert go.Figure(layout={"template": theme.layout(dark)}).layout.template.layout.dragmode is False


def colour_at(scale, position):
    for (low, first), (high, second) in itertools.pairwise(scale):
        if position <= high:
            part = (position - low) / (high - low)
            mixed = [round(a + part * (b - a)) for a, b in zip(channels(first), channels(second), strict=True)]
            return "#{:02X}{:02X}{:02X}".format(*mixed)
    raise AssertionError(position)


def channels(colour):
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]


def contrast(one, other):
    """Contrast ratio of two colours, 1 to 21: Web Content Accessibility Guidelines 2.2, section 1.4.3."""
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour):
    linear = [value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4 for value in unit(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def unit(colour):
    return [value / 255 for value in channels(colour)]
