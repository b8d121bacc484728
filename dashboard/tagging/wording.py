"""Sentences about new garments that are tagged. Pure: plain text that may hold names anybody chose."""

from collections.abc import Sequence

import numpy as np

from core.photos import containers
from core.quality import automation_line
from core.quality.tag_decisions import ACCEPTED, CHANGED, REJECTED
from core.settings import Settings
from core.tagging import piles
from core.tagging.drop import Drop
from core.tagging.products import Progress
from dashboard.look import theme

PILES = {
    piles.CHECK: "Please check",
    piles.NOT_RECOGNISED: "Not recognised in its photo",
    piles.NOT_OURS: "Unlike all categories",
    piles.READY: "Ready",
    piles.UNREADABLE: "Unreadable",
}
"""Name on screen of each pile, in the order in which people work on them."""
ABOUT_PILES = {
    piles.CHECK: "The model is not sure enough of these, or the photo check noticed something. Least sure first.",
    piles.NOT_RECOGNISED: (
        "The model found no garment that it knows in these photos, and something about each photo was noticed, which "
        "stands beside it. Choose a category, or photograph it again as below."
    ),
    piles.NOT_OURS: (
        "These photos are as they should be, but show nothing that looks like what the model learned, so it gives no "
        "tag. Choose a category, or reject what is no garment of ours."
    ),
    piles.READY: "The model is sure enough of these, by the line. Look through them if you like; you need not.",
    piles.UNREADABLE: "These files could not be read as photos. Export them again as photos and drop them once more.",
}
WRONG_WITH_PHOTOS = ("a busy ground", "tilted", "too small", "two at once", "cut off")
PHOTOS_THAT_WORK = "These work: one garment, whole, lying straight, on a plain ground."
PHOTOS_THAT_DO_NOT = f"These do not, from left to right: {', '.join(WRONG_WITH_PHOTOS)}."
PHOTOS_LIKE_LEARNED = "Photos work best that are taken as those were from which the model learned."
KINDS = {ACCEPTED: "Accepted", CHANGED: "Changed", REJECTED: "Rejected"}
SIGNS = {ACCEPTED: "✓", CHANGED: "✎", REJECTED: "✕"}
"""The sign before a mark, so that it can be told apart without reading or colour."""
NOTE = (
    "The model learned small grey pictures of single garments. Each photo is turned into such a picture: one garment, "
    "laid flat or cut out, on a plain background works best. People, rooms and several items are checked by a person."
)
NOTE_OF_PHOTOS = (
    "The model learned photos in their colours and looks at each new one as a whole: photos like those it learned "
    "work best."
)
NO_ENGINE = (
    "Photos cannot be tagged on this computer: PyTorch, which runs the model, is not installed. For IT: "
    "`pip install -r requirements.txt`, then start the dashboard again."
)
DROP_AGAIN = "Take them out above and drop others, or tag these."


def limits(found: Settings) -> str:
    """What may be dropped, said before it is."""
    most = containers.MAX_PIXELS // 1_000_000
    return (
        f"{containers.IN_WORDS}, at most {found.max_photo_mb:,} MB and {most} million pixels each, one by one or as a "
        f"ZIP; up to {found.max_drop_photos:,} pictures and {found.max_drop_mb:,} MB at once. Larger sets: ask IT for "
        "python -m core tag."
    )


def checked(found: Drop) -> str:
    """What was dropped, in numbers: "48 pictures, 46 readable, 2 unreadable, 1 SKU has no picture, 1 duplicate."."""
    parts = [_num(found.num_pictures, "picture"), f"{found.num_readable:,} readable"]
    if found.unreadable:
        parts.append(f"{len(found.unreadable):,} unreadable")
    if num := len(found.without_picture):
        parts.append(f"{_num(num, 'SKU')} {'has' if num == 1 else 'have'} no picture")
    if num := len(found.ambiguous):
        parts.append(f"{_num(num, 'line')} of the list {'means' if num == 1 else 'mean'} several pictures")
    if num := len(found.without_line):
        parts.append(f"{_num(num, 'picture')} {'is' if num == 1 else 'are'} not in the list")
    if found.copies:
        parts.append(_num(len(found.copies), "duplicate"))
    if found.num_skipped:
        parts.append(f"{_num(found.num_skipped, 'file')} of the system passed over")
    return f"{', '.join(parts)}."


def check_details(found: Drop) -> list[tuple[str, str]]:
    """Each thing that was noticed about a file or a line of the list: its name, and what it is."""
    column = found.head.columns.photo if found.head and found.head.columns else "image_name"
    return [
        *((photo.name, photo.refused) for photo in found.unreadable),
        *((line.image_name, f"Line {line.number} of the list ({line.sku or 'no SKU'}): this picture was not dropped.")
          for line in found.without_picture),
        *((line.image_name, f"Line {line.number} of the list ({line.sku or 'no SKU'}) can mean {_some(names)}: none of "
           f"them gets its SKU. Write the folder into {column}.") for line, names in found.ambiguous),
        *((name, "Not in the list: it is tagged without SKU and title.") for name in found.without_line),
        *((name, f"Exactly the same file as {same}: left out.") for name, same in found.copies),
    ]  # fmt: skip


