"""How fast garments are tagged by ONNX Runtime and by torch, with the same network, on the same machine and in one run.

    python -m tests.benchmarks.inference --recipes quick standard thorough --garments 4000

Speed does not depend on what a network has learned, so these have learned nothing, and the garments are noise. Both
sides get all processors and batches of their own; they take turns, so that a change in the machine's load touches both.
"""

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Callable

import numpy as np
import onnxruntime
import torch

from core.model import export, exported, inference, network, recipes

_SHAPE, _NUM_CLASSES = (28, 28), 10


def seconds(do: Callable[[], object]) -> tuple[float, float]:
    """On the clock, and of the processors."""
    started, processor_started = time.perf_counter(), time.process_time()
    do()
    return time.perf_counter() - started, time.process_time() - processor_started


def measured(name: str, images: np.ndarray, num_rounds: int) -> None:
    """Prints pictures a second, and a processor second, of both sides, and how far their logits are apart."""
    module = network.build(recipes.find(name), _NUM_CLASSES, mean=0.3, std=0.4).eval().requires_grad_(False)
    answerer = exported.from_bytes(export.to_bytes(module, _SHAPE), _NUM_CLASSES, _SHAPE)
    tensor = torch.from_numpy(images)
    sides = {
        "torch": lambda: inference.logits_and_features(module, tensor),
        "ONNX": lambda: answerer.logits_and_features(images),
    }
    away = np.abs(sides["torch"]()[0].numpy() - sides["ONNX"]()[0]).max()
    rounds = [{side: seconds(do) for side, do in sides.items()} for _ in range(num_rounds)]
    speeds = {side: [len(images) / statistics.median(each[side][clock] for each in rounds) for clock in (0, 1)]
              for side in sides}  # fmt: skip
    told = [f"{side} {wall:,.0f} a second, {own:,.0f} a processor second" for side, (wall, own) in speeds.items()]
    ratios = [speeds["ONNX"][clock] / speeds["torch"][clock] for clock in (0, 1)]
    print(
        f"{name:<10} {'  '.join(told)}  ONNX is {ratios[0]:.1f} ({ratios[1]:.1f}) x faster  logits differ by {away:.1e}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recipes", nargs="+", default=["quick", "standard", "thorough"])
    parser.add_argument("--garments", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=7, help="the median of these counts")
    options = parser.parse_args()
    conditions = {
        "torch": torch.__version__,
        "onnxruntime": onnxruntime.__version__,
        "platform": platform.platform(),
        "num_threads": torch.get_num_threads(),
        "load": os.getloadavg(),
    }
    print(json.dumps(conditions))
    images = np.random.default_rng(0).integers(0, 256, (options.garments, *_SHAPE), dtype=np.uint8)
    for name in options.recipes:
        measured(name, images, options.rounds)


if __name__ == "__main__":
    main()
