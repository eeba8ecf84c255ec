"""Send the gradient of a map back to the filter that made it: one filter, one image."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from autograder import reference

from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property
from ._filters import FILTER_CASES, FILTER_WORDS
from ._shared import slopes_agree


def slopes_and_image(
    numbers: Numbers, places_down: int, places_across: int, KH: int, KW: int
) -> Arguments:
    return {
        "grad": numbers.array(places_down, places_across),
        "image": numbers.array(places_down + KH - 1, places_across + KW - 1),
    }


def slopes_and_image_example() -> Arguments:
    image = np.array([[1.0, 0.0, 2.0], [0.0, 3.0, 0.0], [1.0, 0.0, 1.0]])
    return {"grad": np.array([[1.0, 2.0], [3.0, 4.0]]), "image": image}


def pixels_met(arguments: Arguments, where: tuple[int, ...]) -> dict:
    """All pixels that lay under one weight."""
    (row, column), (height, width) = where, arguments["grad"].shape
    return {"image": (slice(row, row + height), slice(column, column + width))}


def slope_of_the_sum(call, numbers: Numbers) -> Iterator[Claim]:
    """It is the slope of Σ grad · map along each weight."""
    given = slopes_and_image(numbers, 3, 2, 2, 3)
    grad, image = given.values()

    def total(kernel: np.ndarray) -> float:
        return float((grad * reference.cross_correlate2d(image, kernel)).sum())

    slopes = reference.numerical_gradient(total, numbers.array(2, 3), 0.25)
    yield Claim(slopes_agree(call(**given), slopes), True, "the slope, by central differences")


def one_place_gives_its_window(call, numbers: Numbers) -> Iterator[Claim]:
    """Where the slope is 1 at one place and 0 elsewhere, the filter gets the window there."""
    image, grad = numbers.array(4, 5), np.zeros((3, 4))
    grad[1, 2] = 1
    given = {"grad": grad, "image": image}
    yield Claim(call(**given), image[1:3, 2:4].copy(), "a single slope of 1", given)


def afterwards(change: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Callable:
    """The right gradient, and then something done to it: `change(right, grad)`."""

    def answer(grad, image):
        return change(reference.filter_gradient(grad, image), grad)

    return answer


def one_place(which: int) -> Callable[..., np.ndarray]:
    """What is left where each place overwrites the others, or where only the first is visited."""

    def answer(grad, image):
        only = np.zeros_like(grad)
        only.flat[which] = grad.flat[which]
        return reference.filter_gradient(only, image)

    return answer


def without_the_slopes(grad, image):
    return reference.filter_gradient(np.ones_like(grad), image)


def all_slopes_on_the_first_window(grad, image):
    kh, kw = np.subtract(image.shape, grad.shape) + 1
    return grad.sum() * image[:kh, :kw]


def full(grad, image):
    (height, width) = grad.shape
    padded = np.pad(image, ((height - 1,) * 2, (width - 1,) * 2))
    return reference.filter_gradient(grad, padded)


EXERCISE = Exercise(
    order=24,
    reference=reference.filter_gradient,
    draw=slopes_and_image,
    example=slopes_and_image_example,
    window=pixels_met,
    cases=FILTER_CASES,
    properties=(
        Property("slope", slope_of_the_sum),
        Property("single", one_place_gives_its_window),
    ),
    facet_words={
        **FILTER_WORDS,
        "single": "where a single place matters, the filter gets the window there",
    },
    see="To the filter: correlate the picture with the slopes",
    mistakes=(
        Mistake(
            "flipped",
            afterwards(lambda right, grad: right[::-1, ::-1]),
            "The gradient is turned by half a turn: its upper left number belongs to the upper "
            "left weight.",
        ),
        Mistake(
            "convolution instead",
            lambda grad, image: reference.convolve2d(image, grad),
            "The slopes were turned by half a turn first, as a true convolution does; to the "
            "filter they go as they are.",
        ),
        Mistake(
            "transposed",
            afterwards(lambda right, grad: right.T.copy()),
            "Rows and columns of the gradient are exchanged: it is shaped like the filter.",
        ),
        Mistake(
            "slopes transposed",
            lambda grad, image: reference.filter_gradient(
                grad.T if grad.shape[0] == grad.shape[1] else grad, image
            ),
            "Rows and columns of the slopes are exchanged: slope (i, j) belongs to the window at "
            "row i, column j.",
        ),
        Mistake(
            "divided by the number of places",
            afterwards(lambda right, grad: right / grad.dtype.type(grad.size)),
            "The sum was divided by the number of places: a weight collects from all of them, and "
            "whether the loss is a mean is in the slopes already.",
        ),
        Mistake(
            "divided by the number of weights",
            afterwards(lambda right, grad: right / grad.dtype.type(right.size)),
            "The sum was divided by the number of weights; each weight collects on its own.",
        ),
        Mistake(
            "= for +=",
            one_place(-1),
            "Only the last place is left (`=` where `+=` is meant): a weight collects from every "
            "place where it was used.",
        ),
        Mistake(
            "only the first place",
            one_place(0),
            "Only the first place gave anything; a weight collects from every place where it was "
            "used.",
        ),
        Mistake(
            "slopes left out",
            without_the_slopes,
            "The windows were added up as if every slope were 1; each counts by the slope at its "
            "place.",
        ),
        Mistake(
            "one window for all slopes",
            all_slopes_on_the_first_window,
            "Every slope met the first window; each place has a window of its own.",
        ),
        Mistake(
            "full instead of valid",
            full,
            "The slopes were let over the border of the picture, so the result is too large: it is "
            "shaped like the filter.",
        ),
        Mistake(
            "one row and column too few",
            afterwards(lambda right, grad: right[:-1, :-1]),
            "A row and a column of weights are missing: the filter has H − H' + 1 rows.",
        ),
        Mistake(
            "sign turned",
            afterwards(lambda right, grad: -right),
            "The sign is turned: this is the way downhill, and the gradient points uphill.",
        ),
    ),
)
