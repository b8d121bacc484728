"""The products of a batch as one table: what the model said, the pile, what people decided, what leaves. No torch."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core import errors
from core.photos import photo_check
from core.quality import acceptance, delivery
from core.store import Store
from core.store.batches import automation_lines, batch_tags, batches, releases, several_photos, tag_decisions
from core.store.batches.automation_lines import ConfirmedLine
from core.store.batches.batch_tags import PhotoTag
from core.store.batches.batches import Batch, Photo
from core.store.batches.tag_decisions import Decision
from core.store.runs import runs
from core.store.runs.runs import Run
from core.tagging import piles, standing_line

NUM_SAMPLED = 20
"""Products of a delivery that is held back which a person looks at before it may be released."""
NONE = "none"
"""In the column `decision`: no person has decided."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far the decisions of a batch are."""

    num_to_decide: int
    """Products that could be read and are tagged."""
    num_by_line: int
    """Those that the confirmed line decides and no person has touched."""
    num_by_people: int
    """Those that people decided on."""

    @property
    def num_decided(self) -> int:
        """By line or people."""
        return self.num_by_line + self.num_by_people


def table(store: Store, batch: Batch) -> pd.DataFrame:
    """One row a file of the batch, by position; the line that holds for the batch's version today makes the piles.

    Files of one SKU are photos of one product: all of them have the tag on which they agree.

    Columns:
        position (int64): in the batch.
        product (str): name of the file.
        sku, title (str): of the list that came with it; may be empty.
        category (str): what it is by decision, else by tag; empty where rejected, not ours or unreadable.
        decision (str): accepted, changed or rejected by a person; none.
        pile (str): one of `piles.PILES`; empty where it is not tagged yet.
        tag (str): what the model says, a class name; empty where not ours, unreadable or not tagged yet.
        confidence (float64, 0-1): calibrated probability of the surest class; NaN where there is none.
        guess (str): the surest class even where it is not ours; empty where there is none.
        guesses (object): tuples of class name and probability, the surest first.
        findings (object): tuple of sentences; of an unreadable file why it was refused.
        needs_look (bool): something was noticed of the photo that asks for a person; False where unreadable.
        strangeness (float64): how unlike anything learned; NaN where not measured.
        held_back (bool): would be ready, were the delivery like what the line was made for.
        by_line (bool): ready, no person decided, and a person has confirmed the line.
        leaves (bool): may leave for the shop: accepted, changed, or by line.
        decided_by (str): who decided, or who confirmed the line where `by_line`; empty where neither.
        decided_at (datetime64, UTC): when that was, of a tag that came after the line when it came; NaT where neither.
        tagged_at (datetime64, UTC): when it was tagged; NaT where it is not yet.
        version (int64): number of the version that tagged it.
        batch (int64): number of the batch.
    """
    run = runs.find(store, batch.run_id)
    confirmed = automation_lines.newest(store, run.id)
    photos = batches.photos_of(store, batch)
    of_photos = {tag.position: tag for tag in batch_tags.load(store, batch)}
    tags = several_photos.together({photo.position: photo.sku for photo in photos}, of_photos)
    decisions = tag_decisions.current(store, batch)
    lines = np.array(batch.suggested if confirmed is None else confirmed.lines)
    is_held = bool(_difference(store, run, confirmed, {photo.position: photo.sku for photo in photos}, tags))
    is_held = is_held and releases.of_batch(store, batch.number) is None
    rows = [
        _row(photo, tags.get(photo.position), decisions.get(photo.position), _by_name(run, lines), confirmed, is_held)
        for photo in photos
    ]
    found = pd.DataFrame(rows).assign(version=run.version, batch=batch.number)
    times = {name: pd.to_datetime(found[name], utc=True) for name in ("decided_at", "tagged_at")}
    return found.assign(**times).astype({"confidence": "float64", "strangeness": "float64"})


def of_shop(found: pd.DataFrame) -> pd.DataFrame:
    """The rows of a table that can be products of a shop: no file that is no photo, none that is not tagged yet."""
    return found[~found["pile"].isin(["", piles.UNREADABLE])]


def all_tables(store: Store) -> pd.DataFrame:
    """`table` of every batch under each other, the oldest batch first; empty before the first batch."""
    tables = [table(store, batch) for batch in batches.list_batches(store)[::-1]]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def progress(products: pd.DataFrame) -> Progress:
    """How far the decisions of `table` are."""
    is_tagged = ~products["pile"].isin(["", piles.UNREADABLE])
    return Progress(
        num_to_decide=int(is_tagged.sum()),
        num_by_line=int(products["by_line"].sum()),
        num_by_people=int((products["decision"] != NONE).sum()),
    )


def num_waiting(products: pd.DataFrame) -> int:
    """How many rows of `table` wait for a person."""
    is_open = products["pile"].isin([piles.CHECK, piles.NOT_RECOGNISED, piles.NOT_OURS])
    return int((is_open & (products["decision"] == NONE)).sum())


def deciders(products: pd.DataFrame) -> pd.Series:
    """Of each row of `table` who decided, in words: "line confirmed by Ada" where no person did."""
    return products["decided_by"].where(
        ~products["by_line"].astype(bool), "line confirmed by " + products["decided_by"]
    )


