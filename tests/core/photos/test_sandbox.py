"""The processes that decode: with limits, replaced where they die, not believed, and no photo taken for another."""

import signal
import subprocess
import sys

import numpy as np
import psutil
import pytest
from PIL import Image

from core import errors
from core.photos import decoder, decoder_process, sandbox
from tests.support import product_photos

SHAPE = (28, 28)
GARMENT = np.pad(np.full((20, 12), 180, dtype=np.uint8), ((4, 4), (8, 8)))
SEEDS = {kind: product_photos.photo(GARMENT, kind, side=60) for kind in ("jpeg", "webp", "cut out", "turned")}


@pytest.fixture(scope="module")
def decoders():
    with sandbox.Sandbox(num_processes=1, seconds=60) as found:
        found.decode(SEEDS["jpeg"], SHAPE)
        yield found


def child_of(decoders):
    place = decoders._idle.get()
    decoders._idle.put(place)
    return place._process


def process_of(decoders):
    return child_of(decoders)._process


@pytest.mark.skipif(sys.platform == "win32", reason="Windows limits no memory")
def test_the_largest_photo_fits_into_the_limit_and_a_process_cannot_take_more(decoders, tmp_path):
    large = Image.fromarray(np.zeros((4472, 4472, 4), dtype=np.uint8))
    assert decoders.decode(product_photos.encoded(large, "PNG", compress_level=1), SHAPE).measured.edge_share == 0
    assert psutil.Process(process_of(decoders).pid).memory_info().rss < 300e6
    code = (
        "from core.photos import decoder\ndecoder.limit()\n"
        "try:\n    bytearray(1 << 31)\nexcept MemoryError:\n    print('refused')\n"
        f"try:\n    open({str(tmp_path / 'written')!r}, 'wb', 0).write(b'x')\nexcept OSError:\n    print('not written')"
    )
    result = subprocess.run(
        [sys.executable, "-c", "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n" + code],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert result.stdout.splitlines() == ["refused", "not written"], result.stderr


def test_without_limits_of_the_system_decoding_goes_on(monkeypatch):
    monkeypatch.setitem(sys.modules, "resource", None)  # as on Windows
    decoder.limit()
    assert decoder.answer(SEEDS["jpeg"], SHAPE, 0)[0]["measured"]["is_light"]


def test_a_process_that_is_killed_is_replaced(decoders):
    first = process_of(decoders)
    first.kill()
    first.wait()
    assert decoders.decode(SEEDS["jpeg"], SHAPE).picture.any()
    assert process_of(decoders).pid != first.pid


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals that stop a process")
def test_a_process_that_takes_too_long_is_one_refusal():
    with sandbox.Sandbox(num_processes=1, seconds=60) as decoders:
        decoders.decode(SEEDS["jpeg"], SHAPE)
        process_of(decoders).send_signal(signal.SIGSTOP)
        decoders._seconds = 0.3
        with pytest.raises(errors.PhotoRefused, match=r"takes longer than 0\.3 s"):
            decoders.decode(SEEDS["jpeg"], SHAPE)
        decoders._seconds = 60
        assert decoders.decode(SEEDS["jpeg"], SHAPE).picture.any()


class Dying(decoder_process.DecoderProcess):
    """Dies of every photo of these bytes."""

    def __init__(self, deadly):
        super().__init__()
        self.deadly, self.asked = deadly, []

    def ask(self, question, seconds):
        self.asked.append(question)
        super().ask(question, seconds)

    def answer(self, wanted):
        self.is_deadly = self.deadly in self.asked.pop(0)
        return super().answer(wanted)

    def _read(self, num_bytes):
        if self.is_deadly:
            self._process.kill()
            self._process.wait()
            raise EOFError  # it may have been faster than the kill
        return super()._read(num_bytes)


def test_a_process_that_dies_of_a_photo_is_one_refusal(monkeypatch):
    monkeypatch.setattr(sandbox, "DecoderProcess", lambda: Dying(SEEDS["webp"]))
    files = [SEEDS[kind] for kind in ("jpeg", "webp", "jpeg", "webp", "webp", "turned")]
    with sandbox.Sandbox(num_processes=1, seconds=60) as decoders:
        found = list(decoders.map([lambda data=data: data for data in files] * 4, SHAPE))
    assert [isinstance(result, errors.PhotoRefused) for result in found] == [
        data == SEEDS["webp"] for data in files
    ] * 4
    assert {str(result) for result in found if isinstance(result, errors.PhotoRefused)} == {
        "The picture makes the decoder give up, as damaged or harmful files do. Export it again."
    }


def test_photos_larger_than_a_pipe_do_not_wait_for_each_other():
    noise = np.random.default_rng(0).integers(0, 256, (1100, 1100, 3), dtype=np.uint8)
    large = product_photos.encoded(Image.fromarray(noise), "PNG", compress_level=1)
    assert len(large) > decoder_process._PIPE_BYTES
    with sandbox.Sandbox(num_processes=1, seconds=60) as decoders:
        reads = [lambda data=data: data for data in (large, SEEDS["jpeg"], large, large, SEEDS["jpeg"])] * 2
        found = list(decoders.map(reads, SHAPE, preview_edge=sandbox.MAX_PREVIEW_EDGE))
        alone = [decoders.decode(read(), SHAPE) for read in reads]
    for result, expected in zip(found, alone, strict=True):
        assert isinstance(result, decoder_process.Decoded)
        np.testing.assert_array_equal(result.picture, expected.picture)


def test_a_photo_is_handed_over_while_the_one_before_is_decoded(monkeypatch):
    steps = []

    class Seen(decoder_process.DecoderProcess):
        def ask(self, question, seconds):
            steps.append("asked")
            super().ask(question, seconds)

        def answer(self, wanted):
            found = super().answer(wanted)
            steps.append("answered")
            return found

    for room, expected in ((None, "asked asked answered answered"), (0, "asked answered asked answered")):
        monkeypatch.setattr(sandbox, "DecoderProcess", Seen)
        if room is not None:
            monkeypatch.setattr(decoder_process, "_widened", lambda pipe: 0)  # as where pipes say nothing of their size
        with sandbox.Sandbox(num_processes=1, seconds=60) as decoders:
            decoders.decode(SEEDS["jpeg"], SHAPE)
            steps.clear()
            place = decoders._idle.get()
            place.decoded([lambda: SEEDS["jpeg"]] * 2, decoders._wanted(SHAPE, 0))
            decoders._idle.put(place)
        assert " ".join(steps) == expected


def test_a_file_that_cannot_be_read_at_all_leaves_no_answer_to_somebody_else():
    def broken():
        raise RuntimeError("the disk is gone")

    with sandbox.Sandbox(num_processes=1, seconds=60) as decoders:
        with pytest.raises(RuntimeError):
            list(decoders.map([lambda: SEEDS["jpeg"], lambda: SEEDS["jpeg"], broken], SHAPE))
        other = decoders.decode(SEEDS["cut out"], SHAPE)
        np.testing.assert_array_equal(other.picture, decoders.decode(SEEDS["cut out"], SHAPE).picture)
        assert decoders.decode(SEEDS["jpeg"], SHAPE).measured.is_light


def said(num_items="1", preview="[0, 0]"):
    """An answer that is right but for what is given."""
    text = (
        f'{{"measured": {{"is_light": true, "is_cut": false, "num_items": {num_items}, "edge_share": 1, '
        f'"edge_pixels": 1, "plain_share": 1, "brightest": 1}}, "preview": {preview}}}'
    ).encode()
    return decoder.ANSWER.pack(len(text), 784) + text + b"\0" * 784


@pytest.mark.parametrize(
    "answer",
    [
        decoder.ANSWER.pack(1 << 31, 0),
        decoder.ANSWER.pack(2, 1 << 30) + b"{}",
        decoder.ANSWER.pack(2, 0) + b"{}",
        decoder.ANSWER.pack(4, 0) + b"\xff\xff\xff\xff",
        decoder.ANSWER.pack(44, 784) + b'{"measured": {}, "preview": [-1, -1], "a": 1}' + b"\0" * 784,
        decoder.ANSWER.pack(60_000, 0) + b"[" * 60_000,
        decoder.ANSWER.pack(2, 0) + b"[]",
        said(num_items="1e999"),
        said(preview="[0.0, 0.0]"),
        said(preview="[true, false]"),
    ],
)
def test_what_a_process_that_was_taken_over_says_is_not_believed(monkeypatch, answer):
    with sandbox.Sandbox(num_processes=1, seconds=60) as decoders:
        decoders.decode(SEEDS["jpeg"], SHAPE)
        child = child_of(decoders)
        remaining = [answer]

        def read(num_bytes):
            data, remaining[0] = remaining[0][:num_bytes], remaining[0][num_bytes:]
            if len(data) < num_bytes:
                raise EOFError
            return data

        monkeypatch.setattr(child, "_read", read)
        with pytest.raises(errors.PhotoRefused, match="makes the decoder give up"):
            decoders.decode(SEEDS["jpeg"], SHAPE)


def test_a_process_that_decodes_knows_no_secrets(monkeypatch, decoders):
    monkeypatch.setenv("GARMENTS_DATABASE_URL", "postgresql://ada:canary@localhost/garments")
    with sandbox.Sandbox(num_processes=1) as own:
        own.decode(SEEDS["jpeg"], SHAPE)
        assert not any("canary" in value for value in psutil.Process(process_of(own).pid).environ().values())


def test_a_process_that_cannot_be_started_is_one_sentence(monkeypatch):
    def too_many(*arguments, **options):
        raise OSError(24, "Too many open files")

    with sandbox.Sandbox(num_processes=1) as decoders:
        with monkeypatch.context() as patch:
            patch.setattr(subprocess, "Popen", too_many)
            with pytest.raises(errors.TaggingError, match=r"does not start \(Too many open files\)\. Close other"):
                decoders.decode(SEEDS["jpeg"], SHAPE)
        assert decoders.decode(SEEDS["jpeg"], SHAPE).picture.any(), "once there is room again"


def test_nobody_is_left_behind():
    before = set(psutil.Process().children())
    with sandbox.Sandbox(num_processes=2) as decoders:
        list(decoders.map([lambda: SEEDS["jpeg"]] * 8, SHAPE))
        assert len(set(psutil.Process().children()) - before) == 2
    assert set(psutil.Process().children()) <= before


def test_a_preview_is_drawn_anew_and_small(decoders):
    found = decoders.decode(product_photos.photo(GARMENT, "turned", side=400), SHAPE, preview_edge=96)
    assert max(found.preview.shape[:2]) == 96
    assert found.preview.shape[2] == 3
    assert found.preview[0, 0].tolist() == [255, 255, 255]
    assert decoders.decode(SEEDS["jpeg"], SHAPE).preview.size == 0
