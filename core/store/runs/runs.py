"""Published runs: what pages see. It holds no model, and nothing of it changes but what people call its categories."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from core import catalogue, errors
from core.catalogue.own import example_photos
from core.retail.naming import Naming
from core.store.base import database, schema
from core.store.base.store import Store
from core.store.runs import live_history
from core.store.team import names


@dataclass(frozen=True, kw_only=True, slots=True)
class Elsewhere:
    """What is known of a version whose tags were given by another system."""

    name: str
    """What people call that system."""
    file: str
    """Name of the file that held the tags."""
    gives: Literal["probabilities", "confidence", "tags"]
    """What it says besides the tag: the probability of each category, how sure the tag is, or nothing."""
    calibration: Literal["temperature", "isotonic", ""]
    """How what it says was made to mean how often it is right; empty where it was not."""
    is_in_place: bool
    """Whether its pictures stay where they are."""
    num_unlabelled: int = 0
    """Rows without a label, which nobody has judged."""
    num_drawn: int = 0
    """Of its garments people judged so many that were drawn at random; 0 where the file had labels."""


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
    """(K,) what the team calls them on screen as of this reading, each once; see `core.retail.naming`."""
    sold_as: tuple[str, ...]
    """(K,) what each is in the shop as of this reading: equal for those that the team has merged."""
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
    """SHA-256 of the exact set, see `store.verdicts.corrections`; empty where it learned from the labels as given."""

    def name_of(self, class_name: str) -> str:
        """What the team calls that class on screen; a name that this run does not know stays as it is."""
        known = class_name in self.class_names
        return self.names[self.class_names.index(class_name)] if known else class_name

    @property
    def scope(self) -> str:
        """Which versions it stands beside: those of one own catalogue, or of the garments of the program."""
        return live_history.scope_of(self.catalogue)

    @property
    def is_of_photos(self) -> bool:
        """Whether it learned from photos in their colours, by a recipe of `core.model.photo_recipes`."""
        return "backbones" in self.recipe

    def said_sure(self, confidence: float) -> float | None:
        """How sure it is of a tag, 0-1; None where another system gave tags alone."""
        return float(confidence) if self.says_how_sure else None

    @property
    def says_how_sure(self) -> bool:
        """Whether it is known how sure it is of a tag: not where another system gave tags alone."""
        return self.elsewhere is None or self.elsewhere.gives != "tags"

    @property
    def weighs_others(self) -> bool:
        """Whether it is known what it thinks of the other categories: not where another system said none of it."""
        return self.elsewhere is None or self.elsewhere.gives == "probabilities"

    @property
    def elsewhere(self) -> Elsewhere | None:
        """What is known of it where its tags come from another system; None where it was trained here."""
        return Elsewhere(**self.recipe["elsewhere"]) if "elsewhere" in self.recipe else None


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

    `live` is the live run that is meant where nobody names a catalogue, see `live_history.usual`.

    Raises:
        errors.RunNotFound: none, or more than one.
    """
    with database.read(store.engine) as connection:
        if text == "live" and (usual := live_history.usual(connection, store.settings)):
            text = usual.run_id
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


def find_same(store: Store, *identities: str) -> Run | None:
    """The newest run with one of these identities; None where there is none."""
    newest = _SELECT.where(schema.runs.c.identity.in_(identities)).order_by(schema.runs.c.version.desc()).limit(1)
    with database.read(store.engine) as connection:
        found = _runs(connection, connection.execute(newest).mappings().all())
    return found[0] if found else None


def _runs(connection: sa.Connection, rows: Sequence[sa.RowMapping]) -> list[Run]:
    """The runs of those rows, with the names that hold now; most share their classes, so each set is read once."""
    known: dict[tuple[str, ...], Naming] = {}
    for row in rows:
        class_names = tuple(row["class_names"])
        if class_names not in known:
            known[class_names] = names.current_in(connection, class_names)
    return [_run(row, known[tuple(row["class_names"])]) for row in rows]


def _run(row: sa.RowMapping, named: Naming) -> Run:
    # A catalogue can leave the registry while its runs stay.
    entry = catalogue.CATALOGUES.get(row["catalogue"])
    of_examples = example_photos.NOTE if row["catalogue"] == example_photos.NAME else ""
    return Run(
        **{**row, **{name: tuple(row[name]) for name in ("class_names", "corrected_by")}},
        names=named.on_screen,
        sold_as=tuple(entry.name for entry in named.entries),
        catalogue_title=entry.title if entry else row["catalogue"],
        catalogue_note=entry.note if entry else of_examples,
    )
