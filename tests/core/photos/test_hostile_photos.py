"""No file harms who reads it: each that is no photo is refused in one sentence, and the rest goes on."""

import re
import struct
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core import errors
from core.photos import containers, decoding, preparing, sandbox
from tests.core.photos.test_sandbox import SEEDS, SHAPE, process_of
from tests.support import product_photos

HOSTILE = product_photos.hostile()


@pytest.fixture(scope="module")
def decoders():
    with sandbox.Sandbox(num_processes=1, seconds=60) as found:
        found.decode(SEEDS["jpeg"], SHAPE)
        yield found


def test_there_are_thirty_hostile_files():
    assert len(HOSTILE) >= 30


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_one_sentence(decoders, name):
    before = process_of(decoders).pid
    with pytest.raises(errors.PhotoRefused) as caught:
        decoders.decode(HOSTILE[name], SHAPE)
    message = str(caught.value)
    assert re.fullmatch(r"[A-Z][^\n]{10,200}\.", message), message
    assert "Error" not in message
    assert process_of(decoders).pid == before


@pytest.mark.parametrize("name", HOSTILE)
def test_the_decoder_alone_refuses_it_as_well(name):
    with pytest.raises(errors.PhotoRefused):
        decoding.decoded(HOSTILE[name])


def test_between_hostile_files_photos_go_on(decoders):
    files = [content for hostile in HOSTILE.values() for content in (hostile, SEEDS["jpeg"])]
    found = list(decoders.map([lambda data=data: data for data in files], SHAPE))
    assert [isinstance(result, errors.PhotoRefused) for result in found] == [True, False] * len(HOSTILE)


def test_a_bomb_is_refused_without_memory():
    bomb = product_photos.bomb()
    tracemalloc.start()
    with pytest.raises(errors.PhotoRefused, match="13,000 x 13,000 pixels; at most 50 million"):
        containers.inspected(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(SEEDS)), st.data())
def test_a_changed_file_is_a_picture_or_refused(kind, data):
    content = bytearray(SEEDS[kind])
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        what = data.draw(st.sampled_from(["byte", "cut", "insert", "number", "repeat"]))
        if what == "byte":
            content[place] = data.draw(st.integers(0, 255))
        elif what == "cut":
            del content[place : place + data.draw(st.integers(1, 40))]
        elif what == "insert":
            content[place:place] = data.draw(st.binary(min_size=1, max_size=20))
        elif what == "number":
            content[place : place + 4] = struct.pack(">I", data.draw(st.sampled_from([0, 1, 0x7FFFFFFF, 0xFFFFFFFF])))
        else:
            content[place:place] = content[place : place + 30] * data.draw(st.integers(1, 20))
        if not content:
            break
    try:
        found = preparing.prepared(decoding.decoded(bytes(content)).image, SHAPE)
    except errors.PhotoRefused as refused:
        assert str(refused)
    else:
        assert found.picture.shape == SHAPE


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\x10\0\0\0WEBP"]), st.binary(max_size=300))
def test_any_bytes_are_refused_or_a_picture(start, content):
    with pytest.raises(errors.PhotoRefused):
        decoding.decoded(start + content)


# ---- what phones write behind a picture --------------------------------------------------------------------------

MOVING = struct.pack(">I", 24) + b"ftypmp42\0\0\0\0mp42isom" + np.random.default_rng(1).bytes(3000)
TAILS = {
    "zeros": b"\0" * 5000,
    "a smaller copy": SEEDS["jpeg"],
    "a moving picture": MOVING,
    "notes": b"\0\0SEFH\x6b\0\0\0\1\0\0\0" + b"Image_UTC_Data1700000000000" + b"SEFT",
    "noise": bytes(np.random.default_rng(0).integers(128, 256, 4000, dtype=np.uint8)),
}
FOREIGN = {
    "ZIP": product_photos.zipped(a=b"a"),
    "ZIP behind notes": MOVING + product_photos.zipped(a=b"a"),
    "ZIP with a comment": MOVING + product_photos.zipped(a=b"a")[:-2] + b"\5\0hello",
    "ZIP before zeros": MOVING + product_photos.zipped(a=b"a") + b"\0" * 40,
    "program of Windows": b"MZ\x90\0" + b"a" * 100,
    "program of Linux": b"\0\x7fELF" + b"a" * 100,
    "7z": b"7z\xbc\xaf\x27\x1c" + b"a" * 100,
    "RAR": b"Rar!\x1a\7\0" + b"a" * 100,
    "gzip": b"\x1f\x8b\x08" + b"a" * 100,
    "PDF": MOVING + b"\n%PDF-1.7\n",
    "script": MOVING + b"<ScRiPt>alert(1)</script>",
    "PHP": b"aaaa<?php system(1); ?>",
    "shell": b"#!/bin/sh\n",
}


@pytest.mark.parametrize("name", TAILS)
@pytest.mark.parametrize("kind", ["jpeg", "turned"])
def test_what_a_phone_writes_behind_a_jpeg_changes_nothing(decoders, kind, name):
    expected = decoders.decode(SEEDS[kind], SHAPE)
    found = decoders.decode(SEEDS[kind] + TAILS[name], SHAPE)
    np.testing.assert_array_equal(found.picture, expected.picture)
    assert found.measured == expected.measured


@pytest.mark.parametrize("name", FOREIGN)
def test_a_jpeg_that_is_another_file_as_well_is_refused(decoders, name):
    with pytest.raises(errors.PhotoRefused, match="Something else follows the picture in the file"):
        decoders.decode(SEEDS["jpeg"] + FOREIGN[name], SHAPE)


@pytest.mark.parametrize("kind", ["webp", "cut out"])
def test_nothing_may_follow_a_picture_of_another_kind(decoders, kind):
    with pytest.raises(errors.PhotoRefused, match="Something else follows"):
        decoders.decode(SEEDS[kind] + TAILS["noise"], SHAPE)


def test_only_the_picture_is_decoded():
    end = containers.inspected(SEEDS["jpeg"] + MOVING).end
    assert end == len(SEEDS["jpeg"])


def test_a_photo_with_copies_of_itself_behind_it_is_its_first_picture(decoders):
    frames = [Image.fromarray(np.full((80, 60, 3), grey, dtype=np.uint8)) for grey in (255, 90)]
    frames[0].paste(20, (20, 20, 40, 60))
    alone = product_photos.encoded(frames[0], "JPEG", quality=90)
    copies = product_photos.encoded(frames[0], "MPO", quality=90, save_all=True, append_images=frames[1:])
    found, expected = decoders.decode(copies, SHAPE), decoders.decode(alone, SHAPE)
    np.testing.assert_array_equal(found.picture, expected.picture)


def test_a_jpeg_cut_short_is_refused_whatever_follows_it(decoders):
    with pytest.raises(errors.PhotoRefused):
        decoders.decode(SEEDS["jpeg"][:-40] + b"\0" * 200, SHAPE)
