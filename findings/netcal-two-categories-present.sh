#!/usr/bin/env bash
# How netcal decides that a problem has two classes.
#
# Version: netcal 1.4.0 (PyPI) with torch 2.15.0, Python 3.11 on Linux, x86-64. Seen on 2026-11-29.
# Expected: the calibration error of (N, K) probabilities can be measured whatever labels the N garments carry: K says how many classes
# there are.
# Seen: the number of different labels among the N decides. Where at most two of three classes occur, the same probabilities that were
# measured a moment before are refused with a RuntimeError that speaks of a "binary classification problem".
# What follows: the calibration of one delivery, or of one page's filter, which often holds garments of one or two categories, cannot be
# measured with it from probabilities; from the confidence and whether it was right it can.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check netcal==1.4.0 torch==2.15.0 2>/dev/null
cat > measure.py <<'PY'
import warnings

import numpy as np
from netcal.metrics import ECE

warnings.simplefilter("ignore")
PROBABILITIES = np.array([[0.55, 0.25, 0.2], [0.2, 0.65, 0.15], [0.65, 0.25, 0.1], [0.1, 0.15, 0.75]])
for labels in ([0, 1, 2, 2], [0, 1, 0, 1], [2, 2, 2, 2]):
    try:
        print(labels, f"{ECE(10).measure(PROBABILITIES, np.array(labels)):.3f}")
    except RuntimeError as error:
        print(labels, "RuntimeError", "binary" in str(error))
is_right = PROBABILITIES.argmax(axis=1) == np.array([0, 1, 0, 1])
print("from confidences", f"{ECE(10).measure(PROBABILITIES.max(axis=1), is_right.astype(int)):.3f}")
PY
venv/bin/python measure.py | tee seen
printf '[0, 1, 2, 2] 0.250\n[0, 1, 0, 1] RuntimeError True\n[2, 2, 2, 2] RuntimeError True\n' > expected
head -3 seen | diff expected - && grep -q '^from confidences 0' seen && echo "as stated"
