"""The garments a line is chosen and checked on, and the line that people confirmed: read and saved for the page."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.quality import automation_line, checked_line, unlike
from core.store.batches import automation_lines
from core.store.batches.automation_lines import ConfirmedLine
from core.store.runs import file_reader
from core.store.runs.runs import Run
from dashboard.data import acceptance, predictions, store

ENOUGH_PHOTOS = 100
"""Real photos from which on planning figures come from them."""
Mix = tuple[float, ...]
"""(K) how the shop's products are spread over the categories, in any unit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answers:
    """What a version says of garments whose categories are known."""

    true_class: NDArray[np.int64]
    """(N,) what they are."""
    predicted_class: NDArray[np.int64]
    """(N,) what they are tagged."""
    confidence: NDArray[np.float64]
    """(N,) calibrated probability of the tag, 0-1."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """A line as it is on screen, with what it is for."""

    lines: tuple[float, ...]
    """(K) one a class, 0-1; NaN trusts none of it."""
    promise: float | None
    """Wrong tags in 100 trusted ones it was suggested for; None where all of it was set by hand."""
    by_hand: tuple[str, ...]
    """Names of the classes that were set by hand in place of the suggested line."""
    mix: Mix | None
    """How the shop's products are spread; None: as the garments are."""


@store.cached(most=4, spinner="Reading the stored answers …")
def _chosen_on(run: Run) -> tuple[Answers, float]:
    known = file_reader.load_validation(store.store(), run)
    confidence = known.probabilities.max(axis=1).astype(np.float64)
    answers = Answers(
        true_class=known.labels, predicted_class=known.probabilities.argmax(axis=1), confidence=confidence
    )
    if run.elsewhere:  # no photo comes to it that could be unlike what it knows
        return answers, 0.0
    return answers, unlike.detector(known.features, confidence).known_share


def chosen_on(run: Run) -> Answers:
    """Validation garments: those a line is chosen on.

    Raises:
        errors.StoreError: they are missing or damaged.
    """
    return _chosen_on(run)[0]


def unlike_share(run: Run) -> float:
    """Share of known garments, 0-1, that are called not one of our categories."""
    return _chosen_on(run)[1]


def checked_on(run: Run) -> Answers:
    """Test garments: those a line is only checked on; of tags from elsewhere without those it was chosen on."""
    table = predictions.predictions(run)
    table = table.drop(index=table.index[file_reader.held_out(store.store(), run)])
    return Answers(
        true_class=table["true_class"].to_numpy(),
        predicted_class=table["predicted_class"].to_numpy(),
        confidence=table["confidence"].to_numpy(),
    )


@store.cached(most=64)
def num_drawn(run: Run, mix: Mix) -> int:
    """Validation garments that lines are suggested on for that mix."""
    return len(automation_line.drawn_to_mix(chosen_on(run).true_class, np.array(mix)))


