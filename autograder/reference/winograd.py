"""Convolution with fewer multiplications: Winograd's minimal filtering, and its gradient.

A filter row of r taps and m outputs beside each other are two polynomials multiplied. Evaluate
both at m + r − 1 points, multiply point by point, and interpolate: m + r − 1 multiplications
where m·r were needed. Six points do for 3 taps and 4 outputs, or for 5 taps and 2 outputs; in two
dimensions 36 multiplications give 16 outputs of a 3×3 filter, which take 144 directly. And as
evaluation and interpolation are linear, the sum over the channels fits between them: 36 matrix
products, with transforms before and after that cost no more than C + F where the products cost
C·F.

References
----------
Lavin, Gray (2016), *Fast algorithms for convolutional neural networks*; the matrices there are
those that `transforms` computes.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.lib.stride_tricks import as_strided

from .blocks import cut, largest, run, scratch, take

POINTS = (0, 1, -1, 2, -2)  # and infinity
TILE = len(POINTS) + 1

FILTER_BYTES = 20 << 20


@cache
def transforms(taps: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give the matrices that correlate 6 numbers d with `taps` filter weights g.

    Returns
    -------
    data, filters, outputs : (6, 6), (6, taps) and (7 − taps, 6) ndarray
        `outputs @ ((filters @ g) * (data @ d))` is the correlation.

    Examples
    --------
    >>> data, filters, outputs = transforms(taps=5)
    >>> d, g = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), np.array([1.0, 0.0, 0.0, 0.0, 10.0])
    >>> outputs @ ((filters @ g) * (data @ d))
    array([51., 62.])
    """
    count = TILE + 1 - taps
    data, filters, outputs = np.zeros((TILE, TILE)), np.zeros((TILE, taps)), np.zeros((count, TILE))
    for i, point in enumerate(POINTS):
        others = [other for other in POINTS if other != point]
        # The polynomial that is zero at all the other points, lowest power first.
        data[i, :-1] = np.poly(others)[::-1]
        filters[i] = np.power(float(point), np.arange(taps)) / math.prod(
            point - other for other in others
        )
        outputs[:, i] = np.power(float(point), np.arange(count))
    data[-1] = np.poly(POINTS)[::-1]
    filters[-1, -1] = outputs[-1, -1] = 1
    return data, filters, outputs


