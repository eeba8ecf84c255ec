"""Convolve as mathematicians do: with the kernel turned by half a turn."""

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


def impulse_gives_the_kernel(call, numbers: Numbers) -> Iterator[Claim]:
    """One bright pixel on black, convolved, paints the kernel itself, the right way up."""
    kernel = numbers.array(3, 3)
    image = np.zeros((5, 5), kernel.dtype)
    image[2, 2] = 1
    yield Claim(
        call(image=image, kernel=kernel),
        kernel,
        "one bright pixel",
        {"image": image, "kernel": kernel},
    )


EXERCISE = Exercise(
    order=20,
    reference=reference.convolve2d,
    draw=image_and_kernel,
    example=image_and_kernel_example,
    window=image_window,
    cases=IMAGE_AND_KERNEL_CASES,
    properties=(Property("impulse", impulse_gives_the_kernel),),
    facet_words={"impulse": "one bright pixel paints the kernel, the right way up"},
    see="Flip it or not",
    mistakes=(
        Mistake(
            "not flipped",
            reference.cross_correlate2d,
            "This is cross-correlation: the kernel was not flipped.",
        ),
        Mistake(
            "transposed instead of flipped",
            lambda image, kernel: reference.cross_correlate2d(image, kernel.T),
            "The kernel was transposed: turn it by half a turn instead.",
        ),
        Mistake(
            "turned by a quarter",
            lambda image, kernel: reference.cross_correlate2d(image, np.rot90(kernel)),
            "The kernel was turned by a quarter turn; half a turn is meant.",
        ),
        *(m for m in IMAGE_AND_KERNEL_MISTAKES if m.name.startswith("flipped")),
        Mistake(
            "mean instead of sum",
            lambda image, kernel: reference.convolve2d(image, kernel) / kernel.size,
            "This is the mean of the products under the kernel; the sum is asked for.",
            see="Slide, multiply, add",
        ),
        Mistake(
            "image flipped as well",
            lambda image, kernel: reference.convolve2d(image[::-1, ::-1], kernel),
            "The image was flipped too: only the kernel turns.",
        ),
    ),
)
