"""The files of a version whose tags come from elsewhere, as they are written; `file_reader` reads them back."""

import json
import platform
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from safetensors.numpy import save_file

from core import catalogue
from core.elsewhere import calibrating
from core.elsewhere.records import Columns, Given
from core.quality import scores
from core.store.runs import file_writer, in_place, publishing, runs
from core.store.runs.contents import Figures
from core.store.runs.file_writer import GIVEN, HELD_OUT

COLUMNS = "columns.json"
"""Which column of the file says what."""


@dataclass(frozen=True)
class Stored:
    """Garments whose pictures a version of ours has stored already."""

    fingerprint: str
    """SHA-256 of them."""
    name: str
    """Of their catalogue."""
    class_names: tuple[str, ...]
    """The K names of the classes."""


@dataclass(frozen=True, kw_only=True)
class VersionFiles:
    """The files of a version from elsewhere; stands where those of a training do."""

    catalogue: publishing.Garments
    """The N garments it is judged on."""
    given: Given
    """Their rows."""
    table: pd.DataFrame
    """The file, indexed by line."""
    columns: Columns
    """Which of its columns says what."""
    used: pd.DataFrame
    """The rows that can be used, also those without a label, see `Given.table`."""
    answers: calibrating.Calibrated
    """What is said of the N garments."""
    labels: NDArray[np.int64]
    """(N,) what they are."""
    tags: NDArray[np.int64]
    """(N,) what they were tagged."""
    elsewhere: runs.Elsewhere
    """What is known of it."""

    @property
    def recipe(self) -> dict[str, Any]:
        """What stands where a training has its recipe."""
        return {"name": self.elsewhere.name, "elsewhere": asdict(self.elsewhere)}

    def write(self, folder: Path) -> None:
        """Writes the version's own files into `folder`."""
        self.predictions.to_parquet(folder / "predictions.parquet", index=False)
        _no_history().to_parquet(folder / "history.parquet", index=False)
        save_file({"probabilities": self.answers.probabilities}, folder / "probabilities.safetensors")
        if len(self.answers.held_out):
            save_file({"positions": self.answers.held_out}, folder / HELD_OUT)
        contents = {"figures": self.figures, "recipe": self.recipe, "environment": _environment()}
        contents["columns"] = self.columns.to_json()  # see COLUMNS
        for name, content in contents.items():
            (folder / f"{name}.json").write_text(json.dumps(content, indent=1, allow_nan=False))
        self.as_given.to_parquet(folder / GIVEN, index=False)

    def write_garments(self, folder: Path) -> None:
        """Writes what is known of the garments into `folder`."""
        if isinstance(self.catalogue, in_place.Garments):
            self.catalogue.write(folder)
            return
        assert isinstance(self.catalogue, catalogue.Catalogue)  # those that are stored are not written again
        file_writer.write_garments(self.catalogue, folder)

    @property
    def predictions(self) -> pd.DataFrame:
        """The table of `core.model.inference`, with the tags as they were given."""
        rows = np.arange(len(self.tags))
        others = self.answers.probabilities.copy()
        confidence = others[rows, self.tags].astype(np.float64)
        others[rows, self.tags] = -1
        second = others.argmax(axis=1)
        return pd.DataFrame(
            {
                "garment": rows, "true_class": self.labels, "predicted_class": self.tags,
                "second_class": second.astype(np.int64), "confidence": confidence,
                "margin": confidence - others[rows, second].astype(np.float64),
            }
        )  # fmt: skip

    @property
    def figures(self) -> Figures:
        """Accuracy, precision and recall, as scikit-learn works them out."""
        table = scores.per_class_scores(self.labels, self.tags, self.given.class_names)
        return {
            "accuracy": float((self.labels == self.tags).mean()),
            "precision": table["precision"].fillna(0.0).tolist(), "recall": table["recall"].fillna(0.0).tolist(),
            "predictions": self.tags.tolist(),
        }  # fmt: skip

    @property
    def as_given(self) -> pd.DataFrame:
        """The rows of the file that can be used, as they stand there, with the garment that each became (-1: none)."""
        rows = self.table.loc[self.used["line"]].reset_index(drop=True)
        for name in [name for name in rows if rows[name].dtype == object]:
            if pd.api.types.infer_dtype(rows[name], skipna=False) != "string":
                rows[name] = rows[name].map(_as_text)
        garments = pd.Series(np.arange(len(self.given)), index=self.given.table["line"])
        return rows.assign(**{GARMENT: garments.reindex(self.used["line"]).fillna(-1).to_numpy(dtype=np.int64)})


GARMENT = "garment in this version"
"""Column beside those of the file."""


def _as_text(cell: Any) -> Any:
    return cell if cell is None or isinstance(cell, str) else str(cell)


def _no_history() -> pd.DataFrame:
    return pd.DataFrame(
        {"epoch": pd.Series(dtype=np.int64)}
        | {
            name: pd.Series(dtype=np.float64)
            for name in ("train_loss", "validation_loss", "validation_accuracy", "seconds")
        }
    )


def _environment() -> dict[str, Any]:
    return {"python": platform.python_version(), "platform": platform.platform()}
