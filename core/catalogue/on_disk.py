"""Arrays that lie on the disk and are read where they are looked at: their memory is given back."""

import mmap
from typing import Any

from numpy.typing import NDArray


def let_go(array: NDArray[Any]) -> None:
    """Gives back the memory of an array that lies on the disk; what is asked for next is read from there again.

    An array that lies in memory, and a system that cannot, is left as it is.
    """
    found: Any = array
    while found is not None and not isinstance(found, mmap.mmap):
        found = getattr(found, "_mmap", None) or getattr(found, "base", None)
    if found is not None and hasattr(found, "madvise"):
        found.madvise(mmap.MADV_DONTNEED)
