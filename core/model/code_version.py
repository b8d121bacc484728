"""The version of the code that a training depends on. Knows no torch."""

import functools
import hashlib
import importlib.metadata
from pathlib import Path

_CORE = Path(__file__).parent.parent
_PACKAGES = ("model", "catalogue")


@functools.cache
def code_version() -> str:
    """12 hex digits that change with any source of core.model and core.catalogue and with torch's version."""
    digest = hashlib.sha256(importlib.metadata.version("torch").encode())
    for package in _PACKAGES:
        for path in sorted((_CORE / package).glob("*.py")):
            content = path.read_text(encoding="utf-8")  # text: line ends differ between systems, the code does not
            digest.update(f"\n{package}/{path.name} {len(content)}\n{content}".encode())
    return digest.hexdigest()[:12]
