"""One event as one line of JSON: whatever is in it, it stays one line, is not too long, and holds no secret. Pure."""

import json
import math
from collections.abc import Mapping
from typing import Any

from core import masking

LONGEST_BYTES = 8000
"""Of a line with its end."""
MOST_CHARACTERS = {"trace": 4000, "message": 2000}
"""Of a field; the end of a longer trace is kept, since it says what went wrong, and the beginning of all others."""
_MOST_OF_OTHERS = 300
_MOST_FIELDS, _LONGEST_NAME = 40, 40


def line(fields: Mapping[str, Any]) -> bytes:
    """The line, with its end; reading it as JSON gives the fields again, shortened and masked where they have to be.

    Args:
        fields: names of our own -> what is known; a field of None is left out, and what is neither text, number nor
            truth becomes text.
    """
    known = [(name, value) for name, value in fields.items() if value is not None][:_MOST_FIELDS]
    content = {name[:_LONGEST_NAME]: _fit(name, value) for name, value in known}
    while len(found := dumps(content).encode()) >= LONGEST_BYTES:
        longest = max(content, key=lambda name: len(str(content[name])))
        content[longest] = _shortened(longest, str(content[longest]), len(str(content[longest])) // 2)
    return found + b"\n"


def dumps(content: Any) -> str:
    """JSON in one line, with names as they are written and everything escaped that is no visible character."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # What JSON leaves as it is, and what a terminal or an editor takes for a command, another line, or a direction.
    return text if text.isprintable() else "".join(map(_escaped, text))


def _escaped(character: str) -> str:
    return character if character.isprintable() else json.dumps(character)[1:-1]


def _fit(name: str, value: Any) -> Any:
    if isinstance(value, bool | int):
        return value if abs(value) < 1 << 53 else str(value)[:_MOST_OF_OTHERS]
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    most = MOST_CHARACTERS.get(name, _MOST_OF_OTHERS)
    text = str(value)
    # A secret may lie across the place where it is cut, so it is masked before; yet not in megabytes of text.
    return _shortened(name, masking.masked(_shortened(name, text, 20 * most)), most)


def _shortened(name: str, text: str, most: int) -> str:
    if len(text) <= most:
        return text
    return "…" + text[len(text) - most + 1 :] if name == "trace" else text[: most - 1] + "…"
