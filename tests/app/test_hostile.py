"""Addresses and names that somebody wrote to do harm: shown as text or ignored, and nothing is ever written."""

import os
import re

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from core.settings import PROJECT_ROOT
from core.store.base import audit, database, schema
from dashboard.session import site_map
from tests.app import test_numbers, test_pages
from tests.support import worlds
from tests.support.payloads import SCRIPTS

NUM_EXAMPLES = int(os.environ.get("HOSTILE_ADDRESSES", "200"))
"""HOSTILE_ADDRESSES=2000 looks longer."""

CHOICE = re.compile(r'(?:address\.(?:choice|number|number_range|number_list)\(|_CHOICE = |VERSION = )"([a-z-]+)"')
CHOICES = sorted(
    {name for path in (PROJECT_ROOT / "dashboard").rglob("*.py") for name in CHOICE.findall(path.read_text())}
)
"""Every name that the code reads from the address, found in the code."""

VALUES = st.one_of(
    st.sampled_from([*SCRIPTS, *test_pages.HOSTILE]),
    st.sampled_from(["1", "2", "0", "7", "Shirt", "T-shirt/top", "Coat", "hardest", "table", "real", "20-80", "80-20"]),
    st.text(max_size=80),
    st.integers(-(2**70), 2**70).map(str),
)
ADDRESSES = st.dictionaries(
    st.one_of(st.sampled_from(CHOICES), st.text(min_size=1, max_size=20)),
    st.one_of(VALUES, st.lists(VALUES, min_size=2, max_size=3)),
    max_size=6,
)


def everything_stored(store):
    """Every row of every table."""
    with database.read(store.engine) as connection:
        return {table.name: connection.execute(sa.select(table)).all() for table in schema.metadata.sorted_tables}


def test_the_choices_of_the_address_are_found():
    assert {"version", "real", "tagged", "sure", "order", "page", "garment", "view", "unit", "tour"} <= set(CHOICES)


def test_no_hostile_address_breaks_a_page_or_writes_anything(published_store):
    sessions = {name: test_pages.opened(name) for name in site_map.places()}
    before = everything_stored(published_store)

    @settings(
        max_examples=NUM_EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(name=st.sampled_from(list(site_map.places())), query=ADDRESSES)
    def look(name, query):
        at = sessions[name]
        at.query_params = site_map.query_of(name, query)
        at.run()
        assert not at.exception
        assert not at.error
        assert at.title[0].value == test_pages.titled(name)

    look()
    assert everything_stored(published_store) == before


def texts_of(at):
    """Every text of the screen that Streamlit reads as Markdown."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "info", "success", "warning", "error")
    return [
        *(str(element.value) for kind in kinds for element in at.get(kind)),
        *(element.help for kind in kinds for element in at.get(kind) if getattr(element, "help", "")),
        *(button.label for button in at.button),
    ]


def active_parts(text):
    """Links, pictures, markup and directives that Markdown finds in the text."""
    blocks = MarkdownIt("commonmark").enable("strikethrough").parse(text)
    tokens = [token for block in blocks for token in [block, *(block.children or [])]]
    return [
        token.type for token in tokens if token.type in ("link_open", "image", "html_inline", "html_block", "s_open")
    ]


def test_active_parts_are_noticed():
    for text in ("<b>x</b>", "[a](http://x.example)", "![a](http://x.example/a.png)", "<script>alert(1)</script>"):
        assert active_parts(text)


@pytest.fixture
def hostile_store(store):
    """A store with one version whose 40 categories have scripts for names."""
    worlds.publish(store, worlds.catalogue(num_train=80, num_test=240, class_names=SCRIPTS), skill=0.3)
    return store


@pytest.mark.parametrize("name", site_map.places())
def test_forty_scripts_as_names_are_text_on_every_page(hostile_store, name):
    for real, tagged in ((SCRIPTS[0], SCRIPTS[1]), (SCRIPTS[2], None)):
        query = {"real": real, "category": real, "first": real, "second": SCRIPTS[1], "garment": "3"}
        at = test_pages.opened(name, **query, **({"tagged": tagged} if tagged else {}))
        test_numbers.with_everything_open(at)
        for text in texts_of(at):
            assert active_parts(text) == [], text
            assert not re.search(r":(red\[|material/home|smile:)", text), text
        for element in at.get("html"):
            assert not any(script in element.proto.body for script in SCRIPTS)
        for chart in at.get("plotly_chart"):
            # Plotly reads tags such as <b>, <a> and <img>: names must have lost their angle brackets.
            assert not re.search(r"<(?!br>|b>|/b>|extra>|/extra>)[a-z/!?]", chart.proto.spec, re.IGNORECASE)


def test_forty_scripts_as_notes_and_as_people_are_text_in_the_log(store):
    """Another person wrote them: as the reason of a decision, as what it was about, and as a name."""
    worlds.publish(store)
    with database.write(store.engine) as connection:
        for script in SCRIPTS:
            audit.record(connection, who=script, action="keep", subject=script, note=script)
            audit.record(connection, who="Ada", action="watch-list", subject="watch list", after=script, note=script)
    for query in ({}, {"who": SCRIPTS[1]}, {"about": SCRIPTS[0]}):
        at = test_pages.opened("log", **query)
        assert not at.exception
        assert any("__x" in str(table.value) for table in at.dataframe) or any("__x" in text for text in texts_of(at))
        for text in texts_of(at):
            assert active_parts(text) == [], text
        assert [element for element in at.get("html") if "__x" in element.proto.body] == []
