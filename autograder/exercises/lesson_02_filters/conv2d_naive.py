"""Apply every filter to every image: stride 1, no padding."""

from __future__ import annotations

import numpy as np

from autograder import reference

from ..model import Arguments, Exercise, Mistake, Numbers, case


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
) -> Arguments:
    return {
        "x": numbers.array(N, C, H, W),
        "weights": numbers.array(F, depth or C, KH, KW),
        "bias": numbers.array(F) + np.arange(1, F + 1, dtype=numbers.dtype),
    }


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


EXERCISE = Exercise(
    order=40,
    reference=reference.conv2d_naive,
    draw=images_and_filters,
    example=images_and_filters_example,
    window=layer_window,
    cases=(
        case("values", N=1, C=1, F=1, H=5, W=5, KH=3, KW=3),
        case("batch", hidden=False, N=2, C=2, F=3, H=4, W=5, KH=2, KW=3),
        case("channels", N=1, C=3, F=2, H=5, W=5, KH=3, KW=3),
        case("channels", N=1, C=3, F=3, H=5, W=5, KH=2, KW=2),
        case("filters", N=1, C=1, F=4, H=5, W=5, KH=2, KW=2),
        case("batch", N=3, C=2, F=2, H=4, W=4, KH=2, KW=2),
        case("rectangular", N=1, C=1, F=1, H=7, W=4, KH=2, KW=3),
        case("dtype", dtype="float32", N=2, C=2, F=3, H=5, W=5, KH=3, KW=3),
        case("layout", layout="strided", N=2, C=2, F=3, H=5, W=5, KH=3, KW=3),
        case("refused", N=1, C=3, F=2, H=5, W=5, KH=3, KW=3, depth=2),
    ),
    facet_words={"refused": "images and filters of different depths are refused"},
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
            "filters last",
            lambda x, weights, bias: np.moveaxis(reference.conv2d_naive(x, weights, bias), 1, -1),
            "The maps came out as (N, H', W', F); the course keeps them as (N, F, H', W').",
        ),
    ),
)
