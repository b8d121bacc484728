"""Training garments whose label is probably wrong, on the command line: search for them, list them, as CSV."""

from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from core import commands, errors, jobs
from core.commands import AsJson, app, console, files
from core.jobs import training_work, worker
from core.quality.list_worth import Worth
from core.quality.suspects import HitRate
from core.retail import spreadsheet
from core.store import Store
from core.store.runs import runs
from core.store.verdicts import suspect_lists
from core.store.verdicts.suspect_lists import SuspectList

COLUMNS = (
    "position", "garment", "label", "suggested", "probability_of_label", "probability_of_suggested", "score", "said",
    "similar_1", "similar_2", "similar_3",
)  # fmt: skip
"""Columns of the list as CSV; `said` is empty where nobody has said anything."""


@app.command()
def suspects(
    find: Annotated[bool, typer.Option("--find", help="Search first, in this process.")] = False,
    limit: Annotated[int, typer.Option(min=0, help="At most so many garments, the worst first.")] = 20,
    csv: Annotated[Path | None, typer.Option(help="Write the whole list to this file.")] = None,
    as_json: AsJson = False,
) -> None:
    """List training garments of the live version whose label is probably wrong, the worst first."""
    store = commands.store()
    if find:
        _find(store, is_shown=not as_json)
    found = _newest(store)
    table = suspect_lists.load(store, found)
    rate, rows = suspect_lists.hit_rate(store, table), _rows(store, found, table)
    worth = suspect_lists.worth(store, found, table)
    if csv is not None:
        files.write(spreadsheet.as_csv(COLUMNS, rows), csv)
    if as_json:
        about = commands.fields(found) | {"class_names": list(found.class_names)}
        listed = [dict(zip(COLUMNS, row, strict=True)) for row in rows[:limit]]
        console.print_json(
            {"list": about, "hit_rate": _rate_as_json(rate), "worth": _rate_as_json(worth), "suspects": listed}
        )
        return
    columns = ["position", "label", "suggested", "probability of the label", "of the suggested one", "said"]
    shown = [[row[0], row[2], row[3], f"{row[4]:.3f}", f"{row[5]:.3f}", row[7]] for row in rows[:limit]]
    console.print_table(
        f"{found.num_suspects:,} of {found.num_garments:,} training garments have a label that is doubted "
        f"(searched {found.created_at:%Y-%m-%d %H:%M} UTC by {found.created_by})",
        columns,
        shown,
    )
    console.print_line(hit_rate_in_words(rate))
    if sentence := worth_in_words(worth):
        console.print_line(sentence)
    if csv is not None:
        console.print_line(f"All {len(rows):,} are in {csv}.")


def hit_rate_in_words(rate: HitRate) -> str:
    """How often those that people judged had a wrong label; they chose the beginning, so it holds for those alone."""
    if not rate.num_reviewed:
        return "Nobody has judged any of them yet, so how often the list is right is not known."
    return (
        f"People judged {rate.num_reviewed:,} of them so far: {rate.num_wrong:,} had a wrong label "
        f"({100 * rate.share:.0f} %)."
    )


def worth_in_words(found: Worth) -> str:
    """What that says of the whole list; empty while it says nothing."""
    if found.share != found.share:
        return ""
    share, low, high = (f"{100 * value:.0f} %" for value in (found.share, found.low, found.high))
    return f"Of all {found.num_listed:,} about {share} are wrong (95 % interval {low} to {high})."


def _find(store: Store, *, is_shown: bool) -> None:
    with console.bar(is_shown=is_shown) as on_report:
        request = jobs.of_suspects()
        job, _ = worker.run_here(store, request, training_work, started_by=commands.who(), on_report=on_report)
    if job.status != "finished":
        raise errors.TrainingError(job.message)


def _newest(store: Store) -> SuspectList:
    found = suspect_lists.newest(store, runs.find(store, "live").catalogue_fingerprint)
    if found is None:
        raise errors.SuspectsMissing(
            "Nobody has searched the garments of the live version for wrong labels yet. "
            "`python -m core suspects --find` does."
        )
    return found


def _rows(store: Store, found: SuspectList, table: pd.DataFrame) -> list[list[Any]]:
    """One row a suspect, by `COLUMNS`."""
    states = suspect_lists.states(store, table).set_index("garment")
    said = {
        key: state if category is None else f"{state} ({category})"
        for key, state, category in zip(states.index, states["state"], states["category"], strict=True)
    }
    return [
        [
            row["position"], row["garment"], found.class_names[row["label"]],
            found.class_names[row["suggested_class"]], row["self_confidence"], row["suggested_confidence"],
            row["score"], said.get(row["garment"], ""), *(row["similar"] + [None] * 3)[:3],
        ]
        for row in table.to_dict("records")
    ]  # fmt: skip


def _rate_as_json(rate: HitRate | Worth) -> dict[str, Any]:
    """JSON has no NaN: what is undefined is null."""
    return {name: None if value != value else value for name, value in commands.fields(rate).items()}
