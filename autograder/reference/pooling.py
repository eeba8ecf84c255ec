"""Pooling: each window of the image leaves one number, its largest or its mean.

The fast forms fold a window in two strokes, over its columns and over its rows, a block at a time
so that what lies between the strokes stays in the cache. NumPy is fastest in long strokes: where it
hops from row to row, or skips every other number, each number takes it several times as long. An
image whose channels lie last in memory gives such strokes as it is. Otherwise a batch is seen as
N·C planes (P, H, W), and it may pay to fold more than is wanted.
The plain forms at the end say the same without haste; tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .blocks import Block, aligned, cut, largest, run, scratch, take
from .convolution import conv2d_forward
from .geometry import Pair, output_shape, pair, windows_of

BLOCK_BYTES = 3 << 19  # of an image: what is made of them still lies in the cache when it is read
LONGEST_STEP = 2  # up to which a window is folded at each place, even if some are not wanted


def max_pool2d(
    x: np.ndarray, size: Pair, stride: Pair | None = None, *, floor: bool = False
) -> np.ndarray:
    """Keep the largest number of each window, channel by channel.

    Parameters
    ----------
    x : (N, C, H, W) ndarray
    size, stride : int or (int, int)
        Height and width of the window, and its steps; `stride` defaults to `size`.
    floor : bool
        Leave out the last rows and columns if the windows do not fit, as frameworks do.

    Returns
    -------
    (N, C, H', W') ndarray
        With channels last in memory if `x` has them there: a view of (N, H, W, C), transposed.

    Raises
    ------
    ValueError
        If the windows do not fit (unless `floor`).

    Examples
    --------
    >>> max_pool2d(np.array([[[[1.0, 5.0, 2.0], [3.0, 4.0, 0.0]]]]), size=(2, 1))[0, 0]
    array([[3., 5., 2.]])
    """
    return _fold_windows(np.maximum, x, size, stride, floor)


def max_pool2d_winners(
    x: np.ndarray, size: Pair, stride: Pair | None = None, *, floor: bool = False
) -> np.ndarray:
    """Find, for each window, where its largest number lies.

    Parameters
    ----------
    x : (N, C, H, W) ndarray
    size, stride, floor
        As for `max_pool2d`.

    Returns
    -------
    (N, C, H', W') ndarray of int
        Positions in `x.ravel()`. Of tied numbers the first in reading order wins.

    Examples
    --------
    >>> max_pool2d_winners(np.array([[[[1.0, 5.0], [5.0, 3.0]]]]), size=2)
    array([[[[1]]]])
    """
    return _winners(x, size, stride, floor)


def max_pool2d_backward(
    grad: np.ndarray,
    x: np.ndarray,
    size: Pair,
    stride: Pair | None = None,
    *,
    floor: bool = False,
    winners: np.ndarray | None = None,
) -> np.ndarray:
    """Hand the gradient of each window to the number that won it.

    Parameters
    ----------
    grad : (N, C, H', W') ndarray
        Gradient of the loss with respect to the pooled output.
    x : (N, C, H, W) ndarray
        What went into the pooling layer.
    size, stride, floor
        As for `max_pool2d`.
    winners : (N, C, H', W') ndarray of int, optional
        From `max_pool2d_winners`, if the way forward has kept them.

    Returns
    -------
    (N, C, H, W) ndarray
        A number that wins several windows collects from each.

    Raises
    ------
    ValueError
        If the windows do not fit, or `grad` is not of the output's shape.

    Examples
    --------
    >>> x = np.array([[[[1.0, 5.0], [2.0, 3.0]]]])
    >>> max_pool2d_backward(np.array([[[[10.0]]]]), x, size=2)[0, 0]
    array([[ 0., 10.],
           [ 0.,  0.]])
    """
    _check_gradient(grad, x.shape, size, stride, floor)
    if winners is None:
        winners = max_pool2d_winners(x, size, stride, floor=floor)
    grad_x = np.zeros(x.shape, grad.dtype)
    if windows_overlap(size, stride):
        np.add.at(grad_x.reshape(-1), winners.reshape(-1), grad.reshape(-1))
    else:
        grad_x.reshape(-1)[winners.reshape(-1)] = grad.reshape(-1)
    return grad_x


def average_pool2d(
    x: np.ndarray, size: Pair, stride: Pair | None = None, *, floor: bool = False
) -> np.ndarray:
    """Take the mean of each window, channel by channel.

    Parameters
    ----------
    x : (N, C, H, W) ndarray
    size, stride, floor
        As for `max_pool2d`.

    Returns
    -------
    (N, C, H', W') ndarray
        In memory as for `max_pool2d`.

    Raises
    ------
    ValueError
        If the windows do not fit (unless `floor`).

    Examples
    --------
    >>> average_pool2d(np.array([[[[1.0, 5.0], [3.0, 4.0]]]]), size=2)
    array([[[[3.25]]]])
    """
    x = x.astype(_mean_dtype(x), copy=False)
    return _fold_windows(np.add, x, size, stride, floor, scale=1 / prod(pair(size)))


def average_pool2d_backward(
    grad: np.ndarray,
    x_shape: tuple[int, int, int, int],
    size: Pair,
    stride: Pair | None = None,
    *,
    floor: bool = False,
) -> np.ndarray:
    """Share the gradient of each window equally among its numbers.

    Parameters
    ----------
    grad : (N, C, H', W') ndarray
    x_shape : (N, C, H, W)
        Of what went into the pooling layer.
    size, stride, floor
        As for `max_pool2d`.

    Returns
    -------
    (N, C, H, W) ndarray
        Where windows overlap, the shares add up.

    Raises
    ------
    ValueError
        If the windows do not fit, or `grad` is not of the output's shape.

    Examples
    --------
    >>> average_pool2d_backward(np.array([[[[8.0]]]]), (1, 1, 2, 2), size=2)[0, 0]
    array([[2., 2.],
           [2., 2.]])
    """
    _check_gradient(grad, x_shape, size, stride, floor)
    rows, columns = window_slices(grad.shape[2:], size, stride)
    grad_planes = _as_planes(grad)
    planes = aligned((len(grad_planes), *x_shape[2:]), grad.dtype)
    blocks = _blocks(planes)
    make_worker = _adder if windows_overlap(size, stride) else _copier
    run(blocks, lambda: make_worker(grad_planes, planes, rows, columns, largest(blocks)))
    return planes.reshape(x_shape)


def pool_parameter_count() -> int:
    """Count what a pooling layer learns.

    Examples
    --------
    >>> pool_parameter_count()
    0
    """
    return 0


def pool_output_shape(
    input_shape: tuple[int, int, int],
    size: Pair,
    stride: Pair | None = None,
    *,
    floor: bool = False,
) -> tuple[int, int, int]:
    """Give the shape of one pooled image; the depth stays.

    Parameters
    ----------
    input_shape : (C, H, W)
    size, stride, floor
        As for `max_pool2d`.

    Raises
    ------
    ValueError
        If the windows do not fit (unless `floor`).

    Examples
    --------
    >>> pool_output_shape((96, 55, 55), size=3, stride=2)
    (96, 27, 27)
    """
    channels, *image_shape = input_shape
    return (channels, *_output_shape(image_shape, size, stride, floor))


def strided_conv_as_pool(x: np.ndarray, size: Pair) -> np.ndarray:
    """Pool by averages with a convolution: equal weights, a stride as large as the filter.

    Each channel is a group of its own, so channels do not mix.

    Parameters
    ----------
    x : (N, C, H, W) ndarray
    size : int or (int, int)

    Returns
    -------
    (N, C, H', W') ndarray

    Raises
    ------
    ValueError
        If the windows do not fit.

    Examples
    --------
    >>> strided_conv_as_pool(np.array([[[[1.0, 5.0], [3.0, 4.0]]]]), size=2)
    array([[[[3.25]]]])
    """
    channels = x.shape[1]
    height, width = pair(size)
    dtype = _mean_dtype(x)
    weights = np.full((channels, 1, height, width), 1 / (height * width), dtype)
    bias = np.zeros(channels, dtype)
    return conv2d_forward(x.astype(dtype, copy=False), weights, bias, stride=size, groups=channels)


# The fast forms.


def _fold_windows(
    fold: np.ufunc,
    x: np.ndarray,
    size: Pair,
    stride: Pair | None,
    floor: bool,
    scale: float | None = None,
) -> np.ndarray:
    """Fold each window to one number: in two strokes k − 1 folds each, instead of k² − 1."""
    out_shape = _output_shape(x.shape[2:], size, stride, floor)
    rows, columns = window_slices(out_shape, size, stride)
    pixels = x.transpose(0, 2, 3, 1)
    if pixels.flags.c_contiguous and not x.flags.c_contiguous:
        return _fold_pixels(fold, pixels, rows, columns, out_shape, scale).transpose(0, 3, 1, 2)
    planes = _fold_planes(fold, _as_planes(x), rows, columns, out_shape, scale)
    return planes.reshape(*x.shape[:2], *out_shape)


def _fold_pixels(
    fold: np.ufunc,
    pixels: np.ndarray,
    rows: list[slice],
    columns: list[slice],
    out_shape: tuple[int, int],
    scale: float | None,
) -> np.ndarray:
    """Fold the windows of a batch (N, H, W, C), some rows of windows at a time."""
    batch, _, width, channels = pixels.shape
    result = aligned((batch, *out_shape, channels), pixels.dtype)
    steps = [pixels[:, row] for row in rows]  # for each row of a window, that of all windows
    row_bytes = rows[0].step * width * channels * pixels.itemsize
    blocks = cut(batch, out_shape[0], row_bytes, BLOCK_BYTES)

    def make_worker() -> Callable[[slice, slice], None]:
        in_rows = scratch("here", largest(blocks) * width * channels, pixels.dtype)

        def work(images: slice, block: slice) -> None:
            seen = [step[images, block] for step in steps]
            folded = take(in_rows, *seen[0].shape)
            out = result[images, block]
            _fold_slices(fold, seen, folded)
            _fold_slices(fold, [folded[:, :, column] for column in columns], out)
            if scale is not None:
                out *= scale

        return work

    run(blocks, make_worker)
    return result


def _fold_planes(
    fold: np.ufunc,
    planes: np.ndarray,
    rows: list[slice],
    columns: list[slice],
    out_shape: tuple[int, int],
    scale: float | None,
) -> np.ndarray:
    """Fold the windows of planes (P, H, W), some planes at a time."""
    result = aligned((len(planes), *out_shape), planes.dtype)
    close = max(rows[0].step, columns[0].step) <= LONGEST_STEP
    fold_block = _fold_everywhere if close else _fold_wanted

    def work(block: slice, _: slice) -> None:
        fold_block(fold, planes[block], rows, columns, result[block])
        if scale is not None:
            result[block] *= scale

    run(_blocks(planes), lambda: work)
    return result


def _fold_everywhere(
    fold: np.ufunc,
    planes: np.ndarray,
    rows: list[slice],
    columns: list[slice],
    out: np.ndarray,
) -> None:
    """Fold a window that begins at each place, in long strokes; write those wanted to `out`."""
    (batch, height, width), wanted = planes.shape, columns[0]
    here, there = (scratch(name, planes.size, planes.dtype) for name in ("here", "there"))
    # Windows at an edge go on in the next row, or plane: nobody wants them, nor to be warned.
    with np.errstate(invalid="ignore", over="ignore"):
        _fold_neighbours(fold, planes.reshape(-1), 1, len(columns), here)
        if wanted.step == 2 and width % 2 == 0 and planes.itemsize == 4:
            # See two numbers of 4 bytes as one of 8: NumPy cuts whole numbers to their lower half
            # far faster than it skips every other one.
            width, wanted = width // 2, slice(out.shape[2])
            halves = there[: batch * height * width]
            np.copyto(halves.view("<u4"), here.view("<u8"), casting="unsafe")
            here, there = halves, here[: halves.size]
        _fold_neighbours(fold, here, width, len(rows), there)
    out[...] = there.reshape(batch, height, width)[:, rows[0], wanted]


def _fold_wanted(
    fold: np.ufunc,
    planes: np.ndarray,
    rows: list[slice],
    columns: list[slice],
    out: np.ndarray,
) -> None:
    """Fold no window but those wanted, which are few."""
    in_rows = scratch("here", (*out.shape[:2], planes.shape[2]), planes.dtype)
    _fold_slices(fold, [planes[:, row] for row in rows], in_rows)
    _fold_slices(fold, [in_rows[:, :, column] for column in columns], out)


def _fold_neighbours(
    fold: np.ufunc, flat: np.ndarray, distance: int, count: int, out: np.ndarray
) -> None:
    """Fold each number with the `count` − 1 that follow at such distances, as long as they do."""
    length = len(flat) - distance * (count - 1)
    starts = range(0, distance * count, distance)
    _fold_slices(fold, [flat[start : start + length] for start in starts], out[:length])


def _fold_slices(fold: np.ufunc, slices: list[np.ndarray], out: np.ndarray) -> None:
    if len(slices) == 1:
        out[...] = slices[0]
        return
    fold(slices[0], slices[1], out=out)
    for piece in slices[2:]:
        fold(out, piece, out=out)


def _adder(
    grad: np.ndarray,
    out: np.ndarray,
    rows: list[slice],
    columns: list[slice],
    count: int,
) -> Callable[[slice, slice], None]:
    """Make what adds up, for each place of some planes, the shares of all windows that hold it.

    It is `_fold_everywhere`, the other way round. A share is put where its window begins, among
    zeros; then each place gets the sum of what lies there and up to k − 1 rows, or columns, before.
    """
    _, height, width = out.shape
    above, before = width * (len(rows) - 1), len(columns) - 1
    # The zeros stay: shares of all blocks are put at the same places.
    apart = scratch("apart", above + before + count * height * width, out.dtype)
    apart[...] = 0
    share = out.dtype.type(1 / (len(rows) * len(columns)))

    def work(block: slice, _: slice) -> None:
        target = out[block]
        seen = apart[: above + before + target.size]
        begins = seen[above + before :].reshape(target.shape)[:, rows[0], columns[0]]
        begins[...] = grad[block] * share
        down = scratch("here", before + target.size, out.dtype)
        _fold_neighbours(np.add, seen, width, len(rows), down)
        _fold_neighbours(np.add, down, 1, len(columns), target.reshape(-1))

    return work


def _copier(
    grad: np.ndarray,
    out: np.ndarray,
    rows: list[slice],
    columns: list[slice],
    count: int,
) -> Callable[[slice, slice], None]:
    """Make what copies, to all places of windows in some planes, their share: none overlap."""
    across = scratch("there", (count, grad.shape[1], out.shape[2]), out.dtype)
    share = out.dtype.type(1 / (len(rows) * len(columns)))
    windows = sliding_window_view(out, len(rows), axis=1, writeable=True)[:, rows[0]]
    covered = grad.size * len(rows) * len(columns) == out.size
    if not covered:
        across[...] = 0

    def work(block: slice, _: slice) -> None:
        shares = grad[block] * share
        filled = across[: len(shares)]
        for column in columns:
            filled[..., column] = shares
        if not covered:
            out[block] = 0
        # All rows of a window at once: memory is written to fastest in its own order.
        windows[block] = filled[..., None]

    return work


def _winners(x: np.ndarray, size: Pair, stride: Pair | None, floor: bool) -> np.ndarray:
    """Find the positions for `max_pool2d_winners`.

    Columns are folded first here, and a later number must be larger to win: so the first in
    reading order takes a tie. A winner is known by its number within the window. Those numbers
    grow in reading order, so the latest winner's is simply the largest.
    """
    height, width = x.shape[2:]
    out_h, out_w = _output_shape((height, width), size, stride, floor)
    rows, columns = window_slices((out_h, out_w), size, stride)
    window_h, window_w = pair(size)
    code = np.min_scalar_type(window_h * window_w - 1)
    corners = np.arange(height * width).reshape(height, width)[rows[0], columns[0]]
    within = (np.arange(window_h)[:, None] * width + np.arange(window_w)).ravel()

    planes = _as_planes(x)
    positions = np.empty((len(planes), out_h, out_w), np.intp)

    def work(block: slice, _: slice) -> None:
        best = planes[block, :, columns[0]].copy()
        best_code = np.zeros(best.shape, code)
        for number, column in enumerate(columns[1:], 1):
            _challenge(best, best_code, planes[block, :, column], code.type(number))
        largest = best[:, rows[0]].copy()
        largest_code = best_code[:, rows[0]].copy()
        for number, row in enumerate(rows[1:], 1):
            _challenge(
                largest,
                largest_code,
                best[:, row],
                best_code[:, row] + code.type(number * window_w),
            )
        np.add(within[largest_code], corners, out=positions[block])
        first = np.arange(block.start, block.stop) * (height * width)
        positions[block] += first[:, None, None]

    run(_blocks(planes), lambda: work)
    return positions.reshape(*x.shape[:2], out_h, out_w)


def _challenge(
    best: np.ndarray, best_code: np.ndarray, rival: np.ndarray, rival_code: np.ndarray
) -> None:
    wins = rival > best
    np.maximum(best, rival, out=best)
    np.maximum(best_code, wins * rival_code, out=best_code)


def _as_planes(x: np.ndarray) -> np.ndarray:
    batch, channels, height, width = x.shape
    return np.ascontiguousarray(x).reshape(batch * channels, height, width)


def _blocks(planes: np.ndarray) -> list[Block]:
    return cut(len(planes), 1, prod(planes.shape[1:]) * planes.itemsize, BLOCK_BYTES)


def window_slices(
    out_shape: tuple[int, int], size: Pair, stride: Pair | None
) -> tuple[list[slice], list[slice]]:
    """For each row and each column of a window, where it lies in all windows at once."""
    steps = pair(size if stride is None else stride)
    rows, columns = (
        [slice(i, i + step * (count - 1) + 1, step) for i in range(length)]
        for count, length, step in zip(out_shape, pair(size), steps, strict=True)
    )
    return rows, columns


def _output_shape(
    image_shape: tuple[int, int], size: Pair, stride: Pair | None, floor: bool
) -> tuple[int, int]:
    return output_shape(image_shape, size, size if stride is None else stride, floor=floor)


def windows_overlap(size: Pair, stride: Pair | None) -> bool:
    steps = pair(size if stride is None else stride)
    return any(length > step for length, step in zip(pair(size), steps, strict=True))


def _check_gradient(
    grad: np.ndarray, x_shape: tuple[int, ...], size: Pair, stride: Pair | None, floor: bool
) -> None:
    expected = (*x_shape[:2], *_output_shape(tuple(x_shape[2:]), size, stride, floor))
    if grad.shape != expected:
        raise ValueError(f"grad of shape {grad.shape} where the output's, {expected}, is needed")


def _mean_dtype(x: np.ndarray) -> np.dtype:
    return x.dtype if x.dtype.kind == "f" else np.dtype(np.float64)


# The plain forms: the specification.


def max_pool2d_plain(x: np.ndarray, size: Pair, stride: Pair | None = None) -> np.ndarray:
    """Say what `max_pool2d` means."""
    stride = size if stride is None else stride
    output_shape(x.shape[2:], size, stride)
    return windows_of(x, size, stride).max(axis=(-2, -1))


def max_pool2d_backward_plain(
    grad: np.ndarray, x: np.ndarray, size: Pair, stride: Pair | None = None
) -> np.ndarray:
    """Say what `max_pool2d_backward` means."""
    height, width = pair(size)
    step_h, step_w = pair(size if stride is None else stride)
    grad_x = np.zeros(x.shape, grad.dtype)
    for n, c, i, j in np.ndindex(grad.shape):
        top, left = i * step_h, j * step_w
        window = x[n, c, top : top + height, left : left + width]
        row, column = divmod(int(window.argmax()), width)  # argmax gives the first of the largest
        grad_x[n, c, top + row, left + column] += grad[n, c, i, j]
    return grad_x


def average_pool2d_plain(x: np.ndarray, size: Pair, stride: Pair | None = None) -> np.ndarray:
    """Say what `average_pool2d` means."""
    stride = size if stride is None else stride
    output_shape(x.shape[2:], size, stride)
    return windows_of(x, size, stride).mean(axis=(-2, -1))


def average_pool2d_backward_plain(
    grad: np.ndarray, x_shape: tuple[int, ...], size: Pair, stride: Pair | None = None
) -> np.ndarray:
    """Say what `average_pool2d_backward` means."""
    height, width = pair(size)
    step_h, step_w = pair(size if stride is None else stride)
    grad_x = np.zeros(x_shape, grad.dtype)
    for n, c, i, j in np.ndindex(grad.shape):
        top, left = i * step_h, j * step_w
        grad_x[n, c, top : top + height, left : left + width] += grad[n, c, i, j] / (height * width)
    return grad_x
