"""What stands around every page: its title and question, its foot, and the few rules of layout Streamlit lacks."""

from datetime import datetime

import streamlit as st

from core.store.runs import Run
from dashboard import filters, navigation, state, stored, tour, wording

DROPPED = "drop-checked"
"""Note of photos that were dropped but not stored: hundreds of megabytes, so forgotten when their page is left."""

# A constant: no data ever gets here. The opened garment stays in view while the tiles scroll; of a batch it stands
# above them on a phone, its buttons in view, so that the first decision is on the first screen. Streamlit writes white
# on primary buttons in both appearances, which the light blue of the dark one does not carry.
_STYLE = """
<style>
@media (min-width: 641px) {
  [data-testid="stColumn"] [data-testid="stLayoutWrapper"]:has(> .st-key-garment-panel) {
    max-height: calc(100vh - 5.5rem); overflow-y: auto; position: sticky; top: 4.5rem;
  }
}
@media (max-width: 640px) {
  .st-key-batch-products [data-testid="stColumn"]:has(.st-key-garment-panel) { order: -1; }
  .st-key-product-pictures [data-testid="stColumn"] { min-width: calc(50% - 1rem); }
  .st-key-product-pictures img { max-height: 8rem; object-fit: contain; }
  [data-testid="stLayoutWrapper"]:has(> .st-key-product-buttons) { bottom: 0; position: sticky; z-index: 4; }
  .st-key-product-buttons {
    background: light-dark(#FFFFFF, #0F141A); flex-flow: row wrap; gap: 0.5rem; padding: 0.25rem 0 0.5rem;
  }
  .st-key-product-buttons > :first-child { flex: 1 0 100%; }
  .st-key-product-buttons > :not(:first-child) { flex: 1 1 0; }
}
[data-testid="stLayoutWrapper"]:has(> .st-key-verdict-selected) { bottom: 0.5rem; position: sticky; z-index: 5; }
.st-key-verdict-many { background: light-dark(#FFFFFF, #0F141A); }
.st-key-chosen-kind, .st-key-garment-panel { scroll-margin-top: 4.5rem; }
button[data-testid="stBaseButton-primary"], button[data-testid="stBaseButton-primary"]:is(:hover, :focus, :active) {
  color: light-dark(#FFFFFF, #0B1119);
}
</style>
"""


def render_style() -> None:
    """The rules of layout; once in every run, whatever page follows."""
    st.html(_STYLE)


def render_head(entry: navigation.Entry) -> None:
    """The title of the page and the question it answers; below them, the step of a running tour."""
    if state.arrived_at(entry.file):
        filters.forget_kept()
        state.set_flag(DROPPED, None)
    st.title(entry.title, anchor=False)
    st.markdown(f":gray[{wording.markdown(entry.question)}]")
    tour.render_step(next(key for key, page in navigation.PAGES.items() if page is entry))


def render_foot(run: Run) -> None:
    """The strip at the foot: version, training, data and how many garments it was judged on."""
    parts = wording.footer(
        wording.version(run.version, stored.is_live(run)),
        run.recipe_name,
        date(run.created_at),
        run.num_train,
        " ".join(filter(None, (run.catalogue_title, f"({run.catalogue_note.rstrip('.')})" * bool(run.catalogue_note)))),
        run.num_test,
        wording.corrections_included(run.num_corrections, run.num_left_out, len(run.corrected_by)),
    )
    st.divider()
    st.caption(" · ".join(wording.markdown(part) for part in parts))


def date(moment: datetime) -> str:
    """A day as people write it, in the time zone of this computer: "22 November 2026"."""
    local = moment.astimezone()
    return f"{local.day} {local:%B %Y}"


def moment(instant: datetime) -> str:
    """A moment as people write it, in the time zone of this computer: "22 November 2026, 14:05"."""
    return f"{date(instant)}, {instant.astimezone():%H:%M}"
