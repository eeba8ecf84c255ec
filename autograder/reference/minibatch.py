"""Convolution and pooling for training: many small images at once, as (H, C, W, N).

With the batch innermost, the N numbers of one pixel lie side by side, so that copies, sums and
matrix products run at full length however small the images are. With the image rows outermost,
the KH rows that an output row sees lie one behind the other: its columns, as `im2col` would copy
them, are a piece of the mini-batch as it is, and a step to the right is a step of N numbers.
Nothing is copied on the way forward; KW matrix products add up to the result.

References
----------
Cho, Brand (2017), *MEC: memory-efficient convolution for deep neural network*; here with the
batch innermost.
"""

from __future__ import annotations

from functools import reduce
from math import prod

import numpy as np
from numpy.lib.stride_tricks import as_strided

from .geometry import Pair, output_shape, pair
from .pooling import pool_output_shape, window_slices, windows_overlap


def batch_innermost(x: np.ndarray) -> np.ndarray:
    """Lay out (N, C, H, W) as (H, C, W, N).

    Examples
    --------
    >>> batch_innermost(np.zeros((64, 3, 28, 30))).shape
    (28, 3, 30, 64)
    """
    return np.ascontiguousarray(x.transpose(2, 1, 3, 0))


def batch_outermost(x: np.ndarray) -> np.ndarray:
    """Lay out (H, C, W, N) as (N, C, H, W).

    Examples
    --------
    >>> batch_outermost(np.zeros((28, 3, 30, 64))).shape
    (64, 3, 28, 30)
    """
    return np.ascontiguousarray(x.transpose(3, 1, 0, 2))


def conv_forward(
    x: np.ndarray,
    weights: np.ndarray,
    bias: np.ndarray,
    stride: Pair = 1,
    pad: Pair = 0,
    *,
    floor: bool = False,
) -> np.ndarray:
    """Convolve a mini-batch.

    Parameters
    ----------
    x : (H, C, W, N) ndarray
    weights : (F, C, KH, KW) ndarray
    bias : (F,) ndarray
    stride, pad : int or (int, int)
    floor : bool
        Round a size that does not fit down.

    Returns
    -------
    (H', F, W', N) ndarray
    """
    height, _, width, batch = x.shape
    out_h, out_w = output_shape((height, width), weights.shape[2:], stride, pad, floor=floor)
    columns = _columns(_framed(x, pad), weights.shape, (out_h, out_w), pair(stride))
    products = map(np.matmul, _matrices(weights), columns)
    y = next(products)
    for product in products:
        y += product
    y += bias[:, None]
    return y.reshape(out_h, len(weights), out_w, batch)


def conv_backward(
    grad: np.ndarray,
    x: np.ndarray,
    weights: np.ndarray,
    stride: Pair = 1,
    pad: Pair = 0,
    *,
    to_images: bool = True,
) -> tuple[np.ndarray | None, np.ndarray, np.ndarray]:
    """Send the gradient back through `conv_forward`.

    Parameters
    ----------
    grad : (H', F, W', N) ndarray
    x, weights, stride, pad
        As they went into `conv_forward`.
    to_images : bool
        Leave out the gradient of the images, for which the first layer has no use.

    Returns
    -------
    grad_x : (H, C, W, N) ndarray, or None
    grad_weights : (F, C, KH, KW) ndarray
    grad_bias : (F,) ndarray
    """
    filters, channels, kernel_h, kernel_w = weights.shape
    out_h, _, out_w, batch = grad.shape
    (stride_h, stride_w), (pad_h, pad_w) = pair(stride), pair(pad)
    padded = _framed(x, pad)
    by_row = np.ascontiguousarray(grad).reshape(out_h, filters, out_w * batch)

    columns = _columns(padded, weights.shape, (out_h, out_w), (stride_h, stride_w))
    grad_matrices = np.stack(
        [np.matmul(by_row, shifted.transpose(0, 2, 1)).sum(axis=0) for shifted in columns]
    ).reshape(kernel_w, filters, kernel_h, channels)
    grad_weights = np.ascontiguousarray(grad_matrices.transpose(1, 3, 2, 0))
    grad_bias = by_row.sum(axis=(0, 2))
    if not to_images:
        return None, grad_weights, grad_bias

    grad_padded = np.zeros_like(padded)
    turned = np.ascontiguousarray(_matrices(weights).transpose(0, 2, 1)).reshape(-1, filters)
    # One output row at a time, so that its shares are still in the cache when they are added.
    shares = np.empty((len(turned), out_w * batch), grad.dtype)
    by_shift = shares.reshape(kernel_w, kernel_h, channels, out_w, batch)
    for i in range(out_h):
        np.matmul(turned, by_row[i], out=shares)
        seen = grad_padded[i * stride_h : i * stride_h + kernel_h]
        for j, share in enumerate(by_shift):
            seen[:, :, j : j + stride_w * (out_w - 1) + 1 : stride_w] += share
    height, _, width, _ = x.shape
    grad_x = grad_padded[pad_h : pad_h + height, :, pad_w : pad_w + width]
    return np.ascontiguousarray(grad_x), grad_weights, grad_bias


def max_pool_forward(
    x: np.ndarray, size: Pair, stride: Pair | None = None, *, floor: bool = False
) -> np.ndarray:
    """Keep the largest number of each window: (H, C, W, N) → (H', C, W', N)."""
    height, channels, width, _ = x.shape
    _, *out_shape = pool_output_shape((channels, height, width), size, stride, floor=floor)
    rows, columns = window_slices(tuple(out_shape), size, stride)
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
    height, channels, width, _ = x.shape
    _, *out_shape = pool_output_shape((channels, height, width), size, stride, floor=floor)
    rows, columns = window_slices(tuple(out_shape), size, stride)
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


def _columns(
    padded: np.ndarray,
    weights_shape: tuple[int, ...],
    out_shape: tuple[int, int],
    stride: tuple[int, int],
) -> np.ndarray:
    """View, for each shift to the right, the columns of each output row.

    Returns
    -------
    (KW, H', KH·C, W'·N) ndarray
        Read only: neighbouring rows and shifts share their numbers.
    """
    _, channels, kernel_h, kernel_w = weights_shape
    height, _, _, batch = padded.shape
    (out_h, out_w), (stride_h, stride_w) = out_shape, stride
    row, channel, pixel, number = padded.strides
    shift = pixel
    if stride_w > 1:  # every other pixel is no run: copy each shift once
        spread = as_strided(
            padded,
            (kernel_w, height, channels, out_w, batch),
            (pixel, row, channel, stride_w * pixel, number),
        )
        padded = spread.copy()
        shift, row, channel, _, number = padded.strides
    return as_strided(
        padded,
        (kernel_w, out_h, kernel_h * channels, out_w * batch),
        (shift, stride_h * row, channel, number),
        writeable=False,
    )


def _matrices(weights: np.ndarray) -> np.ndarray:
    """Order the filters as `_columns` are: (KW, F, KH·C)."""
    kernel_w, filters = weights.shape[3], len(weights)
    return np.ascontiguousarray(weights.transpose(3, 0, 2, 1)).reshape(kernel_w, filters, -1)


def _framed(x: np.ndarray, pad: Pair) -> np.ndarray:
    pad_h, pad_w = pair(pad)
    if not (pad_h or pad_w):
        return np.ascontiguousarray(x)
    height, channels, width, batch = x.shape
    padded = np.zeros((height + 2 * pad_h, channels, width + 2 * pad_w, batch), x.dtype)
    padded[pad_h : pad_h + height, :, pad_w : pad_w + width] = x
    return padded
