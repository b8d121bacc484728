import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import masking
from core.logs import lines

ANYTHING = st.text(st.characters(exclude_categories=()), max_size=400)  # lone halves of characters too
VALUES = ANYTHING | st.floats() | st.integers() | st.none()
HOSTILE = [
    "two\nlines\r\nand\rmore\x85and\u2028and\u2029", "\x1b[2J\x1b]0;title\x07\x9b31m", "\x00\x7f\x0c\x0b\x1c",
    "\u202eevil\u2066", "\ud800", '"}\n{"event":"forged"', "\\n\\", "é\u0301🧥", "a" * 1_000_000, "\n" * 1_000_000,
    "🧥" * 300_000, "\x1b" * 300_000, "",
]  # fmt: skip


def read(written):
    """The line as a program reads it, which knows of other line ends than ours too."""
    assert written.endswith(b"\n") and len(written) <= lines.LONGEST_BYTES
    text = written.decode("utf-8")
    assert len(text.splitlines()) == 1 and all(character.isprintable() for character in text[:-1])
    return json.loads(text)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_is_in_it_an_event_is_one_short_line_of_visible_characters(text):
    found = read(lines.line({"event": "note", "message": text, "trace": text, "note": text, "who": text}))
    assert found["event"] == "note"
    assert found["who"] == (text if len(text) <= 300 else text[:299] + "…")


@given(ANYTHING, ANYTHING)
def test_texts_come_back_as_they_were(first, second):
    texts = {"message": first, "trace": second}
    assert read(lines.line(texts)) == {name: masking.masked(text) for name, text in texts.items()}


@given(
    st.dictionaries(st.from_regex("[a-z_]{1,20}", fullmatch=True), ANYTHING | st.floats() | st.integers() | st.none())
)
def test_any_number_of_fields_of_any_kind_is_a_line(fields):
    found = read(lines.line(fields))
    assert found.keys() <= {name for name, value in fields.items() if value is not None}


def test_numbers_stay_numbers_where_json_has_them():
    given = {"a": 1, "b": 1.5, "c": True, "d": None, "e": math.nan, "f": 1 << 80, "g": ["x"]}
    found = read(lines.line(given))
    assert found == {"a": 1, "b": 1.5, "c": True, "e": "nan", "f": str(1 << 80), "g": "['x']"}


def test_of_a_long_trace_the_end_is_kept_and_of_a_message_the_beginning():
    text = "".join(f"{number:06d}" for number in range(10_000))
    found = read(lines.line({"trace": text, "message": text}))
    assert found["trace"].endswith("009999") and found["trace"].startswith("…") and len(found["trace"]) == 4000
    assert found["message"].startswith("000000") and found["message"].endswith("…") and len(found["message"]) == 2000


def test_more_fields_than_fit_are_left_out():
    assert read(lines.line({f"field_{number}": "x" * 300 for number in range(3000)}))


def test_a_secret_is_masked_also_where_the_text_is_cut():
    masking.keep_secret("canary-of-tests")
    for length in range(1980, 2001):
        assert "can" not in json.dumps(read(lines.line({"message": "x" * length + "canary-of-tests"})))
