"""A training or tags from elsewhere become a published run: one rename for its files, one transaction for its row."""

import uuid
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Protocol

import sqlalchemy as sa

from core import errors, failpoints
from core.store.base import artefacts, audit, database, schema
from core.store.base.store import Store
from core.store.runs import live_history, runs, soundness

FIRST_REASON = "The first version."
FIRST_LOOK_REASON = "A first look, from the built-in sample: nobody chose it."
AFTER_FIRST_LOOK_REASON = "The first version of the real garments, in place of the first look that nobody chose."
FIRST_OF_CATALOGUE_REASON = "The first version of these garments."
Arrival = Literal["usual", "first look", "after the first look"]
"""How a run comes: asked for; by itself at the first start, from the sample; or as the one it stood for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RunFacts:
    """What a training determines of a run besides its files; the columns of `schema.runs` of the same names."""

    identity: str
    """SHA-256 of everything that determines the result."""
    recipe_name: str
    """Key in `RECIPES`."""
    recipe: dict[str, Any]
    """Every field of the recipe, as JSON."""
    catalogue_fingerprint: str
    """SHA-256 of the garments."""
    seed: int
    """Of everything random."""
    code_version: str
    """See `core.model.code_version`."""
    num_train: int
    """Garments learned from."""
    num_validation: int
    """Garments held out of learning."""
    num_test: int
    """Garments it was judged on."""
    num_correct: int
    """Those of them that it tagged correctly."""
    accuracy: float
    """num_correct / num_test, 0-1."""
    temperature: float | None
    """Divides the logits before probabilities are made of them; None where there was nothing to calibrate on."""
    train_seconds: float
    """Time of learning."""
    total_seconds: float
    """Time of everything, from the request to the files."""
    num_corrections: int = 0
    """Labels that it learned as people corrected them."""
    num_left_out: int = 0
    """Garments left out of learning, for nobody can tell what they are."""
    corrected_by: tuple[str, ...] = ()
    """Who corrected them, sorted."""
    corrections_digest: str = ""
    """SHA-256 of the exact set; empty where there is none."""


class Garments(Protocol):
    """What is written down of the garments of a run."""

    @property
    def fingerprint(self) -> str:
        """SHA-256, equal exactly for the same garments."""

    @property
    def name(self) -> str:
        """Of their catalogue."""

    @property
    def class_names(self) -> tuple[str, ...]:
        """The K names of the classes."""


class Files(Protocol):
    """The files of a run: `RunFiles` of a training, or those of tags from elsewhere."""

    @property
    def catalogue(self) -> Garments:
        """The garments it was judged on."""

    def write(self, folder: Path, /) -> None:
        """Writes the run's own files into `folder`."""

    def write_garments(self, folder: Path, /) -> None:
        """Writes its garments into `folder`."""


