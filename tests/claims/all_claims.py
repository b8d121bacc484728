"""Every claim there is."""

from tests.claims import acceptance, deliveries, guard_rails, lines, review, suspects, watched, weak_groups

CLAIMS = (
    *guard_rails.CLAIMS,
    *acceptance.CLAIMS,
    *watched.CLAIMS,
    *lines.CLAIMS,
    *deliveries.CLAIMS,
    *suspects.CLAIMS,
    *review.CLAIMS,
    *weak_groups.CLAIMS,
)
