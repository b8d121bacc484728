"""The nine pages, their parts, and the addresses of before."""

import re

import pytest

from dashboard.session import site_map
from tests.app.test_pages import opened, texts


def test_the_folder_of_pages_holds_nine_scripts_each_of_them_on_the_map():
    assert sorted(path.stem for path in site_map.FOLDER.glob("*.py")) == sorted(site_map.PAGES)
    assert len(site_map.PAGES) == 9


def test_every_address_of_before_leads_to_a_place_and_takes_the_address_of_no_page():
    assert {*site_map.FORMER.values()} <= {*site_map.PAGES, *site_map.places()}
    assert not {*site_map.FORMER} & {*site_map.PAGES}


def test_the_first_part_of_a_page_needs_no_choice_in_the_address():
    assert site_map.query_of("mistakes/garments", {"real": "Coat"}) == {"real": "Coat"}
    assert site_map.query_of("mistakes/themes", {"real": "Coat"}) == {"part": "themes", "real": "Coat"}
    assert site_map.query_of("log") == {}


@pytest.mark.parametrize("place", [place for place in site_map.places() if "/" in place])
def test_every_part_shows_its_question_and_the_choice_of_the_others(published_store, place):
    page, _, part = place.partition("/")
    at = opened(place)
    assert site_map.PAGES[page].parts[part].question in texts(at)
    (choice,) = [control for control in at.segmented_control if control.key == "control-part"]
    offered = [name for name, each in site_map.PAGES[page].parts.items() if each.is_offered or name == part]
    assert choice.value == part
    assert len(choice.options) == len(offered)


def test_the_rules_of_layout_are_what_a_browser_meets_first(published_store):
    at = opened("setup/names")
    place = next(iter(at.sidebar.children.values()))
    (first,) = place.children.values()  # a place of one pixel from the first moment on
    assert first.type == "html"
    assert "stMainBlockContainer" in first.proto.body
    # Streamlit moves a body of nothing but rules to where a browser meets it last.
    assert not re.fullmatch(r"\s*<style>.*</style>\s*", first.proto.body, re.DOTALL)


def test_another_part_begins_with_an_address_of_its_own_and_keeps_the_version(published_store):
    at = opened("mistakes", version="2", real="Coat", sure="50-100")
    at.segmented_control(key="control-part").set_value("themes").run()
    asked = {name: value[0] if isinstance(value, list) else value for name, value in at.query_params.items()}
    assert asked == {"version": "2", "part": "themes"}
