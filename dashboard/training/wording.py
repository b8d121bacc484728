"""Sentences about trainings: what they take, bring, wait for, and why one ended. Pure: no Streamlit, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.look import phrases


@dataclass(frozen=True, kw_only=True, slots=True)
class Preset:
    """A recipe as a merchandiser chooses it."""

    title: str
    """Name on screen."""
    note: str
    """What it is for, one sentence."""


PRESETS: dict[str, Preset] = {
    "quick": Preset(title="Quick check", note="The shortest. Good for seeing whether new garments can be learned."),
    "standard": Preset(title="Standard", note="The usual choice: clearly better tags."),
    "thorough": Preset(title="Thorough", note="The best tags, and the longest wait."),
}
"""Recipe name -> how it is offered; every other recipe is offered to analysts only."""

DIFFERENCES = {
    "garments": "other garments",
    "labels": "other corrections of labels",
    "recipe": "another recipe",
    "seed": "another seed",
    "program": "a newer program",
}
"""What can differ between two trainings, in words."""


FIRST_LOOK_COMES = (
    "In a moment you can browse a first look, learned from a tenth of the garments. The rest is fetched and learned "
    "meanwhile."
)
IS_ASKED = "It is asked for: how far it is stands in the sidebar."
MEANWHILE = "Bring in your own photos meanwhile"
FIRST_LOOK = "First look, learned from a tenth of the garments. The model of all garments is being trained."

OTHER_JOBS = {"suspects": "Search for wrong labels"}
"""Name of a job that is no training -> its name on screen."""


def title(name: str) -> str:
    """The name on screen of a recipe, or of a job that is no training."""
    return PRESETS[name].title if name in PRESETS else OTHER_JOBS.get(name, name)


def preset_note(recipe: str, how_long: str) -> str:
    """What a preset is for, and how long it takes here as far as that is known."""
    return f"{PRESETS[recipe].note} {how_long}".strip()


def takes(seconds: float, *, is_measured: bool) -> str:
    """How long a training takes: "about" is dropped only once one ran here."""
    return f"Takes {'' if is_measured else 'about '}{phrases.duration(seconds)} on this computer."


def clock(moment: datetime) -> str:
    """The time of day on this computer: "14:05"."""
    return f"{moment.astimezone():%H:%M}"


def learns_from(catalogue: str) -> str:
    """Whose photos the next version learns from."""
    return f"Learns from the photos of {catalogue}."


def news(same_version: int | None, live_version: int, differences: Sequence[str], num_new_corrections: int = 0) -> str:
    """What a training would bring that no version has yet.

    Args:
        same_version: the version that this very training gave before, None where it is a new one.
        live_version: the version that is live.
        differences: keys of `DIFFERENCES`, from the live version.
        num_new_corrections: what people corrected in the labels since the live version was trained.
    """
    if same_version is not None:
        return f"Nothing new since version {same_version}: the same recipe, garments and seed give the same version."
    words = DIFFERENCES | ({"labels": new_corrections(num_new_corrections)} if num_new_corrections else {})
    kept = "" if {"garments", "labels"} & set(differences) else " The garments and their labels are the same."
    return f"New since version {live_version} (live): {_listed([words[name] for name in differences])}.{kept}"


def new_corrections(number: int) -> str:
    """How many corrections came since: "12 new label corrections"."""
    return f"{number:,} new label correction{'s' * (number != 1)}"


def corrections(num_corrections: int, num_left_out: int, num_people: int) -> str:
    """What people corrected that a training learns with; empty where nothing."""
    if not num_corrections and not num_left_out:
        return ""
    people = f"{num_people:,} {'person' if num_people == 1 else 'people'}"
    left_out = f", without {num_left_out:,} that nobody can tell" if num_left_out else ""
    return f"It learns with {num_corrections:,} label correction{'s' * (num_corrections != 1)} of {people}{left_out}."


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def next_in_line(before: str, who: str, moment: datetime) -> str:
    """The position of a training that waits, by the name on screen of the one before it, who started that and when."""
    return f"Next in line, after {before} started by {who} at {clock(moment)}."


def started_at(called: str, who: str, moment: datetime) -> str:
    """Which training it was that ended, by its name on screen, who started it and when."""
    return f"{called}, started by {who} at {clock(moment)}."


def asked_for(who: str, moment: datetime) -> str:
    """Who asked for a training that waits, and when."""
    return f"Asked for by {who} at {clock(moment)}."


def what_starts(running: str | None) -> str:
    """When a training asked for now would begin, and what it leaves alone; `running`: what runs, as it is called."""
    when = "" if running is None else f"It begins when {running} has ended. "
    return f"{when}The live version stays as it is."


def both_places_taken() -> str:
    """Why nobody can ask for a third training."""
    return "One training runs and one waits. Another can be asked for when one of them has ended."


def by_recipe(recipe: str, how_long: str, running: str | None) -> str:
    """How a training would be done that is asked for by one click; `how_long`: what is known of the time it takes."""
    what = f"As “{title(recipe)}”; other ways stand in the sidebar."
    return " ".join(filter(None, (what, how_long, what_starts(running))))


def train_again(num_new_corrections: int) -> str:
    """The label of the button that learns what people corrected since the live version."""
    return f"Train again with {new_corrections(num_new_corrections) if num_new_corrections else 'what was decided'}"


def too_late() -> str:
    """Why a training was not started that somebody confirmed a moment after somebody else."""
    return "Your training was not started: somebody else took the place in line a moment before."


def failure(status: str, message: str, subject: str = "The training") -> str:
    """Why a training or a search gave nothing, and what that left untouched; `subject`: what it was."""
    if status == "cancelled":
        return f"{subject} was cancelled. Nothing that was there before has changed."
    return message or f"{subject} stopped. The live version is untouched."


def real_model_ready(accuracy: tuple[float, float, float], num_test: int, num_train: int) -> str:
    """That the model is there for which a first look stood in, and what it can do.

    Args:
        accuracy: the share that is right, 0-1, and the ends of its 95 % interval.
        num_test: garments it was judged on.
        num_train: garments it learned from.
    """
    share, low, high = (f"{100 * value:.1f}" for value in accuracy)
    return (
        f"Your real model is ready: {share} of 100 garments right ({low} to {high}, judged on {num_test:,}), "
        f"learned from {num_train:,}."
    )


def live_by_itself(version: int) -> str:
    """That a version is live although nobody decided it."""
    return f"Version {version} is live: it is the first of these garments."


def goes_on(num_rounds_done: int, num_rounds: int) -> str:
    """What trying again saves; empty where it would begin anew."""
    if not num_rounds_done:
        return ""
    if num_rounds_done >= num_rounds:
        return "All rounds are learned already: trying again only has to check and save."
    return f"Trying again goes on from round {num_rounds_done + 1} of {num_rounds}."


def progress(stage: str, seconds_left: float | None) -> str:
    """What a training is doing: "Learning round 3 of 8, about 2 min left"."""
    words = (stage or "waiting to start").strip()
    words = words[:1].upper() + words[1:]
    return words if seconds_left is None else f"{words}, about {phrases.duration(seconds_left)} left"


def started(who: str, seconds_ago: float) -> str:
    """Who started a training and when."""
    return f"Started by {who} {phrases.ago(seconds_ago)}."


def on_another_computer(name: str) -> str:
    """Where a training is done that was asked for on another computer of the team."""
    return f"On the computer {name}, where it was asked for."
