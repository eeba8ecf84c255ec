"""What the matrix product at hand is good at: found out where a form depends on it, once a process.

Some BLAS kernels (OpenBLAS for AVX-512) have a product of their own for small matrices, and others
copy even those around before they multiply. In `shifts.forward` all products are small; in
`columns.forward` they are few and large. No list of processors says which is faster here, but a
small layer run in both forms does, in a few milliseconds. Their results differ by rounding only.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache, partial

import numpy as np

from . import columns, shifts

ROUNDS = 5


@cache
def small_products_are_fast() -> bool:
    """Say whether a layer of few channels is faster as many small products than as a large one."""
    x, weights = np.ones((1, 3, 34, 130), np.float32), np.ones((64, 3, 3, 3), np.float32)
    # Its filters' outputs lie a multiple of 4096 bytes apart, as those of large images often do.
    out = np.empty((1, 64, 32, 128), np.float32)
    layer = (x, weights, np.ones(64, np.float32), (1, 1), (0, 0), out)
    return faster(partial(shifts.forward, *layer), partial(columns.forward, *layer))


def faster(one: Callable[[], object], other: Callable[[], object]) -> bool:
    """Say whether `one` has the shorter of the best times, of runs in turn."""
    times = [(_seconds(one), _seconds(other)) for _ in range(ROUNDS)]
    best, best_other = map(min, zip(*times, strict=True))
    return best < best_other


def _seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start
