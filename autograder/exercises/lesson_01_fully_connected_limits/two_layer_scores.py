"""Score with one hidden layer: f = W2 max(0, W1 x + b1) + b2."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from autograder import reference

from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, case
from ._shared import two_layers


def samples_and_two_layers(numbers: Numbers, N: int, D: int, **sizes: int) -> Arguments:
    return {"x": numbers.array(N, D), **two_layers(numbers, D, **sizes)}


def silent_hidden_layer(call, numbers: Numbers) -> Iterator[Claim]:
    """Where no hidden unit is on, nothing is left but the second bias."""
    given = samples_and_two_layers(numbers, N=3, D=2, H=4, K=2)
    given["b1"] = np.full(4, -100.0)
    yield Claim(call(**given), np.tile(given["b2"], (3, 1)), "hidden units that are all off", given)


def open_hidden_layer(call, numbers: Numbers) -> Iterator[Claim]:
    """Where every hidden unit is on, two layers are one linear layer."""
    given = samples_and_two_layers(numbers, N=3, D=2, H=4, K=2)
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
        case("values", N=2, D=3, H=6, K=3),
        case("values", N=4, D=4, H=4, K=4),
        case("sizes", hidden=False, N=3, D=2, H=5, K=3),
        case("sizes", N=2, D=6, H=3, K=4),
        case("sizes", N=3, D=3, H=7, K=1),
        case("batch", N=8, D=3, H=4, K=2),
        case("dtype", dtype="float32", N=4, D=5, H=6, K=3),
        case("layout", layout="F", N=4, D=5, H=6, K=3),
        case("layout", layout="strided", N=4, D=5, H=6, K=3),
        case("refused", N=3, D=4, H=5, K=2, wide=3),
        case("refused", N=3, D=4, H=5, K=2, tall=4),
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
