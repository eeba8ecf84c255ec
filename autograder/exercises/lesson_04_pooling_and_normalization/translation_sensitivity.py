"""Measure how much the output of a layer changes when its input shifts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograder import reference

from ..model import Arguments, Exercise, Mistake, Named, Numbers, between, case
from ._shared import pair


def bright_points(
    numbers: Numbers,
    layer: str,
    shift: int,
    N: int = 1,
    side: int = 9,
    aside: int = 0,
    at_border: bool = False,
    row: int | None = None,
) -> Arguments:
    """A bright point in each image, on the diagonal or `aside` of it, that stays in the picture.

    No point lies at 0 or 1: what `distance_from_corner` sees there is no larger than the point.
    """
    images = np.zeros((N, 1, side, side))
    brightness = (np.abs(numbers.array(N)) + 1) * np.arange(1, N + 1) ** 2
    for image, bright in zip(images, brightness, strict=True):
        drawn = int(numbers.rng.integers(2, side - shift - max(aside, 0)))
        top = drawn if row is None else row
        image[0, top, top + aside] = bright
        if at_border:
            image[0, -1, -1] = 2 * bright
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


def sizes(outputs: np.ndarray) -> np.ndarray:
    return np.abs(outputs).reshape(len(outputs), -1).sum(axis=1)


def mean_of_ratios(change: np.ndarray, still: np.ndarray) -> np.floating:
    with np.errstate(all="ignore"):
        return np.mean(np.abs(change) / np.abs(still))


def over_the_batch(layer, images, shift):
    still = layer(images)
    moved = layer(reference.shift_images(images, *pair(shift)))
    return float(np.linalg.norm(moved - still) / np.linalg.norm(still))


def wrapped_around(layer, images, shift):
    still, moved = layer(images), layer(np.roll(images, pair(shift), axis=(2, 3)))
    return float(np.mean(length(moved - still) / length(still)))


def one_way(down: int, right: int) -> Callable:
    """Move by the shift in one direction only."""
    return lambda layer, images, shift: reference.translation_sensitivity(
        layer, images, (down * shift, right * shift)
    )


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
        case("values", layer="distance_from_corner", shift=1),
        case("values", hidden=False, layer="distance_from_corner", shift=2),
        # Changes by three times its size, whatever is drawn.
        case("values", layer="distance_from_corner", shift=2, row=2),
        case("far", layer="distance_from_corner", shift=3, side=14),
        case(
            "far",
            layer="distance_from_corner",
            shift=between(3, 6),
            side=between(10, 15),
            corners=({"shift": 4, "side": 12},),
        ),
        case("aside", hidden=False, layer="distance_from_corner", shift=1, aside=2),
        case(
            "aside",
            layer="distance_from_corner",
            shift=between(1, 3),
            aside=between(2, 4),
            side=between(11, 14),
            corners=({"shift": 2, "aside": 4, "side": 12},),
        ),
        case("aside", layer="distance_from_corner", shift=1, aside=-1),
        case("batch", hidden=False, N=2, layer="distance_from_corner", shift=1),
        case(
            "batch",
            N=between(2, 5),
            layer="distance_from_corner",
            shift=between(1, 3),
            side=between(9, 12),
            corners=({"N": 4, "shift": 2, "side": 11},),
        ),
        case("border", hidden=False, layer="distance_from_corner", shift=2, at_border=True),
        # All that there was to see has left the picture.
        case("border", layer="distance_from_corner", shift=4, row=5),
        case(
            "border",
            layer="distance_from_corner",
            shift=between(1, 4),
            side=between(9, 13),
            at_border=True,
            corners=({"shift": 3, "side": 12},),
        ),
        case("length", hidden=False, layer="rows_and_columns", shift=1, needs=("aside",)),
        case("length", layer="rows_and_columns", shift=3, side=12, needs=("aside",)),
        case("blind", hidden=False, layer="brightness", shift=2),
        case("blind", layer="brightness", shift=3),
        case("still", layer="distance_from_corner", shift=0),
    ),
    facet_words={
        "values": "a layer that minds",
        "far": "shifts of several pixels",
        "aside": "shifts down and right, both",
        "batch": "the mean of the changes, image by image",
        "border": "zeros come in at the border",
        "length": "the Euclidean length of outputs that hold many numbers",
        "blind": "a layer that does not mind",
        "still": "no shift at all",
    },
    see="Translation sensitivity: how much does a shift matter",
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
            "one length for the whole batch",
            over_the_batch,
            "All images were measured as one; the formula takes each image by itself, and then the "
            "mean.",
        ),
        insensitive(
            "ratio of the means",
            lambda still, moved: np.mean(length(moved - still)) / np.mean(length(still)),
            "The mean change was divided by the mean length; each image's change is seen against "
            "its own length, and then the mean is taken.",
        ),
        Mistake(
            "wraps around",
            wrapped_around,
            "What left the picture on one side came in again on the other: zeros come in.",
        ),
        Mistake(
            "moved right only",
            one_way(down=0, right=1),
            "The picture was moved to the right only; it moves down as well.",
        ),
        Mistake(
            "moved down only",
            one_way(down=1, right=0),
            "The picture was moved down only; it moves to the right as well.",
        ),
        insensitive(
            "sum of sizes for the length",
            lambda still, moved: np.mean(sizes(moved - still) / sizes(still)),
            "The sizes of the numbers were added up; the length is the root of the sum of their "
            "squares.",
        ),
        insensitive(
            "root left out",
            lambda still, moved: np.mean(length(moved - still) ** 2 / length(still)),
            "The change is the sum of the squares; its root is missing.",
        ),
        insensitive(
            "mean of each number's change",
            lambda still, moved: mean_of_ratios(moved - still, still),
            "Each number's change was divided by that number; the change of an image is one "
            "length, divided by another.",
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
