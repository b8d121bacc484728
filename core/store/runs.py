"""Published runs: what pages see. A run never changes and holds no model; its large parts are read when needed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pyarrow
import pyarrow.parquet
import sqlalchemy as sa
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load_file

from core import catalogue, errors
from core.catalogue import identity
from core.store import Store, artefacts, database, live_history, names, schema
from core.store.files import CORRECTIONS_FILE, EXPORT, GARMENTS, KEYS, VALIDATION


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One trained and judged model."""

    id: str
    """12 hex digits."""
    version: int
    """1, 2, 3, ...: how people call it."""
    identity: str
    """SHA-256 of recipe, data, seed and code version: equal for trainings with the same result."""
    recipe_name: str
    """Key in `RECIPES`."""
    recipe: dict[str, Any]
    """Every field of the recipe."""
    catalogue: str
    """Key in `CATALOGUES`."""
    catalogue_title: str
    """Its name for people."""
    catalogue_note: str
    """What people must know about these garments; empty where nothing."""
    catalogue_fingerprint: str
    """SHA-256 of the garments in all three splits."""
    catalogue_artefact: str
    """Digest of the artefact that holds the pictures and labels."""
    class_names: tuple[str, ...]
    """The K names of the classes, as the model and everything that is stored calls them."""
    names: tuple[str, ...]
    """(K,) what the team calls them on screen as of this reading, each once; see `core.naming`."""
    seed: int
    """Of everything random in the training."""
    code_version: str
    """Of the code that can change the result."""
    artefact: str
    """Digest of the artefact that holds the run's own files."""
    num_train: int
    """Garments learned from."""
    num_validation: int
    """Garments that calibrated it; 0 where none was set aside."""
    num_test: int
    """Garments it was judged on."""
    num_correct: int
    """Test garments tagged correctly."""
    accuracy: float
    """num_correct / num_test, 0-1."""
    temperature: float | None
    """Divides the scores before they become probabilities; None where not calibrated."""
    train_seconds: float
    """Learning alone."""
    total_seconds: float
    """Reading, learning, judging, publishing."""
    created_at: datetime
    """When it was published, UTC."""
    created_by: str
    """Who started the training."""
    num_corrections: int
    """Garments learned with another label than their own, because people agree that it is wrong."""
    num_left_out: int
    """Training garments not learned from, because nobody who looked can tell what they are."""
    corrected_by: tuple[str, ...]
    """Who said so, sorted."""
    corrections_digest: str
    """SHA-256 of the exact set, see `core.store.corrections`; empty where it learned from the labels as they are."""

    def name_of(self, class_name: str) -> str:
        """What the team calls that class on screen; a name that this run does not know stays as it is."""
        known = class_name in self.class_names
        return self.names[self.class_names.index(class_name)] if known else class_name


@dataclass(frozen=True, kw_only=True, slots=True)
class ValidationAnswers:
    """What a run says of the V garments that were held out of its training, by which lines and cuts are set."""

    labels: NDArray[np.int64]
    """(V,) their classes."""
    probabilities: NDArray[np.float32]
    """(V, K) calibrated probabilities, each row summing to 1."""
    features: NDArray[np.float16]
    """(V, D) what the model's last hidden layer says of them."""


_COLUMNS = (
    *(column for column in schema.runs.c),
    schema.catalogues.c.name.label("catalogue"),
    schema.catalogues.c.class_names,
    schema.catalogues.c.artefact.label("catalogue_artefact"),
)
_SELECT = sa.select(*_COLUMNS).join(schema.catalogues)


def list_runs(store: Store) -> list[Run]:
    """Every published run, newest first."""
    with database.read(store.engine) as connection:
        rows = connection.execute(_SELECT.order_by(schema.runs.c.version.desc())).mappings().all()
        return _runs(connection, rows)


