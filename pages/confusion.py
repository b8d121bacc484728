"""Which categories does the model take for each other?"""

import streamlit as st

from dashboard import gallery
from dashboard.data import predictions
from dashboard.gallery import filter_controls, filters
from dashboard.mixups import charts, view
from dashboard.parts import tables
from dashboard.shell import frame

with frame.page("confusion") as run:
    listing = filters.chosen_kind(run)
    unit = filter_controls.render_unit(run)

    charts.render_confusion_map(run, listing, unit)
    filter_controls.render_map_choice(run, listing)
    gallery.render_chosen_kind(
        run,
        listing,
        "Click a cell to see its garments, or a figure under “all wrong” for them all.",
        page_name="mix-ups",
    )
    view.render_pairs(run)
    with st.expander("The same as a table"):
        tables.render_matrix(predictions.counts(run), run.names)
