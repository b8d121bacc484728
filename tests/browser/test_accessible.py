"""What axe-core says of every page, in light and dark; what it finds in Streamlit's own frame is excused by name."""

import dataclasses

import pytest
from playwright.sync_api import expect

from core import settings
from core.store import open_store
from core.store.runs import publishing
from dashboard.session import site_map
from tests.browser import drawn
from tests.support import accessibility, server, worlds

EXCUSED_WIDGETS = """
import streamlit as st
st.title("Only Streamlit")
st.file_uploader("Photos")
"""


@pytest.mark.parametrize("place", site_map.places())
def test_axe_finds_nothing_of_ours_on_a_page_in_light_or_dark(led_page, address, place):
    drawn.paint(led_page, "light")
    drawn.lead(led_page, drawn.address_of(address, place))
    found = accessibility.ours(led_page)
    drawn.paint(led_page, "dark")
    assert found + accessibility.ours(led_page) == []


def test_everything_that_is_excused_is_found_in_a_program_without_a_line_of_ours(browser, tmp_path):
    (tmp_path / "script.py").write_text(EXCUSED_WIDGETS, encoding="utf-8")
    with server.bare(tmp_path, "run", "script.py") as address:
        bare = browser.new_page()
        drawn.open_page(bare, address)
        found = accessibility.findings(bare)
        bare.close()
    assert {one.rule for one in found if one.is_framework} == {one.rule for one in accessibility.FRAMEWORK}


def test_a_heading_that_skips_a_level_and_words_nobody_can_read_are_found(page):
    page.set_content(
        '<html lang="en"><title>Tags</title><main><h1>Tags</h1><h3>Today</h3><p style="color: #eee">faint</p></main>'
    )
    assert sorted(found.partition(":")[0] for found in accessibility.ours(page)) == ["color-contrast", "heading-order"]


def test_the_same_mistake_outside_of_what_is_excused_is_ours(page):
    dropzone = '<section role="presentation" tabindex="-1" data-testid="{0}" aria-label="{0}">here</section>'
    page.set_content(
        '<html lang="en"><title>Tags</title><main><h1>Tags</h1>'
        + dropzone.format("stFileUploaderDropzone")
        + dropzone.format("ours")
        + "</main>"
    )
    assert len(accessibility.findings(page)) == 2
    (found,) = accessibility.ours(page)
    assert 'data-testid="ours"' in found


def test_the_name_of_a_control_that_cannot_be_used_can_be_read(page, tmp_path):
    opened = open_store(settings.Settings(home=tmp_path / "home", data_dir=tmp_path / "data"))
    files = worlds.run_files(worlds.catalogue())
    publishing.publish(opened, files, dataclasses.replace(worlds.facts(files), temperature=None), created_by="Ada")
    opened.engine.dispose()
    with server.dashboard(tmp_path / "home", catalogue="sample") as address:
        drawn.open_page(page, f"{address}/trust")
        expect(page.get_by_text("is not calibrated")).to_be_visible()
        assert accessibility.ours(page) == []
        page.goto("about:blank")
