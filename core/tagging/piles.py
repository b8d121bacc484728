"""Which pile a tagged photo belongs to. Pure.

What is like nothing learned is *not ours* and gets no tag. What is sure enough, and of whose photo nothing was noticed
that a person should see, is *ready*. All else is for a person to *check*.
"""

READY, CHECK, NOT_OURS, UNREADABLE = PILES = ("ready", "check", "not ours", "unreadable")


def pile(*, is_trusted: bool, is_unlike: bool, needs_look: bool) -> str:
    """The pile of a photo that could be read: ready, check or not ours.

    Args:
        is_trusted: whether its tag is at or above the line.
        is_unlike: whether it looks unlike anything learned.
        needs_look: whether something was noticed that asks for a person.
    """
    if is_unlike:
        return NOT_OURS
    return READY if is_trusted and not needs_look else CHECK
