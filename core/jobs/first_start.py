"""The first start of a computer without a version: a first look on the built-in sample, then the real garments.

Both are asked for in one transaction, the second as the one that waits, so that whatever dies in between the queue goes
on (`core.jobs.work_queue`). Nobody chose the first look: until a person decides, the first version of other garments
takes its place as the live one, see `core.store.runs.publishing`.
"""

from core import catalogue
from core.jobs import preflight, records, work_queue
from core.jobs.job import Job
from core.jobs.requests import TrainingRequest, resolved
from core.store import Store
from core.store.base import permission
from core.store.runs import publishing

RECIPE = "quick"
BY_ITSELF = "the dashboard"
"""Who asks for the trainings of a first start."""


@permission.by_itself
def ask(store: Store) -> Job | None:
    """The first of the trainings that give the first versions, started; None where anything was trained before.

    Raises:
        errors.JobError: the disk is too full, or the worker could not be started; one sentence says which.
        errors.SettingsError: the settings name a catalogue that there is not.
    """
    preflight.check(store)
    asked = records.insert_first(store, wanted(store), started_by=BY_ITSELF)
    if not asked:
        return None
    work_queue.start(store, asked[0])
    return asked[0]


def wanted(store: Store) -> list[TrainingRequest]:
    """What a first start trains, in turn; the sample comes first where the garments are those it was taken from."""
    real = resolved(TrainingRequest(recipe=RECIPE), store.settings)
    named = catalogue.named_by(real.catalogue, store.settings)
    if named not in (None, catalogue.DEFAULT):
        return [real]
    return [TrainingRequest(recipe=RECIPE, catalogue=catalogue.FALLBACK), real]


def is_first_look(store: Store, request: TrainingRequest, started_by: str) -> bool:
    """Whether that training is the first look of a first start, which nobody chose."""
    is_it = started_by == BY_ITSELF and request.catalogue == catalogue.FALLBACK and request.kind == "training"
    # Not by what a first start would train now: somebody may have chosen own photos since.
    return is_it and store.settings.catalogue in (None, catalogue.DEFAULT)


def arrival(store: Store, request: TrainingRequest, started_by: str) -> publishing.Arrival:
    """How what that training gives will come."""
    if is_first_look(store, request, started_by):
        return "first look"
    return "after the first look" if is_open(store) else "usual"


def is_open(store: Store) -> bool:
    """Whether a first look was begun by itself and nothing else was trained to its end since."""
    first = records.oldest(store)
    return (
        first is not None
        and is_first_look(store, first.request, first.started_by)
        and not records.was_another_finished(store, first)
    )
