"""What a job is called on screen, the same wherever it is named."""

from core.jobs import Job, first_start
from dashboard.data import store
from dashboard.training import wording


def of_job(job: Job) -> str:
    """Its name on screen; what is trained before anybody asked for anything has one of its own."""
    is_look = first_start.is_first_look(store.store(), job.request, job.started_by)
    return "First look" if is_look else wording.title(job.name)
