"""Score with one hidden layer: f = W2 max(0, W1 x + b1) + b2."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from autograder import reference

from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, between, case, same_as
from ._shared import (
    FAR,
    all_different,
    both_signs,
    drawn_until,
    some_negative,
    two_layers,
    units_and_scores,
)


def samples_and_two_layers(
    numbers: Numbers,
    N: int,
    D: int,
    H: int,
    K: int,
    tall: int | None = None,
    wide: int | None = None,
) -> Arguments:
    """Draw hidden units of which the first and the last are on, and scores not all positive."""

    def shows(given: Arguments) -> bool:
        before, scores = units_and_scores(**given)
        at_ends = before[:, [0, -1]].max(axis=0)
        return both_signs(before) and some_negative(scores) and bool(at_ends.min() > FAR)

    def draw() -> Arguments:
        return {"x": numbers.array(N, D), **two_layers(numbers, D, H, K, tall, wide)}

    fits = tall in (None, H) and wide in (None, D)
    return drawn_until(draw, shows) if fits else draw()


def silent_hidden_layer(call, numbers: Numbers) -> Iterator[Claim]:
    """Where no hidden unit is on, nothing is left but the second bias."""
    given = samples_and_two_layers(numbers, N=1, D=2, H=4, K=2)
    given["b1"] = np.full(4, -100.0)
    yield Claim(call(**given), given["b2"][np.newaxis], "hidden units that are all off", given)


def open_hidden_layer(call, numbers: Numbers) -> Iterator[Claim]:
    """Where every hidden unit is on, two layers are one linear layer."""
    given = samples_and_two_layers(numbers, N=1, D=2, H=4, K=2)
    given["b1"] = given["b1"] + 20
    x, *layers = given.values()
    one = reference.linear_scores(x, *reference.collapse_linear_layers(*layers))
    yield Claim(call(**given), one, "hidden units that are all on", given)


def with_hidden(hidden_of: Callable[..., np.ndarray]) -> Callable[..., np.ndarray]:
    """Two layers with another hidden layer between: `hidden_of(x, w1, b1)`."""
    return lambda x, w1, b1, w2, b2: reference.linear_scores(hidden_of(x, w1, b1), w2, b2)


EXERCISE = Exercise(
    order=30,
    reference=reference.two_layer_scores,
    draw=samples_and_two_layers,
    example=lambda: {
        "x": np.array([[1.0, 2.0], [2.0, -1.0]]),
        "w1": np.array([[1.0, 1.0], [1.0, -1.0]]),
        "b1": np.array([-2.0, 2.0]),
        "w2": np.array([[1.0, -1.0], [2.0, 1.0]]),
        "b2": np.array([0.0, 10.0]),
    },
    terms=32,
    cases=(
        case("values", N=1, D=3, H=between(5, 7), K=3),
        case("values", N=1, D=between(4, 5), H=same_as("D"), K=same_as("D")),
        case("sizes", hidden=False, N=1, D=2, H=5, K=3),
        case("sizes", N=1, D=between(2, 6), H=between(3, 7), K=between(2, 5), where=all_different),
        case("sizes", N=1, D=3, H=7, K=1),
        case("batch", hidden=False, N=3, D=4, H=4, K=4),
        case(
            "batch",
            N=between(2, 8),
            D=between(3, 4),
            H=between(4, 6),
            K=between(2, 4),
            corners=({"N": 6},),
        ),
        case("dtype", hidden=False, dtype="float32", N=1, D=5, H=6, K=3),
        case("dtype", dtype="float32", N=1, D=between(3, 5), H=between(5, 7), K=between(2, 4)),
        case("layout", layout="F", N=1, D=between(4, 5), H=6, K=3),
        case("layout", layout="strided", N=1, D=between(4, 5), H=6, K=3),
        case("refused", hidden=False, N=1, D=4, H=5, K=2, wide=3),
        case("refused", hidden=False, N=1, D=4, H=5, K=2, tall=4),
        case("refused", N=3, D=1, H=5, K=2, wide=between(2, 4)),
        case("refused", N=3, D=4, H=1, K=2, tall=between(2, 5)),
    ),
    properties=(
        Property("silent", silent_hidden_layer),
        Property("open", open_hidden_layer),
    ),
    facet_words={
        "sizes": "D, H and K all different",
        "silent": "hidden units that are all off leave the second bias",
        "open": "hidden units that are all on make one linear layer",
        "refused": "layers that do not fit together are refused",
    },
    see="Two layers and an activation: the multilayer perceptron",
    mistakes=(
        Mistake(
            "no ReLU",
            with_hidden(reference.linear_scores),
            "There is no ReLU between the layers: negative hidden numbers went on as they were.",
        ),
        Mistake(
            "ReLU after the second layer as well",
            lambda *given: reference.relu(reference.two_layer_scores(*given)),
            "The scores went through a ReLU too: a score may be negative.",
        ),
        Mistake(
            "ReLU after the second layer only",
            lambda x, w1, b1, w2, b2: reference.relu(
                reference.linear_scores(reference.linear_scores(x, w1, b1), w2, b2)
            ),
            "The ReLU stands after the second layer; its place is between the two.",
        ),
        Mistake(
            "ReLU before the first bias",
            with_hidden(
                lambda x, w1, b1: (
                    reference.relu(reference.linear_scores(x, w1, np.zeros_like(b1))) + b1
                )
            ),
            "The first bias was added after the ReLU; it decides which units are on, so it comes "
            "before.",
        ),
        Mistake(
            "ReLU on the input",
            with_hidden(lambda x, w1, b1: reference.linear_scores(reference.relu(x), w1, b1)),
            "The ReLU was applied to the input; its place is after the first layer.",
        ),
        Mistake(
            "ReLU on the input as well",
            with_hidden(
                lambda x, w1, b1: reference.relu(reference.linear_scores(reference.relu(x), w1, b1))
            ),
            "The input went through a ReLU too: its negative numbers count.",
        ),
        Mistake(
            "absolute value for ReLU",
            with_hidden(lambda x, w1, b1: np.abs(reference.linear_scores(x, w1, b1))),
            "Negative hidden numbers lost their sign; a ReLU puts 0 in their place.",
        ),
        Mistake(
            "minimum for maximum",
            with_hidden(lambda x, w1, b1: np.minimum(reference.linear_scores(x, w1, b1), 0)),
            "The negative hidden numbers were kept and the positive ones cut: the other way round.",
        ),
        Mistake(
            "sigmoid for ReLU",
            with_hidden(lambda x, w1, b1: 1 / (1 + np.exp(-reference.linear_scores(x, w1, b1)))),
            "The hidden layer has a sigmoid; max(0, ·) is asked for.",
        ),
        Mistake(
            "first weights not transposed",
            with_hidden(lambda x, w1, b1: reference.relu(x @ w1 + b1)),
            "The columns of `w1` were used where its rows are meant: row h holds the weights of "
            "hidden unit h. It only shows as wrong numbers when there are as many hidden units as "
            "inputs.",
        ),
        Mistake(
            "second weights not transposed",
            lambda x, w1, b1, w2, b2: reference.relu(reference.linear_scores(x, w1, b1)) @ w2 + b2,
            "The columns of `w2` were used where its rows are meant: row k holds the weights of "
            "class k. It only shows as wrong numbers when there are as many classes as hidden "
            "units.",
        ),
        Mistake(
            "first bias left out",
            lambda x, w1, b1, w2, b2: reference.two_layer_scores(x, w1, np.zeros_like(b1), w2, b2),
            "The first bias is missing.",
        ),
        Mistake(
            "second bias left out",
            lambda x, w1, b1, w2, b2: reference.two_layer_scores(x, w1, b1, w2, np.zeros_like(b2)),
            "The second bias is missing.",
        ),
    ),
)
