#!/usr/bin/env bash
# A mutation run of one function with one test that passes.
#
# Version: mutmut 3.8.0 (PyPI) with pytest 9.2.0, and for comparison pytest 9.1.0; Python 3.11 or newer.
# Seen on 2026-11-29.
# Expected: mutmut asks for "pytest" without an upper bound, so the newest one does: the mutants are made and judged.
# Seen: with 9.2.0 no mutant is judged. While it counts which test reaches which function, mutmut reads a private
# attribute of pytest's test items that 9.2.0 no longer has; every test ends in an error at its teardown, and the run
# stops with "failed to collect stats" (exit code 1). With 9.1.0 the same project gives its mutants and is done.
# What follows: mutate with the older pytest in an environment of its own, or read the public attribute in its place.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir -p src/shop tests
cat > src/shop/__init__.py <<'PY'
def is_ready(share):
    return share >= 0.9
PY
cat > tests/test_shop.py <<'PY'
from shop import is_ready


def test_at_the_line():
    assert is_ready(0.9) and not is_ready(0.8)
PY
cat > pyproject.toml <<'TOML'
[project]
name = "shop"
version = "0"

[tool.mutmut]
source_paths = ["src"]
pytest_add_cli_args_test_selection = ["tests"]
TOML
for pytest in 9.2.0 9.1.0; do
  python3 -m venv "venv-$pytest"
  "venv-$pytest/bin/pip" install --quiet --disable-pip-version-check mutmut==3.8.0 "pytest==$pytest"
  rm -rf mutants
  code=0
  PYTHONPATH=src "venv-$pytest/bin/python" -m mutmut run > "said-$pytest" 2>&1 || code=$?
  reason=$(grep -ao "has no attribute '_nodeid'\|failed to collect stats" "said-$pytest" | sort -u | tr '\n' ';' || true)
  echo "pytest $pytest: exit $code; ${reason:-mutants were judged}"
done | tee seen
cat > expected <<'TXT'
pytest 9.2.0: exit 1; failed to collect stats;has no attribute '_nodeid';
pytest 9.1.0: exit 0; mutants were judged
TXT
diff expected seen && echo "as stated"
