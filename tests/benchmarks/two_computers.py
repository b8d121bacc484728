"""Ten minutes of two computers on one PostgreSQL, while somebody is killed every minute; by hand, as root on Linux.

    python -m tests.benchmarks.two_computers [--minutes 10] [--seed 1]

Two network namespaces stand for two computers: each has a home of its own, and they share the database and a folder of
artefacts, nothing else. On each a dashboard runs that a session clicks through without a pause, somebody saves verdicts
one after the other, and on one a training follows the other while the other one promotes and takes back. Every minute
one of these processes, or the trainer, is killed and started again. At the end every line that was acknowledged must be
there once, and the doctor must find nothing, on both.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import psutil
import sqlalchemy as sa

from core import doctor, settings
from core.jobs import work_queue
from core.settings import PROJECT_ROOT
from core.store import open_store
from core.store.base import database, engines, schema
from tests.support import cluster, worlds

BRIDGE, NETWORK = "garments0", "10.77.0"
CLICKER = """
import sys, time
from tests.support import sessions
done = failed = 0
while True:
    try:
        with sessions.opened("http://127.0.0.1:8501") as session:
            while True:
                for page in ("", "mistakes", "labels", "versions", "categories"):
                    said = session.rerun(page=page)
                    done += 1
                    failed += "could not be shown" in said
                    print(done, failed, flush=True)
    except Exception:
        time.sleep(0.5)
"""
SPEAKER = """
import sys, time, uuid
from core import errors, settings
from core.store import open_store
from core.store.runs import runs
from core.store.verdicts import verdicts
from core.store.verdicts.verdict_lines import Subject
store = open_store(settings.load())
run = runs.find(store, "1")
number = 0
while True:
    request, number = uuid.uuid4().hex, number + 1
    subject = Subject(garment=f"{uuid.uuid4().hex}{number:032x}", label=run.class_names[0], split="train", position=0,
                      seen=0)
    try:
        verdicts.save(store, [subject], run_id=run.id, kind="cannot-tell", who=sys.argv[1], request_id=request)
        print(request, flush=True)
    except errors.DatabaseUnavailable as error:
        print("refused", error, file=sys.stderr, flush=True)
    time.sleep(0.02)
"""
DECIDER = """
import time
from core import errors, settings
from core.store import open_store
from core.store.live import promotions
from core.store.runs import runs
store = open_store(settings.load())
while True:
    target = "2" if runs.find(store, "live").version == 1 else "1"
    try:
        made = promotions.promote(store, target, reason="again and again", who="Bo", override=True)
        print(made.sequence, flush=True)
    except errors.GarmentsError as error:
        print("refused", error, flush=True)
    time.sleep(0.5)
