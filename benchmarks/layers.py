"""Single convolutional layers of the famous networks, forward and backward."""

from __future__ import annotations

import numpy as np
import torch

from autograder.reference import conv2d_backward, conv2d_forward

from .measure import Row, against_torch, geometric_mean, in_turn, table

# name: (N, C, side, filters, kernel, stride, pad)
LAYERS = {
    "LeNet conv1, N=64": (64, 1, 32, 6, 5, 1, 0),
    "LeNet conv2, N=64": (64, 6, 14, 16, 5, 1, 0),
    "AlexNet conv1, N=1": (1, 3, 227, 96, 11, 4, 0),
    "AlexNet conv1, N=8": (8, 3, 227, 96, 11, 4, 0),
    "AlexNet conv2, N=1": (1, 96, 27, 256, 5, 1, 2),
    "AlexNet conv2, N=8": (8, 96, 27, 256, 5, 1, 2),
    "VGG conv1_1, N=1": (1, 3, 224, 64, 3, 1, 1),
    "VGG conv1_2, N=1": (1, 64, 224, 64, 3, 1, 1),
    "VGG conv3_2, N=1": (1, 256, 56, 256, 3, 1, 1),
    "VGG conv5_1, N=1": (1, 512, 14, 512, 3, 1, 1),
}


def measure(threads: int, seconds: float) -> list[Row]:
    torch.set_num_threads(threads)
    return [
        {"layer": name, "direction": direction, **against_torch(in_turn(forms, seconds))}
        for name, sizes in LAYERS.items()
        for direction, forms in _forms(*sizes).items()
    ]


def report(rows: list[Row], threads: int) -> str:
    parts = []
    for direction, bar in (("forward", 1.0), ("backward", 1.1)):
        some = [
            {key: value for key, value in row.items() if key != "direction"}
            for row in rows
            if row["direction"] == direction
        ]
        ratios = [float(row["ratio"]) for row in some]
        parts += [
            f"## {direction.capitalize()}, {threads} thread{'s' * (threads > 1)}",
            table(some),
            f"Geometric mean {geometric_mean(ratios):.2f} (bar {bar}), largest {max(ratios):.2f}.",
        ]
    return "\n\n".join(parts)


def _forms(batch, channels, side, filters, kernel, stride, pad):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((batch, channels, side, side), np.float32)
    weights = rng.standard_normal((filters, channels, kernel, kernel), np.float32)
    bias = rng.standard_normal(filters, np.float32)
    grad = rng.standard_normal(conv2d_forward(x, weights, bias, stride, pad).shape, np.float32)

    def torch_forward(layout):
        images, kernels = (torch.from_numpy(a).to(memory_format=layout) for a in (x, weights))
        shift = torch.from_numpy(bias)

        @torch.inference_mode()
        def run():
            return torch.nn.functional.conv2d(images, kernels, shift, stride, pad)

        return run

    def torch_backward(layout):
        tensors = [torch.from_numpy(a).to(memory_format=layout) for a in (grad, x, weights)]
        settings = ([filters], [stride] * 2, [pad] * 2, [1, 1], False, [0, 0], 1, [True] * 3)
        return lambda: torch.ops.aten.convolution_backward(*tensors, *settings)

    return {
        "forward": {
            "torch": torch_forward(torch.contiguous_format),
            "torch, channels last": torch_forward(torch.channels_last),
            "numpy": lambda: conv2d_forward(x, weights, bias, stride, pad),
        },
        "backward": {
            "torch": torch_backward(torch.contiguous_format),
            "torch, channels last": torch_backward(torch.channels_last),
            "numpy": lambda: conv2d_backward(grad, x, weights, stride, pad),
        },
    }