@cache
def transforms2d(
    taps: tuple[int, int], dtype: np.dtype
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give the matrices for pictures, 6×6 pixels of which are 36 numbers in reading order."""
    down, across = (transforms(t) for t in taps)
    data, filters, outputs = (
        np.kron(*matrices).astype(dtype) for matrices in zip(down, across, strict=True)
    )
    return data, filters, outputs


def taps_of(kernel: tuple[int, int]) -> tuple[int, int]:
    """Give the taps, 3 or 5, that serve a kernel of up to 5×5: the rest are zeros."""
    down, across = (3 if side <= 3 else 5 for side in kernel)
    return down, across


def is_cheaper(weights_shape: tuple[int, ...], out_shape: tuple[int, ...]) -> bool:
    """Count multiplications, this way and directly, for a layer of stride 1.

    The transforms' count twice, since their matrices are small and the processor runs at half its
    speed; transforming the filters counts four times, since that writes much and reckons little.
    """
    filters, channels, *kernel = weights_shape
    if min(kernel) == 1 or max(kernel) > 5:
        return False
    batch, _, *sides = out_shape
    taps = taps_of(kernel)
    points = TILE * TILE
    tiles = batch * math.prod(
        math.ceil(size / (TILE + 1 - t)) for size, t in zip(sides, taps, strict=True)
    )
    outputs = math.prod(TILE + 1 - t for t in taps)
    per_tile = points * (channels * filters + 2 * points * channels + 2 * outputs * filters)
    transform_filters = 4 * points * math.prod(taps) * channels * filters
    direct = batch * math.prod(sides) * math.prod(kernel) * channels * filters
    return tiles * per_tile + transform_filters < direct


def forward(
    x: np.ndarray,
    weights: np.ndarray,
    bias: np.ndarray,
    pad: tuple[int, int],
    out: np.ndarray,
) -> None:
    """Write the layer's output to `out` (N, F, H', W')."""
    weights = _resized(weights, taps_of(weights.shape[2:]))
    filters = len(weights)
    # Evaluated, filters are four times as large: of very many, only some at a time.
    parts = math.ceil(TILE * TILE * weights[:, :, 0, 0].nbytes / FILTER_BYTES)
    count = math.ceil(filters / parts)
    for first in range(0, filters, count):
        some = slice(first, first + count)
        _forward_some(x, weights[some], bias[some], pad, out[:, some])


def _forward_some(x, weights, bias, pad, out):
    filters, channels = weights.shape[:2]
    taps = weights.shape[2:]
    grid = _Grid(x, out.shape, taps, pad)
    ready = _transform_filters(weights)
    interpolate = transforms2d(taps, x.dtype)[2]
    blocks = grid.blocks(filters)
    tiles = grid.columns * largest(blocks)

    def make_worker():
        # Two buffers in turn, so that both stay in the cache: each step reads what the one
        # before wrote, and writes over what that one read.
        size = _room(max(channels, filters) * tiles)
        here, there = scratch("here", size, x.dtype), scratch("there", size, x.dtype)
        read = grid.reader(tiles, here, there)

        def work(images: slice, rows: slice) -> None:
            points = read(images, rows)
            count = points.shape[-1]
            products = _planes(here, len(points), filters * count)
            np.matmul(ready, points, out=products.reshape(len(points), filters, count))
            pieces = _planes(there, len(interpolate), filters * count)
            pieces = np.matmul(interpolate, products, out=pieces).reshape(-1, filters, count)
            pieces += bias[:, None]
            grid.join(pieces, images, rows, here, out)

        return work

    run(blocks, make_worker)


def input_gradient(
    grad: np.ndarray, weights: np.ndarray, pad: tuple[int, int], out: np.ndarray
) -> None:
    """Write the gradient with respect to the layer's input (N, C, H, W) to `out`.

    It is a convolution of `grad`, framed with zeros, with the filters turned by half a turn.
    """
    turned = weights[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
    frame_h, frame_w = (k - 1 - p for k, p in zip(weights.shape[2:], pad, strict=True))
    # Where the padding was wider than the filter, its outermost outputs saw zeros only.
    cut_h, cut_w = max(0, -frame_h), max(0, -frame_w)
    grad = grad[:, :, cut_h : grad.shape[2] - cut_h, cut_w : grad.shape[3] - cut_w]
    no_bias = np.zeros(len(turned), grad.dtype)
    forward(grad, turned, no_bias, (max(0, frame_h), max(0, frame_w)), out)


def weight_gradient(
    grad: np.ndarray,
    x: np.ndarray,
    pad: tuple[int, int],
    out: np.ndarray,
) -> None:
    """Write the gradient with respect to the filters (F, C, KH, KW) to `out`.

    Each of the three linear steps is run backwards, by its transposed matrix.
    """
    kernel_h, kernel_w = out.shape[2:]
    taps = taps_of((kernel_h, kernel_w))
    filters, channels = grad.shape[1], x.shape[1]
    grid = _Grid(x, grad.shape, taps, pad)
    _, evaluate, interpolate = transforms2d(taps, x.dtype)
    points = TILE * TILE
    blocks = grid.blocks(filters)
    tiles = grid.columns * largest(blocks)
    pixels, inputs, products = (
        scratch(name, _room(max(channels, filters) * tiles), x.dtype)
        for name in ("here", "there", "elsewhere")
    )
    read, gather = grid.reader(tiles, pixels, inputs), grid.gatherer(filters, tiles)
    total = np.zeros((points, filters, channels), x.dtype)
    for images, rows in blocks:
        point = read(images, rows)
        pieces = gather(grad, images, rows)
        product = np.matmul(interpolate.T, pieces, out=_planes(products, points, pieces.shape[-1]))
        product = product.reshape(points, filters, -1)
        total += np.matmul(product, point.transpose(0, 2, 1))
    whole = (evaluate.T @ total.reshape(points, -1)).reshape(*taps, filters, channels)
    out[...] = whole.transpose(2, 3, 0, 1)[:, :, :kernel_h, :kernel_w]


class _Grid:
    """The tiles of 6×6 input pixels, overlapping, that cover a batch of images."""

    def __init__(self, x, out_shape, taps, pad):
        self.x, self.pad = x, pad
        self.batch, _, self.out_h, self.out_w = out_shape
        self.step = tuple(TILE + 1 - t for t in taps)
        self.rows = math.ceil(self.out_h / self.step[0])
        self.columns = math.ceil(self.out_w / self.step[1])

    def blocks(self, filters):
        """Cut the grid into blocks, for so many filters."""
        channels = self.x.shape[1]
        point_bytes = TILE * TILE * self.x.itemsize
        # Every block streams all the filters through the cache: let it hold as much itself.
        block_bytes = min(max(point_bytes * channels * filters, 1 << 20), 4 << 20)
        row_bytes = point_bytes * max(channels, filters) * self.columns
        return cut(self.batch, self.rows, row_bytes, block_bytes)

    def reader(self, tiles, pixels, points):
        """Make a function that gives a block of the input at its (36) points, (36, C, tiles)."""
        x, (step_h, step_w) = self.x, self.step
        channels, height, width = x.shape[1:]
        pad_h, pad_w = self.pad
        evaluate = transforms2d((3, 3), x.dtype)[0]  # the same for 3 taps and 5
        strip_w = self.columns * step_w + TILE - step_w
        rows_most = tiles // self.columns
        strips = np.zeros(channels * rows_most * TILE * strip_w, x.dtype)

        def read(images, rows):
            count, tile_rows = images.stop - images.start, rows.stop - rows.start
            strip_h = tile_rows * step_h + TILE - step_h
            # A strip of the padded images; its left and right frame stays zero throughout.
            strip = take(strips, channels, count, strip_h, strip_w)
            above = rows.start * step_h - pad_h
            first = max(0, -above)
            last = max(first, min(strip_h, height - above))
            strip[:, :, :first] = 0
            strip[:, :, last:] = 0
            strip[:, :, first:last, pad_w : pad_w + width] = x[
                images, :, above + first : above + last
            ].transpose(1, 0, 2, 3)
            c, n, i, j = strip.strides
            windows = as_strided(
                strip,
                (TILE, TILE, channels, count, tile_rows, self.columns),
                (i, j, c, n, i * step_h, j * step_w),
            )
            size = channels * count * tile_rows * self.columns
            tile = _planes(pixels, TILE * TILE, size)
            tile.reshape(windows.shape)[...] = windows
            point = np.matmul(evaluate, tile, out=_planes(points, TILE * TILE, size))
            return point.reshape(TILE * TILE, channels, -1)

        return read

    def _window(self, images, rows):
        """The output pixels of a block, without those beyond the edge."""
        return images, slice(None), slice(rows.start * self.step[0], rows.stop * self.step[0])

    def join(self, pieces, images, rows, buffer, out):
        """Put the tiles' outputs (step·step, F, tiles) side by side, and into `out`."""
        step_h, step_w = self.step
        target = out[self._window(images, rows)]
        count, filters = target.shape[:2]
        sides = (rows.stop - rows.start) * step_h, self.columns * step_w
        # Tiles that reach beyond the edge are put together aside, then cropped.
        fits = target.shape[2:] == sides
        strip = target if fits else take(buffer, count, filters, *sides)
        tile_rows = strip.reshape(count, filters, -1, step_h, self.columns, step_w)
        pieces = pieces.reshape(step_h, step_w, filters, count, -1, self.columns)
        # Column by column of the tiles: NumPy copies long rows fast, and rows of 4 slowly.
        for j in range(step_w):
            tile_rows[..., j] = pieces[:, j].transpose(2, 1, 3, 0, 4)
        if not fits:
            target[...] = strip[:, :, : target.shape[2], : target.shape[3]]

    def gatherer(self, filters, tiles):
        """Make the reverse of `join`: from (N, F, H', W') to (step·step, F·tiles)."""
        step_h, step_w = self.step
        strips = np.zeros(step_h * step_w * filters * tiles, self.x.dtype)
        pieces = np.empty_like(strips)

        def gather(grad, images, rows):
            source = grad[self._window(images, rows)]
            count, tile_rows = images.stop - images.start, rows.stop - rows.start
            height, width = tile_rows * step_h, self.columns * step_w
            strip = take(strips, filters, count, height, width)
            strip[:, :, source.shape[2] :] = 0
            strip[:, :, : source.shape[2], : self.out_w] = source.transpose(1, 0, 2, 3)
            strip[:, :, :, self.out_w :] = 0
            piece = take(pieces, step_h, step_w, filters, count, tile_rows, self.columns)
            piece[...] = strip.reshape(
                filters, count, tile_rows, step_h, self.columns, step_w
            ).transpose(3, 5, 0, 1, 2, 4)
            return piece.reshape(step_h * step_w, -1)

        return gather


# Planes whose distance in memory is a multiple of 4096 bytes push each other out of the cache, so
# each is followed by a cache line that nobody uses.
UNUSED = 16


def _room(size):
    """Count the numbers that 36 planes take."""
    return TILE * TILE * (size + UNUSED)


def _planes(buffer, count, size):
    """Shape the beginning of a flat buffer as planes, (count, size), which may be split further."""
    return take(buffer, count, size + UNUSED)[:, :size]


def _resized(weights, taps):
    """Fill up filters with zeros, to the right and below, to `taps`."""
    if weights.shape[2:] == taps:
        return weights
    filled = np.zeros((*weights.shape[:2], *taps), weights.dtype)
    filled[:, :, : weights.shape[2], : weights.shape[3]] = weights
    return filled


def _transform_filters(weights):
    """Evaluate filters (F, C, taps, taps) at the points: (36, F, C)."""
    filters, channels = weights.shape[:2]
    evaluate = transforms2d(weights.shape[2:], weights.dtype)[1]
    ready = take(
        scratch("filters", len(evaluate) * filters * channels, weights.dtype),
        len(evaluate),
        filters,
        channels,
    )
    flat = weights.reshape(filters, channels, -1)

    def make_worker():
        def work(some, _):
            part = flat[some].reshape(-1, evaluate.shape[1]).T
            whole = ready.reshape(len(evaluate), -1)
            np.matmul(evaluate, part, out=whole[:, some.start * channels : some.stop * channels])

        return work

    run(cut(filters, 1, channels * len(evaluate) * weights.itemsize, 4 << 20), make_worker)
    return ready
