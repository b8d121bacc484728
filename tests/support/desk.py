"""A store with one published version, and short ways to say something of its garments."""

from core.catalogue import identity
from core.store.verdicts import verdict_lines, verdict_tables, verdicts
from core.store.verdicts.verdict_lines import Subject
from tests.support import worlds


class Desk:
    """A store with one published version, and short ways to speak of its garments."""

    def __init__(self, store):
        self.store, self.garments = store, worlds.catalogue()
        self.run = worlds.publish(store, self.garments)
        self.keys = {name: identity.garment_keys(getattr(self.garments, name)) for name in verdict_lines.SPLITS}
        self.num_requests = 0

    def subject(self, position=0, *, split="test", seen=None, **changes):
        garments, key = getattr(self.garments, split), self.keys[split][position]
        label = garments.class_names[garments.labels[position]]
        predicted = next(name for name in garments.class_names if name != label)
        if seen is None:
            (view,) = verdict_tables.views(self.store, [key], who="anybody")
            seen = view.seen
        fields = {"garment": key, "label": label, "split": split, "position": position, "seen": seen,
                  "predicted": predicted, "confidence": 0.9}  # fmt: skip
        return Subject(**fields | changes)

    def say(self, kind, *subjects, who="Ada", request_id=None, **options):
        self.num_requests += 1
        request_id = request_id or f"request {self.num_requests}"
        options = {"run_id": self.run.id, **options}
        return verdicts.save(self.store, subjects, kind=kind, who=who, request_id=request_id, **options)

    def undo(self, undone, *, who="Ada", request_id="undo"):
        return verdicts.undo(self.store, undone, who=who, request_id=request_id)

    def view(self, position=0, *, who="Ada", split="test"):
        (view,) = verdict_tables.views(self.store, [self.keys[split][position]], who=who)
        return view
