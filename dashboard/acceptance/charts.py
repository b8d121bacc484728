"""The chart of the page of acceptance in real use."""

import pandas as pd

from dashboard.acceptance import figures
from dashboard.parts import charts
from dashboard.session import flags


def render_kept(weeks: pd.DataFrame, promise: float | None, *, key: str = "kept") -> None:
    """What was kept week by week, against what the line promised; see `figures.kept`."""
    charts.render(
        figures.kept(weeks, promise, flags.is_dark()),
        alt="Spot checks that were right, week by week, against what was promised. The sentence above tells the sum.",
        key=key,
    )
