"""Convolution with fewer multiplications: Winograd's minimal filtering, and its gradient.

A filter row of r taps and 4 outputs beside each other are two polynomials multiplied. Evaluate
both at r + 3 points, multiply point by point, and interpolate: r + 3 multiplications where 4·r
were needed. In two dimensions 36 multiplications give 16 outputs of a 3×3 filter, which take 144
directly. And as evaluation and interpolation are linear, the sum over the channels fits between
them: 36 matrix products, with transforms before and after that cost no more than C + F where the
products cost C·F.

References
----------
Lavin, Gray (2016), *Fast algorithms for convolutional neural networks*.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.lib.stride_tricks import as_strided

from .blocks import cut, run, scratch

STEP = 4  # outputs of a tile, down and across
LARGEST_KERNEL = 5
# And infinity, always. Small numbers whose powers do not differ much lose the fewest digits.
POINTS = (0, 1, -1, 1 / 2, -2, -1 / 2, 2)

BLOCK_BYTES = 2 << 20, 4 << 20  # of evaluated tiles: at least, at most
FILTER_BYTES = 4 << 20  # of evaluated filters


@cache
def transforms(taps: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give the matrices that correlate taps + 3 numbers d with `taps` filter weights g.

    Returns
    -------
    data, filters, outputs : (T, T), (T, taps) and (4, T) ndarray, where T = taps + 3
        `outputs @ ((filters @ g) * (data @ d))` is the correlation.

    Examples
    --------
    >>> data, filters, outputs = transforms(taps=3)
    >>> d, g = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), np.array([1.0, 0.0, 10.0])
    >>> np.round(outputs @ ((filters @ g) * (data @ d)), 6)
    array([31., 42., 53., 64.])
    """
    tile = STEP + taps - 1
    points = POINTS[: tile - 1]
    data, filters, outputs = np.zeros((tile, tile)), np.zeros((tile, taps)), np.zeros((STEP, tile))
    for i, point in enumerate(points):
        others = [other for other in points if other != point]
        # The polynomial that is zero at all the other points, lowest power first.
        data[i, :-1] = np.poly(others)[::-1]
        filters[i] = np.power(float(point), np.arange(taps)) / math.prod(
            point - other for other in others
        )
        outputs[:, i] = np.power(float(point), np.arange(STEP))
    data[-1] = np.poly(points)[::-1]
    filters[-1, -1] = outputs[-1, -1] = 1
    return data, filters, outputs


