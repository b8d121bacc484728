"""The chart of the page about the automation line."""

from core.store.runs.runs import Run
from dashboard.data import predictions, store
from dashboard.look import certainty_figures
from dashboard.parts import charts
from dashboard.session import flags


def render_promise(run: Run) -> None:
    """The same in plain words, for those who set the automation line."""
    dark = flags.is_dark()
    charts.render(
        store.drawn(
            (run.id, "promise", dark),
            lambda: certainty_figures.reliability_curve(predictions.reliability(run)[0], dark, plain=True),
        ),
        alt="How often the model is right for how sure it says it is. The sentence above tells the main figures.",
        key="promise",
    )
