"""Why a training stopped, in one sentence that a merchandiser can read."""

import errno

from core import errors
from core.jobs import preflight
from core.store import Store

_UNTOUCHED = "The live version is untouched."
_FULL_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# Libraries that write files themselves tell the number only inside their text.
_FULL_DISK_WORDS = ("no space left", "disk is full", "file too large", "disk quota exceeded")
# oneDNN, which computes the layers, says of a lack of memory only that it could not create what computes one.
_MEMORY_WORDS = ("out of memory", "not enough memory", "cannot allocate memory", "could not create a primitive")


def sentence(store: Store, error: BaseException) -> str:
    """What happened, what still holds, and the next step."""
    if is_full_disk(error):
        needed, free = (preflight.megabytes(count(store)) for count in (preflight.needed_bytes, preflight.free_bytes))
        return (
            f"The disk is full: a training needs {needed}, {free} are free. {_UNTOUCHED} Free some space, then try "
            "again."
        )
    if isinstance(error, MemoryError) or any(word in str(error).lower() for word in _MEMORY_WORDS):
        return f"There was not enough memory. {_UNTOUCHED} Close other programs, then try again."
    if isinstance(error, errors.GarmentsError):
        return f"{error} {_UNTOUCHED}"
    return f"The training stopped because of an unexpected error. {_UNTOUCHED}"


def is_full_disk(error: BaseException) -> bool:
    """Whether something could not be written because there was no room."""
    if isinstance(error, OSError) and error.errno in _FULL_DISK:
        return True
    return any(words in str(error).lower() for words in _FULL_DISK_WORDS)