def sampled(num_decided: int, num_right: int, num_all: int) -> str:
    """How far the look at some of a delivery that is held back is, and what it shows."""
    if num_decided < num_all:
        return (
            f"Look at these first: {num_all:,} products drawn at random among those that would have left stand at the "
            f"top of “{PILES[piles.CHECK]}”. {num_decided:,} of them are decided; when all are, you can let the rest "
            "go."
        )
    worst = upper_bound(num_all - num_right, num_all)
    return (
        f"{num_right:,} of {num_all:,} drawn at random were right: of the rest at most {theme.of_hundred(worst)} "
        "in 100 are wrong, with 95 % certainty."
    )


def upper_bound(num_wrong: int, num_checked: int) -> float:
    """Clopper and Pearson's one-sided 95 % upper bound of a share, 0-1."""
    return float(automation_line.upper_bound(np.array([num_wrong]), np.array([num_checked]), 0.95)[0])


def released(who: str, when: str, reason: str, num_right: int, num_checked: int) -> str:
    """That somebody let it go all the same."""
    return (
        f"{who} let it go on {when}, after {num_right:,} of {num_checked:,} that were looked at had the right tag: "
        f"{reason}"
    )


def matched(found: Drop) -> str:
    """How many photos the list names: "20 of 20 photos matched, 0 rows without a photo"; empty without a list."""
    if found.num_listed is None:
        return ""
    rows = _num(len(found.without_picture), "row")
    return f"{found.num_matched:,} of {_num(found.num_readable, 'photo')} matched, {rows} without a photo."


def _some(names: Sequence[str]) -> str:
    """The first names of several: "a/1.jpg, b/1.jpg and 3 more"."""
    first = ", ".join(names[:3])
    return first if len(names) <= 3 else f"{first} and {len(names) - 3:,} more"


def tag_button(num_readable: int) -> str:
    """The button that has a drop tagged."""
    return f"Tag {_num(num_readable, 'photo')}"


def batch(number: int, num_photos: int) -> str:
    """A batch as it is called."""
    return f"Batch {number} · {_num(num_photos, 'photo')}"


def standing(status: str, num_tagged: int, num_decided: int, num_waiting: int) -> str:
    """How far a batch of the list is."""
    start = {"finished": "", "failed": "The tagging failed. ", "cancelled": "The tagging was stopped. "}.get(
        status, "Being tagged. "
    )
    waiting = f" {_num(num_waiting, 'product')} {'waits' if num_waiting == 1 else 'wait'} for a person."
    return f"{start}{num_tagged:,} tagged, {num_decided:,} decided by people.{waiting if num_waiting else ''}"


def tagging(num_tagged: int, num_all: int, *, is_running: bool, is_stopping: bool, is_learning: bool = False) -> str:
    """How far the tagging is."""
    if is_stopping:
        return f"Stopping after the photos in hand, {num_tagged:,} of {num_all:,} photos tagged"
    if not is_running:
        return f"Waiting to be tagged, {num_tagged:,} of {num_all:,} photos done"
    if is_learning:
        waiting = f"{_num(num_all, 'photo')} {'waits' if num_all == 1 else 'wait'}"
        return f"Learning which way up garments hang (once for this version), {waiting}"
    return f"Tagging, {num_tagged:,} of {num_all:,} photos"


def left_to_tag(num: int) -> str:
    """How much a tagging that ended before its time has left."""
    return f"{_num(num, 'photo')} {'is' if num == 1 else 'are'} not tagged yet."


def progress(found: Progress, num_untagged: int = 0) -> str:
    """How far the decisions are: "31 of 46 decided: 20 by the line, 11 by people."."""
    if not found.num_to_decide:
        return (
            "Nothing to decide yet: the photos wait for their tags." if num_untagged else "There is nothing to decide."
        )
    start = f"{found.num_decided:,} of {found.num_to_decide:,} decided"
    if not found.num_by_line:
        return f"{start}."
    return f"{start}: {found.num_by_line:,} by the line, {found.num_by_people:,} by people."


def next_step(found: Progress, num_ready_waiting: int, num_untagged: int = 0) -> str:
    """What to do next with a batch, one sentence."""
    remaining = found.num_to_decide - found.num_decided - num_ready_waiting
    if remaining:
        return f"Next: decide on {_num(remaining, 'product')}, pile by pile. You can leave and come back at any time."
    if num_ready_waiting:
        return f"Next: confirm the automation line, so that {_num(num_ready_waiting, 'ready product')} can be exported."
    if num_untagged:
        return f"All that is tagged so far is decided; {left_to_tag(num_untagged)}"
    return "All is decided. The list can go to the shop."


