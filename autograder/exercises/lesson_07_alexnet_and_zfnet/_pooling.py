"""Max pooling that keeps places, and the way back: what both are tried on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder import reference

from ..model import Arguments, Numbers, between, case, same_as

Sides = int | tuple[int, int]


def images_to_pool(
    numbers: Numbers,
    N: int,
    C: int,
    P: int,
    Q: int,
    size: Sides,
    stride: Sides | None = None,
    more: int = 0,
) -> Arguments:
    """Draw images on which P×Q windows fit, with `more` rows that are too many.

    Unless the case says so, no window is negative throughout: nothing else asks for that.
    """
    (height, width), (down, across) = reference.pair(size), reference.pair(stride or size)
    x = numbers.array(N, C, (P - 1) * down + height + more, (Q - 1) * across + width)
    if numbers.of == "any":
        every_other = np.indices(x.shape[2:]).sum(axis=0) % 2 == 1
        x = numbers.lay_out(np.where(every_other, -4 - np.abs(x), 1 + np.abs(x)).astype(x.dtype))
    drawn: Arguments = {"x": x, "size": size}
    return drawn if stride is None else drawn | {"stride": stride}


def numbers_to_unpool(numbers: Numbers, **sizes: Any) -> Arguments:
    """Draw what comes back to a pooling layer, whose places are `images_to_pool`'s."""
    drawn = images_to_pool(numbers, **sizes)
    _, places = reference.max_pool_with_places(**drawn)
    pooled = numbers.array(*places.shape)
    apart = 1 + numbers.rng.permutation(pooled.size).reshape(pooled.shape)
    pooled = numbers.lay_out((pooled + 4 * apart).astype(pooled.dtype))
    return {"pooled": pooled, "places": places, "shape": drawn["x"].shape}


POOL_CASES = (
    case("values", N=1, C=1, P=2, Q=2, size=2),
    case("values", N=1, C=1, P=between(2, 4), Q=same_as("P"), size=between(2, 3)),
    case("channels", hidden=False, N=1, C=3, P=2, Q=2, size=2),
    case("channels", N=1, C=between(2, 4), P=2, Q=2, size=3),
    case("channels", N=1, C=2, P=2, Q=1, size=3, needs=("rectangular",)),
    case("batch", hidden=False, N=2, C=1, P=2, Q=2, size=2),
    case("batch", N=between(2, 4), C=1, P=2, Q=2, size=2),
    case("batch", N=2, C=2, P=2, Q=2, size=2, needs=("channels",)),
    case("overlap", hidden=False, N=1, C=1, P=3, Q=3, size=3, stride=2),
    case("overlap", N=1, C=1, P=between(2, 4), Q=same_as("P"), size=3, stride=1),
    case("overlap", N=1, C=1, P=2, Q=2, size=2, stride=3),
    case("overlap", N=1, C=1, P=1, Q=1, size=2, stride=3),
    case("rectangular", hidden=False, N=1, C=1, P=2, Q=3, size=2),
    case(
        "rectangular",
        N=1,
        C=1,
        P=between(1, 4),
        Q=between(1, 4),
        size=2,
        where=lambda s: s.P != s.Q,
        corners=({"P": 3, "Q": 1}, {"P": 3, "Q": 2}),
    ),
)

PAIR_CASES = (
    case("pair", hidden=False, N=1, C=1, P=3, Q=2, size=(2, 3)),
    case("pair", N=1, C=1, P=2, Q=2, size=(3, 2), stride=(1, 2), needs=("overlap",)),
    case("pair", N=1, C=1, P=2, Q=2, size=(1, 2), stride=(2, 1), needs=("overlap",)),
    case("pair", N=1, C=1, P=3, Q=3, size=(2, 3), stride=(2, 3), needs=("rectangular",)),
)

POOL_WORDS = {
    "overlap": "a stride that is not the size",
    "pair": "windows that are not square",
    "ties": "equal numbers in a window",
    "negative": "windows of negative numbers",
}


def turned_round(sides: Sides) -> tuple[int, int]:
    height, width = reference.pair(sides)
    return width, height


Place = Callable[[np.ndarray], tuple[int, int]]


def first_of_the_largest(window: np.ndarray) -> tuple[int, int]:
    return divmod(int(window.argmax()), window.shape[1])


def pooling_by(
    number: Callable[..., int],
    place: Place = first_of_the_largest,
    size_of: Callable[[Sides], Sides] = lambda size: size,
    stride_of: Callable[[Sides, Sides], Sides] = lambda size, stride: stride,
) -> Callable:
    """The loops that students write.

    `place(window)` says where in a window the winner is, and `number(row, column, window, x)` makes
    of its place in the map what is written down.
    """

    def max_pool_with_places(x, size, stride=None):
        reference.pool_output_shape(x.shape[1:], size, stride)  # refuses what does not fit
        down, across = reference.pair(stride_of(size, stride or size))
        height, width = reference.pair(size_of(size))
        sides = [
            (side - window) // step + 1
            for side, window, step in zip(x.shape[2:], (height, width), (down, across), strict=True)
        ]
        pooled = np.zeros((*x.shape[:2], *sides), x.dtype)
        places = np.zeros(pooled.shape, int)
        for n, c, i, j in np.ndindex(pooled.shape):
            top, left = i * down, j * across
            window = x[n, c, top : top + height, left : left + width]
            row, column = place(window)
            pooled[n, c, i, j] = window[row, column]
            places[n, c, i, j] = number(top + row, left + column, (row, column), (height, width), x)
        return pooled, places

    return max_pool_with_places
