import re
from pathlib import Path

import numpy as np
import pytest

from tests.claims.all_claims import CLAIMS

DOCUMENT = Path(__file__).parents[2] / "docs" / "statistics.md"


@pytest.mark.parametrize("claim", CLAIMS, ids=[claim.name for claim in CLAIMS])
def test_what_is_claimed_is_measured(claim):
    value = claim.measure(np.random.default_rng(0), claim.few)
    assert claim.agrees(value), f"{claim.claimed}; measured {value:.3g}"


def test_every_line_of_the_document_is_a_claim_and_every_claim_a_line():
    rows = re.findall(r"^\| `([^`]+)` \|", DOCUMENT.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert sorted(rows) == sorted(claim.name for claim in CLAIMS)
