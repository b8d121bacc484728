"""The products of one page as tiles: the photo beside what the model sees, with keys to decide by."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from core.quality.tag_decisions import ACCEPTED, CHANGED, REJECTED
from core.store.batches.batches import Batch
from core.store.runs.runs import Run
from core.tagging import products
from dashboard.data import batches
from dashboard.gallery import marks, paging, picking, tiles
from dashboard.gallery.outbox import UNDO
from dashboard.look import theme
from dashboard.session import flags, person
from dashboard.tagging import outbox, wording

KEY = "products"
KEYS = tiles.Keys(
    kinds={"1": ACCEPTED, "2": "choose", "3": REJECTED, "4": "choose"},
    chosen=CHANGED,
    shown={kind: (wording.SIGNS[kind], wording.KINDS[kind]) for kind in wording.KINDS},
    buttons=(
        ("1", "Accept", "The tag stays: it is right"),
        ("2", "Change", "The tag changes: choose another category, with key 4 as in every list"),
        ("3", "Reject", "No garment of ours, or a photo of no use"),
    ),
)


def render_tiles(batch: Batch, run: Run, shown: pd.DataFrame, opened: int, pages: paging.Paging, pile: str) -> None:
    """Draws one page of products; what is decided by key goes on its way at once.

    Args:
        batch: the batch.
        run: the version that tagged it.
        shown: rows of `core.tagging.products.table`.
        opened: position of the product in the panel.
        pages: which part of the pile they are.
        pile: the pile on screen.
    """
    rows = shown.to_dict("records")
    positions = [int(row["position"]) for row in rows]
    scope = _scope(batch, pile)
    tiles.render_tiles(
        [_tile(run, row) for row in rows],
        batches.pairs(batch, positions),
        key=KEY,
        told=picking.told(KEY, f"{scope} {pages.number} {len(positions)}", opened, scope=scope),
        on_pick=picking.on_pick(KEY),
        on_select=picking.on_select(KEY, scope),
        look="wide",
        review=tiles.Review(run=run, on_said=_on_said(batch, run), keys=KEYS),
        pages=pages.by_key(KEY),
    )
    asks = bool(outbox.waiting()) and not person.is_known()
    marks.send(KEY, _marks(run, rows), outbox.handled(), asks=asks)


def selected(batch: Batch, pile: str) -> frozenset[int]:
    """The positions that are selected in that pile."""
    return picking.selected(KEY, _scope(batch, pile))


def _scope(batch: Batch, pile: str) -> str:
    return f"{batch.id} {pile}"


def _tile(run: Run, row: Mapping[Any, Any]) -> tiles.Tile:
    name = wording.product(row["position"], row["product"], row["sku"])
    findings = [text for text in row["findings"] if text != "light background: inverted"]
    second = row["guesses"][1][0] if row["tag"] and len(row["guesses"]) > 1 else row["guess"]
    tag, guess = run.name_of(row["tag"]), run.name_of(row["guess"])
    said = wording.said(tag, guess, row["confidence"])
    return {
        "garment": row["position"],
        "said": tag or f"Nearest: {guess}",
        "sure": theme.percent(row["confidence"]),
        "label": "; ".join(findings),
        "number": name,
        # What changing offers first, and what it is changed from.
        "guess": second,
        "actual": row["tag"],
        "sentence": " ".join(filter(None, (f"{name}.", said, f"Noticed: {'; '.join(findings)}." if findings else ""))),
    }


def _marks(run: Run, rows: list[dict[Any, Any]]) -> dict[str, marks.Mark]:
    """What is decided, and what is not stored yet."""
    found = {
        str(row["position"]): {
            "sign": wording.SIGNS[row["decision"]],
            "text": wording.mark(row["decision"], run.name_of(row["category"])),
            "kind": row["decision"],
        }
        for row in rows
        if row["decision"] != products.NONE
    }
    for request in outbox.waiting():
        found |= {str(each): {"sign": "…", "text": "Not stored yet", "kind": "waiting"} for each in request.positions}
    return found


def _on_said(batch: Batch, run: Run) -> Callable[[], None]:
    """What the tiles call when something was decided by key: it goes on its way, each of them once."""

    def take_in() -> None:
        for said in flags.component_value(KEY, "said") or []:
            request_id, kind = str(said["id"])[:40], said["kind"]
            if kind == UNDO:
                outbox.undo(batch, request_id=request_id)
                continue
            positions = [int(each) for each in said["garments"] if 0 <= int(each) < batch.num_photos]
            category = said.get("category") if said.get("category") in run.class_names else None
            if kind in wording.KINDS:
                outbox.say(batch, positions, kind, category, request_id=request_id)

    return take_in
