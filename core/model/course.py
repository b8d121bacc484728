"""The epochs of one training, and what happens between them: progress, validation, checkpoints."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch.nn.functional as F  # noqa: N812  # the name everybody gives it
from torch import Tensor

from core import failpoints
from core.model import checkpoints, devices, inference, learner, pixels

_SECONDS_BETWEEN_REPORTS = 0.1


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far a training is."""

    epoch: int
    """The epoch being worked on, 1 to num_epochs."""
    num_epochs: int
    """Epochs in all."""
    fraction: float
    """Share of the whole training that is done, 0-1; never decreases."""
    train_loss: float
    """Mean loss of the epoch so far; NaN before its first step."""


OnProgress = Callable[[Progress], None]


class Reporter:
    """Tells the callback how far the training is, often enough for a moving bar and no oftener."""

    def __init__(self, on_progress: OnProgress | None, num_epochs: int, steps_per_epoch: int) -> None:
        self._on_progress = on_progress
        self._num_epochs = num_epochs
        self._steps_per_epoch = steps_per_epoch
        self._next_report = -math.inf

    def after_step(self, epoch: int, step: int, loss_sum: Tensor | float) -> None:
        """Reports if it is time to; `loss_sum` is the epoch's loss summed over the garments so far, over all."""
        if self._on_progress is None or time.perf_counter() < self._next_report:
            return
        train_loss = float(loss_sum) * self._steps_per_epoch / step if step else math.nan
        fraction = (epoch + step / self._steps_per_epoch) / self._num_epochs
        progress = Progress(epoch=epoch + 1, num_epochs=self._num_epochs, fraction=fraction, train_loss=train_loss)
        self._on_progress(progress)
        self._next_report = time.perf_counter() + _SECONDS_BETWEEN_REPORTS

    def after_epoch(self, epoch: int, train_loss: float) -> None:
        """Reports in any case: every epoch's end is seen, and the last report has the fraction 1."""
        self._next_report = -math.inf
        self.after_step(epoch, self._steps_per_epoch, train_loss)


class Course:
    """Leads a learner through its epochs; goes on where a checkpoint of the same training ends."""

    def __init__(
        self,
        student: learner.Learner,
        validation: pixels.Garments,
        reporter: Reporter,
        *,
        identity: str,
        checkpoint_folder: Path | None,
    ) -> None:
        self.history: list[dict[str, Any]] = []
        """One record an epoch, in the columns of the history table; None stands for undefined."""
        self.earlier_seconds = 0.0
        """Spent before this start, by the part of the training that the checkpoint holds."""
        self._student = student
        self._validation = validation
        self._reporter = reporter
        self._identity = identity
        self._checkpoint_folder = checkpoint_folder
        self._resume()

    def follow(self) -> None:
        """Runs the epochs that are left."""
        started = time.perf_counter()
        for epoch in range(len(self.history), self._student.recipe.epochs):
            epoch_started = time.perf_counter()
            self._reporter.after_step(epoch, 0, math.nan)
            train_loss = self._run_epoch(epoch)
            record = {"epoch": epoch + 1, "train_loss": train_loss, **self._validation_figures(epoch, train_loss)}
            self.history.append({**record, "seconds": time.perf_counter() - epoch_started})
            self._keep(self.earlier_seconds + time.perf_counter() - started)
            self._reporter.after_epoch(epoch, train_loss)

    def _run_epoch(self, epoch: int) -> float:
        def on_step(step: int, loss_sum: Tensor) -> None:
            failpoints.reach("batch")
            self._reporter.after_step(epoch, step, loss_sum)

        return self._student.run_epoch(epoch, on_step)

    def _validation_figures(self, epoch: int, train_loss: float) -> dict[str, float | None]:
        """Loss and accuracy on the validation split of what would be kept if the training ended here."""
        if len(self._validation.labels) == 0:
            return {"validation_loss": None, "validation_accuracy": None}
        steps = self._student.steps_per_epoch
        labels = self._validation.labels
        with devices.precision(labels.device, mixed=self._student.recipe.mixed_precision):
            logits, _ = inference.logits_and_features(
                self._student.best_network,
                self._validation.images,
                on_batch=lambda: self._reporter.after_step(epoch, steps, train_loss),
            )
        return {
            "validation_loss": F.cross_entropy(logits.float(), labels).item(),
            "validation_accuracy": (logits.argmax(1) == labels).double().mean().item(),
        }

    def _resume(self) -> None:
        if self._checkpoint_folder is None:
            return
        found = checkpoints.load(self._checkpoint_folder, self._identity)
        if found is not None:
            self._student.restore(found.tensors)
            self.history = list(found.history)
            self.earlier_seconds = found.elapsed_seconds

    def _keep(self, elapsed_seconds: float) -> None:
        if self._checkpoint_folder is None:
            return
        checkpoint = checkpoints.Checkpoint(
            identity=self._identity,
            history=self.history,
            elapsed_seconds=elapsed_seconds,
            tensors=self._student.state(),
        )
        checkpoints.save(self._checkpoint_folder, checkpoint)
