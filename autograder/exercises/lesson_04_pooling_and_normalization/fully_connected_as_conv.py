"""Read fully connected weights as filters as large as their image."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder import reference

from ..model import (
    Arguments,
    Claim,
    Exercise,
    Mistake,
    Numbers,
    Property,
    between,
    case,
    one_of,
    same_as,
)


def scores_to_filters(
    numbers: Numbers, K: int, C: int, H: int, W: int, extra: int = 0
) -> Arguments:
    return {"weights": numbers.array(K, C * H * W + extra), "input_shape": (C, H, W)}


def unflattened(name: str, change: Callable, sentence: str) -> Mistake:
    """`change(weights, C, H, W)` is given weights that fit."""

    def answer(weights, input_shape):
        reference.fully_connected_as_conv(weights, input_shape)
        return change(weights, *input_shape)

    return Mistake(name, answer, sentence)


def same_scores(call, numbers: Numbers) -> Iterator[Claim]:
    """On an image of that shape, the filters give the scores of the fully connected layer."""
    weights, x = numbers.array(1, 3 * 3), numbers.array(2, 1, 3, 3)
    filters = call(weights=weights, input_shape=(1, 3, 3))
    maps = reference.conv2d_forward(x, filters, np.zeros(1))
    yield Claim(maps[:, :, 0, 0], x.reshape(2, -1) @ weights.T, "the scores of two images")


def slides(call, numbers: Numbers) -> Iterator[Claim]:
    """On a larger image they give the scores of every part of it."""
    weights, x = numbers.array(1, 2 * 2), numbers.array(1, 1, 3, 5)
    filters = call(weights=weights, input_shape=(1, 2, 2))
    maps = reference.conv2d_forward(x, filters, np.zeros(1))
    for i, j in ((0, 0), (1, 3)):
        part = x[:, :, i : i + 2, j : j + 2].reshape(1, -1)
        yield Claim(maps[:, :, i, j], part @ weights.T, f"the scores of the part at {i}, {j}")


SQUARE: dict[str, Any] = {"H": between(2, 4), "W": same_as("H")}
OBLONG: dict[str, Any] = {
    "H": between(1, 5),
    "W": between(1, 5),
    "where": lambda sizes: sizes.H != sizes.W,
}

EXERCISE = Exercise(
    order=100,
    reference=reference.fully_connected_as_conv,
    draw=scores_to_filters,
    example=lambda: {
        "weights": np.arange(1.0, 9.0).reshape(1, 8),
        "input_shape": (2, 2, 2),
    },
    cases=(
        case("values", K=1, C=1, H=2, W=2),
        case("values", K=1, C=1, H=3, W=3),
        case("classes", hidden=False, K=2, C=1, H=2, W=2),
        case("classes", K=between(2, 5), C=1, **SQUARE, corners=({"K": 3, "H": 3},)),
        case("classes", K=between(2, 5), C=between(2, 3), **SQUARE, needs=("channels",)),
        case("channels", hidden=False, K=1, C=2, H=2, W=2),
        case(
            "channels",
            K=1,
            C=between(2, 5),
            **SQUARE,
            corners=({"C": 3, "H": 2}, {"C": 2, "H": 1}, {"C": 4, "H": 3}),
        ),
        case("rectangular", hidden=False, K=1, C=1, H=2, W=3),
        case("rectangular", K=1, C=1, **OBLONG, corners=({"H": 4, "W": 2},)),
        case(
            "rectangular",
            K=between(2, 4),
            C=between(2, 3),
            **OBLONG,
            corners=({"K": 3, "C": 2, "H": 4, "W": 2},),
            needs=("channels", "classes"),
        ),
        case("dtype", hidden=False, dtype="float32", K=1, C=1, H=3, W=3),
        case("layout", layout="F", K=between(2, 4), C=1, **SQUARE, needs=("classes",)),
        case("layout", layout="strided", K=1, C=1, **SQUARE),
        case("refused", hidden=False, K=1, C=1, H=2, W=2, extra=1),
        case(
            "refused",
            K=between(1, 3),
            C=between(1, 3),
            **SQUARE,
            extra=one_of(1, -1, 2, 3),
            corners=(
                {"K": 3, "C": 2, "H": 3, "extra": -1},
                {"K": 2, "C": 1, "H": 2, "extra": 2},
                {"K": 1, "C": 2, "H": 2, "extra": 8},
            ),
        ),
    ),
    properties=(
        Property("scores", same_scores),
        Property("slides", slides),
    ),
    facet_words={
        "classes": "several classes",
        "refused": "weights for images of another size are refused",
        "scores": "the same scores as the fully connected layer",
        "slides": "on a larger image, the scores of every part",
    },
    see="A fully connected layer as a convolution",
    mistakes=(
        unflattened(
            "reshape order (H, W, C)",
            lambda w, C, H, W: w.reshape(-1, H, W, C).transpose(0, 3, 1, 2),
            "The weights were read with the channels last; the images were flattened with the "
            "channels first.",
        ),
        unflattened(
            "channels last",
            lambda w, C, H, W: w.reshape(-1, H, W, C),
            "The filters came out as (K, H, W, C); the course writes (K, C, H, W).",
        ),
        unflattened(
            "channels last",
            lambda w, C, H, W: w.reshape(-1, C, H, W).transpose(0, 2, 3, 1),
            "The filters came out as (K, H, W, C); the course writes (K, C, H, W).",
        ),
        unflattened(
            "read column by column",
            lambda w, C, H, W: w.reshape(-1, C, W, H).swapaxes(2, 3),
            "Each channel was read column by column; images are flattened row by row.",
        ),
        unflattened(
            "H and W swapped",
            lambda w, C, H, W: w.reshape(-1, C, W, H),
            "Height and width are exchanged.",
        ),
        unflattened(
            "filters flipped",
            lambda w, C, H, W: w.reshape(-1, C, H, W)[:, :, ::-1, ::-1],
            "The filters were flipped: the course's convolution does not turn them.",
        ),
        unflattened(
            "filters and channels swapped",
            lambda w, C, H, W: w.reshape(-1, C, H, W).swapaxes(0, 1),
            "Filters and channels are exchanged: the filters come first.",
        ),
        unflattened(
            "classes mixed",
            lambda w, C, H, W: w.T.reshape(len(w), C, H, W),
            "The weights were transposed before they were cut up: a filter holds the weights of "
            "several classes.",
        ),
        unflattened(
            "read the other way round",
            lambda w, C, H, W: w.reshape((-1, C, H, W), order="F"),
            "The weights were cut up with the first index running fastest; it is the last that "
            "does.",
        ),
        unflattened(
            "only the first class",
            lambda w, C, H, W: w[0].reshape(1, C, H, W),
            "There is a filter for the first class only.",
        ),
        unflattened(
            "one filter, no axis for it",
            lambda w, C, H, W: w[0].reshape(C, H, W),
            "There is a filter for the first class only, and no axis for the others.",
        ),
        unflattened(
            "windows of one pixel",
            lambda w, C, H, W: w.reshape(len(w), -1, 1, 1),
            "These are filters of 1×1 for a flattened image; the filters should be as large as "
            "the image.",
        ),
        unflattened(
            "weights left as they were",
            lambda w, C, H, W: w.copy(),
            "The weights came out as they went in: rows are not filters yet.",
        ),
    ),
)
