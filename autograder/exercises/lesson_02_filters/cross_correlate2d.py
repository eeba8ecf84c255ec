"""Slide a kernel over an image; at each place, multiply and add."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder import reference

from ..model import Claim, Exercise, Mistake, Numbers, Property
from ._shared import (
    IMAGE_AND_KERNEL_CASES,
    IMAGE_AND_KERNEL_MISTAKES,
    image_and_kernel,
    image_and_kernel_example,
    image_window,
)


def delta_returns_the_image(call, numbers: Numbers) -> Iterator[Claim]:
    """A kernel with a single 1 in it copies the image, moved by where the 1 stands."""
    image = numbers.array(5, 5)
    for row, column in ((0, 0), (1, 2), (0, 1)):
        kernel = np.zeros((3, 3), image.dtype)
        kernel[row, column] = 1
        yield Claim(
            call(image=image, kernel=kernel),
            image[row : row + 3, column : column + 3],
            f"a kernel with one 1, at row {row}, column {column}",
            {"image": image, "kernel": kernel},
        )


def linear_in_the_image(call, numbers: Numbers) -> Iterator[Claim]:
    """Filtering a sum of two images gives the sum of the two filtered images."""
    first, second, kernel = numbers.array(5, 5), numbers.array(5, 5), numbers.array(3, 3)
    together = call(image=first + 2 * second, kernel=kernel)
    apart = call(image=first, kernel=kernel) + 2 * call(image=second, kernel=kernel)
    yield Claim(together, apart, "the filtered sum against the sum of the filtered")


EXERCISE = Exercise(
    order=10,
    reference=reference.cross_correlate2d,
    draw=image_and_kernel,
    example=image_and_kernel_example,
    window=image_window,
    cases=IMAGE_AND_KERNEL_CASES,
    properties=(
        Property(
            "delta",
            delta_returns_the_image,
        ),
        Property("linear", linear_in_the_image),
    ),
    facet_words={
        "delta": "a kernel with a single 1 copies the image",
        "linear": "filtering a sum gives the sum of the filtered",
    },
    see="Slide, multiply, add",
    mistakes=(
        Mistake(
            "kernel flipped",
            reference.convolve2d,
            "This is what you get when the kernel is flipped: that is true convolution, and "
            "comes next.",
            see="Flip it or not",
        ),
        *IMAGE_AND_KERNEL_MISTAKES,
    ),
)
