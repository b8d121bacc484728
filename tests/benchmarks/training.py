"""How fast and how good trainings are, against the predecessors' own way, on the same machine and in one run.

    python -m tests.benchmarks.training --recipes quick standard --seeds 5 --predecessor-epochs 12

The predecessors' loop ends with the first epoch that reaches their accuracy on the test split; how much faster a recipe
is, is said against the whole of it. Their way is written out as they wrote it: torchvision's dataset with a PIL
transform for every picture, a `DataLoader` with batches of 64, Adam at 1e-3, two convolutions. Choices are made on the
validation split; the test split is read here, once for each training, for the table. Needs the original files, see
GARMENTS_DATA_DIR.
"""

import argparse
import copy
import json
import platform
import resource
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision.transforms import ToTensor

from core import catalogue, settings
from core.catalogue import fashion_mnist, source_files
from core.model import devices, inference, learner, pixels, recipes, training
from core.quality import reliability, scores

TARGET = 0.8945
"""What the predecessors reported on the test split."""


class PredecessorNet(nn.Module):
    """Two convolutions, two fully connected layers, dropout."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(64 * 5 * 5, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, 10),
        )  # fmt: skip

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(x)


def predecessors_loop(num_epochs: int, seed: int) -> list[dict[str, float]]:
    """Seconds of training and test accuracy after each epoch of the predecessors' own loop, until it has the target."""
    torch.manual_seed(seed)
    found = settings.load()
    folder = source_files.locate(found, fashion_mnist.OFFICIAL, lambda doing, share: None)
    dataset_class = source_files.torchvision_class(fashion_mnist.OFFICIAL)
    loaders = [
        DataLoader(dataset_class(folder, train=is_train, transform=ToTensor()), batch_size=64, shuffle=is_train)
        for is_train in (True, False)
    ]
    net, seconds, processor_seconds, lines = PredecessorNet(), 0.0, 0.0, []
    optimizer, loss_of = torch.optim.Adam(net.parameters(), lr=1e-3), nn.CrossEntropyLoss()
    for epoch in range(num_epochs):
        started, processor_started = time.perf_counter(), time.process_time()
        net.train()
        for images, labels in loaders[0]:
            optimizer.zero_grad()
            loss_of(net(images), labels).backward()
            optimizer.step()
        seconds += time.perf_counter() - started
        processor_seconds += time.process_time() - processor_started
        net.eval()
        with torch.no_grad():
            num_correct = sum(int((net(images).argmax(1) == labels).sum()) for images, labels in loaders[1])
        figures = {"seconds": seconds, "processor_seconds": processor_seconds, "accuracy": num_correct / 10_000}
        lines.append({"epoch": epoch + 1, **figures})
        show("predecessors", seed, lines[-1])
        if num_correct / 10_000 >= TARGET:
            break
    return lines


