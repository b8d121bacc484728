"""What a training would bring that no version has yet. Knows no screen."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.jobs.requests import TrainingRequest
from core.model import versions
from core.store.runs import Run


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """A training that could be started, against the versions there are."""

    same: Run | None
    """The version that this very training gave before; training again gives the same."""
    live: Run
    """The version that is live, which the rest compares with."""
    differences: tuple[str, ...]
    """What differs from the live version, of garments, recipe, seed, program (the code that decides the result)."""


def since(live: Run, request: TrainingRequest, published: Sequence[Run], named_catalogue: str | None) -> News:
    """What that request would bring.

    A catalogue never changes as long as its name and the code that reads it stay, so no picture is read for this.

    Args:
        live: the live version.
        request: what would be trained.
        published: every run, newest first.
        named_catalogue: the one of the settings; None: as the live version had it.
    """
    recipe = request.full_recipe.model_dump(mode="json")
    wanted = request.catalogue or named_catalogue or live.catalogue
    key = (wanted, recipe, request.seed, versions.code_version())
    found = (run for run in published if (run.catalogue, run.recipe, run.seed, run.code_version) == key)
    # Corrected labels become one more line here: they are other garments to learn from.
    is_other = {
        "garments": wanted != live.catalogue,
        "recipe": recipe != live.recipe,
        "seed": request.seed != live.seed,
        "program": versions.code_version() != live.code_version,
    }
    differences = tuple(name for name, differs in is_other.items() if differs)
    return News(same=next(found, None), live=live, differences=differences)
