"""A gate in front of something that says yes to everything."""

import pytest
from streamlit import config

from core.settings import Settings
from dashboard.gate.gate import Gate
from dashboard.gate.headers import SecurityHeaders
from tests.gate.asking import Behind

ROLES = {"viewers": "*", "reviewers": "ruth@example.com, group:merchandising", "approvers": "ada@example.com",
         "operators": "group:it"}  # fmt: skip


@pytest.fixture(autouse=True)
def streamlit_of_this_project():
    """The options that the project's own file gives."""
    before = config.get_option("server.allowedHosts")
    config.set_option("server.allowedHosts", ["localhost", "127.0.0.1", "garments.example.com"])
    yield
    config.set_option("server.allowedHosts", before)


@pytest.fixture
def gated(tmp_path):
    """A function of settings: the gate with these, and what stands behind it."""

    def of(**settings):
        behind = Behind()
        given = Settings(home=tmp_path, **settings)
        return SecurityHeaders(Gate(behind, given)), behind, given

    return of
