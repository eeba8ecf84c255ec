"""Pooling by folds: a window is folded in two strokes, over its columns and over its rows.

That goes a block at a time, so that what lies between the strokes stays in the cache. NumPy is
fastest in long strokes: where it hops from row to row, or skips every other number, each number
takes it several times as long. An image whose channels lie last in memory gives such strokes as it
is. Otherwise a batch is seen as N·C planes (P, H, W), and it may pay to fold more than is wanted.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ..geometry import Pair, pair, pooled_sides, window_slices, windows_overlap
from .blocks import Block, aligned, cut, largest, run, scratch, take
from .caches import block_cache

CACHES_FILLED = 3 / 2  # by a block: what is made of it still lies in the cache when it is read
LONGEST_STEP = 2  # up to which a window is folded at each place, even if some are not wanted


def fold_windows(
    fold: np.ufunc,
    x: np.ndarray,
    size: Pair,
    stride: Pair | None,
    floor: bool,
    scale: float | None = None,
) -> np.ndarray:
    """Fold each window to one number: in two strokes k − 1 folds each, instead of k² − 1."""
    out_shape = pooled_sides(x.shape[2:], size, stride, floor=floor)
    rows, columns = window_slices(out_shape, size, stride)
    pixels = x.transpose(0, 2, 3, 1)
    if pixels.flags.c_contiguous and not x.flags.c_contiguous:
        return _fold_pixels(fold, pixels, rows, columns, out_shape, scale).transpose(0, 3, 1, 2)
    planes = _fold_planes(fold, _as_planes(x), rows, columns, out_shape, scale)
    return planes.reshape(*x.shape[:2], *out_shape)


def winners(x: np.ndarray, size: Pair, stride: Pair | None, floor: bool) -> np.ndarray:
    """Find the positions that `max_pool2d_winners` gives.

    Columns are folded first here, and a later number must be larger to win: so the first in
    reading order takes a tie. A winner is known by its number within the window. Those numbers
    grow in reading order, so the latest winner's is simply the largest.
    """
    height, width = x.shape[2:]
    out_h, out_w = pooled_sides((height, width), size, stride, floor=floor)
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


def share_out(
    grad: np.ndarray, x_shape: tuple[int, int, int, int], size: Pair, stride: Pair | None
) -> np.ndarray:
    """Share the gradient of each window equally among its numbers."""
    rows, columns = window_slices(grad.shape[2:], size, stride)
    grad_planes = _as_planes(grad)
    planes = aligned((len(grad_planes), *x_shape[2:]), grad.dtype)
    blocks = _blocks(planes)
    make_worker = _adder if windows_overlap(size, stride) else _copier
    run(blocks, lambda: make_worker(grad_planes, planes, rows, columns, largest(blocks)))
    return planes.reshape(x_shape)


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
    blocks = cut(batch, out_shape[0], row_bytes, _block_bytes())

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
    return cut(len(planes), 1, prod(planes.shape[1:]) * planes.itemsize, _block_bytes())


def _block_bytes() -> int:
    return int(CACHES_FILLED * block_cache())
