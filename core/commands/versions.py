"""Versions: which there are, what each can do, how two compare, and letting go of them."""

from typing import Annotated, Any

import pandas as pd
import typer

from core import commands
from core.catalogue.own import checks, questions
from core.commands import AsJson, Version, app, console
from core.quality import automation_share, scores
from core.store import retention
from core.store.live import comparisons, gate, promotions
from core.store.runs import file_reader, runs


@app.command(name="runs")
def list_runs(as_json: AsJson = False) -> None:
    """List the published versions, newest first."""
    store = commands.store()
    live = {run.id for run in promotions.live_runs(store).values()}
    found = [{**commands.summary(run), "live": run.id in live} for run in runs.list_runs(store)]
    if as_json:
        console.print_json({"runs": found})
        return
    rows = [
        [line["version"], line["run"], line["recipe"], line["catalogue"], line["seed"], f"{line['accuracy']:.4f}",
         f"{line['created_at']:%Y-%m-%d %H:%M}", "live" if line["live"] else ""]
        for line in found
    ]  # fmt: skip
    columns = ["version", "run", "recipe", "catalogue", "seed", "accuracy", "published (UTC)", ""]
    console.print_table(f"{len(rows)} versions", columns, rows)


@app.command()
def show(
    run: Version,
    as_json: AsJson = False,
) -> None:
    """Show all figures of a version; with --json those of the classroom exercise."""
    store = commands.store()
    found = runs.find(store, run)
    figures = file_reader.load_figures(store, found)
    if as_json:
        console.print_json(
            {
                **{name: figures[name] for name in ("predictions", "precision", "recall", "accuracy")},
                "classes": list(found.class_names),
                "recipe": found.recipe_name,
                **{name: getattr(found, name) for name in ("train_seconds", "total_seconds", "catalogue", "seed")},
                "run": found.id,
                "version": found.version,
            }
        )
        return
    predictions = file_reader.load_predictions(store, found)
    table = scores.per_class_scores(
        predictions["true_class"].to_numpy(), predictions["predicted_class"].to_numpy(), found.class_names
    )
    rows = [
        [row.class_name, row.support, f"{row.precision:.4f}", f"{row.recall:.4f}", f"{row.f1:.4f}"]
        for row in table.itertuples()
    ]
    score = scores.accuracy_of_counts(found.num_correct, found.num_test)
    console.print_table(
        f"Version {found.version} ({found.id}), {found.recipe_name} on {found.catalogue_title}, seed {found.seed}: "
        f"accuracy {found.accuracy:.4f} ({score.low:.4f} to {score.high:.4f})",
        ["class", "garments", "precision", "recall", "F1"],
        rows,
    )
    if (details := file_reader.load_photo_details(store, found)) is not None:
        console.print_line(
            f"Learned from {details['num_train_photos']:,} photos; {details['photo_accuracy']:.4f} of the "
            f"{details['num_test_photos']:,} photos of those garments are tagged correctly one by one."
        )
        counts = zip(found.class_names, details["learned"], strict=True)
        if weak := checks.weak_sentence([(name, num) for name, num in counts if num < questions.WEAK_BELOW]):
            console.print_line(weak)


@app.command()
def compare(before: Version, after: Version, as_json: AsJson = False) -> None:
    """Compare two versions on the garments both were judged on, and show the guard rails of the second."""
    store = commands.store()
    first, second = runs.find(store, before), runs.find(store, after)
    match = comparisons.compare(store, first, second)
    rails = gate.assess(store, second, first).rails
    if as_json:
        sides = {"before": commands.summary(first), "after": commands.summary(second)}
        console.print_json({**sides, **_as_json(match), "rails": [commands.fields(rail) for rail in rails]})
        return
    found = match.comparison
    rows = [
        [row["class_name"], row["support"], row["num_fixed"], row["num_broken"], "clear" if row["is_clear"] else ""]
        for row in found.classes.to_dict("records")
    ]
    console.print_table(
        f"Version {second.version} against version {first.version} on {found.num_common:,} common garments: "
        f"{found.change.num_fixed:,} fixed, {found.change.num_broken:,} newly wrong, "
        f"{found.change.num_both_wrong:,} both wrong; {found.result} (p = {found.change.p_value:.3g})",
        ["class", "garments", "fixed", "newly wrong", "more than luck"],
        rows,
    )
    if not found.shared.is_all:
        console.print_line(found.shared.sentence)
    for rail in rails:
        console.print_line(f"{'holds' if rail.passed else 'FAILS'}  {rail.name}: {rail.sentence}")


@app.command()
def delete(
    run: Version,
    reason: Annotated[str, typer.Option(help="Why; it stands in the log.")] = "",
    as_json: AsJson = False,
) -> None:
    """Delete a version that was never live; its files wait in the trash."""
    store = commands.store()
    deleted = retention.delete(store, run, reason=reason, who=commands.who())
    if as_json:
        console.print_json({"deleted": commands.summary(deleted)})
        return
    console.print_line(f"Version {deleted.version} ({deleted.id}) is deleted; its number is not used again.")


@app.command(name="gc")
def collect(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be done.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete what the settings let go: versions (KEEP_VERSIONS), trash (TRASH_DAYS), dropped photos (PHOTO_DAYS).

    Of backups (BACKUP_DIR) the newest of 7 days and of 4 weeks stay.
    """
    store = commands.store()
    found = retention.plan(store) if dry_run else retention.collect(store, who=commands.who())
    if as_json:
        console.print_json({"dry_run": dry_run, **commands.fields(found), "backups": commands.fields(found.backups)})
        return
    thinned = found.backups
    versions = ", ".join(map(str, found.versions)) or "none"
    console.print_line(
        f"{'Would delete' if dry_run else 'Deleted'} versions: {versions}. To the trash: {len(found.moved)} folders. "
        f"Out of the trash: {len(found.purged)} folders, {found.num_bytes / 1e6:.1f} MB. "
        f"Photos of batches: {', '.join(map(str, found.batches)) or 'none'}. "
        f"Photos that no catalogue holds: {len(found.photos):,}. "
        f"Files of how garments of deleted versions hang: {len(found.postures):,}. "
        f"Backups: {len(thinned.backups):,}, {thinned.num_bytes / 1e6:.1f} MB. "
        f"Photos taken out of backups that stay: {thinned.num_photos:,}."
    )
    if thinned.problem:
        console.print_note(thinned.problem)


def _as_json(match: comparisons.Match) -> dict[str, Any]:
    found, shares = match.comparison, match.automation
    return {
        "num_common": found.num_common,
        "num_before": found.num_before,
        "num_after": found.num_after,
        "num_fixed": found.change.num_fixed,
        "num_newly_wrong": found.change.num_broken,
        "num_both_wrong": found.change.num_both_wrong,
        "p_value": found.change.p_value,
        "result": found.result,
        "classes": [{name: _known(value) for name, value in row.items()} for row in found.classes.to_dict("records")],
        "automation": {
            "max_wrong_in_100": automation_share.MAX_WRONG_IN_100,
            "before": commands.fields(shares.before) | {"line": _known(shares.before.line)},
            "after": commands.fields(shares.after) | {"line": _known(shares.after.line)},
            "difference": _known(shares.difference),
            "low": _known(shares.low),
            "high": _known(shares.high),
        },
    }


def _known(value: Any) -> Any:
    """JSON has no NaN: what is undefined is null."""
    return None if pd.isna(value) else value
