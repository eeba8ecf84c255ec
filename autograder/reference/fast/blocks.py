"""Cut big work into blocks that stay in the processor's cache, and share them among threads."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np

Block = tuple[slice, slice]

CACHE_LINE = 64
"""Bytes."""

_pool: ContextVar[tuple[ThreadPoolExecutor | None, int]] = ContextVar("pool", default=(None, 1))
_kept = threading.local()


@contextmanager
def use_threads(count: int) -> Iterator[None]:
    """Let the layers called inside share their blocks among `count` threads.

    NumPy lets go of the interpreter during its long loops, so plain Python threads do. Hold its
    matrix products to one thread each meanwhile (`OPENBLAS_NUM_THREADS=1`), or the two kinds of
    threads wait for each other.

    Examples
    --------
    >>> with use_threads(2):
    ...     pass  # conv2d_forward(...) runs on two threads here
    """
    if count < 1:
        raise ValueError(f"{count} threads: at least 1 is needed")
    with ThreadPoolExecutor(count) as pool:
        before = _pool.set((pool, count))
        try:
            yield
        finally:
            _pool.reset(before)


def cut(images: int, rows: int, row_bytes: int, block_bytes: int) -> list[Block]:
    """Cut a batch into blocks of about `block_bytes`: several images, or some rows of one.

    Parameters
    ----------
    images, rows : int
        The batch, and the rows of each image.
    row_bytes, block_bytes : int
        What a row of one image takes, and what a block may take. A block holds a row at least.

    Returns
    -------
    list of (slice, slice)
        Images and rows of each block; no row is left out or taken twice.

    Examples
    --------
    >>> cut(images=1, rows=10, row_bytes=100, block_bytes=400)
    [(slice(0, 1, None), slice(0, 4, None)), (slice(0, 1, None), slice(4, 8, None)), \
(slice(0, 1, None), slice(8, 10, None))]
    """
    if not images * rows:
        return []
    fair_share = math.ceil(images * rows / _pool.get()[1])
    row_count = min(max(1, block_bytes // row_bytes), fair_share)
    image_count = max(1, row_count // rows)
    # Blocks of even size: 14 rows where 10 fit are 7 and 7.
    row_count = math.ceil(rows / math.ceil(rows / min(row_count, rows)))
    return [
        (slice(n, min(n + image_count, images)), slice(i, min(i + row_count, rows)))
        for n in range(0, images, image_count)
        for i in range(0, rows, row_count)
    ]


def largest(blocks: list[Block]) -> int:
    """Count the rows, over all its images, of the largest block: the first, if there is one."""
    if not blocks:
        return 0
    images, rows = blocks[0]
    return (images.stop - images.start) * (rows.stop - rows.start)


def run(blocks: list[Block], make_worker: Callable[[], Callable[[slice, slice], None]]) -> None:
    """Work through the blocks, on as many threads as `use_threads` says.

    Each thread makes one worker, whose buffers serve all the blocks that it takes.
    """
    waiting = iter(blocks)

    def work_through() -> None:
        work = make_worker()
        for images, rows in waiting:
            work(images, rows)

    pool, threads = _pool.get()
    if pool is None or min(threads, len(blocks)) == 1:
        work_through()
        return
    for finished in [pool.submit(work_through) for _ in range(threads)]:
        finished.result()


def scratch(name: str, shape: int | tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    """Give a buffer to work in, the same one each time a thread asks for `name`.

    Memory fresh from the system is slow to touch for the first time, so it is kept from one call
    of a layer to the next. Nothing in it may be handed to the caller.
    """
    kept = vars(_kept)
    size = dtype.itemsize * (shape if isinstance(shape, int) else math.prod(shape))
    if name not in kept or kept[name].nbytes < size:
        kept[name] = aligned((size,), np.dtype(np.uint8))
    return kept[name][:size].view(dtype).reshape(shape)


def aligned(shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    """Give an empty array that begins where a line of the processor's cache does.

    NumPy's own begin anywhere, and a sum that is written to one can take three times as long.
    """
    size = math.prod(shape) * dtype.itemsize
    buffer = np.empty(size + CACHE_LINE, np.uint8)
    start = -buffer.__array_interface__["data"][0] % CACHE_LINE
    return buffer[start : start + size].view(dtype).reshape(shape)


def view(array: np.ndarray, shape: tuple[int, ...], strides: tuple[int, ...]) -> np.ndarray:
    """View an array that lies in one piece in another shape, with steps of so many bytes.

    NumPy's `as_strided` does so with any array, and takes several times as long. This refuses to
    see beyond the array.

    Examples
    --------
    >>> view(np.arange(5.0), (3, 3), (8, 8))
    array([[0., 1., 2.],
           [1., 2., 3.],
           [2., 3., 4.]])
    """
    return np.ndarray(shape, array.dtype, array, 0, strides)


def take(buffer: np.ndarray, *shape: int) -> np.ndarray:
    """Shape the beginning of a flat buffer."""
    return buffer[: math.prod(shape)].reshape(shape)
