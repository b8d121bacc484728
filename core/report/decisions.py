"""What was decided, as sentences, from the lines of the log and from what people said in the same days. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from core.quality import review
from core.report import wording
from core.retail.naming import Naming
from core.store.base.audit import Entry
from core.words import numbers

LONGEST_REASON = 110
_NAMES_TOLD = 3
_KINDS = {
    review.MODEL_WRONG: "the model is wrong", review.LABEL_WRONG: "the label is wrong",
    review.CANNOT_TELL: "nobody can tell", review.WITHDRAWN: "taken back",
}  # fmt: skip


def of_log(found: Sequence[Entry], naming: Naming) -> list[str]:
    """One sentence a decision of the log, newest first within a kind, the weightiest kind first.

    What is no decision (a training that begins, photos that were dropped) is left out; the CSV has it.
    """
    weights = {action: weight for weight, action in enumerate(_SAYINGS)}
    decided = sorted((entry for entry in found if entry.action in weights), key=lambda entry: weights[entry.action])
    return [f"{_day(entry)} {_SAYINGS[entry.action](entry, naming)}" for entry in decided]


def of_verdicts(counts: Mapping[tuple[str, str], int]) -> list[str]:
    """What people said of garments, from how many garments each person said each kind of.

    Args:
        counts: (person, kind of `core.quality.review`) -> garments.
    """
    if not counts:
        return []
    kinds, people = Counter[str](), Counter[str]()
    for (who, kind), num in counts.items():
        kinds[kind] += num
        people[who] += num
    told = ", ".join(f"{kinds[kind]:,} {words}" for kind, words in _KINDS.items() if kinds[kind])
    by = ", ".join(f"{_short(who)} {num:,}" for who, num in people.most_common(_NAMES_TOLD))
    more = f" and {len(people) - _NAMES_TOLD:,} more people" if len(people) > _NAMES_TOLD else ""
    noun = "verdict" if kinds.total() == 1 else "verdicts"
    return [f"{kinds.total():,} {noun} on garments: {told} ({by}{more})."]


def of_products(num_accepted: int, num_changed: int, num_rejected: int) -> list[str]:
    """What people did with tags of new products."""
    num = num_accepted + num_changed + num_rejected
    if not num:
        return []
    noun = "product" if num == 1 else "products"
    return [
        f"{num:,} new {noun} decided: {num_accepted:,} accepted, {num_changed:,} changed, {num_rejected:,} rejected."
    ]


def of_leaving(num_by_line: int, num_by_people: int, num_batches: int) -> list[str]:
    """What may leave for the shop of the products that were tagged in these days."""
    num = num_by_line + num_by_people
    if not num:
        return []
    of = "1 batch" if num_batches == 1 else f"{num_batches:,} batches"
    verb = "1 product may" if num == 1 else f"{num:,} products may"
    return [f"{verb} leave for the shop, of {of}: {num_by_line:,} by the line, {num_by_people:,} by people."]


def _day(entry: Entry) -> str:
    local = entry.at.astimezone()
    return f"{local.day} {local:%b}:"


def _short(text: object) -> str:
    return wording.shortened(str(text), wording.LONGEST_NAME)


def _because(entry: Entry) -> str:
    return f": “{wording.shortened(entry.note, LONGEST_REASON)}”" if entry.note else "."


def _promote(entry: Entry, naming: Naming) -> str:
    overridden = (entry.after or {}).get("overridden", {}) if isinstance(entry.after, dict) else {}
    against = f", against {len(overridden)} safety check{'s' * (len(overridden) > 1)}" if overridden else ""
    return f"{_short(entry.who)} made {entry.subject} live{against}{_because(entry)}"


def _names(entry: Entry, naming: Naming) -> str:
    changed = entry.after if isinstance(entry.after, dict) else {}
    renamed = [
        f"{_short(name)} is {_short(fields['name'])}"
        for name, fields in changed.items()
        if isinstance(fields, dict) and "name" in fields
    ]
    if not renamed:
        return f"{_short(entry.who)} changed what the shop is told of {_categories(len(changed))}."
    more = f" and {len(renamed) - _NAMES_TOLD:,} more" if len(renamed) > _NAMES_TOLD else ""
    return f"{_short(entry.who)} named categories: {', '.join(renamed[:_NAMES_TOLD])}{more}."


def _categories(num: int) -> str:
    return "1 category" if num == 1 else f"{num:,} categories"


def _costs(entry: Entry, naming: Naming) -> str:
    num = len(entry.after) if isinstance(entry.after, dict) else 0
    kinds = "1 kind of mistake costs" if num == 1 else f"{num:,} kinds of mistakes cost"
    return f"{_short(entry.who)} changed what {kinds}."


def _target(entry: Entry, naming: Naming) -> str:
    return f"{_short(entry.who)} set the target to {numbers.of_hundred(_share(entry.after))} of 100."


def _share(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else float("nan")


def _line(entry: Entry, naming: Naming) -> str:
    lines = entry.after if isinstance(entry.after, list) else []
    num = sum(line is not None for line in lines)
    where = "" if num == len(lines) else f", for {num:,} of {_categories(len(lines))}"
    return f"{_short(entry.who)} confirmed the automation line of {entry.subject}{where}."


def _rule(entry: Entry, naming: Naming) -> str:
    pair = [_short(naming.of(name).name) for name in entry.subject.split(" / ")]
    return f"{_short(entry.who)} wrote how to tell {' and '.join(pair)} apart."


def _watch(entry: Entry, naming: Naming) -> str:
    verb = "no longer watches" if entry.after is None else "watches"
    return f"{_short(entry.who)} {verb} the mistakes “{_short(entry.subject)}”."


def _publish(entry: Entry, naming: Naming) -> str:
    given_by = entry.after.get("elsewhere") if isinstance(entry.after, dict) else None
    if given_by:
        return f"{_short(entry.who)} brought in the tags of {_short(str(given_by))} as {entry.subject}."
    return f"{_short(entry.who)} trained {entry.subject}."


_SAYINGS: Mapping[str, Callable[[Entry, Naming], str]] = {
    "promote": _promote,
    "roll-back": lambda entry, naming: f"{_short(entry.who)} went back to {entry.subject}{_because(entry)}",
    "keep": lambda entry, naming: f"{_short(entry.who)} did not make {entry.subject} live{_because(entry)}",
    "confirm-line": _line,
    "release-delivery": lambda entry, naming: f"{_short(entry.who)} let {entry.subject} go{_because(entry)}",
    "names": _names,
    "costs": _costs,
    "target": _target,
    "pair-rule": _rule,
    "watch-list": _watch,
    "use-catalogue": lambda entry, naming: f"{_short(entry.who)} has trainings use {_short(entry.subject)}.",
    "add-catalogue": lambda entry, naming: f"{_short(entry.who)} brought photos in: {_short(entry.subject)}.",
    "remove-catalogue": lambda entry, naming: f"{_short(entry.who)} took away {_short(entry.subject)}.",
    "decide-photos": lambda entry, naming: (
        f"{_short(entry.who)} {'took back what was decided' if entry.after['taken_back'] else 'decided'} about photos: "
        f"{_short(entry.subject)}."
    ),
    "delete": lambda entry, naming: f"{_short(entry.who)} deleted {entry.subject}.",
    "publish": _publish,
}
"""What a line of the log says, by its action; the weightiest first. Each day comes before it."""
