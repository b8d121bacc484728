"""What holds for every test of a page: nothing is remembered from another test, and no process is started."""

import functools

import pytest
from streamlit.components.v2 import manifest_scanner

from core import jobs
from dashboard.session import address


@pytest.fixture(scope="session", autouse=True)
def installed_components_are_looked_for_once():
    """Streamlit reads the description of every installed package for every page that is opened; they stay the same."""
    with pytest.MonkeyPatch.context() as patch:
        looked_for_once = functools.cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", looked_for_once)
        yield


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
