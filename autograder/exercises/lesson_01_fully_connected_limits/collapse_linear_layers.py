"""Find the one layer that equals two with nothing between."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from autograder import reference

from ..model import Claim, Exercise, Mistake, Numbers, Property, between, case, same_as
from ._shared import all_different, two_layers


def one_layer_scores_alike(call, numbers: Numbers) -> Iterator[Claim]:
    """The one layer gives what the two give, on any input."""
    x, layers = numbers.array(4, 3), two_layers(numbers, D=3, H=5, K=2)
    w1, b1, w2, b2 = layers.values()
    yield Claim(
        reference.linear_scores(x, *call(**layers)),
        reference.linear_scores(reference.linear_scores(x, w1, b1), w2, b2),
        "the one layer scores as the two did",
    )


def collapsed(
    weights_of: Callable[[np.ndarray, np.ndarray], np.ndarray] = lambda w1, w2: w2 @ w1,
    bias_of: Callable[..., np.ndarray] = lambda w1, b1, w2, b2: w2 @ b1 + b2,
) -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    return lambda w1, b1, w2, b2: (weights_of(w1, w2), bias_of(w1, b1, w2, b2))


EXERCISE = Exercise(
    order=40,
    reference=reference.collapse_linear_layers,
    draw=two_layers,
    example=lambda: {
        "w1": np.array([[1.0, 2.0], [0.0, 1.0]]),
        "b1": np.array([1.0, 2.0]),
        "w2": np.array([[0.0, 1.0], [1.0, 1.0]]),
        "b2": np.array([3.0, 4.0]),
    },
    results=("weights", "bias"),
    cases=(
        case("values", D=between(3, 5), H=same_as("D"), K=same_as("D")),
        case("values", D=4, H=4, K=4),
        case("sizes", hidden=False, D=4, H=3, K=2),
        case("sizes", D=between(2, 5), H=between(2, 5), K=between(2, 5), where=all_different),
        case("sizes", D=3, H=2, K=3),
        case("sizes", D=3, H=4, K=4),
        case("dtype", hidden=False, dtype="float32", D=4, H=5, K=3),
        case("dtype", dtype="float32", D=between(3, 5), H=between(4, 6), K=between(2, 4)),
        case("layout", layout="F", D=between(3, 5), H=5, K=3),
        case("layout", layout="strided", D=between(3, 5), H=5, K=3),
        case("refused", hidden=False, D=4, H=5, K=3, tall=4),
        case("refused", D=between(2, 4), H=between(4, 6), K=3, tall=between(1, 3)),
        case("refused", D=4, H=5, K=3, tall=1),
        case("refused", D=4, H=1, K=3, tall=5),
    ),
    properties=(Property("same", one_layer_scores_alike),),
    facet_words={
        "sizes": "D, H and K not all the same",
        "same": "the one layer scores as the two did",
        "refused": "layers that do not fit together are refused",
    },
    see="Without the activation, two linear layers are one",
    mistakes=(
        Mistake(
            "multiplied in the wrong order",
            collapsed(weights_of=lambda w1, w2: w1 @ w2),
            "The weights were multiplied in the wrong order: what is applied first stands on the "
            "right.",
        ),
        Mistake(
            "multiplied in the wrong order",
            lambda w1, b1, w2, b2: (w1 @ w2, w1 @ b2 + b1),
            "The layers were put in the wrong order: what is applied first stands on the right.",
        ),
        Mistake(
            "biases added",
            collapsed(bias_of=lambda w1, b1, w2, b2: b1 + b2),
            "The two biases were added up; the first one still has to go through the second layer.",
        ),
        Mistake(
            "first bias forgotten",
            collapsed(bias_of=lambda w1, b1, w2, b2: b2.copy()),
            "The first layer's bias is lost.",
        ),
        Mistake(
            "second bias forgotten",
            collapsed(bias_of=lambda w1, b1, w2, b2: w2 @ b1),
            "The second layer's bias is missing.",
        ),
        Mistake(
            "second bias sent through as well",
            collapsed(bias_of=lambda w1, b1, w2, b2: w2 @ (b1 + b2)),
            "The second bias went through the second layer too; it is added after it.",
        ),
        Mistake(
            "bias through the columns",
            collapsed(bias_of=lambda w1, b1, w2, b2: b1 @ w2 + b2),
            "The first bias went through the columns of `w2`; its rows are meant.",
        ),
        Mistake(
            "bias through the first layer",
            collapsed(bias_of=lambda w1, b1, w2, b2: w1 @ b1 + b2),
            "The first bias went through the first layer again; it goes through the second.",
        ),
        Mistake(
            "weights multiplied number by number",
            collapsed(weights_of=lambda w1, w2: w1 * w2),
            "The weights were multiplied number by number; a matrix product is meant.",
        ),
        Mistake(
            "weights added",
            collapsed(weights_of=lambda w1, w2: w1 + w2),
            "The weights were added; one layer after the other is a product.",
        ),
        Mistake(
            "weights transposed",
            collapsed(weights_of=lambda w1, w2: (w2 @ w1).T),
            "The weights are transposed: one row for each output.",
        ),
    ),
)
