"""What a training would bring that no version has yet. Knows no screen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.jobs.requests import TrainingRequest
from core.model import code_version
from core.store.runs.contents import LearnedCorrections
from core.store.runs.runs import Run
from core.store.verdicts.corrections import Corrections


@dataclass(frozen=True, kw_only=True, slots=True)
class ToLearn:
    """What people corrected in the garments of one version, and what of it that version does not know."""

    num_corrections: int = 0
    """Labels that a training would replace."""
    num_left_out: int = 0
    """Garments it would leave out, because nobody can tell what they are."""
    num_people: int = 0
    """Who said so."""
    num_new: int = 0
    """Of the corrections, those that the version did not learn with."""
    is_other: bool = False
    """Whether the version learned with another set, be it larger or smaller."""


def to_learn(run: Run, confirmed: Corrections, learned: LearnedCorrections) -> ToLearn:
    """Compares what holds today with what a version learned with.

    Args:
        run: the version.
        confirmed: the corrections of its training garments today.
        learned: those it learned with, as `core.store.runs.file_reader.load_corrections` gives them.
    """
    known = {line["garment"]: line["category"] for line in learned["relabelled"]}
    new = [key for key, category in confirmed.categories.items() if known.get(key) != category]
    return ToLearn(
        num_corrections=len(confirmed),
        num_left_out=len(confirmed.unclear_positions),
        num_people=len(confirmed.people),
        num_new=len(new),
        is_other=run.corrections_digest != ("" if confirmed.is_empty else confirmed.digest),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """A training that could be started, against the versions there are."""

    same: Run | None
    """The version that this very training gave before; training again gives the same."""
    live: Run
    """The version that is live, which the rest compares with."""
    differences: tuple[str, ...]
    """What differs from the live version: garments, labels (what people corrected), recipe, seed, program (the code
    that decides the result)."""
    to_learn: ToLearn
    """What people corrected, against what the live version learned with."""


def since(
    live: Run,
    request: TrainingRequest,
    published: Sequence[Run],
    named_catalogue: str | None,
    to_learn_of: Callable[[Run], ToLearn],
    is_changed_since: Callable[[Run], bool] = lambda run: False,
) -> News:
    """What that request would bring.

    A catalogue of the program never changes as long as its name and the code that reads it stay, and what is one's own
    notes when it changes, so no picture is read for this. Of other garments nothing else is compared: that a recipe is
    another one says nothing there.

    Args:
        live: the live version.
        request: what would be trained.
        published: every run, newest first.
        named_catalogue: the one of the settings; None: as the live version had it.
        to_learn_of: `to_learn` of a version.
        is_changed_since: whether the garments of a version changed since it learned them.
    """
    recipe = request.full_recipe.model_dump(mode="json")
    wanted = request.catalogue or named_catalogue or live.catalogue
    key = (wanted, recipe, request.seed)
    alike = (
        run
        for run in published
        if (run.catalogue, run.recipe, run.seed) == key and code_version.is_current(run.code_version)
    )
    same = next((run for run in alike if not to_learn_of(run).is_other and not is_changed_since(run)), None)
    since_live = to_learn_of(live)
    if wanted != live.catalogue:
        return News(same=same, live=live, differences=("garments",), to_learn=since_live)
    is_other = {
        "garments": is_changed_since(live),
        "labels": since_live.is_other,
        "recipe": recipe != live.recipe,
        "seed": request.seed != live.seed,
        "program": not code_version.is_current(live.code_version),
    }
    differences = tuple(name for name, differs in is_other.items() if differs)
    return News(same=same, live=live, differences=differences, to_learn=since_live)
