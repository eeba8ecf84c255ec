"""Where in the photo a class was seen."""

from __future__ import annotations

import numpy as np

from autograder import reference

from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, case


def maps_and_weights(
    numbers: Numbers, C: int, H: int, W: int, K: int, label: int | None = None
) -> Arguments:
    chosen = int(numbers.rng.integers(K)) if label is None else label
    return {"maps": numbers.array(C, H, W), "weights": numbers.array(K, C), "label": chosen}


def its_mean_is_the_score(call, numbers: Numbers):
    """The mean of the map is the class's score, without the bias."""
    maps, weights = numbers.array(5, 3, 4), numbers.array(4, 5)
    scores = weights @ maps.mean(axis=(1, 2))
    for label in range(4):
        given = {"maps": maps, "weights": weights, "label": label}
        yield Claim(
            np.asarray(call(**given)).mean(),
            scores[label],
            f"the mean of the map of class {label} is the score of class {label}",
            given,
        )


def then(change):
    def class_activation_map(maps, weights, label):
        return change(reference.class_activation_map(maps, weights, label))

    return class_activation_map


EXERCISE = Exercise(
    order=70,
    reference=reference.class_activation_map,
    draw=maps_and_weights,
    example=lambda: {
        "maps": np.array([[[4.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [1.0, 3.0]]]),
        "weights": np.array([[1.0, -1.0], [0.0, 2.0]]),
        "label": 0,
    },
    cases=(
        case("values", hidden=False, C=3, H=3, W=3, K=4, label=2),
        case("values", C=5, H=4, W=4, K=6),
        case("values", C=1, H=2, W=2, K=3, label=1),
        case("rectangular", hidden=False, C=3, H=2, W=4, K=5),
        case("rectangular", C=4, H=5, W=3, K=4),
        case("classes", C=4, H=3, W=3, K=4, label=0),
        case("classes", C=4, H=3, W=3, K=4, label=3),
        case("dtype", dtype="float32", C=3, H=3, W=2, K=4),
        case("layout", layout="strided", C=3, H=3, W=2, K=4),
    ),
    properties=(Property("score", its_mean_is_the_score),),
    facet_words={
        "classes": "the first and the last class",
        "score": "the mean of the map is the class's score",
    },
    see="Where did it look?",
    mistakes=(
        Mistake(
            "mean over maps",
            lambda maps, weights, label: (
                reference.class_activation_map(maps, weights, label) / len(maps)
            ),
            "This is a mean over the maps; they add up, each by its weight.",
        ),
        Mistake(
            "weights of another class",
            lambda maps, weights, label: reference.class_activation_map(
                maps, weights, (label + 1) % len(weights)
            ),
            "The weights are those of the class after the one asked for.",
        ),
        Mistake(
            "weights of another class",
            lambda maps, weights, label: reference.class_activation_map(maps, weights, label - 1),
            "The weights are those of the class before the one asked for.",
        ),
        Mistake(
            "ReLU where none is",
            then(lambda seen: np.maximum(seen, 0)),
            "What is below 0 was set to 0: such places speak against the class.",
        ),
        Mistake(
            "unweighted",
            lambda maps, weights, label: maps.sum(axis=0),
            "All maps were added alike: each counts as much as its weight for the class.",
        ),
        Mistake(
            "all classes",
            lambda maps, weights, label: np.tensordot(weights, maps, axes=1),
            "These are the maps of all classes; that of one class is asked for.",
        ),
        Mistake(
            "score",
            lambda maps, weights, label: float(weights[label] @ maps.mean(axis=(1, 2))),
            "This is the score of the class, one number: where it was seen is lost in the mean.",
        ),
        Mistake(
            "not summed",
            lambda maps, weights, label: weights[label][:, None, None] * maps,
            "The weighted maps were not added up.",
        ),
        Mistake(
            "scaled to 0..1",
            then(lambda seen: (seen - seen.min()) / max(float(np.ptp(seen)), 1e-12)),
            "The map was scaled to run from 0 to 1: its numbers are no longer parts of the score.",
        ),
        Mistake(
            "transposed",
            then(lambda seen: seen.T.copy()),
            "Rows and columns are exchanged.",
        ),
        Mistake(
            "sign",
            then(np.negative),
            "The sign is turned round.",
        ),
        Mistake(
            "absolute value",
            then(np.abs),
            "The sign is lost: places that speak against the class look as if they spoke for it.",
        ),
        Mistake(
            "weights read by column",
            lambda maps, weights, label: np.tensordot(
                weights.reshape(-1)[label :: len(weights)][: len(maps)], maps, axes=1
            ),
            "The weights were read down a column; those of a class lie in a row.",
        ),
    ),
)
