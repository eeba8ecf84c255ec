"""One layer, from seven loops to the fastest form: VGG-16's conv1_2, 64 filters of 64×3×3.

Each step is a function of the same arguments. The slow ones are timed on a part of the layer, and
the time is multiplied by what is left out.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import torch

from autograder.reference import conv2d_forward_plain, im2col, pad_images, use_threads
from autograder.reference.fast import columns, winograd

from .measure import Row, in_turn, table

CHANNELS, FILTERS, SIDE = 64, 64, 224


def seven_loops(x, weights, bias):
    padded = pad_images(x, 1)
    batch, _, height, width = x.shape
    out = np.empty((batch, len(weights), height, width), x.dtype)
    for n in range(batch):
        for f in range(len(weights)):
            for i in range(height):
                for j in range(width):
                    total = bias[f]
                    for c in range(x.shape[1]):
                        for a in range(3):
                            for b in range(3):
                                total += padded[n, c, i + a, j + b] * weights[f, c, a, b]
                    out[n, f, i, j] = total
    return out


def four_loops(x, weights, bias):
    padded = pad_images(x, 1)
    out = np.empty((len(x), len(weights), *x.shape[2:]), x.dtype)
    for n, f, i, j in np.ndindex(out.shape):
        out[n, f, i, j] = (padded[n, :, i : i + 3, j : j + 3] * weights[f]).sum() + bias[f]
    return out


def two_loops(x, weights, bias):
    padded = pad_images(x, 1)
    out = np.empty((len(x), len(weights), *x.shape[2:]), x.dtype)
    matrix = weights.reshape(len(weights), -1).T
    for i, j in np.ndindex(x.shape[2:]):
        window = padded[:, :, i : i + 3, j : j + 3].reshape(len(x), -1)
        out[:, :, i, j] = window @ matrix + bias
    return out


def nine_products(x, weights, bias):
    padded = pad_images(x, 1)
    height, width = x.shape[2:]
    out = np.zeros((len(x), len(weights), height * width), x.dtype)
    for a, b in np.ndindex(3, 3):
        shifted = padded[:, :, a : a + height, b : b + width].reshape(len(x), x.shape[1], -1)
        out += np.ascontiguousarray(weights[:, :, a, b]) @ shifted
    return out.reshape(len(x), -1, height, width) + bias[:, None, None]


def textbook_columns(x, weights, bias):
    product = weights.reshape(len(weights), -1) @ im2col(x, 3, pad=1)
    return product.reshape(len(x), -1, *x.shape[2:]) + bias[:, None, None]


def into_new_array(form: Callable) -> Callable:
    def run(x, weights, bias):
        out = np.empty((len(x), len(weights), *x.shape[2:]), x.dtype)
        form(x, weights, bias, out)
        return out

    return run


blocked_columns = into_new_array(
    lambda x, weights, bias, out: columns.forward(x, weights, bias, (1, 1), (1, 1), out)
)
winograd_tiles = into_new_array(
    lambda x, weights, bias, out: winograd.forward(x, weights, bias, (1, 1), (1, 1), out)
)


def two_threads(x, weights, bias):
    with use_threads(2):
        return winograd_tiles(x, weights, bias)


# What is done, and how many filters and rows of the 64 and 224 are timed.
SLOW = {
    "seven loops in Python": (seven_loops, 1, 2),
    "four loops, one window at a time": (four_loops, 1, 16),
    "two loops, all filters at once": (two_loops, FILTERS, 32),
}
FAST = {
    "nine matrix products, one a shift": nine_products,
    "one product of all columns (`im2col`)": textbook_columns,
    "columns in blocks that fit the cache": blocked_columns,
    "Winograd: a quarter of the products": winograd_tiles,
    "two threads": two_threads,
}


def measure(threads: int, seconds: float) -> list[Row]:
    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    x = rng.standard_normal((1, CHANNELS, SIDE, SIDE), np.float32)
    weights = rng.standard_normal((FILTERS, CHANNELS, 3, 3), np.float32) / 24
    bias = rng.standard_normal(FILTERS, np.float32)
    _check(rng)
    times = {name: _extrapolated(*step, x, weights, bias) for name, step in SLOW.items()}
    times |= in_turn(
        {name: lambda form=form: form(x, weights, bias) for name, form in FAST.items()}
        | {"torch, one thread, the same layer": _torch_form(x, weights, bias)},
        4 * seconds,
    )
    rows, before = [], None
    for name, milliseconds in times.items():
        is_step = name in SLOW or name in FAST
        gain = f"{before / milliseconds:.1f}×" if before and is_step else ""
        rows.append({"step": name, "milliseconds": milliseconds, "gain": gain})
        before = milliseconds
    return rows


def report(rows: list[Row], threads: int) -> str:
    return table(rows)


def _check(rng: np.random.Generator) -> None:
    """Every step must compute the same."""
    x, weights = (rng.standard_normal(s, np.float32) for s in ((2, 3, 5, 6), (4, 3, 3, 3)))
    bias = rng.standard_normal(4, np.float32)
    expected = conv2d_forward_plain(x, weights, bias, pad=1)
    for form in (*(step[0] for step in SLOW.values()), *FAST.values()):
        np.testing.assert_allclose(form(x, weights, bias), expected, rtol=1e-4, atol=1e-4)


def _extrapolated(form, filters, rows, x, weights, bias) -> float:
    start = time.perf_counter()
    form(x[:, :, :rows], weights[:filters], bias[:filters])
    part = filters / FILTERS * rows / SIDE
    return 1e3 * (time.perf_counter() - start) / part


def _torch_form(x, weights, bias):
    layout = torch.channels_last
    images, kernels = (torch.from_numpy(a).to(memory_format=layout) for a in (x, weights))
    shift = torch.from_numpy(bias)

    @torch.inference_mode()
    def run():
        return torch.nn.functional.conv2d(images, kernels, shift, padding=1)

    return run
