"""How trainings stand, read once for all parts of a page."""

from core import jobs
from core.jobs import Queue
from dashboard.data import store


def queue() -> Queue:
    """The training that runs, that waits and that ended last; see `jobs.queue`."""
    return store.once("trainings", jobs.queue)
