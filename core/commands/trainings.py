"""Trainings on the command line: start one, see how it stands, cancel it, and the work itself."""

from typing import Annotated

import typer

from core import commands, errors, jobs
from core.commands import AsJson, app, console
from core.jobs import estimates, lanes, records, speed_probe, training_work, worker
from core.quality import scores
from core.tagging import batch_work

WORK: dict[str, worker.Work] = {lanes.TRAINING.name: training_work, lanes.TAGGING.name: batch_work}
"""What is done for the jobs of each lane."""


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
    store = commands.store()
    request = jobs.TrainingRequest(recipe=recipe, catalogue=catalogue, seed=seed, epochs=epochs, again=again)
    with console.bar(is_shown=not as_json) as on_report:
        job, run = worker.run_here(store, request, training_work, started_by=commands.who(), on_report=on_report)
    if run is None:
        raise errors.TrainingError(job.message)
    if as_json:
        console.print_json({**commands.summary(run), "notice": job.message})
        return
    score = scores.accuracy_of_counts(run.num_correct, run.num_test)
    console.print_line(
        f"Version {run.version} ({run.id}): {run.accuracy:.4f} of {run.num_test:,} garments tagged correctly "
        f"(95 % interval {score.low:.4f} to {score.high:.4f}), learned in {run.train_seconds:.1f} s. {job.message}"
    )


@app.command()
def status(as_json: AsJson = False) -> None:
    """Tell how the training stands that runs or ended last, and which one waits."""
    queue = jobs.queue(commands.store())
    job = queue.running or queue.waiting or queue.ended
    waiting = None if queue.waiting is job else queue.waiting
    if as_json:
        found = {"job": job, "waiting": waiting}
        console.print_json({name: None if job is None else commands.fields(job) for name, job in found.items()})
    elif job is None:
        console.print_line("No training was started yet.")
    else:
        console.print_line(f"{job.name}, {job.status}: {job.stage}, {job.fraction:.0%}. {job.message}".strip())
        if waiting is not None:
            console.print_line(f"{waiting.name}, asked for by {waiting.started_by}: next in line.")


@app.command()
def cancel(
    waiting: Annotated[bool, typer.Option("--waiting", help="Cancel the one that waits instead.")] = False,
    force: Annotated[bool, typer.Option("--force", help="End the process of one that does not answer.")] = False,
    as_json: AsJson = False,
) -> None:
    """Stop the training that is running, or the one that waits."""
    store = commands.store()
    queue = jobs.queue(store)
    job = queue.waiting if waiting else queue.running
    if job is None:
        raise errors.JobError("No training is waiting." if waiting else "No training is running.")
    if force:
        jobs.end_process(store, job.id, who=commands.who())
    else:
        jobs.cancel(store, job.id, who=commands.who())
    if as_json:
        console.print_json({"job": job.id, "cancel_requested": not force, "process_ended": force})
        return
    console.print_line("Ended the process of the training." if force else "Asked the training to stop.")


@app.command(hidden=True)
def work(job: str) -> None:
    """Do a submitted job in this process: what launchers start."""
    store = commands.store()
    if job == estimates.CALIBRATION:
        speed_probe.run(store)
        return
    lane = records.find(store, job).lane
    worker.work(store, job, WORK[lane.name], owns_process=True)
