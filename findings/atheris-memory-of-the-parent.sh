#!/usr/bin/env bash
# How much memory a fuzzing run is said to take that was started by a process which takes a lot.
#
# Version: atheris 3.0.0 (PyPI), with Python 3.11 on Linux, x86-64. Seen on 2026-11-29.
# Expected: its limit of 2,048 MB (-rss_limit_mb) is about its own memory, which is less than 200 MB here.
# Seen: a run that is started by a process of 2.4 GB ends within its first second or two with exit code 71 and "out-of-memory",
# and the input it had at that moment is written down as the culprit. libFuzzer reads the peak that Linux keeps for a
# process, and that holds what the process was before it became the fuzzer: a copy of whoever started it. The very same run
# from a shell in between ends well.
# What follows: a fuzzing run inside a suite of tests fails once the suite has grown, and an innocent input is blamed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check atheris==3.0.0 2>/dev/null
cat > fuzz.py <<'PY'
import sys
import atheris
atheris.Setup(sys.argv, lambda data: None)
atheris.Fuzz()
PY
cat > start.py <<'PY'
import subprocess, sys
held = bytearray(2_400_000_000)
held[:: 4096] = b"x" * len(held[:: 4096])
command = [sys.executable, "fuzz.py", "-max_total_time=5", "-artifact_prefix=./"]
for name, started in (("itself", command), ("by a shell", ["sh", "-c", '"$@"; exit $?', "sh", *command])):
    done = subprocess.run(started, capture_output=True, text=True)
    print(name, done.returncode, "out-of-memory" in done.stderr)
PY
venv/bin/python start.py | tee seen
printf 'itself 71 True\nby a shell 0 False\n' > expected
diff expected seen && echo "as stated"