def is_covered(run: Run, mix: Mix) -> bool:
    """Whether garments of some category of the mix are among both those a line is chosen and those it is checked on."""
    shares = np.array(mix)
    return all(
        bool(((shares > 0) & (np.bincount(answers.true_class, minlength=len(mix)) > 0)).any())
        for answers in (chosen_on(run), checked_on(run))
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Offered:
    """The lines that are suggested, after the test garments were asked."""

    lines: tuple[float, ...]
    """(K) the line of each class; NaN where none is found."""
    refused: tuple[str, ...]
    """Names on screen of the classes of which the test garments refused a line; one empty name: that for all."""


@store.cached(most=64, by_names=True)
def suggested(run: Run, max_wrong: float, *, each: bool, mix: Mix | None) -> Offered:
    """The line of each class so that at most so many in 100 trusted tags are wrong, checked on the test garments.

    Args:
        run: the version.
        max_wrong: wrong tags in 100 trusted ones.
        each: a line for each category, else the same for all.
        mix: how the shop's products are spread; None as the validation garments are.
    """
    answers = [in_mix(known, mix) for known in (chosen_on(run), checked_on(run))]
    if not each:
        one = checked_line.checked(_told(answers[0]), _told(answers[1]), max_wrong)
        return Offered(lines=(one.line.confidence,) * len(run.class_names), refused=("",) * bool(one.num_refused))
    found = []
    for index in range(len(run.class_names)):
        mine = [_told(known, known.predicted_class == index) for known in answers]
        found.append(checked_line.checked(mine[0], mine[1], max_wrong, num_lines=len(run.class_names)))
    return Offered(
        lines=tuple(one.line.confidence for one in found),
        refused=tuple(name for name, one in zip(run.names, found, strict=True) if one.num_refused),
    )


def in_mix(known: Answers, mix: Mix | None) -> Answers:
    """Of the garments as many as can be had whose categories are spread as the mix says."""
    if mix is None:
        return known
    drawn = automation_line.drawn_to_mix(known.true_class, np.array(mix))
    return Answers(
        true_class=known.true_class[drawn],
        predicted_class=known.predicted_class[drawn],
        confidence=known.confidence[drawn],
    )


def _told(known: Answers, some: NDArray[np.bool_] | None = None) -> checked_line.Answers:
    """Confidence and correctness of all garments, or of some."""
    is_correct = known.true_class == known.predicted_class
    return (known.confidence, is_correct) if some is None else (known.confidence[some], is_correct[some])


def outcome(
    answers: Answers, chosen: Sequence[float], mix: Mix | None, *, num_products: float = 100
) -> automation_line.Outcome:
    """What the lines (K) would have meant for those garments."""
    trusted = automation_line.is_trusted(answers.confidence, answers.predicted_class, np.array(chosen))
    weights = None if mix is None else np.array(mix)
    return automation_line.outcome(
        trusted, answers.true_class, answers.predicted_class, mix=weights, num_products=num_products
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class InUse:
    """What lines would mean for the photos that a version tagged last."""

    num_photos: int
    """Photos that could be read, of the newest batches."""
    num_batches: int
    """Of so many batches."""
    num_ready: int
    """Those that would be ready: sure enough, like what was learned, and nothing noticed that a person should see."""
    num_unlike: int
    """Those that are like nothing that was learned."""


def in_use(run: Run, chosen: Sequence[float]) -> InUse | None:
    """The same of real photos, as soon as there are `ENOUGH_PHOTOS` of them; None before.

    Photos of the newest batches are taken, whole batches, until there are so many.
    """
    table = acceptance.all_products()
    if table.empty:
        return None
    mine = table[(table["version"] == run.version) & (table["guess"] != "")]
    sizes = mine.groupby("batch").size().sort_index(ascending=False)
    num_batches = int((sizes.cumsum() < ENOUGH_PHOTOS).sum()) + 1
    if sizes.sum() < ENOUGH_PHOTOS:
        return None
    recent = mine[mine["batch"].isin(sizes.index[:num_batches])]
    lines = recent["guess"].map(dict(zip(run.class_names, chosen, strict=True))).astype(np.float64)
    is_unlike = (recent["tag"] == "").to_numpy()
    is_sure = (recent["confidence"] >= lines).to_numpy()
    is_ready = is_sure & ~is_unlike & ~recent["needs_look"].to_numpy(dtype=bool)
    return InUse(
        num_photos=len(recent), num_batches=num_batches, num_ready=int(is_ready.sum()),
        num_unlike=int(is_unlike.sum()),
    )  # fmt: skip


def of_photos(found: automation_line.Outcome, real: InUse | None) -> automation_line.Outcome:
    """The outcome with as many products tagged as of real photos; the share that is wrong of those stays the same."""
    if real is None:
        return found
    num_tagged = found.num_products * real.num_ready / real.num_photos
    num_to_check = found.num_products - num_tagged
    return automation_line.Outcome(
        num_products=found.num_products,
        num_tagged=num_tagged,
        num_wrong=num_tagged * found.wrong_share,  # NaN where no test garment tells it
        num_to_check=num_to_check,
        minutes=num_to_check * automation_line.SECONDS_EACH / 60,
    )


def per_class(run: Run, answers: Answers, chosen: Sequence[float]) -> pd.DataFrame:
    """The table of `line.per_class_outcome` for the lines (K)."""
    trusted = automation_line.is_trusted(answers.confidence, answers.predicted_class, np.array(chosen))
    return automation_line.per_class_outcome(trusted, answers.true_class, answers.predicted_class, run.class_names)


def is_confirmed(run: Run, choice: Choice) -> bool:
    """Whether that is the line that holds, for the same mix."""
    held = automation_lines.newest(store.store(), run.id)
    if held is None:
        return False
    before = ([*map(str, held.lines)], held.by_hand, held.mix)
    return before == ([*map(str, choice.lines)], choice.by_hand, choice.mix)


def confirm(run: Run, choice: Choice, *, who: str, request_id: str) -> ConfirmedLine:
    """Stores the line as the one that holds.

    Raises:
        errors.GarmentsError: it was not stored.
    """
    return automation_lines.confirm(
        store.store(), run.id, choice.lines, who=who, request_id=request_id, max_wrong_in_100=choice.promise,
        by_hand=choice.by_hand, mix=choice.mix,
    )  # fmt: skip
