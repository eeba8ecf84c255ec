"""Convolution with few channels, where copying costs more than multiplying.

With the image rows outermost, KH neighboring rows lie one behind the other in memory: the
columns of one output row are a piece of the image as it is, and only the shifts to the right are
left to do. They are copied, KW times the image where `im2col` copies KH·KW times.

`forward` takes images as they come. Small ones make short rows, so mini-batches are better laid
out as (H, C, W, N): with the batch innermost, the N numbers of one pixel lie side by side, and
copies and products run at full length however small the images are. `forward_batch` and
`backward_batch` go there and back; `conv_forward` and `conv_backward` stay.

References
----------
Cho, Brand (2017), *MEC: memory-efficient convolution for deep neural network*.
"""

from __future__ import annotations

import math
from typing import Literal, overload

import numpy as np
from numpy.lib.stride_tricks import as_strided

from ..geometry import Pair, output_shape, pad_images, pair
from .blocks import cut, run, scratch, view
from .caches import block_cache

CACHES_FILLED = 2  # by a block: what no longer fits in is still close by
# Their outputs lie far apart in memory, which is fastest written to at few places at a time.
FILTERS = 8
BATCH = 32


def forward(
    x: np.ndarray,
    weights: np.ndarray,
    bias: np.ndarray,
    stride: tuple[int, int],
    pad: tuple[int, int],
    out: np.ndarray,
    rectify: bool = False,
) -> None:
    """Write the layer's output to `out` (N, F, H', W'), from column shifts."""
    filters, channels, kernel_h, kernel_w = weights.shape
    width = out.shape[3]
    padded = pad_images(x, pad) if any(pad) else x
    image, channel, row, pixel = padded.strides
    shifts = as_strided(  # for each row, the image in KW shifts
        padded,
        (len(x), padded.shape[2], channels, kernel_w, width),
        (image, row, channel, pixel, stride[1] * pixel),
        writeable=False,
    )
    matrix = _matrix(weights, bias)
    row_bytes = (matrix.shape[1] // kernel_h * stride[0] + FILTERS) * width * x.itemsize

    def work(images: slice, rows: slice) -> None:
        first, last = rows.start * stride[0], (rows.stop - 1) * stride[0] + kernel_h
        columns = _columns(shifts[images, first:last], kernel_h, stride[0])
        for some in (slice(f, f + FILTERS) for f in range(0, filters, FILTERS)):
            target = out[images, some, rows]
            np.matmul(matrix[some], columns, out=target.transpose(0, 2, 1, 3))
            if rectify:
                np.maximum(target, 0, out=target)

    run(cut(len(x), out.shape[2], row_bytes, CACHES_FILLED * block_cache()), lambda: work)


def forward_batch(
    x: np.ndarray,
    weights: np.ndarray,
    bias: np.ndarray,
    stride: tuple[int, int],
    pad: tuple[int, int],
    out: np.ndarray,
    rectify: bool = False,
) -> None:
    """Write the layer's output to `out` (N, F, H', W'), many small images at once."""
    filters, _, kernel_h, kernel_w = weights.shape
    out_h, out_w = out.shape[2:]
    matrix = _matrix(weights, bias)

    def work(images: slice, _) -> None:
        framed = _framed(batch_innermost(x[images]), pad)
        batch = framed.shape[3]
        columns = _columns_of_batch(framed, (kernel_h, kernel_w), out_w, stride)
        shape = filters, out_h, out_w * batch
        y = scratch("there", shape, x.dtype)
        np.matmul(matrix, columns, out=y.transpose(1, 0, 2))
        if rectify:
            np.maximum(y, 0, out=y)
        out[images] = y.reshape(filters, out_h, out_w, batch).transpose(3, 0, 1, 2)

    run(cut(len(x), 1, 1, BATCH), lambda: work)


def backward_batch(
    grad: np.ndarray,
    x: np.ndarray,
    weights: np.ndarray,
    stride: tuple[int, int],
    pad: tuple[int, int],
) -> tuple[np.ndarray, np.ndarray]:
    """Give the gradients with respect to `x` and `weights`, many small images at once."""
    grad_x, grad_weights = np.empty_like(x), np.zeros_like(weights)
    for images, _ in cut(len(x), 1, 1, BATCH):
        some = batch_innermost(grad[images]), batch_innermost(x[images])
        to_images, to_weights, _ = conv_backward(*some, weights, stride, pad)
        grad_x[images] = to_images.transpose(3, 1, 0, 2)
        grad_weights += to_weights
    return grad_x, grad_weights


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
    columns = _columns_of_batch(_framed(x, pad), weights.shape[2:], out_w, pair(stride))
    return np.matmul(_matrix(weights, bias), columns).reshape(out_h, len(weights), out_w, batch)


@overload
def conv_backward(
    grad: np.ndarray,
    x: np.ndarray,
    weights: np.ndarray,
    stride: Pair = ...,
    pad: Pair = ...,
    *,
    to_images: Literal[True] = ...,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]: ...


@overload
def conv_backward(
    grad: np.ndarray,
    x: np.ndarray,
    weights: np.ndarray,
    stride: Pair = ...,
    pad: Pair = ...,
    *,
    to_images: bool,
) -> tuple[np.ndarray | None, np.ndarray, np.ndarray]: ...


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

    views = _shifted_views(padded, weights.shape, (out_h, out_w), (stride_h, stride_w))
    grad_matrices = np.stack(
        [np.matmul(by_row, view.transpose(0, 2, 1)).sum(axis=0) for view in views]
    ).reshape(kernel_w, filters, kernel_h, channels)
    grad_weights = np.ascontiguousarray(grad_matrices.transpose(1, 3, 2, 0))
    grad_bias = by_row.sum(axis=(0, 2))
    if not to_images:
        return None, grad_weights, grad_bias

    grad_padded = np.zeros_like(padded)
    turned = np.ascontiguousarray(weights.transpose(3, 2, 1, 0)).reshape(-1, filters)
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


def _matrix(weights: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Order filters and biases as `_columns` has the numbers that they multiply."""
    filters, channels, kernel_h, kernel_w = weights.shape
    matrix = np.zeros((filters, kernel_h, channels * kernel_w + 1), weights.dtype)
    matrix[:, :, :-1] = weights.transpose(0, 2, 1, 3).reshape(filters, kernel_h, -1)
    matrix[:, 0, -1] = bias
    return matrix.reshape(filters, -1)


def _columns(shifts: np.ndarray, kernel_h: int, stride_h: int) -> np.ndarray:
    """Copy image rows in their shifts, and view the columns of each output row.

    Parameters
    ----------
    shifts : (N, H, C, KW, ...) ndarray

    Returns
    -------
    (N, H', KH·(C·KW + 1), L) ndarray, where L is the length of the rest
        In a buffer, and neighboring rows share their numbers. The bias is one more weight, of a
        channel that is 1 everywhere.
    """
    images, height, channels, kernel_w, *rest = shifts.shape
    shape = images, height, channels * kernel_w + 1, math.prod(rest)
    copied = scratch("here", shape, shifts.dtype)
    copied[:, :, -1] = 1
    # Splitting one axis in two makes a view, not a copy.
    copied[:, :, :-1].reshape(shifts.shape)[...] = shifts
    to_image, to_row, *others = copied.strides
    return view(
        copied,
        (images, (height - kernel_h) // stride_h + 1, kernel_h * shape[2], shape[3]),
        (to_image, stride_h * to_row, *others),
    )


def _columns_of_batch(
    padded: np.ndarray, kernel: tuple[int, int], out_w: int, stride: tuple[int, int]
) -> np.ndarray:
    """Give the columns of each output row of a mini-batch: (H', KH·(C·KW + 1), W'·N)."""
    height, channels, _, batch = padded.shape
    row, channel, pixel, number = padded.strides
    shifts = view(
        padded,
        (1, height, channels, kernel[1], out_w, batch),
        (0, row, channel, pixel, stride[1] * pixel, number),
    )
    return _columns(shifts, kernel[0], stride[0])[0]


def _shifted_views(
    padded: np.ndarray,
    weights_shape: tuple[int, ...],
    out_shape: tuple[int, int],
    stride: tuple[int, int],
) -> np.ndarray:
    """View the columns of each output row, one shift at a time: (KW, H', KH·C, W'·N).

    With the batch innermost a shift to the right is a step of N numbers, and need not be copied.
    Backward, some thin products are faster than a broad one.
    """
    _, channels, kernel_h, kernel_w = weights_shape
    height, _, _, batch = padded.shape
    (out_h, out_w), (stride_h, stride_w) = out_shape, stride
    row, channel, pixel, number = padded.strides
    shift = pixel
    if stride_w > 1:  # every other pixel is no run: copy each shift once
        spread = view(
            padded,
            (kernel_w, height, channels, out_w, batch),
            (pixel, row, channel, stride_w * pixel, number),
        )
        padded = spread.copy()
        shift, row, channel, _, number = padded.strides
    return view(
        padded,
        (kernel_w, out_h, kernel_h * channels, out_w * batch),
        (shift, stride_h * row, channel, number),
    )


def _framed(x: np.ndarray, pad: Pair) -> np.ndarray:
    """Pad a mini-batch, (H, C, W, N); the strides of what comes back follow from its shape.

    NumPy gives an axis of length 1 any stride, and the views of this file step over axes by them.
    """
    pad_h, pad_w = pair(pad)
    if not (pad_h or pad_w):
        return np.ascontiguousarray(x).reshape(-1).reshape(x.shape)
    height, channels, width, batch = x.shape
    padded = np.zeros((height + 2 * pad_h, channels, width + 2 * pad_w, batch), x.dtype)
    padded[pad_h : pad_h + height, :, pad_w : pad_w + width] = x
    return padded
