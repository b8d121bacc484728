"""Asks an advisory source for known holes in the pinned packages: `python -m tests.audit [--advisories URL]`.

It runs pip-audit (requirements-audit.txt) on every requirements file. Exit codes: 0 nothing known that is not put up
with for now, 1 something, 3 not every package could be asked about. By itself pip-audit calls that "no known
vulnerabilities": where the source knows none of the packages, it ends well with each of them skipped.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from core.settings import PROJECT_ROOT

FILES = ("requirements.txt", "requirements-team.txt", "requirements-dev.txt", "requirements-audit.txt")
LONGEST_WAIVER_DAYS = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiver:
    """A hole that is put up with for some days."""

    since: date
    reason: str
    """Why it does no harm here until then."""


WAIVERS: Mapping[str, Waiver] = {}
"""Id or alias of the advisory -> why and since when; after 30 days it counts again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """A hole in a package of a file."""

    package: str
    ids: tuple[str, ...]
    """Id of the advisory and its other names."""
    fixed_in: tuple[str, ...]


def program() -> Path | None:
    """pip-audit as .ci/run installs it, or None: `python -m venv .venv/audit`, then requirements-audit.txt into it."""
    found = PROJECT_ROOT / ".venv" / "audit" / "bin" / "pip-audit"
    return found if found.is_file() else None


def ask(pip_audit: Path, file: Path, advisories: str | None) -> tuple[list[Finding], list[str]]:
    """What is known of the packages of a file, and the names of those nobody could be asked about; ["*"] for all."""
    source = ["--vulnerability-service", "osv", "--osv-url", advisories] if advisories else []
    fixed = ["--disable-pip", "--require-hashes", "--progress-spinner", "off", "--format", "json", "--timeout", "15"]
    done = subprocess.run([pip_audit, *source, *fixed, "-r", file], capture_output=True, text=True, check=False)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except ValueError:  # it ends with a stack trace where the source cannot be reached
        return [], ["*"]
    found = [
        Finding(package=package["name"], ids=(hole["id"], *hole["aliases"]), fixed_in=tuple(hole["fix_versions"]))
        for package in packages
        for hole in package.get("vulns", ())
    ]
    return found, [package["name"] for package in packages if "skip_reason" in package]


def counts(finding: Finding, waivers: Mapping[str, Waiver], today: date) -> bool:
    """Whether nobody has said, within the last 30 days, that it does no harm here."""
    said = [waivers[name] for name in finding.ids if name in waivers]
    return not any(0 <= (today - waiver.since).days <= LONGEST_WAIVER_DAYS for waiver in said)


def report(pip_audit: Path, files: tuple[Path, ...], advisories: str | None, today: date) -> Iterator[tuple[int, str]]:
    """An exit code and a sentence for each file and each hole."""
    for file in files:
        found, unasked = ask(pip_audit, file, advisories)
        for hole in found:
            code = 1 if counts(hole, WAIVERS, today) else 0
            fixed = f"closed in {', '.join(hole.fixed_in)}" if hole.fixed_in else "not closed yet"
            yield code, f"{file.name}: {hole.package} has {' / '.join(hole.ids)}, {fixed}{'' if code else ' (waived)'}."
        if unasked == ["*"]:
            yield 3, f"{file.name}: no advisory source could be reached; nothing was checked."
        elif unasked:
            yield 3, f"{file.name}: the source knows nothing of {len(unasked)} packages: {', '.join(unasked[:5])}."
        else:
            yield 0, f"{file.name}: every package was asked about."


def main() -> int:
    """Asks for all files; the exit code is 1 if any hole counts, else 3 if anything was left unasked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--advisories", help="address of a source that answers as OSV does; without: PyPI")
    parser.add_argument("--program", type=Path, default=program(), help="pip-audit")
    parser.add_argument("files", nargs="*", type=Path, default=[PROJECT_ROOT / name for name in FILES])
    given = parser.parse_args()
    if given.program is None:
        sys.stderr.write("pip-audit is not here: install requirements-audit.txt into .venv/audit.\n")
        return 3
    lines = list(report(given.program, tuple(given.files), given.advisories, datetime.now(UTC).date()))
    sys.stdout.write("".join(f"{sentence}\n" for _, sentence in lines))
    codes = {code for code, _ in lines}
    return 1 if 1 in codes else max(codes)


if __name__ == "__main__":
    sys.exit(main())
