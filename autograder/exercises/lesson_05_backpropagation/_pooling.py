"""The way back through pooling of either kind: what it is tried on, and how it goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder import reference

from ..model import Arguments, Case, Numbers, between, case
from ..windows import differ

Sides = int | tuple[int, int]


def pool_and_gradient(
    numbers: Numbers,
    N: int,
    C: int,
    places: Sides,
    size: Sides,
    stride: Sides | None = None,
    signs: str = "positive",
    ties: bool = False,
) -> Arguments:
    """Draw images on which the windows fit.

    Their numbers are positive, so that nothing but `signs` asks what becomes of those below 0:
    "negative" has no others, "mixed" has both. With `ties` there are few different ones.
    """
    sides = zip(*map(reference.pair, (places, size, stride or size)), strict=True)
    height, width = ((count - 1) * step + side for count, side, step in sides)
    x = numbers.array(N, C, height, width)
    if ties:
        x = numbers.rng.integers(1, 4, x.shape).astype(numbers.dtype)
    if signs != "mixed":
        x = np.abs(x) if signs == "positive" else -1 - np.abs(x)
    x = numbers.lay_out(x)
    # No two windows send back the same, so that it shows who got what.
    grad = numbers.array(N, C, *reference.pair(places))
    apart = 4 * np.arange(grad.size, dtype=grad.dtype) * (-1) ** np.arange(grad.size)
    grad = numbers.lay_out((grad + apart.reshape(grad.shape)).astype(grad.dtype))
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


def counted_by_division(back: Callable[..., np.ndarray]) -> Callable[..., np.ndarray]:
    """As many windows as the stride goes into the side: too many, or too few."""

    def wrong(grad, x, size, stride=None):
        height, width = x.shape[2:] if isinstance(x, np.ndarray) else x[2:]
        down, right = reference.pair(stride or size)
        rows, columns = height // down, width // right
        if rows > grad.shape[2] or columns > grad.shape[3]:
            raise IndexError("a window too many")
        seen = np.zeros_like(grad)
        seen[:, :, :rows, :columns] = grad[:, :, :rows, :columns]
        return back(seen, x, size, stride)

    return wrong


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


APART: dict[str, Any] = {"places": between(2, 4), "size": between(2, 4)}
"""Windows side by side."""

POOL_CASES: tuple[Case, ...] = (
    case("values", N=1, C=1, places=2, size=2),
    case("values", N=1, C=1, places=3, size=2),
    case("values", N=1, C=1, places=2, size=3, stride=3),
    case("values", N=1, C=1, places=4, size=3),
    case("overlap", hidden=False, N=1, C=1, places=3, size=3, stride=1),
    case(
        "overlap",
        N=1,
        C=1,
        places=between(2, 4),
        size=between(1, 4),
        stride=between(1, 4),
        where=lambda sizes: sizes.stride != sizes.size,
        corners=(
            {"places": 3, "size": 3, "stride": 2},
            {"places": 2, "size": 4, "stride": 1},
            {"places": 3, "size": 1, "stride": 2},
        ),
    ),
    case("overlap", hidden=False, N=1, C=1, places=3, size=2, stride=3),
    case("channels", hidden=False, N=1, C=2, places=2, size=2),
    case("channels", N=1, C=between(2, 4), **APART, corners=({"C": 3, "places": 2, "size": 2},)),
    case("batch", hidden=False, N=2, C=1, places=2, size=2),
    case("batch", N=between(2, 4), C=1, **APART, corners=({"N": 3, "places": 2, "size": 3},)),
    case("batch", needs=("channels",), N=between(2, 4), C=2, **APART, corners=({"N": 3},)),
    case("batch", needs=("channels", "overlap"), N=2, C=3, places=2, size=3, stride=2),
    case("rectangular", hidden=False, N=1, C=1, places=(2, 3), size=2),
    case(
        "rectangular",
        N=1,
        C=1,
        places=(between(1, 4), between(1, 4)),
        size=between(2, 3),
        where=differ("places"),
        corners=({"places": (3, 1), "size": 3},),
    ),
    case("rectangular", needs=("batch", "channels"), N=2, C=2, places=(1, 2), size=2),
    case("pair", hidden=False, N=1, C=1, places=2, size=(3, 2)),
    case(
        "pair",
        N=1,
        C=1,
        places=between(2, 4),
        size=(between(1, 4), between(1, 4)),
        where=differ("size"),
        corners=({"places": 3, "size": (2, 4)},),
    ),
    case("pair", needs=("overlap",), N=1, C=1, places=3, size=(3, 2), stride=(1, 2)),
    case(
        "pair",
        needs=("overlap",),
        N=1,
        C=1,
        places=between(2, 4),
        size=between(2, 3),
        stride=(between(1, 3), between(1, 3)),
        where=differ("stride"),
        corners=({"places": 3, "size": 2, "stride": (2, 1)},),
    ),
    case("pair", needs=("rectangular",), N=1, C=1, places=(3, 2), size=(2, 4)),
    case("negative", hidden=False, N=1, C=1, places=2, size=2, signs="negative"),
    case("negative", N=1, C=1, places=4, size=2, signs="mixed"),
    case("negative", N=1, C=1, **APART, signs="negative", corners=({"places": 3, "size": 2},)),
    case("dtype", hidden=False, dtype="float32", N=1, C=1, places=3, size=2),
    case("dtype", dtype="float32", N=1, C=1, places=4, size=3),
    case("dtype", dtype="float32", N=1, C=1, **APART, of="large"),
    case("layout", layout="F", N=1, C=1, **APART, corners=({"places": 3, "size": 2},)),
    case("layout", layout="strided", N=1, C=1, **APART, corners=({"places": 3, "size": 2},)),
    case("layout", layout="F", needs=("batch", "channels"), N=2, C=2, places=2, size=2),
)

POOL_WORDS = {
    "overlap": "windows that overlap or stand apart",
    "pair": "a pair for the size or the stride",
    "negative": "numbers below 0",
    "ties": "tied maxima",
    "slope": "it is the slope of the pooling layer, by central differences",
    "all": "each channel hands back all that it was given",
}
