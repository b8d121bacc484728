"""Batches of photos with tags that nobody's model gave, for tests of what follows."""

import hashlib
import uuid
from datetime import UTC, datetime

import numpy as np

from core.store import Store
from core.store.batches import automation_lines, batch_tags, batches, tag_decisions
from core.store.batches.batch_tags import PhotoTag
from core.store.batches.batches import Batch, NewPhoto
from core.store.runs import runs
from tests.support import product_photos


def new_photos(num: int, **more: object) -> list[NewPhoto]:
    """Small photos of grey squares, each another one; `more` are fields of all of them."""
    found = []
    for number in range(num):
        data = product_photos.photo(np.full((28, 28), 60 + number, dtype=np.uint8), side=60)
        fields = {"name": f"photo {number}.jpg", "sku": f"S{number}", "title": f"Title {number}", **more}
        found.append(NewPhoto(data=data, sha256=hashlib.sha256(data).hexdigest(), **fields))
    return found


def dropped(store: Store, run: runs.Run, photos: list[NewPhoto], *, suggested: float = 0.9, who: str = "Ada") -> Batch:
    """A batch of these photos that waits."""
    lines = [suggested] * len(run.class_names)
    return batches.create(store, run, photos, lines, who=who, request_id=uuid.uuid4().hex)


def photo_tag(run: runs.Run, position: int, confidence: float, class_index: int = 0, **more: object) -> PhotoTag:
    """A tag of that confidence; the rest goes to the next class."""
    names = run.class_names
    other = names[(class_index + 1) % len(names)]
    fields = {
        "guesses": ((names[class_index], confidence), (other, round(1 - confidence, 6))),
        "findings": (), "needs_look": False, "is_unlike": False, "strangeness": 1.5,
        "picture": np.full((28, 28), position % 256, dtype=np.uint8), "tagged_at": datetime.now(UTC), **more,
    }  # fmt: skip
    return PhotoTag(position=position, **fields)


def tagged(store: Store, run: runs.Run, confidences: list[float], **more: object) -> Batch:
    """A batch that is tagged: one photo for each confidence, its class the number of the photo."""
    batch = dropped(store, run, new_photos(len(confidences)))
    tags = [
        photo_tag(run, position, confidence, position % len(run.class_names), **more)
        for position, confidence in enumerate(confidences)
    ]
    batch_tags.append(store, batch, tags)
    return batch


def confirm(store: Store, run: runs.Run, line: float = 0.9, *, who: str = "Ada") -> automation_lines.ConfirmedLine:
    """A line for all classes that a person stands by."""
    return automation_lines.confirm(store, run.id, [line] * len(run.class_names), who=who, request_id=uuid.uuid4().hex)


def decide(store: Store, batch: Batch, positions: list[int], kind: str, category: str | None = None, *,
           who: str = "Ada", request_id: str | None = None, seen: int | None = None):  # fmt: skip
    """A decision by somebody who has seen everything."""
    seen = tag_decisions.newest_number(store, batch) if seen is None else seen
    return tag_decisions.decide(store, batch, positions, kind, category=category, seen=seen, who=who,
                                request_id=request_id or uuid.uuid4().hex)  # fmt: skip
