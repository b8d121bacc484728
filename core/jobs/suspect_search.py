"""The search for wrong labels: the live version's training garments, judged by models that did not see them.

The labels are those of the catalogue, also where people have corrected them: so a list can say how often it was right
so far, and the same search gives the same list.
"""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import errors
from core.catalogue import CatalogueSplit, identity
from core.jobs import priority, resume
from core.jobs.requests import TrainingRequest
from core.jobs.time_left import TimeLeft
from core.model import checkpoints, code_version, neighbours, out_of_fold, recipes
from core.quality import suspects
from core.store import Store
from core.store.live import promotions
from core.store.runs import file_reader, live_history, runs
from core.store.verdicts import suspect_lists
from core.store.verdicts.suspect_lists import SuspectList

OnReport = Callable[[str, float, float | None], None]
"""Called with the stage in words, the share done (0-1) and the seconds left (None: unknown); may raise to stop."""

READING_ENDS, JUDGING_ENDS = 0.02, 0.97
"""Where on the bar the stages meet."""
NUM_SIMILAR = 3
"""Similar training garments kept for each suspect."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What a search gave."""

    found: SuspectList
    """The published list."""
    notice: str
    """One sentence for people."""
    run: None = None
    """A search gives no version."""


def run(store: Store, request: TrainingRequest, *, started_by: str, on_report: OnReport) -> Finding:
    """Judges the training garments of our live version and publishes the list, or finds the one that did so before.

    Finished folds stay in a folder of the home until the list is published, so that an interrupted search goes on.

    Raises:
        errors.TrainingError: there is no live version, or as the trainings raise it.
        errors.ArtefactCorrupt: its garments cannot be read.
        OSError: something could not be written, e.g. because the disk is full.
    """
    started = time.monotonic()
    priority.bound_threads(store.settings.training_threads)
    live = promotions.tagging_run(store, live_history.scope_of(request.catalogue) if request.catalogue else None)
    if live is None:
        raise errors.TrainingError("There is no version yet whose garments could be searched. Train one first.")
    if live.is_of_photos:
        return _of_photos(store, request, live, started_by, on_report)
    on_report("reading garments", 0.0, None)
    train, validation = (file_reader.load_split(store, live, name) for name in ("train", "validation"))
    recipe = request.network_recipe
    same_search, *former = (
        identity_of(recipe, train, validation, request.seed, version)
        for version in code_version.known_as(code_version.SEARCH)
    )
    newest = suspect_lists.newest(store, live.catalogue_fingerprint)
    folder = store.home / "checkpoints" / same_search
    if newest is not None and newest.identity in (same_search, *former) and not request.again:
        shutil.rmtree(folder, ignore_errors=True)  # left where the process died before tidying up
        return Finding(found=newest, notice=f"This search was done before. {_sentence(newest)}")
    resume.note(folder, request)
    probabilities = out_of_fold.probabilities(
        recipe, train, validation, seed=request.seed, on_progress=_reporter(on_report), folder=folder
    )
    on_report("finding similar garments", JUDGING_ENDS, None)
    facts = suspect_lists.SearchFacts(
        identity=same_search,
        catalogue_fingerprint=live.catalogue_fingerprint,
        recipe=recipe.model_dump(mode="json"),
        seed=request.seed,
        code_version=code_version.code_version(code_version.SEARCH),
        num_garments=len(train),
        seconds=time.monotonic() - started,
    )
    found = suspect_lists.publish(store, listed(train, probabilities), facts, created_by=started_by)
    shutil.rmtree(folder, ignore_errors=True)
    return Finding(found=found, notice=_sentence(found))


def _of_photos(store: Store, request: TrainingRequest, live: runs.Run, started_by: str, on_report: OnReport) -> Finding:
    """Of photos nothing is trained: their version kept, for each, the answer of a head that had not learned it."""
    started = time.monotonic()
    same_search = checkpoints.identity("suspects", live.identity)
    newest = suspect_lists.newest(store, live.catalogue_fingerprint)
    if newest is not None and newest.identity == same_search and not request.again:
        return Finding(found=newest, notice=f"This search was done before. {_sentence(newest)}")
    on_report("judging photos", READING_ENDS, None)
    train, answers = file_reader.load_split(store, live, "train"), file_reader.load_validation(store, live)
    facts = suspect_lists.SearchFacts(
        identity=same_search,
        catalogue_fingerprint=live.catalogue_fingerprint,
        recipe=live.recipe,
        seed=live.seed,
        code_version=live.code_version,
        num_garments=len(train),
        seconds=time.monotonic() - started,
    )
    listed_photos = listed(train, answers.probabilities, answers.features)
    found = suspect_lists.publish(store, listed_photos, facts, created_by=started_by)
    return Finding(found=found, notice=_sentence(found))


def identity_of(
    recipe: recipes.Recipe, train: CatalogueSplit, validation: CatalogueSplit, seed: int, version: str = ""
) -> str:
    """SHA-256 of everything that determines the list: recipe, garments, seed, version of the code (the present one)."""
    version = version or code_version.code_version(code_version.SEARCH)
    given = (recipe.canonical_json, train.fingerprint, validation.fingerprint, str(seed), version)
    return checkpoints.identity("suspects", *given)


def listed(
    train: CatalogueSplit, probabilities: NDArray[np.floating], features: NDArray[np.float16] | None = None
) -> pd.DataFrame:
    """The suspects alone, the least likely label first, as `core.store.verdicts.suspect_lists.load` gives them back.

    Args:
        train: the garments that were judged.
        probabilities: (N, K) of them, from models that did not see them.
        features: (N, D) of them, by which photos are alike; None: by their pixels.
    """
    table = suspects.suspects(train.labels, probabilities)
    table = table[table["is_suspect"]].drop(columns="is_suspect").rename(columns={"garment": "position"})
    positions = table["position"].to_numpy()
    if features is None:
        similar = neighbours.alike_in_pixels(train, positions, NUM_SIMILAR)
    else:
        similar = neighbours.nearest_others(neighbours.directions(features), NUM_SIMILAR, positions)
    keys = identity.garment_keys(train.take(positions))
    return table.assign(garment=list(keys), similar=similar.tolist()).reset_index(drop=True)


def _sentence(found: SuspectList) -> str:
    return f"{found.num_suspects:,} of {found.num_garments:,} training garments have a label that is doubted."


def _reporter(on_report: OnReport) -> out_of_fold.OnProgress:
    """Turns the progress of the models into words, the share of the whole, and the time left."""
    left, is_learning = TimeLeft(), False

    def report(progress: out_of_fold.Progress) -> None:
        nonlocal is_learning
        # Models that an earlier search left come first and take no time: what they did tells nothing of the speed.
        is_learning = is_learning or progress.fraction < progress.model / progress.num_models
        seconds_left = left.at(progress.fraction) if is_learning else None
        share = READING_ENDS + progress.fraction * (JUDGING_ENDS - READING_ENDS)
        on_report(f"judging garments, model {progress.model} of {progress.num_models}", share, seconds_left)

    return report
