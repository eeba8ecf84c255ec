"""Pooling layers, forward and backward."""

from __future__ import annotations

import numpy as np
import torch

from autograder.reference import (
    average_pool2d,
    average_pool2d_backward,
    max_pool2d,
    max_pool2d_backward,
    max_pool2d_winners,
)

from .measure import Row, against_torch, in_turn, table

# name: (shape, window, stride)
LAYERS = {
    "VGG pool1, N=1": ((1, 64, 224, 224), 2, 2),
    "AlexNet pool1, N=8": ((8, 96, 55, 55), 3, 2),
    "LeNet pool1, N=64": ((64, 6, 28, 28), 2, 2),
}


def measure(threads: int, seconds: float) -> list[Row]:
    torch.set_num_threads(threads)
    return [
        {"layer": name, "what": what, **against_torch(in_turn(forms, seconds))}
        for name, sizes in LAYERS.items()
        for what, forms in _forms(*sizes).items()
    ]


def report(rows: list[Row], threads: int) -> str:
    forward, backward = (
        table(row for row in rows if str(row["what"]).endswith(way))
        for way in ("forward", "backward")
    )
    said = "Each library in the faster of its memory formats is what the ratios compare."
    return f"## {threads} thread{'s' * (threads > 1)}\n\n{said}\n\n{forward}\n\n{backward}"


def _forms(shape, size, stride):
    rng = np.random.default_rng(0)
    x = rng.standard_normal(shape, np.float32)
    grad = rng.standard_normal(max_pool2d(x, size, stride).shape, np.float32)
    last, grad_last = (
        np.ascontiguousarray(a.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2) for a in (x, grad)
    )
    layouts = {"torch": (x, grad), "torch, channels last": (last, grad_last)}
    aten = torch.ops.aten
    settings = ([size] * 2, [stride] * 2, [0, 0])
    kept = max_pool2d_winners(x, size, stride)
    forms = {
        "max forward": {
            "numpy": lambda: max_pool2d(x, size, stride),
            "numpy, channels last": lambda: max_pool2d(last, size, stride),
        },
        # Torch's is given the winners that it kept on the way forward, and so is ours.
        "max backward": {"numpy": lambda: max_pool2d_backward(grad, x, size, stride, winners=kept)},
        "average forward": {
            "numpy": lambda: average_pool2d(x, size, stride),
            "numpy, channels last": lambda: average_pool2d(last, size, stride),
        },
        "average backward": {"numpy": lambda: average_pool2d_backward(grad, shape, size, stride)},
    }
    for name, arrays in layouts.items():
        images, gradient = map(torch.from_numpy, arrays)  # in the same memory
        _, winners = aten.max_pool2d_with_indices(images, *settings)
        for what, form in {
            "max forward": lambda images=images: torch.max_pool2d(images, size, stride),
            "max backward": lambda images=images, gradient=gradient, winners=winners: (
                aten.max_pool2d_with_indices_backward(
                    gradient, images, *settings, [1, 1], False, winners
                )
            ),
            "average forward": lambda images=images: torch.nn.functional.avg_pool2d(
                images, size, stride
            ),
            "average backward": lambda images=images, gradient=gradient: aten.avg_pool2d_backward(
                gradient, images, *settings, False, True, None
            ),
        }.items():
            forms[what][name] = torch.inference_mode()(form)
    order = (*layouts, "numpy", "numpy, channels last")
    return {
        what: {name: some[name] for name in order if name in some} for what, some in forms.items()
    }
