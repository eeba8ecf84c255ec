"""Pool by averages with a convolution of equal weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder import reference

from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, between, case
from ..windows import differ, fits, misses, moves, not_square
from ._pool_cases import SQUARE, sized
from ._shared import PAIR, POOL_WORDS, pair, pool_window


def images_to_average(
    numbers: Numbers, N: int, C: int, H: int, W: int, size: int | PAIR
) -> Arguments:
    return {"x": numbers.array(N, C, H, W), "size": size}


def by_weights(make: Callable[[int, int, int], np.ndarray]) -> Callable:
    """A strided convolution with the weights that `make(channels, height, width)` gives."""

    def answer(x, size):
        weights = make(x.shape[1], *pair(size)).astype(x.dtype)
        bias = np.zeros(len(weights), x.dtype)
        return reference.conv2d_forward(x, weights, bias, stride=size)

    return answer


def each_its_own(channels: int, height: int, width: int) -> np.ndarray:
    """The right weights: filter c sees channel c only."""
    weights = np.zeros((channels, channels, height, width))
    weights[np.arange(channels), np.arange(channels)] = 1 / (height * width)
    return weights


def averaged_instead(change: Callable) -> Callable:
    """`change(right, x, size)` from an answer that refuses what does not fit."""
    return lambda x, size: change(reference.average_pool2d(x, size), x, pair(size))


def channel_apart(call, numbers: Numbers) -> Iterator[Claim]:
    """A channel that is 0 stays 0, whatever the others hold."""
    x = numbers.array(1, 3, 4, 4)
    x[:, 1] = 0
    yield Claim(call(x=x, size=2)[:, 1], np.zeros((1, 2, 2)), "channel 1 is black")


EVEN: dict[str, Any] = {**SQUARE, "size": between(2, 3)}

EXERCISE = Exercise(
    order=50,
    reference=reference.strided_conv_as_pool,
    draw=images_to_average,
    example=lambda: {
        "x": np.array(
            [
                [[1.0, 3.0, 0.0, 4.0], [5.0, 7.0, 0.0, 4.0]],
                [[8.0, 0.0, 2.0, 2.0], [0.0, 0.0, 2.0, 2.0]],
            ]
        )[None],
        "size": 2,
    },
    smallest={"size": 2},
    window=pool_window,
    cases=(
        case("values", N=1, C=1, H=4, W=4, size=2),
        case("values", N=1, C=1, H=6, W=6, size=3),
        case("channels", hidden=False, N=1, C=3, H=4, W=4, size=2),
        case("channels", N=1, C=between(2, 5), **EVEN, where=fits, corners=(sized(3, 3, C=4),)),
        case("rectangular", hidden=False, N=1, C=1, H=4, W=6, size=2),
        case(
            "rectangular",
            N=1,
            C=1,
            **{**EVEN, "H": between(2, 9), "W": between(2, 9)},
            where=(fits, not_square),
            corners=(sized(6, 3, W=3),),
        ),
        case("pair", hidden=False, N=1, C=1, H=4, W=6, size=(2, 3), needs=("rectangular",)),
        case("pair", N=1, C=1, H=4, W=4, size=(4, 2), needs=("rectangular",)),
        case(
            "pair",
            N=1,
            C=1,
            H=between(4, 8),
            W=between(4, 8),
            size=(between(1, 4), between(1, 4)),
            where=(moves, differ("size")),
            corners=({"H": 8, "W": 4, "size": (4, 2)},),
            needs=("rectangular",),
        ),
        case("batch", N=between(2, 4), C=1, **EVEN, where=moves, corners=(sized(4, 2, N=3),)),
        case("batch", hidden=False, N=2, C=1, H=4, W=4, size=2),
        case("batch", N=2, C=between(2, 3), **EVEN, where=moves, needs=("channels",)),
        case("dtype", hidden=False, dtype="float32", N=1, C=1, H=6, W=6, size=3),
        case("dtype", dtype="float32", N=1, C=1, H=16, W=16, size=2),
        case("layout", layout="F", N=1, C=1, **EVEN, where=moves, corners=(sized(4, 2),)),
        case("layout", layout="strided", N=1, C=1, **EVEN, where=moves, corners=(sized(4, 2),)),
        case("refused", hidden=False, N=1, C=1, H=5, W=5, size=2),
        case(
            "refused",
            N=1,
            C=1,
            **{**EVEN, "W": between(4, 9)},
            where=misses,
            corners=(sized(4, 2, W=7), sized(7, 3, W=6)),
            needs=("rectangular",),
        ),
        case("refused", N=1, C=1, H=2, W=2, size=3),
    ),
    properties=(Property("channels", channel_apart),),
    facet_words=POOL_WORDS,
    see="Average pooling is a strided convolution",
    mistakes=(
        Mistake(
            "channels mixed",
            by_weights(lambda c, h, w: np.full((c, c, h, w), 1 / (h * w))),
            "Every map sums over all channels: an ordinary filter does; here each channel has a "
            "filter that sees no other.",
        ),
        Mistake(
            "channels mixed",
            by_weights(lambda c, h, w: np.full((c, c, h, w), 1 / (c * h * w))),
            "Every map is the mean of all channels; each channel should be averaged by itself.",
        ),
        Mistake(
            "one map for all channels",
            by_weights(lambda c, h, w: np.full((1, c, h, w), 1 / (h * w))),
            "A single filter gives a single map; there should be one for each channel.",
        ),
        Mistake(
            "one map for all channels",
            by_weights(lambda c, h, w: np.full((1, c, h, w), 1 / (c * h * w))),
            "A single filter gives a single map; there should be one for each channel.",
        ),
        Mistake(
            "first channel for all",
            averaged_instead(lambda right, x, size: np.repeat(right[:, :1], x.shape[1], axis=1)),
            "Every map is the first channel's.",
        ),
        Mistake(
            "channels in reverse",
            by_weights(lambda c, h, w: each_its_own(c, h, w)[::-1]),
            "The maps stand in reverse order: filter c should see channel c.",
        ),
        Mistake(
            "stride 1",
            averaged_instead(lambda right, x, size: reference.average_pool2d(x, size, 1)),
            "The filter moves by one pixel; in pooling it moves by its own size.",
        ),
        Mistake(
            "weights of 1",
            by_weights(lambda c, h, w: each_its_own(c, h, w) * (h * w)),
            "The sums are not divided: with weights of 1 a filter adds up and does not average.",
        ),
        Mistake(
            "weights of 1 / size",
            by_weights(lambda c, h, w: each_its_own(c, h, w) * w),
            "The weights are 1 / side; a window has height × width pixels.",
        ),
        Mistake(
            "weights of 1 / size",
            by_weights(lambda c, h, w: each_its_own(c, h, w) * h),
            "The weights are 1 / side; a window has height × width pixels.",
        ),
        Mistake(
            "weights divided by the channels",
            by_weights(lambda c, h, w: each_its_own(c, h, w) / c),
            "The weights were divided by the number of channels as well.",
        ),
        Mistake(
            "max instead",
            lambda x, size: reference.max_pool2d(x, size),
            "This is the largest number of each window; no convolution finds that.",
        ),
        Mistake(
            "only image 0",
            averaged_instead(lambda right, x, size: right[:1]),
            "Only the first image of the batch was pooled.",
        ),
        Mistake(
            "output transposed",
            averaged_instead(lambda right, x, size: right.swapaxes(2, 3)),
            "Rows and columns of the output are exchanged.",
        ),
        Mistake(
            "rounds down silently",
            lambda x, size: reference.average_pool2d(x, size, floor=True),
            "A size that does not fit was cut: the last pixels are never read and nobody is told.",
        ),
    ),
)
