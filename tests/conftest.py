"""Tiny deterministic worlds for the tests: nothing here reads the network, the real data or the user's own files."""

import contextlib
import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from core import errors, logs, masking, settings
from core.jobs import records
from core.store import Store, open_store
from core.store.runs import file_reader, runs
from tests.support import made_homes, postgresql, product_photos, shared

# Nothing here is tested against the clock: on a busy machine any example may take longer than hypothesis allows.
hypothesis.settings.register_profile("without a clock", deadline=None)
hypothesis.settings.load_profile("without a clock")
REAL_DATA = os.environ.get("FASHION_MNIST_DIR", "")


# Two tests at once that each take every core wait for each other at every step.
if int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")) > 1:
    os.environ.setdefault("OMP_NUM_THREADS", "1")

MEMORY, LEAST_ROOM = Path("/dev/shm"), 8 << 30
"""Where a system keeps files in memory, and the free bytes there from which on all tests fit in with ease."""


def pytest_configure(config: pytest.Config) -> None:
    """Temporary folders lie in memory where there is room: waiting for a disk takes longer than many a test."""
    is_chosen = config.option.basetemp or "PYTEST_DEBUG_TEMPROOT" in os.environ  # also: by who started this process
    if not is_chosen and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= LEAST_ROOM:
        folder = tempfile.mkdtemp(prefix="tests-", dir=MEMORY)
        os.environ["PYTEST_DEBUG_TEMPROOT"] = folder
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """As many at once as there are cores; none for single files.

    Starting others takes longer than they save there.
    """
    is_few = bool(config.args) and all(".py" in argument for argument in config.args)
    return 0 if is_few else min(os.cpu_count() or 1, 8)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--little-memory", action="store_true", help="trainings get hardly any memory")
    parser.addoption("--flips", type=int, default=25, help="how many damaged databases are opened")
    parser.addoption("--migration-kills", type=int, default=4, help="how many migrations are killed")
    parser.addoption("--verdict-kills", type=int, default=20, help="how many writers of verdicts are killed")
    parser.addoption("--interleavings", type=int, default=40, help="how many orders of two reviewers are tried")
    parser.addoption("--reviewers", type=int, default=4, help="how many processes say something at once")
    parser.addoption("--verdicts", type=int, default=50, help="how many verdicts each of these processes saves")
    parser.addoption("--backups", type=int, default=5, help="how many backups are made while four people write")
    parser.addoption("--kills", type=int, default=24, help="how many trainings the fault tests kill")
    parser.addoption("--web-kills", type=int, default=2, help="how many web processes the fault tests kill")
    parser.addoption("--rounds", type=int, default=50, help="how often twenty processes start a training at once")


