"""Score each row for each class: f = W x + b."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder import reference

from ..combining import at_once
from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, between, case, same_as
from ._shared import drawn_until, some_negative, standing_out


def one_layer(numbers: Numbers, N: int, D: int, K: int, wide: int | None = None) -> Arguments:
    """Draw a layer whose scores are not all positive; `wide` is the length of the weights."""

    def draw() -> Arguments:
        return {
            "x": numbers.array(N, D),
            "weights": numbers.array(K, wide or D),
            "bias": standing_out(numbers, K),
        }

    fits = wide in (None, D)
    return drawn_until(
        draw, lambda given: not fits or some_negative(reference.linear_scores(**given))
    )


def nothing_in_bias_out(call, numbers: Numbers) -> Iterator[Claim]:
    """An input of zeros scores the bias."""
    given = {"x": np.zeros((1, 2)), "weights": numbers.array(4, 2), "bias": numbers.array(4)}
    yield Claim(call(**given), given["bias"][np.newaxis], "an input of zeros", given)


def one_number_picks_a_column(call, numbers: Numbers) -> Iterator[Claim]:
    """An input with a single 1 in it scores one column of the weights."""
    weights = numbers.array(2, 3)
    for d in range(3):
        given = {"x": np.eye(3)[d : d + 1], "weights": weights, "bias": np.zeros(2)}
        yield Claim(call(**given), weights[:, d][np.newaxis], "an input with a single 1", given)


def without_bias(x: np.ndarray, weights: np.ndarray, bias: np.ndarray) -> np.ndarray:
    return reference.linear_scores(x, weights, np.zeros_like(bias))


SEVERAL = {"N": 3, "D": 4, "K": 2}
SQUARE = {"N": 1, "D": 3, "K": 3}
NARROW = {"N": 1, "D": 3, "K": 1}
CUBE = {"N": 3, "D": 3, "K": 3}
COLUMN = {"N": 3, "D": 4, "K": 1}

ANY_LAYER: dict[str, Any] = {
    "N": between(1, 3),
    "D": between(2, 5),
    "K": between(2, 5),
    "wide": between(2, 6),
}

EXERCISE = Exercise(
    order=20,
    reference=reference.linear_scores,
    draw=one_layer,
    example=lambda: {
        "x": np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]]),
        "weights": np.array([[1.0, 0.0, 2.0], [0.0, 1.0, -1.0]]),
        "bias": np.array([10.0, 20.0]),
    },
    window=lambda arguments, where: {"x": (where[0],), "weights": (where[1],)},
    cases=(
        case("values", N=1, D=between(3, 6), K=between(2, 5)),
        case("values", N=1, D=3, K=5),
        case("square", hidden=False, N=1, D=3, K=3),
        case("square", N=1, D=between(3, 5), K=same_as("D")),
        case("batch", hidden=False, N=4, D=3, K=2),
        case("batch", N=between(2, 7), D=between(3, 6), K=between(2, 4)),
        case("batch", N=3, D=2, K=3),
        case("narrow", N=1, D=between(3, 6), K=1),
        case("narrow", N=1, D=1, K=between(3, 6)),
        case("dtype", hidden=False, dtype="float32", N=1, D=6, K=4),
        case("dtype", dtype="float32", N=1, D=between(4, 7), K=between(3, 5)),
        case("layout", layout="F", N=1, D=between(3, 6), K=between(2, 5)),
        case("layout", layout="strided", N=1, D=between(3, 6), K=between(2, 5)),
        case("refused", hidden=False, N=1, D=5, K=4, wide=4),
        case("refused", **ANY_LAYER, where=lambda sizes: sizes.wide != sizes.D),
        case("refused", **{**ANY_LAYER, "D": 1}),
        case("refused", **{**ANY_LAYER, "wide": 1}),
    ),
    properties=(
        Property("bias", nothing_in_bias_out),
        Property(
            "column",
            one_number_picks_a_column,
        ),
        at_once("square", reference.linear_scores, one_layer, CUBE, (SEVERAL, SQUARE)),
        at_once("narrow", reference.linear_scores, one_layer, COLUMN, (SEVERAL, NARROW)),
    ),
    facet_words={
        "square": "as many classes as numbers in the input",
        "narrow": "a single class, or a single number",
        "bias": "an input of zeros scores the bias",
        "column": "an input with a single 1 scores one column of the weights",
        "refused": "rows of `x` and of `weights` of different lengths are refused",
    },
    see="A score for every class: the linear classifier",
    mistakes=(
        Mistake(
            "bias left out",
            without_bias,
            "The bias is missing.",
        ),
        Mistake(
            "weights not transposed",
            lambda x, weights, bias: x @ weights + bias,
            "The columns of `weights` were used where its rows are meant: row k holds the weights "
            "of class k. It only shows as wrong numbers when there are as many classes as inputs.",
        ),
        Mistake(
            "bias added per sample",
            lambda x, weights, bias: without_bias(x, weights, bias) + bias[:, None],
            "The bias was added per sample, down the rows; each class, a column of the scores, "
            "has its own.",
        ),
        Mistake(
            "bias inside the sum",
            lambda x, weights, bias: reference.linear_scores(x, weights, bias * x.shape[1]),
            "The bias was added inside the sum, once for every input number; it comes once for "
            "each score.",
        ),
        Mistake(
            "first bias for every class",
            lambda x, weights, bias: reference.linear_scores(
                x, weights, np.full_like(bias, bias[0])
            ),
            "Every class got the first class's bias.",
        ),
        Mistake(
            "bias subtracted",
            lambda x, weights, bias: reference.linear_scores(x, weights, -bias),
            "The bias was subtracted.",
        ),
        Mistake(
            "biases added up",
            lambda x, weights, bias: without_bias(x, weights, bias) + bias.sum(),
            "Every score got the sum of all biases; each class has its own.",
        ),
        Mistake(
            "mean instead of sum",
            lambda x, weights, bias: without_bias(x, weights, bias) / x.shape[1] + bias,
            "This is the mean of the products; their sum is asked for.",
        ),
        Mistake(
            "classes first",
            lambda x, weights, bias: reference.linear_scores(x, weights, bias).T,
            "The scores came out as (K, N), a row for each class; a row for each sample is asked "
            "for.",
        ),
        Mistake(
            "only the first sample",
            lambda x, weights, bias: reference.linear_scores(x[:1], weights, bias),
            "Only the first sample was scored.",
        ),
        Mistake(
            "only the first sample",
            lambda x, weights, bias: reference.linear_scores(x[:1], weights, bias)[0],
            "Only the first sample was scored.",
        ),
    ),
)
