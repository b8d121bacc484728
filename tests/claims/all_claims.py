"""Every claim there is."""

from tests.claims import acceptance, guard_rails

CLAIMS = (*guard_rails.CLAIMS, *acceptance.CLAIMS)