SLOW_FIRST = (
    "tests/core/photos/test_no_garments.py",  # trains what two others need later on, and would wait for
    "tests/browser/", "tests/team/", "tests/fault/", "tests/core/photos/", "tests/core/jobs/", "tests/core/model/",
    "tests/app/",
)  # fmt: skip
"""Files that take longest, by the beginning of their names: begun first, so that all who run tests end together."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ranks = {beginning: rank for rank, beginning in enumerate(SLOW_FIRST)}
    items.sort(key=lambda item: next((ranks[name] for name in ranks if item.nodeid.startswith(name)), len(ranks)))
    reason = "set FASHION_MNIST_DIR to the folder with the four original files to run the tests on real data"
    for item in items:
        if postgresql.ON_POSTGRESQL:  # commands end with their process, which closes what they opened
            item.add_marker(pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"))
            item.add_marker(pytest.mark.filterwarnings("ignore:.*was deleted while still open:ResourceWarning"))
        if item.get_closest_marker("real_data") and not REAL_DATA:
            item.add_marker(pytest.mark.skip(reason=reason))  # a data set is no part of a repository


@pytest.fixture(scope="session", autouse=True)
def nothing_set_aside_at_the_end() -> Iterator[None]:
    """What a dashboard set aside in this process is searched again at its end, where libraries look for leaks."""
    yield
    gc.unfreeze()


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test has its own home and an empty data folder, and no mirror of the outside world."""
    for name in [name for name in os.environ if name.upper().startswith(settings.PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(settings, "ENV_FILE", tmp_path / "no.env")
    monkeypatch.setenv("GARMENTS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GARMENTS_DATA_DIR", str(tmp_path / "data"))
    # What a process learns of its home, and of its secrets, is of this test only.
    monkeypatch.setattr(logs, "_process", logs._Process())
    monkeypatch.setattr(masking, "_known", {})
    # A machine that runs tests is busy: who steps back there waits for minutes.
    monkeypatch.setenv("GARMENTS_TRAINING_NICENESS", "0")
    # Two threads wait for each other at every step, and on a machine that runs tests somebody is always late.
    monkeypatch.setenv("GARMENTS_TRAINING_THREADS", "1")


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which nothing was said yet; its tables are made once, which takes longer than many a test."""
    home = tmp_path_factory.mktemp("empty") / "home"
    open_store(settings.Settings(home=home, data_dir=home.parent / "data")).engine.dispose()
    return home


@pytest.fixture
def store(own_settings: None, empty_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """An empty store; a training that a failed test left running is asked to stop."""
    with _own_copy(empty_home, monkeypatch) as opened:
        yield opened
        _cancel_all(opened)


def _cancel_all(opened: Store) -> None:
    with contextlib.suppress(errors.GarmentsError):
        for job in records.active(opened):
            records.request_cancel(opened, job.id, who="the tests")


@contextlib.contextmanager
def _own_copy(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store of a copy of that home, at the place of this test's settings."""
    shutil.copytree(home, settings.load().home, dirs_exist_ok=True)
    with _opened(home, monkeypatch) as opened:
        yield opened


@contextlib.contextmanager
def _opened(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store of the settings; where tests run on PostgreSQL, with a database like the file of that home."""
    with contextlib.ExitStack() as stack:
        if postgresql.ON_POSTGRESQL:
            address = stack.enter_context(postgresql.database(postgresql.template_of(home)))
            monkeypatch.setenv("GARMENTS_DATABASE_URL", address)
            if settings.load().home != home:
                (settings.load().home / "garments.db").unlink()
        opened = open_store(settings.load())
        yield opened
        opened.engine.dispose()


@pytest.fixture(scope="session")
def published_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two published runs of a small sample catalogue; shared, so nobody may change it."""
    return shared.world(tmp_path_factory, "published", lambda folder: made_homes.published(folder / "home")) / "home"


@pytest.fixture
def own_published_store(own_settings: None, published_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store of a copy of `published_home` that belongs to this test: to publish anew takes many times longer."""
    with _own_copy(published_home, monkeypatch) as opened:
        yield opened
        _cancel_all(opened)


@pytest.fixture
def published_store(published_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store of `published_home`; the settings of this test point to it."""
    monkeypatch.setenv("GARMENTS_HOME", str(published_home))
    with _opened(published_home, monkeypatch) as opened:
        yield opened


@pytest.fixture(scope="session")
def real_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a quick version of the real garments, and beside it `printed.json`: what its training said."""
    world = shared.world(tmp_path_factory, "real", lambda folder: made_homes.real(folder / "home", Path(REAL_DATA)))
    return world / "home"


@pytest.fixture(scope="session")
def real_model(real_home: Path):
    """A quick model of the real garments: a function from pictures to classes, the test pictures, and their tags."""
    return made_homes.model_of(real_home, Path(REAL_DATA))


@pytest.fixture(scope="session")
def trained_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one version that was really trained, on a part of the sample; shared, so nobody may change it."""
    return shared.world(tmp_path_factory, "trained", lambda folder: made_homes.trained(folder / "home")) / "home"


@pytest.fixture
def own_trained_store(trained_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store of a copy of `trained_home` that belongs to this test."""
    with _own_copy(trained_home, monkeypatch) as opened:
        yield opened


@pytest.fixture
def trained_store(trained_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store of `trained_home`, which nobody may change."""
    monkeypatch.setenv("GARMENTS_HOME", str(trained_home))
    with _opened(trained_home, monkeypatch) as opened:
        yield opened


@pytest.fixture
def photo_folder(tmp_path: Path, trained_store: Store) -> Path:
    """Twelve photos of test garments in a folder."""
    folder = tmp_path / "new"
    (folder / "more").mkdir(parents=True)
    images = file_reader.load_split(trained_store, runs.find(trained_store, "live"), "test").images[:12]
    for number, picture in enumerate(images):
        place = folder / "more" if number % 3 == 0 else folder
        (place / f"{number:02}.jpg").write_bytes(product_photos.photo(picture, side=280))
    return folder


@pytest.fixture(scope="session")
def own_photos_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the catalogue `shop` of drawn photos and a version that learned it; shared: nobody may change it."""
    return shared.world(tmp_path_factory, "own", lambda folder: made_homes.of_own_photos(folder / "home")) / "home"


@pytest.fixture
def own_photos_store(own_photos_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store of a copy of `own_photos_home` that belongs to this test."""
    with _own_copy(own_photos_home, monkeypatch) as opened:
        yield opened
