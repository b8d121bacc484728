"""Which pile a tagged photo belongs to. Pure.

What is like nothing learned gets no tag: where something was noticed about the photo it was *not recognised* in it,
else it is *not ours*. What is sure enough, and of whose photo nothing was noticed that a person should see, is *ready*.
All else is for a person to *check*.
"""

PILES = ("ready", "check", "not recognised", "not ours", "unreadable")
READY, CHECK, NOT_RECOGNISED, NOT_OURS, UNREADABLE = PILES


def pile(*, is_trusted: bool, is_unlike: bool, needs_look: bool, is_odd: bool) -> str:
    """The pile of a photo that could be read: ready, check, not recognised or not ours.

    Args:
        is_trusted: whether its tag is at or above the line.
        is_unlike: whether it looks unlike anything learned.
        needs_look: whether something was noticed that asks for a person.
        is_odd: whether that is something about the photo (`core.photos.photo_check.is_odd`): a shirt on a floor looks
            unlike anything learned, but not because it is no shirt.
    """
    if is_unlike:
        return NOT_RECOGNISED if is_odd else NOT_OURS
    return READY if is_trusted and not needs_look else CHECK
