"""The command line: `python -m core COMMAND`. Every command takes `--json` and then prints one JSON object only.

Exit codes: 0 done, 1 could not be done, 2 wrong input. An error is one line.
"""

import getpass
import os
import sys
from typing import Annotated, Any

import typer

from core import catalogue, console, doctor, errors, jobs, settings
from core.catalogue import fashion_mnist, source_files
from core.commands import verdicts
from core.jobs import records, worker
from core.quality import scores
from core.store import Store, open_store, promotions, runs

# Torch's threads wait for each other many times a step. By default they spin for long, which on a machine that is busy
# with anything else made a training up to ten times slower; with short spinning it is as fast as before on an idle
# machine and never starves on a busy one. Read by GNU's OpenMP when torch is loaded; others ignore it.
os.environ.setdefault("GOMP_SPINCOUNT", "10000")

app = typer.Typer(help=__doc__, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
app.add_typer(verdicts.app, name="verdicts")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


@app.command()
def train(
    recipe: Annotated[str, typer.Option(help="What to train: quick, standard, thorough, ...")] = "quick",
    catalogue: Annotated[str | None, typer.Option(help="Garments to train on.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same result.")] = 0,
    epochs: Annotated[int | None, typer.Option(help="Rounds over the garments instead of the recipe's.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Train even where the same run exists.")] = False,
    as_json: AsJson = False,
) -> None:
    """Train, judge and publish a version; the same one as before is loaded instead."""
    store = _store()
    request = jobs.TrainingRequest(recipe=recipe, catalogue=catalogue, seed=seed, epochs=epochs, again=again)
    with console.bar(is_shown=not as_json) as on_report:
        job, run = worker.run_here(store, request, started_by=_who(), on_report=on_report)
    if run is None:
        raise errors.TrainingError(job.message)
    if as_json:
        console.print_json({**_summary(run), "notice": job.message})
        return
    score = scores.accuracy_of_counts(run.num_correct, run.num_test)
    console.print_line(
        f"Version {run.version} ({run.id}): {run.accuracy:.4f} of {run.num_test:,} garments tagged correctly "
        f"(95 % interval {score.low:.4f} to {score.high:.4f}), learned in {run.train_seconds:.1f} s. {job.message}"
    )


@app.command(name="runs")
def list_runs(as_json: AsJson = False) -> None:
    """List the published versions, newest first."""
    store = _store()
    live = promotions.live_run(store)
    found = [{**_summary(run), "live": live is not None and run.id == live.id} for run in runs.list_runs(store)]
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
    run: Annotated[str, typer.Argument(help="Run id, the beginning of it, version number, or live.")],
    as_json: AsJson = False,
) -> None:
    """Show all figures of a version; with --json those of the classroom exercise."""
    store = _store()
    found = runs.find(store, run)
    figures = runs.load_figures(store, found)
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
    predictions = runs.load_predictions(store, found)
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


@app.command()
def promote(
    run: Annotated[str, typer.Argument(help="Run id, the beginning of it, or version number.")],
    reason: Annotated[str, typer.Option(help="Why, at least 10 characters; it stands in the history.")],
    override: Annotated[bool, typer.Option("--override", help="Also against guard rails; it is written down.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a version the live one."""
    store = _store()
    found = runs.find(store, run)
    promotion = promotions.promote(store, found.id, reason=reason, who=_who(), override=override)
    if as_json:
        content = {name: getattr(promotion, name) for name in promotion.__slots__}
        console.print_json({**content, "version": found.version})
        return
    console.print_line(f"Version {found.version} ({found.id}) is live.")


@app.command()
def data(
    fetch: Annotated[bool, typer.Option("--fetch", help="Fetch the files again, also where they are.")] = False,
    as_json: AsJson = False,
) -> None:
    """Tell where the Fashion-MNIST files are and verify them; or fetch them."""
    found = settings.load()
    source = fashion_mnist.OFFICIAL
    with console.bar(is_shown=not as_json) as on_report:

        def on_progress(doing: str, fraction: float) -> None:
            on_report(doing, fraction, None)

        folder = None if fetch else source_files.locate(found, source, on_progress)
        if folder is None and fetch:
            folder = source_files.fetch(found, source, on_progress)
        if folder is None:
            raise errors.CatalogueMissing(
                f"{source.folder_name} is not in {found.data_dir}. Fetch it with `python -m core data --fetch`, "
                "put its four .gz files there, or set GARMENTS_DATA_DIR."
            )
        source_files.verify(folder, source)
    title = catalogue.find(source.folder_name).title
    if as_json:
        console.print_json({"catalogue": source.folder_name, "folder": str(folder), "verified": True})
        return
    console.print_line(f"{title} is in {folder}; all four files are as published.")


@app.command(name="doctor")
def check(as_json: AsJson = False) -> None:
    """Check everything that is kept; exit code 1 and a line for each breach."""
    found = doctor.breaches(_store())
    if as_json:
        console.print_json({"breaches": found, "checks": len(doctor.CHECKS)})
    else:
        console.print_line("\n".join(found) or f"All {len(doctor.CHECKS)} checks hold.")
    if found:
        raise typer.Exit(1)


@app.command()
def status(as_json: AsJson = False) -> None:
    """Tell how the newest training stands."""
    job = jobs.current(_store())
    if as_json:
        console.print_json({"job": None if job is None else _fields(job)})
    elif job is None:
        console.print_line("No training was started yet.")
    else:
        console.print_line(f"{job.recipe}, {job.status}: {job.stage}, {job.fraction:.0%}. {job.message}".strip())


@app.command()
def cancel(as_json: AsJson = False) -> None:
    """Stop the training that is running."""
    store = _store()
    job = jobs.current(store)
    if job is None or not job.is_active:
        raise errors.JobError("No training is running.")
    jobs.cancel(store, job.id)
    if as_json:
        console.print_json({"job": job.id, "cancel_requested": True})
        return
    console.print_line("Asked the training to stop.")


@app.command(name="settings")
def show_settings(as_json: AsJson = False) -> None:
    """Show every setting as it is in force; passwords are masked."""
    masked = settings.load().masked()
    if as_json:
        console.print_json(masked)
        return
    console.print_table("Settings", ["setting", "value"], [[settings.PREFIX + k.upper(), v] for k, v in masked.items()])


@app.command(hidden=True)
def work(job: str) -> None:
    """Do a submitted job in this process: what launchers start."""
    worker.work(_store(), job, owns_process=True)


def main() -> int:
    """Runs one command and gives back its exit code."""
    as_json = "--json" in sys.argv[1:]
    try:
        code: Any = app(prog_name="python -m core", standalone_mode=False)
    except errors.GarmentsError as error:
        return console.print_error(error, as_json=as_json)
    except typer.Abort:
        return 130
    except typer.TyperException as error:
        return console.print_problem(error.format_message(), as_json=as_json, exit_code=2)
    return code if isinstance(code, int) else 0


def _store() -> Store:
    store = open_store(settings.load())
    records.give_up_silent(store)
    return store


def _who() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "command line"


def _summary(run: runs.Run) -> dict[str, Any]:
    names = ("version", "catalogue", "seed", "accuracy", "train_seconds", "total_seconds", "created_at", "created_by")
    return {"run": run.id, "recipe": run.recipe_name, **{name: getattr(run, name) for name in names}}


def _fields(job: jobs.Job) -> dict[str, Any]:
    return {name: getattr(job, name) for name in job.__slots__}


if __name__ == "__main__":
    sys.exit(main())
