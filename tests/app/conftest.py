"""What holds for every test of a page: nothing is remembered from another test, and no process is started."""

import functools

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core import jobs
from core.access import acting
from core.access.roles import Person, Role
from dashboard.session import address, person


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


@pytest.fixture(autouse=True)
def an_operator_acts(monkeypatch):
    """Where a page runs, so that whatever it writes has to have asked; having no name, it leaves names as given."""
    operator = Person(name="", role=Role.OPERATOR, known_by="")
    monkeypatch.setattr(person, "found_for_core", lambda: None)
    acting.found_by(lambda: operator if get_script_run_ctx(suppress_warning=True) else None)
    yield
    acting.found_by(None)


class NoLauncher:
    def launch(self, store, job_id):
        pass

    def log(self, store, job_id):
        return "nothing"


@pytest.fixture(autouse=True)
def nothing_is_launched(monkeypatch):
    """Neither a training nor a calibration."""
    monkeypatch.setitem(jobs.LAUNCHERS, "process", NoLauncher())
