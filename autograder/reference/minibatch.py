"""Convolution and pooling for training: many small images at once, as (H, C, W, N).

With the batch innermost, the N numbers of one pixel lie side by side, so that copies, sums and
matrix products run at full length however small the images are. The convolution is that of
`fast.shifts`.
"""

from __future__ import annotations

from functools import reduce
from math import prod

import numpy as np

from .fast.shifts import batch_innermost as batch_innermost
from .fast.shifts import batch_outermost as batch_outermost
from .fast.shifts import conv_backward as conv_backward
from .fast.shifts import conv_forward as conv_forward
from .geometry import Pair, pair, pooled_sides, window_slices, windows_overlap


def max_pool_forward(
    x: np.ndarray, size: Pair, stride: Pair | None = None, *, floor: bool = False
) -> np.ndarray:
    """Keep the largest number of each window: (H, C, W, N) → (H', C, W', N)."""
    out_shape = pooled_sides((x.shape[0], x.shape[2]), size, stride, floor=floor)
    rows, columns = window_slices(out_shape, size, stride)
    tall = reduce(np.maximum, [x[row] for row in rows])
    return reduce(np.maximum, [tall[:, :, column] for column in columns])


def max_pool_backward(
    grad: np.ndarray, x: np.ndarray, y: np.ndarray, size: Pair, stride: Pair | None = None
) -> np.ndarray:
    """Hand the gradient of each window to the first number in it that equals its largest.

    With runs as long as W'·N numbers, asking each place of all windows at once is faster than
    noting winners as `max_pool2d_winners` does.

    Parameters
    ----------
    grad, y : (H', C, W', N) ndarray
        Gradient with respect to the output, and the output.
    x : (H, C, W, N) ndarray
    size, stride
        As on the way forward.

    Returns
    -------
    (H, C, W, N) ndarray
    """
    height, _, width, _ = y.shape
    rows, columns = window_slices((height, width), size, stride)
    overlap = windows_overlap(size, stride)
    grad_x = np.zeros_like(x)
    waiting = np.ones(y.shape, bool)
    for row in rows:
        for column in columns:
            wins = x[row, :, column] == y
            wins &= waiting
            waiting ^= wins
            target = grad_x[row, :, column]
            if overlap:
                target += grad * wins
            else:
                np.multiply(grad, wins, out=target)
    return grad_x


def average_pool_forward(
    x: np.ndarray, size: Pair, stride: Pair | None = None, *, floor: bool = False
) -> np.ndarray:
    """Take the mean of each window: (H, C, W, N) → (H', C, W', N)."""
    out_shape = pooled_sides((x.shape[0], x.shape[2]), size, stride, floor=floor)
    rows, columns = window_slices(out_shape, size, stride)
    tall = reduce(np.add, [x[row] for row in rows])
    return reduce(np.add, [tall[:, :, column] for column in columns]) / prod(pair(size))


def average_pool_backward(
    grad: np.ndarray, x_shape: tuple[int, ...], size: Pair, stride: Pair | None = None
) -> np.ndarray:
    """Share the gradient of each window equally among its numbers; `x_shape` is (H, C, W, N)."""
    rows, columns = window_slices((grad.shape[0], grad.shape[2]), size, stride)
    grad_x = np.zeros(x_shape, grad.dtype)
    share = grad / prod(pair(size))
    for row in rows:
        for column in columns:
            grad_x[row, :, column] += share
    return grad_x
