"""The way back through pooling of either kind: what it is tried on, and how it goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder import reference

from ..model import Arguments, Case, Numbers, case

Sides = int | tuple[int, int]


def pool_and_gradient(
    numbers: Numbers,
    N: int,
    C: int,
    places: Sides,
    size: Sides,
    stride: Sides | None = None,
    ties: bool = False,
) -> Arguments:
    """Draw images on which the windows fit; with `ties`, of few different numbers."""
    sides = zip(*map(reference.pair, (places, size, stride or size)), strict=True)
    height, width = ((count - 1) * step + side for count, side, step in sides)
    x = numbers.array(N, C, height, width)
    if ties:
        x = numbers.lay_out(numbers.rng.integers(-2, 1, x.shape).astype(numbers.dtype))
    # No two windows send back the same, so that it shows who got what.
    grad = numbers.array(N, C, *reference.pair(places))
    grad = numbers.lay_out(grad + 4 * np.arange(grad.size, dtype=grad.dtype).reshape(grad.shape))
    arguments: Arguments = {"grad": grad, "x": x, "size": size}
    return arguments if stride is None else {**arguments, "stride": stride}


def windows(
    grad: np.ndarray, size: Sides, stride: Sides | None
) -> Iterator[tuple[tuple[int, ...], tuple[Any, ...]]]:
    """Each output number's index, and the window of its channel that it comes from."""
    (height, width), (down, right) = reference.pair(size), reference.pair(stride or size)
    for n, c, i, j in np.ndindex(grad.shape):
        rows = slice(i * down, i * down + height)
        yield (n, c, i, j), (n, c, rows, slice(j * right, j * right + width))


def pool_backward_by(
    pay: Callable[[np.ndarray, float], np.ndarray],
    overwrite: bool = False,
    size_of: Callable[[Sides], Sides] = lambda size: size,
    stride_of: Callable[[Sides, Sides], Sides] = lambda size, stride: stride,
) -> Callable[..., np.ndarray]:
    """The loops that students write: `pay(window, gradient)` gives each number its share."""

    def max_pool2d_backward(grad, x, size, stride=None):
        result = np.zeros_like(x)
        stride = stride_of(size, stride or size)
        for index, window in windows(grad, size_of(size), stride):
            share = pay(x[window], grad[index])
            if not overwrite:
                result[window] += share
            else:
                # What a window does not pay it leaves as it is.
                result[window] = np.where(share != 0, share, result[window])
        return result

    return max_pool2d_backward


def to_the_first(window: np.ndarray, gradient: float) -> np.ndarray:
    share = np.zeros_like(window)
    if window.size:
        share[np.unravel_index(np.argmax(window), window.shape)] = gradient
    return share


def turned_round(side: Sides) -> Sides:
    if isinstance(side, int):
        return side
    height, width = side
    return width, height


POOL_CASES: tuple[Case, ...] = (
    case("values", N=1, C=1, places=2, size=2),
    case("values", N=1, C=1, places=3, size=2, stride=2),
    case("overlap", hidden=False, N=1, C=1, places=3, size=3, stride=1),
    case("overlap", N=1, C=1, places=3, size=3, stride=2),
    case("overlap", N=2, C=2, places=2, size=4, stride=1),
    case("channels", N=1, C=3, places=2, size=2),
    case("batch", hidden=False, N=2, C=2, places=(1, 2), size=2),
    case("batch", N=3, C=2, places=2, size=3, stride=2),
    case("rectangular", hidden=False, N=1, C=1, places=(2, 3), size=(3, 2), stride=(1, 2)),
    case("rectangular", N=1, C=2, places=(3, 2), size=(2, 4)),
    case("rectangular", N=1, C=1, places=(2, 4), size=2, stride=(2, 1)),
    case("gaps", N=1, C=1, places=3, size=2, stride=3),
    case("gaps", N=2, C=1, places=(2, 3), size=1, stride=2),
    case("dtype", dtype="float32", N=2, C=2, places=3, size=3, stride=2),
    case("layout", layout="F", N=2, C=2, places=3, size=3, stride=2),
    case("layout", layout="strided", N=2, C=2, places=3, size=3, stride=2),
)

POOL_WORDS = {
    "overlap": "windows that overlap",
    "gaps": "windows with gaps between them",
    "ties": "tied maxima",
    "slope": "it is the slope of the pooling layer, by central differences",
    "all": "each channel hands back all that it was given",
}
