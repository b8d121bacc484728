"""A tagging does not wait for the disk, nor take more processors than it needs; what it stores stays in order."""

import threading
from types import SimpleNamespace

import pytest
import threadpoolctl

from core import errors
from core.jobs import records
from core.tagging import batch_work, tagger
from tests.support import batch_world, worlds


class Model:
    """Gives three lists; `reached` is set when somebody asks for the second."""

    def __init__(self):
        self.reached = threading.Event()

    def batches(self, found, decoders, **options):
        yield "first"
        self.reached.set()
        yield "second"
        yield "third"


@pytest.fixture
def kept(monkeypatch):
    """What was stored, in order."""
    found = []
    monkeypatch.setattr(batch_work, "_keep", lambda store, batch, some: found.append(some))
    return found


@pytest.fixture
def batch(store):
    return batch_world.dropped(store, worlds.publish(store), batch_world.new_photos(1))


def test_the_next_photos_are_tagged_while_those_before_are_stored(store, batch, kept, monkeypatch):
    model, append = Model(), kept.append
    overlaps = []

    def keep(store, batch, some):
        overlaps.append(model.reached.wait(20))
        append(some)

    monkeypatch.setattr(batch_work, "_keep", keep)
    batch_work.tag_batch(store, batch, model)
    assert overlaps[0] and kept == ["first", "second", "third"]


def test_it_is_told_of_photos_only_when_they_are_stored(store, batch, kept):
    told = []
    batch_work.tag_batch(store, batch, Model(), lambda: told.append(len(kept)))
    assert told == [0, 1, 2, 3]


def test_who_stops_it_after_the_first_photos_has_none_but_them_stored(store, batch, kept):
    def stop():
        if kept:
            raise errors.JobCancelled("")

    with pytest.raises(errors.JobCancelled):
        batch_work.tag_batch(store, batch, Model(), stop)
    assert kept == ["first"]


def test_an_error_while_photos_are_stored_ends_it(store, batch, monkeypatch):
    def full(store, batch, some):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(batch_work, "_keep", full)
    with pytest.raises(OSError, match="No space left"):
        batch_work.tag_batch(store, batch, Model())


def test_what_is_in_hand_is_stored_where_the_next_photos_end_it(store, batch, kept):
    class Failing(Model):
        def batches(self, found, decoders, **options):
            yield "first"
            raise RuntimeError("no such thing")

    with pytest.raises(RuntimeError, match="no such thing"):
        batch_work.tag_batch(store, batch, Failing())
    assert kept == ["first"]


def num_threads():
    return {each["num_threads"] for each in threadpoolctl.threadpool_info() if each["user_api"] == "blas"}


def test_matrices_are_multiplied_in_one_thread_only_while_photos_are_tagged(monkeypatch):
    during = []

    def tagged(model, batch):
        during.extend(num_threads())
        return []

    monkeypatch.setattr(tagger.Tagger, "tagged", tagged)
    monkeypatch.setattr(tagger, "SoFar", lambda model: SimpleNamespace(add=lambda tagged: None, difference=str))
    values = dict.fromkeys(("run", "answers", "posture_check", "line", "detector", "usual", "notice"))
    model = tagger.Tagger(**values, shape=(28, 28), peak=0)
    decoders = SimpleNamespace(map=lambda reads, shape, preview_edge: ["decoded" for _ in reads])
    with threadpoolctl.threadpool_limits(2, user_api="blas"):
        assert list(model.batches([SimpleNamespace(name="a", read=None)], decoders)) == [[]]
        assert set(during) == {1} and num_threads() == {2}


def test_learning_how_garments_hang_is_a_stage_of_its_own(store, batch, kept, monkeypatch):
    def load(store, version, on_learning):
        on_learning()
        return Model()

    monkeypatch.setattr(tagger, "load", load)
    stages = []
    batch_work.do(store, records.of_batch(store, batch.number), lambda stage, *rest: stages.append(stage))
    assert stages == [batch_work.LEARNING] + ["tagging"] * 4
