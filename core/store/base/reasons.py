"""Why somebody decided something, in that person's own words: kept with what was decided, and in the log."""

from core import errors

SHORTEST, LONGEST = 10, 2000
"""Characters of a reason."""


def checked(reason: str, purpose: str) -> str:
    """The reason without blanks around it.

    Args:
        reason: as it was typed.
        purpose: what it is needed for, for the message: "to change what is live".

    Raises:
        errors.ReasonMissing: it has fewer than `SHORTEST` characters or more than `LONGEST`.
    """
    reason = reason.strip()
    if not SHORTEST <= len(reason) <= LONGEST:
        shown = reason if len(reason) <= 80 else reason[:80] + "…"
        raise errors.ReasonMissing(
            f"A reason is needed {purpose}, {SHORTEST} to {LONGEST:,} characters: it stands in the log. Got {shown!r}."
        )
    return reason