def why_held_back(store: Store, batch: Batch) -> str:
    """Why no tag of a delivery leaves without a person, whether or not one released it; empty of an ordinary one."""
    run = runs.find(store, batch.run_id)
    skus = {photo.position: photo.sku for photo in batches.photos_of(store, batch)}
    tags = several_photos.together(skus, {tag.position: tag for tag in batch_tags.load(store, batch)})
    return _difference(store, run, automation_lines.newest(store, run.id), skus, tags)


def sample(products: pd.DataFrame) -> list[int]:
    """Positions of up to `NUM_SAMPLED` products held back, drawn at random, the same however often it is asked."""
    held = products[products["held_back"].astype(bool)]
    if held.empty:
        return []
    skus = held["sku"].str.strip()
    first = held[((skus == "") | ~skus.duplicated()).to_numpy()]
    keys = list(zip(first["batch"].tolist(), first["position"].tolist(), strict=True))
    return [position for _, position in acceptance.drawn(keys, NUM_SAMPLED, "held back")]


def _difference(
    store: Store,
    run: Run,
    confirmed: ConfirmedLine | None,
    skus: Mapping[int, str],
    tags: Mapping[int, PhotoTag],
) -> str:
    """See `delivery.difference`, of products: photos of one SKU count once."""
    readable = [tag for tag in tags.values() if tag.is_readable]
    by_product = {skus.get(tag.position, "").strip() or tag.position: tag for tag in reversed(readable)}
    found = list(by_product.values())[::-1]
    if not found:
        return ""
    index = {name: number for number, name in enumerate(run.class_names)}
    told = delivery.Told(
        confidence=np.array([tag.guesses[0][1] for tag in found], dtype=np.float64),
        strangeness=np.array([np.nan if tag.strangeness is None else tag.strangeness for tag in found]),
        tag=np.array([index[tag.guesses[0][0]] for tag in found], dtype=np.int64),
        num_unlike=sum(tag.is_unlike for tag in found),
    )
    mix = None if confirmed is None else confirmed.mix
    return delivery.difference(told, _usual(store, run), mix)


def _usual(store: Store, run: Run) -> delivery.Usual | None:
    """None also of a version whose files are gone: its batches stay readable."""
    try:
        return standing_line.usual(store, run)
    except errors.ArtefactCorrupt:
        return None


def _by_name(run: Run, lines: np.ndarray) -> dict[str, float]:
    return dict(zip(run.class_names, lines.tolist(), strict=True))


def _row(
    photo: Photo,
    tag: PhotoTag | None,
    decision: Decision | None,
    lines: Mapping[str, float],
    confirmed: ConfirmedLine | None,
    is_held: bool,
) -> dict[str, object]:
    said = _said(photo, tag, lines)
    held_back = is_held and said["pile"] == piles.READY
    if held_back:
        said["pile"] = piles.CHECK
    by_line = decision is None and confirmed is not None and said["pile"] == piles.READY
    kind = NONE if decision is None else decision.kind
    category = said["tag"] if decision is None else decision.category or ""
    who, when = ("", None) if decision is None else (decision.who, decision.decided_at)
    if by_line and confirmed is not None and tag is not None:
        # Decided once there are both: a line may be far older than the product.
        who, when = confirmed.who, max(confirmed.confirmed_at, tag.tagged_at)
    return {
        "position": photo.position, "product": photo.name, "sku": photo.sku, "title": photo.title,
        "category": category, "decision": kind, **said, "by_line": by_line, "held_back": held_back,
        "leaves": by_line or kind in (tag_decisions.ACCEPTED, tag_decisions.CHANGED),
        "decided_by": who, "decided_at": when, "tagged_at": None if tag is None else tag.tagged_at,
    }  # fmt: skip


def _said(photo: Photo, tag: PhotoTag | None, lines: Mapping[str, float]) -> dict[str, object]:
    nothing = {
        "tag": "", "confidence": np.nan, "guess": "", "guesses": (), "strangeness": np.nan, "needs_look": False
    }  # fmt: skip
    if photo.refused or (tag is not None and not tag.is_readable):
        findings = (photo.refused,) if photo.refused or tag is None else tag.findings
        return {"pile": piles.UNREADABLE, **nothing, "findings": findings}
    if tag is None:
        return {"pile": "", **nothing, "findings": ()}
    guess, confidence = tag.guesses[0]
    pile = piles.pile(
        is_trusted=confidence >= lines[guess],
        is_unlike=tag.is_unlike,
        needs_look=tag.needs_look,
        is_odd=photo_check.is_odd(tag.findings),
    )  # a line that is NaN is not reached by anything
    return {
        "pile": pile, "tag": "" if tag.is_unlike else guess, "confidence": confidence, "guess": guess,
        "guesses": tag.guesses[: several_photos.SHOWN_GUESSES], "findings": tag.findings,
        "strangeness": np.nan if tag.strangeness is None else tag.strangeness, "needs_look": tag.needs_look,
    }  # fmt: skip
