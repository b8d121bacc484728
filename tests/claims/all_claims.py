"""Every claim there is."""

from tests.claims import guard_rails

CLAIMS = guard_rails.CLAIMS
