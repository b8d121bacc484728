"""Decisions: what is live, what was live when, and who did what."""

from pathlib import Path
from typing import Annotated

import typer

from core import commands
from core.commands import AsJson, Reason, Version, app, console, files
from core.store import Store
from core.store.base import audit
from core.store.live import promotions
from core.store.runs import live_history, runs


@app.command()
def promote(
    run: Version,
    reason: Reason,
    override: Annotated[bool, typer.Option("--override", help="Also against safety checks; is written down.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a version the live one, if it keeps the guard rails."""
    store = commands.store()
    promotion = promotions.promote(store, run, reason=reason, who=commands.who(), override=override)
    _tell(store, promotion, as_json=as_json)


@app.command()
def keep(run: Version, reason: Reason, as_json: AsJson = False) -> None:
    """Write down that a version was looked at and the live one stays."""
    store = commands.store()
    found = runs.find(store, run)
    promotions.keep(store, found.id, reason=reason, who=commands.who())
    live = promotions.live_run(store, found.scope)
    if as_json:
        console.print_json({"version": found.version, "live": live and live.version})
        return
    console.print_line(f"Version {live and live.version} stays live. Why is written down.")


@app.command()
def rollback(
    reason: Reason,
    to: Annotated[str | None, typer.Option(help="A version that was live once; otherwise the one before.")] = None,
    catalogue: Annotated[
        str, typer.Option(help="Of this catalogue; else of the one whose live version is usual.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Make the version live again that was live before; twice in a row goes back twice."""
    store = commands.store()
    scope = live_history.scope_of(catalogue) if catalogue else None
    promotion = promotions.roll_back(store, reason=reason, who=commands.who(), to=to, scope=scope)
    _tell(store, promotion, as_json=as_json)


@app.command()
def history(as_json: AsJson = False) -> None:
    """Show what was live when, by whom and why, newest first."""
    store = commands.store()
    published = {run.id: run for run in runs.list_runs(store)}
    periods = live_history.periods(promotions.history(store))
    if as_json:
        lines = [
            {
                **commands.fields(line),
                "version": published[line.run_id].version,
                "catalogue": published[line.run_id].catalogue,
                "live_until": until,
            }
            for line, until in periods
        ]
        console.print_json({"history": lines})
        return
    rows = [
        [published[line.run_id].version, published[line.run_id].catalogue,
         f"{line.promoted_at:%Y-%m-%d %H:%M}", f"{until:%Y-%m-%d %H:%M}" if until else "now",
         line.kind, line.who, line.reason, ", ".join(line.overridden)]
        for line, until in periods
    ]  # fmt: skip
    columns = ["version", "catalogue", "live from (UTC)", "until", "by", "who", "reason", "overridden"]
    console.print_table(f"{len(rows)} times a version became live", columns, rows)


@app.command()
def log(
    who: Annotated[str | None, typer.Option(help="Only what this person did.")] = None,
    action: Annotated[str | None, typer.Option(help=f"Only one action: {', '.join(audit.ACTIONS)}.")] = None,
    subject: Annotated[str | None, typer.Option(help="Only what was done to this, such as 'version 3'.")] = None,
    limit: Annotated[int | None, typer.Option(min=0, help="Only the newest lines.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write the lines to this file instead.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show who did what and when, newest first."""
    found = audit.entries(commands.store(), who=who, action=action, subject=subject, limit=limit)
    if csv is not None:
        files.write(audit.as_csv(found), csv)
    if as_json:
        lines = [commands.fields(entry) for entry in found]
        console.print_json({"log": lines, "csv": None if csv is None else str(csv)})
        return
    if csv is not None:
        console.print_line(f"{len(found):,} lines are in {csv}.")
        return
    rows = [
        [entry.sequence, f"{entry.at:%Y-%m-%d %H:%M}", entry.who, entry.action, entry.subject,
         audit.as_text(entry.before), audit.as_text(entry.after), entry.note]
        for entry in found
    ]  # fmt: skip
    columns = ["", "when (UTC)", "who", "what", "to what", "from", "to", "note"]
    console.print_table(f"{len(rows):,} lines of the log", columns, rows)


def _tell(store: Store, promotion: live_history.Promotion, *, as_json: bool) -> None:
    version = runs.find(store, promotion.run_id).version
    if as_json:
        console.print_json({**commands.fields(promotion), "version": version})
        return
    overridden = f" Overridden: {', '.join(promotion.overridden)}." if promotion.overridden else ""
    console.print_line(f"Version {version} ({promotion.run_id}) is live.{overridden}")
