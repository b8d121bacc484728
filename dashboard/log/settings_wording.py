"""What the team chose for everybody, as sentences of the log: targets, rules, names, costs, lines, watch lists. Pure.

Each raises KeyError, TypeError, ValueError or AttributeError of a line that holds something else; `wording` tells it
plainly then.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from dashboard.look import phrases, theme

MOST_TOLD = 3
"""Changes of one line that are told; how many more there are is said."""
_LONGEST = 160
_FIELDS = {
    "department": "department",
    "product_type": "product type",
    "tag": "shop tags",
    "product_category": "category in the shop",
    "google_category": "Google category",
}
_COLUMNS = {"photo": "photos", "sku": "SKUs", "title": "titles"}


class Line(Protocol):
    """A line of the log, as `core.store.base.audit.Entry` tells it."""

    @property
    def action(self) -> str:
        """What was done."""

    @property
    def subject(self) -> str:
        """What it was done to."""

    @property
    def before(self) -> Any:
        """What was so before, fit for JSON."""

    @property
    def after(self) -> Any:
        """What is so since, fit for JSON."""

    @property
    def note(self) -> str:
        """The reason in the person's own words, or what the program noted."""


def _target(entry: Line) -> str:
    before = "" if entry.before is None else f", before {theme.of_hundred(float(entry.before))}"
    return f"set the target to {theme.of_hundred(float(entry.after))} of 100{before}."


def _pair_rule(entry: Line) -> str:
    if not entry.after:
        return f"removed the rule for {entry.subject}."
    return f"wrote how to tell {entry.subject} apart: “{_short(text(entry.after))}”"


def _watch_list(entry: Line) -> str:
    if entry.after is None:
        return f"ended the watch list “{entry.subject}”."
    garments = phrases.garments(int(entry.after["garments"]))
    verb = "started" if entry.before is None else "changed"
    return f"{verb} the watch list “{entry.subject}”: {garments}."


def _confirm_line(entry: Line) -> str:
    told = entry.after if isinstance(entry.after, Mapping) else {"lines": entry.after}
    lines = [None if line is None else float(line) for line in told["lines"]]
    trusted = [line for line in lines if line is not None]
    promise = told.get("max_wrong_in_100")
    parts = [] if promise is None else [f"at most {float(promise):g} wrong in 100"]
    parts += [f"tags of {len(trusted)} of {len(lines)} categories leave without a person"]
    parts += [f"{listed([text(name) for name in told['by_hand']])} set by hand"] if told.get("by_hand") else []
    return f"confirmed the line of {entry.subject}: {'; '.join(parts)}."


def _names(entry: Line) -> str:
    told = [_changed_name(class_name, entry.before[class_name], fields) for class_name, fields in entry.after.items()]
    return f"{_some(told)}."


def _changed_name(class_name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    if "name" in after:
        return f"renamed {text(before['name'])} to {text(after['name'])}"
    fields = [f"{_FIELDS[name]} “{_short(text(value))}”" for name, value in after.items()]
    return f"gave {class_name} the {listed(fields)}"


def _costs(entry: Line) -> str:
    told = [f"{kind}: {text(level)}, before {text(entry.before[kind])}" for kind, level in entry.after.items()]
    if not told:
        return "left what mistakes cost as it was."
    return f"set what mistakes cost. {_some(told)}."


def _list_columns(entry: Line) -> str:
    told = [f"{what} in “{text(entry.after[name])}”" for name, what in _COLUMNS.items() if entry.after[name]]
    return f"said where a list has its columns: {listed(told)}."


def _some(told: Sequence[str]) -> str:
    """The first ones, and how many more there are.

    Raises:
        ValueError: there are none.
    """
    if not told:
        raise ValueError("nothing to tell")
    more = len(told) - MOST_TOLD
    return "; ".join(told[:MOST_TOLD]) + (f"; and {more:,} more" if more > 0 else "")


def listed(parts: Sequence[str]) -> str:
    """Several as people list them: "a, b and c"."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def text(value: Any) -> str:
    """A text as it is.

    Raises:
        TypeError: it is something else, which would stand on the screen as a program writes it.
    """
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value


def _short(words: str) -> str:
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"


SENTENCES: dict[str, Callable[[Line], str]] = {
    "target": _target,
    "pair-rule": _pair_rule,
    "watch-list": _watch_list,
    "confirm-line": _confirm_line,
    "names": _names,
    "costs": _costs,
    "list-columns": _list_columns,
}
"""Name of an action -> its sentence, to follow the name of the person."""
