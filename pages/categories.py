"""Which categories does the model find, and which of its tags can be trusted?"""

import streamlit as st

from dashboard import charts, filters, frame, gallery, navigation, state, stored, tables

frame.render_head(navigation.PAGES["categories"])
run = state.current_run()
listing = filters.chosen_kind(run)
table = stored.class_scores(run)

charts.render_category_bars(run)
gallery.render_chosen_kind(
    run, listing, "Click a blue bar for the garments that were missed, an orange one for those wrongly tagged so."
)
filters.render_category_choice(run, listing)
with st.expander("The same as a table"):
    tables.render_scores(table)
with st.expander("For analysts"):
    tables.render_exact_scores(table)
frame.render_foot(run)
