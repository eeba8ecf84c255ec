"""Convolution with few channels, where copying costs more than multiplying.

With the image rows outermost, KH neighbouring rows lie one behind the other in memory: the
columns of one output row are a piece of the image as it is, and only the shifts to the right are
left to do. `forward` copies them, KW times the image where `im2col` copies KH·KW times.
`forward_batch` copies nothing: with the batch innermost, a shift to the right is a step of N
numbers, and KW products add up to the result.

References
----------
Cho, Brand (2017), *MEC: memory-efficient convolution for deep neural network*.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view

from .blocks import cut, largest, run, scratch, take
from .geometry import pad_images

BLOCK_BYTES = 1 << 20
BATCH = 32


def forward(
    x: np.ndarray,
    weights: np.ndarray,
    bias: np.ndarray,
    stride: tuple[int, int],
    pad: tuple[int, int],
    out: np.ndarray,
) -> None:
    """Write the layer's output to `out` (N, F, H', W'), from column shifts."""
    filters, channels, kernel_h, kernel_w = weights.shape
    width, row_size = out.shape[3], channels * kernel_w + 1
    padded = pad_images(x, pad) if any(pad) else x
    # (N, H, C, KW, W'): for each row, the image in KW shifts.
    shifts = sliding_window_view(padded, kernel_w, axis=3)[:, :, :, :: stride[1]]
    shifts = shifts.transpose(0, 2, 1, 4, 3)
    # The bias is one more weight, of a channel that is 1 everywhere.
    matrix = np.zeros((filters, kernel_h, row_size), x.dtype)
    matrix[:, :, :-1] = weights.transpose(0, 2, 1, 3).reshape(filters, kernel_h, -1)
    matrix[:, 0, -1] = bias
    matrix = matrix.reshape(filters, -1)
    row_bytes = (row_size * stride[0] + filters) * width * x.itemsize
    blocks = cut(len(x), out.shape[2], row_bytes, BLOCK_BYTES)

    def make_worker():
        rows_most = largest(blocks) * stride[0] + blocks[0][0].stop * kernel_h
        buffer = np.ones(rows_most * row_size * width, x.dtype)

        def work(images: slice, rows: slice) -> None:
            first, last = rows.start * stride[0], (rows.stop - 1) * stride[0] + kernel_h
            source = shifts[images, first:last]
            copied = take(buffer, *source.shape[:2], row_size, width)
            # Splitting one axis in two makes a view, not a copy.
            copied[:, :, :-1].reshape(source.shape)[...] = source
            image, row = copied.strides[:2]
            columns = as_strided(
                copied,
                (len(source), rows.stop - rows.start, matrix.shape[1], width),
                (image, row * stride[0], width * x.itemsize, x.itemsize),
            )
            np.matmul(matrix, columns, out=out[images, :, rows].transpose(0, 2, 1, 3))

        return work

    run(blocks, make_worker)


def forward_batch(
    x: np.ndarray, weights: np.ndarray, bias: np.ndarray, pad: tuple[int, int], out: np.ndarray
) -> None:
    """Write the layer's output to `out`, many small images at once; stride 1."""
    filters, _, _, kernel_w = weights.shape
    matrices = weights.transpose(3, 0, 2, 1).reshape(kernel_w, filters, -1)
    out_h, out_w = out.shape[2:]

    def work(images: slice, _) -> None:
        rows = _rows_outermost(x[images], pad)
        windows = _shifted_views(rows, weights.shape, out.shape)
        shape = (out_h, filters, windows.shape[3])
        result, share = (
            take(scratch(name, math.prod(shape), x.dtype), *shape) for name in ("here", "there")
        )
        np.matmul(matrices[0], windows[:, 0], out=result)
        result += bias[:, None]
        for shift in range(1, kernel_w):
            result += np.matmul(matrices[shift], windows[:, shift], out=share)
        out[images] = result.reshape(out_h, filters, out_w, -1).transpose(3, 1, 0, 2)

    run(cut(len(x), 1, 1, BATCH), lambda: work)


def backward_batch(
    grad: np.ndarray, x: np.ndarray, weights: np.ndarray, pad: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """Give the gradients with respect to `x` and `weights`, as `forward_batch` computes."""
    filters, channels, kernel_h, kernel_w = weights.shape
    out_h, out_w = grad.shape[2:]
    height, width = x.shape[2:]
    matrices = weights.transpose(3, 2, 1, 0).reshape(kernel_w, -1, filters)
    grad_x = np.empty_like(x)
    grad_matrices = np.zeros((kernel_w, filters, kernel_h * channels), x.dtype)
    for images, _ in cut(len(x), 1, 1, BATCH):
        rows = _rows_outermost(x[images], pad)
        windows = _shifted_views(rows, weights.shape, grad.shape)
        grad_rows = np.zeros_like(rows)
        sources = grad[images].transpose(2, 1, 3, 0).reshape(out_h, filters, -1)
        for i, source in enumerate(sources):
            grad_matrices += np.matmul(source, windows[i].transpose(0, 2, 1))
            shares = np.matmul(matrices, source)
            shares = shares.reshape(kernel_w, kernel_h, channels, out_w, -1)
            for shift, share in enumerate(shares):
                grad_rows[i : i + kernel_h, :, shift : shift + out_w] += share
        inner = grad_rows[pad[0] : pad[0] + height, :, pad[1] : pad[1] + width]
        grad_x[images] = inner.transpose(3, 1, 0, 2)
    grad_weights = grad_matrices.reshape(kernel_w, filters, kernel_h, channels)
    return grad_x, np.ascontiguousarray(grad_weights.transpose(1, 3, 2, 0))


def _rows_outermost(x, pad):
    """Give padded images as (H, C, W, N)."""
    batch, channels, height, width = x.shape
    rows = np.zeros((height + 2 * pad[0], channels, width + 2 * pad[1], batch), x.dtype)
    rows[pad[0] : pad[0] + height, :, pad[1] : pad[1] + width] = x.transpose(2, 1, 3, 0)
    return rows


def _shifted_views(rows, weights_shape, out_shape):
    """View the columns of each output row under each shift: (H', KW, KH·C, W'·N)."""
    _, channels, kernel_h, kernel_w = weights_shape
    row, channel, column, number = rows.strides
    return as_strided(
        rows,
        (out_shape[2], kernel_w, kernel_h * channels, out_shape[3] * rows.shape[3]),
        (row, column, channel, number),
    )
