"""Which categories does the model find, and which of its tags can be trusted?"""

import streamlit as st

from dashboard import (
    category_view,
    category_wording,
    filters,
    frame,
    gallery,
    navigation,
    state,
    stored,
    tables,
)

frame.render_head(navigation.PAGES["categories"])
run = state.current_run()
listing = filters.chosen_kind(run)
category = category_view.chosen_category(run, listing)

category_view.render_target()
category_view.render_bars(run)
gallery.render_chosen_kind(run, listing, category_wording.BARS_HINT, page_name="categories")
filters.render_category_choice(run, listing)
with st.expander("The same as a table"):
    tables.render_scores(stored.class_scores(run))
category_view.render_category(run, category)
category_view.render_analysts(run, category)
frame.render_foot(run)
