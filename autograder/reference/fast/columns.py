"""Convolution as one matrix product: the columns of `im2col`, a block at a time.

The columns of a whole image are KH·KW times as large as the image, and writing them to memory
costs more than multiplying them. So a few output rows' worth are laid out in a buffer that stays
in the cache, multiplied, and the product goes straight to its place in the output.

A filter that steps by s columns reads every s-th number of a row. Such rows are dealt out
beforehand into s "phases", like cards to s players; what is copied then lies side by side.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ..geometry import pad_images
from .blocks import Block, cut, largest, run, scratch, take
from .caches import block_cache

CACHES_FILLED = 2  # by a block: what no longer fits in is still close by
LEAST_COLUMNS = 256  # fewer make a product slow


def forward(
    x: np.ndarray,
    weights: np.ndarray,
    bias: np.ndarray,
    stride: tuple[int, int],
    pad: tuple[int, int],
    out: np.ndarray,
    rectify: bool = False,
) -> None:
    """Write the layer's output to `out` (N, F, H', W')."""
    filters, channels, kernel_h, kernel_w = weights.shape
    phases = _deal(pad_images(x, pad) if any(pad) else x, stride[1])
    matrix = weights.reshape(filters, -1)
    depth, (height, width) = matrix.shape[1], out.shape[2:]
    # The bias is one more weight, of a row that is 1 everywhere; unless the filters are so large
    # that copying them costs more than adding the bias.
    bias_inside = depth < height * width
    if bias_inside:
        matrix = np.concatenate([matrix, bias[:, None]], axis=1)
    blocks = _blocks(out.shape, matrix.shape[1] * x.itemsize)

    def make_worker():
        buffer = scratch("here", matrix.shape[1] * width * largest(blocks), x.dtype)

        def work(images: slice, rows: slice) -> None:
            count = rows.stop - rows.start
            columns = take(buffer, matrix.shape[1], count * width)
            columns[depth:] = 1
            patches = columns[:depth].reshape(channels, kernel_h, kernel_w, count, width)
            for n in range(images.start, images.stop):
                target = out[n, :, rows].reshape(filters, -1)
                _lay_out(phases[:, n], rows, stride, patches)
                np.matmul(matrix, columns, out=target)
                if not bias_inside:
                    target += bias[:, None]
                if rectify:
                    np.maximum(target, 0, out=target)

        return work

    run(blocks, make_worker)


def backward(
    grad: np.ndarray,
    x: np.ndarray,
    weights: np.ndarray,
    stride: tuple[int, int],
    pad: tuple[int, int],
) -> tuple[np.ndarray, np.ndarray]:
    """Give the gradients with respect to `x` and `weights`."""
    filters, channels, kernel_h, kernel_w = weights.shape
    height, width = x.shape[2:]
    padded = pad_images(x, pad) if any(pad) else x
    phases = _deal(padded, stride[1])
    grad_phases = np.zeros_like(phases)
    matrix = weights.reshape(filters, -1)
    grad_matrix, share = np.zeros_like(matrix), np.empty_like(matrix)
    blocks = _blocks(grad.shape, matrix.shape[1] * x.itemsize)
    buffer = scratch("here", matrix.shape[1] * grad.shape[3] * largest(blocks), x.dtype)
    for images, rows in blocks:
        for n in range(images.start, images.stop):
            source = grad[n, :, rows].reshape(filters, -1)
            columns = take(buffer, channels, kernel_h, kernel_w, *grad[n, 0, rows].shape)
            _lay_out(phases[:, n], rows, stride, columns)
            flat = columns.reshape(matrix.shape[1], -1)
            grad_matrix += np.matmul(source, flat.T, out=share)
            # The columns have been used: their memory holds the columns of the gradient.
            np.matmul(matrix.T, source, out=flat)
            _add_back(columns, rows, stride, grad_phases[:, n])
    grad_padded = np.empty_like(padded)
    for phase in range(stride[1]):
        dealt = grad_padded[..., phase :: stride[1]]
        dealt[...] = grad_phases[phase, ..., : dealt.shape[3]]
    grad_x = grad_padded[:, :, pad[0] : pad[0] + height, pad[1] : pad[1] + width]
    return grad_x, grad_matrix.reshape(weights.shape)


def _deal(images, step):
    """Deal columns out into phases: (step, N, C, H, ⌈W/step⌉)."""
    if step == 1:
        return images[None]
    *stack, width = images.shape
    phases = np.zeros((step, *stack, -(-width // step)), images.dtype)
    for phase in range(step):
        dealt = images[..., phase::step]
        phases[phase, ..., : dealt.shape[-1]] = dealt
    return phases


def _lay_out(phases, rows, stride, columns):
    """Write the columns (C, KH, KW, rows, W') of some output rows of one image."""
    kernel_h, kernel_w, _, width = columns.shape[1:]
    step_h, step_w = stride
    for phase, pixels in enumerate(phases[: min(step_w, kernel_w)]):
        taps = len(range(phase, kernel_w, step_w))
        windows = sliding_window_view(pixels, (kernel_h, taps), axis=(1, 2))
        seen = windows[:, ::step_h, :width][:, rows]
        columns[:, :, phase::step_w] = seen.transpose(0, 3, 4, 1, 2)


def _add_back(columns, rows, stride, phases):
    """Add columns to where `_lay_out` took them from."""
    kernel_h, kernel_w, count, width = columns.shape[1:]
    for i, j in np.ndindex(kernel_h, kernel_w):
        first, phase = divmod(j, stride[1])
        top = rows.start * stride[0] + i
        lines = slice(top, top + count * stride[0], stride[0])
        phases[phase, :, lines, first : first + width] += columns[:, i, j]


def _blocks(out_shape: tuple[int, ...], column_bytes: int) -> list[Block]:
    batch, _, height, width = out_shape
    block_bytes = max(CACHES_FILLED * block_cache(), LEAST_COLUMNS * column_bytes)
    return cut(batch, height, width * column_bytes, block_bytes)
