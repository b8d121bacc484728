"""What an interrupted training left, found again for a request without torch and without the garments.

Beside the checkpoint lies `request.json` with what was asked for. Whether the checkpoint fits is decided by who reads
it whole, `core.model.checkpoints`; here it is only looked at, so that people learn what trying again will save.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.jobs.requests import TrainingRequest
from core.model import code_version
from core.store import Store
from core.store.verdicts import verdict_tables

REQUEST_FILE = "request.json"
_CHECKPOINT_FILE = "checkpoint.safetensors"
_LONGEST_HEADER = 10_000_000


def note(folder: Path, request: TrainingRequest, newest_verdict: int = 0) -> None:
    """Writes down what the checkpoints of that folder are for, and the last verdict that may have counted."""
    folder.mkdir(parents=True, exist_ok=True)
    staged = folder / f"{REQUEST_FILE}.tmp"
    staged.write_text(json.dumps(_described(request, newest_verdict)))
    staged.replace(folder / REQUEST_FILE)


def rounds_done(store: Store, request: TrainingRequest) -> int:
    """How many rounds of that training are kept; 0 where it would begin anew, or may because somebody spoke since."""
    wanted = _described(request, verdict_tables.newest_number(store))
    folders = (store.home / "checkpoints").glob("*")
    return max((rounds_in(folder) for folder in folders if _read(folder / REQUEST_FILE) == wanted), default=0)


def rounds_in(folder: Path) -> int:
    """How many rounds the checkpoint in that folder holds; 0 where there is none or it cannot be read.

    Reads the header alone (https://huggingface.co/docs/safetensors/index#format): eight bytes with its length, JSON.
    """
    try:
        with (folder / _CHECKPOINT_FILE).open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            header = json.loads(file.read(min(length, _LONGEST_HEADER)))
        return len(json.loads(header["__metadata__"]["history"]))
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def _described(request: TrainingRequest, newest_verdict: int) -> dict[str, Any]:
    # Another version of the code begins anew, and `again` asks for the same training.
    present = code_version.code_version()
    return {**asdict(request), "again": None, "code_version": present, "newest_verdict": newest_verdict}


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return None
