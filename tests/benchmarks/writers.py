"""What a verdict costs when others save theirs at the same time, on both databases; by hand.

    python -m tests.benchmarks.writers [--writers 8] [--verdicts 500]

Each writer is a process of its own, as each computer of a team is. First one alone, then all of them: without a pause,
where each waits for all others by definition, and at a person's fastest pace, eight verdicts a second each.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from core import settings
from core.settings import PROJECT_ROOT
from core.store import open_store
from core.store.verdicts import verdict_tables
from tests.support import cluster, worlds

WRITER = """
import json, sys, time, uuid
from core import settings
from core.store import open_store
from core.store.runs import runs
from core.store.verdicts import verdicts
from core.store.verdicts.verdict_lines import Subject
who, num, pause = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
store = open_store(settings.load())
run = runs.find(store, "1")
print("ready", flush=True)
sys.stdin.readline()
seconds, refused = [], 0
for number in range(num):
    due = time.monotonic()
    subject = Subject(garment=uuid.uuid4().hex * 2, label=run.class_names[0], split="train", position=0, seen=0)
    try:
        verdicts.save(store, [subject], run_id=run.id, kind="cannot-tell", who=who, request_id=f"{who} {number}")
    except Exception:
        refused += 1
    seconds.append(time.monotonic() - due)
    time.sleep(max(0.0, pause - seconds[-1]))
print(json.dumps([seconds, refused]))
"""


def measured(home: Path, name: str, writers: int, verdicts: int, pause: float) -> tuple[list[float], int]:
    """Seconds of every verdict of so many writers at once, sorted, and how many were refused."""
    environment = os.environ | {"GARMENTS_HOME": str(home)}
    people = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, f"{name} {number}", str(verdicts), str(pause)],
            cwd=PROJECT_ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for number in range(writers)
    ]  # fmt: skip
    for person in people:
        assert person.stdout is not None and person.stdout.readline() == "ready\n"
    for person in people:
        assert person.stdin is not None
        person.stdin.write("go\n")
        person.stdin.flush()
    said = [json.loads(person.communicate()[0]) for person in people]
    return sorted(second for seconds, _ in said for second in seconds), sum(refused for _, refused in said)


def report(kind: str, address: str | None, writers: int, verdicts: int) -> None:
    """Prints what one database gives."""
    with tempfile.TemporaryDirectory() as name:
        if address:
            os.environ["GARMENTS_DATABASE_URL"] = address
        os.environ["GARMENTS_HOME"] = str(Path(name) / "home")
        store = open_store(settings.load())
        worlds.publish(store)
        expected = 0
        for title, num, pause in (("one", 1, 0.0), ("all", writers, 0.0), ("one paced", 1, 0.125),
                                  ("all paced", writers, 0.125)):  # fmt: skip
            began = time.monotonic()
            seconds, refused = measured(store.home, title, num, verdicts, pause)
            expected += len(seconds) - refused
            p99 = seconds[int(0.99 * len(seconds))]
            sys.stdout.write(
                f"{kind:10} {title:9} {num} writers: median {1000 * statistics.median(seconds):6.1f} ms, 99 % within "
                f"{1000 * p99:6.1f} ms, longest {1000 * seconds[-1]:6.1f} ms, {refused} refused, "
                f"{len(seconds) / (time.monotonic() - began):.0f} a second\n"
            )
            sys.stdout.flush()
        lines = verdict_tables.history(store)
        requests = {(line.who, line.request_id) for line in lines}
        sys.stdout.write(f"{kind:10} stored {len(lines)}, asked {expected}, different {len(requests)}\n")
        store.engine.dispose()


def main() -> None:
    """Measures SQLite, and PostgreSQL where it is installed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--verdicts", type=int, default=500)
    given = parser.parse_args()
    report("SQLite", None, given.writers, given.verdicts)
    with ExitStack() as stack:
        if cluster.programs():
            server = stack.enter_context(cluster.running(()))
            report("PostgreSQL", server.address, given.writers, given.verdicts)


if __name__ == "__main__":
    main()
