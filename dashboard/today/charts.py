"""The chart of the first page."""

import pandas as pd

from core.store.runs.runs import Run
from dashboard.data import store
from dashboard.parts import charts
from dashboard.session import flags
from dashboard.today import figures


def render_trend(run: Run, versions: pd.DataFrame) -> None:
    """How many of 100 garments each version tags correctly."""
    dark = flags.is_dark()
    shown = tuple(zip(versions["version"], versions["is_live"], versions["accuracy"], strict=True))
    charts.render(
        store.drawn((run.id, "trend", shown, dark), lambda: figures.accuracy_trend(versions, run.version, dark)),
        alt="How many of 100 garments each version tags correctly, with 95 % intervals. A table is below.",
    )
