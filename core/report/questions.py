"""What is open: one sentence each, the most urgent first. Pure."""

from dataclasses import dataclass

from core.quality import review
from core.quality.review import TwoScores
from core.words import sentences


@dataclass(frozen=True, kw_only=True, slots=True)
class Open:
    """How much waits for a person."""

    waiting_version: int | None
    """Number of a version newer than the live one about which nobody has decided."""
    is_promise_broken: bool
    """Whether spot checks show that the line does not keep what it promised."""
    why_no_line: str
    """Why nothing leaves without a person; empty where a line is confirmed."""
    num_held_back: int
    """Deliveries unlike what their line was made for, which nobody has let go."""
    num_products: int
    """New products that wait for a person."""
    num_batches: int
    """The batches that they are in."""
    num_open_checks: int
    """Spot checks that were drawn and nobody has answered."""
    num_wrong_checks: int
    """Products that spot checks found wrong and that still have their tag."""
    num_below: int
    """Categories clearly below the target in one of their figures."""
    reviewed: TwoScores | None
    """Both scores; None where the garments cannot be read."""
    num_suspects: int | None
    """Doubted labels that nobody has judged; None where nobody has searched."""


def told(found: Open) -> list[str]:
    """The sentences; none where nothing is open."""
    return [sentence for sentence in (*_of_products(found), *_of_model(found), *_of_review(found)) if sentence]


def _of_products(found: Open) -> list[str]:
    batches = "1 batch" if found.num_batches == 1 else f"{found.num_batches:,} batches"
    return [
        "The automation line does not keep what it promised, as spot checks show: set a higher one."
        * found.is_promise_broken,
        _counted(
            found.num_held_back, "delivery is", "deliveries are", "held back as unlike what the line was made for."
        ),
        _counted(found.num_products, "new product waits", "new products wait", f"for a decision, in {batches}."),
        _counted(found.num_wrong_checks, "product", "products", "that spot checks found wrong still to be put right."),
        _counted(found.num_open_checks, "spot check is", "spot checks are", "drawn and not answered."),
    ]


def _of_model(found: Open) -> list[str]:
    number = found.waiting_version
    return [
        "" if number is None else f"Version {number} waits: nobody has decided whether it becomes live.",
        _counted(found.num_below, "category is", "categories are", "clearly below the target."),
        found.why_no_line,
    ]


def _of_review(found: Open) -> list[str]:
    said = []
    if found.reviewed is not None:
        num = found.reviewed.num_disagreements
        said.append(f"People disagree about {sentences.garments(num)}." if num else "")
        if not found.reviewed.is_enough:
            num = found.reviewed.num_reviewed
            said.append(f"{num} of {review.ENOUGH} garments are reviewed, so there is no score after review yet.")
    if found.num_suspects is None:
        return [*said, "Nobody has searched the training garments for wrong labels yet."]
    return [*said, _counted(found.num_suspects, "doubted label waits", "doubted labels wait", "for a verdict.")]


def _counted(num: int, one: str, many: str, rest: str) -> str:
    return f"{num:,} {one if num == 1 else many} {rest}" if num else ""