def find(store: Store, text: str) -> Run:
    """The run that `text` names: its id, the beginning of it (4 or more), its version such as 7 or v7, or `live`.

    Raises:
        errors.RunNotFound: none, or more than one.
    """
    with database.read(store.engine) as connection:
        if text == "live":
            text = live_history.live_run_id(connection) or text
        digits = text.removeprefix("v")
        if digits.isascii() and digits.isdigit() and len(digits) <= 9:
            by_version = connection.execute(_SELECT.where(schema.runs.c.version == int(digits))).mappings().first()
            if by_version:
                return _runs(connection, [by_version])[0]
        matches: Sequence[sa.RowMapping] = []
        if text.isascii() and text.isalnum() and len(text) >= 4:
            matches = connection.execute(_SELECT.where(schema.runs.c.id.startswith(text)).limit(2)).mappings().all()
        found = _runs(connection, matches)
    if len(found) != 1:
        raise errors.RunNotFound(
            f"{'No run' if not found else 'More than one run'} {text[:80]!r}. `python -m core runs` lists them; "
            "train one from the sidebar or with `python -m core train`."
        )
    return found[0]


def read(connection: sa.Connection, run_id: str) -> Run:
    """The run of that id, as that transaction sees it; it must be there."""
    return _runs(connection, [connection.execute(_SELECT.where(schema.runs.c.id == run_id)).mappings().one()])[0]


def find_same(store: Store, identity: str) -> Run | None:
    """The newest run with that identity; None where there is none."""
    newest = _SELECT.where(schema.runs.c.identity == identity).order_by(schema.runs.c.version.desc()).limit(1)
    with database.read(store.engine) as connection:
        found = _runs(connection, connection.execute(newest).mappings().all())
    return found[0] if found else None


def verify(store: Store, run: Run) -> None:
    """Compares every file of the run, and the pictures it was judged on, with what was published.

    Raises:
        errors.ArtefactCorrupt: one is missing or changed; the message names it.
    """
    for digest in (run.artefact, run.catalogue_artefact):
        for name in artefacts.manifest_of(store.home, digest):
            artefacts.verified(store.home, digest, name, afresh=True)


def load_predictions(store: Store, run: Run) -> pd.DataFrame:
    """The predictions table of `core.model.inference`, one row a test garment.

    Raises:
        errors.ArtefactCorrupt: the file is missing or changed.
    """
    return _read_table(store, run, "predictions.parquet")


def load_history(store: Store, run: Run) -> pd.DataFrame:
    """One row an epoch: epoch, train_loss, validation_loss, validation_accuracy (NaN: no validation), seconds."""
    return _read_table(store, run, "history.parquet")


def load_probabilities(store: Store, run: Run) -> NDArray[np.float32]:
    """Calibrated probabilities of the test garments (N, K), each row summing to 1."""
    probabilities: NDArray[np.float32] = _read_arrays(store, run, "probabilities.safetensors")["probabilities"]
    return probabilities


def load_features(store: Store, run: Run) -> NDArray[np.float16]:
    """What the model's last hidden layer says of the test garments (N, D)."""
    features: NDArray[np.float16] = _read_arrays(store, run, "features.safetensors")["features"]
    return features


def has_validation(store: Store, run: Run) -> bool:
    """Whether the run kept its answers to the validation garments; versions of before did not.

    Raises:
        errors.ArtefactCorrupt: the list of its files is missing or changed.
    """
    return VALIDATION in artefacts.manifest_of(store.home, run.artefact)


def has_export(store: Store, run: Run) -> bool:
    """Whether the run was exported to ONNX; versions of before were not.

    Raises:
        errors.ArtefactCorrupt: the list of its files is missing or changed.
    """
    return EXPORT in artefacts.manifest_of(store.home, run.artefact)


def load_validation(store: Store, run: Run) -> ValidationAnswers:
    """The run's answers to its validation garments, in the order of `load_split(store, run, "validation")`.

    Raises:
        errors.ValidationMissing: it kept none, so that nothing can be set by them.
        errors.ArtefactCorrupt: a file is missing or changed.
    """
    if not has_validation(store, run):
        raise errors.ValidationMissing(
            f"Version {run.version} kept no answers to validation garments, so no line can be set for it. "
            "Train once more, with a recipe that sets garments aside such as quick or standard."
        )
    arrays = _read_arrays(store, run, VALIDATION)
    labels = load_labels(store, run, "validation")
    if not len(labels) == len(arrays["probabilities"]) == len(arrays["features"]):
        raise errors.ArtefactCorrupt(
            f"Version {run.version} has {len(labels)} validation garments, but answers to "
            f"{len(arrays['probabilities'])}."
        )
    return ValidationAnswers(labels=labels, **arrays)


def load_similar(store: Store, run: Run, split: str) -> NDArray[np.int32]:
    """(N, M) for each test garment the positions of the most similar garments of `test` or `train`, nearest first."""
    similar: NDArray[np.int32] = _read_arrays(store, run, "neighbours.safetensors")[split]
    return similar


