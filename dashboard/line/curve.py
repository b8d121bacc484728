"""The line as a handle on its curve, and the garments just above and just below it."""

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.quality import line_curve
from core.store.runs.runs import Run
from dashboard.data import examples, line_curves, store, stored_garments
from dashboard.data.lines import Answers, Mix
from dashboard.examples import frame, pictures
from dashboard.line import figures, wording
from dashboard.look import theme
from dashboard.parts import charts
from dashboard.session import flags

_ROW_HEIGHT = 125
"""Pixels of a row of pictures with two lines under them."""
NUM_BESIDE = 4
"""Garments shown on each side of the line."""
KEY = "line-curve"


def render(
    run: Run,
    line: float,
    promise: float,
    choose: Callable[[int], None],
    *,
    mix: Mix | None = None,
    class_index: int | None = None,
    lowest: int,
    render_beside: Callable[[], None] = lambda: None,
) -> None:
    """The curve with the line on it, and beside it the garments that it parts.

    Args:
        run: the version.
        line: 0-1; NaN trusts nothing.
        promise: wrong tags in 100 trusted ones, drawn as a band.
        choose: called with a line in tenths of a percent when the curve is clicked.
        mix: how the shop's products are spread; None as the garments are.
        class_index: of the only category whose tags are meant; None: of all.
        lowest: line that can be chosen, in tenths of a percent.
        render_beside: draws what stands first beside the curve, such as the button that confirms the line.
    """
    with st.container(key="line-picture"):
        left, right = st.columns([3, 2], gap="medium")
        with left:
            _render_curve(run, line, promise, choose, mix, class_index, lowest)
        with right:
            render_beside()
            _render_beside(run, line, class_index)


def _render_curve(
    run: Run, line: float, promise: float, choose: Callable[[int], None], mix: Mix | None, only: int | None, lowest: int
) -> None:
    dark = flags.is_dark()
    charts.render(
        store.drawn(
            (run.id, "line-curve", str(line), promise, mix, only, lowest, dark),
            lambda: figures.curve(line_curves.curve(run, line, mix, only, lowest), promise, dark),
        ),
        alt="Wrong tags against tags that need no person, for every line. The sentence above tells this line's.",
        key=KEY,
        on_select=lambda: _clicked(choose),
        selection_mode="points",
    )
    st.caption(wording.CURVE)


def _clicked(choose: Callable[[int], None]) -> None:
    for point in flags.chart_points(KEY)[:1]:
        if point.get("customdata"):
            choose(int(point["customdata"][0]))


def _render_beside(run: Run, line: float, class_index: int | None) -> None:
    """The garments just above and just below the line, as they would be tagged."""
    answers, positions = line_curves.held_out(run, class_index)
    above, below = line_curve.beside(answers.confidence, line, NUM_BESIDE)
    for title, chosen, key in ((wording.ABOVE, above, "above"), (wording.BELOW, below, "below")):
        st.markdown(title)
        found = stored_garments.garments(run, positions[chosen], split=line_curves.held_out_split(run), quiet=True)
        if not len(chosen):
            st.caption(wording.NONE_BESIDE)
        elif found is None:
            st.caption("The pictures cannot be read.")
        else:
            render_pictures(found.images, answers, chosen, run.names, key=f"line-{key}")


def render_example() -> None:
    """What the curve will look like, by the built-in sample."""
    with frame.framed("line"):
        found, dark = examples.example(), flags.is_dark()
        left, right = st.columns([3, 2], gap="medium")
        with left:
            drawn = store.drawn(("line-example", dark), lambda: figures.curve(examples.curve(), examples.PROMISE, dark))
            charts.render(drawn, alt="Wrong tags against tags that need no person, of the example.", key="line-example")
        with right:
            sides = line_curve.beside(found.answers.confidence, found.line, NUM_BESIDE)
            for title, chosen, key in zip((wording.ABOVE, wording.BELOW), sides, ("above", "below"), strict=True):
                st.markdown(title)
                pictures_of = found.images[chosen]
                render_pictures(pictures_of, found.answers, chosen, found.class_names, key=f"example-{key}")


def render_pictures(
    images: NDArray[np.uint8], answers: Answers, chosen: NDArray[np.int64], names: Sequence[str], *, key: str
) -> None:
    """Pictures (N, H, W) of the chosen garments (N,): the tag, how sure it is, and by a sign whether it is right."""
    words = []
    for place in chosen.tolist():
        true, tagged = int(answers.true_class[place]), int(answers.predicted_class[place])
        sure = theme.percent(float(answers.confidence[place]), decimals=1)
        words.append(
            pictures.Words(
                first=names[tagged],
                second=sure if true == tagged else f"{sure}, {wording.is_a(names[true])}",
                sign="right" if true == tagged else "wrong",
            )
        )
    pictures.render(images, words, label=wording.BESIDE, key=key, height=_ROW_HEIGHT)
