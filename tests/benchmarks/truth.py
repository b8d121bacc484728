"""Re-draws what the program claims of its own figures, and prints what is claimed beside what is measured.

    python -m tests.benchmarks.truth

Exits with 1 where a line lies outside its claim. docs/statistics.md holds the last result.
"""

import sys
import time

import numpy as np

from tests.claims.all_claims import CLAIMS


def main() -> int:
    """Measures every claim; the number of those that do not hold, at most 1."""
    outside = 0
    for claim in CLAIMS:
        started = time.monotonic()
        value = claim.measure(np.random.default_rng(1), claim.many)
        verdict = "holds" if claim.agrees(value) else "DOES NOT HOLD"
        outside += not claim.agrees(value)
        print(f"{verdict:13} {claim.name}: claimed {claim.claimed}; measured {value:.3g} "
              f"({claim.many} re-draws, {time.monotonic() - started:.1f} s)", flush=True)  # fmt: skip
    return min(1, outside)


if __name__ == "__main__":
    sys.exit(main())
