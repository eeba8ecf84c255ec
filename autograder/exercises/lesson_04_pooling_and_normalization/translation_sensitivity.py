"""Measure how much the output of a layer changes when its input shifts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograder import reference

from ..model import Arguments, Exercise, Mistake, Named, Numbers, case
from ._shared import pair


def bright_points(
    numbers: Numbers, N: int, layer: str, shift: int, side: int = 9, at: int | None = None
) -> Arguments:
    """A bright point in each image, at the same place on the diagonal.

    So it does not matter whether a shift goes down, right or both, nor by which length a change is
    measured: any sensible reading of the task is right.
    """
    place = int(numbers.rng.integers(2, side - shift)) if at is None else at
    images = np.zeros((N, 1, side, side))
    images[:, 0, place, place] = np.abs(numbers.array(N)) + 1
    return {"layer": Named(layer), "images": images, "shift": shift}


def insensitive(name: str, measure: Callable, sentence: str) -> Mistake:
    """`measure(still, moved)` of the layer's outputs."""

    def answer(layer, images, shift):
        down, right = pair(shift)
        still, moved = layer(images), layer(reference.shift_images(images, down, right))
        return float(measure(still, moved))

    return Mistake(name, answer, sentence)


def length(outputs: np.ndarray) -> np.ndarray:
    return np.linalg.norm(outputs.reshape(len(outputs), -1), axis=1)


def input_measured(layer, images, shift):
    moved = reference.shift_images(images, *pair(shift))
    return float(np.mean(length(moved - images) / length(images)))


def only_first_measured(layer, images, shift):
    return float(reference.translation_sensitivity(layer, images, shift) / len(images))


EXERCISE = Exercise(
    order=110,
    reference=reference.translation_sensitivity,
    draw=bright_points,
    example=lambda: {
        "layer": Named("distance_from_corner"),
        "images": np.pad([[[[4.0]]]], ((0, 0), (0, 0), (1, 2), (1, 2))),
        "shift": 1,
    },
    smallest={"side": 6},
    cases=(
        case("values", N=1, layer="distance_from_corner", shift=1),
        case("values", N=3, layer="distance_from_corner", shift=2),
        case("values", hidden=False, N=2, layer="distance_from_corner", shift=2, at=4),
        case("far", N=1, layer="distance_from_corner", shift=3, side=14),
        case("far", N=2, layer="distance_from_corner", shift=4, side=12, at=5),
        case("blind", hidden=False, N=2, layer="brightness", shift=2),
        case("blind", N=1, layer="brightness", shift=3),
        case("still", N=2, layer="distance_from_corner", shift=0),
    ),
    facet_words={
        "values": "a layer that minds",
        "far": "shifts of several pixels",
        "blind": "a layer that does not mind",
        "still": "no shift at all",
    },
    see="How much does a shift matter",
    mistakes=(
        insensitive(
            "absolute change",
            lambda still, moved: np.mean(length(moved - still)),
            "This is the change itself; it should be seen against the size of the output.",
        ),
        insensitive(
            "summed over the images",
            lambda still, moved: np.sum(length(moved - still) / length(still)),
            "The changes of all images were added up; their mean is asked for.",
        ),
        insensitive(
            "relative to the shifted",
            lambda still, moved: np.mean(length(moved - still) / length(moved)),
            "The change was seen against the output of the shifted image.",
        ),
        insensitive(
            "signs cancel",
            lambda still, moved: np.mean((still - moved).sum() / still.sum()),
            "The change came out with its sign: a change down is a change too.",
        ),
        insensitive(
            "squared",
            lambda still, moved: np.mean((length(moved - still) / length(still)) ** 2),
            "This is the square of the change.",
        ),
        insensitive(
            "in percent",
            lambda still, moved: 100 * np.mean(length(moved - still) / length(still)),
            "This is the change in percent.",
        ),
        insensitive(
            "ratio instead of change",
            lambda still, moved: np.mean(length(moved) / length(still)),
            "This is how large the output has become; how much it has changed is asked for.",
        ),
        Mistake(
            "input measured",
            input_measured,
            "The change of the picture was measured; the change of the layer's output is asked "
            "for.",
        ),
        Mistake(
            "always one pixel",
            lambda layer, images, shift: reference.translation_sensitivity(layer, images, 1),
            "The picture was shifted by one pixel whatever `shift` says.",
        ),
        Mistake(
            "shifted the other way",
            lambda layer, images, shift: reference.translation_sensitivity(layer, images, -shift),
            "The picture was shifted up and left; a positive shift goes down and right.",
        ),
        Mistake(
            "divided by the images twice",
            only_first_measured,
            "The mean was divided by the number of images once more.",
        ),
        Mistake(
            "one less",
            lambda layer, images, shift: abs(
                1 - reference.translation_sensitivity(layer, images, shift)
            ),
            "This is how much has stayed the same.",
        ),
    ),
)
