"""The offers to train on own photos, on the page where they are brought in and decided about."""

from core.catalogue.kept import OwnCatalogue
from core.store.runs.runs import Run
from dashboard.data import own_catalogues, runs
from dashboard.garments import wording
from dashboard.training import offer


def render(found: OwnCatalogue, *, key: str = "on") -> None:
    """The offer for photos that nobody trained on yet, or that changed since; how far it is where it runs.

    Args:
        found: the photos.
        key: where it stands, unlike any other.
    """
    learned = _newest(found)
    if learned is None:
        offer.render(found.name, wording.TRAIN, key=f"{key}-{found.name}")
    elif found.changed_at > learned.created_at.timestamp():
        offer.render(found.name, wording.TRAIN_CHANGED, key=f"{key}-{found.name}")
    else:
        offer.render_progress(found.name)


def render_decided(found: OwnCatalogue) -> None:
    """Below the checks: the offer to learn what was decided since these photos were learned last."""
    learned = _newest(found)
    since = 0.0 if learned is None else learned.created_at.timestamp()
    num = sum(each.at > since for each in own_catalogues.decided(found.name, found.rows_file))
    if num and not offer.is_asked(found.name):
        label = wording.train_decided(num, is_again=learned is not None)
        offer.render(found.name, label, key=f"decided-{found.name}")


def _newest(found: OwnCatalogue) -> Run | None:
    return next((run for run in runs.published() if run.scope == found.name), None)
