"""`tag --from --to` for a scheduler: one JSON object on stdout, all else on stderr, and an exit code for each end.

What the keys and codes mean stands in docs/command-line.md.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from core import commands, errors
from core.commands import console, shop
from core.retail.shop_products import Existing
from core.store import Store
from core.store.live import promotions
from core.store.runs import runs
from core.store.runs.runs import Run
from core.tagging import folder_run
from core.tagging.folder_run import Folders, Outcome

DONE, FAILED, WRONG_INPUT, HELD_BACK, BUSY, NONE_LIVE, NO_ROOM = range(7)
"""Exit codes."""
MOST_LISTED = 20
"""Files named on stderr that wait; the number of all stands in the summary."""
LAYOUTS = ("shopify", "generic")
"""Of the file for the shop. WooCommerce needs two, of which a person imports each in another way."""
LONGEST_SETTLE = 3600


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What the command was asked for."""

    source: Path | None
    """`--from`."""
    target: Path | None
    """`--to`."""
    layout: str | None
    """`--layout`."""
    shop_products: Path | None
    """`--shop-products`."""
    only_listed: bool
    """`--only-listed`."""
    settle_seconds: float
    """`--settle`."""
    others: tuple[str, ...]
    """What cannot be said together with `--from`, as it was said."""


def run(asked: Asked, version_of: Callable[[Store], str], *, as_json: bool) -> None:
    """Does one run, prints its summary, and ends with its exit code."""
    outcome = Outcome()
    try:
        _do(asked, version_of, outcome, as_json=as_json)
    except errors.GarmentsError as error:
        outcome.problems.insert(0, error)
    code = _code(outcome)
    _tell(outcome)
    console.print_json(summary(outcome, code))
    if code:
        raise typer.Exit(code)


def summary(outcome: Outcome, code: int) -> dict[str, Any]:
    """The JSON object of a run."""
    finished = [commands.fields(each) for each in outcome.finished]
    totals = {name: sum(each[name] for each in finished) for name in _TOTALS}
    return {
        "exit_code": code,
        "error": " ".join(str(outcome.problems[0]).split()) if outcome.problems else None,
        "version": outcome.version,
        "line_confirmed_by": outcome.line_confirmed_by,
        "new": outcome.num_new,
        "already_known": outcome.counts.num_known,
        "waiting": len(outcome.counts.waiting),
        "stopped": outcome.num_stopped,
        **totals,
        "batches": finished,
    }


_TOTALS = ("ready", "check", "not_ours", "not_recognised", "unreadable", "left", "left_without_sku")


def _do(asked: Asked, version_of: Callable[[Store], str], outcome: Outcome, *, as_json: bool) -> None:
    existing = _checked(asked)
    assert asked.source is not None and asked.target is not None
    store = commands.store()
    source, target = folder_run.checked(asked.source, asked.target, store.home)
    folders = Folders(
        source=source, target=target, layout=asked.layout, existing=existing, only_listed=asked.only_listed,
        settle_seconds=asked.settle_seconds,
    )  # fmt: skip
    with console.bar(is_shown=not as_json and sys.stderr.isatty()) as on_report:
        folder_run.run(
            store, folders, lambda: _run(store, version_of), outcome, who=commands.who(), on_report=on_report
        )


def _run(store: Store, version_of: Callable[[Store], str]) -> Run:
    name = version_of(store)
    if name == "live" and promotions.live_run(store) is None:
        raise errors.NothingLive("No version is live, so nothing is taken. First: python -m core train")
    return runs.find(store, name)


def _checked(asked: Asked) -> Existing | None:
    """What stands in the shop, where a file says it."""
    if asked.source is None or asked.target is None:
        raise errors.TaggingRefused("Say both --from, a folder with photos, and --to, a folder for the lists.")
    if asked.others:
        raise errors.TaggingRefused(f"Say --from or {asked.others[0]}, not both.")
    if not 0 <= asked.settle_seconds <= LONGEST_SETTLE:
        raise errors.TaggingRefused(
            f"--settle lies between 0 and {LONGEST_SETTLE} seconds, got {asked.settle_seconds!r}."
        )
    if asked.layout not in (None, *LAYOUTS):
        raise errors.TaggingRefused(f"--layout is one of {', '.join(LAYOUTS)}, got {str(asked.layout)[:80]!r}.")
    if (asked.layout == "shopify") != (asked.shop_products is not None):
        raise errors.TaggingRefused(
            "--layout shopify and --shop-products go together: without the products as Shopify exports them, those "
            "that are in the shop already would lose their tags."
        )
    if asked.shop_products is None:
        return None
    return shop.read_products(asked.shop_products, asked.layout or "")


def _code(outcome: Outcome) -> int:
    if outcome.problems:
        return _code_of(outcome.problems[0])
    is_held = any(each.held_back and each.list for each in outcome.finished)
    return HELD_BACK if is_held else DONE


def _code_of(error: errors.GarmentsError) -> int:
    kinds: tuple[tuple[type[errors.GarmentsError], int], ...] = (
        (errors.FolderBusy, BUSY), (errors.NothingLive, NONE_LIVE), (errors.NoRoom, NO_ROOM),
    )  # fmt: skip
    known = next((code for kind, code in kinds if isinstance(error, kind)), None)
    if known is not None:
        return known
    if "disk is full" in str(error):  # SQLite's own words
        return NO_ROOM
    return WRONG_INPUT if isinstance(error, ValueError) else FAILED


def _tell(outcome: Outcome) -> None:
    lines = [str(error) for error in outcome.problems]
    lines += [f"{name}: {why}" for name, why in list(outcome.counts.waiting.items())[:MOST_LISTED]]
    lines += [f"Batch {each.batch} is held back. {each.held_back}" for each in outcome.finished if each.held_back]
    for line in lines:
        sys.stderr.write(" ".join(line.split()) + "\n")