def our_training(name: str, seed: int, epochs: int | None) -> dict[str, Any]:
    """One training by recipe: seconds, processor seconds, accuracy, calibration error, per-class figures."""
    recipe = recipes.find(name) if epochs is None else recipes.with_epochs(recipes.find(name), epochs)
    garments = catalogue.load("fashion-mnist", settings.load(), validation_share=recipe.validation_share)
    processor_started = time.process_time()
    trained = training.train(recipe, garments.train, garments.validation, seed=seed)
    processor_seconds = time.process_time() - processor_started
    table = inference.predict(trained, garments.test).table
    true_class, predicted_class = table["true_class"].to_numpy(), table["predicted_class"].to_numpy()
    per_class = scores.per_class_scores(true_class, predicted_class, garments.class_names)
    line = {
        "recipe": name,
        "seed": seed,
        "seconds": trained.train_seconds,
        "processor_seconds": processor_seconds,
        "accuracy": scores.accuracy(true_class, predicted_class).accuracy,
        "calibration_error": reliability.expected_calibration_error(
            table["confidence"].to_numpy(), true_class == predicted_class
        ),
        "validation_accuracy": trained.history["validation_accuracy"].tolist(),
        "precision": per_class["precision"].round(4).tolist(),
        "recall": per_class["recall"].round(4).tolist(),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    show(name, seed, {key: line[key] for key in ("seconds", "processor_seconds", "accuracy", "calibration_error")})
    return line


def time_to_target(name: str, seed: int) -> dict[str, float]:
    """Seconds of learning, set-up included, until the network of that moment has the target on the test split.

    Looked at after each twentieth of an epoch in the second half of the training; looking does not count.
    """
    recipe = recipes.find(name)
    garments = catalogue.load("fashion-mnist", settings.load(), validation_share=recipe.validation_share)
    clocks = (time.perf_counter, time.process_time)
    begun, looking = [clock() for clock in clocks], [0.0, 0.0]
    device = devices.choose()
    student = learner.Learner(recipe, pixels.garments(garments.train, device), num_classes=10, seed=seed)
    test = pixels.garments(garments.test, device)
    found: dict[str, float] = {}

    def look(step: int, loss_sum: torch.Tensor) -> None:
        done = (epoch + step / student.steps_per_epoch) / recipe.epochs
        if found or done < 0.5 or step % max(1, student.steps_per_epoch // 20):
            return
        paused = [clock() for clock in clocks]
        logits, _ = inference.logits_and_features(copy.deepcopy(student.best_network), test.images)
        accuracy = (logits.argmax(1) == test.labels).double().mean().item()
        if accuracy >= TARGET:
            own = [before - start - spent for before, start, spent in zip(paused, begun, looking, strict=True)]
            found.update(seconds=own[0], processor_seconds=own[1], share_done=done, accuracy=accuracy)
        for place, clock in enumerate(clocks):
            looking[place] += clock() - paused[place]

    for epoch in range(recipe.epochs):
        student.run_epoch(epoch, look)
        if found:
            break
    show(f"{name} to {TARGET}", seed, found)
    return found


def show(name: str, seed: int, figures: dict[str, float]) -> None:
    text = "  ".join(
        f"{key} {value:.4f}" if isinstance(value, float) else f"{key} {value}" for key, value in figures.items()
    )
    print(f"{name:<14} seed {seed}  {text}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recipes", nargs="*", default=["one-conv", "two-conv", "quick", "standard"])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, help="instead of the recipes' own")
    parser.add_argument("--predecessor-epochs", type=int, default=12, help="at most")
    parser.add_argument("--time-to-target", metavar="RECIPE", help="also time when this one reaches the accuracy")
    parser.add_argument("--output", type=Path, help="also write everything as JSON to this file")
    options = parser.parse_args()
    conditions = {
        "torch": torch.__version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "num_threads": torch.get_num_threads(),
        "device": "cuda" if torch.cuda.is_available() else "cpu",
    }
    print(json.dumps(conditions))
    # One recipe after the other within a seed, so that a change in the machine's load touches all of them.
    predecessor, lines, reached = [], [], []
    for seed in range(options.seeds):
        if seed == 0 and options.predecessor_epochs:
            predecessor = predecessors_loop(options.predecessor_epochs, seed)
        if options.time_to_target:
            reached.append(time_to_target(options.time_to_target, seed))
        lines += [our_training(name, seed, options.epochs) for name in options.recipes]
    for name in options.recipes:
        own = [line for line in lines if line["recipe"] == name]
        keys = ("accuracy", "calibration_error", "seconds", "processor_seconds")
        mean = {key: float(np.mean([line[key] for line in own])) for key in keys}
        spread = f"{np.std([line['accuracy'] for line in own], ddof=1):.4f}" if len(own) > 1 else "–"
        print(f"{name:<14} accuracy {mean['accuracy']:.4f} ± {spread} (n={len(own)}), "
              f"calibration error {mean['calibration_error']:.4f}, {mean['seconds']:.1f} s")  # fmt: skip
        if predecessor:
            times = [predecessor[-1][key] / mean[key] for key in ("seconds", "processor_seconds")]
            print(f"{'':<14} {times[0]:.1f} x faster, in processor time {times[1]:.1f} x, than the predecessors' loop, "
                  f"which had {predecessor[-1]['accuracy']:.4f} after {len(predecessor)} epochs")  # fmt: skip
    if options.output:
        content = {"conditions": conditions, "predecessors": predecessor, "time_to_target": reached, "trainings": lines}
        options.output.write_text(json.dumps(content, indent=1))


if __name__ == "__main__":
    main()