def load_figures(store: Store, run: Run) -> dict[str, Any]:
    """The official figures: accuracy (float), precision, recall (K floats), predictions (N class indices)."""
    return _read_json(store, run, "figures.json")


def load_environment(store: Store, run: Run) -> dict[str, Any]:
    """Versions of Python and packages, platform, processor count and device of the training."""
    return _read_json(store, run, "environment.json")


def load_corrections(store: Store, run: Run) -> dict[str, Any]:
    """The exact corrections it learned with, as `Corrections.content` gives them; empty lists where there were none."""
    if not run.corrections_digest:
        return {"relabelled": [], "left_out": [], "people": [], "digest": ""}
    return _read_json(store, run, CORRECTIONS_FILE)


def load_split(store: Store, run: Run, split: str) -> catalogue.CatalogueSplit:
    """The garments of `train`, `validation` or `test`, exactly those the run saw; needs no torch."""
    images, labels = _read_garments(store, run, f"{split}_images", f"{split}_labels")
    return catalogue.CatalogueSplit(images=images, labels=labels, class_names=run.class_names)


def load_labels(store: Store, run: Run, split: str) -> NDArray[np.int64]:
    """(N,) class index of the garments of `load_split`, without reading their pictures."""
    (labels,) = _read_garments(store, run, f"{split}_labels")
    return labels


def _read_garments(store: Store, run: Run, *names: str) -> list[NDArray[Any]]:
    path = artefacts.verified(store.home, run.catalogue_artefact, GARMENTS)
    try:
        with safe_open(path, framework="np") as file:
            return [file.get_tensor(name) for name in names]
    except SafetensorError as error:
        raise errors.ArtefactCorrupt(f"{path} holds no {' and '.join(map(repr, names))} ({error}).") from None


def load_keys(store: Store, run: Run, split: str) -> identity.GarmentKeys:
    """Which garments those of `load_split` are; of what was published before keys were kept, from the pictures."""
    if KEYS not in artefacts.manifest_of(store.home, run.catalogue_artefact):
        return identity.keys_of(load_split(store, run, split))
    path = artefacts.verified(store.home, run.catalogue_artefact, KEYS)
    try:
        return identity.GarmentKeys(load_file(path)[split])
    except (SafetensorError, KeyError) as error:
        raise errors.ArtefactCorrupt(f"{path} holds no keys of {split!r} ({error}).") from None


def _runs(connection: sa.Connection, rows: Sequence[sa.RowMapping]) -> list[Run]:
    """The runs of those rows, with the names that hold now; most share their classes, so each set is read once."""
    known: dict[tuple[str, ...], tuple[str, ...]] = {}
    for row in rows:
        class_names = tuple(row["class_names"])
        if class_names not in known:
            known[class_names] = names.current_in(connection, class_names).on_screen
    return [_run(row, known[tuple(row["class_names"])]) for row in rows]


def _run(row: sa.RowMapping, on_screen: tuple[str, ...]) -> Run:
    # A catalogue can leave the registry while its runs stay.
    entry = catalogue.CATALOGUES.get(row["catalogue"])
    return Run(
        **{**row, **{name: tuple(row[name]) for name in ("class_names", "corrected_by")}},
        names=on_screen,
        catalogue_title=entry.title if entry else row["catalogue"],
        catalogue_note=entry.note if entry else "",
    )


def _read_table(store: Store, run: Run, name: str) -> pd.DataFrame:
    path = artefacts.verified(store.home, run.artefact, name)
    try:
        table: pd.DataFrame = pyarrow.parquet.read_table(path).to_pandas()
    except (pyarrow.ArrowException, OSError) as error:
        raise errors.ArtefactCorrupt(f"{path} is not a table ({error}).") from None
    return table


def _read_arrays(store: Store, run: Run, name: str) -> dict[str, Any]:
    path = artefacts.verified(store.home, run.artefact, name)
    try:
        arrays: dict[str, Any] = load_file(path)
    except SafetensorError as error:
        raise errors.ArtefactCorrupt(f"{path} holds no arrays ({error}).") from None
    return arrays


def _read_json(store: Store, run: Run, name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(artefacts.verified(store.home, run.artefact, name).read_bytes())
    return content
