"""A file of tags from elsewhere, read and checked against the pictures that it names; nothing of it is kept here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from core import errors, failpoints
from core.elsewhere import checking, columns, files, going_on, pictures
from core.elsewhere.records import Columns, Given, Problem
from core.store import Store

OnProgress = Callable[[str, float], None]
"""Called with what is being done, in words, and the share that is done, 0-1; may raise to stop."""


@dataclass(frozen=True, kw_only=True)
class Read:
    """A file of tags, read and checked; nothing of it is kept yet."""

    file: str
    """Its name."""
    table: pd.DataFrame
    """As it stands, indexed by line."""
    columns: Columns
    """Which column says what."""
    given: Given
    """The rows that can be used; the column `place` is the picture in `pictures`."""
    pictures: pictures.InFolder | pictures.OfCatalogue
    """Where their pictures are."""
    digest: str = ""
    """Under which what was read is kept until it is a version, see `core.store.runs.begun`; empty where it is not."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was found."""
        return self.given.problems


def where(store: Store, said: str) -> pictures.InFolder | pictures.OfCatalogue:
    """The pictures that are meant: a catalogue that is here by its name, else a folder by its path.

    Raises:
        errors.ElsewhereRefused: there is neither.
        errors.CatalogueError: the catalogue cannot be loaded.
    """
    if said in pictures.known_names(store):
        return pictures.of_catalogue(store, said)
    if not Path(said).is_dir():
        raise errors.ElsewhereRefused(
            f"{said!r} is neither a folder nor a catalogue that is here ({', '.join(pictures.known_names(store))})."
        )
    return pictures.InFolder(Path(said))


def read(
    store: Store, file: Path, said: str, chosen: Mapping[str, str] | None = None, *,
    on_progress: OnProgress = lambda doing, share: None,
) -> Read:  # fmt: skip
    """Reads and checks a file of tags; a large one goes on from what an import that was stopped left.

    Args:
        store: where catalogues are.
        file: see `files.ENDINGS`.
        said: where the pictures are, see `where`.
        chosen: which column says what, see `columns.recognised`.
        on_progress: see `OnProgress`.

    Raises:
        errors.ElsewhereRefused: it cannot be read, or nothing in it can be used.
        errors.CatalogueError: the catalogue cannot be loaded.
    """
    on_progress("reading the file", 0.0)
    kept = going_on.of(store, file)
    if (table := kept.table()) is None:
        table = files.read(file)
        table.columns = pd.Index(files.names(table.columns))
        kept.keep_table(table)
    failpoints.reach("tags-read")
    on_progress("looking for the pictures", 0.2)
    found = where(store, said)
    about = going_on.about(found, chosen or {})
    on_progress("checking each row", 0.4)
    told, given = kept.checked(about) or _checked(table, found, chosen)
    kept.keep_checked(about, told, given)
    failpoints.reach("tags-checked")
    return Read(file=file.name, table=table, columns=told, given=given, pictures=found, digest=kept.digest)


def _checked(
    table: pd.DataFrame, found: pictures.InFolder | pictures.OfCatalogue, chosen: Mapping[str, str] | None
) -> tuple[Columns, Given]:
    told = columns.recognised(table, lambda cell: found.find(cell) is not None, chosen)
    given = checking.checked(table, told, found.find, known=found.class_names)
    return told, _labelled_by(found, given) if isinstance(found, pictures.OfCatalogue) else given


def _labelled_by(found: pictures.OfCatalogue, given: Given) -> Given:
    """The labels of the catalogue hold; where the file has others, that is said."""
    labels = found.labels(given.table["place"].to_numpy())
    names = np.array(given.class_names, dtype=object)[labels]
    said = given.table["label"].to_numpy()
    differ = (said != "") & (said != names)
    problems = given.problems
    if differ.any():
        lines = given.table["line"].to_numpy()[differ]
        problems += (
            Problem(
                kind="label",
                sentence=f"{len(lines):,} rows have another label than the catalogue, whose labels hold.",
                lines=tuple(lines.tolist()), is_left_out=False,
            ),
        )  # fmt: skip
    return Given(
        table=given.table.assign(label=names), probabilities=given.probabilities, class_names=given.class_names,
        problems=problems,
    )  # fmt: skip
