"""The entry: `streamlit run dashboard`. The gate, and behind it what `main.py` shows; nothing else."""

import contextlib
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))  # core and dashboard are found from any folder
# Streamlit reloads edited modules only below PYTHONPATH, and trainings inherit it.
_PATHS = [str(ROOT), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(_PATHS))

import streamlit as st  # noqa: E402  (the path must be set first)
from starlette.middleware import Middleware  # noqa: E402

from dashboard.gate import health, starting  # noqa: E402
from dashboard.gate.gate import Gate  # noqa: E402
from dashboard.gate.headers import SecurityHeaders  # noqa: E402
from dashboard.session import guard  # noqa: E402
from dashboard.shell import ending  # noqa: E402


@contextlib.asynccontextmanager
async def _alive(app: st.App) -> AsyncIterator[None]:
    async with ending.watched():
        yield


_SETTINGS = starting.checked_settings()
app = st.App(
    ROOT / "dashboard" / "main.py",
    routes=health.routes(_SETTINGS),
    middleware=[Middleware(SecurityHeaders), Middleware(Gate, settings=_SETTINGS)],
    lifespan=_alive,
    on_script_error=guard.note_error,
)
