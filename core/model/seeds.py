"""Random seeds for each part of a training, derived from the one seed a person gives."""

import hashlib


def derived(seed: int, purpose: str) -> int:
    """A seed in 0 to 2**63 - 1 for one purpose: independent of those for other purposes and other seeds."""
    digest = hashlib.sha256(f"{seed} {purpose}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1