"""


class Computer:
    """A network namespace with a home."""

    def __init__(self, number: int, place: Path, address: str) -> None:
        self.name, self.home, self._processes = f"garments-{number}", place / f"home-{number}", {}
        self.home.mkdir()
        (self.home / "artefacts").symlink_to(place / "artefacts")
        self.written = place / f"written-{number}"
        self.written.mkdir()
        outside, inside = f"gv{number}o", f"gv{number}i"
        for command in (
            f"ip netns add {self.name}", f"ip link add {outside} type veth peer name {inside}",
            f"ip link set {inside} netns {self.name}", f"ip link set {outside} master {BRIDGE} up",
            f"ip -n {self.name} addr add {NETWORK}.{number + 1}/24 dev {inside}",
            f"ip -n {self.name} link set {inside} up", f"ip -n {self.name} link set lo up",
        ):  # fmt: skip
            subprocess.run(command.split(), check=True)
        self.environment = os.environ | {
            "GARMENTS_HOME": str(self.home), "GARMENTS_DATABASE_URL": address, "GARMENTS_TRAININGS_PER_HOUR": "0",
            "GARMENTS_CATALOGUE": "sample", "GARMENTS_DATA_DIR": str(place), "GARMENTS_TRAINING_THREADS": "1",
        }  # fmt: skip

    def start(self, name: str, *command: str) -> None:
        """Starts a process there; what it says is added to what it said before."""
        environment = self.environment
        if name.startswith("trainer"):
            environment = environment | {"GARMENTS_KEEP_VERSIONS": "50"}
        with (self.written / name).open("ab") as said, (self.written / f"{name}.problems").open("ab") as problems:
            process = subprocess.Popen(
                ["ip", "netns", "exec", self.name, sys.executable, *command], cwd=PROJECT_ROOT, env=environment,
                stdout=said, stderr=problems,
            )  # fmt: skip
        self._processes[name] = (process, command)

    def keep_going(self) -> None:
        """Starts again whoever has ended."""
        for name, (process, command) in list(self._processes.items()):
            if process.poll() is not None:
                self.start(name, *command)

    def victims(self) -> list[tuple[str, psutil.Process]]:
        """Everybody who can be killed, and the workers in the background."""
        found = [(f"{self.name} {name}", psutil.Process(process.pid)) for name, (process, _) in self._processes.items()]
        for process in psutil.process_iter(["cmdline"]):
            if (process.info["cmdline"] or [])[-3:-1] == ["core", "work"] and self._is_mine(process):
                found.append((f"{self.name} worker", process))
        return found

    def _is_mine(self, process: psutil.Process) -> bool:
        try:
            return process.environ().get("GARMENTS_HOME") == str(self.home)
        except psutil.Error:
            return False

    def stop(self) -> None:
        """Ends everybody, and the namespace."""
        ended, self._processes = self._processes, {}
        for process, _ in ended.values():
            process.kill()
            process.wait()
        for _, worker in self.victims():
            worker.kill()
        subprocess.run(["ip", "netns", "del", self.name], check=False)

    def said(self, name: str) -> list[str]:
        """The whole lines that a process printed."""
        text = (self.written / name).read_text()
        return [line for line in text.split("\n")[:-1] if line]


def populate(computers: list[Computer]) -> None:
    """Starts what runs on each."""
    for number, each in enumerate(computers):
        each.start("web", "-m", "streamlit", "run", "dashboard", "--server.port", "8501", "--server.headless", "true")
        each.start("clicks", "-c", CLICKER)
        each.start("verdicts", "-c", SPEAKER, f"person {number}")
    computers[0].start("trainer", "-m", "core", "train", "--recipe", "quick", "--epochs", "1", "--again", "--json")
    computers[1].start("decider", "-c", DECIDER)


def killed_every_minute(computers: list[Computer], minutes: float, seed: int) -> Counter[str]:
    """Who was killed how often."""
    dice, kills = random.Random(seed), Counter[str]()
    end, next_kill = time.monotonic() + 60 * minutes, time.monotonic() + 60
    while time.monotonic() < end:
        time.sleep(0.5)
        for each in computers:
            each.keep_going()
        if time.monotonic() > next_kill:
            next_kill += 60
            name, process = dice.choice([victim for each in computers for victim in each.victims()])
            # What is started through `ip` is its own process: it replaces itself.
            process.send_signal(signal.SIGKILL)
            kills[name] += 1
            sys.stdout.write(f"killed {name}\n")
            sys.stdout.flush()
    return kills


def figures(computers: list[Computer], address: str) -> dict[str, object]:
    """What was acknowledged and is there, and what the doctor finds."""
    stores = []
    for each in computers:
        found = settings.Settings(home=each.home, data_dir=each.home, database_url=address, catalogue="sample")
        stores.append(open_store(found, engines.COMMAND))
        work_queue.give_up_dead(stores[-1])  # as every command does when it begins
    with database.read(stores[0].engine) as connection:
        stored = Counter(connection.scalars(sa.select(schema.verdicts.c.request_id)))
        promotions = Counter(map(str, connection.scalars(sa.select(schema.promotions.c.sequence))))
        trained = connection.scalar(sa.select(sa.func.count()).select_from(schema.runs))
    acknowledged = [line for each in computers for line in each.said("verdicts")]
    decided = [line for line in computers[1].said("decider") if line.isdigit()]
    clicks = [each.said("clicks")[-1].split() for each in computers]
    refused = sum(each.written.joinpath("verdicts.problems").read_text().count("refused") for each in computers)
    return {
        "verdicts acknowledged": len(acknowledged), "refused": refused,
        "lost": sum(stored[request] == 0 for request in acknowledged),
        "twice": sum(stored[request] > 1 for request in acknowledged),
        "promotions acknowledged": len(decided), "promotions lost": sum(promotions[line] != 1 for line in decided),
        "versions": trained, "clicks since the last start": clicks,
        "doctor": [doctor.breaches(store) for store in stores],
    }  # fmt: skip


def main() -> None:
    """Runs it and prints the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    subprocess.run(f"ip link add {BRIDGE} type bridge".split(), check=True)
    subprocess.run(f"ip addr add {NETWORK}.1/24 dev {BRIDGE}".split(), check=True)
    subprocess.run(f"ip link set {BRIDGE} up".split(), check=True)
    place, computers = Path(tempfile.mkdtemp()), []
    try:
        (place / "artefacts").mkdir()
        with cluster.running((), f"{NETWORK}.1") as server:
            computers = [Computer(number, place, server.address) for number in (1, 2)]
            found = settings.Settings(home=computers[0].home, data_dir=place, database_url=server.address)
            store = open_store(found)
            worlds.publish_two_runs(store)
            store.engine.dispose()
            populate(computers)
            kills = killed_every_minute(computers, given.minutes, given.seed)
            for each in computers:
                each.stop()
            time.sleep(2)
            said = figures(computers, server.address)
            sys.stdout.write(json.dumps({"minutes": given.minutes, "kills": kills, **said}, indent=1) + "\n")
    finally:
        for each in computers:
            each.stop()
        subprocess.run(f"ip link del {BRIDGE}".split(), check=False)
        shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    main()
