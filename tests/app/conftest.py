"""What holds for every test of a page: nothing is remembered from another test, and no process is started."""

import pytest

from core import jobs
from dashboard.session import address


@pytest.fixture(autouse=True)
def fresh_caches():
    address.st.cache_resource.clear()
    yield
    address.st.cache_resource.clear()


class NoLauncher:
    def launch(self, store, job_id):
        pass

    def log(self, store, job_id):
        return "nothing"


@pytest.fixture(autouse=True)
def nothing_is_launched(monkeypatch):
    """Neither a training nor a calibration."""
    monkeypatch.setitem(jobs.LAUNCHERS, "process", NoLauncher())
