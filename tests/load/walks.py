"""What fifty people do on our pages, and the same clicks at the same moments on those of `streamlit hello`."""

import json
import random
from collections.abc import Sequence
from dataclasses import replace

from tests.load.crowd import Step

CATEGORIES = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")
OPENING_SECONDS = 60.0
"""How long everybody has to open the first page, in the first half of it; then they click."""


def _chosen(what: str, *options: str, is_list: bool = False) -> list[Step]:
    kind = "string_array_value" if is_list else "string_value"
    return [Step(after_seconds=0, kind=kind, what=what, value=[option] if is_list else option, name=f"choose {what}")
            for option in options]  # fmt: skip


def _picks(garments: Sequence[int]) -> list[Step]:
    return [Step(after_seconds=0, kind="json_value", what="tiles", value=json.dumps({"picked": garment}),
                 name="pick a garment") for garment in garments]  # fmt: skip


def visits(garments: Sequence[int]) -> dict[str, list[list[Step]]]:
    """End of an address of a page of ours -> what is clicked there in turn, each with what may be chosen.

    Args:
        garments: positions of garments on the first screen of *Mistakes*.
    """
    return {
        "": [],
        "categories": [_chosen("control-category", *CATEGORIES)],
        "mistakes": [_picks(garments), _chosen("control-order", "Hardest to call", "Spread over kinds"),
                     _chosen("control-real", *CATEGORIES)],
        "tag": [],
        "automation": [_chosen("control-promise", "0.5", "2", "3", is_list=True)],
        "labels": [_chosen("control-part", "What the team said", is_list=True)],
        "versions": [_chosen("control-by", "By cost", is_list=True),
                     _chosen("control-part", "History", is_list=True)],
        "setup": [_chosen("control-part", "Costs", "Garments", is_list=True)],
        "log": [_chosen("control-what", "Version trained", "Made live")],
    }  # fmt: skip


HELLO = {
    "dataframe_demo": [_chosen("Choose countries", *(f"Region {number}" for number in range(9)), is_list=True)],
    "mapping_demo": [[Step(after_seconds=0, kind="bool_value", what="Bike rentals", value=False, name="a layer")]],
}
"""The same of those pages of `streamlit hello` on which something can be chosen.

*Plotting demo* and *Animation demo* are left out: they compute and wait in a loop on purpose."""


def pair(num_clicks: int, think_seconds: float, garments: Sequence[int], seed: int) -> tuple[list[Step], list[Step]]:
    """One person's clicks on our pages and on those of `streamlit hello`, at the same moments.

    Args:
        num_clicks: after the page was opened.
        think_seconds: mean time between a click's answer and the next click; each is between half and one and a half.
        garments: see `visits`.
        seed: the same one gives the same clicks.
    """
    dice, ours, theirs = random.Random(seed), [], []
    known = visits(garments)
    while len(ours) < num_clicks:
        page = dice.choice([*known, "mistakes", "mistakes"])  # where the work is done
        other = dice.choice(list(HELLO)) if known[page] else ""
        ours.append(Step(after_seconds=0, kind="go", what=page))
        theirs.append(Step(after_seconds=0, kind="go", what=other))
        for options in known[page]:
            ours.append(dice.choice(options))
            theirs.append(dice.choice(HELLO[other][0]))
    opening = [Step(after_seconds=dice.uniform(0, OPENING_SECONDS / 2), kind="open", what="")]
    pauses = [dice.uniform(0.5, 1.5) * think_seconds for _ in range(num_clicks)]
    timed = [
        [
            *opening,
            *(
                replace(step, after_seconds=pause, not_before_seconds=OPENING_SECONDS)
                for step, pause in zip(steps, pauses, strict=False)
            ),
        ]
        for steps in (ours, theirs)
    ]
    return timed[0], timed[1]
