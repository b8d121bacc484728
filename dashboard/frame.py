"""What stands around every page: its title and question, its foot, and the few rules of layout Streamlit lacks."""

from datetime import datetime

import streamlit as st

from core.store.runs import Run
from dashboard import navigation, stored, wording

# A constant: no data ever gets here. The opened garment stays in view while the tiles scroll.
_STYLE = """
<style>
@media (min-width: 641px) {
  .st-key-garment-panel { position: sticky; top: 4.5rem; }
}
.st-key-chosen-kind, .st-key-garment-panel { scroll-margin-top: 4.5rem; }
</style>
"""


def render_head(entry: navigation.Entry) -> None:
    """The title of the page and the question it answers."""
    st.html(_STYLE)
    st.title(entry.title, anchor=False)
    st.markdown(f":gray[{wording.markdown(entry.question)}]")


def render_foot(run: Run) -> None:
    """The strip at the foot: version, training, data and how many garments it was judged on."""
    parts = wording.footer(
        wording.version(run.version, stored.is_live(run)),
        run.recipe_name,
        date(run.created_at),
        run.num_train,
        " ".join(filter(None, (run.catalogue_title, f"({run.catalogue_note.rstrip('.')})" * bool(run.catalogue_note)))),
        run.num_test,
    )
    st.divider()
    st.caption(" · ".join(wording.markdown(part) for part in parts))


def date(moment: datetime) -> str:
    """A day as people write it, in the time zone of this computer: "22 November 2026"."""
    local = moment.astimezone()
    return f"{local.day} {local:%B %Y}"
