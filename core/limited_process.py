"""What a process that reads strangers' files is given: no settings, no secrets, and no more than it needs."""

import contextlib
import os

INHERITED = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONPATH", "PYTHONHOME", "TMPDIR", "TEMP")
"""Names of the environment without which Python does not start everywhere."""


def environment() -> dict[str, str]:
    """The environment of such a process, for who starts it."""
    return {name: os.environ[name] for name in INHERITED if name in os.environ}


def limit(*, memory_bytes: int, file_bytes: int) -> None:
    """Takes from this process what it does not need, as far as the system can; on Windows only its time is limited.

    Args:
        memory_bytes: most address space that it may take.
        file_bytes: most that it may write into one file; 0 for none.
    """
    try:
        import resource
    except ImportError:  # Windows has no such limits: there only the time is limited
        return
    for name, most in (("RLIMIT_AS", memory_bytes), ("RLIMIT_FSIZE", file_bytes), ("RLIMIT_CORE", 0)):
        with contextlib.suppress(ValueError, OSError, AttributeError):  # some systems refuse some of them
            kind = getattr(resource, name)
            resource.setrlimit(kind, (most, most))
