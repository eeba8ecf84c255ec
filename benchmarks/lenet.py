"""A training epoch of LeNet-5 on the learner's 7,500 digits, in batches of 64."""

from __future__ import annotations

import numpy as np
import torch

from .lenet_epoch import BATCH, STEPS, numpy_step, torch_step
from .measure import Row, against_torch, in_turn, table


def measure(threads: int, seconds: float) -> list[Row]:
    torch.set_num_threads(threads)
    rng = np.random.default_rng(0)
    images = rng.standard_normal((BATCH, 1, 32, 32), np.float32)
    labels = rng.integers(10, size=BATCH)
    steps = {
        "torch": torch_step(False),
        "torch, channels last": torch_step(True),
        "numpy": numpy_step(),
    }
    forms = {name: lambda step=step: step(images, labels) for name, step in steps.items()}
    times = in_turn(forms, 4 * seconds)
    epoch = {name: STEPS * time for name, time in times.items()}
    return [{"what": f"LeNet-5, {STEPS} steps", **against_torch(epoch)}]


def report(rows: list[Row], threads: int) -> str:
    return f"## {threads} thread{'s' * (threads > 1)}\n\n{table(rows)}"
