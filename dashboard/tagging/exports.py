"""The way out of a batch: what may go to the shop, and the batch as CSV."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from core.access.roles import Action
from core.retail import spreadsheet
from core.store.batches import releases
from core.store.batches.batches import Batch
from core.store.runs.runs import Run
from core.store.team import names as stored_names
from core.tagging import products
from dashboard.data import store
from dashboard.look import phrases
from dashboard.session import person
from dashboard.tagging import shop_import, wording

COLUMNS = (
    "product", "sku", "title", "category", "decision", "pile", "tag", "confidence", "findings", "leaves", "decided_by",
    "decided_at", "version", "batch",
)  # fmt: skip


def render_exports(batch: Batch, run: Run, table: pd.DataFrame) -> None:
    """How many products may leave, and the files; one export more is one line here.

    Args:
        batch: the batch.
        run: the version that tagged it.
        table: of `core.tagging.products.table`.
    """
    st.header("To the shop", anchor=False)
    found = products.progress(table)
    num_leaving = int(table["leaves"].sum())
    st.markdown(phrases.markdown(wording.leaving(num_leaving, found.num_to_decide)))
    listed = _named(run, table)
    with st.container(horizontal=True):
        _render_csv(
            "Decided products as CSV",
            listed[listed["leaves"]],
            f"batch-{batch.number}-decided.csv",
            "leaving-csv",
            batch,
        )
        _render_csv(
            "The whole batch as CSV", listed[listed["pile"] != ""], f"batch-{batch.number}.csv", "batch-csv", batch
        )
    shop_import.show(
        run,
        products.of_shop(table),
        name=f"batch-{batch.number}",
        noted=lambda file, part: noted(batch, file, len(part.rows), part.as_csv),
    )


def render_list(batch: Batch, run: Run, rows: pd.DataFrame, pile: str) -> None:
    """The list on screen, all its pages, as CSV."""
    _render_csv(
        "This list as CSV", _named(run, rows), f"batch-{batch.number}-{pile.replace(' ', '-')}.csv", "pile-csv", batch
    )


def _named(run: Run, table: pd.DataFrame) -> pd.DataFrame:
    """The table with the names of the shop, merged ones as one; tags with those on screen."""
    naming = stored_names.current(store.store(), run.class_names)
    return table.assign(
        category=[naming.of(name).name for name in table["category"]],
        tag=[run.name_of(name) for name in table["tag"]],
    )


def as_csv(table: pd.DataFrame) -> bytes:
    """The products of a table as CSV, safe to open in a spreadsheet."""
    rows = [
        ["; ".join(row["findings"]) if name == "findings" else _cell(row[name]) for name in COLUMNS]
        for row in table.assign(decided_by=products.deciders(table)).to_dict("records")
    ]
    return spreadsheet.as_csv(COLUMNS, rows)


def _cell(value: object) -> str | int | float:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    if isinstance(value, float):
        return round(value, 4) if value == value else ""
    return value if isinstance(value, str | int) else ""


def noted(batch: Batch, file_name: str, num_products: int, content: Callable[[], bytes]) -> Callable[[], bytes]:
    """Makes the file when the browser fetches it, and writes into the log that it left.

    A list that somebody takes who decides nothing about garments has not left for anywhere: it leaves no mark.
    """
    # Asked now: the browser fetches the file without its session.
    who, leaves_mark = person.name(), not person.refusal(Action.REVIEW)

    def fetched() -> bytes:
        made = content()
        if leaves_mark:
            releases.note_export(store.store(), batch.number, file=file_name, num_products=num_products, who=who)
        return made

    return person.as_now(fetched)


def _render_csv(label: str, table: pd.DataFrame, file_name: str, key: str, batch: Batch) -> None:
    st.download_button(
        label,
        data=noted(batch, file_name, len(table), lambda: as_csv(table)),
        file_name=file_name,
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        disabled=table.empty,
        key=key,
    )