def publish(store: Store, files: Files, facts: RunFacts, *, created_by: str, arrival: Arrival = "usual") -> runs.Run:
    """Makes a finished training visible: one rename for its files, one transaction for its row.

    The first run ever published becomes the live one in the same transaction, if it is sound. So does the one that
    comes after a first look, as long as nobody has decided what is live, and the first of a catalogue of one's own.

    Args:
        store: where.
        files: the run's files and the garments it was trained and judged on.
        facts: what the training determines.
        created_by: who started it.
        arrival: how it comes.

    Raises:
        errors.PromotionRefused: it would be the first, and is not fit to be live; nothing of it is published then.
    """
    staging = artefacts.new_staging(store.home)
    files.write(staging)
    artefact = artefacts.publish(store.home, staging)
    pictures = _publish_catalogue_files(store, files)
    now, run_id = datetime.now(UTC), uuid.uuid4().hex[:12]

    def record(connection: sa.Connection) -> runs.Run:
        if connection.scalar(sa.select(schema.runs.c.id).where(schema.runs.c.id == run_id)):
            return runs.read(connection, run_id)  # the answer to the commit was lost with the server
        _record_catalogue(connection, files, pictures, now)
        for digest in (artefact, pictures):
            artefacts.bring_back(store.home, digest)  # somebody may have cleaned up since it was written
        values = {"id": run_id, "version": _next_version(connection), "artefact": artefact}
        values |= {"created_at": now, "created_by": created_by}
        given = {field.name: getattr(facts, field.name) for field in fields(facts)} | {
            "corrected_by": list(facts.corrected_by)
        }
        connection.execute(sa.insert(schema.runs).values(**given, **values))
        run = runs.read(connection, run_id)
        summary = {"run": run_id, "recipe": run.recipe_name, "catalogue": run.catalogue, "accuracy": run.accuracy}
        if run.elsewhere:
            summary |= {"elsewhere": run.elsewhere.name}
        audit.record(connection, who=created_by, action="publish", subject=f"version {run.version}", after=summary)
        if live_history.newest(connection) is None:
            _refuse_unsound(store, run)
            reason = FIRST_LOOK_REASON if arrival == "first look" else FIRST_REASON
            live_history.record(connection, run_id, reason=reason, who=created_by)
        elif arrival == "after the first look" and _may_follow(connection, store, run):
            live_history.record(connection, run_id, reason=AFTER_FIRST_LOOK_REASON, who=created_by)
        elif live_history.newest(connection, run.scope) is None and _is_sound(store, run):
            live_history.record(connection, run_id, reason=FIRST_OF_CATALOGUE_REASON, who=created_by, kind="first")
        failpoints.reach("publish-committing")
        return run

    run = database.written(store.engine, record)
    failpoints.reach("publish-committed")
    return run


def _may_follow(connection: sa.Connection, store: Store, run: runs.Run) -> bool:
    """Whether the live run is a first look of other garments and no person decided anything about what is live."""
    line = live_history.newest(connection)
    assert line is not None
    if line.sequence != 1 or line.reason != FIRST_LOOK_REASON:
        return False
    if runs.read(connection, line.run_id).catalogue_fingerprint == run.catalogue_fingerprint:
        return False
    has_kept = connection.scalar(sa.select(schema.log.c.sequence).where(schema.log.c.action == "keep").limit(1))
    return has_kept is None and _is_sound(store, run)


def _is_sound(store: Store, run: runs.Run) -> bool:
    return all(rail.passed for rail in soundness.rails(store, run))


def _next_version(connection: sa.Connection) -> int:
    """One more than any version that ever was, so that a number means one run for ever."""
    numbers = [connection.scalar(sa.select(sa.func.max(table.c.version))) for table in (schema.runs, schema.deletions)]
    return max(number or 0 for number in numbers) + 1


def _refuse_unsound(store: Store, run: runs.Run) -> None:

    for rail in soundness.rails(store, run):
        if not rail.passed:
            raise errors.PromotionRefused(
                f"The first version would be live at once, but is not fit for it. {rail.sentence}"
            )


def _publish_catalogue_files(store: Store, files: Files) -> str:
    """Digest of the artefact with the garments: written once for each catalogue, since it is large."""
    known = sa.select(schema.catalogues.c.artefact).where(
        schema.catalogues.c.fingerprint == files.catalogue.fingerprint
    )
    with database.read(store.engine) as connection:
        artefact: str | None = connection.scalar(known)
    if artefact and artefacts.folder_of(store.home, artefact).is_dir():
        return artefact
    staging = artefacts.new_staging(store.home)
    files.write_garments(staging)
    return artefacts.publish(store.home, staging)


def _record_catalogue(connection: sa.Connection, files: Files, artefact: str, now: datetime) -> None:
    fingerprint = files.catalogue.fingerprint
    if connection.scalar(sa.select(schema.catalogues.c.name).where(schema.catalogues.c.fingerprint == fingerprint)):
        return
    values = {
        "fingerprint": fingerprint,
        "name": files.catalogue.name,
        "class_names": list(files.catalogue.class_names),
        "artefact": artefact,
        "created_at": now,
    }
    connection.execute(sa.insert(schema.catalogues).values(**values))
