"""Apply one filter that is as deep as the image."""

from __future__ import annotations

import numpy as np

from autograder import reference

from ..combining import at_once
from ..model import Arguments, Exercise, Mistake, Numbers, between, case
from ._shared import LONG_KERNELS, RECTANGLES, SQUARES, kernel_fits, not_square


def image_and_filter(
    numbers: Numbers,
    C: int,
    H: int,
    W: int,
    KH: int,
    KW: int,
    depth: int | None = None,
    bias: float | None = None,
) -> Arguments:
    return {
        "image": numbers.array(C, H, W),
        "weights": numbers.array(depth or C, KH, KW),
        "bias": scalar(numbers) if bias is None else bias,
    }


def scalar(numbers: Numbers) -> float:
    """A bias that can't be overlooked: at least 1 from zero."""
    value = float(numbers.array(1)[0])
    value = value + (1 if value >= 0 else -1)
    return float(numbers.dtype.type(value))


def image_and_filter_example() -> Arguments:
    return {
        "image": np.array(
            [
                [[1.0, 0.0, 2.0], [0.0, 1.0, 0.0], [3.0, 0.0, 1.0]],
                [[0.0, 1.0, 0.0], [2.0, 0.0, 1.0], [0.0, 1.0, 0.0]],
            ]
        ),
        "weights": np.array([[[1.0, 0.0], [0.0, 1.0]], [[0.0, 2.0], [-1.0, 0.0]]]),
        "bias": 10.0,
    }


def filter_window(arguments: Arguments, where: tuple[int, ...]) -> dict:
    i, j = where[-2:]
    _, height, width = arguments["weights"].shape
    return {"image": (slice(None), slice(i, i + height), slice(j, j + width))}


def channel_maps(image: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return np.stack(
        [
            reference.cross_correlate2d(channel, kernel)
            for channel, kernel in zip(image, weights, strict=True)
        ]
    )


DEEP = {"C": 3, "H": 4, "W": 4, "KH": 2, "KW": 2}
RECTANGLE = {"C": 1, "H": 4, "W": 6, "KH": 2, "KW": 3}
WHOLE = {"C": 3, "H": 4, "W": 6, "KH": 2, "KW": 3}

EXERCISE = Exercise(
    order=30,
    reference=reference.apply_filter,
    draw=image_and_filter,
    example=image_and_filter_example,
    window=filter_window,
    cases=(
        case("values", C=1, **SQUARES),
        case("values", C=1, H=4, W=4, KH=2, KW=2, bias=-9.0),
        case("channels", hidden=False, C=3, H=4, W=4, KH=2, KW=2),
        case("channels", C=between(2, 5), **SQUARES, corners=({"C": 5, "KH": 1},)),
        case("rectangular", hidden=False, C=1, H=4, W=5, KH=2, KW=3),
        case(
            "rectangular", C=1, **RECTANGLES, where=(kernel_fits, not_square), corners=LONG_KERNELS
        ),
        case("dtype", hidden=False, dtype="float32", C=1, H=5, W=5, KH=3, KW=3),
        case("layout", layout="F", C=1, **SQUARES),
        case("layout", layout="strided", C=1, **SQUARES),
        case("refused", hidden=False, C=1, H=4, W=4, KH=3, KW=3, depth=3),
        case("refused", hidden=False, C=1, H=3, W=5, KH=4, KW=2),
        case("refused", C=between(3, 5), **SQUARES, depth=2),
        case("refused", C=between(2, 4), **SQUARES, depth=1),
        case("refused", C=between(1, 3), H=5, W=4, KH=2, KW=5),
    ),
    properties=(
        at_once("channels", reference.apply_filter, image_and_filter, WHOLE, (DEEP, RECTANGLE)),
    ),
    facet_words={
        "refused": "depths that differ, and filters larger than the image, are refused",
    },
    see="As deep as the image",
    mistakes=(
        Mistake(
            "channels not summed",
            lambda image, weights, bias: channel_maps(image, weights) + bias,
            "There is one map for each channel: a filter as deep as the image gives a single "
            "map, the sum over the channels.",
        ),
        Mistake(
            "only the first channel",
            lambda image, weights, bias: reference.cross_correlate2d(image[0], weights[0]) + bias,
            "Only the first channel was looked at.",
        ),
        Mistake(
            "bias inside the sum",
            lambda image, weights, bias: (
                channel_maps(image, weights).sum(axis=0) + bias * weights.size
            ),
            "The bias was added inside the sum, once for every weight; it comes once for each "
            "place.",
        ),
        Mistake(
            "bias once a channel",
            lambda image, weights, bias: (channel_maps(image, weights) + bias).sum(axis=0),
            "The bias was added once for every channel; it comes once for each place.",
        ),
        Mistake(
            "bias left out",
            lambda image, weights, bias: channel_maps(image, weights).sum(axis=0),
            "The bias is missing.",
        ),
        Mistake(
            "mean over the channels",
            lambda image, weights, bias: channel_maps(image, weights).mean(axis=0) + bias,
            "The channels were averaged; their sum is asked for.",
        ),
        Mistake(
            "kernel flipped",
            lambda image, weights, bias: reference.apply_filter(
                image, weights[:, ::-1, ::-1], bias
            ),
            "The filter was flipped: deep learning's filters are cross-correlated as they are.",
            see="Flip it or not",
        ),
        Mistake(
            "channels in reverse",
            lambda image, weights, bias: reference.apply_filter(image, weights[::-1], bias),
            "The filter's channels meet the image's channels in reverse order.",
        ),
    ),
)
