"""Named moments at which a test can have this process killed, to show that nothing half-done is ever seen.

Without the variable `FAILPOINT` in the environment, reaching one does nothing.
"""

import itertools
import os
import signal

_VISITS = itertools.count(1)


def reach(name: str) -> None:
    """Kills this process where `FAILPOINT` in the environment is `name`, or `name:5` at the fifth time it comes here.

    As a power cut would, unless `FAILPOINT_SIGNAL` names another signal.
    """
    wanted, _, visit = os.environ.get("FAILPOINT", "").partition(":")
    if wanted == name and next(_VISITS) >= int(visit or 1):
        fallback = "SIGKILL" if hasattr(signal, "SIGKILL") else "SIGTERM"
        os.kill(os.getpid(), getattr(signal, os.environ.get("FAILPOINT_SIGNAL", fallback)))
