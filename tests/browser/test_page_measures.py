"""The counting of the walk on pages whose words, pictures and moving are known."""

from urllib.parse import quote

import pytest

from tests.support import page_measures


def show(page, html):
    page_measures.observe_shifts(page)
    page.goto("data:text/html;charset=utf-8," + quote(f"<!doctype html><body style='margin:0'>{html}"))


def main_area(html):
    return f'<p>not counted</p><div data-testid="stMain">{html}</div>'


def test_words_are_those_that_can_be_seen_in_the_main_area(page):
    show(page, main_area("<h1>Two words</h1><p>1 ·  of – 10</p><img alt='not this'>"))
    assert page_measures.words(page) == (3, 3)
    assert page_measures.lines(page) == ["Two words", "1 ·  of – 10"]


@pytest.mark.parametrize(
    "hidden",
    [
        "<details><summary>Seen</summary><p>in a closed expander</p></details>",
        "<p>Seen</p><p style='display:none'>not drawn</p>",
        "<p>Seen</p><p style='visibility:hidden'>not shown</p>",
        "<p>Seen</p><p style='position:absolute;width:1px;height:1px;overflow:hidden'>read aloud</p>",
        "<p>Seen</p><span style='font-family:\"Material Symbols Rounded\"'>expand_more</span>",
        "<p>Seen</p><select><option>choice</option></select><style>p { color: red }</style>",
    ],
    ids=["expander", "not drawn", "not shown", "read aloud", "symbol", "no text"],
)
def test_words_that_nobody_sees_are_not_counted(page, hidden):
    show(page, main_area(hidden))
    assert page_measures.words(page) == (1, 1)


def test_words_of_an_open_expander_and_of_a_component_are_counted(page):
    show(page, main_area("<details open><summary>One</summary><p>two</p></details><div id='host'></div>"))
    page.evaluate(
        "document.querySelector('#host').attachShadow({ mode: 'open' }).innerHTML = '<button>three four</button>'"
    )
    assert page_measures.words(page) == (4, 4)


def test_words_below_the_first_pixels_are_counted_apart(page):
    show(page, main_area("<p>above</p><p style='margin-top:2000px'>far below</p>"))
    assert page_measures.words(page) == (3, 1)


def test_a_picture_counts_where_all_of_it_is_in_the_window(page):
    tile = "<div class='picture' style='position:absolute;width:100px;height:100px;top:{}px'></div>"
    missing = "<div class='picture missing' style='width:100px;height:100px'></div>"
    symbol = "<img style='width:16px;height:16px'>"
    show(page, main_area(tile.format(0) + tile.format(800) + tile.format(801) + missing + symbol))
    assert page_measures.pictures(page) == 2


def test_layout_shift_is_the_moved_part_of_the_window_times_the_way_it_went(page):
    show(page, "<div id='moves' style='background:black;height:450px;width:1440px'></div>")
    page.wait_for_timeout(300)
    assert page_measures.layout_shift(page) == 0
    page.evaluate("document.querySelector('#moves').style.marginTop = '90px'")
    page.wait_for_timeout(300)
    # 540 of 900 pixels of the height are touched; 90 of the larger side, 1440, is the way.
    assert page_measures.layout_shift(page) == pytest.approx(540 / 900 * 90 / 1440, rel=0.01)


def test_a_page_that_is_wider_than_the_window_is_told(phone):
    show(phone, main_area("<div style='width:500px;height:9px'></div>"))
    assert page_measures.width(phone) == 500
