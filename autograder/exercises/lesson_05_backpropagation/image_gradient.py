"""Send the gradient of a map back to the image it was made of: one filter, one image."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from autograder import reference

from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property
from ._filters import FILTER_CASES, FILTER_WORDS
from ._shared import slopes_agree


def slopes_and_kernel(
    numbers: Numbers, places_down: int, places_across: int, KH: int, KW: int
) -> Arguments:
    return {"grad": numbers.array(places_down, places_across), "kernel": numbers.array(KH, KW)}


def slopes_and_kernel_example() -> Arguments:
    return {
        "grad": np.array([[1.0, 2.0], [3.0, 4.0]]),
        "kernel": np.array([[1.0, 2.0], [0.0, -1.0]]),
    }


def slopes_met(arguments: Arguments, where: tuple[int, ...]) -> dict:
    """The slopes of all windows that one pixel lies in."""
    seen = zip(where, arguments["kernel"].shape, arguments["grad"].shape, strict=True)
    return {"grad": tuple(slice(max(at - k + 1, 0), min(at + 1, side)) for at, k, side in seen)}


def slope_of_the_sum(call, numbers: Numbers) -> Iterator[Claim]:
    """It is the slope of Σ grad · map along each pixel."""
    given = slopes_and_kernel(numbers, 3, 2, 2, 3)
    grad, kernel = given.values()

    def total(image: np.ndarray) -> float:
        return float((grad * reference.cross_correlate2d(image, kernel)).sum())

    slopes = reference.numerical_gradient(total, numbers.array(4, 4), 0.25)
    yield Claim(slopes_agree(call(**given), slopes), True, "the slope, by central differences")


def one_place_paints_the_kernel(call, numbers: Numbers) -> Iterator[Claim]:
    """Where the slope is 1 at one place and 0 elsewhere, its window gets the kernel."""
    kernel, grad = numbers.array(2, 3), np.zeros((3, 4))
    grad[1, 2] = 1
    image = np.zeros((4, 6))
    image[1:3, 2:5] = kernel
    given = {"grad": grad, "kernel": kernel}
    yield Claim(call(**given), image, "a single slope of 1", given)


def product_with_the_transposed_matrix(call, numbers: Numbers) -> Iterator[Claim]:
    """It is lesson 02's matrix, transposed, times the slopes."""
    given = slopes_and_kernel(numbers, 3, 4, 3, 2)
    matrix = reference.conv_as_matrix(given["kernel"], (5, 5))
    wanted = (matrix.T @ given["grad"].ravel()).reshape(5, 5)
    yield Claim(call(**given), wanted, "the convolution's matrix, transposed", given)


def afterwards(change: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Callable:
    """The right gradient, and then something done to it: `change(right, kernel)`."""

    def answer(grad, kernel):
        return change(reference.image_gradient(grad, kernel), kernel)

    return answer


def with_kernel(change: Callable[[np.ndarray], np.ndarray]) -> Callable[..., np.ndarray]:
    """The right way back of a changed kernel."""
    return lambda grad, kernel: reference.image_gradient(grad, change(kernel))


def valid(grad, kernel):
    return reference.convolve2d(grad, kernel)


def same(grad, kernel):
    (height, width), (rows, columns) = kernel.shape, grad.shape
    top, left = (height - 1) // 2, (width - 1) // 2
    return reference.image_gradient(grad, kernel)[top : top + rows, left : left + columns]


def overwritten(grad, kernel):
    (height, width), (rows, columns) = kernel.shape, grad.shape
    image = np.zeros((rows + height - 1, columns + width - 1), grad.dtype)
    for i, j in np.ndindex(grad.shape):
        image[i : i + height, j : j + width] = grad[i, j] * kernel
    return image


def averaged(grad, kernel):
    counts = reference.image_gradient(np.ones_like(grad), np.ones_like(kernel))
    return reference.image_gradient(grad, kernel) / counts


def side_by_side(grad, kernel):
    """Windows laid side by side instead of one pixel apart."""
    return np.kron(grad, kernel)


EXERCISE = Exercise(
    order=27,
    reference=reference.image_gradient,
    draw=slopes_and_kernel,
    example=slopes_and_kernel_example,
    window=slopes_met,
    cases=FILTER_CASES,
    properties=(
        Property("slope", slope_of_the_sum),
        Property("single", one_place_paints_the_kernel),
        Property("transposed", product_with_the_transposed_matrix),
    ),
    facet_words={
        **FILTER_WORDS,
        "single": "where a single place matters, its window gets the kernel",
        "transposed": "it is the convolution's matrix, transposed, times the slopes",
    },
    see="To the picture: convolve the slopes with the kernel",
    mistakes=(
        Mistake(
            "not flipped",
            with_kernel(lambda kernel: kernel[::-1, ::-1]),
            "The kernel was slid over the slopes without being flipped; or, as a stamp, it was "
            "flipped once too often. Slid over the slopes it has to be turned by half a turn, "
            "stamped it stays as it is.",
        ),
        Mistake(
            "valid instead of full",
            valid,
            "The kernel was kept inside the slopes, so the picture comes out too small: let it "
            "hang over every border, down to its last row and column.",
        ),
        Mistake(
            "as large as the slopes",
            same,
            "The result is as large as the slopes; it is shaped like the picture, which has "
            "KH − 1 more rows and KW − 1 more columns.",
        ),
        Mistake(
            "transposed kernel",
            lambda grad, kernel: reference.image_gradient(
                grad, kernel.T if kernel.shape[0] == kernel.shape[1] else kernel
            ),
            "Rows and columns of the kernel are exchanged: turn it by half a turn instead.",
        ),
        Mistake(
            "turned by a quarter",
            with_kernel(np.rot90),
            "The kernel was turned by a quarter turn; half a turn is meant.",
        ),
        Mistake(
            "flipped up-down only",
            with_kernel(lambda kernel: kernel[:, ::-1]),
            "The kernel was flipped in one axis only, top to bottom.",
        ),
        Mistake(
            "flipped left-right only",
            with_kernel(lambda kernel: kernel[::-1]),
            "The kernel was flipped in one axis only, left to right.",
        ),
        Mistake(
            "= for +=",
            overwritten,
            "Each window overwrites what the last one gave (`=` where `+=` is meant): a pixel "
            "collects from every window that it lies in.",
        ),
        Mistake(
            "averaged over the windows",
            averaged,
            "Each pixel got the mean of what its windows gave; it gets their sum.",
        ),
        Mistake(
            "divided by the number of weights",
            afterwards(lambda right, kernel: right / kernel.dtype.type(kernel.size)),
            "The sum was divided by the number of weights; a pixel collects all of it.",
        ),
        Mistake(
            "windows side by side",
            side_by_side,
            "The windows were laid side by side; they are one pixel apart, and overlap.",
        ),
        Mistake(
            "transposed",
            afterwards(lambda right, kernel: right.T.copy()),
            "Rows and columns of the result are exchanged.",
        ),
        Mistake(
            "sign turned",
            afterwards(lambda right, kernel: -right),
            "The sign is turned: this is the way downhill, and the gradient points uphill.",
        ),
    ),
)
