"""A migration that is killed leaves the database as it was or as it will be, and the next one comes to its end."""

import json
import os
import random
import signal
import subprocess
import sys
import time

from core import settings
from core.settings import PROJECT_ROOT
from core.store import open_store
from core.store.base import engines, migrating, schema
from tests.core.store.test_migrations import FIRST_ROWS, first_engine, rows

assert first_engine  # a fixture

MIGRATOR = """
import sys
from core import settings
from core.store.base import engines, migrating
engine = engines.open_engine(settings.load().database_address)
migrating.revision(engine)
from alembic import command, config, script
print("ready", flush=True)
sys.stdin.readline()
migrating.migrate(engine, settings.load().home)
print("done", flush=True)
"""


def test_a_migration_killed_at_any_moment_is_whole_or_never_was(first_engine, request):
    num, seed = request.config.getoption("--migration-kills"), 20261130
    dice, found = random.Random(seed), settings.load()
    file = engines.file_of(first_engine)
    before = file.read_bytes()
    first_engine.dispose()
    ends = {"old": 0, "new": 0}
    for _ in range(num):
        for path in file.parent.glob("garments.db*"):
            path.unlink()
        file.write_bytes(before)
        process = subprocess.Popen(
            [sys.executable, "-c", MIGRATOR], cwd=PROJECT_ROOT, env=os.environ.copy(), stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout.readline() == "ready\n"
        process.stdin.write("go\n")
        process.stdin.flush()
        time.sleep(dice.uniform(0, 0.4))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        engine = engines.open_engine(found.database_address)
        revision = migrating.revision(engine)
        assert revision in ("0001", schema.REVISION)
        ends["old" if revision == "0001" else "new"] += 1
        engine.dispose()
        store = open_store(found)
        assert migrating.revision(store.engine) == schema.REVISION
        assert {table: len(rows(store.engine, table)) for table in FIRST_ROWS} == {
            table: len(lines) for table, lines in FIRST_ROWS.items()
        }
        store.engine.dispose()
        (found.home / "identity.json").unlink()  # the next file is the one of before again
    sys.stdout.write(json.dumps({"harness": "killed migrations", "seed": seed, "kills": num, **ends}) + "\n")
