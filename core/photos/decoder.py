"""The process that decodes: reads files from its standard input, writes pictures to its standard output, holds nothing.

Started by `core.photos.sandbox` as `python -m core.photos.decoder`. Where the system has limits (`resource`: Linux,
macOS, not Windows) it takes at most `MEMORY_BYTES` of memory, writes no file and leaves no core dump; the time is kept
by who started it, on every system. It needs no network, no settings and no secrets, and is given none.

A question is `QUESTION` (height and width for the model, whether in colours, longest edge of the preview, and the
layout: bytes, format, width, height, whether it lacks its end) and the file up to the end of its picture; an answer is
`ANSWER` (bytes of JSON, bytes of pixels), the JSON and the pixels: first the picture, then the preview.
"""

import json
import os
import struct
import sys
from dataclasses import replace
from typing import Any, BinaryIO

import numpy as np

from core import errors, limited_process
from core.photos import colour, containers, decoding, preparing

MEMORY_BYTES = 1 << 30
QUESTION = struct.Struct(">HH?HQBII?")
Shape = tuple[int, int] | tuple[int, int, int]
"""Of a picture for the model: (H, W) the garment cut out, in greys; (H, W, 3) the whole photo in its colours."""
ANSWER = struct.Struct(">II")
READY = b"ready\n"


def answer(
    data: bytes, shape: Shape, preview_edge: int, layout: containers.Layout | None = None
) -> tuple[dict[str, Any], bytes]:
    """What is said of one file, and its pixels; a file that is refused is answered with `refused`, a sentence."""
    try:
        photo, prepared = _prepared(data, shape, layout)
        preview = np.zeros((0, 0, 3), dtype=np.uint8)
        if preview_edge:
            photo.image.thumbnail((preview_edge, preview_edge))
            preview = np.asarray(photo.image)
    except errors.PhotoRefused as error:
        return {"refused": str(error)}, b""
    except MemoryError:
        return {"refused": "The picture needs more memory than one may take. Make it smaller."}, b""
    content = {"measured": prepared.measured.as_json(), "preview": preview.shape[:2]}
    return content, prepared.picture.tobytes() + preview.tobytes()


def _prepared(data: bytes, shape: Shape, layout: containers.Layout | None) -> tuple[decoding.Photo, preparing.Prepared]:
    if len(shape) == 3:
        photo = decoding.decoded(data, layout, edge=colour.LONGEST_EDGE)
        return photo, _noted(colour.prepared(photo.image, shape[:2], scale=_scale(photo)), photo)
    photo = decoding.decoded(data, layout)
    return photo, _noted(preparing.prepared(photo.image, shape, scale=_scale(photo)), photo)


def _noted(prepared: preparing.Prepared, photo: decoding.Photo) -> preparing.Prepared:
    return replace(prepared, measured=replace(prepared.measured, is_unended=photo.is_unended))


def _scale(photo: decoding.Photo) -> float:
    return max(photo.width, photo.height) / max(photo.image.size)


def question(data: bytes, shape: Shape, preview_edge: int) -> bytes:
    """What is written to the process for one file.

    Raises:
        errors.PhotoRefused: by how it begins and is laid out, it is no photo that is decoded here.
    """
    layout = containers.inspected(data)
    picture = memoryview(data)[: layout.end]
    number = containers.FORMATS.index(layout.format)
    wanted = (*shape[:2], len(shape) == 3, preview_edge)
    return QUESTION.pack(*wanted, len(picture), number, layout.width, layout.height, layout.is_unended) + picture


def _layout(end: int, number: int, width: int, height: int, is_unended: bool) -> containers.Layout:
    name = containers.FORMATS[number]
    return containers.Layout(format=name, width=width, height=height, end=end, is_unended=is_unended)


def limit() -> None:
    """Takes from this process what decoding does not need; it writes no file."""
    limited_process.limit(memory_bytes=MEMORY_BYTES, file_bytes=0)


def serve(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answers until there are no more questions."""
    answers.write(READY)
    answers.flush()
    while len(head := questions.read(QUESTION.size)) == QUESTION.size:
        height, width, has_colours, preview_edge, *fields = QUESTION.unpack(head)
        layout = _layout(*fields)
        shape = (height, width, 3) if has_colours else (height, width)
        content, pixels = answer(questions.read(layout.end), shape, preview_edge, layout)
        text = json.dumps(content).encode()
        answers.write(ANSWER.pack(len(text), len(pixels)) + text + pixels)
        answers.flush()


def main() -> None:
    """Keeps the two pipes for questions and answers, so that nothing a library prints gets into them."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    limit()
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
