"""Tags that another system might have given: small pictures in a folder, and a file that names them."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from core.elsewhere import importing, looking, reading
from core.store import Store

NAMES = ("Bag", "Coat", "Shirt")
_GROUNDS = ((200, 60, 40), (40, 90, 200), (240, 220, 90))


def table(num: int = 120, *, seed: int = 5, skill: float = 2.0) -> pd.DataFrame:
    """One row a picture: image, label, prediction, confidence, and prob_ of each category, as programs write them."""
    rng = np.random.default_rng(seed)
    labels = np.arange(num) % len(NAMES)
    logits = rng.gumbel(size=(num, len(NAMES)))
    logits[np.arange(num), labels] += skill
    found = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return pd.DataFrame(
        {
            "image": [f"{number:04d}.png" for number in range(num)],
            "label": [NAMES[label] for label in labels],
            "prediction": [NAMES[place] for place in found.argmax(axis=1)],
            "confidence": found.max(axis=1).round(6),
            **{f"prob_{name}": found[:, place].round(6) for place, name in enumerate(NAMES)},
        }
    )


def pictures(folder: Path, num: int = 120) -> Path:
    """A folder with a picture of noise for each row of `table`, each category on a ground of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(9)
    for number in range(num):
        ground = np.full((20, 14, 3), _GROUNDS[number % len(NAMES)], dtype=np.int64)
        picture = np.clip(ground + rng.integers(-30, 30, ground.shape), 0, 255).astype(np.uint8)
        if not (folder / f"{number:04d}.png").exists():  # a file written again is another one
            Image.fromarray(picture).save(folder / f"{number:04d}.png")
    return folder


def without_network(store: Store) -> Store:
    """The same store, in which pictures are described by themselves: making a network ready takes long."""
    return dataclasses.replace(store, settings=store.settings.model_copy(update={"backbone": "none"}))


def imported(
    store: Store, place: Path, *, name: str = "cloud", found: pd.DataFrame | None = None, is_described: bool = True,
    said: str = "", **chosen: Any,
) -> importing.Imported:  # fmt: skip
    """A version of such tags; `place` is an empty folder, `said` a catalogue in place of a folder of pictures."""
    rows = table() if found is None else found
    file = place / f"{name}.csv"
    rows.to_csv(file, index=False)
    where = said or str(pictures(place / "pictures", len(rows)))
    done = importing.publish(store, reading.read(store, file, where, chosen), name, who="Ada")
    if is_described:
        looking.describe(without_network(store), done.run)
    return done
