"""The process that makes one map of what a tag hangs on, for a page: pages never run a network.

It is told by one line of JSON on stdin what to make, knows no database, and answers with one line on stdout.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from core import errors, limited_process
from core.model import photo_recipes
from core.quality import occlusion
from core.tagging import occlusion_maker, photo_network

SECONDS = 120.0
"""For one map: the first one of a computer may have to make the networks ready."""


def asked(
    home: Path, artefact: str, recipe: dict[str, Any], num_classes: int, photo: Path, tag: int,
    temperature: float | None, threads: int | None,
) -> occlusion.Occlusion:  # fmt: skip
    """The map that a process of its own makes; takes 1 to 2 seconds.

    Args:
        home: where the version's files lie.
        artefact: digest of them.
        recipe: of the version.
        num_classes: K.
        photo: as a catalogue keeps it.
        tag: index of the class whose probability is followed.
        temperature: of the version; None: not calibrated.
        threads: that work at once; None: one a core.

    Raises:
        errors.TaggingError: it could not be made; one sentence says why.
    """
    wanted = {
        "home": str(home), "artefact": artefact, "recipe": recipe, "num_classes": num_classes, "photo": str(photo),
        "tag": tag, "temperature": temperature, "threads": threads,
    }  # fmt: skip
    try:
        done = subprocess.run(
            [sys.executable, "-m", __name__], input=json.dumps(wanted), cwd=limited_process.PROJECT_ROOT,
            env=limited_process.environment(), capture_output=True, text=True, timeout=SECONDS,
        )  # fmt: skip
        told = json.loads(done.stdout) if not done.returncode else {}
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise errors.TaggingError(f"Where it looked cannot be worked out ({error}).") from None
    if not told:
        why = (done.stderr.strip().splitlines() or ["the process ended"])[-1]
        raise errors.TaggingError(f"Where it looked cannot be worked out: {why[:300]}")
    return occlusion.Occlusion(
        probability=told["probability"],
        drops=np.array(told["drops"], dtype=np.float32),
        background=np.array(told["background"], dtype=np.float32),
    )


def main() -> int:
    """Makes what stdin asks for; 1 and one line on stderr where that cannot be."""
    wanted = json.loads(sys.stdin.read())
    try:
        recipe = photo_recipes.PhotoRecipe(**wanted["recipe"])
        answers = photo_network.answers(
            Path(wanted["home"]), wanted["artefact"], recipe, wanted["num_classes"], threads=wanted["threads"]
        )
        with Image.open(wanted["photo"]) as file:
            image = file.convert("RGB")
        found = occlusion_maker.made(
            answers, image, wanted["tag"], wanted["temperature"],
            side=photo_recipes.picture_side(), cells=occlusion_maker.num_cells(len(recipe.backbones)),
        )  # fmt: skip
    except (errors.GarmentsError, OSError, ValueError) as error:
        sys.stderr.write(" ".join(str(error).split()) + "\n")
        return 1
    told = {"probability": found.probability, "drops": found.drops.tolist(), "background": found.background.tolist()}
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
