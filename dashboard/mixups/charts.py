"""The confusion map on its page."""

from core.store.runs.runs import Run
from dashboard.data import store
from dashboard.data.run_views import RunView
from dashboard.gallery import filter_controls, filters
from dashboard.look import confusion_figures
from dashboard.parts import charts
from dashboard.session import category_switch, flags


def render_confusion_map(run: Run, listing: filters.Listing, unit: str) -> None:
    """The map of mix-ups among what the filters let through; a click on a cell or a total chooses its garments."""
    dark, counts = flags.is_dark(), filters.counts(run, listing)
    view = category_switch.shown(run)
    cell = _cell(view, listing)
    charts.render(
        store.drawn(
            (run.id, "map", unit, cell, view.categories, counts.tobytes(), dark),
            lambda: confusion_figures.confusion_heatmap(counts, view.names, unit, cell, dark),
        ),
        alt="Map of mix-ups: rows what a garment really is, columns what the model said. Sentences are below.",
        key="map",
        on_select=filter_controls.on_map_click(run, "map"),
        selection_mode="points",
    )


def _cell(view: RunView, listing: filters.Listing) -> tuple[int, int] | None:
    """The chosen cell or total, as positions among the categories of the view."""
    if listing.cell is None:
        return None
    real, tagged = (index if index == filters.ANY else view.index_of(index) for index in listing.cell)
    return real, tagged
