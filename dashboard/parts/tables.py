"""Tables of figures as people read them: names of columns with capitals, shares as "of 100". Pure but for drawing."""

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from core.store.runs.runs import Run
from dashboard.look import glossary, phrases, theme
from dashboard.parts import charts

_PERCENT = "%.1f"


def scores_in_words(table: pd.DataFrame) -> pd.DataFrame:
    """Table of `scores.per_class_scores` for those who read: one row a category, same order."""
    return pd.DataFrame(
        {
            "Category": table["class_name"],
            "Real garments": table["support"],
            "It finds, of 100": (100 * table["recall"]).round(1),
            "Tagged as this": table["num_predicted"],
            "Right, of 100": (100 * table["precision"]).round(1),
        }
    )


def render_scores(table: pd.DataFrame) -> None:
    """The categories as a table, worst first."""
    order = table[["precision", "recall"]].min(axis=1).sort_values(kind="stable").index
    st.dataframe(
        scores_in_words(table.loc[order]),
        hide_index=True,
        column_config={
            "It finds, of 100": st.column_config.NumberColumn(format=_PERCENT, help=glossary.help_text("find")),
            "Right, of 100": st.column_config.NumberColumn(format=_PERCENT, help=glossary.help_text("trust")),
        },
    )


def render_exact_scores(table: pd.DataFrame) -> None:
    """Precision, recall and F1 with four decimals, intervals and counts, in class order."""
    shares = [name for name in table.columns if table[name].dtype.kind == "f"]
    st.dataframe(
        table.drop(columns="class_index"),
        hide_index=True,
        column_config={name: st.column_config.NumberColumn(format="%.4f") for name in shares},
    )
    st.caption("Intervals are 95 % Wilson intervals. Where nothing can be computed the cell is empty.")


def render_matrix(counts: NDArray[np.int64], names: tuple[str, ...]) -> None:
    """The confusion matrix (K, K) in garments, rows = what it really is."""
    table = pd.DataFrame(counts, columns=list(names))
    table.insert(0, "It really is", list(names))
    st.caption("Columns: the model said.")
    st.dataframe(table, hide_index=True)


def render_run(run: Run) -> None:
    """Everything an analyst asks about a version: curves of the training, recipe, seed, timing, fingerprint."""
    with st.expander("For analysts"):
        st.markdown("**Learning**")
        charts.render_history(run)
        st.dataframe(_facts(run), hide_index=True)
        st.markdown("**Recipe**")
        st.json(run.recipe, expanded=False)


def _facts(run: Run) -> pd.DataFrame:
    facts = {
        "run": run.id,
        "accuracy in the model's own categories": f"{run.accuracy:.4f} ({run.num_correct:,} of {run.num_test:,})",
        "garments: train, validation, test": f"{run.num_train:,}, {run.num_validation:,}, {run.num_test:,}",
        "label corrections included": phrases.corrections_included(
            run.num_corrections, run.num_left_out, len(run.corrected_by)
        ),
        "temperature": theme.UNDEFINED if run.temperature is None else f"{run.temperature:.3f}",
        "seed": str(run.seed),
        "learning alone": phrases.duration(run.train_seconds),
        "from start to result": phrases.duration(run.total_seconds),
        "started by": run.created_by,
        "fingerprint of the garments": run.catalogue_fingerprint,
    }
    return pd.DataFrame({"Fact": facts.keys(), "Value": facts.values()})
