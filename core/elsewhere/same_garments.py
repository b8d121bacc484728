"""A version of ours on the very garments that tags from elsewhere are about: their photos brought in, then trained."""

from core import errors, jobs
from core.access.roles import Action
from core.catalogue import CATALOGUES, kept
from core.catalogue.own.records import Choices, Layout, Row
from core.jobs import bringing_in, launchers
from core.store import Store
from core.store.base import permission
from core.store.runs import file_reader, in_place
from core.store.runs.runs import Run

RECIPE = "quick"
KIND = "The pictures and labels that came with the tags of {}."


def is_ready(store: Store, run: Run) -> bool:
    """Whether a training can start at once, because the garments are a catalogue that is here."""
    return run.catalogue in CATALOGUES or run.catalogue in kept.names(store.home)


@permission.needs(Action.REVIEW)
def start(store: Store, run: Run, *, who: str) -> None:
    """Starts a training on the garments of that version, at once or after its photos were brought in.

    Raises:
        errors.ElsewhereRefused: the version was trained here, or the process cannot be started.
        errors.GarmentsError: as `jobs.submit` raises it.
    """
    if run.elsewhere is None:
        raise errors.ElsewhereRefused(f"Version {run.version} was trained here already.")
    if is_ready(store, run):
        jobs.submit(store, request_of(run), started_by=who)
        return
    try:
        launchers.run_detached(store, ["train-same", run.id, "--by", who], f"train-same-{run.id}")
    except OSError as error:
        raise errors.ElsewhereRefused(f"No process could be started ({error.strerror}). Try again.") from None


def work(store: Store, run: Run, *, who: str) -> None:
    """What the process does: brings the photos in under the name of their catalogue, then asks for a training.

    Raises:
        errors.CatalogueError: the photos cannot be brought in.
        errors.GarmentsError: as `jobs.submit` raises it.
    """
    if not is_ready(store, run):
        layout = layout_of(store, run)
        bringing_in.bring_in(
            store, run.catalogue, in_place.folder_of(store, run), layout, Choices(), who=who,
            on_progress=lambda doing, share: None,
        )  # fmt: skip
    jobs.submit(store, request_of(run), started_by=who)


def request_of(run: Run) -> jobs.TrainingRequest:
    """The training that is asked for."""
    is_own = run.catalogue not in CATALOGUES
    return jobs.TrainingRequest(recipe=RECIPE, catalogue=run.catalogue if is_own else None)


def layout_of(store: Store, run: Run) -> Layout:
    """The photos of the version with the labels that its file gave them."""
    assert run.elsewhere is not None
    photos = in_place.places(store, run)["photo"].tolist()
    labels = file_reader.load_labels(store, run, "test").tolist()
    rows = tuple(Row(photo=photo, category=run.class_names[label]) for photo, label in zip(photos, labels, strict=True))
    return Layout(kind=KIND.format(run.elsewhere.name), rows=rows, columns={})
