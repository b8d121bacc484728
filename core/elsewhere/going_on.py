"""A large file of tags that was read and checked before, by an import that was stopped: the next one goes on from it.

Two steps are kept, each written whole: the file as a table, and the rows that can be used with all that was found. They
count for the same content of the file, the same pictures, the same choice of columns and the same program only.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow

from core.elsewhere import pictures
from core.elsewhere.records import Columns, Given, Problem
from core.store import Store
from core.store.runs import begun

LEAST_BYTES = 4_000_000
"""Of a file that is worth it; smaller ones are read again in a second or two."""
_TABLE, _CHECKED, _ROWS, _PROBABILITIES = "table.parquet", "checked-{}.json", "rows-{}.parquet", "probabilities-{}.npy"


@dataclass(frozen=True, kw_only=True, slots=True)
class Begun:
    """What is kept of one file; without a `digest` nothing is."""

    store: Store
    """Where."""
    digest: str = ""
    """SHA-256 of the file's content and of the program; empty where the file is too small or not there."""

    @property
    def _folder(self) -> Path:
        return begun.folder(self.store, self.digest)

    def table(self) -> pd.DataFrame | None:
        """The file as `files.read` gave it; None where that is not kept."""
        if not self.digest:
            return None
        try:
            found = pd.read_parquet(self._folder / _TABLE)
        except (OSError, ValueError, pyarrow.ArrowException):
            return None
        return found.astype({name: object for name in found if pd.api.types.is_string_dtype(found[name].dtype)})

    def keep_table(self, table: pd.DataFrame) -> None:
        """Keeps it; not where it holds what no column of one kind can, such as lists beside texts."""
        with suppress(TypeError, ValueError, pyarrow.ArrowException):
            self._write(_TABLE, lambda part: table.to_parquet(part))

    def checked(self, about: str) -> tuple[Columns, Given] | None:
        """What was recognised and found, for what `about` names; None where that is not kept."""
        if not (self.digest and about):
            return None
        try:
            told = json.loads((self._folder / _CHECKED.format(about)).read_bytes())
            rows = pd.read_parquet(self._folder / _ROWS.format(about))
            path = self._folder / _PROBABILITIES.format(about)
            probabilities = np.load(path, allow_pickle=False) if told["has_probabilities"] else None
            problems = tuple(Problem(**{**each, "lines": tuple(each["lines"])}) for each in told["problems"])
            columns = Columns.of_json(told["columns"])
        except (OSError, ValueError, KeyError, TypeError, pyarrow.ArrowException):
            return None
        names = tuple(told["class_names"])
        return columns, Given(table=rows, probabilities=probabilities, class_names=names, problems=problems)

    def keep_checked(self, about: str, columns: Columns, given: Given) -> None:
        """Keeps it; what tells that all is there comes last."""
        probabilities = given.probabilities
        if not about or not self._write(_ROWS.format(about), lambda part: given.table.to_parquet(part)):
            return
        if probabilities is not None and not self._write(
            _PROBABILITIES.format(about), lambda part: _save(part, probabilities)
        ):
            return
        told = {"columns": columns.to_json(), "class_names": given.class_names,
                "problems": [asdict(each) for each in given.problems],
                "has_probabilities": probabilities is not None}  # fmt: skip
        self._write(_CHECKED.format(about), lambda part: part.write_text(json.dumps(told)))

    def _write(self, name: str, write: Callable[[Path], object]) -> bool:
        """Whether it is there now, whole; where the disk is full nothing of the file is kept: it is read again."""
        if not self.digest:
            return False
        part = self._folder / f"{name}.part"
        try:
            part.parent.mkdir(parents=True, exist_ok=True)
            write(part)
            part.replace(self._folder / name)
        except OSError:
            begun.forget(self.store, self.digest)
            return False
        return True


def of(store: Store, file: Path) -> Begun:
    """What is kept of that file."""
    if not file.is_file() or file.stat().st_size < LEAST_BYTES:
        return Begun(store=store)
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256")
    digest.update(_program() + file.suffix.lower().encode())
    return Begun(store=store, digest=digest.hexdigest()[:32])


def about(found: pictures.InFolder | pictures.OfCatalogue, chosen: Mapping[str, str]) -> str:
    """Names the pictures as they are now and the choice of columns; empty where the former cannot be told."""
    told = found.identity
    return hashlib.sha256(json.dumps([told, sorted(chosen.items())]).encode()).hexdigest()[:32] if told else ""


@cache
def _program() -> bytes:
    """SHA-256 of what reads and checks: another program may find something else."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.digest()


def _save(part: Path, array: "np.ndarray") -> None:
    with part.open("wb") as file:
        np.save(file, array, allow_pickle=False)
