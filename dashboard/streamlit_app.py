"""The entry: `streamlit run dashboard`. The list of pages, the sidebar, the page that was asked for; nothing else."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))  # core and dashboard are found from any folder
# Streamlit reloads edited modules only below PYTHONPATH, and trainings inherit it.
_PATHS = [str(ROOT), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(_PATHS))

import streamlit as st  # noqa: E402  (the path must be set first)

from dashboard.shell import import_pause  # noqa: E402

with import_pause.kept():
    from dashboard.gallery import verdict_buttons
    from dashboard.session import browser_memory, flags, guard, navigation
    from dashboard.shell import frame, sidebar, welcome

# Streamlit keeps more room beside a page than ours need; a sidebar narrower than its 300 pixels gives some of it back.
st.set_page_config(page_title="Garment tags", page_icon="👕", layout="wide", initial_sidebar_state=256)
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
