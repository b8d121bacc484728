"""Which categories does the model find, and which of its tags can be trusted?"""

import streamlit as st

from dashboard import gallery
from dashboard.categories import view, wording
from dashboard.gallery import filter_controls, filters
from dashboard.shell import frame

with frame.page("categories") as run:
    listing = filters.chosen_kind(run)
    category = view.chosen_category(run, listing)

    view.render_target()
    view.render_bars(run)
    gallery.render_chosen_kind(run, listing, wording.BARS_HINT, page_name="categories")
    filter_controls.render_category_choice(run, listing)
    with st.expander("The same as a table"):
        view.render_table(run)
    view.render_category(run, category)
    view.render_analysts(run, category)
