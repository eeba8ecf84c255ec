"""Give the shape of one pooled image; the depth stays."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograder import reference

from ..model import Arguments, Exercise, Mistake, Numbers, between, case, same_as
from ..windows import differ
from ._shared import PAIR, POOL_WORDS, pair


def image_to_pool(
    numbers: Numbers,
    size: int | PAIR = 2,
    stride: int | PAIR | None = None,
    places: PAIR | None = None,
    left_over: PAIR = (0, 0),
    square: bool = False,
    C: int | None = None,
) -> Arguments:
    """The shape of an image that fits, or misses by `left_over` pixels."""
    rng = numbers.rng
    counts = np.array(rng.integers(4, 30, 2) if places is None else places)
    if square:
        counts[1] = counts[0]
    steps = np.array(pair(size if stride is None else stride))
    height, width = (int(n) for n in (counts - 1) * steps + pair(size) + left_over)
    channels = int(rng.integers(6, 99)) if C is None else C
    arguments: Arguments = {"input_shape": (channels, height, width), "size": size}
    return arguments if stride is None else {**arguments, "stride": stride}


def misshaped(name: str, change: Callable, sentence: str) -> Mistake:
    """`change(shape, input_shape, size, stride)` is given pairs, and sizes that fit."""

    def answer(input_shape, size, stride=None):
        steps = pair(size if stride is None else stride)
        shape = reference.pool_output_shape(input_shape, size, steps)
        return change(shape, input_shape, pair(size), steps)

    return Mistake(name, answer, sentence)


def with_places(count: Callable[[int, int, int], int]) -> Callable:
    """Count the places along each side by `count(side, size, step)`."""

    def change(shape, input_shape, size, stride):
        sides = zip(input_shape[1:], size, stride, strict=True)
        return (input_shape[0], *(count(*side) for side in sides))

    return change


def rounded_places(rounding: Callable[[float], float]) -> Callable:
    def answer(input_shape, size, stride=None):
        steps = pair(size if stride is None else stride)
        sides = zip(input_shape[1:], pair(size), steps, strict=True)
        return (input_shape[0], *(int(rounding((n - k) / s)) + 1 for n, k, s in sides))

    return answer


EXERCISE = Exercise(
    order=40,
    reference=reference.pool_output_shape,
    draw=image_to_pool,
    example=lambda: {"input_shape": (96, 55, 55), "size": 3, "stride": 2},
    cases=(
        case("values", size=2, stride=2, square=True),
        case("values", C=6, size=3, stride=3, places=(9, 9)),
        case("default", size=between(2, 5), square=True, corners=({"size": 3},)),
        case("default", hidden=False, C=5, size=2, places=(6, 6)),
        case("rectangular", hidden=False, size=2, stride=2),
        case("rectangular", size=between(2, 6), stride=same_as("size"), corners=({"size": 5},)),
        case("stride", hidden=False, size=3, stride=2, square=True),
        case("stride", C=64, size=4, stride=1, places=(12, 12)),
        case(
            "stride",
            size=between(2, 5),
            stride=between(1, 6),
            square=True,
            where=lambda sizes: sizes.size != sizes.stride,
            corners=({"size": 2, "stride": 5},),
        ),
        case("pair", hidden=False, size=(2, 3), places=(6, 4), needs=("rectangular", "default")),
        case(
            "pair",
            size=(between(2, 5), between(2, 5)),
            stride=(between(1, 4), between(1, 4)),
            where=(differ("size"), differ("stride")),
            corners=({"size": (4, 2), "stride": (2, 3)},),
            needs=("rectangular", "stride"),
        ),
        case("pair", size=(4, 2), stride=(2, 4), places=(5, 5), needs=("stride",)),
        case("refused", hidden=False, C=3, size=2, stride=2, places=(4, 4), left_over=(1, 1)),
        case("refused", size=3, stride=2, left_over=(0, 1), needs=("rectangular", "stride")),
        case(
            "refused",
            size=between(2, 5),
            stride=same_as("size"),
            left_over=(between(1, 4), 0),
            where=lambda sizes: sizes.left_over[0] < sizes.size,
            corners=({"size": 4, "left_over": (3, 0)},),
            needs=("rectangular",),
        ),
        case("refused", C=8, size=4, stride=4, places=(0, 0)),
        case("refused", C=8, size=4, stride=4, places=(0, 3), needs=("rectangular",)),
    ),
    facet_words=POOL_WORDS,
    see="Pooling has no parameters and shrinks the maps",
    mistakes=(
        misshaped(
            "depth pooled",
            lambda shape, input_shape, size, stride: (shape[0] // size[0], *shape[1:]),
            "The depth was divided too: pooling looks at each channel by itself.",
        ),
        misshaped(
            "depth pooled",
            lambda shape, input_shape, size, stride: (1, *shape[1:]),
            "The channels were made into one: pooling looks at each channel by itself.",
        ),
        Mistake(
            "rounds up",
            rounded_places(np.ceil),
            "A size that does not fit was rounded up: the last windows hang over the border.",
        ),
        Mistake(
            "rounds down",
            rounded_places(np.floor),
            "A size that does not fit was rounded down: the last pixels are never read.",
        ),
        misshaped(
            "stride fixed to size",
            with_places(lambda side, size, step: side // size),
            "The windows stand side by side whatever `stride` says.",
        ),
        misshaped(
            "size divided by the stride",
            with_places(lambda side, size, step: side // step),
            "The sides were divided by the step; where windows overlap, the last ones do not fit.",
        ),
        misshaped(
            "+ 1 forgotten",
            with_places(lambda side, size, step: (side - size) // step),
            "These are the steps between the places: the first place is missing.",
        ),
        Mistake(
            "stride 1 when left out",
            lambda input_shape, size, stride=1: reference.pool_output_shape(
                input_shape, size, stride
            ),
            "Where no stride is given the window moves by 1; it should move by its own size.",
        ),
        misshaped(
            "H and W swapped",
            lambda shape, input_shape, size, stride: (shape[0], shape[2], shape[1]),
            "Height and width are exchanged.",
        ),
        misshaped(
            "height used for width",
            lambda shape, input_shape, size, stride: (shape[0], shape[1], shape[1]),
            "The width is taken from the height.",
        ),
        misshaped(
            "depth left out",
            lambda shape, input_shape, size, stride: shape[1:],
            "The depth is missing; the shape of an image is (C, H, W).",
        ),
        misshaped(
            "channels last",
            lambda shape, input_shape, size, stride: (*shape[1:], shape[0]),
            "The depth stands last; the course writes (C, H', W').",
        ),
        misshaped(
            "size kept",
            lambda shape, input_shape, size, stride: tuple(input_shape),
            "The shape is the input's: nothing was pooled.",
        ),
    ),
)
