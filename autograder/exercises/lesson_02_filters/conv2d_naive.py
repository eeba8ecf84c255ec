"""Apply every filter to every image: stride 1, no padding."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder import reference

from ..combining import at_once
from ..model import Arguments, Exercise, Mistake, Numbers, between, case
from ._shared import (
    LONG_KERNELS,
    RECTANGLES,
    SQUARES,
    kernel_fits,
    not_square,
    written_column_first,
)


def images_and_filters(
    numbers: Numbers,
    N: int,
    C: int,
    F: int,
    H: int,
    W: int,
    KH: int,
    KW: int,
    depth: int | None = None,
    alike: bool = False,
) -> Arguments:
    """Draw images and filters; `alike` makes all filters the same, and their biases."""
    x, different = numbers.array(N, C, H, W), 1 if alike else F
    weights = numbers.array(different, depth or C, KH, KW)
    bias = numbers.array(different) + np.arange(1, different + 1, dtype=numbers.dtype)
    if alike:
        weights, bias = (np.repeat(array, F, axis=0) for array in (weights, bias))
    return {"x": x, "weights": weights, "bias": bias}


def images_and_filters_example() -> Arguments:
    x = np.array([[[[1.0, 0.0, 2.0], [0.0, 3.0, 0.0], [1.0, 0.0, 1.0]]]])
    weights = np.array([[[[1.0, 0.0], [0.0, 1.0]]], [[[0.0, 1.0], [-1.0, 0.0]]]])
    return {"x": x, "weights": weights, "bias": np.array([0.0, 10.0])}


def layer_window(arguments: Arguments, where: tuple[int, ...]) -> dict:
    n, f, i, j = where
    height, width = arguments["weights"].shape[-2:]
    return {
        "x": (n, slice(None), slice(i, i + height), slice(j, j + width)),
        "weights": (f,),
        "bias": (f,),
    }


def only_image_0(x: np.ndarray, weights: np.ndarray, bias: np.ndarray) -> np.ndarray:
    result = reference.conv2d_naive(x, weights, bias)
    result[1:] = 0
    return result


def filters_and_channels_swapped(
    x: np.ndarray, weights: np.ndarray, bias: np.ndarray
) -> np.ndarray:
    channels, filters = weights.shape[:2]
    maps = [
        [
            sum(reference.cross_correlate2d(image[c], weights[c, f]) for c in range(channels))
            + bias[f]
            for f in range(filters)
        ]
        for image in x
    ]
    return np.array(maps)


DEEP = {"N": 1, "C": 3, "F": 1, "H": 4, "W": 4, "KH": 2, "KW": 2}
MANY = {"N": 1, "C": 1, "F": 3, "H": 4, "W": 4, "KH": 2, "KW": 2}
SEVERAL = {"N": 3, "C": 1, "F": 1, "H": 4, "W": 4, "KH": 2, "KW": 2}
RECTANGLE = {"N": 1, "C": 1, "F": 1, "H": 4, "W": 6, "KH": 2, "KW": 3}
BOTH = {"N": 1, "C": 3, "F": 3, "H": 5, "W": 5, "KH": 2, "KW": 2}
WHOLE = {"N": 2, "C": 2, "F": 3, "H": 4, "W": 6, "KH": 2, "KW": 3}
PARTS = (SEVERAL, RECTANGLE, BOTH)

PLAIN: dict[str, Any] = {"N": 1, "C": 1, "F": 1, **SQUARES}

EXERCISE = Exercise(
    order=40,
    reference=reference.conv2d_naive,
    draw=images_and_filters,
    example=images_and_filters_example,
    window=layer_window,
    cases=(
        case("values", **PLAIN),
        case("batch", hidden=False, N=2, C=1, F=1, H=4, W=4, KH=2, KW=2),
        case("channels", hidden=False, N=1, C=3, F=1, H=4, W=4, KH=2, KW=2),
        case("channels", **{**PLAIN, "C": between(2, 4)}),
        case("channels", N=1, C=3, F=3, H=5, W=5, KH=2, KW=2, alike=True),
        case("filters", hidden=False, N=1, C=1, F=3, H=4, W=4, KH=2, KW=2),
        case("filters", **{**PLAIN, "F": between(2, 4)}),
        case("batch", **{**PLAIN, "N": between(2, 4)}),
        case("rectangular", hidden=False, N=1, C=1, F=1, H=4, W=6, KH=2, KW=3),
        case(
            "rectangular",
            **{**PLAIN, **RECTANGLES},
            where=(kernel_fits, not_square),
            corners=LONG_KERNELS,
        ),
        case("dtype", hidden=False, dtype="float32", N=1, C=1, F=1, H=5, W=5, KH=3, KW=3),
        case("layout", layout="F", **PLAIN),
        case("layout", layout="strided", **PLAIN),
        case("refused", hidden=False, N=1, C=1, F=2, H=4, W=4, KH=3, KW=3, depth=3),
        case("refused", hidden=False, N=1, C=1, F=1, H=3, W=5, KH=4, KW=2),
        case("refused", **{**PLAIN, "C": between(3, 5)}, depth=2),
        case("refused", **{**PLAIN, "C": between(2, 4)}, depth=1),
        case("refused", N=2, C=2, F=2, H=5, W=4, KH=2, KW=5),
    ),
    properties=(
        at_once("filters", reference.conv2d_naive, images_and_filters, BOTH, (DEEP, MANY)),
        at_once("batch", reference.conv2d_naive, images_and_filters, WHOLE, PARTS),
    ),
    facet_words={
        "refused": "depths that differ, and filters larger than the images, are refused",
    },
    see="Every filter, every image",
    mistakes=(
        Mistake(
            "only image 0",
            only_image_0,
            "Only the first image of the batch was filtered; the others are still zero.",
        ),
        Mistake(
            "only image 0",
            lambda x, weights, bias: reference.conv2d_naive(x[:1], weights, bias),
            "Only the first image of the batch was filtered.",
        ),
        Mistake(
            "filters and channels swapped",
            filters_and_channels_swapped,
            "The first axis of `weights` was read as channels and the second as filters; it is "
            "(F, C, KH, KW).",
        ),
        Mistake(
            "kernel flipped",
            lambda x, weights, bias: reference.conv2d_naive(x, weights[:, :, ::-1, ::-1], bias),
            "The filters were flipped: deep learning's filters are cross-correlated as they are.",
            see="Flip it or not",
        ),
        Mistake(
            "bias per channel",
            lambda x, weights, bias: reference.conv2d_naive(x, weights, bias * weights.shape[1]),
            "The bias was added once for every channel; each filter has one bias, added once.",
        ),
        Mistake(
            "bias left out",
            lambda x, weights, bias: reference.conv2d_naive(x, weights, np.zeros_like(bias)),
            "The biases are missing.",
        ),
        Mistake(
            "first bias for every filter",
            lambda x, weights, bias: reference.conv2d_naive(
                x, weights, np.full_like(bias, bias[0])
            ),
            "Every filter got the first filter's bias.",
        ),
        Mistake(
            "bias along the width",
            lambda x, weights, bias: reference.conv2d_naive(x, weights, np.zeros_like(bias)) + bias,
            "The biases were spread along the width of the maps: give them the filter's axis.",
        ),
        Mistake(
            "row and column of the result exchanged",
            lambda x, weights, bias: written_column_first(reference.conv2d_naive(x, weights, bias)),
            "Row and column are exchanged where the sums are stored, so every map comes out "
            "transposed.",
        ),
        Mistake(
            "filters last",
            lambda x, weights, bias: np.moveaxis(reference.conv2d_naive(x, weights, bias), 1, -1),
            "The maps came out as (N, H', W', F); the course keeps them as (N, F, H', W').",
        ),
    ),
)
