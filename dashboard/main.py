"""What runs for each person at each click: the list of pages, the sidebar, the page that was asked for."""

import streamlit as st

from dashboard.shell import import_pause

with import_pause.kept():
    from dashboard.gallery import verdict_buttons
    from dashboard.session import browser_memory, flags, forged, guard, navigation, person
    from dashboard.shell import frame, sidebar, welcome

# Streamlit keeps more room beside a page than ours need; a sidebar narrower than its 300 pixels gives some of it back.
st.set_page_config(page_title="Garment tags", page_icon="👕", layout="wide", initial_sidebar_state=256)
person.found_for_core()
forged.write_down()
page = navigation.chosen_page()
flags.remember_appearance()
frame.render_style()
sidebar.render_sidebar()
with st.sidebar:
    browser_memory.render()
verdict_buttons.begin_run()
with guard.guarded("This page"):
    welcome.render_if_no_version(page.url_path)
    welcome.render_news()
    page.run()
with guard.guarded("Your last verdicts"):
    verdict_buttons.render_rest()