def pile(name: str, num: int, num_open: int) -> str:
    """A pile with how many are in it and how many of them nobody has decided."""
    if name == piles.UNREADABLE:
        return f"{PILES[name]} ({num:,})"
    if num == num_open:
        return f"{PILES[name]} ({num:,})"
    return f"{PILES[name]} ({num:,}, {f'{num_open:,} left' if num_open else 'all done'})"


def pile_done(name: str, *, has_next: bool) -> str:
    """That nothing of a pile is left to decide."""
    return f"“{PILES[name]}” is done.{'' if has_next else ' No other pile waits for you.'}"


def next_pile(name: str, num: int) -> str:
    """The button that opens the next pile: "Go on with “Unlike all categories” (4)"."""
    return f"Go on with “{PILES[name]}” ({num:,})"


def line_missing(num_ready: int, version: int) -> str:
    """Why ready products may not leave yet."""
    verb = "is" if num_ready == 1 else "are"
    return (
        f"{_num(num_ready, 'product')} {verb} ready by the suggested line, but nobody has confirmed a line for version "
        f"{version} yet. None of them leaves without a person before that."
    )


def line_confirmed(
    lines: Sequence[float], who: str, when: str, *, by_hand: Sequence[str] = (), has_mix: bool = False
) -> str:
    """Whose line holds, and what it was confirmed for."""
    hand = f", by hand for {', '.join(by_hand)}" if by_hand else ""
    mix = ", for your own product mix" if has_mix else ""
    return f"The line: {line_text(lines)}{hand}{mix}, confirmed by {who} on {when}."


def line_text(lines: Sequence[float]) -> str:
    """A line for each category, in short: "at least 93 % sure", "at least 85 to 97 % sure, by category"."""
    reached = sorted(100 * line for line in lines if line == line)
    if not reached:
        return "no tag is trusted"
    low, high = f"{reached[0]:.1f}".removesuffix(".0"), f"{reached[-1]:.1f}".removesuffix(".0")
    if len(reached) == len(lines) and low == high:
        return f"at least {low} % sure"
    num_none = len(lines) - len(reached)
    some = f", {num_none:,} {'category' if num_none == 1 else 'categories'} always checked" if num_none else ""
    return f"at least {low} to {high} % sure, by category{some}" if low != high else f"at least {low} % sure{some}"


def cannot_tell_unlike(version: int) -> str:
    """Why the pile of what is not ours is empty for some versions."""
    return (
        f"Version {version} kept nothing to tell by what is unlike anything it learned, so such products are among "
        "those to check. A version that is trained now can."
    )


def product(position: int, name: str, sku: str) -> str:
    """A product by its number and name."""
    return f"{position + 1}. {sku or name}"


def said(tag: str, guess: str, confidence: float) -> str:
    """What the model says, with how sure it is."""
    if tag:
        return f"The model says {tag} ({theme.percent(confidence)} sure)."
    return f"No tag: unlike anything the model learned. Its nearest guess is {guess} ({theme.percent(confidence)})."


def mark(kind: str, category: str) -> str:
    """A decision on a tile: "Accepted", "Changed: Coat"."""
    return f"{KINDS[kind]}: {category}" if kind == CHANGED else KINDS[kind]


def decided(kind: str, category: str, who: str, when: str) -> str:
    """A decision in the panel: "Changed to Coat by Ada, 25 November 2026, 14:05."."""
    what = f"Changed to {category}" if kind == CHANGED else KINDS[kind]
    return f"{what} by {who}, {when}."


def page_button(kind: str, num: int) -> str:
    """The button that decides on a page at once: "Accept all 24 on this page"."""
    verb = {ACCEPTED: "Accept", REJECTED: "Reject"}[kind]
    return f"{verb} all {num:,} on this page" if num > 1 else f"{verb} the 1 left on this page"


def selected(num: int) -> str:
    """What the buttons beside it do."""
    return f"Apply to {num:,} selected"


def saved(num: int) -> str:
    """The quiet word after a decision was stored."""
    return "Saved" if num == 1 else f"Saved · {_num(num, 'product')}"


def not_stored(num: int) -> str:
    """The strip that stands while decisions cannot be stored."""
    return f"What you decided on {_num(num, 'product')}: kept here, but not stored yet."


def needs_name(num: int) -> str:
    """Why a name is asked for."""
    what = f"What you decided on {_num(num, 'product')} is kept here."
    return f"{what} Who are you?"


def showing(first: int, last: int, num: int) -> str:
    """Which part of a pile is on screen."""
    return f"Showing {first:,} to {last:,} of {_num(num, 'product')}."


def leaving(num: int, num_to_decide: int) -> str:
    """How many products may go to the shop."""
    noun = "product" if num_to_decide == 1 else "products"
    return f"{num:,} of {num_to_decide:,} {noun} may go to the shop: accepted, changed, or ready by a confirmed line."


def _num(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
