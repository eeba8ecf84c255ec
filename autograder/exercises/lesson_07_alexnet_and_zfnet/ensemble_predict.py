"""Let several networks decide together: average, then pick the best."""

from __future__ import annotations

import numpy as np

from autograder.reference import losses

from ..model import Arguments, Exercise, Mistake, Numbers, between, case


def some_probabilities(numbers: Numbers, M: int, N: int, K: int, sure: bool = False) -> Arguments:
    """Probabilities of M networks; with `sure` one is sure, and the others lean elsewhere."""
    powers = np.exp(2 * numbers.rng.normal(size=(M, N, K)))
    if sure:
        leaning, certain = (int(i) for i in numbers.rng.choice(K, 2, replace=False))
        powers = np.full((M, N, K), 0.2) + 0.01 * numbers.rng.random((M, N, K))
        powers[:-1, :, leaning] = 0.35
        powers[-1, :, certain] = 20.0
    chances = powers / powers.sum(axis=2, keepdims=True)
    return {"list_of_probabilities": [numbers.lay_out(p.astype(numbers.dtype)) for p in chances]}


def most_votes(list_of_probabilities: list[np.ndarray]) -> np.ndarray:
    votes = np.stack([p.argmax(axis=1) for p in list_of_probabilities])
    classes = list_of_probabilities[0].shape[1]
    return np.array([np.bincount(column, minlength=classes).argmax() for column in votes.T])


def stacked(combine):
    return lambda list_of_probabilities: combine(np.stack(list_of_probabilities))


EXERCISE = Exercise(
    order=100,
    reference=losses.ensemble_predict,
    draw=some_probabilities,
    example=lambda: {
        "list_of_probabilities": [
            np.array([[0.6, 0.4, 0.0], [0.1, 0.2, 0.7]]),
            np.array([[0.6, 0.4, 0.0], [0.5, 0.3, 0.2]]),
            np.array([[0.0, 0.9, 0.1], [0.3, 0.4, 0.3]]),
        ]
    },
    smallest={"K": 3, "M": 3},
    cases=(
        case("values", hidden=False, M=3, N=40, K=5),
        case("sure", hidden=False, M=3, N=4, K=5, sure=True),
        case(
            "sure",
            M=between(3, 7),
            N=between(6, 12),
            K=between(3, 6),
            sure=True,
            corners=({"M": 5, "N": 9, "K": 4},),
        ),
        case("values", M=7, N=30, K=10),
        case("values", M=2, N=50, K=5),
        case("one", hidden=False, M=1, N=6, K=4),
        case("one", M=between(2, 6), N=1, K=between(3, 8), corners=({"M": 4, "K": 6},)),
        case("one", M=1, N=between(3, 9), K=between(2, 8)),
        case("layout", layout="F", M=between(2, 4), N=between(8, 12), K=between(4, 7)),
        case("layout", layout="strided", dtype="float32", M=3, N=9, K=6),
    ),
    facet_words={
        "dtype": "whole numbers of an integer dtype",
        "sure": "one network that is sure against some that are not",
        "one": "a single network, or a single image",
    },
    see="Ensembles: seven networks decide together",
    mistakes=(
        Mistake(
            "majority vote",
            most_votes,
            "Each network had one vote; averaging lets a network that is sure count for more.",
        ),
        Mistake(
            "average of argmaxes",
            stacked(lambda p: np.rint(p.argmax(axis=2).mean(axis=0)).astype(int)),
            "The numbers of the classes were averaged: halfway between class 2 and class 4 is "
            "not class 3.",
        ),
        Mistake(
            "average of argmaxes",
            stacked(lambda p: p.argmax(axis=2).mean(axis=0).astype(int)),
            "The numbers of the classes were averaged: halfway between class 2 and class 4 is "
            "not class 3.",
        ),
        Mistake(
            "first network only",
            stacked(lambda p: p[0].argmax(axis=1)),
            "Only the first network was asked.",
        ),
        Mistake(
            "last network only",
            stacked(lambda p: p[-1].argmax(axis=1)),
            "Only the last network was asked.",
        ),
        Mistake(
            "surest network decides",
            stacked(lambda p: p.max(axis=0).argmax(axis=1)),
            "The network that is surest decides alone.",
        ),
        Mistake(
            "least likely class",
            stacked(lambda p: p.mean(axis=0).argmin(axis=1)),
            "This is the least likely class.",
        ),
        Mistake(
            "averaged over the images",
            stacked(lambda p: p.mean(axis=1).argmax(axis=1)),
            "The average went over the images instead of over the networks.",
        ),
        Mistake(
            "probabilities returned",
            stacked(lambda p: p.mean(axis=0)),
            "These are the averaged probabilities; the best class of each image is asked for.",
        ),
        Mistake(
            "probabilities multiplied",
            stacked(lambda p: p.prod(axis=0).argmax(axis=1)),
            "The probabilities were multiplied: one network can then forbid a class.",
        ),
    ),
)
