"""Named moments at which a test can have this process killed, to show that nothing half-done is ever seen.

Without the variable `FAILPOINT` in the environment, reaching one does nothing.
"""

import os
import signal


def reach(name: str) -> None:
    """Kills this process, as a power cut would, where `FAILPOINT` in the environment is `name`."""
    if os.environ.get("FAILPOINT") == name:
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