@cache
def transforms2d(
    kernel: tuple[int, int], dtype: np.dtype
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give the matrices for pictures, whose tiles are rows of numbers in reading order."""
    down, across = (transforms(taps) for taps in kernel)
    data, filters, outputs = (
        np.kron(*matrices).astype(dtype) for matrices in zip(down, across, strict=True)
    )
    return data, filters, outputs


def is_cheaper(
    weights_shape: tuple[int, ...], out_shape: tuple[int, ...], stride: tuple[int, int] = (1, 1)
) -> bool:
    """Count multiplications, this way and directly.

    The transforms' count twice, since their matrices are small and the processor runs at half its
    speed; transforming the filters counts four times, since that writes much and reckons little.
    """
    filters, depth, *sides = weights_shape
    channels = depth * math.prod(stride)
    kernel = [math.ceil(side / step) for side, step in zip(sides, stride, strict=True)]
    if min(kernel) == 1 or max(kernel) > LARGEST_KERNEL:
        return False
    batch, _, *out_sides = out_shape
    points = math.prod(STEP + taps - 1 for taps in kernel)
    tiles = batch * math.prod(math.ceil(side / STEP) for side in out_sides)
    per_tile = points * (channels * filters + 2 * points * channels + 2 * STEP**2 * filters)
    transform_filters = 4 * points * math.prod(kernel) * channels * filters
    direct = batch * math.prod(out_sides) * math.prod(sides) * depth * filters
    return tiles * per_tile + transform_filters < direct


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
    if stride != (1, 1):
        weights = _in_single_steps(weights, stride)
    filters, channels, *kernel = weights.shape
    grid = _Grid(x, out.shape, tuple(kernel), stride, pad)
    # Of tiles and filters, evaluated, the fewer stay in the cache while the others pass by.
    if grid.tiles < filters and grid.tiles * channels * grid.point_bytes <= BLOCK_BYTES[1]:
        _pass_filters(grid, weights, bias, out, rectify)
    else:
        _pass_tiles(grid, weights, bias, out, rectify)


def _in_single_steps(weights, stride):
    """Give filters that make the same convolution without a stride; see `_Grid`."""
    filters, channels, *sides = weights.shape
    steps_h, steps_w = (-(-side // step) for side, step in zip(sides, stride, strict=True))
    whole = np.zeros((filters, channels, steps_h * stride[0], steps_w * stride[1]), weights.dtype)
    whole[:, :, : sides[0], : sides[1]] = weights
    dealt = whole.reshape(filters, channels, steps_h, stride[0], steps_w, stride[1])
    return dealt.transpose(0, 3, 5, 1, 2, 4).reshape(filters, -1, steps_h, steps_w)


def _pass_tiles(grid, weights, bias, out, rectify):
    """Evaluate all filters, then multiply one block of tiles after another by them."""
    filters, channels = weights.shape[:2]
    ready = _planes("filters", (grid.points, filters, channels), out.dtype)

    def evaluate(_, some):
        _evaluate_filters(weights[some], ready[:, some])

    def work(images, rows):
        shape = grid.points, channels, grid.count(images, rows)
        points = _planes("there", shape, out.dtype)
        grid.evaluate(images, rows, points)
        _multiply(grid, ready, points, bias, images, rows, out, rectify)

    run(cut(1, filters, channels * grid.point_bytes, FILTER_BYTES), lambda: evaluate)
    run(grid.blocks(filters), lambda: work)


def _pass_filters(grid, weights, bias, out, rectify):
    """Evaluate all tiles, then multiply some filters after others by them."""
    filters, channels = weights.shape[:2]
    everything = slice(0, grid.batch), slice(0, grid.rows)
    points = _planes("points", (grid.points, channels, grid.tiles), out.dtype)

    def evaluate(images, rows):
        first = (images.start * grid.rows + rows.start) * grid.columns
        grid.evaluate(images, rows, points[:, :, first : first + grid.count(images, rows)])

    def work(_, some):
        part = weights[some]
        ready = _planes("filters", (grid.points, len(part), channels), out.dtype)
        _evaluate_filters(part, ready)
        _multiply(grid, ready, points, bias[some], *everything, out[:, some], rectify)

    run(grid.blocks(channels), lambda: evaluate)
    run(cut(1, filters, channels * grid.point_bytes, FILTER_BYTES), lambda: work)


def _evaluate_filters(weights, ready):
    """Write filters, evaluated, to `ready` (points, F, C)."""
    evaluate = transforms2d(weights.shape[2:], weights.dtype)[1]
    flat = weights.reshape(-1, evaluate.shape[1])
    np.matmul(evaluate, flat.T, out=ready.reshape(len(evaluate), -1))


def _multiply(grid, ready, points, bias, images, rows, out, rectify):
    """Bring evaluated filters and a block of evaluated tiles together, and write what they give.

    Two buffers serve in turn, so that both stay in the cache: each step writes over what the step
    before has read.
    """
    interpolate = transforms2d(grid.kernel, out.dtype)[2]
    filters, tiles = len(bias), points.shape[2]
    products = _planes("here", (grid.points, filters, tiles), out.dtype)
    np.matmul(ready, points, out=products)
    # What is added at the point (1, 1) is added to every output, since all powers of 1 are 1.
    products[POINTS.index(1) * (grid.tile[1] + 1)] += bias[:, None]
    pieces = scratch("there", (filters, tiles, STEP**2), out.dtype)
    np.matmul(products.transpose(1, 2, 0), np.ascontiguousarray(interpolate.T), out=pieces)
    if rectify:
        np.maximum(pieces, 0, out=pieces)
    grid.join(pieces, images, rows, out)


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
    forward(grad, turned, no_bias, (1, 1), (max(0, frame_h), max(0, frame_w)), out)


def weight_gradient(
    grad: np.ndarray,
    x: np.ndarray,
    pad: tuple[int, int],
    out: np.ndarray,
) -> None:
    """Write the gradient with respect to the filters (F, C, KH, KW) to `out`.

    Each of the three linear steps is run backwards, by its transposed matrix.
    """
    filters, channels, *kernel = out.shape
    grid = _Grid(x, grad.shape, tuple(kernel), (1, 1), pad)
    _, evaluate, interpolate = transforms2d(grid.kernel, x.dtype)
    total = np.zeros((grid.points, filters, channels), x.dtype)
    for images, rows in grid.blocks(filters):
        tiles = grid.count(images, rows)
        points = _planes("there", (grid.points, channels, tiles), x.dtype)
        grid.evaluate(images, rows, points)
        pieces = grid.gather(grad, images, rows)
        products = _planes("elsewhere", (grid.points, filters, tiles), x.dtype)
        np.matmul(interpolate.T, pieces.transpose(0, 2, 1), out=products.transpose(1, 0, 2))
        total += np.matmul(products, points.transpose(0, 2, 1))
    whole = evaluate.T @ total.reshape(grid.points, -1)
    out[...] = whole.reshape(*kernel, filters, channels).transpose(2, 3, 0, 1)


class _Grid:
    """The tiles of input pixels, overlapping, that cover a batch of images.

    If the filter moves by more than a pixel, the rows and columns of the padded images are dealt
    out like cards, to as many players as the stride has steps. What a player holds counts as
    channels of its own, in which the filter moves by one.
    """

    def __init__(self, x, out_shape, kernel, stride, pad):
        self.x, self.stride, self.pad = x, stride, pad
        self.kernel = kernel
        self.batch, _, *sides = out_shape
        self.tile = tuple(STEP + taps - 1 for taps in kernel)
        self.points = math.prod(self.tile)
        self.point_bytes = self.points * x.itemsize
        self.rows, self.columns = (math.ceil(side / STEP) for side in sides)
        self.tiles = self.batch * self.rows * self.columns
        self.channels = x.shape[1] * math.prod(stride)

    def count(self, images, rows):
        """Count the tiles of a block."""
        return (images.stop - images.start) * (rows.stop - rows.start) * self.columns

    def blocks(self, filters):
        """Cut the grid into blocks, for so many filters."""
        # Every block streams all the filters through the cache: let it hold as much itself.
        least, most = BLOCK_BYTES
        block_bytes = min(max(self.point_bytes * self.channels * filters, least), most)
        row_bytes = self.point_bytes * max(self.channels, filters) * self.columns
        return cut(self.batch, self.rows, row_bytes, block_bytes)

    def evaluate(self, images, rows, points):
        """Write a block's tiles, evaluated, to `points` (points, C, tiles)."""
        count, tile_rows = images.stop - images.start, rows.stop - rows.start
        step_h, step_w = self.stride
        height, width = (
            step * (tiles * STEP + tile - STEP)
            for step, tiles, tile in zip(
                self.stride, (tile_rows, self.columns), self.tile, strict=True
            )
        )
        # A strip of the padded images.
        strip = scratch("strip", (self.x.shape[1], count, height, width), points.dtype)
        above, left = rows.start * STEP * step_h - self.pad[0], self.pad[1]
        first = max(0, -above)
        source = self.x[images, :, max(0, above) : max(0, above + height), : width - left]
        last, right = first + source.shape[2], left + source.shape[3]
        strip[:, :, :first] = strip[:, :, last:] = 0
        strip[..., :left] = strip[..., right:] = 0
        strip[:, :, first:last, left:right] = source.transpose(1, 0, 2, 3)
        c, n, i, j = strip.strides
        windows = as_strided(
            strip,
            (*self.tile, *self.stride, len(strip), count, tile_rows, self.columns),
            (i * step_h, j * step_w, i, j, c, n, i * STEP * step_h, j * STEP * step_w),
        )
        pixels = _planes("here", points.shape, points.dtype)
        pixels.reshape(windows.shape)[...] = windows
        # A product for each channel: small ones need no preparation inside the BLAS.
        evaluate = transforms2d(self.kernel, points.dtype)[0]
        np.matmul(evaluate, pixels.transpose(1, 0, 2), out=points.transpose(1, 0, 2))

    def join(self, pieces, images, rows, out):
        """Put the tiles' outputs (F, tiles, 4·4) side by side, and into `out`."""
        target = out[images, :, rows.start * STEP : rows.stop * STEP]
        count, filters, _, width = target.shape
        tiles = pieces.reshape(filters, count, -1, self.columns, STEP, STEP).swapaxes(0, 1)
        whole, rest = divmod(width, STEP)
        for i in range(STEP):
            lines = target[:, :, i::STEP]
            source = tiles[:, :, : lines.shape[2], :, i]
            _in_runs(lines[..., : width - rest])[...] = _in_runs(source[..., :whole, :])[..., 0]
            if rest:
                lines[..., width - rest :] = source[..., whole, :rest]

    def gather(self, grad, images, rows):
        """Take what `join` puts together apart: from (N, F, H', W') to (F, tiles, 4·4)."""
        source = grad[images, :, rows.start * STEP : rows.stop * STEP]
        count, filters, height, width = source.shape
        tile_rows = rows.stop - rows.start
        strip = scratch(
            "strip", (count, filters, tile_rows * STEP, self.columns * STEP), grad.dtype
        )
        strip[:, :, :height, :width] = source
        strip[:, :, height:] = 0
        strip[:, :, :, width:] = 0
        pieces = scratch("here", (filters, self.count(images, rows), STEP**2), grad.dtype)
        tiles = _in_runs(pieces).reshape(filters, count, tile_rows, self.columns, STEP)
        lines = _in_runs(strip).reshape(count, filters, tile_rows, STEP, self.columns)
        tiles[...] = lines.transpose(1, 0, 2, 4, 3)
        return pieces


def _in_runs(array):
    """View each 4 numbers in a row as one thing, which NumPy moves at once."""
    return array.view(np.dtype((np.void, STEP * array.itemsize)))


def _planes(name, shape, dtype):
    """Give a buffer whose first axis counts planes.

    Planes whose distance in memory is a multiple of 4096 bytes push each other out of the cache,
    so each is followed by a cache line that nobody uses.
    """
    count, *plane = shape
    size, unused = math.prod(plane), 16
    return scratch(name, (count, size + unused), dtype)[:, :size].reshape(shape)
