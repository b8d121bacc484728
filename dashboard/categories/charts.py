"""The charts of the page about categories: each is drawn once for what it shows, then kept."""

from core.store.runs.runs import Run
from dashboard.categories import figures as category_figures
from dashboard.data import store, views
from dashboard.data.run_views import RunView
from dashboard.gallery import filter_controls
from dashboard.look import certainty_figures
from dashboard.parts import charts
from dashboard.session import category_switch, flags


def render_category_bars(run: Run, target: float, previous: Run | None, most: int | None = None) -> None:
    """Two bars a category, or for `most` of the worst; a click chooses those missed, or those wrongly tagged as it."""
    dark = flags.is_dark()
    view = category_switch.shown(run)
    changes = None if previous is None else views.class_changes(view, previous)
    charts.render(
        store.drawn(
            (run.id, "bars", target, previous and previous.id, view.categories, most, dark),
            lambda: category_figures.per_class_bars(views.class_scores(view), target, changes, dark, most=most),
        ),
        alt="Two bars a category, worst first: how many it finds, and how many of its tags are right. Table below.",
        key="bars",
        on_select=filter_controls.on_bar_click(run, "bars"),
        selection_mode="points",
    )


def render_sureness(view: RunView, index: int) -> None:
    """How sure the model was of one category's tags, right and wrong."""
    dark = flags.is_dark()
    charts.render(
        store.drawn(
            (view.run.id, "sureness", index, view.categories, dark),
            lambda: certainty_figures.sureness_bars(views.sureness_of(view, index), dark),
        ),
        alt="How sure the model was of its tags when right and when wrong. The sentence above tells the main figures.",
        key="sureness",
    )


def render_precision_recall(view: RunView, index: int) -> None:
    """The precision-recall curve of one category."""
    dark = flags.is_dark()
    row = views.class_scores(view).iloc[index]
    charts.render(
        store.drawn(
            (view.run.id, "precision-recall", index, view.categories, dark),
            lambda: certainty_figures.precision_recall_curve(
                views.precision_recall(view, index), row["precision"], row["recall"], dark
            ),
        ),
        alt="Precision against recall for every probability from which on the category could be tagged.",
        key="precision-recall",
    )


def render_reliability(view: RunView) -> None:
    """How often the model is right for how sure it is."""
    dark = flags.is_dark()
    charts.render(
        store.drawn(
            (view.run.id, "reliability", view.categories, dark),
            lambda: certainty_figures.reliability_curve(views.reliability(view)[0], dark),
        ),
        alt="Accuracy against confidence in bins. The sentence above tells the expected calibration error.",
        key="reliability",
    )
